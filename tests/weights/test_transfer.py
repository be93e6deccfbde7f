"""Weights between live models."""

import json
from pathlib import Path

import numpy as np
import pytest

from tensorglot.diagnostics import TensorglotError
from tensorglot.weights import transfer_weights

PAIRS = Path(__file__).parent / "pairs"


def randomised(model):
    import torch

    with torch.no_grad():
        for parameter in model.parameters():
            parameter.normal_(0, 0.3)
        for name, buffer in model.named_buffers():
            if "running" in name:
                buffer.uniform_(0.5, 1.5)
    return model.eval()


def built(model, shape):
    model(np.zeros(shape, "float32"))
    return model


def outputs(torch_model, keras_model, shape):
    import torch

    x = np.random.default_rng(0).standard_normal(shape).astype("float32")
    theirs = torch_model(torch.from_numpy(x))
    ours = keras_model(np.moveaxis(x, 1, -1), training=False)
    if isinstance(theirs, dict):
        theirs, ours = theirs["b"][0], ours["b"][0]
    return np.asarray(ours), theirs.detach().numpy()


def lenet(pairs, **options):
    source = randomised(pairs("lenet_torch").LeNet(**options))
    return source, built(pairs("lenet_keras").LeNet(**options), (1, 20, 20, 3))


def resnet(pairs, **options):
    source = randomised(pairs("resnet_torch").Net(**options))
    return source, built(pairs("resnet_keras").Net(**options), (1, 8, 8, 3))


@pytest.mark.parametrize(("make", "options", "size"), [
    (lenet, {}, 20), (lenet, {"width": 8, "num_classes": 3}, 20), (resnet, {}, 8), (resnet, {"depth": 3}, 8)])
def test_there_and_back(pairs, make, options, size):
    source, target = make(pairs, **options)
    transfer_weights(source, target)  # the plan is the file beside the target's module
    ours, theirs = outputs(source, target, (2, 3, size, size))
    assert np.abs(ours - theirs).max() < 1e-5 * np.abs(theirs).max()
    before = {name: value.clone() for name, value in source.state_dict().items()}
    randomised(source)
    transfer_weights(target, source)
    assert all((value == before[name]).all() for name, value in source.state_dict().items())


def test_report_names_every_tensor(pairs):
    source, target = resnet(pairs)
    report = transfer_weights(source, target)
    assert ("stem.weight", "stem.kernel") in report.moved or ("stem.weight", "stem._kernel") in report.moved
    assert report.aliases == [("heads.b.weight", "heads.a.weight")]
    assert {name.rpartition(".")[2] for name, _ in report.dropped} == {"num_batches_tracked"}
    named = {name for name, _ in report.moved + report.aliases + report.dropped}
    assert named == set(source.state_dict())


def test_wrong_rows_are_refused(pairs):
    source, target = lenet(pairs)
    plan = json.loads((PAIRS / "lenet_keras.plan.json").read_text())
    plan["classes"]["LeNet"]["rows"]["fc1"]["chw"] = [7, 3, 5]
    with pytest.raises(TensorglotError, match="fc1.weight") as caught:
        transfer_weights(source, target, plan)
    assert caught.value.diagnostic.code == "TG041"


def test_left_over_and_unfilled_tensors_are_named(pairs):
    source, target = resnet(pairs)
    plan = json.loads((PAIRS / "resnet_keras.plan.json").read_text())
    plan["classes"]["Block"]["attributes"] = {"layers": "elsewhere"}
    before = [np.array(v) for v in target.weights]
    with pytest.raises(TensorglotError) as caught:
        transfer_weights(source, target, plan)
    assert "blocks.0.layers.0.weight: blocks.0 has no attribute for it" in str(caught.value)
    assert "more" in str(caught.value)
    assert all(np.array_equal(a, np.array(b)) for a, b in zip(before, target.weights, strict=True))


def test_other_shapes_are_named(pairs):
    source = randomised(pairs("resnet_torch").Net(channels=8))
    target = built(pairs("resnet_keras").Net(), (1, 8, 8, 3))
    with pytest.raises(TensorglotError, match=r"stem.weight: shape \[8, 3, 3, 1\]"):
        transfer_weights(source, target)


def test_unbuilt_layers(pairs):
    """Layers that no call reached are built for the inputs that the source's weights take."""
    source, target = randomised(pairs("lenet_torch").LeNet()), pairs("lenet_keras").LeNet()
    assert not target.conv1.built
    transfer_weights(source, target)
    assert target.conv1.built
    called = built(pairs("lenet_keras").LeNet(), (2, 20, 20, 3))
    transfer_weights(source, called)
    x = np.random.default_rng(0).standard_normal((2, 20, 20, 3)).astype("float32")
    assert np.array_equal(np.asarray(target(x, training=False)), np.asarray(called(x, training=False)))


def test_unbuilt_layers_whose_inputs_the_weights_do_not_tell():
    import keras
    import torch

    class Source(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.norm = torch.nn.BatchNorm1d(3)  # of tensors with two axes, or with three

    class Target(keras.Model):
        def __init__(self):
            super().__init__()
            self.norm = keras.layers.BatchNormalization()

    with pytest.raises(TensorglotError, match="norm was never called"):
        transfer_weights(Source(), Target())


def test_a_constant_of_the_target_must_be_the_buffer():
    import keras
    import torch

    class Source(torch.nn.Module):
        def __init__(self, scale):
            super().__init__()
            self.fc = torch.nn.Linear(3, 2)
            self.register_buffer("mask", scale * torch.ones(2, 2).tril())

    class Target(keras.Model):
        def __init__(self):
            super().__init__()
            self.fc = keras.layers.Dense(2)
            self.mask = np.tril(np.ones((2, 2), "float32"))

        def call(self, x):
            return self.fc(x) @ self.mask

    report = transfer_weights(Source(1.0), built(Target(), (1, 3)))
    assert [name for name, _ in report.derived] == ["mask"]
    with pytest.raises(TensorglotError, match="mask is computed"):
        transfer_weights(Source(2.0), built(Target(), (1, 3)))


def test_tied_in_the_source_untied_in_the_target():
    import keras
    import torch

    class Source(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.a, self.b = torch.nn.Linear(3, 3, bias=False), torch.nn.Linear(3, 3, bias=False)
            self.b.weight = self.a.weight

    class Target(keras.Model):
        def __init__(self):
            super().__init__()
            self.a, self.b = keras.layers.Dense(3, use_bias=False), keras.layers.Dense(3, use_bias=False)

        def call(self, x):
            return self.b(self.a(x))

    source, target = Source(), built(Target(), (1, 3))
    transfer_weights(source, target)
    assert np.array_equal(target.a.kernel, target.b.kernel)
    target.b.kernel.assign(np.zeros((3, 3)))
    with pytest.raises(TensorglotError, match="tied in the target"):
        transfer_weights(target, source)


def test_not_a_model(pairs):
    with pytest.raises(TensorglotError, match="not a model"):
        transfer_weights(object(), object())
