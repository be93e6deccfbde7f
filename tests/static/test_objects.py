"""Objects of the framework that hold tensors: probability distributions."""

import pytest
from nets import HEAD

import tensorglot

IMPORTS = """import torch.distributions as D
from torch.distributions import Categorical, Independent, Laplace, Normal
from torch.distributions.kl import kl_divergence


"""
POLICY = """class Policy(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 6, 3, padding=1)

    def forward(self, x):
        mean, scale = self.conv(x).chunk(2, 1)
        return Normal(mean, scale.exp()).rsample()

    def other(self, x, dist: Normal):
        return Normal(x, 1.0).log_prob(x), dist.mean, dist.entropy()

    def choose(self, logits):
        return Categorical(logits=logits).sample()
"""


@pytest.fixture(scope="module")
def policy():
    return tensorglot.migrate(HEAD + IMPORTS + POLICY, "keras", model="Policy()", inputs=["float32[2,3,8,8]"])


def lowered(statement: str, to: str = "keras") -> tuple[str, list[tuple[str, str]]]:
    """A statement in a function of two tensors, migrated without an example, and its diagnostics."""
    source = f"{HEAD}{IMPORTS}def f(x: torch.Tensor, y: torch.Tensor):\n    {statement}\n"
    done = tensorglot.migrate(source, to, run=False)
    return done.code.partition("def f(")[2].partition("\n")[2].strip(), [(d.code, d.message) for d in done.diagnostics]


def test_feature_maps_are_not_transposed(policy):
    assert "Normal(mean, ops.exp(scale)).rsample()" in policy.code
    assert policy.stats["transposes"] == 0


def test_cold_code_is_marked_unless_it_is_elementwise(policy):
    assert "return Normal(x, 1.0).log_prob(x), dist.mean, dist.entropy()" in policy.code
    assert "def other(self, x, dist: Normal):" in policy.code
    marked = [d.message for d in policy.diagnostics if d.code == "TG020" and d.severity == "error"]
    assert marked == ["no example ran this categorical distribution sample, and its axes are not known"]


@pytest.mark.parametrize("to", ["keras", "tensorflow"])
@pytest.mark.parametrize(("statement", "wanted"), [
    ("return D.Normal(x, y).log_prob(x)", "return Normal(x, y).log_prob(x)"),
    ("return D.normal.Normal(x, y, validate_args=False).rsample((3,))", "return Normal(x, y).rsample((3,))"),
    ("return kl_divergence(Normal(x, y), Normal(y, x))", "return kl_divergence(Normal(x, y), Normal(y, x))"),
    ("return Independent(Laplace(x, y), 1).entropy()", "return Independent(Laplace(x, y), 1).entropy()"),
    ("return Categorical(logits=x).probs", "return Categorical(logits=x).probs"),
])
def test_names_of_all_namespaces(statement, wanted, to):
    assert lowered(statement, to) == (wanted, [])


@pytest.mark.parametrize(("statement", "message"), [
    ("return Normal(x, y).icdf(x)", "torch.distributions.Normal.icdf is not in the catalog"),
    ("return Normal(x, y).batch_shape", "torch.distributions.Normal.batch_shape is not in the catalog"),
    ("return D.Weibull(x, y).mean", "torch.distributions.Weibull is not in the catalog"),
    ("return kl_divergence(Normal(x, y), Laplace(x, y))", "torch.distributions.kl_divergence: objects of two classes, "
     "torch.distributions.Normal and torch.distributions.Laplace, are not supported"),
    ("return D.MultivariateNormal(x, precision_matrix=y).mean",
     "torch.distributions.MultivariateNormal: only None is supported here"),
])
def test_what_is_not_known_is_marked(statement, message):
    code, told = lowered(statement)
    assert message in [text for _, text in told]
    assert "unsupported(" in code or "raise NotImplementedError" in code
