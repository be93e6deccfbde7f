"""Resizing, pixel and channel shuffles, sliding blocks.

`ndim` is the number of spatial axes of `x`; a pass that knows the rank sets it. Without it the adapters are taken.
"""

from __future__ import annotations

from . import image_codecs  # noqa: F401  (registers the codecs used here)
from .conv import AXES
from .keras_forms import CALL, FORMAT, read
from .registry import function, layer

_SAME = "demand N C S* -> N C S*"
_BILINEAR_TOL = (1e-5, "resizing computes in float32")
_UPSAMPLE = "size: size = None, scale_factor: scale = None, mode: mode = 'nearest', align_corners: align = None"
_READ = "; ".join(f"{name}: torch {name}, keras {name}" for name in ("size", "scale_factor", "mode"))

layer("upsample", _SAME, axes=AXES, attributes=_READ, float64_tol=_BILINEAR_TOL,
      torch=f"nn.Upsample({_UPSAMPLE}, recompute_scale_factor: recompute = None)",
      call_torch="(input: x)", call_keras="(x: x)",
      keras=["layers.UpSampling1D(size: whole_factor(scale, size, recompute) = 2) | mode='nearest', ndim=1",
             "layers.UpSampling2D(size: whole_factor(scale, size, recompute) = (2, 2), "
             "interpolation: resize_mode(mode, align) = 'nearest') | ndim=2",
             "layers.UpSampling3D(size: whole_factor(scale, size, recompute) = (2, 2, 2)) | mode='nearest', ndim=3",
             f"adapters.Upsample({_UPSAMPLE}, recompute_scale_factor: recompute = None)"], from_keras=[])
for _n in (1, 2, 3):
    _size = f"size: factor = {(2,) * _n if _n > 1 else 2}"
    _mode = ", interpolation: mode = 'nearest'" if _n == 2 else ""
    layer(f"enlarge{_n}d", _SAME, axes=AXES, keras=f"layers.UpSampling{_n}D({_size}{_mode})", call_keras="(inputs: x)",
          from_keras=read(f"layers.UpSampling{_n}D", f"{_size}{', ' + FORMAT if _n > 1 else ''}{_mode}"),
          from_call_keras=CALL, note="by whole factors, one for each axis")
layer("upsample_nearest2d", _SAME, axes=AXES, attributes=_READ,
      torch="nn.UpsamplingNearest2d(size: size = None, scale_factor: scale = None)",
      call_torch="(input: x)", call_keras="(x: x)",
      keras=["layers.UpSampling2D(size: whole_factor(scale, size) = (2, 2))",
             "adapters.Upsample(size: size = None, scale_factor: scale = None)"], from_keras=[])
layer("upsample_bilinear2d", _SAME, axes=AXES, attributes=_READ,
      torch="nn.UpsamplingBilinear2d(size: size = None, scale_factor: scale = None)",
      call_torch="(input: x)", call_keras="(x: x)",
      keras="adapters.Upsample(size: size = None, scale_factor: scale = None, mode: 'bilinear' = 'nearest', "
            "align_corners: True = None)")

function("interpolate", _SAME, axes=AXES,
         torch=[f"F.interpolate(input: x, {_UPSAMPLE}, recompute_scale_factor: recompute = None, "
                "antialias: antialias = False)",
                f"F.upsample(input: x, {_UPSAMPLE}) | recompute=None, antialias=False",
                "F.upsample_nearest(input: x, size: size = None, scale_factor: scale = None) | mode='nearest', "
                "align=None, recompute=None, antialias=False",
                "F.upsample_bilinear(input: x, size: size = None, scale_factor: scale = None) | mode='bilinear', "
                "align=True, recompute=None, antialias=False"],
         keras=f"adapters.interpolate(x: x, {_UPSAMPLE}, recompute_scale_factor: recompute = None, "
               "antialias: antialias = False)")

layer("pixel_shuffle", _SAME, axes=AXES, torch="nn.PixelShuffle(upscale_factor: factor)", call_torch="(input: x)",
      attributes="factor: torch upscale_factor, keras upscale_factor",
      keras="adapters.PixelShuffle(upscale_factor: factor)", call_keras="(x: x)")
layer("pixel_unshuffle", _SAME, axes=AXES, torch="nn.PixelUnshuffle(downscale_factor: factor)",
      attributes="factor: torch downscale_factor, keras downscale_factor",
      call_torch="(input: x)", keras="adapters.PixelUnshuffle(downscale_factor: factor)", call_keras="(x: x)")
layer("channel_shuffle", _SAME, axes=AXES, torch="nn.ChannelShuffle(groups: groups)", call_torch="(input: x)",
      attributes="groups: torch groups, keras groups", keras="adapters.ChannelShuffle(groups: groups)",
      call_keras="(x: x)")
function("pixel_shuffle", _SAME, axes=AXES,
         torch=[f"{name}(input: x, upscale_factor: factor)" for name in ("F.pixel_shuffle", "torch.pixel_shuffle")],
         keras="adapters.pixel_shuffle(x: x, upscale_factor: factor)")
function("pixel_unshuffle", _SAME, axes=AXES,
         torch=[f"{name}(input: x, downscale_factor: factor)"
                for name in ("F.pixel_unshuffle", "torch.pixel_unshuffle")],
         keras="adapters.pixel_unshuffle(x: x, downscale_factor: factor)")
function("channel_shuffle", _SAME, axes=AXES,
         torch=[f"{name}(input: x, groups: groups)" for name in
                ("F.channel_shuffle", "torch.channel_shuffle", "F.native_channel_shuffle")],
         keras="adapters.channel_shuffle(x: x, groups: groups)")

_BLOCKS = "kernel_size: kernel, dilation: dilation = 1, padding: pad = 0, stride: stride = 1"
layer("fold", "any", torch=f"nn.Fold(output_size: size, {_BLOCKS})", call_torch="(input: x)",
      keras=f"adapters.Fold(output_size: size, {_BLOCKS})", call_keras="(x: x)")
layer("unfold", "any", torch=f"nn.Unfold({_BLOCKS})", call_torch="(input: x)", keras=f"adapters.Unfold({_BLOCKS})",
      call_keras="(x: x)")
function("fold", "any", torch=f"F.fold(input: x, output_size: size, {_BLOCKS})",
         keras=f"adapters.fold_blocks(x: x, output_size: size, {_BLOCKS})")
function("unfold", "any", torch=f"F.unfold(input: x, {_BLOCKS})", keras=f"adapters.unfold_blocks(x: x, {_BLOCKS})")
