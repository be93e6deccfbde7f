"""Branches that no example took, beside tensors in another axis order: what is known is written, the rest is marked."""

import tensorglot

SOURCE = '''import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 16, 3, padding=1)
        self.narrow = nn.Conv1d(16, 16, 1)

    def forward(self, x):
        x = self.conv(x)
        y = x.flatten(2).transpose(1, 2)
        if x.size(0) > 1000:
            BRANCH
        x = x * y.mean(1)[:, :, None, None]
        return x
'''


def lowered(branch: str) -> tuple[str, list[str]]:
    """The branch in the target, and the codes of errors."""
    done = tensorglot.migrate(SOURCE.replace("BRANCH", branch), to="keras", model="Net()", inputs=["float32[2,3,4,4]"])
    lines = done.code.splitlines()
    at = next(i for i, line in enumerate(lines) if "> 1000" in line)
    return lines[at + 1].strip(), [d.code for d in done.diagnostics if d.severity == "error"]


def test_name_in_the_sources_order_stays_in_it() -> None:
    assert lowered("y = y.transpose(1, 2).softmax(1).transpose(1, 2)[:, 1:]") == (
        "y = ops.swapaxes(ops.softmax(ops.swapaxes(y, 1, 2), axis=1), 1, 2)[:, 1:]", [])


def test_shape_of_an_argument_of_known_order() -> None:
    assert lowered("y = y * x.size(0)") == ("y = y * ops.shape(x)[0]", [])


def test_name_that_has_another_order_elsewhere_is_marked() -> None:
    text, errors = lowered("x = y.transpose(1, 2).reshape(x.shape)")
    assert text.startswith("raise NotImplementedError") and set(errors) == {"TG020"}


def test_truth_values_are_multiplied_by_the_function() -> None:
    assert lowered("y = y * (y == 0)") == ("y = ops.multiply(y, y == 0)", [])


def test_axes_that_are_unpacked_are_marked() -> None:
    _, errors = lowered("x = x.transpose(*(1, 2)[:2])")
    assert set(errors) == {"TG020"}


def test_reduction_of_a_moved_tensor_is_marked() -> None:
    text, errors = lowered("y = y + x.mean(dim=1).flatten(1).unsqueeze(-1)")
    assert "unsupported" in text and set(errors) == {"TG020"}


def test_layer_with_an_order_of_its_own_is_marked() -> None:
    text, errors = lowered("y = self.narrow(y.transpose(1, 2)).transpose(1, 2)")
    assert "raise NotImplementedError" in text and set(errors) == {"TG020"}
