"""Modules of a package by their short names, and calls of modules that concern their weights."""

from pathlib import Path

import numpy as np
import pytest

import tensorglot

HEAD = "import copy\n\nimport torch\nfrom torch import nn\n\n\n"
NET = HEAD + '''class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 4)

    def forward(self, x):
        return self.fc(x)


'''


def lowered(statements: str) -> tuple[str, list[tuple[str, str]]]:
    """The body of a function with these statements, and the diagnostics' severities and messages."""
    body = "".join(f"    {line}\n" for line in statements.split("\n"))
    done = tensorglot.migrate(f"{NET}def use(model: nn.Module, given):\n{body}", to="keras", run=False)
    return done.code.partition("given):\n")[2], [(d.severity, d.message) for d in done.diagnostics if d.code == "TG013"]


def test_weights_as_a_whole_are_given_and_taken() -> None:
    code, told = lowered("best = copy.deepcopy(model.state_dict())\nmodel.load_state_dict(best)")
    assert "best = copy.deepcopy(model.get_weights())" in code
    assert "model.set_weights(best)" in code
    assert [severity for severity, _ in told] == ["warning", "warning"]


@pytest.mark.parametrize("statements", [
    "state = model.state_dict()\nfor name in state:\n    print(name)",
    "return model.state_dict().items()",
    "return model.state_dict()['fc.weight']",
    "return dict(model.state_dict())",
    "return {**model.state_dict()}",
    "missing = model.load_state_dict(given)",
    "model.load_state_dict(given, strict=False)",
    "model.load_state_dict({k: v for k, v in given.items()})",
])
def test_weights_by_name_are_marked(statements: str) -> None:
    code, told = lowered(statements)
    assert "raise NotImplementedError" in code or "unsupported(" in code
    assert [severity for severity, _ in told] == ["error"]


def test_values_that_only_initial_values_need_go_with_them() -> None:
    source = HEAD + '''def start(m):
    if isinstance(m, nn.Linear):
        fan_in = m.in_features * 2
        std = fan_in ** -0.5
        nn.init.normal_(m.weight, std=std)
        nn.init.zeros_(m.bias)
'''
    done = tensorglot.migrate(source, to="keras", run=False)
    assert "fan_in" not in done.code and "std" not in done.code
    assert "m.bias_initializer" in done.code
    assert {(d.code, d.severity) for d in done.diagnostics} == {("TG032", "warning")}


def test_options_that_the_layer_does_not_keep_are_marked() -> None:
    source = HEAD + "def width(m):\n    return m.in_features if isinstance(m, nn.Linear) else 0\n\n\n" \
        "def doubled(m):\n    if isinstance(m, nn.Linear):\n        return m.in_features * 2\n    return 0\n"
    done = tensorglot.migrate(source, to="keras", run=False)
    assert [(d.line, d.message) for d in done.diagnostics if d.severity == "error"] == [
        (8, "the layer's in_features is not kept in the target"), (13, "the layer's in_features is not kept in the target")]


def test_short_name_means_the_module_nearest_to_the_root(tmp_path: Path) -> None:
    network = NET.replace("import copy\n\n", "").rstrip("\n") + "\n"
    (tmp_path / "pkg" / "inner").mkdir(parents=True)
    for place in ("pkg/__init__.py", "pkg/inner/__init__.py"):
        (tmp_path / place).write_text("")
    (tmp_path / "pkg" / "inner" / "net.py").write_text(network.replace("Net", "Other"))
    (tmp_path / "pkg" / "net.py").write_text(network)
    done = tensorglot.migrate(tmp_path / "pkg", to="keras", model=["net:Net()"], inputs=[["float32[2,3]"]])
    assert [d for d in done.diagnostics if d.severity == "error"] == []


def test_statements_that_mean_nothing_in_the_target_leave_nothing() -> None:
    done = tensorglot.migrate(HEAD + '''class Net(nn.Module):
    def __init__(self, n, device='cpu', dim=1):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(n))
        self.register_parameter('scale', self.scale)
        self.parts = nn.ModuleList([nn.Linear(n, n) for _ in range(2)])
        self.other = torch.zeros(n).to(device) if dim == 2 else None
        for name, weight in self.parts.named_parameters():
            if 'weight' in name:
                nn.init.normal_(weight, std=0.1)
        for weight in self.parameters():
            if weight.dim() > 1:
                nn.init.xavier_uniform_(weight)
        self.to(device)

    def forward(self, x):
        for part in self.parts:
            x = part(x)
        return x * self.scale

    def decay(self):
        return [w for w in self.parts.parameters()], list(self.parts.modules()), list(self.parts.children())
''', to="keras", model="Net(4)", inputs=["float32[2,4]"])
    assert {d.code for d in done.diagnostics} == {"TG032"}
    init = done.code[done.code.index("def __init__(self, n"):done.code.index("def decay")]
    assert "self.scale = self.scale" not in init and "for name" not in init and "for weight" not in init
    assert "if dim == 2 else None\n\n    def call" in init
    space: dict = {}
    exec(done.code, space)
    net = space["Net"](4)
    net(np.ones((2, 4), "float32"))
    weights, modules, children = net.decay()
    assert len(weights) == 4 and modules == children == list(net.parts)


FROZEN = HEAD + '''class Net(nn.Module):
    def __init__(self, learned=False):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(4))
        self.scale.requires_grad = learned
        self.shift = nn.Parameter(torch.ones(4))
        self.shift.requires_grad_(False)
        self.fc = nn.Linear(4, 4)
        for p in self.fc.parameters():
            p.requires_grad = False
        self.other = nn.Linear(4, 4)
        self.other.requires_grad_(False)

    def forward(self, x):
        return self.other(self.fc(x)) * self.scale + self.shift
'''


def test_weights_that_are_not_trained() -> None:
    done = tensorglot.migrate(FROZEN, to="keras", model="Net()", inputs=["float32[2,4]"])
    assert done.ok and not done.diagnostics
    space: dict = {}
    exec(done.code, space)
    for learned in (False, True):
        net = space["Net"](learned)
        net(np.ones((2, 4), "float32"))
        assert len(net.weights) == 6 and len(net.trainable_weights) == learned


def test_both_weights_of_a_layer_are_not_trained() -> None:
    source = FROZEN.replace("        for p in self.fc.parameters():\n            p.requires_grad = False\n",
                            "        self.fc.weight.requires_grad = False\n        self.fc.bias.requires_grad = False\n"
                            "        for made, made_again in map(tuple, ()):\n            made(0).requires_grad = True\n")
    done = tensorglot.migrate(source, to="keras", model="Net()", inputs=["float32[2,4]"])
    assert done.code.count("self.fc.trainable = False") == 1


def test_some_of_the_weights_are_not_trained() -> None:
    source = FROZEN.replace("self.fc.parameters()", "list(self.fc.parameters())[1:]")
    done = tensorglot.migrate(source, to="keras", model="Net()", inputs=["float32[2,4]"])
    assert ("TG013", "error") in {(d.code, d.severity) for d in done.diagnostics}


def test_weights_that_are_given_to_layers() -> None:
    done = tensorglot.migrate(HEAD + '''class Net(nn.Module):
    def __init__(self, n=5):
        super().__init__()
        table = torch.arange(n * 4).float().view(n, 4)
        self.table = nn.Embedding(n, 4)
        self.table.weight = nn.Parameter(table, requires_grad=False)
        self.fc = nn.Linear(4, 5)
        self.fc.weight = nn.Parameter(table)

    def forward(self, x):
        return self.fc(self.table(x))
''', to="keras", model="Net()", inputs=["int64[2,4]<5"])
    assert done.ok and not done.diagnostics
    space: dict = {}
    exec(done.code, space)
    net = space["Net"]()
    net(np.ones((2, 4), "int64"))
    table = np.arange(20).reshape(5, 4)
    assert (np.asarray(net.table.embeddings) == table).all() and (np.asarray(net.fc.kernel) == table.T).all()
    assert len(net.weights) == 3 and len(net.trainable_weights) == 2
