"""TensorFlow (2.16 or later, with tf.keras): what differs from Keras."""

from __future__ import annotations

from ...catalog import registry
from ..keras import dialect as keras
from ..keras.dialect import (  # noqa: F401
    ADAPTERS,
    ADD_WEIGHT,
    APPEND,
    BASE_NAMES,
    BUILT,
    CHAINED,
    CHANNELS_FIRST,
    CHILD_LISTS,
    CHILDREN,
    CONSTANT_INITIALIZER,
    CONSTANTS,
    FILLING_METHODS,
    FLAGS,
    FORWARD,
    FUNCTIONAL_ACTIVATIONS,
    FUNCTIONAL_METHODS,
    FUNCTIONAL_MODULE,
    IDIOM_CALLS,
    INITIALISERS,
    LAYER_FUNCTIONS,
    MODE_ARGUMENT,
    MODEL,
    MODULE_CLASS,
    MODULE_METHODS,
    NORMAL_INITIALIZER,
    OF_MODULES,
    OPTIONAL_WEIGHTS,
    PARAMETER_WORDS,
    PASSING,
    PROPERTIES,
    RESERVED,
    RESERVED_MODEL,
    SEED,
    TENSOR_TYPES,
    UNIQUE_NUMBER,
    UNKNOWN_ARGUMENT,
    VARIABLE,
    VERIFIED,
    VERSION,
    WEIGHT_DTYPE,
    WRITTEN,
)

PACKAGES = keras.PACKAGES
#: Dotted beginnings of imports by which a file is told to be written in this framework.
IMPORTS = ("tensorflow",)
#: Packages that build on the framework.
SATELLITES = frozenset({"tensorflow_probability", "tensorflow_addons"})
PREFIX = "tensorflow"
FALLBACK = ("keras",)

NAMESPACES = {
    **keras.NAMESPACES,
    "tf": ("import tensorflow as tf", "tensorflow"),
    "keras": ("from tensorflow import keras", "tensorflow.keras"),
    "layers": ("from tensorflow.keras import layers", "tensorflow.keras.layers"),
    "ops": ("from keras import ops", "keras.ops"),
    "activations": ("from tensorflow.keras import activations", "tensorflow.keras.activations"),
    "initializers": ("from tensorflow.keras import initializers", "tensorflow.keras.initializers"),
}

SYMBOLIC = keras.SYMBOLIC
is_mask = keras.is_mask
DEFAULT_FLOAT = keras.DEFAULT_FLOAT
ROOTS = ("keras", "tf")
FOLLOWED = frozenset({"keras", "tensorflow"})

#: `keras` itself is left to adapters, which import it.
ALIASES = {"keras": ("tf.keras", "import tensorflow as tf")}

TYPE_NAMES = {**keras.TYPE_NAMES, "tensor": "tf.Tensor"}

#: What makes a weight of a value.
PARAMETER = "tf.Variable"

SERIALIZABLE = "keras.utils.register_keras_serializable"

TRANSPOSE = "tf.transpose"
STOP_GRADIENT = "tf.stop_gradient"
#: Applies a function to all tensors in tuples, lists and dictionaries.
MAP_STRUCTURE = "tf.nest.map_structure"
IS_TENSOR = "tf.is_tensor"
#: A tuple with the sizes that are known: `tf.shape` gives a tensor, which cannot be unpacked in a graph.
SHAPE = "ops.shape"


# -- as a source ------------------------------------------------------------------------------------------------------

#: Dtype objects: dotted name → canonical dtype.
DTYPES = {f"tensorflow.{name}": name for name in (
    "float16", "bfloat16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "bool", "complex64",
    "complex128")}
#: Types in annotations: dotted name → pivot type.
TYPES = {**keras.TYPES, "tensorflow.Tensor": "tensor", "tensorflow.Variable": "parameter", "tensorflow.DType": "dtype",
         "tensorflow.TensorShape": "shape", "tensorflow.Module": "module"}
BASES = {**keras.BASES, "tensorflow.Module": "module"}
#: Constructs that are no tensor ops: dotted name → idiom.
IDIOMS = {**keras.IDIOMS, "tensorflow.Variable": "parameter",
          "tensorflow.function": "identity", "tensorflow.random.set_seed": "seed"}


#: Modules that have many functions in common, under one name.
_SAME = ("", "math", "nn", "linalg")
#: Functions that Keras has too, with the same arguments by position, and under other names.
_POSITIONAL = {**{name: name for name in (
    "add", "subtract", "multiply", "divide", "equal", "not_equal", "greater", "greater_equal", "less", "less_equal",
    "logical_and", "logical_or", "logical_not", "logical_xor", "tile")}, "pow": "power", "mod": "mod", "floormod": "mod",
    "floordiv": "floor_divide", "truediv": "divide", "swish": "silu"}


def canonical(dotted: str) -> str:
    """The catalog's short name of a dotted TensorFlow name."""
    dotted = public(dotted)
    if not dotted.startswith("tensorflow."):
        return keras.canonical(dotted)
    home, _, name = dotted.removeprefix("tensorflow.").rpartition(".")
    found = f"tf.{home}.{name}" if home else f"tf.{name}"
    if home in _SAME and not registry.lookup(PREFIX, found):
        others = [f"tf.{other}.{name}" if other else f"tf.{name}" for other in _SAME]
        found = next((o for o in others if registry.lookup(PREFIX, o)), found)
        return f"ops.{_POSITIONAL[name]}" if name in _POSITIONAL and not registry.lookup(PREFIX, found) else found
    return found


def public(dotted: str) -> str:
    """The public dotted name of a private alias."""
    return keras.public(dotted)


def knows(dotted: str) -> bool:
    """True where the dialect or the catalog has this name."""
    dotted = public(dotted)
    return any(dotted in table for table in (BASES, TYPES, DTYPES, IDIOMS)) or \
        bool(registry.lookup(PREFIX, canonical(dotted)))


def is_layer(dotted: str) -> bool:
    """True where the dotted name is a layer class of the catalog."""
    return any(e.kind == "layer" for e in registry.lookup(PREFIX, canonical(dotted)))


def module_path(dotted: str) -> bool:
    """True for modules (not members) of the framework."""
    return keras.module_path(dotted) or dotted in {f"tensorflow.{name}" for name in (
        "nn", "math", "linalg", "random", "image", "signal", "sparse", "strings", "data", "train", "summary", "nest")}
