"""Checkpoints that are broken, foreign or malicious."""

from pathlib import Path

from hostile_cases import NET, Case, bomb

PLAN = "--from net.py --to new.py --model Net()"
KERAS = '''import keras
from keras import layers


class Net(keras.Model):
    def __init__(self, width=4):
        super().__init__()
        self.fc = layers.Dense(width)

    def call(self, x):
        return self.fc(x)
'''


def _save(width: int = 4, truncate: int | None = None, whole: bool = False, wrap: bool = False) -> object:
    def prepare(folder: Path) -> None:
        import torch

        layer = torch.nn.Linear(3, width)
        state = {"fc.weight": layer.weight.detach(), "fc.bias": layer.bias.detach()}
        path = folder / "a.pt"
        torch.save(layer if whole else {"epoch": 3, "nested": {"deep": state}} if wrap else state, path)
        if truncate is not None:
            path.write_bytes(path.read_bytes()[:truncate])

    return prepare


def _safetensors(folder: Path) -> None:
    import numpy as np
    from safetensors.numpy import save_file

    save_file({"fc.weight": np.zeros((4, 3), "float32"), "fc.bias": np.zeros(4, "float32")}, folder / "a.safetensors")
    (folder / "a.safetensors").write_bytes((folder / "a.safetensors").read_bytes()[:-8])


def _case(cause: str, ckpt: str, diagnostic: str, says: str, prepare: object = None, options: str = PLAN,
          files: dict[str, str | bytes] | None = None, out: str = "o.weights.h5", needs: str = "weights") -> Case:
    return Case(cause, f"convert {ckpt} {options} -o {out}", 2, diagnostic, says,
                files={"net.py": NET, "new.py": KERAS, **(files or {})}, prepare=prepare, needs=needs)


INPUT = PLAN + " --input float32[2,3]"
CASES = [
    _case("checkpoint that does not exist", "gone.pt", "TG001", "does not exist", needs=""),
    _case("empty checkpoint", "a.pt", "TG040", "a.pt", options=INPUT, files={"a.pt": b""}),
    _case("checkpoint of random bytes", "a.pt", "TG040", "a.pt", options=INPUT, files={"a.pt": bytes(range(256)) * 9}),
    _case("truncated checkpoint", "a.pt", "TG040", "a.pt", _save(truncate=700), INPUT),
    _case("truncated safetensors", "a.safetensors", "TG040", "a.safetensors", _safetensors, INPUT),
    _case("safetensors with a wrong header", "a.safetensors", "TG040", "a.safetensors", options=INPUT,
          files={"a.safetensors": b"\xff" * 64}),
    _case("malicious pickle", "evil.pt", "TG040", "evil.pt", bomb, INPUT),
    _case("pickled whole module", "a.pt", "TG040", "state_dict", _save(whole=True), INPUT),
    _case("checkpoint of another size", "a.pt", "TG041", "fc", _save(width=7), INPUT),
    _case("checkpoint of another model", "a.pt", "TG041", "head", _save(), INPUT,
          files={"net.py": NET.replace("self.fc", "self.head"), "new.py": KERAS.replace("self.fc", "self.head")}),
    _case("weights below a key that is not named", "a.pt", "TG040", "nested", _save(wrap=True), INPUT),
    _case("key that the checkpoint has not", "a.pt", "TG040", "nothing", _save(wrap=True), INPUT + " --key nothing"),
    _case("damaged HDF5 file", "a.weights.h5", "TG040", "a.weights.h5", options=INPUT, out="o.pt",
          files={"a.weights.h5": b"\x89HDF\r\n\x1a\n" + b"junk" * 50}),
    _case("plan that is no JSON", "a.pt", "TG002", "p.json", _save(), "--plan p.json", {"p.json": "{"}),
    _case("plan without tensors", "a.pt", "TG0", "tensors", _save(), "--plan p.json",
          {"p.json": '{"version": 1, "source": "torch", "target": "keras", "classes": {}}'}),
    _case("neither plan nor models", "a.pt", "TG002", "a plan is needed", options="", needs=""),
    _case("output of an unknown kind", "a.pt", "TG002", "o.onnx", files={"a.pt": b""}, out="o.onnx", needs=""),
    _case("output that exists", "a.pt", "TG003", "exists", files={"a.pt": b"", "o.weights.h5": b"x"}, needs=""),
    _case("output is the checkpoint", "a.pt", "TG003", "itself", files={"a.pt": b""}, out="a.pt", needs=""),
]
