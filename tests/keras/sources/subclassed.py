"""Classes that derive from layers, at first or second hand; constructors that may refuse; values kept between calls."""

import math

import torch
import torch.nn.functional as F
from torch import nn


class Norm(nn.LayerNorm):
    def __init__(self, width, **kwargs):
        super().__init__(width, **kwargs)

    def forward(self, x):
        return F.layer_norm(x, self.normalized_shape, self.weight, self.bias, self.eps)


class Bare(Norm):
    """A norm without a bias and with an epsilon of its own, which its base's forward reads."""

    def __init__(self, width):
        super().__init__(width)
        self.eps = 0.5
        self.bias = None


class Normed(nn.Module):
    def __init__(self, norm=Bare):
        super().__init__()
        self.fc = nn.Linear(4, 4)
        self.norm = norm(4)

    def forward(self, x):
        return self.norm(self.fc(x))


def activation(kind):
    """With an argument that not every activation knows."""
    try:
        return kind(inplace=True)
    except TypeError:
        return kind()


class Recovering(nn.Module):
    def __init__(self, kinds=(nn.GELU, nn.ReLU)):
        super().__init__()
        self.first = nn.Linear(4, 4)
        self.acts = nn.ModuleList([activation(kind) for kind in kinds])

    def forward(self, x):
        x = self.first(x)
        for act in self.acts:
            x = act(x)
        return x


class Biased(nn.Module):
    """A table of weights that is put together once a device."""

    def __init__(self):
        super().__init__()
        self.table = nn.Parameter(torch.randn(3, 5))
        self.register_buffer("index", torch.arange(4) % 3, persistent=False)
        self.kept = {}

    def train(self, mode=True):
        super().train(mode)
        self.kept = {}
        return self

    def biases(self, device):
        key = str(device)
        if key not in self.kept:
            self.kept[key] = self.table[:, self.index]
        return self.kept[key]

    def forward(self, x):
        return x[:, None] + self.biases(x.device)


class Pool(nn.MaxPool2d):
    """Arguments of the base by their places."""

    def __init__(self, size, stride=None, padding=0, dilation=1):
        dilation = (dilation, dilation)
        super().__init__((size, size), stride, (0, 0), dilation, False)

    def forward(self, x):
        return F.max_pool2d(x, self.kernel_size, self.stride, self.padding, self.dilation, self.ceil_mode)


class Mean(nn.AvgPool2d):
    def __init__(self, size, stride=None, ceil_mode=False, count_include_pad=True):
        super().__init__((size, size), stride, (1, 1), ceil_mode, count_include_pad)


class Pooled(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, padding=1)
        self.pool, self.mean = Pool(2, stride=1, dilation=2), Mean(2, stride=2, count_include_pad=False)

    def forward(self, x):
        return self.mean(self.pool(self.conv(x)))


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)

    def forward(self, x):
        return x + self.fc(x)


class Rescaled(nn.Module):
    """Initial values that are changed by a function of the method's own."""

    def __init__(self):
        super().__init__()
        self.blocks = nn.Sequential(Block(), Block())
        self.fix_init()

    def fix_init(self):
        def rescale(param, depth):
            with torch.no_grad():
                param.div_(math.sqrt(2.0 * depth))

        for depth, block in enumerate(self.blocks):
            rescale(block.fc.weight.data, depth + 1)

    def forward(self, x):
        return self.blocks(x)
