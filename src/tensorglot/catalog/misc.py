"""Sampling on grids, Fourier transforms and functional helpers."""

from __future__ import annotations

from . import tensor_codecs  # noqa: F401  (registers the codecs used here)
from .registry import function

function("grid_sample", "demand N C S* -> N C S*", axes="torch: N C S*; keras: N S* C; operands: x",
         torch="F.grid_sample(input: x, grid: grid, mode: mode = 'bilinear', padding_mode: padding = 'zeros', "
               "align_corners: align_corners = None)",
         keras="adapters.grid_sample(x: x, grid: grid, mode: mode = 'bilinear', padding: padding = 'zeros', "
               "align_corners: align_corners = None)")
function("affine_grid", "any",
         torch="F.affine_grid(theta: theta, size: size, align_corners: align_corners = None)",
         keras="adapters.affine_grid(theta: theta, size: size, align_corners: align_corners = None)",
         note="`size` is N, C and the spatial sizes; the result is N, spatial axes, coordinates.")
function("nms", "any", note="Its operands are boxes, their scores and a number.",
         torch=["torch.ops.torchvision.nms(dets: boxes, scores: scores, iou_threshold: threshold)",
                "torchvision.ops.nms(boxes: boxes, scores: scores, iou_threshold: threshold)"],
         keras="adapters.nms(boxes: boxes, scores: scores, iou_threshold: threshold)")
function("ntuple", "host", note="As many times the same number, or the items of what has some.",
         torch=["nn._single(x: x) | n=1", "nn._pair(x: x) | n=2", "nn._triple(x: x) | n=3", "nn._quadruple(x: x) | n=4"],
         keras="adapters.ntuple(x: x, n: n)")

# Fourier transforms.
_COMPLEX = (2e-6, "Keras computes complex numbers in single precision")
for _name in ("fft", "ifft", "rfft", "irfft"):
    function(_name, "axis axis", float64_tol=_COMPLEX,
             torch=f"torch.fft.{_name}(input: x, n: size = None, dim: axis = -1, norm: norm = None)",
             keras=f"adapters.{_name}(x: x, size: size = None, axis: axis = -1, norm: norm = None)")
    function(f"{_name}2", "axis axes", float64_tol=_COMPLEX,
             torch=f"torch.fft.{_name}2(input: x, s: sizes = None, dim: axes = (-2, -1), norm: norm = None)",
             keras=f"adapters.{_name}n(x: x, shape: sizes = None, axes: axes = None, norm: norm = None)")
    function(f"{_name}n", "any", float64_tol=_COMPLEX,
             torch=f"torch.fft.{_name}n(input: x, s: sizes = None, dim: axes = None, norm: norm = None)",
             keras=f"adapters.{_name}n(x: x, shape: sizes = None, axes: axes = None, norm: norm = None)")
for _name in ("fftshift", "ifftshift"):
    function(_name, "axis axes", torch=f"torch.fft.{_name}(input: x, dim: axes = None)",
             keras=f"adapters.{_name}(x: x, axes: axes = None)")
function("view_as_complex", "any", torch="torch.view_as_complex(input: x)", keras="ops.view_as_complex(x: x)",
         float64_tol=_COMPLEX)
function("view_as_real", "any", torch="torch.view_as_real(input: x)", keras="ops.view_as_real(x: x)")
