"""Layers whose weights code reads, fills or goes without."""

import math
from typing import Optional

import torch
import torch.nn as nn
import torch.nn.functional as F


class OwnLinear(nn.Linear):
    def forward(self, x):
        return F.linear(x, self.weight, self.bias)


class OptionalBias(nn.Module):
    """One class, with a bias and without."""

    def __init__(self):
        super().__init__()
        self.a = OwnLinear(4, 5)
        self.b = OwnLinear(5, 3, bias=False)

    def forward(self, x):
        return self.b(self.a(x))


class SeparateBias(nn.Module):
    """Calls its layer, or reads the weight, by an option."""

    def __init__(self, separate=False):
        super().__init__()
        self.qkv = nn.Linear(4, 6, bias=False)
        self.q_bias = nn.Parameter(torch.linspace(0, 1, 6))
        self.separate = separate

    def forward(self, x):
        if self.separate:
            return self.qkv(x) + self.q_bias
        return F.linear(x, self.qkv.weight, self.q_bias)


class Filled(nn.Module):
    """Initial values that are computed from weights."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 6, 3, padding=1)
        self.scale = self.conv.weight[0].numel() ** -0.5
        self.reset_parameters()

    def reset_parameters(self):
        std = self.conv.weight.shape[1] ** -0.5
        nn.init.normal_(self.conv.weight, std=std)
        self.conv.weight.data *= 0.5
        self.conv.weight.data[0, 0] = 1

    def forward(self, x):
        return self.conv(x) * self.scale


class Standardised(nn.Conv2d):
    """A layer that scales its kernel by the size that it has in the constructor."""

    def __init__(self, inputs, outputs, kernel_size, gain=0.5):
        super().__init__(inputs, outputs, kernel_size, padding=1)
        self.scale = gain * self.weight[0].numel() ** -0.5
        self.reset_parameters()

    def reset_parameters(self):
        super().reset_parameters()

    def forward(self, x):
        return F.conv2d(x, self.weight * self.scale, self.bias, self.stride, self.padding, self.dilation, self.groups)


class Standard(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = Standardised(3, 4, 3)
        self.b = nn.Conv2d(4, 2, 1)
        self.b.reset_parameters()

    def forward(self, x):
        return self.b(self.a(x))


class FanOut(nn.Module):
    """Initial values by the size of a layer's output, where some of the layers have groups."""

    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Conv2d(3, 6, 3), nn.Conv2d(6, 6, 3, groups=6)
        self.apply(self._fill)

    def _fill(self, m):
        if isinstance(m, nn.Conv2d):
            fan_out = m.kernel_size[0] * m.kernel_size[1] * m.out_channels
            fan_out //= m.groups
            m.weight.data.normal_(0, math.sqrt(2.0 / fan_out))

    def forward(self, x):
        return self.b(self.a(x))


def buffer_dtype(dtype: Optional[torch.dtype]) -> torch.dtype:
    if dtype is None:
        dtype = torch.get_default_dtype()
    if dtype.is_floating_point and torch.finfo(dtype).bits < 32:
        return torch.float32
    return dtype


class Typed(nn.Module):
    def __init__(self, dtype=None):
        super().__init__()
        self.lin = nn.Linear(4, 5)
        self.register_buffer("t", torch.ones(5, dtype=buffer_dtype(dtype)))

    def forward(self, x):
        if x.dtype.is_complex:
            x = x + 1
        return self.lin(x) * self.t * math.prod(x.shape)


class Added(nn.Module):
    """Children that are added by statements with a comma at their end."""

    def __init__(self):
        super().__init__()
        self.add_module("norm", nn.LayerNorm(4)),
        self.add_module("a", nn.Linear(2, 3)), self.add_module("b", nn.Linear(1, 3))

    def forward(self, x):
        first, second, _ = self.norm(x).split([2, 1, 1], 1)
        return self.a(first) + self.b(second)


class Uneven(nn.Module):
    """Parts of unequal size."""

    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(7, 3)

    def forward(self, x):
        a, b, c = torch.cat([x, x[:, :3]], dim=1).chunk(3, dim=1)
        return self.lin(torch.cat([c, b, a], dim=1))
