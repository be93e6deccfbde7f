"""Functions that no example ran, called from code beside tensors in another axis order: what their calls give them."""

import pytest

import tensorglot

SOURCE = '''import torch
from torch import nn


def joined(a, b):
    return torch.cat([a, b], 1)


def twice(a):
    return torch.unsqueeze(joined(a, a), 0)


def parts(a, n=2):
    for i in range(n):
        yield a[i]


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 16, 3, padding=1)

    def forward(self, x):
        x = self.conv(x)
        y = x.flatten(2).transpose(1, 2)
        if x.size(0) > 1000:
            BRANCH
        return x * y.mean(1)[:, :, None, None]


MORE
'''


def migrated(branch: str, more: str = "") -> tuple[str, list[str]]:
    """The migrated text, and the reasons of errors."""
    text = SOURCE.replace("BRANCH", branch).replace("MORE", more)
    done = tensorglot.migrate(text, to="keras", model="Net()", inputs=["float32[2,3,4,4]"])
    return done.code, [d.message for d in done.diagnostics if d.severity == "error"]


def test_function_of_known_calls_is_written() -> None:
    code, errors = migrated("y = twice(y)[0]")
    assert not any("concatenate" in e or "unsqueeze" in e for e in errors)
    assert "ops.concatenate([a, b], axis=1)" in code and "ops.expand_dims(joined(a, a), 0)" in code
    assert "y = twice(y)[0]" in code


@pytest.mark.parametrize("branch", ["x = joined(x, x)", "y = joined(y, x.flatten(2))", "y = joined(*[y, y])"])
def test_call_with_another_order_or_hidden_arguments_marks_the_function(branch: str) -> None:
    _, errors = migrated(branch)
    assert any("concatenate" in e for e in errors)


@pytest.mark.parametrize("more", ["TABLE = {1: joined}", "def get(f=joined):\n    return f", "NAME = 'joined'",
                                  "def late():\n    from elsewhere import joined\n    return joined"])
def test_function_that_is_mentioned_otherwise_is_marked(more: str) -> None:
    _, errors = migrated("y = joined(y, y)", more)
    assert any("concatenate" in e for e in errors)


def test_function_that_nothing_calls_is_marked() -> None:
    _, errors = migrated("pass")
    assert any("concatenate" in e for e in errors)


def test_one_call_in_another_order_marks_all_that_it_reaches() -> None:
    """`twice` hands on what it is given: a call of it with a moved tensor reaches `joined`."""
    _, errors = migrated("y = joined(y, y)\n            x = twice(x)[0]")
    assert any("concatenate" in e for e in errors) and any("unsqueeze" in e for e in errors)


def test_generator_gives_nothing_certain() -> None:
    _, errors = migrated("y = torch.cat(list(parts(y)), 0)")
    assert any("concatenate" in e for e in errors)
