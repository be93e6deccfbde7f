"""Helpers that are given tensors of several axis orders; parts that are assigned; loops over the chains of parts."""

import torch
import torch.nn.functional as F
from torch import nn


def neighbours(x, k):
    distance = -torch.cdist(x.transpose(2, 1), x.transpose(2, 1))
    return distance.topk(k, dim=-1)[1]


def edges(x, k=3):
    """Features (N, 2 C, P, k) of the edges of a graph over points (N, C, P)."""
    n, c, points = x.size()
    x = x.view(n, -1, points)
    places = neighbours(x, k) + torch.arange(n, device=x.device).view(-1, 1, 1) * points
    x = x.transpose(2, 1).contiguous()
    near = x.view(n * points, -1)[places.view(-1), :].view(n, points, k, c)
    x = x.view(n, points, 1, c).repeat(1, 1, k, 1)
    return torch.cat((near - x, x), dim=3).permute(0, 3, 1, 2).contiguous()


class Graph(nn.Module):
    def __init__(self):
        super().__init__()
        self.bn = nn.BatchNorm2d(5)
        self.first = nn.Sequential(nn.Conv2d(6, 5, 1, bias=False), self.bn, nn.LeakyReLU(0.2))
        self.second = nn.Sequential(nn.Conv2d(10, 4, 1, bias=False), nn.BatchNorm2d(4), nn.LeakyReLU(0.2))

    def forward(self, x):
        x = self.first(edges(x)).max(dim=-1)[0]
        return self.second(edges(x)).max(dim=-1)[0]


class Spectrum(nn.Module):
    """A convolution in the Fourier domain: complex weights, and parts of a tensor that are assigned."""

    def __init__(self, size=2):
        super().__init__()
        self.size = size
        self.weight = nn.Parameter(0.1 * torch.rand(4, 4, size, size, dtype=torch.cfloat))
        self.conv = nn.Conv2d(3, 4, 3, padding=1)
        self.out = nn.Conv2d(4, 2, 1)

    def forward(self, x):
        x = self.conv(x)
        waves = torch.fft.rfft2(x)
        kept = torch.zeros_like(waves)
        kept[:, :, :self.size, :self.size] = torch.einsum("bixy,ioxy->boxy", waves[:, :, :self.size, :self.size],
                                                          self.weight)
        return self.out(x + torch.fft.irfft2(kept, s=(x.size(-2), x.size(-1))))


class Masked(nn.Conv2d):
    """A convolution that does not see what comes later."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.register_buffer("mask", self.weight.data.clone())
        _, _, height, width = self.weight.size()
        self.mask.fill_(1)
        self.mask[:, :, height // 2, width // 2:] = 0
        self.mask[:, :, height // 2 + 1:] = 0

    def forward(self, x):
        self.weight.data *= self.mask
        return super().forward(x)


class Blocks(nn.Module):
    def __init__(self):
        super().__init__()
        self.blocks = nn.Sequential(Masked(3, 4, 3, padding=1), nn.ReLU(), Masked(4, 4, 3, padding=1))


class Looking(nn.Module):
    def __init__(self):
        super().__init__()
        self.part = Blocks()
        self.up = nn.Upsample(scale_factor=2, mode="nearest")
        padding = 1 if torch.__version__ >= "1.5.0" else 2
        self.last = nn.Conv2d(4, 3, 3, padding=padding)
        self.initialize()

    def initialize(self):
        for block in self.part.blocks:
            if isinstance(block, nn.Conv2d):
                nn.init.normal_(block.weight, std=0.1)

    def forward(self, x):
        x = self.last(self.up(self.part.blocks(x)))
        return F.layer_norm(x, x.shape[1:])


def add_shortcut(x, shortcut, whole):
    """Changes `x`, and returns it to callers who may not look at what they get."""
    if whole:
        x.add_(shortcut)
    else:
        x[:, :, 1:] += shortcut[:, :, 1:]
    return x


class Shortcut(nn.Module):
    def __init__(self, whole=False):
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 3, padding=1)
        self.whole = whole

    def forward(self, x):
        y = self.conv(x)
        add_shortcut(y, x, self.whole)
        return y.relu()


class Steps(nn.Module):
    """A convolution along time; the nodes are one of its spatial axes."""

    def __init__(self, channels, width):
        super().__init__()
        self.conv = nn.Conv2d(channels, width, (1, 3))

    def forward(self, x):
        x = torch.relu(self.conv(x.permute(0, 3, 1, 2)))
        return x.permute(0, 2, 3, 1)


class Nodes(nn.Module):
    """The axis that is a position to the convolutions is the norm's channels: of as many nodes as features."""

    def __init__(self, nodes=8):
        super().__init__()
        self.first = Steps(2, 8)
        self.norm = nn.BatchNorm2d(nodes)
        self.second = Steps(8, 8)

    def forward(self, x):
        return self.second(self.norm(self.first(x)))
