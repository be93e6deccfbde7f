"""The pivot's JSON, text, validation and diagrams on hand-made programs; no framework needed."""

import ast
import math
import xml.etree.ElementTree as ElementTree

import pytest

from tensorglot.diagnostics import TensorglotError
from tensorglot.pivot import diagram, json, nodes, text, validate
from tensorglot.pivot.nodes import File, Host, Program

SOURCE = '''
class Net(Base):
    """A net."""

    def __init__(self, width=1.5):
        super().__init__()
        self.conv = CONV
        self.block = Block(width)

    def forward(self, x, mask=None):
        y = self.conv(x)
        for layer in [self.block, self.block]:
            y = layer(y)
        if mask is not None:
            y = y * mask
        out = [y, x]
        out.append(RELU)
        del mask
        return out[0], ..., b"bytes", 2j, 1e400, "snow \\u2603 \\ud800", [not a for a in out if a], f"{y!r:>{3}}"


class Block(Base):
    def forward(self, x):
        return RELU
'''


def program() -> Program:
    tree = nodes.from_ast(ast.parse(SOURCE), lambda node: (0, 4))
    replacements = {
        "CONV": nodes.Layer("conv2d", {"I": nodes.const(3), "out": nodes.const(8), "pad": nodes.const((1, 1))},
                            ["I", "out"], site=7),
        "RELU": nodes.Op("relu", {"x": nodes.name("x")}, ["x"], style="method", verbatim=False),
    }
    _replace(tree, replacements)
    for cls in tree.fields["body"]:
        cls.role = "module"
        for function in cls.fields["body"]:
            if isinstance(function, Host) and function.kind == "FunctionDef":
                function.role = "init" if function.fields["name"] == "__init__" else "forward"
    return Program("torch", {"pkg.net": File("pkg.net", "pkg/net.py", tree, SOURCE)})


def _replace(node, replacements):
    for key, value in node.fields.items():
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, Host):
                _replace(item, replacements)
        if isinstance(value, Host) and value.kind == "Name" and value.fields["id"] in replacements:
            node.fields[key] = replacements[value.fields["id"]]
        elif isinstance(value, list):
            node.fields[key] = [replacements.get(v.fields.get("id"), v) if isinstance(v, Host) else v for v in value]


def same(a, b) -> bool:
    """Equal in every field of every node."""
    return json.encode(a) == json.encode(b) and a.key() == b.key()


def test_json_round_trip_is_lossless_and_stable():
    made = program()
    first = json.dumps(made)
    again = json.loads(first)
    assert json.dumps(again) == first
    assert again.files["pkg.net"].text == SOURCE
    assert same(made.files["pkg.net"].body, again.files["pkg.net"].body)
    conv = next(n for n in again.files["pkg.net"].body.walk() if isinstance(n, nodes.Layer))
    assert conv.site == 7 and conv.given == ["I", "out"] and nodes.literal(conv.args["pad"]) == (1, 1)


@pytest.mark.parametrize("value", [0, -1, True, None, 1.0, -0.0, math.inf, -math.inf, 2**80, "a", "\ud800", b"\xff", 2j,
                                   complex(math.inf, -0.0), ..., (), (1, (2,)), [1, [2]], {"a": (1,)}, {1: 2},
                                   {"node": 1}, {"tuple": [1]}, {(1, 2): [3]}, slice])
def test_values(value):
    if value is slice:
        with pytest.raises(TypeError, match="no part of a pivot"):
            json.encode(value)
        return
    back = json.decode(json.encode(value))
    assert repr(back) == repr(value) and type(back) is type(value)


def test_nan():
    assert math.isnan(json.decode(json.encode(math.nan)))


def test_every_node_class_round_trips():
    leaf = nodes.name("a")
    samples = [nodes.Op("relu", {"x": leaf}), nodes.Layer("linear", {}), nodes.LayerCall("linear", {}, callee=leaf),
               nodes.Ref("layer", "relu"), nodes.Parameter(leaf, False, "p"), nodes.Buffer(leaf, leaf, leaf, False),
               nodes.Mode(leaf), nodes.Idiom("super_init", {"a": [1, leaf]}), nodes.Marked("TG010", "why", leaf),
               nodes.Block([leaf]), leaf]
    assert {type(s) for s in samples} == {c for c in json.CLASSES.values() if c is not nodes.Argument}
    for sample in samples:
        sample.span, sample.site = (1, 2), 3
        assert same(sample, json.decode(json.encode(sample)))


def test_without_text_and_spans():
    made = program()
    bare = json.loads(json.dumps(made, text=False, spans=False))
    assert bare.files["pkg.net"].text == ""
    assert all(node.span is None for node in bare.files["pkg.net"].body.walk())
    assert bare.files["pkg.net"].body.key() == made.files["pkg.net"].body.key()


@pytest.mark.parametrize("content, message", [
    ("{", "no JSON"), ("[]", "no pivot"), ('{"format": "x"}', "no pivot"),
    ('{"format": "tensorglot-pivot", "version": 99}', "version 99"),
    ('{"format": "tensorglot-pivot", "version": 1, "source": "torch"}', "'files'"),
    ('{"format": "tensorglot-pivot", "version": 1, "source": "torch", "files": [3]}', "files\\[0\\]"),
    ('{"format": "tensorglot-pivot", "version": 1, "source": "torch", "files": [{"body": {"node": "Evil"}}]}',
     "unknown node class 'Evil'"),
    ('{"format": "tensorglot-pivot", "version": 1, "source": "torch", "files": [{"body": {"node": "Host"}}]}',
     "lacks its field 'kind'"),
    ('{"format": "tensorglot-pivot", "version": 1, "source": "torch", "files": [{"body": {"zzz": 1}}]}', "zzz"),
    ('{"format": "tensorglot-pivot", "version": 1, "source": "torch", "files": [{"body": {"bytes": "?"}}]}', "bytes"),
    ("[" * 100000, "deep"),
])
def test_unreadable_json_says_where(content, message):
    with pytest.raises(TensorglotError, match=message) as caught:
        json.loads(content)
    assert caught.value.diagnostic.code == "TG001"


def test_text_form():
    shown = text.render(program())
    assert "@<module>\nclass Net(Base):" in shown
    assert "self.conv = layer.conv2d(I=3, out=8, pad~=(1, 1))" in shown
    assert "out.append(op.relu(x=x))" in shown
    assert "module pkg.net (pkg/net.py)" in shown


def test_text_of_statements_and_values():
    leaf = nodes.name("self")
    assert text.render_node(nodes.Buffer(leaf, nodes.const("m"), nodes.name("t"))) == \
        "buffer(owner=self, name='m', value=t, persistent=True)"
    statement = nodes.from_ast(ast.parse("x = f(1)").body[0])
    assert text.render_node(nodes.Block([nodes.Marked("TG010", "no f", statement), nodes.Mode(leaf)])) == \
        "with marked[TG010: no f]:\n    x = f(1)\nmode(owner=self)"
    assert text.render_node(nodes.LayerCall("linear", {"x": leaf}, ["x"], callee=nodes.name("self.fc"))) == \
        "self.fc:linear(x=self)"


def test_valid_program_has_no_structural_problems():
    assert [p for p in validate.problems(program()) if "catalog" not in p and "no argument" not in p] == []


def test_every_syntax_node_of_this_file_is_valid():
    with open(__file__, encoding="utf-8") as file:
        content = file.read()
    made = Program("torch", {"m": File("m", "m.py", nodes.from_ast(ast.parse(content)), content)})
    assert validate.problems(made) == []
    assert ast.dump(ast.parse(text.render_node(made.files["m"].body))) == ast.dump(ast.parse(content))


def broken(change) -> list[str]:
    made = program()
    change(made)
    return validate.problems(made)


def body(made: Program) -> Host:
    return made.files["pkg.net"].body


@pytest.mark.parametrize("change, message", [
    (lambda p: body(p).fields["body"][0].fields.update(name="class"), "'class'"),
    (lambda p: body(p).fields["body"][0].fields.update(name="a b"), "'a b'"),
    (lambda p: body(p).fields["body"][0].fields.update(extra=1), "no field 'extra'"),
    (lambda p: body(p).fields["body"][0].fields.pop("name"), "lacks its field 'name'"),
    (lambda p: body(p).fields["body"].append(3), "body holds 3"),
    (lambda p: body(p).fields.update(body=nodes.name("a")), "body is no list"),
    (lambda p: body(p).fields["body"].append(Host("Nothing", {})), "no syntax node"),
    (lambda p: body(p).fields["body"].append(body(p).fields["body"][0]) or body(p).fields["body"][0].fields["body"]
     .append(body(p)), "contains itself"),
    (lambda p: body(p).fields["body"].append(nodes.Op("no_such_op", {})), "no function 'no_such_op'"),
    (lambda p: body(p).fields["body"].append(nodes.Ref("layer", "no_such_layer")), "no layer"),
    (lambda p: setattr(body(p), "span", (0, 10**6)), "outside its text"),
    (lambda p: setattr(body(p), "site", -1), "negative site"),
    (lambda p: setattr(p.files["pkg.net"], "path", "../up.py"), "leaves the project"),
    (lambda p: setattr(p.files["pkg.net"], "path", "/etc/x.py"), "leaves the project"),
    (lambda p: setattr(p.files["pkg.net"], "module", "other"), "calls itself"),
    (lambda p: body(p).fields["body"].append(Host("BinOp", {"left": nodes.name("a"), "op": "system",
                                                            "right": nodes.name("b")})), "system"),
])
def test_problems(change, message):
    assert any(message in problem for problem in broken(change))


def test_check_raises():
    made = program()
    body(made).site = -1
    with pytest.raises(TensorglotError, match="negative site"):
        validate.check(made)


def test_module_tree_and_dataflow():
    tree, *flows = diagram.graphs(program())
    assert [label for label, _ in tree.boxes] == ["Net", "conv: conv2d(3, 8)", "block: Block"]
    assert tree.arrows == [(0, 1, ""), (0, 2, "")]
    assert [flow.title for flow in flows] == ["pkg.net.Net.forward", "pkg.net.Block.forward"]
    labels = [label for label, _ in flows[0].boxes]
    assert labels[0] == "x" and "self.conv()" in labels and labels[-1] == "return"


def test_mermaid_and_svg():
    made = program()
    shown = diagram.mermaid(made)
    assert shown.count("flowchart") == 3 and 'n1["conv: conv2d(3, 8)"]:::layer' in shown
    root = ElementTree.fromstring(diagram.svg(made))
    assert root.tag.endswith("svg") and len(root.findall(".//{*}rect")) > 8
    assert diagram.svg(made) == diagram.svg(program())


def test_notes_list_sites_in_the_order_of_the_text():
    from types import SimpleNamespace

    from tensorglot.pivot import notes

    made = program()
    assert "nothing was run" in notes.facts(made) and "none" in notes.layouts(made)
    tensors = {"4": {"shape": [2, 3], "dtype": "float32"}}
    event = {"k": "op", "s": ("pkg.net", 7), "f": "a.relu", "a": [{"t": 4}, {"tu": [1, None]}], "o": {"t": 4}}
    run = {"ok": True, "error": None, "module": "pkg.net", "model": "Net()", "mode": "eval",
           "inputs": ["float32[2,3]"], "tensors": tensors, "events": [{**event, "kw": {"k": {"l": []}}}] * 2}
    made.facts = SimpleNamespace(runs=[run])
    shown = notes.facts(made)
    assert shown.count("a.relu(float32[2,3], (1, None), k=[]) -> float32[2,3]") == 1 and "(eval): ran" in shown
    layout = SimpleNamespace(names=["x"], orders=[(0, 2, 1)], out_order=(0, 1, 2), transposes=1)
    made.layouts = SimpleNamespace(sites={("pkg.net", 7): layout}, layers={}, interface={})
    assert "x: (0, 2, 1) -> plain  (1 transposed)" in notes.layouts(made)
