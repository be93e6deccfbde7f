"""What can't be migrated faithfully in modules that run: told, and raised at the spot."""

from pathlib import Path

import pytest

from tensorglot import migrate

HEAD = "from functools import partial\n\nimport torch\nimport torch.nn.functional as F\nfrom torch import nn\n\n\n"
IMAGE = "float32[2,3,6,8]"
pytestmark = pytest.mark.slow


def told(source: str, model: str = "Net()", inputs: str = IMAGE) -> list[tuple[str, str]]:
    """Codes and severities of the diagnostics on a source that imports torch; its output raises at the spot."""
    done = migrate(HEAD + source, to="keras", model=model, inputs=[inputs])
    assert "raise NotImplementedError" in done.code
    return [(d.code, d.severity) for d in done.diagnostics]


def test_a_method_that_only_the_source_calls() -> None:
    assert told('''class Net(nn.Conv2d):
    def __init__(self):
        super().__init__(3, 4, 3)

    def _conv_forward(self, x, weight, bias):
        return super()._conv_forward(x, weight * 2, bias)
''') == [("TG013", "error")]


def test_a_function_that_map_applies_to_images() -> None:
    assert told('''class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 1)

    def forward(self, x):
        y = self.conv(x)
        a, b = map(partial(torch.cat, dim=1), ((x, y), (y, x)))
        return a + b
''') == [("TG020", "error")]


def test_one_weight_of_two_is_frozen() -> None:
    assert told('''class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 1)
        self.conv.weight.requires_grad = False

    def forward(self, x):
        return self.conv(x)
''') == [("TG013", "error")]


def test_data_of_a_tensor_is_replaced() -> None:
    assert told('''class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 1)

    def forward(self, x):
        y = self.conv(x)
        y.data = x
        return y
''') == [("TG013", "error")]


def test_transposes_that_stand_together_are_one() -> None:
    done = migrate(Path(__file__).parent / "sources" / "procedures.py", to="keras", model="Tokens()", inputs=[IMAGE])
    own = done.code[done.code.index("class Tokens"):]
    assert own.count("ops.transpose(") == 2 and "ops.transpose(ops.transpose(" not in own


@pytest.mark.parametrize("body", ["y.add_(1.0)\n    y = y * 2", "z = y\n    z.add_(1.0)", "for t in (y,):\n        t.mul_(3.0)"])
def test_arguments_that_are_changed_by_other_names(body: str) -> None:
    assert ("TG013", "error") in told(f'''def change(y):
    {body}


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 1)

    def forward(self, x):
        x = self.conv(x)
        change(x)
        return x * 2
''')
