"""Keras's own signatures, as they are read: complete, with its defaults, and bound in every argument."""

import ast
import inspect

import keras
import pytest

from tensorglot.catalog import registry
from tensorglot.catalog.binding import bind
from tensorglot.catalog.codecs import Decline
from tensorglot.pivot.nodes import Ref, const, name

SPACES = {"layers": keras.layers, "ops": keras.ops, "activations": keras.activations,
          "initializers": keras.initializers, "keras": keras}
#: Arguments of every layer, and those by which a first one tells the shape of its input.
EVERY = {"activity_regularizer": None, "trainable": True, "dtype": None, "autocast": True, "name": None,
         "input_shape": None, "batch_input_shape": None, "input_dim": None, "input_length": None, "batch_size": None}
#: Arguments that are refused: adapters of large models, and quantisation.
REFUSED = {"lora_rank", "lora_alpha", "quantization_config", "gptq_unpacked_column_size"}
#: What must at least be bound, by namespace; `coverage` lists the rest.
LEAST = {"layers": 108, "ops": 195, "activations": 31}

registry.load()
READ = [pytest.param(entry, signature, id=f"{entry.name}-{signature.callee}") for entry in registry.REGISTRY.values()
        for signature in entry.read.get("keras", []) if not signature.attribute]


def real(callee):
    space, _, rest = callee.partition(".")
    found = SPACES[space]
    for step in rest.split("."):
        found = getattr(found, step)
    return found


def parameters(found):
    """Names and defaults of a callable; a layer's include those of every layer."""
    items = inspect.signature(found.__init__ if inspect.isclass(found) else found).parameters.values()
    own = {p.name: p.default for p in items if p.name != "self" and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)}
    layer = inspect.isclass(found) and issubclass(found, keras.Layer)
    return {**(EVERY if layer and not issubclass(found, keras.Model) else {}), **own}


@pytest.mark.parametrize("entry, signature", READ)
def test_names_and_defaults_are_the_frameworks(entry, signature):
    expected = parameters(real(signature.callee))
    if signature.callee.startswith("layers.") and not inspect.isclass(real(signature.callee)):
        expected |= EVERY  # functions that make a layer and call it
    for param in signature.params:
        assert param.name in expected
        if param.default is not None:
            assert ast.literal_eval(param.default) == expected[param.name], param.name
        elif expected[param.name] is not inspect.Parameter.empty:
            assert param.name in ("axis", "dtype", "noise_shape"), param.name  # one form of several asks for it


@pytest.mark.parametrize("entry, signature", [p for p in READ if p.values[0].kind == "layer"])
def test_every_argument_of_a_layer_is_bound_or_refused(entry, signature):
    own = set(parameters(real(signature.callee)))
    together = {p.name for s in entry.read["keras"] if s.callee == signature.callee for p in s.params}
    assert own - together - REFUSED <= ({"weights"} if entry.name == "embedding_from_table" else set())


def bound(space, item):
    """Entries that bind a call with what has no default."""
    found = real(f"{space}.{item}")
    words = {k: name(f"given_{k}") for k, v in parameters(found).items() if v is inspect.Parameter.empty}
    for entry in registry.lookup("keras", f"{space}.{item}"):
        for signature in entry.sources("keras"):
            if signature.callee == f"{space}.{item}":
                try:
                    bind(signature, [], dict(words))
                except Decline:
                    continue
                yield entry.name


@pytest.mark.parametrize("space", LEAST)
def test_how_many_are_read(space):
    names = [n for n in dir(SPACES[space]) if not n.startswith("_") and callable(getattr(SPACES[space], n))]
    assert sum(any(bound(space, n)) for n in names) >= LEAST[space]


@pytest.mark.parametrize("callee, words, wanted", [
    ("layers.Dense", {"units": 3, "activation": "swish"}, {"out": 3, "fused": "silu"}),
    ("layers.Conv2D", {"filters": 8, "kernel_size": 3, "padding": "same", "strides": 2}, {"pad": "same", "stride": 2}),
    ("layers.AveragePooling2D", {"pool_size": 3, "padding": "same"}, {"pad": "same", "count_pad": False}),
    ("layers.BatchNormalization", {"momentum": 0.9, "scale": False}, {"decay": 0.9, "scale": False, "bias": True}),
    ("layers.ZeroPadding2D", {"padding": ((1, 2), (3, 4))}, {"pad": (3, 4, 1, 2)}),
    ("layers.GRU", {"units": 4, "reset_after": False}, {"reset_after": False, "all_outputs": False}),
    ("layers.Flatten", {}, {"start": 1, "end": -1}),
])
def test_what_arguments_mean(callee, words, wanted):
    made = None
    for entry in registry.lookup("keras", callee):
        for signature in [s for s in entry.sources("keras") if s.callee == callee]:
            try:
                made = made or bind(signature, [], {k: const(v) for k, v in words.items()})
            except Decline:
                continue
    assert made is not None
    found = {k: v.op if isinstance(v, Ref) else v for k, v in made.args.items()}
    assert {k: ast.literal_eval(ast.unparse(to_ast(found[k]))) if hasattr(found[k], "fields") else found[k]
            for k in wanted} == wanted


def to_ast(node):
    from tensorglot.pivot import nodes

    return nodes.to_ast(node)


@pytest.mark.parametrize("callee, words", [
    ("layers.Conv2D", {"filters": 8, "kernel_size": 3, "data_format": "channels_first"}),
    ("layers.Dense", {"units": 8, "lora_rank": 2}),
    ("layers.Dense", {"units": 8, "activation": "no such function"}),
    ("layers.Dense", {"units": 8, "unknown": 2}),
    ("layers.Conv2D", {"filters": 8, "kernel_size": 3, "padding": "causal"}),
    ("layers.BatchNormalization", {"renorm": True}),
])
def test_what_is_not_supported_is_refused(callee, words):
    for entry in registry.lookup("keras", callee):
        for signature in [s for s in entry.sources("keras") if s.callee == callee]:
            with pytest.raises(Decline):
                bind(signature, [], {k: const(v) for k, v in words.items()})


def test_informative_arguments_do_not_stop_a_target():
    entry = registry.entry("layer", "linear")
    words = {"units": const(3), "name": const("head"), "kernel_initializer": const("he_normal")}
    made = bind(entry.sources("keras")[0], [], words)
    assert made.given == ["out"]
    assert made.args["label"].fields["value"] == "head" and made.args["kernel_init"].fields["value"] == "he_normal"


def test_tensorflows_second_names_are_the_same_functions():
    """`tf.math.exp` is `tf.exp`: where the dialect takes one for the other, so does the framework."""
    tf = pytest.importorskip("tensorflow")
    from tensorglot.frameworks import dialects

    dialect = dialects.get("tensorflow")

    def found(short):
        made = tf
        for step in short.split(".")[1:]:
            made = getattr(made, step)
        return made

    seen = 0
    for home in dialect._SAME:
        for item in dir(getattr(tf, home) if home else tf):
            written = f"tf.{home}.{item}" if home else f"tf.{item}"
            taken = dialect.canonical(written.replace("tf.", "tensorflow.", 1))
            if taken != written and taken.startswith("tf."):
                seen += 1
                assert found(taken) is found(written) or found(taken).__name__ == found(written).__name__, (written, taken)
    assert seen > 20


@pytest.mark.parametrize("value", [name("pad"), const((name("pad"), const((0, 1))))])
def test_borders_that_are_values_stay_expressions(value):
    """`ZeroPadding2D(pad)` may be given one number, one for each axis, or pairs."""
    entry = registry.entry("layer", "zero_pad2d")
    made = bind(entry.sources("keras")[0], [value], {})
    assert made.args["pad"].name == "padding_by_name"
