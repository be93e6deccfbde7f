"""Inputs of detection networks, which also supply the compiled operators that such networks call.

`@detection.py:boxes` as an input is a list of targets for two images. The file is executed where the network runs; with
it come, in plain PyTorch, the operators that torchvision declares and that its compiled library for another build of
PyTorch would define.
"""

from __future__ import annotations

import sys
from typing import Any

import torch

#: Operators that are defined here: schema and implementation.
_SCHEMA = "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
#: Sizes (height, width) of the images that the targets belong to.
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
    library = torch.library.Library("torchvision", "FRAGMENT")
    library.define(_SCHEMA)
    library.impl("nms", nms, "CompositeExplicitAutograd")
    vars(extension).update(_has_ops=lambda: True, library=library)  # definitions end with the object


def boxes() -> list[dict[str, Any]]:
    """Two boxes, labels, masks and keypoints for each of two images."""
    define_operators()
    return [{"boxes": torch.tensor([[4.0, 6.0, 40.0, 44.0], [20.0, 10.0, 52.0, 60.0]]),
             "labels": torch.tensor([1, 1]),
             "masks": torch.ones((2, *size), dtype=torch.uint8),
             "keypoints": torch.tensor([[[12.0, 16.0, 1.0]] * 17, [[30.0, 40.0, 1.0]] * 17])} for size in SIZES]
