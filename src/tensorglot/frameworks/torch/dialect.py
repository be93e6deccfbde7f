"""PyTorch: namespaces, base classes and idioms that are no tensor ops."""

from __future__ import annotations

from pathlib import Path

from ...catalog import registry
from ...catalog.known import TENSOR_TYPES  # noqa: F401

PACKAGES = frozenset({"torch", "torch_xla", "einops"})
#: Dotted beginnings of imports by which a file is told to be written in this framework.
IMPORTS = tuple(PACKAGES)
#: Packages that build on the framework.
SATELLITES = frozenset({"torchvision", "torchaudio", "torchtext", "functorch"})

#: Dotted prefixes and the short namespace that the catalog uses, longest first.
PREFIXES = (
    ("torch.nn.functional.", "F."), ("torch.nn.init.", "nn.init."), ("torch.nn.utils.rnn.", "nn.utils.rnn."),
    ("torch.nn.utils.weight_norm.", "nn.utils."), ("torch.nn.utils.spectral_norm.", "nn.utils."),
    ("torch.nn.utils.", "nn.utils."), ("torch.nn.parameter.", "nn."), ("torch.nn.modules.", "nn.modules."),
    ("torch.nn.", "nn."), ("torch.functional.", "torch."), ("torch._C._nn.", "F."),
    ("torch.ao.nn.quantized.", "nn.quantized."), ("torch.quantization.", "torch.ao.quantization."),
    ("torch._C._VariableFunctions.", "torch."), ("torch.sparse.torch.", "torch."),
    ("torch._tensor.Tensor.", "Tensor."), ("torch.Tensor.", "Tensor."),
    ("einops.einops.", "einops."), ("einops.layers.torch.", "einops.layers."),
)

#: Base classes of modules and the pivot role that they give to a class.
BASES = {
    "torch.nn.Module": "module", "torch.nn.Sequential": "sequential", "torch.nn.ModuleList": "module_list",
    "torch.nn.ModuleDict": "module_dict",
}

#: Whether programs of other frameworks are written in this one, and programs in this one compared with what is written.
WRITTEN, VERIFIED = False, True

#: The version whose meaning the catalog holds.
VERSION = "2.13.0"

#: Classes of values that say what a tensor is like, whose members the catalog has: by the op that gives such a value.
PROPERTIES = {"dtype": "torch.dtype", "device_of": "torch.device"}
#: Dtype objects: dotted name → canonical dtype.
DTYPES = {f"torch.{name}": canonical for name, canonical in {
    "float": "float32", "float32": "float32", "float64": "float64", "double": "float64", "float16": "float16",
    "half": "float16", "bfloat16": "bfloat16", "int": "int32", "int8": "int8", "int16": "int16", "short": "int16",
    "int32": "int32", "int64": "int64", "long": "int64", "uint8": "uint8", "bool": "bool", "complex64": "complex64",
    "cfloat": "complex64", "complex128": "complex128", "cdouble": "complex128"}.items()}

#: Types that stand in annotations and isinstance checks: dotted name → pivot type.
TYPES = {
    "torch.Tensor": "tensor", "torch.FloatTensor": "tensor", "torch.LongTensor": "tensor",
    "torch.BoolTensor": "tensor", "torch.nn.Module": "module", "torch.nn.Parameter": "parameter",
    "torch.dtype": "dtype", "torch.device": "device", "torch.Size": "shape", "torch.nn.ModuleList": "module_list",
    "torch.nn.ModuleDict": "module_dict", "torch.nn.Sequential": "sequential",
    "torch.Generator": "generator", "torch.types.Device": "device", "torch.types._dtype": "dtype",
    "torch.autograd.Function": "function", "torch.autograd.function.Function": "function",
}


def is_mask(name: str) -> bool:
    """No argument is special."""
    return False


#: Arguments of the forward method that are no tensors; the one that tells the mode; the method that extends a chain.
FLAGS: frozenset[str] = frozenset()
MODE_ARGUMENT = ""
#: Attributes of modules through which layers are reached without their names.
CHILD_LISTS = frozenset({"children", "modules", "named_children", "named_modules", "_modules"})
APPEND = "append"

#: Arguments of what makes a parameter: its value, whether it is trained, and what is of no consequence.
PARAMETER_WORDS = ("data", "requires_grad", "persistent")

#: Callables that hand tensors on, whatever their axes are.
PASSING = frozenset({"torch.autograd.function.Function.apply", "torch.autograd.function.FunctionCtx.save_for_backward"})

#: Attribute of a module that holds its children by name.
CHILDREN = "_modules"

#: Name of the method that computes a module's output.
FORWARD = "forward"

#: Callables, context managers and decorators with no counterpart in a saved program: dotted name → idiom.
IDIOMS = {
    "torch.no_grad": "no_grad", "torch.inference_mode": "no_grad", "torch.enable_grad": "enable_grad",
    "torch.set_grad_enabled": "set_grad",
    "torch.jit.is_scripting": "false", "torch.jit.is_tracing": "false", "torch.onnx.is_in_onnx_export": "false",
    "torch.compiler.is_compiling": "false", "torch._dynamo.is_compiling": "false",
    "torch._C._get_tracing_state": "false", "torch.are_deterministic_algorithms_enabled": "false",
    "torch._dynamo.utils.is_compile_supported": "true",
    "torch.cuda.is_available": "false", "torch.is_autocast_enabled": "false",
    "torch.jit.script": "identity", "torch.jit.export": "identity", "torch.jit.ignore": "identity",
    "torch.jit.unused": "identity", "torch.jit.script_if_tracing": "identity",
    "torch.jit._script_if_tracing": "identity", "torch.compile": "identity",
    "torch.compiler.disable": "identity", "torch.jit.interface": "identity",
    "torch.jit._overload_method": "overload", "torch.jit._overload": "overload",
    "torch.jit.annotate": "annotate", "torch.jit.isinstance": "isinstance",
    "torch.strided": "nothing", "torch.contiguous_format": "nothing", "torch.preserve_format": "nothing",
    "torch.channels_last": "nothing", "torch.channels_last_3d": "nothing",
    "torch.fx.wrap": "nothing", "torch._C._log_api_usage_once": "nothing", "torch.manual_seed": "seed",
    "torch.cuda.manual_seed": "nothing", "torch.cuda.manual_seed_all": "nothing",
    "torch.backends.cudnn.benchmark": "nothing", "torch.cuda.empty_cache": "nothing",
    "torch.autograd.function.once_differentiable": "nothing", "torch.cuda.amp.custom_fwd": "nothing",
    "torch.cuda.amp.custom_bwd": "nothing", "torch.amp.custom_fwd": "nothing", "torch.amp.custom_bwd": "nothing",
    "torch.autograd.set_detect_anomaly": "nothing", "torch.set_float32_matmul_precision": "nothing",
    "torch._assert": "assert", "torch.utils.checkpoint.checkpoint": "checkpoint",
    "torch.utils.checkpoint.checkpoint_sequential": "checkpoint_sequential",
    "torch.device": "device", "torch.nn.Parameter": "parameter", "torch.nn.parameter.Parameter": "parameter",
    "torch.nn.Buffer": "buffer", "torch.nn.Module": "bare_module", "torch.nn.DataParallel": "data_parallel",
    "torch.nn.parallel.DataParallel": "data_parallel", "torch.nn.parallel.DistributedDataParallel": "data_parallel",
}

#: Prefix of the functions that fill a tensor with initial values, and tensor methods that do so → function.
INITIALISERS = "nn.init."
FILLING_METHODS = {"normal_": "nn.init.normal_", "uniform_": "nn.init.uniform_", "zero_": "nn.init.zeros_",
                   "fill_": "nn.init.constant_", "trunc_normal_": "nn.init.trunc_normal_"}

#: Methods of modules (receiver known to be a module).
MODULE_METHODS = {
    "register_buffer": "register_buffer", "register_parameter": "register_parameter", "add_module": "add_module",
    "register_module": "add_module",
}
#: Methods of modules that change mode or place and return the module: without effect in the target.
CHAINED = frozenset({"eval", "train", "to", "cuda", "cpu", "float", "double", "half", "bfloat16", "requires_grad_", "type",
                     "share_memory", "to_empty"})
#: Methods that are a sign of a module or an optimiser, in code where nothing else tells what a value is.
OF_MODULES = frozenset({"eval", "train", "state_dict", "load_state_dict", "zero_grad", "parameters", "named_parameters",
                        "named_modules", "named_children", "named_buffers", "register_forward_hook"})


#: A module whose methods are functions that quantisation can observe → the functions they are in floating point, and
#: those methods that apply an activation to the result.
FUNCTIONAL_MODULE = "float_functional"
FUNCTIONAL_METHODS = {"add": "torch.add", "add_scalar": "torch.add", "mul": "torch.mul", "mul_scalar": "torch.mul",
                      "cat": "torch.cat", "matmul": "torch.matmul", "add_relu": "torch.add"}
FUNCTIONAL_ACTIVATIONS = {"add_relu": "relu"}


#: Methods of layers that apply the layer's function to other weights → the attributes that they hand to it.
LAYER_FUNCTIONS = {"_conv_forward": ("stride", "padding", "dilation", "groups")}


def canonical(dotted: str) -> str:
    """The catalog's short name of a dotted torch name (`torch.nn.functional.relu` → `F.relu`)."""
    for prefix, short in PREFIXES:
        if dotted.startswith(prefix):
            rest = dotted[len(prefix):]
            return "nn." + rest.rpartition(".")[2] if short == "nn.modules." else short + rest
    return dotted


def public(dotted: str) -> str:
    """The public dotted name of a private alias (`torch.nn.modules.module.Module` → `torch.nn.Module`)."""
    if dotted.startswith("torch.nn.modules."):
        return "torch.nn." + dotted.rpartition(".")[2]
    if dotted == "torch.nn.parameter.Parameter":
        return "torch.nn.Parameter"
    if dotted.startswith("torch.distributions."):
        *home, name = dotted.removeprefix("torch.distributions.").split(".")
        return f"torch.distributions.{name}" if len(home) == 1 and home[0].islower() else dotted
    if dotted == "torch._tensor.Tensor":
        return "torch.Tensor"
    return dotted


def knows(dotted: str) -> bool:
    """True where the dialect or the catalog has this name."""
    return any(dotted in table for table in (BASES, DTYPES, TYPES, IDIOMS)) or \
        bool(registry.lookup("torch", canonical(dotted))) or dotted in ("torch.nn", "torch.nn.functional")


def module_path(dotted: str) -> bool:
    """True for modules (not members) of the framework, as far as they matter for resolution."""
    return dotted in ("torch", "torch.nn", "torch.nn.functional", "torch.nn.init", "torch.utils", "torch.utils.data",
                      "torch.nn.utils", "torch.nn.utils.rnn", "torch.nn.utils.parametrizations",
                      "torch.nn.utils.parametrize", "torch.jit", "torch.fx", "torch.optim", "einops",
                      "torch.nn.modules", "torch.linalg", "torch.fft", "torch.utils.checkpoint", "einops.layers",
                      "einops.layers.torch", "torch.distributed", "torch.cuda", "torch.amp", "torch.onnx",
                      "torch.hub", "torch.autograd", "torch.special", "torch.distributions", "torch.backends",
                      "torch.optim.lr_scheduler")


def is_layer(dotted: str) -> bool:
    """True where the dotted name is a layer class of the catalog."""
    return any(e.kind == "layer" for e in registry.lookup("torch", canonical(dotted)))


#: Name of the framework in the catalog's signatures.
PREFIX = "torch"

#: Dotted name of the base class of all modules.
MODULE_CLASS = "torch.nn.Module"

#: Constants: short name → value.
CONSTANTS: dict[str, float | str] = {"torch.inf": float("inf"), "torch.pi": 3.141592653589793,
                                     "torch.nan": float("nan"), "torch.__version__": VERSION}

# -- as a target (`lowering.py`) --------------------------------------------------------------------------------------

FALLBACK: tuple[str, ...] = ()

#: Short namespaces of the catalog → import statement that binds them, and the full dotted name.
NAMESPACES = {
    "torch": ("import torch", "torch"),
    "nn": ("from torch import nn", "torch.nn"),
    "F": ("import torch.nn.functional as F", "torch.nn.functional"),
    "checkpoint": ("from torch.utils import checkpoint", "torch.utils.checkpoint"),
    "einops": ("import einops", "einops"),
    "einops_layers": ("import einops.layers.torch as einops_layers", "einops.layers.torch"),
    "math": ("import math", "math"),
    "contextlib": ("import contextlib", "contextlib"),
}
#: The namespace from which all others of the framework are reached, and the framework's own packages.
ROOTS = ("torch",)
FOLLOWED = frozenset({"torch"})
#: Prefixes of catalog names that are no namespace here → the namespace that holds them.
SUBMODULES = {"einops.layers.": "einops_layers."}
ALIASES: dict[str, tuple[str, str]] = {}

#: Pivot types → expression in annotations, base classes and isinstance checks.
TYPE_NAMES = {
    "tensor": "torch.Tensor", "module": "nn.Module", "parameter": "nn.Parameter", "dtype": "torch.dtype",
    "device": "torch.device", "shape": "torch.Size", "module_list": "nn.ModuleList", "module_dict": "nn.ModuleDict",
    "sequential": "nn.Sequential", "generator": "torch.Generator", "object": "object",
    "function": "torch.autograd.Function",
}

MODEL = "nn.Module"
#: Base class of a class by its pivot role.
BASE_NAMES = {role: TYPE_NAMES[role] for role in ("module", "sequential", "module_list", "module_dict")}
#: Error of a constructor that is given an argument it does not know.
UNKNOWN_ARGUMENT = "TypeError"
SERIALIZABLE = None
RESERVED: frozenset[str] = frozenset()
RESERVED_MODEL = RESERVED

TRANSPOSE = "torch.permute"
STOP_GRADIENT = "torch.detach"
#: Applies a function to all tensors in tuples, lists and dictionaries.
MAP_STRUCTURE = "torch.utils._pytree.tree_map"
IS_TENSOR = "torch.is_tensor"
SHAPE = "torch.Tensor.size"
VARIABLE = "nn.Parameter"
SEED = "torch.manual_seed"

ADAPTERS = Path(__file__).parent / "adapters"
