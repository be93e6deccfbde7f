"""Imports that may fail, and what stands in for them."""

import torch
import torch.nn as nn

try:
    from torch.nn.functional import rms_norm
    HAS_NORM = True
except ImportError:
    HAS_NORM = False

    def rms_norm(x, shape, weight=None, eps=1e-5):
        """For older versions."""
        raise RuntimeError("too old")


class Scaled(nn.Module):
    """Uses what the newest version has; asks where it runs."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.linspace(0.5, 1, 4))

    def forward(self, x):
        if x.device.type == "mps":
            return x
        device = x.device
        if HAS_NORM and device.type != "meta":
            x = rms_norm(x, (4,), self.weight, 1e-5)
        return x
