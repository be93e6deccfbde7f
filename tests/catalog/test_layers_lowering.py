"""What the catalog makes of layers whose arguments are expressions, and what it declines."""

import ast

import pytest

from tensorglot.catalog import binding, registry
from tensorglot.catalog.codecs import Decline
from tensorglot.pivot.nodes import Host, is_literal, literal


def node(expression):
    """A pivot node (or a literal) for a Python expression of names, tuples and literals."""
    if isinstance(expression, ast.Name):
        return Host("Name", {"id": expression.id}, verbatim=False)
    if isinstance(expression, ast.Tuple):
        return Host("Tuple", {"elts": [binding.const(node(item)) for item in expression.elts]}, verbatim=False)
    return ast.literal_eval(expression)


def text(value):
    if isinstance(value, Host) and not is_literal(value):
        if value.kind == "Name":
            return value.fields["id"]
        if value.kind == "BinOp":
            return f"{text(value.fields['left'])} - {text(value.fields['right'])}"
        return "(" + ", ".join(text(item) for item in value.fields["elts"]) + ")"
    if isinstance(value, (tuple, list)):
        return "(" + ", ".join(text(item) for item in value) + ")"
    return repr(literal(value))


def lowered(call, framework="keras"):
    tree = ast.parse(call, mode="eval").body
    callee, reasons = ast.unparse(tree.func), []
    for entry in registry.lookup("torch", callee):
        for signature in entry.signatures["torch"]:
            if signature.callee == callee and entry.kind == ("layer" if callee.startswith("nn.") else "function"):
                try:
                    bound = binding.bind(signature, [node(a) for a in tree.args],
                                         {k.arg: node(k.value) for k in tree.keywords})
                except Decline as error:
                    reasons.append(str(error))
                    continue
                made, _ = binding.choose(entry, framework, bound.args, bound.given)
                if made.signature.template:
                    return made.signature.template
                parts = [text(a) for a in made.args] + [f"{k}={text(v)}" for k, v in made.keywords.items()]
                return f"{made.signature.callee}({', '.join(parts)})"
    raise Decline("; ".join(reasons))


@pytest.mark.parametrize("source, expected", [
    ("nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)",
     "adapters.PaddedConv2D(64, 7, strides=2, padding=3, use_bias=False)"),
    ("nn.Conv2d(c, d, 3, stride=s, padding=1)", "adapters.PaddedConv2D(d, 3, strides=s, padding=1)"),
    ("nn.Conv2d(c, d, 1, stride=s, bias=False)", "layers.Conv2D(d, 1, strides=s, use_bias=False)"),
    ("nn.Conv2d(c, d, 3, padding=1)", "layers.Conv2D(d, 3, padding='same')"),
    ("nn.Conv2d(c, d, 3, padding=r, dilation=r)", "layers.Conv2D(d, 3, padding='same', dilation_rate=r)"),
    ("nn.Conv2d(c, d, 3, s, r, dilation=r)", "adapters.GeneralConv2D(d, 3, strides=s, padding=r, dilation_rate=r)"),
    ("nn.Conv2d(c, d, k, padding=p)", "adapters.PaddedConv2D(d, k, padding=p)"),
    ("nn.Conv2d(c, d, k)", "layers.Conv2D(d, k)"),
    ("nn.Conv2d(c, c, 3, padding=1, groups=c)", "layers.DepthwiseConv2D(3, padding='same')"),
    ("nn.Conv2d(c, d, 3, padding=1, groups=c)", "layers.Conv2D(d, 3, padding='same', groups=c)"),
    ("nn.Conv2d(c, d, 3, padding=1, groups=g)", "layers.Conv2D(d, 3, padding='same', groups=g)"),
    ("nn.Conv2d(c, d, 1, groups=1)", "layers.Conv2D(d, 1)"),
    ("nn.Conv1d(c, d, 3, padding='same', padding_mode='circular')",
     "adapters.GeneralConv1D(d, 3, padding='same', padding_mode='circular')"),
    ("nn.LazyConv2d(8, 3, padding=1)", "layers.Conv2D(8, 3, padding='same')"),
    ("nn.ConvTranspose2d(c, d, 2, stride=2)", "layers.Conv2DTranspose(d, 2, strides=2)"),
    ("nn.ConvTranspose2d(c, d, 4, 2, 1, bias=False)",
     "layers.Conv2DTranspose(d, 4, strides=2, padding='same', use_bias=False)"),
    ("nn.ConvTranspose2d(c, d, k, s)", "layers.Conv2DTranspose(d, k, strides=s, output_padding=0)"),
    ("nn.ConvTranspose2d(c, d, 3, 2, 1, 1)",
     "adapters.PaddedConv2DTranspose(d, 3, strides=2, padding=1, output_padding=1)"),
    ("nn.MaxPool2d(2)", "layers.MaxPooling2D(2)"), ("nn.MaxPool2d(k, s)", "layers.MaxPooling2D(k, strides=s)"),
    ("nn.MaxPool2d(3, 2, 1)", "adapters.PaddedMaxPooling2D(3, strides=2, padding=1)"),
    ("nn.AvgPool2d(3, 1, 1, count_include_pad=False)", "layers.AveragePooling2D(3, strides=1, padding='same')"),
    ("nn.AdaptiveAvgPool2d((1, 1))", "layers.GlobalAveragePooling2D(keepdims=True)"),
    ("nn.AdaptiveAvgPool2d(7)", "adapters.AdaptiveAveragePooling(7)"),
    ("nn.BatchNorm2d(c)", "layers.BatchNormalization(momentum=0.9, epsilon=1e-05)"),
    ("nn.BatchNorm2d(c, 0.001, 0.01)", "layers.BatchNormalization()"),
    ("nn.BatchNorm2d(c, momentum=m, affine=a)",
     "layers.BatchNormalization(momentum=1 - m, epsilon=1e-05, center=a, scale=a)"),
    ("nn.BatchNorm2d(c, momentum=None)", "adapters.UnbiasedBatchNormalization(momentum=None)"),
    ("nn.InstanceNorm2d(c)", "layers.GroupNormalization(groups=-1, epsilon=1e-05, center=False, scale=False)"),
    ("nn.GroupNorm(32, c)", "layers.GroupNormalization(epsilon=1e-05)"),
    ("nn.LayerNorm(d)", "layers.LayerNormalization(epsilon=1e-05)"),
    ("nn.LayerNorm((d,), bias=b)", "layers.LayerNormalization(epsilon=1e-05, center=b)"),
    ("nn.LayerNorm(d, elementwise_affine=False)", "adapters.LayerNorm(d, center=False, scale=False)"),
    ("nn.LayerNorm((h, w))", "adapters.LayerNorm((h, w))"),
    ("nn.RMSNorm(d, eps=e)", "layers.RMSNormalization(epsilon=e)"),
    ("nn.Linear(c, d, bias=b)", "layers.Dense(d, use_bias=b)"), ("nn.ReLU(inplace=True)", "layers.ReLU()"),
    ("nn.GELU()", "layers.Activation('gelu')"), ("nn.GELU(a)", "adapters.GELU(approximate=a)"),
    ("nn.LogSoftmax(dim=1)", "adapters.LogSoftmax(axis=1)"), ("nn.Dropout(p)", "layers.Dropout(p)"),
    ("nn.Dropout()", "layers.Dropout(0.5)"), ("nn.Flatten()", "layers.Flatten()"),
    ("nn.ZeroPad2d((p, q, 0, 1))", "layers.ZeroPadding2D(((0, 1), (p, q)))"),
    ("nn.ZeroPad2d((p, p, q, q))", "layers.ZeroPadding2D((q, p))"), ("nn.ZeroPad2d(p)", "layers.ZeroPadding2D(p)"),
    ("nn.ReflectionPad2d((p, q, 0, 1))", "adapters.SpatialPadding(((0, 1), (p, q)), mode='reflect')"),
    ("F.relu(x)", "ops.relu(x)"), ("F.gelu(x)", "ops.gelu(x, approximate=False)"),
    ("F.softmax(x, dim=d)", "ops.softmax(x, axis=d)"),
    ("F.dropout(x, p, t)", "adapters.dropout(x, rate=p, training=t)"),
    ("F.hardtanh(x, a, b)", "ops.clip(x, a, b)"),
])
def test_keras(source, expected):
    assert lowered(source) == expected


@pytest.mark.parametrize("source, expected", [
    ("F.relu(x)", "tf.nn.relu(x)"), ("F.max_pool2d(x, 2)", "tf.nn.max_pool2d(x, 2, 2, 'VALID')"),
    ("F.avg_pool2d(x, 3, 1, 1, False, False)", "tf.nn.avg_pool2d(x, 3, 1, 'SAME')"),
    ("F.log_softmax(x, dim=1)", "tf.nn.log_softmax(x, axis=1)"), ("F.gelu(x)", "tf.nn.gelu(x)"),
    ("F.max_pool2d(x, 3, 2, 1)", "adapters.max_pool(x, 3, strides=2, padding=1)")])
def test_tensorflow(source, expected):
    assert lowered(source, "tensorflow") == expected


@pytest.mark.parametrize("source, reason", [
    ("nn.FractionalMaxPool2d(2, output_size=3)", "no counterpart"), ("nn.Softmax()", "axis is not given"),
    ("F.softmax(x)", "axis is not given"), ("nn.Hardtanh(min_value=-2.0)", "old_low"),
    ("nn.ConvTranspose2d(c, d, 3, padding_mode='reflect')", "only 'zeros'"),
    ("nn.Conv2d(c, d, 3, stripes=2)", "stripes"),
    ("nn.ZeroPad2d((1, 2))", "2 paddings for 2 axes")])
def test_declined(source, reason):
    with pytest.raises(Decline, match=reason):
        lowered(source)


def test_attributes():
    attributes = registry.entry("layer", "conv2d").attributes
    assert attributes["out_channels"] == {"torch": "out_channels", "keras": "filters"}
    assert attributes["weight"] == {"torch": "weight", "keras": "kernel"}
