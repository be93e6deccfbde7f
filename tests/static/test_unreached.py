"""Branches and functions that no target reaches: for the source framework's own tracing, scripting and quantisation."""

import tensorglot

SOURCE = '''import torch
from torch import nn


def exporting():
    """True for an exporter."""
    return torch.onnx.is_in_onnx_export()


def only_exported(x):
    """Stands for `shaped`."""
    a, b = x.split(torch._shape_as_tensor(x)[0])
    return torch.cat([a, b], 1).permute(1, 0)


def shared(x):
    return torch.flip(x, [1])


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 16, 3, padding=1)

    def forward(self, x, train=False):
        y = self.conv(x)
        if TEST:
            BRANCH
        else:
            y = y + 1
        if train:
            y = shared(y)
        return y
'''


def migrated(test: str, branch: str) -> tuple[str, list[str]]:
    """The target's text and the errors' messages."""
    done = tensorglot.migrate(SOURCE.replace("TEST", test).replace("BRANCH", branch), to="keras", model="Net()",
                              inputs=["float32[2,3,4,4]"])
    return done.code, [d.message for d in done.diagnostics if d.severity == "error"]


WHY = "only the source framework's own tracing or quantisation calls this function"


def test_branch_goes_and_its_function_is_one_spot() -> None:
    code, errors = migrated("exporting() and x.size(0) > 1", "y = only_exported(y.flatten(1)).unsqueeze(2)")
    assert errors.count(WHY) == 1
    assert not any("_shape_as_tensor" in e or "permute" in e or "unsqueeze" in e for e in errors)
    assert '"""Stands for `shaped`."""\n    raise NotImplementedError(' in code and "concatenate" not in code
    assert "        y = self.conv(x)\n        y = y + 1\n" in code


def test_other_branch_of_a_test_that_always_holds_goes() -> None:
    code, errors = migrated("not exporting()", "y = y * 2")
    assert "y = y * 2" in code and "y = y + 1" not in code


def test_attribute_that_no_target_has() -> None:
    code, errors = migrated("not torch.jit.is_scripting() and x.is_quantized", "y = torch.quantize_per_tensor(y, 1, 0, 8)")
    assert not any("quantize" in e for e in errors) and "quantize" not in code


def test_test_that_is_not_certain_is_no_reason() -> None:
    _, errors = migrated("exporting() or x.size(0) > 1000", "y = only_exported(y.flatten(1)).unsqueeze(2)")
    assert WHY not in errors and errors


def test_function_that_is_also_called_elsewhere_stays() -> None:
    code, errors = migrated("exporting()", "y = shared(y)")
    assert "def shared(x):\n    raise NotImplementedError(\"only" not in code


def test_name_of_ones_own_is_not_the_frameworks() -> None:
    code, errors = migrated("(lambda exporting: exporting())(bool)", "y = only_exported(y)")
    assert WHY not in errors


def test_branches_within_branches() -> None:
    """What is left of a chain of tests stands in the place of the whole."""
    chain = """if train is not None:
                if torch.jit.is_scripting():
                    s = 1
                elif exporting():
                    s = 2
                else:
                    s = 3
                if torch.jit.is_scripting() or exporting():
                    s = 4
                y = y + s"""
    code, errors = migrated("x is not None", chain)
    assert errors and WHY not in errors
    assert "            if train is not None:\n                s = 3\n                y = y + s\n" in code
