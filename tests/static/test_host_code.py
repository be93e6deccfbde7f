"""Host code that speaks of the framework: probes, factory arguments, initial values, norms that subclasses write out."""

from tensorglot import migrate

HEAD = "import torch\nimport torch.nn.functional as F\nfrom torch import nn\n\n\n"


def code(source: str, **options) -> str:
    """The migrated code of a source that imports torch."""
    return migrate(HEAD + source, to="keras", run=False, **options).code


def test_probes_are_answered() -> None:
    made = code("has_silu = 'silu' in dir(torch.nn.functional)\nno_relu = 'relu' not in dir(F)\n"
                "exporting = hasattr(torch, 'compiler') and hasattr(torch.compiler, 'is_exporting')\n"
                "act = getattr(F, 'silu', None)\nother = getattr(torch, 'what', None) or print\n")
    assert "has_silu = True" in made and "no_relu = False" in made and "exporting = False" in made
    assert "other = None or print" in made and "torch" not in made.replace("import torch", "")


def test_an_import_that_may_fail() -> None:
    made = code("try:\n    from torch import _assert\nexcept ImportError:\n    def _assert(condition, message):\n"
                "        assert condition, message\n\n\ntry:\n    import torchvision\n    has = True\n"
                "except ImportError:\n    has = False\n")
    assert made.strip() == "has = False"  # the framework has `_assert`: what stands in for it is not needed
    assert "try" not in made and "torchvision" not in made


def test_factory_arguments_in_a_dictionary() -> None:
    made = code('''class Net(nn.Module):
    def __init__(self, width, device=None, dtype=None):
        super().__init__()
        dd = {'device': device, 'dtype': dtype}
        self.fc = nn.Linear(width, width, **dd)
        self.scale = nn.Parameter(torch.zeros(4, **dd))

    def forward(self, x):
        return self.fc(x) * self.scale
''')
    assert "self.fc = layers.Dense(width)" in made and "ops.zeros((4,), dtype=dtype)" in made


def test_a_class_passed_as_a_value_takes_factory_arguments() -> None:
    made = code('''class Net(nn.Module):
    def __init__(self, width, layer=nn.LayerNorm, device=None):
        super().__init__()
        self.norm = layer(width, device=device)

    def forward(self, x):
        return self.norm(x)
''')
    assert "eps=1e-05, device=None" in made.replace("\n", " ").replace("  ", "") or "device=None, **kwargs" in made


def test_a_batch_norm_that_writes_out_its_base() -> None:
    made = code('''class Norm(nn.BatchNorm2d):
    def __init__(self, width, track_running_stats=True):
        super().__init__(width, track_running_stats=track_running_stats)

    def forward(self, x):
        if self.training and self.track_running_stats:
            if self.num_batches_tracked is not None:
                self.num_batches_tracked.add_(1)
        return F.relu(F.batch_norm(x, self.running_mean, self.running_var, self.weight, self.bias, self.training,
                                   self.momentum, self.eps))
''')
    assert "super().call(x, training=training)" in made and "num_batches_tracked" not in made
    assert "if track_running_stats is not True:" in made and "self.momentum = momentum" not in made


def test_initial_values_from_the_shape_of_a_weight() -> None:
    migration = migrate(HEAD + '''def _init_weights(m, scale=1.0):
    if isinstance(m, nn.Linear):
        fan_out = m.weight.size(0)
        bound = 1.0 / fan_out
        nn.init.uniform_(m.weight, -bound, bound)
        nn.init.zeros_(m.bias)
        m.weight.data.mul_(scale)
''', to="keras", run=False)
    assert "fan_out" not in migration.code and "m.bias_initializer" in migration.code
    assert {d.code for d in migration.diagnostics if d.severity == "error"} == set()
    assert any(d.code == "TG032" for d in migration.diagnostics)


def test_initial_values_of_layers_that_only_a_run_tells() -> None:
    source = '''class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(9, 4)
        self.norms = nn.ModuleList([nn.LayerNorm(4) for _ in range(2)])
        self.act = nn.PReLU()
        nn.init.xavier_uniform_(self.table.weight.data)
        for norm in self.norms:
            nn.init.ones_(norm.bias)
        for layer in [self.table, self.norms[0]]:
            nn.init.normal_(layer.weight)
        nn.init.zeros_(self.act.weight)

    def forward(self, x):
        x = self.act(self.table(x))
        for norm in self.norms:
            x = norm(x)
        return x
'''
    done = migrate(HEAD + source, to="keras", model="Net()", inputs=["int64[2,5]<9"])
    assert "self.table.embeddings_initializer = keras.initializers.GlorotUniform()" in done.code
    assert "norm.beta_initializer = keras.initializers.Ones()" in done.code
    assert "self.act.alpha_initializer" in done.code
    assert [d.code for d in done.diagnostics] == ["TG032"]  # two kinds of layers, with attributes of their own


def test_parameters_that_are_trained_or_not_by_an_argument() -> None:
    made = code('''class Net(nn.Module):
    def __init__(self, n, learned=False):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(3), requires_grad=learned)
        self.place = nn.Parameter(torch.arange(3) * 1.0, learned)
        self.noise = nn.Parameter(torch.empty((3,)).normal_(), requires_grad=False)
        self.shift = nn.Parameter(torch.zeros(3), requires_grad=True)

    def forward(self, x):
        return x * self.scale + self.place + self.shift
''')
    assert 'initializer="ones", trainable=learned, name="scale")' in made
    assert "trainable=learned, name=\"place\")" in made and "stddev=1), trainable=False," in made
    assert 'initializer="zeros", name="shift")' in made


def test_eval_of_names_of_the_framework() -> None:
    done = migrate(HEAD + "two = eval('1 + 1')\nkind = eval('nn.ReLU')\n\n\ndef make(text):\n    return eval(text)()\n",
                   to="keras", run=False)
    assert "two = eval('1 + 1')" in done.code and [d.code for d in done.diagnostics] == ["TG014", "TG014"]
