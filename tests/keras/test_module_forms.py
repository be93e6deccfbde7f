"""Small modules of awkward forms: migrated without a diagnostic and equal, in both modes."""

from pathlib import Path

import pytest

import tensorglot
from tensorglot.verify import Case, verify_many

pytestmark = pytest.mark.slow

SOURCES = Path(__file__).parent / "sources"
X = "float32[2,4]"
IMAGE = "float32[2,3,6,8]"

FORMS: list[tuple[str, str, list[str]]] = [
    ("reserved", "Outer()", [X]),
    ("reserved", "Inner('a')", [X]),
    ("containers", "Early(2)", [X]),
    ("containers", "Nested()", [X]),
    ("containers", "Growing()", [X]),
    ("containers", "Tied()", ["int64[2,5]<9"]),
    ("modes", "Switch()", [X]),
    ("modes", "Helper()", ["float32[6,4]"]),
    ("modes", "Auxiliary()", ["float32[6,4]"]),
    ("modes", "Child()", ["float32[6,4]"]),
    ("modes", "Direct()", [X]),
    ("procedures", "Positions()", ["float32[2,4,8]"]),
    ("procedures", "Shared()", ["float32[2,8]"]),
    ("procedures", "Tokens()", [IMAGE]),
    ("procedures", "Noises()", [IMAGE]),
    ("procedures", "Detector()", [IMAGE]),
    ("named", "Named()", [X]),
    ("named", "Indexed()", [X]),
    ("named", "Options()", [IMAGE]),
    ("named", "Observed()", [IMAGE]),
    ("named", "Parts()", [IMAGE]),
    ("named", "Dunder()", [X]),
    ("named", "Headed()", [X]),
    ("structure", "Derived(4, 3)", [X]),
    ("structure", "Delegating()", [X]),
    ("structure", "UsesCallable()", [X]),
    ("structure", "Optionals()", ["float32[2,3,4]"]),
    ("structure", "Optionals()", ["float32[2,3,4]", "float32[2,5,4]", "mask=bool[2,3,5]", "full=False"]),
    ("structure", "Closures()", [X]),
    ("structure", "Choosing()", [IMAGE]),
    ("structure", "Deciding()", [X, "float32[2,4]"]),
    ("normalised", "Generator()", ["float32[2,3,16]"]),
    ("normalised", "Critic()", [IMAGE]),
    ("normalised", "Critic(old=False)", [IMAGE]),
    ("distributions", "ImageVAE()", [IMAGE]),
    ("distributions", "Actor()", [IMAGE]),
    ("distributions", "Mixture()", [X]),
    ("distributions", "Policy()", [X]),
    ("items", "Items()", [X, IMAGE]),
    ("items", "Gated()", ["float32[2,5,4]"]),
    ("items", "Grid()", ["float32[2,3,5]"]),
    ("chains", "Chains()", [IMAGE, X]),
    ("chains", "Inherited()", [IMAGE]),
    ("chains", "Cloned()", [X]),
    ("chains", "Mixer()", ["float32[2,5,4]"]),
    ("precision", "Mixed()", [X, "int64[2,4]<2"]),
    ("precision", "Boxes()", [IMAGE]),
    ("precision", "Augmented()", [IMAGE, "bool[2,1,6,8]", "bool[2,6,8,3]"]),
    ("gradients", "Adversary()", [IMAGE]),
    ("frozen", "Fixed()", [IMAGE]),
    ("frozen", "fine_tuned()", [IMAGE]),
    ("frozen", "Follower()", [IMAGE]),
    ("frozen", "Averaged()", [X]),
    ("tables", "Attention()", ["float32[2,5,8]"]),
    ("tables", "Places()", [IMAGE]),
    ("scalars", "Scaled()", [X]),
    ("scalars", "Cast()", [X]),
    ("scalars", "Pairs()", [IMAGE]),
    ("scalars", "Own()", [IMAGE]),

    ("gradients", "Teacher()", [IMAGE]),
    ("handed", "Graph()", ["float32[2,3,6]"]),
    ("handed", "Spectrum()", [IMAGE]),
    ("handed", "Looking()", [IMAGE]),
    ("handed", "Shortcut()", [IMAGE]),
    ("handed", "Shortcut(whole=True)", [IMAGE]),
    ("handed", "Nodes()", ["float32[2,8,9,2]"]),
    ("attempts", "Scaled()", [X]),
    ("weights_read", "OptionalBias()", [X]),
    ("weights_read", "SeparateBias()", [X]),
    ("weights_read", "Filled()", [IMAGE]),
    ("weights_read", "FanOut()", [IMAGE]),
    ("weights_read", "Standard()", [IMAGE]),
    ("weights_read", "Typed()", [X]),
    ("weights_read", "Added()", [X]),
    ("weights_read", "Uneven()", [X]),
    ("subclassed", "Normed()", [X]),
    ("subclassed", "Recovering()", [X]),
    ("subclassed", "Biased()", ["float32[3,4]"]),
    ("subclassed", "Pooled()", [IMAGE]),
    ("subclassed", "Rescaled()", [X]),
]


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> list:
    """One verification report per row of FORMS."""
    folder = tmp_path_factory.mktemp("forms")
    cases = []
    for file in dict.fromkeys(row[0] for row in FORMS):
        rows = [row for row in FORMS if row[0] == file]
        done = tensorglot.migrate(SOURCES / f"{file}.py", to="keras", model=[r[1] for r in rows],
                                  inputs=[r[2] for r in rows])
        assert done.ok, done.diagnostics
        done.save(folder / f"{file}.py")
        cases += [Case(SOURCES / f"{file}.py", folder / f"{file}.py", model, inputs, dtypes=("float32", "float64"))
                  for _, model, inputs in rows]
    return verify_many(cases)


@pytest.mark.parametrize("index", range(len(FORMS)), ids=[f"{model}-{len(inputs)}" for _, model, inputs in FORMS])
def test_is_equal(reports: list, index: int) -> None:
    report = reports[index]
    assert report.stages["matches"], [report.error, *(row for row in report.rows if row.ok is False)]


def test_flag_read_by_a_property_is_told() -> None:
    """A property gets no arguments, and Keras keeps no flag on the layer: the spot raises."""
    done = tensorglot.migrate(SOURCES / "by_property.py", to="keras", model="ByProperty()", inputs=[X])
    assert [(d.code, d.severity) for d in done.diagnostics] == [("TG013", "error")]


def test_what_a_call_leaves_for_the_next_one_is_not_computed_anew() -> None:
    source = """
import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)
        self.kept = {}

    def forward(self, x):
        if "first" not in self.kept:
            self.kept["first"] = self.fc(x)
        return self.kept["first"] + x
"""
    done = tensorglot.migrate(source, to="keras", model="Net()", inputs=[X])
    assert 'if "first" not in self.kept:' in done.code


def test_argument_that_cannot_be_saved_is_told() -> None:
    source = """
import torch.nn as nn


class Options:
    width = 3


class Net(nn.Module):
    def __init__(self, options):
        super().__init__()
        self.fc = nn.Linear(4, options.width)

    def forward(self, x):
        return self.fc(x)
"""
    done = tensorglot.migrate(source, to="keras", model="Net(Options())", inputs=[X])
    assert [(d.code, d.severity) for d in done.diagnostics] == [("TG013", "warning")]
