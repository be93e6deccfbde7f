"""What Keras's and TensorFlow's tensors and layers are to the recorder."""

from __future__ import annotations

import math
import types
from collections.abc import Iterator
from typing import Any

import keras
import tensorflow as tf
from keras.src.models.functional import Functional

from ....facts.runner import recorder
from ....facts.runner.hooks import run_module
from ....facts.runner.names import PublicNames
from .names import public_names
from .trees import named_modules, named_tensors

#: Where the frameworks' public objects are defined.
_PRIVATE = ("keras.src.", "tensorflow.python.")

#: Namespaces in which functions on tensors (in lower case) stand beside classes.
_MIXED = ("keras.layers.", "keras.losses.", "keras.metrics.")


class Recorder(recorder.Recorder):
    """Records Keras and TensorFlow.

    Symbolic tensors of the Functional API are tensors like others; their open sizes are None until a run fills them
    (`stands_for`), and stay listed as ``open`` in the table of tensors.
    """

    TENSORS = (tf.Tensor, tf.Variable, keras.KerasTensor, keras.Variable, tf.SparseTensor, tf.RaggedTensor)
    MODULES = (keras.Layer, tf.Module)
    SIZES = (tf.TensorShape,)
    CONTAINERS = (keras.Sequential, Functional)
    OPEN = (keras.layers.Lambda,)
    PROPERTIES = (tf.DType,)
    DTYPES = (tf.DType,)
    FORWARD = "call"
    CONTEXT = frozenset({"training"})
    OPS = ("keras.ops.", "keras.activations.", "keras.random.", "keras.Input", "tensorflow.", "Tensor.", "einops.")
    SHAPES = frozenset({"keras.ops.shape", "Tensor.get_shape"})

    def reset(self) -> None:
        """See the base class."""
        super().reset()
        self.sites: dict[int, Any] = {}

    def public_names(self) -> PublicNames:
        """See the base class."""
        return public_names(self.project)

    def shape(self, value: Any) -> list[int | None]:
        """See the base class."""
        shape = value.shape
        if isinstance(shape, tf.TensorShape):
            return [] if shape.rank is None else shape.as_list()
        return list(shape)

    def dtype(self, value: Any) -> str:
        """See the base class."""
        return str(value.dtype.name if isinstance(value.dtype, tf.DType) else value.dtype)

    def dtype_name(self, value: Any) -> str:
        """See the base class."""
        return f"tensorflow.{value.name}"

    def is_parameter(self, value: Any) -> bool:
        """See the base class."""
        return isinstance(value, (keras.Variable, tf.Variable)) and bool(value.trainable)

    def is_light(self, value: Any) -> bool:
        """See the base class."""
        symbolic = isinstance(value, (keras.KerasTensor, keras.Variable, tf.Variable))
        return symbolic or math.prod(n or 1 for n in self.shape(value)) < recorder.SMALL

    def is_size(self, value: Any) -> bool:
        """See the base class."""
        return isinstance(value, tf.TensorShape) or type(value) is tuple and id(value) in self._sizes

    def size_of(self, size: Any, tensor: Any) -> Any:
        """Shapes may be plain tuples, and one tuple may be that of several tensors: the caller goes on with a copy."""
        if type(size) is tuple and size:
            size = tuple(list(size))
        elif not isinstance(size, tf.TensorShape):
            return size
        self._sizes[id(size)] = self.tensor(tensor)
        self._keep.append(size)
        return size

    def is_op(self, name: str) -> bool:
        """See the base class."""
        return super().is_op(name) or name.startswith(_MIXED) and name.rpartition(".")[2][:1].islower()

    def items(self, value: Any) -> tuple[str, Any] | None:
        """See the base class."""
        if isinstance(value, (keras.KerasTensor, tf.SparseTensor, tf.RaggedTensor)) or not self.shape(value):
            return None  # what can't be iterated over says so itself
        return "tensorflow.unstack", tf.unstack(value)

    def named_modules(self, model: Any) -> Iterator[tuple[str, Any]]:
        """See the base class."""
        yield from named_modules(model)

    def named_tensors(self, model: Any) -> Iterator[tuple[str, Any, str]]:
        """See the base class."""
        yield from named_tensors(model)

    def describe_model(self, model: Any) -> None:
        """Models of the Functional API also tell which tensors they were made from."""
        super().describe_model(model)
        for _, module in self.named_modules(model):
            if isinstance(module, Functional) and all(map(self.knows, (*module.inputs, *module.outputs))):
                self.modules[self.module(module)].update(inputs=self.encode(list(module.inputs)),
                                                         outputs=self.encode(list(module.outputs)))

    def forward_name(self, module: Any) -> str:
        """See the base class."""
        return self.FORWARD if isinstance(module, keras.Layer) else "__call__"

    def invoke(self, site: Any, module: Any, args: tuple, kwargs: dict) -> Any:
        """A plain module of TensorFlow has no call of the framework's."""
        if isinstance(module, keras.Layer):
            return super().invoke(site, module, args, kwargs)
        function = types.MethodType(type(module).__call__, module)
        return run_module(self, site, module, function, args, kwargs)

    def knows(self, tensor: Any) -> bool:
        """True for tensors that have a number."""
        return (id(tensor), tuple(self.shape(tensor))) in self._tensor_ids

    def tensor(self, value: Any) -> int:
        """Also tells the mask that a tensor carries from layer to layer."""
        number = super().tensor(value)
        mask = getattr(value, "_keras_mask", None)
        if mask is not None and "mask" not in self.tensors[number]:
            self.tensors[number]["mask"] = super().tensor(mask)
        return number

    def name(self, function: Any) -> str:
        """Methods of the frameworks' objects stand under their class's public name."""
        name = super().name(function)
        if name.startswith(_PRIVATE) and isinstance(function, types.MethodType):
            return f"{self._type(function.__self__)}.{function.__name__}"
        return name

    def _type(self, value: Any) -> str:
        private = type(value).__module__.startswith(_PRIVATE)
        return self.names.of(type(value)) if private else super()._type(value)

    def stands_for(self, symbol: Any, value: Any, given: bool = False) -> None:
        """The tensor `value` is what the symbolic tensor is in this call: one number for both, with the value's sizes.

        What a model is `given` keeps the number that it has where it comes from.
        """
        if not self.knows(symbol) or not self.is_tensor(value):
            return
        number = self.tensor(symbol)
        sizes = self.shape(symbol)
        if None in sizes:
            self.tensors[number].update(shape=self.shape(value), open=[i for i, n in enumerate(sizes) if n is None])
        if not (given and self.knows(value)):
            self.alias(number, value)
