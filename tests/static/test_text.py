"""Generated text reads as a person would have written it."""

from tensorglot import migrate

HEAD = "import torch\nimport torch.nn as nn\n\n\n"
NET = HEAD + '''class Net(nn.Module):
    def __init__(self, width=3):
        super().__init__()
        self.fc = nn.Linear(4, width)

    def forward(self, x):
        return self.fc(x)  # scores
'''


def text(source: str, to: str = "keras", **options) -> str:
    """The migrated code; what was added before the first class of the source is left out."""
    code = migrate(source, to=to, run=False, **options).code
    return code[code.index("class Net"):] if "class Net" in code else code


def test_a_comment_stays_with_its_statement_where_new_methods_follow() -> None:
    code = text(NET)
    assert "return self.fc(x)  # scores\n\n    def get_config" in code
    assert code.count("# scores") == 1


def test_models_without_arguments_have_a_config() -> None:
    """The target's own would hand its base class's options to the constructor."""
    source = NET.replace(", width=3", "").replace("width", "3")
    assert "    def get_config(self):\n        return {}\n" in text(source)


def test_parts_of_chains_are_layers() -> None:
    source = HEAD + '''class Part(nn.Module):
    def forward(self, x):
        return x * 2


class Block(nn.Module):
    def forward(self, x):
        return x * 3


class Net(nn.Module):
    def __init__(self, block):
        super().__init__()
        self.block = block()

    def forward(self, x):
        return self.block(x)


def chain():
    return nn.Sequential(Part(), nn.ReLU())


def net():
    return Net(Block)
'''
    code = migrate(source, to="keras", run=False).code
    assert "class Part(layers.Layer)" in code or "class Part(keras.layers.Layer)" in code
    assert "class Block(layers.Layer)" in code or "class Block(keras.layers.Layer)" in code
    assert "class Net(keras.Model)" in code


def test_sequences_that_serve_as_lists_are_saved_as_lists() -> None:
    source = HEAD + '''class Net(nn.Module):
    def __init__(self, sizes=(3, 4), name=""):
        super().__init__()
        self.first = nn.Linear(2, sizes[0])
        self.rest = nn.ModuleList([nn.Linear(3, size) for size in sizes])

    def forward(self, x):
        return self.first(x)
'''
    assert '{"sizes": list(sizes), "name": name}' in text(source)
    code = migrate(source.replace("sizes[0]", "(sizes + (1,))[0]"), to="keras", run=False).code
    assert "@saved(" in code and "get_config" not in code[code.index("class Net"):]


def test_imports_stand_in_groups() -> None:
    source = HEAD + "def net(x):\n    return torch.flatten(x, 1)\n"
    code = migrate(source, to="keras", run=False).code
    assert code.startswith("import math\n\nfrom keras import ops\n\n\n")
    code = migrate("import os\n\n" + source, to="keras", run=False).code
    assert code.startswith("import os\nimport math\n\nfrom keras import ops\n\n\n")


def test_a_permutation_that_storage_makes_needless_leaves_its_comment_only(tmp_path) -> None:
    source = HEAD + '''class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv1d(4, 5, 3)

    def forward(self, x):
        x = x.permute(0, 2, 1)  # channels first
        x = self.conv(x)
        return torch.squeeze(x, 0), f"{x.size(1)} channels"
'''
    path = tmp_path / "net.py"
    path.write_text(source)
    code = migrate(path, to="keras", model="Net()", inputs=["float32[2,7,4]"]).code
    assert "    def call(self, x):\n        # channels first\n        x = self.conv(x)\n" in code
    assert 'f"{' in code


def test_annotations_name_the_general_layer() -> None:
    code = migrate(HEAD + "def conv(n: int) -> nn.Conv2d:\n    return nn.Conv2d(3, n, 1)\n", to="keras", run=False).code
    assert "-> layers.Conv2D:" in code


def test_kernel_size_of_an_inherited_convolution_is_known_before_it_is_built(tmp_path) -> None:
    source = HEAD + '''class Net(nn.Conv2d):
    def __init__(self, c, k):
        super().__init__(c, c, k)
        kh, kw = self.weight.size()[-2:]
        self.pad = nn.ZeroPad2d((kw // 2, kw // 2, kh // 2, kh // 2))

    def forward(self, x):
        return super().forward(self.pad(x))
'''
    path = tmp_path / "net.py"
    path.write_text(source)
    migration = migrate(path, to="keras", model="Net(3, 5)", inputs=["float32[2,3,8,9]"])
    assert "kh, kw = self.kernel_size\n" in migration.code
    assert migration.diagnostics == []


def test_an_index_on_several_lines_stays_one() -> None:
    done = migrate("""import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x, index):
        part = x[torch.arange(2)[:, None],  # rows
                 index, :]
        return part * 2
""", to="keras", model="Net()", inputs=["float32[2,3,4]", "int64[2,5]<3"])
    assert done.ok and not done.diagnostics and "# rows\n" in done.code, done.code
