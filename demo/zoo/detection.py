"""Inputs of detection networks, which also supply the compiled operators that such networks call.

`@detection.py:boxes` as an input is a list of targets for two images. The file is executed where the network runs; with
it come, in plain PyTorch, the operators that torchvision declares and that its compiled library for another build of
PyTorch would define.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import torch

#: The operator that is defined here.
_SCHEMA = "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
#: Sizes (height, width) of the images.
SIZES = ((64, 72), (72, 56))


def nms(dets: torch.Tensor, scores: torch.Tensor, iou_threshold: float) -> torch.Tensor:
    """Indices (int64) of boxes `dets` (N, 4; corners) by falling score, without those that overlap a kept one by more."""
    areas = (dets[:, 2] - dets[:, 0]) * (dets[:, 3] - dets[:, 1])
    order = scores.argsort(descending=True, stable=True)
    kept = []
    while len(order):
        first, order = order[0], order[1:]
        kept.append(int(first))
        low = torch.maximum(dets[order, :2], dets[first, :2])
        high = torch.minimum(dets[order, 2:], dets[first, 2:])
        common = (high - low).clamp(min=0).prod(1)
        order = order[common / (areas[order] + areas[first] - common) <= iou_threshold]
    return torch.tensor(kept, dtype=torch.int64)


def define_operators() -> None:
    """Defines what is missing, once a process; the package is told that its operators are there."""
    extension = sys.modules.get("torchvision.extension")
    if extension is None or extension._has_ops():
        return
    vars(extension)["_has_ops"] = lambda: True
    if hasattr(torch.ops.torchvision, "nms"):  # a stand-in of that name, which takes nothing
        vars(torch.ops.torchvision)["nms"] = nms
        return
    library = vars(extension)["library"] = torch.library.Library("torchvision", "FRAGMENT")  # its definitions end with it
    library.define(_SCHEMA)
    library.impl("nms", nms, "CompositeExplicitAutograd")


def images() -> list[Any]:
    """Two images of different sizes, channels first."""
    define_operators()
    rng = np.random.default_rng(0)
    return [rng.uniform(0, 1, (3, *size)).astype(np.float32) for size in SIZES]


def boxes() -> list[dict[str, Any]]:
    """Two boxes, labels, masks and keypoints for each of the images."""
    define_operators()
    return [{"boxes": np.float32([[4, 6, 40, 44], [20, 10, 52, 60]]), "labels": np.int64([1, 1]),
             "masks": np.ones((2, *size), np.uint8),
             "keypoints": np.float32([[[12, 16, 1]] * 17, [[30, 40, 1]] * 17])} for size in SIZES]
