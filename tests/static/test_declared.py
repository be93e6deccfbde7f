"""What annotations and lists that examples saw say of values, in code that no example ran."""

import tensorglot

SOURCE = '''from typing import Optional

import torch
from torch import Tensor, nn


def cold(parts: list[Tensor], extra: Optional[Tensor], device: torch.device, other: Tensor | None = None):
    out = [part.clamp(min=0) for part in parts]
    for i, part in enumerate(parts):
        out.append(part.to(device))
    for a, b in zip(parts, parts):
        out.append(torch.zeros(a.shape) + b.floor())
    return out, extra.floor(), other.ceil()


def unknown(parts: list[int], extra):
    return [part.clamp(min=0) for part in parts], extra.floor()


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 16, 3, padding=1)
        self.parts = nn.Sequential(nn.ReLU(), nn.Tanh(), nn.Sigmoid())

    def forward(self, x):
        y = self.conv(x)
        if y.dim() != 4:
            raise ValueError(f"not an image: {y.shape}, {y.shape[1]} channels")
        for layer in self.parts[:2]:
            y = layer(y)
        return self.joined([y, y])

    def joined(self, parts):
        out = torch.zeros(2, 16, 5, 4)
        out[:, :, :4].copy_(parts[0])
        if out.dim() > 4:
            for part in parts:
                out = out + part.floor()
        return out
'''


def migrated() -> tuple[str, list[str]]:
    """The target's text, and the line and message of every error."""
    done = tensorglot.migrate(SOURCE, to="keras", model="Net()", inputs=["float32[2,3,4,4]"])
    return done.code, [f"{d.source_line.strip()} # {d.message}" for d in done.diagnostics if d.severity == "error"]


def test_declared_tensors_are_known_and_others_are_not() -> None:
    code, errors = migrated()
    unknown = [e for e in errors if "not known" in e and "axes" not in e]
    assert len(unknown) == 2 and all("for part in parts], extra.floor()" in e for e in unknown)
    # A list of which an example saw the items.
    assert "out = out + ops.floor(part)" in code
    # The whole shape in the text of an error is that of the target's tensor; a size by its axis is another.
    assert len([e for e in errors if "ValueError" in e]) == 1 and 'f"not an image: {ops.shape(y)}, {unsupported(' in code
    # A part that is filled; a part of a chain that is gone through.
    assert "out = setitem(out, np.s_[:, :4, :, :], parts[0])" in code
    assert "in self.parts.layers[:2]:" in code
