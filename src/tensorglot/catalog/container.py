"""Containers, and layers that change no values.

The containers' entries hold names and signatures; how their contents are written is each dialect's matter.
"""

from __future__ import annotations

from .keras_forms import CALL, FORMAT, read
from .registry import layer

layer("sequential", "host", torch="nn.Sequential(*args: xs)", call_torch="(input: x)",
      keras="keras.Sequential(layers: xs)", call_keras="(inputs: x)", from_call_keras=CALL,
      from_keras="keras.Sequential(layers: xs = None, trainable: trainable = True, name: label = None)")
layer("module_list", "host", torch="nn.ModuleList(modules: xs = None)")
layer("module_dict", "host", torch="nn.ModuleDict(modules: xs = None)")
layer("parameter_list", "host", torch="nn.ParameterList(values: xs = None)")
layer("parameter_dict", "host", torch="nn.ParameterDict(parameters: xs = None)")

layer("identity", "elementwise",
      torch=["nn.Identity(*args: _, **kwargs: _)", "torch.ao.quantization.QuantStub(qconfig: _ = None)",
             "torch.ao.quantization.DeQuantStub(qconfig: _ = None)"],
      call_torch="(input: x)", keras="layers.Identity()", call_keras="(inputs: x)",
      from_keras=[read("layers.Identity"), read("layers.Activation", "activation: 'linear'")], from_call_keras=CALL,
      note="the ends of the part of a network that quantisation converts change nothing before it")
layer("float_functional", "elementwise", torch="nn.quantized.FloatFunctional()", keras="layers.Identity()", from_keras=[],
      note="its methods are lifted as the functions that they are")
layer("flatten", "flatten start end", torch="nn.Flatten(start_dim: start = 1, end_dim: end = -1)",
      attributes="start: torch start_dim, keras start_axis; end: torch end_dim, keras end_axis",
      call_torch="(input: x)",
      keras=["layers.Flatten() | start=1, end=-1", "adapters.FlattenAxes(start_axis: start = 1, end_axis: end = -1)"],
      call_keras="(inputs: x)", from_keras=read("layers.Flatten", FORMAT, "start=1, end=-1"), from_call_keras=CALL)
layer("unflatten", "unflatten axis shape", torch="nn.Unflatten(dim: axis, unflattened_size: shape)",
      call_torch="(input: x)", keras="adapters.Unflatten(axis: axis, shape: shape)", call_keras="(x: x)")
layer("reshape_items", "any", keras="layers.Reshape(target_shape: shape)", call_keras="(inputs: x)",
      from_keras=read("layers.Reshape", "target_shape: shape"), from_call_keras=CALL,
      note="the shape of one item of the batch, one size of which may be -1")
layer("permute_items", "any", keras="layers.Permute(dims: dims)", call_keras="(inputs: x)",
      from_keras=read("layers.Permute", "dims: dims"), from_call_keras=CALL,
      note="the batch stays where it is; the other axes count from 1")
layer("repeat_vector", "any", keras="layers.RepeatVector(n: count)", call_keras="(inputs: x)",
      from_keras=read("layers.RepeatVector", "n: count"), from_call_keras=CALL)
layer("over_time", "any", keras="layers.TimeDistributed(layer: layer)", call_keras="(inputs: x)",
      from_keras=read("layers.TimeDistributed", "layer: layer"), from_call_keras=CALL,
      note="the same layer at each position of the second axis")
