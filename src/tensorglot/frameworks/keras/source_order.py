"""Keras layers and functions that take channels-first tensors: callee → the keyword argument that says so.

Convolutions are not among them. On TensorFlow's CPU device channels-first ones need oneDNN (without it:
UnimplementedError), and with it a channels-first network gave wrong numbers where a depthwise convolution came after
another convolution (TensorFlow 2.21). They get a transpose in and out, as those that lack the argument
(`UpSampling1D`, `SpatialDropout1D`). What is listed here either transposes by itself or does not depend on the device.
"""

from __future__ import annotations

_FORMAT: dict[str, object] = {"data_format": "channels_first"}

_BY_RANK = ("MaxPooling", "AveragePooling", "GlobalAveragePooling", "GlobalMaxPooling", "ZeroPadding")

CHANNELS_FIRST: dict[str, dict[str, object]] = {
    **{f"layers.{name}{n}D": _FORMAT for name in _BY_RANK for n in (1, 2, 3)},
    **{f"layers.{name}{n}D": _FORMAT for name in ("UpSampling", "SpatialDropout") for n in (2, 3)},
    "layers.BatchNormalization": {"axis": 1},
    "layers.GroupNormalization": {"axis": 1},
    "layers.Softmax": {"axis": -3},
    "ops.max_pool": _FORMAT,
    "ops.average_pool": _FORMAT,
}
