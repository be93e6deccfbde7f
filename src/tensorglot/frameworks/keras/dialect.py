"""Keras 3: namespaces, base classes, reserved names and type names of the generated code."""

from __future__ import annotations

from pathlib import Path

from ...catalog import registry
from .source_order import CHANNELS_FIRST  # noqa: F401

PACKAGES = frozenset({"keras", "tensorflow", "tf_keras"})
#: Dotted beginnings of imports by which a file is told to be written in this framework.
IMPORTS = ("keras", "tensorflow.keras", "tf_keras")
#: Packages that build on the framework.
SATELLITES = frozenset({"keras_hub", "keras_cv"})

#: Whether programs of other frameworks are written in this one, and programs in this one compared with what is written.
WRITTEN, VERIFIED = True, False

#: Name of the framework in the catalog's signatures, and where to look when an entry has none.
PREFIX = "keras"
FALLBACK: tuple[str, ...] = ()

FORWARD = "call"
#: Layers have no dictionary of their children by name.
CHILDREN = ""

#: Short namespaces of the catalog → import statement that binds them, and the full dotted name.
NAMESPACES = {
    "keras": ("import keras", "keras"),
    "layers": ("from keras import layers", "keras.layers"),
    "ops": ("from keras import ops", "keras.ops"),
    "activations": ("from keras import activations", "keras.activations"),
    "initializers": ("from keras import initializers", "keras.initializers"),
    "einops": ("import einops", "einops"),
    "np": ("import numpy as np", "numpy"),
    "numpy": ("import numpy", "numpy"),
    "math": ("import math", "math"),
    "contextlib": ("import contextlib", "contextlib"),
}

#: Namespaces from which others of the framework are reached, the usual one first; and the framework's own packages.
ROOTS = ("keras",)
FOLLOWED = frozenset({"keras"})

#: Namespaces that are written otherwise: short name → (expression, import).
ALIASES: dict[str, tuple[str, str]] = {}

#: Pivot types → expression in annotations and isinstance checks.
TYPE_NAMES = {
    "tensor": "keras.KerasTensor", "module": "layers.Layer", "parameter": "keras.Variable", "dtype": "str",
    "device": "str", "shape": "tuple", "module_list": "list", "module_dict": "dict",
    "sequential": "keras.Sequential", "generator": "keras.random.SeedGenerator", "object": "object",
    "function": "adapters.Function",
}

#: Base class of a class by its pivot role.
MODEL = "keras.Model"
BASE_NAMES = {"module": "layers.Layer", "sequential": "keras.Sequential", "module_list": "adapters.ModuleList",
              "module_dict": "adapters.ModuleDict"}

#: Error of a layer's constructor that is given an argument it does not know.
UNKNOWN_ARGUMENT = "ValueError"

#: Tells the dtype that floats have by default.
DEFAULT_FLOAT = "keras.config.floatx"

#: A tensor with a shape and no value; its dtype is that of floats unless it is said.
SYMBOLIC = "keras.Input"


def is_mask(name: str) -> bool:
    """True for arguments of `call` that Keras holds to be masks: it keeps no shapes of them."""
    return name == "mask" or name.endswith("_mask")


SERIALIZABLE = "keras.saving.register_keras_serializable"

#: Attributes that Keras defines on layers; on models also `layers`.
RESERVED = frozenset({"name", "input", "output", "metrics", "losses", "weights", "variables", "dtype", "path",
                      "trainable", "build", "built", "call", "count_params", "input_spec", "supports_masking",
                      "trainable_weights", "non_trainable_weights", "trainable_variables", "non_trainable_variables",
                      "compute_dtype", "variable_dtype", "dtype_policy", "quantization_mode", "add_loss",
                      "add_weight", "get_config", "from_config", "symbolic_call", "stateless_call",
                      "activity_regularizer", "add_metric", "add_variable", "build_from_config", "compute_mask",
                      "compute_output_shape", "compute_output_spec", "get_build_config", "get_weights", "set_weights",
                      "load_own_variables", "save_own_variables", "quantize", "metrics_variables",
                      # what Keras, its trackers and (on the torch backend) torch's modules keep for themselves
                      "_apply", "_auto_config", "_backward_hooks", "_buffers", "_build_shapes_dict", "_call_impl",
                      "_call_signature", "_called", "_compile_loss", "_compile_metrics", "_compute_loss",
                      "_distribute_strategy", "_dtype_policy", "_flatten_layers", "_forward_hooks", "_functional",
                      "_get_name", "_inbound_nodes", "_initial_epoch", "_initialize_tracker", "_input_spec",
                      "_jit_compile", "_layers", "_lock", "_loss_ids", "_loss_tracker", "_losses", "_losses_override",
                      "_maybe_build", "_metrics", "_modules", "_no_dependency", "_non_trainable_variables",
                      "_obj_type", "_object_identifier", "_outbound_nodes", "_parameters", "_parent_path", "_path",
                      "_post_build", "_remat_mode", "_run_eagerly", "_seed_generators", "_setattr_hook",
                      "_supports_masking", "_symbolic_build", "_torch_params", "_track_variable", "_tracked", "_tracker",
                      "_trainable", "_trainable_variables", "_update_uid", "_version"})
RESERVED_MODEL = RESERVED | {"layers", "summary", "compile", "fit", "predict", "evaluate", "optimizer", "loss",
                             "save", "inputs", "outputs", "compiled", "jit_compile", "distribute_strategy",
                             "run_eagerly", "stop_training", "steps_per_execution", "compute_loss",
                             "compute_metrics", "export", "get_layer", "get_metrics_result", "load_weights",
                             "metrics_names", "predict_function", "predict_step", "reset_metrics", "save_weights",
                             "test_function", "test_step", "to_json", "train_function", "train_step"}

#: Flag of layers that have their weights.
BUILT = "built"
#: Weights that a layer may lack: source attribute → family of the layer → flag ("": of any other).
OPTIONAL_WEIGHTS = {"bias": {"norm": "center", "": "use_bias"}, "weight": {"norm": "scale", "": BUILT}}

TRANSPOSE = "ops.transpose"
STOP_GRADIENT = "ops.stop_gradient"
#: Applies a function to all tensors in tuples, lists and dictionaries.
MAP_STRUCTURE = "keras.tree.map_structure"
IS_TENSOR = "ops.is_tensor"
SHAPE = "ops.shape"
VARIABLE = "keras.Variable"
#: Attribute of layers that tells the dtype of their weights.
WEIGHT_DTYPE = "variable_dtype"
SEED = "keras.utils.set_random_seed"
#: A function that numbers the uses of a name.
UNIQUE_NUMBER = "keras.backend.get_uid"
#: Initialiser object of normally distributed values, and its argument for the standard deviation.
NORMAL_INITIALIZER = ("keras.initializers.RandomNormal", "stddev")
CONSTANT_INITIALIZER = "keras.initializers.Constant"

ADAPTERS = Path(__file__).parent / "adapters"

# -- as a source ------------------------------------------------------------------------------------------------------

#: Base classes of modules and the pivot role that they give to a class.
BASES = {"keras.Model": "module", "keras.Layer": "module", "keras.layers.Layer": "module",
         "keras.Sequential": "sequential"}
MODULE_CLASS = "keras.layers.Layer"
#: Arguments of `call` that are no tensors of the network.
FLAGS = frozenset({"training", "mask"})
#: The argument that tells a layer's call whether it is in training.
MODE_ARGUMENT = "training"
#: Attributes of modules through which layers are reached without their names.
CHILD_LISTS = frozenset({"layers", "get_layer", "submodules", "_layers", "_flatten_layers"})
#: Method by which a chain gets a further layer.
APPEND = "add"
#: Types in annotations: dotted name → pivot type.
TYPES = {"keras.KerasTensor": "tensor", "keras.Variable": "parameter", "keras.Model": "module",
         "keras.layers.Layer": "module", "keras.Layer": "module", "keras.Sequential": "sequential",
         "keras.random.SeedGenerator": "generator"}
PROPERTIES: dict[str, str] = {}
CONSTANTS: dict[str, float] = {"keras.pi": 3.141592653589793}
DTYPES: dict[str, str] = {}
TENSOR_TYPES: dict[str, str] = {}
VERSION = "3.0"
PASSING: frozenset[str] = frozenset()
#: Initial values are given to layers, not filled in by functions.
INITIALISERS = ""
FILLING_METHODS: dict[str, str] = {}
FUNCTIONAL_MODULE = ""
FUNCTIONAL_METHODS: dict[str, str] = {}
FUNCTIONAL_ACTIVATIONS: dict[str, str] = {}
LAYER_FUNCTIONS: dict[str, tuple[str, ...]] = {}
MODULE_METHODS = {"add_weight": "add_weight"}
CHAINED: frozenset[str] = frozenset()
OF_MODULES: frozenset[str] = frozenset()
#: Constructs that are no tensor ops: dotted name → idiom.
IDIOMS = {
    "keras.Input": "input", "keras.layers.Input": "input", "keras.layers.InputLayer": "input",
    "keras.saving.register_keras_serializable": "nothing", "keras.utils.register_keras_serializable": "nothing",
    "keras.src.api_export.keras_export": "nothing", "keras.api_export.keras_export": "nothing",
    "keras.utils.set_random_seed": "seed",
    "keras.backend.image_data_format": "data_format", "keras.config.image_data_format": "data_format",
    "keras.activations.get": "named_activation",
    "keras.Model": "graph", "keras.Functional": "graph",
}
#: How idioms of this framework alone are written.
IDIOM_CALLS = {"input": "keras.Input", "graph": "keras.Model", "data_format": "keras.config.image_data_format",
               "named_activation": "keras.activations.get",
               "seed": SEED}
#: Arguments of what makes a parameter: its value, whether it is trained, and what is of no consequence.
PARAMETER_WORDS = ("initial_value", "trainable", "name")
#: What makes a weight of a value.
PARAMETER = VARIABLE
#: The method of modules that makes a weight.
ADD_WEIGHT = "add_weight"

#: Spellings of other versions and of the framework's own files → the public one, longest first.
_SPELLINGS = (
    ("tensorflow.python.keras.", "keras."), ("tensorflow.keras.", "keras."), ("tensorflow.compat.v2.keras.", "keras."),
    ("tf_keras.", "keras."), ("keras.src.", "keras."), ("keras.api.", "keras."),
)
#: Functions that have two names.
_SECOND_NAMES = {f"ops.{second}": f"ops.{first}" for second, first in {
    "amax": "max", "amin": "min", "fabs": "abs", "true_divide": "divide", "left_shift": "bitwise_left_shift",
    "right_shift": "bitwise_right_shift", "bitwise_not": "bitwise_invert", "conjugate": "conj"}.items()}
#: Modules of which the members are known by a shorter name.
_HOMES = (("keras.models.", "keras."), ("keras.engine.", "keras."), ("keras.layers.core.", "keras.layers."))


def canonical(dotted: str) -> str:
    """The catalog's short name of a dotted Keras name."""
    dotted = public(dotted)
    for short, (_, full) in NAMESPACES.items():
        if short != "keras" and dotted.startswith(full + "."):
            found = short + dotted[len(full):]
            return _SECOND_NAMES.get(found, found)
    return dotted


def public(dotted: str) -> str:
    """The public dotted name of a private alias, or of another version's spelling."""
    for theirs, ours in _SPELLINGS:
        if dotted.startswith(theirs) or dotted == theirs[:-1]:
            dotted = (ours + dotted[len(theirs):]).rstrip(".")
            break
    for home, shorter in _HOMES:
        if dotted.startswith(home) and dotted.count(".") == home.count("."):
            dotted = shorter + dotted[len(home):]
    head, _, last = dotted.rpartition(".")
    if dotted.startswith("keras.layers.") and head != "keras.layers" and last[:1].isupper():
        return f"keras.layers.{last}"
    return dotted


def knows(dotted: str) -> bool:
    """True where the dialect or the catalog has this name."""
    dotted = public(dotted)
    return any(dotted in table for table in (BASES, TYPES, IDIOMS)) or bool(registry.lookup(PREFIX, canonical(dotted)))


def is_layer(dotted: str) -> bool:
    """True where the dotted name is a layer class of the catalog."""
    return any(e.kind == "layer" for e in registry.lookup(PREFIX, canonical(dotted)))


def module_path(dotted: str) -> bool:
    """True for modules (not members) of the framework."""
    return public(dotted) in {full for _, full in NAMESPACES.values()} | {
        "tensorflow", "keras.models", "keras.backend", "keras.utils", "keras.saving", "keras.random", "keras.regularizers",
        "keras.constraints", "keras.losses", "keras.metrics", "keras.optimizers", "keras.callbacks", "keras.datasets",
        "keras.applications", "keras.config"}
