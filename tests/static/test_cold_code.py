"""Code that no example ran is not written as a guess where axis orders are not the source's."""

import pytest
from nets import HEAD

import tensorglot

BLOCKS = """DEEP = False


class Plain(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)
        self.soft = nn.Softmax(dim=1)

    def forward(self, x):
        x = F.relu(self.conv(x))
        if DEEP:
            b, c, h, w = x.shape
            return self.soft(x), x.mean(dim=(2, 3)), x.sum(), x.shape[0]
        return x


class Other(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)
        self.head = nn.Sequential(nn.Flatten(), nn.Linear(config.stage.width, 2))

    def forward(self, x):
        x = self.conv(x) + 1
        return torch.flatten(x, 1)
"""

DENSE = """class Plain(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 4)

    def forward(self, x):
        return self.fc(x)


class Other(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.fc = nn.Linear(config.stage.width, 4)

    def forward(self, x):
        b, t, c = x.shape
        return self.fc(x).view(b, t, 2, 2).transpose(1, 2)
"""


@pytest.fixture(scope="module")
def images():
    return tensorglot.migrate(HEAD + BLOCKS, "keras", model="Plain()", inputs=["float32[2,3,8,8]"])


@pytest.fixture(scope="module")
def dense():
    return tensorglot.migrate(HEAD + DENSE, "keras", model="Plain()", inputs=["float32[2,3]"])


def found(migration, severity):
    return [(d.line, d.message) for d in migration.diagnostics if d.code == "TG020" and d.severity == severity]


def test_cold_branches_and_methods_are_marked(images):
    lines = {line for line, _ in found(images, "error")}
    marked = {n for n, text in enumerate((HEAD + BLOCKS).split("\n"), 1) if any(
        word in text for word in ("b, c, h, w", "self.soft(x)", "nn.Flatten", "torch.flatten"))}
    assert lines == marked
    assert images.stats["marked"] == 5


def test_what_has_no_axes_stays(images):
    assert "ops.sum(x), ops.shape(x)[0]" in images.code
    assert "ops.relu(self.conv(x))" in images.code


def test_one_warning_for_each_cold_method(images, dense):
    assert [message for _, message in found(images, "warning")] == ["no example ran Other.forward"]
    assert [message for _, message in found(dense, "warning")] == ["no example ran Other.forward"]


def test_sequence_models_are_safe(dense):
    assert dense.stats["marked"] == 0 and not found(dense, "error")
    assert "ops.swapaxes(ops.reshape(" in dense.code
