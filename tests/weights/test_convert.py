"""Checkpoint files, both ways."""

import json
import pickle
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from tensorglot.diagnostics import TensorglotError
from tensorglot.weights.convert import convert
from tensorglot.weights.instantiate import instantiate
from tensorglot.weights.plan import load_plan

PAIRS = Path(__file__).parent / "pairs"


@pytest.fixture(scope="module")
def source(pairs):
    torch.manual_seed(0)
    model = pairs("resnet_torch").Net()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.normal_()
    return model.eval()


@pytest.fixture(scope="module")
def target(pairs):
    model = pairs("resnet_keras").Net()
    model(np.zeros((1, 8, 8, 3), "float32"))
    return model


@pytest.fixture(scope="module")
def plan(source, target, tmp_path_factory):
    """A plan file that lists the tensors of the pair."""
    loaded = load_plan(PAIRS / "resnet_keras.plan.json")
    loaded.tensors = instantiate(source, target, loaded)
    path = tmp_path_factory.mktemp("plan") / "net.plan.json"
    loaded.save(path)
    return path


def equal(state, other):
    return state.keys() == other.keys() and all(torch.equal(value, other[name]) for name, value in state.items())


def check(source, target, path):
    """The Keras model with the file's weights computes what the source does."""
    for variable in target.weights:
        variable.assign(np.zeros(variable.shape))
    target.load_weights(path)
    x = np.random.default_rng(0).standard_normal((2, 3, 8, 8)).astype("float32")
    theirs = source(torch.from_numpy(x))["a"].detach().numpy()
    ours = np.asarray(target(x.transpose(0, 2, 3, 1), training=False)["a"])
    assert np.abs(ours - theirs).max() < 1e-5 * np.abs(theirs).max()


@pytest.mark.parametrize("back", ["back.pt", "back.safetensors"])
def test_there_and_back(source, target, plan, tmp_path, back):
    torch.save(source.state_dict(), tmp_path / "a.pt")
    report = convert(tmp_path / "a.pt", tmp_path / "a.weights.h5", plan=plan)
    assert len(report.moved) == 22 and len(report.aliases) == 1
    check(source, target, tmp_path / "a.weights.h5")
    convert(tmp_path / "a.weights.h5", tmp_path / back, plan=plan)
    load = load_file if back.endswith("safetensors") else lambda path: torch.load(path, weights_only=True)
    assert equal(source.state_dict(), load(tmp_path / back))
    source.load_state_dict(load(tmp_path / back))


def test_keras_to_torch_and_back_is_the_same(source, target, plan, tmp_path):
    target.save_weights(tmp_path / "a.weights.h5")
    convert(tmp_path / "a.weights.h5", tmp_path / "a.pt", plan=plan)
    convert(tmp_path / "a.pt", tmp_path / "b.weights.h5", plan=plan)
    with h5py.File(tmp_path / "a.weights.h5") as a, h5py.File(tmp_path / "b.weights.h5") as b:
        names = []
        a.visititems(lambda name, item: names.append(name) if isinstance(item, h5py.Dataset) else None)
        assert names and all(np.array_equal(a[name], b[name]) for name in names)


@pytest.mark.parametrize("wrap", [
    lambda state: {"state_dict": state, "epoch": 3},
    lambda state: {"model": state, "optimizer": {"lr": 0.1}},
    lambda state: {f"module.{name}": value for name, value in state.items()},
    lambda state: {f"module._orig_mod.{name}": value for name, value in state.items()},
    lambda state: {"state_dict": {f"net.{name}": value for name, value in state.items()}},
    lambda state: {name: value.t().contiguous().t() if value.ndim == 2 else value for name, value in state.items()},
])
def test_checkpoints_as_people_have_them(source, target, plan, tmp_path, wrap):
    torch.save(wrap(source.state_dict()), tmp_path / "a.pth")
    convert(tmp_path / "a.pth", tmp_path / "a.weights.h5", plan=plan)
    check(source, target, tmp_path / "a.weights.h5")


def test_key(source, target, plan, tmp_path):
    torch.save({"models": {"ema": source.state_dict()}}, tmp_path / "a.pt")
    convert(tmp_path / "a.pt", tmp_path / "a.weights.h5", plan=plan, key="models.ema")
    check(source, target, tmp_path / "a.weights.h5")
    for key, message in ((None, "no state dict at its top"), ("models.raw", "nothing under the key")):
        with pytest.raises(TensorglotError, match=message):
            convert(tmp_path / "a.pt", tmp_path / "b.weights.h5", plan=plan, key=key)
    assert not (tmp_path / "b.weights.h5").exists()


def test_sharded_safetensors(source, target, plan, tmp_path):
    state = {name: value.clone() for name, value in source.state_dict().items()}
    half = len(state) // 2
    places = {}
    for i, names in enumerate((list(state)[:half], list(state)[half:])):
        save_file({name: state[name] for name in names}, tmp_path / f"m-{i}.safetensors")
        places |= dict.fromkeys(names, f"m-{i}.safetensors")
    index = tmp_path / "m.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": places}))
    convert(index, tmp_path / "a.weights.h5", plan=plan)
    check(source, target, tmp_path / "a.weights.h5")
    (tmp_path / "m-1.safetensors").unlink()
    with pytest.raises(TensorglotError, match="m-1.safetensors is missing"):
        convert(index, tmp_path / "b.weights.h5", plan=plan)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_is_kept(source, target, plan, tmp_path, dtype):
    state = {name: value.to(dtype) if value.is_floating_point() else value
             for name, value in source.state_dict().items()}
    torch.save(state, tmp_path / "a.pt")
    convert(tmp_path / "a.pt", tmp_path / "a.weights.h5", plan=plan)
    target.load_weights(tmp_path / "a.weights.h5")
    assert np.array_equal(np.asarray(target.stem.bias), state["stem.bias"].float().numpy())
    convert(tmp_path / "a.weights.h5", tmp_path / "b.safetensors", plan=plan)
    assert equal(state, load_file(tmp_path / "b.safetensors"))


@pytest.mark.parametrize("name", ["a.keras", "a.weights.h5"])
def test_plan_derived_from_both_files(source, pairs, tmp_path, name):
    import keras

    torch.save(source.state_dict(), tmp_path / "a.pt")
    where = {"src": PAIRS / "resnet_torch.py", "dst": PAIRS / "resnet_keras.py", "model": "Net()"}
    convert(tmp_path / "a.pt", tmp_path / name, **where)
    module = pairs("resnet_keras")
    if name.endswith(".keras"):
        model = keras.models.load_model(tmp_path / name, custom_objects={"Net": module.Net, "Block": module.Block})
        assert np.array_equal(model.stem.bias, source.stem.bias.detach().numpy())
        convert(tmp_path / name, tmp_path / "b.pt", **where)
        assert equal(source.state_dict(), torch.load(tmp_path / "b.pt", weights_only=True))


class Evil:
    def __reduce__(self):
        return print, ("executed",)


def damaged(kind, state, path):
    """Writes a file that must be refused."""
    if kind == "malicious":
        torch.save({"state_dict": state, "x": Evil()}, path)
    elif kind == "whole module":
        torch.save(torch.nn.Linear(2, 2), path)
    elif kind == "plain pickle":
        path.write_bytes(pickle.dumps({"a": Evil()}))
    elif kind == "truncated":
        torch.save(state, path)
        path.write_bytes(path.read_bytes()[:-500])
    elif kind == "empty":
        path.write_bytes(b"")
    elif kind == "text":
        path.write_text("not a checkpoint")
    elif kind == "no tensors":
        torch.save({"epoch": 1}, path)


@pytest.mark.parametrize("kind", ["malicious", "whole module", "plain pickle", "truncated", "empty", "text",
                                  "no tensors", "missing"])
@pytest.mark.parametrize("suffix", [".pt"])
def test_damaged_torch_files(source, plan, tmp_path, capfd, kind, suffix):
    damaged(kind, source.state_dict(), tmp_path / f"a{suffix}")
    before = set(tmp_path.iterdir())
    with pytest.raises(TensorglotError) as caught:
        convert(tmp_path / f"a{suffix}", tmp_path / "a.weights.h5", plan=plan)
    assert caught.value.diagnostic.code == "TG040"
    if kind in ("malicious", "whole module"):
        assert "state_dict" in caught.value.diagnostic.remedy
    assert set(tmp_path.iterdir()) == before and "executed" not in capfd.readouterr().out


@pytest.mark.parametrize("name", ["a.safetensors", "a.weights.h5", "a.keras", "a.safetensors.index.json"])
@pytest.mark.parametrize("content", [b"", b"not a checkpoint", b"\xff" * 64, b'{"a": 1}'])
def test_damaged_other_files(plan, tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    out = tmp_path / ("out.pt" if "h5" in name or "keras" in name else "out.weights.h5")
    with pytest.raises(TensorglotError) as caught:
        convert(tmp_path / name, out, plan=plan)
    assert caught.value.diagnostic.code == "TG040"
    assert [p.name for p in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(("name", "cut"), [("a.safetensors", 100), ("a.weights.h5", 2000)])
def test_truncated_other_files(source, target, plan, tmp_path, name, cut):
    path = tmp_path / name
    if name.endswith("safetensors"):
        save_file({k: v.clone() for k, v in source.state_dict().items()}, path)
    else:
        target.save_weights(path)
    path.write_bytes(path.read_bytes()[:-cut])
    with pytest.raises(TensorglotError) as caught:
        convert(path, tmp_path / ("b.pt" if "h5" in name else "b.weights.h5"), plan=plan)
    assert caught.value.diagnostic.code == "TG040"
    assert [p.name for p in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(("change", "message"), [
    (lambda s: s.pop("stem.weight"), "stem.weight is missing"),
    (lambda s: s.update({"fc.weight": torch.ones(2)}), "nothing takes fc.weight"),
    (lambda s: s.update({"stem.bias": torch.ones(9)}), r"stem.bias has shape \[9\]"),
    (lambda s: s.update({"heads.b.weight": s["heads.b.weight"] + 1}), "tied in the model"),
])
def test_checkpoints_of_another_model(source, plan, tmp_path, change, message):
    state = dict(source.state_dict())
    change(state)
    torch.save(state, tmp_path / "a.pt")
    with pytest.raises(TensorglotError, match=message) as caught:
        convert(tmp_path / "a.pt", tmp_path / "a.weights.h5", plan=plan)
    assert caught.value.diagnostic.code == "TG041"
    assert [p.name for p in tmp_path.iterdir()] == ["a.pt"]


def test_bad_options(source, plan, tmp_path):
    torch.save(source.state_dict(), tmp_path / "a.pt")
    for out in ("b.pt", "b.onnx"):
        with pytest.raises(TensorglotError) as caught:
            convert(tmp_path / "a.pt", tmp_path / out, plan=plan)
        assert caught.value.diagnostic.code == "TG002"
    with pytest.raises(TensorglotError, match="both models are needed"):
        convert(tmp_path / "a.pt", tmp_path / "b.weights.h5", plan=PAIRS / "resnet_keras.plan.json")


def test_streaming_holds_one_tensor_at_a_time(tmp_path):
    """Ten tensors of 8 MB: the peak stays within a few of them."""
    count, shape = 10, [1024, 2048]
    tensors = [{"source": f"l{i}.weight", "target": [f"l{i}/vars/0"], "shape": shape, "target_shape": shape[::-1],
                "steps": [["permute", [1, 0]]]} for i in range(count)]
    (tmp_path / "p.json").write_text(json.dumps({"version": 1, "source": "torch", "target": "keras",
                                                 "tensors": tensors}))
    save_file({f"l{i}.weight": torch.randn(shape) for i in range(count)}, tmp_path / "a.safetensors")
    code = ("import resource, sys\n"
            "from tensorglot.weights.convert import convert\n"
            "import h5py\n"
            "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
            "convert(sys.argv[1], sys.argv[2], plan=sys.argv[3])\n"
            "convert(sys.argv[2], sys.argv[1], plan=sys.argv[3])\n"
            "assert not {'torch', 'keras', 'tensorflow'} & sys.modules.keys()\n"
            "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n")
    done = subprocess.run([sys.executable, "-c", code, *(str(tmp_path / n) for n in ("a.safetensors", "a.weights.h5",
                                                                                     "p.json"))],
                          capture_output=True, text=True, check=True)
    assert int(done.stdout) < 4 * 8 * 1024  # kilobytes
