"""TensorFlow (2.16 or later, with tf.keras): what differs from Keras."""

from __future__ import annotations

from ...catalog import registry
from ..keras import dialect as keras
from ..keras.dialect import (  # noqa: F401
    ADAPTERS,
    BASES,
    BUILT,
    CHANNELS_FIRST,
    CONSTANT_INITIALIZER,
    CONSTANTS,
    DTYPES,
    FORWARD,
    IDIOMS,
    MODEL,
    MODULE_METHODS,
    NORMAL_INITIALIZER,
    OPTIONAL_WEIGHTS,
    RESERVED,
    RESERVED_MODEL,
    SEED,
    TENSOR_TYPES,
    UNIQUE_NUMBER,
    UNKNOWN_ARGUMENT,
    VARIABLE,
    WEIGHT_DTYPE,
    module_path,
)

PACKAGES = frozenset({"tensorflow"})
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

TYPES = {**keras.TYPES, "tensor": "tf.Tensor"}

SERIALIZABLE = "keras.utils.register_keras_serializable"

TRANSPOSE = "tf.transpose"
STOP_GRADIENT = "tf.stop_gradient"
#: Applies a function to all tensors in tuples, lists and dictionaries.
MAP_STRUCTURE = "tf.nest.map_structure"
IS_TENSOR = "tf.is_tensor"
#: A tuple with the sizes that are known: `tf.shape` gives a tensor, which cannot be unpacked in a graph.
SHAPE = "ops.shape"


def canonical(dotted: str) -> str:
    """The catalog's short name of a dotted TensorFlow name."""
    return "tf" + dotted[len("tensorflow"):] if dotted.startswith("tensorflow.") else dotted


def public(dotted: str) -> str:
    """The public dotted name of a private alias."""
    return dotted


def knows(dotted: str) -> bool:
    """True where the catalog has this name."""
    return bool(registry.lookup(PREFIX, canonical(dotted)))


def is_layer(dotted: str) -> bool:
    """True where the dotted name is a layer class of the catalog."""
    return any(e.kind == "layer" for e in registry.lookup(PREFIX, canonical(dotted)))
