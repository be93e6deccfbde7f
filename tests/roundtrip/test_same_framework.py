"""torch → pivot → torch: the same text for untouched code, an equal program where the text is gone."""

import ast
import importlib.util
import sys
import types
from pathlib import Path

import pytest
from lifting import EXAMPLES, TRACED, lifted

import tensorglot
from tensorglot import facts, pipeline
from tensorglot.pivot import json

#: Models of the examples, small: file → expressions with their inputs.
MODELS = {
    "alexnet": [("AlexNet()", ["float32[2,3,64,64]"]), ("alexnet_sequential()", ["float32[2,3,64,64]"])],
    "cnn_rnn": [("CNNGRU()", ["int64[2,12]<100"]), ("CNNGRUSequential()", ["int64[2,12]<100"])],
    "dcgan": [("Generator()", ["float32[2,100]"]), ("Discriminator()", ["float32[2,3,64,64]"])],
    "gcn": [("GCN()", ["float32[8,16]", "float32[8,8]:0..1"])],
    "gpt": [("GPT(GPTConfig())", ["int64[2,8]<64", "int64[2,8]<64"])],
    "lstm": [("LSTMClassifier()", ["int64[2,6]<100"]), ("lstm_sequential()", ["int64[2,6]<100"])],
    "resnet18": [("ResNet18()", ["float32[2,3,16,16]"]), ("ResNet50()", ["float32[1,3,16,16]"])],
    "seq2seq": [("Seq2Seq()", ["int64[2,6]<40", "int64[2,5]<40"])],
    "shufflenet": [("ShuffleNet()", ["float32[2,3,32,32]"])],
    "tutorial_cnn": [("Net()", ["float32[2,3,32,32]"]), ("SequentialNet()", ["float32[2,3,32,32]"])],
    "unet": [("UNet()", ["float32[1,3,32,32]"]), ("UNet(bilinear=True)", ["float32[1,3,32,32]"])],
    "vae": [("VAE()", ["float32[2,1,28,28]"])],
    "vgg16": [("VGG16()", ["float32[1,3,32,32]"])],
    "vit": [("ViT()", ["float32[2,3,32,32]"])],
    "vit_einops": [("ViT()", ["float32[2,3,32,32]"]), ("ViT(pool='mean')", ["float32[2,3,32,32]"])],
}


def test_every_example_has_models():
    assert sorted(MODELS) == sorted(path.stem for path in EXAMPLES.glob("*.py"))


@pytest.mark.parametrize("name", sorted(MODELS))
def test_untouched_code_keeps_its_text(name):
    path = EXAMPLES / f"{name}.py"
    done = tensorglot.migrate(path, to="torch", run=False)
    assert done.files == {f"{name}.py": path.read_text()}
    assert done.diagnostics == []


@pytest.mark.parametrize("name", sorted(TRACED))
def test_untouched_code_keeps_its_text_with_facts(traced, name):
    done = pipeline.generate(json.loads(json.dumps(traced(name))), to="torch")
    assert done.files == {f"{name}.py": (EXAMPLES / f"{name}.py").read_text()}
    assert done.diagnostics == [] and done.stats["marked"] == 0


@pytest.mark.slow
@pytest.mark.parametrize("name", ["resnet", "densenet", "mobilenetv2", "swin_transformer", "vision_transformer"])
def test_untouched_package_keeps_its_text(name):
    found = importlib.util.find_spec("torchvision")
    if found is None or found.origin is None:
        pytest.skip("torchvision is not installed")
    root = Path(found.origin).parents[1]
    done = tensorglot.migrate(root / "torchvision" / "models" / f"{name}.py", to="torch", run=False)
    changed = [file for file, text in done.files.items() if (root / file).read_text() != text]
    assert len(done.files) > 3 and changed == []


def module(text: str, name: str) -> types.ModuleType:
    made = types.ModuleType(name)
    sys.modules[name] = made
    exec(compile(text, f"{name}.py", "exec"), made.__dict__)
    return made


def tensors(value):
    import torch

    if isinstance(value, torch.Tensor):
        return [value]
    items = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ()
    return [t for item in items for t in tensors(item)]


def run(namespace, expression, inputs, state=None, train=False):
    """Names of the state, the state, and the outputs of a model built and run with fixed seeds."""
    import torch

    torch.manual_seed(1)
    model = eval(expression, namespace.__dict__).train(train)
    if state is not None:
        model.load_state_dict(state)
    values = [facts.materialise(facts.parse_input(text), seed) for seed, text in enumerate(inputs)]
    torch.manual_seed(2)
    outputs = tensors(model(*(torch.from_numpy(v) for v in values)))
    return model.state_dict(), outputs


def assert_equal_programs(name, original, code):
    """Both build the same state, by names, and with equal state give equal outputs, dropout from equal seeds."""
    import torch

    torch.set_num_threads(1)
    first, second = module(original, f"first_{name}"), module(code, f"second_{name}")
    for expression, inputs in MODELS[name]:
        for train in (False, True):
            state, wanted = run(first, expression, inputs, train=train)
            assert list(run(second, expression, inputs, train=train)[0]) == list(state)
            if not all(v.isfinite().all() for v in [*state.values(), *wanted]):  # made without initial values
                state = {k: torch.full_like(v, 0.01) if v.is_floating_point() else v for k, v in state.items()}
                wanted = run(first, expression, inputs, state, train)[1]
            found = run(second, expression, inputs, state, train)[1]
            assert len(found) == len(wanted) > 0
            for a, b in zip(wanted, found, strict=True):
                torch.testing.assert_close(b, a, rtol=0, atol=0)


@pytest.mark.parametrize("name", sorted(TRACED))
def test_equal_program_without_text(traced, name):
    done = pipeline.generate(json.loads(json.dumps(traced(name), text=False, spans=False)), to="torch")
    assert done.stats["marked"] == 0 and done.diagnostics == []
    code = done.files[f"{name}.py"]
    assert "#" not in code
    assert_equal_programs(name, (EXAMPLES / f"{name}.py").read_text(), code)


@pytest.mark.parametrize("name", sorted(set(MODELS) - set(TRACED)))
def test_equal_program_without_text_and_facts(name):
    pytest.importorskip("torch")
    document = json.dumps(lifted(EXAMPLES / f"{name}.py"), text=False, spans=False)
    done = pipeline.generate(json.loads(document), to="torch")
    assert_equal_programs(name, (EXAMPLES / f"{name}.py").read_text(), done.files[f"{name}.py"])


@pytest.mark.parametrize("source, wanted", [
    ("import torch\n\ndef f(x):\n    x[0] = 1.0\n    return torch.nn.functional.relu(x)\n", "x[0] = 1.0"),
    ("import torch\n\n@torch.no_grad()\ndef f(x: torch.Tensor):\n    return x.to(torch.float16)\n", "@torch.no_grad()"),
    ("import torch\n\ndef f(x: torch.Tensor):\n    return x.to(torch.float16)\n", "x.to(torch.float16)"),
    ("import torch\n\ndef f(x: torch.Tensor):\n    return x.long()\n", "int64"),
    ("import torch\n\ndef f(x: torch.Tensor):\n    x.add_(1)\n    return x\n", "x.add_(1)"),
    ("import torch\n\ndef f(x: torch.Tensor):\n    with torch.no_grad():\n        return x.sum(0)\n",
     "with torch.no_grad():"),
    ("from torch import nn\n\nclass M(nn.Module):\n    def __init__(self, norm=nn.InstanceNorm3d):\n"
     "        super().__init__()\n        self.norm = norm(3)\n", "norm=nn.InstanceNorm3d"),
    ("from torch import nn\n\nclass M(nn.Module):\n    def forward(self, x):\n"
     "        return x if self.training else -x\n", "if self.training"),
    ("import torch\n\nF = 3\n\ndef f(x: torch.Tensor):\n    return torch.nn.functional.silu(x)\n",
     "torch.nn.functional.silu(x)"),
])
def test_constructs_without_text(source, wanted):
    program = pipeline.lifted(source, source="torch", to="torch", examples=[], run=False, sink=pipeline.Sink(),
                              progress=lambda text: None)[0]
    assert next(iter(pipeline.generate(json.loads(json.dumps(program)), to="torch").files.values())) == source
    bare = pipeline.generate(json.loads(json.dumps(program, text=False, spans=False)), to="torch")
    code = next(iter(bare.files.values()))
    ast.parse(code)
    assert wanted in code, code
