"""When a difference in float32 may be the rounding of the source itself, so that other inputs are drawn."""

from tensorglot.verify.child.check import _may_be_rounding
from tensorglot.verify.report import Row


def outputs(error: float, own: float | None) -> Row:
    return Row("float32", "eval", "traced", "outputs", error, 1e-4, error <= 1e-4, own=own)


def gradients(ok: bool) -> Row:
    return Row("float32", "eval", "traced", "gradients", 1.0, 0.5, ok, own=0.05)


def test_outputs_that_differ_while_the_source_is_exact_stand() -> None:
    assert not _may_be_rounding([outputs(3e-4, 1e-6), gradients(True)])
    assert not _may_be_rounding([outputs(3e-4, None)])
    assert not _may_be_rounding([outputs(3e-4, 1e-6), gradients(False)])


def test_outputs_at_inputs_where_the_source_rounds_as_much() -> None:
    assert _may_be_rounding([outputs(3e-4, 6e-5), gradients(True)])
    assert _may_be_rounding([outputs(1e-6, None), gradients(False)])
    assert not _may_be_rounding([outputs(1e-6, None), gradients(True)])
