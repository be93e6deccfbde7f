"""Keras layers and functions that take channels-first tensors: callee → the keyword argument that says so."""

from __future__ import annotations

_FORMAT: dict[str, object] = {"data_format": "channels_first"}

_BY_RANK = ("Conv{n}D", "Conv{n}DTranspose", "MaxPooling{n}D", "AveragePooling{n}D", "GlobalAveragePooling{n}D",
            "GlobalMaxPooling{n}D", "ZeroPadding{n}D")

#: `UpSampling1D` and `SpatialDropout1D` have no such argument.
CHANNELS_FIRST: dict[str, dict[str, object]] = {
    **{"layers." + name.format(n=n): _FORMAT for name in _BY_RANK for n in (1, 2, 3)},
    **{f"layers.DepthwiseConv{n}D": _FORMAT for n in (1, 2)},
    **{f"layers.{name}{n}D": _FORMAT for name in ("UpSampling", "SpatialDropout") for n in (2, 3)},
    "layers.BatchNormalization": {"axis": 1},
    "layers.GroupNormalization": {"axis": 1},
    "layers.Softmax": {"axis": -3},
    "ops.max_pool": _FORMAT,
    "ops.average_pool": _FORMAT,
}
