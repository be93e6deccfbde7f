"""Items of tensors one by one, axes that are computed, arguments in `*` and `**`, names chosen at run time."""

import torch
from torch import nn
from torch.nn import functional as F


class Items(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("freqs", torch.linspace(1.0, 3.0, 3))
        self.qkv = nn.Linear(4, 12)
        self.conv = nn.Conv2d(3, 4, 3)

    def forward(self, x, image):
        q, k, v = self.qkv(x).reshape(x.shape[0], 3, 4).permute(1, 0, 2)
        out = q * k + v
        for f in self.freqs:
            out = out * torch.sin(f * out)
        for i, (f, g) in enumerate(zip(self.freqs, torch.arange(3))):
            out = out + i * f + f * g
        image = self.conv(image)
        means = [item.mean(dim=(1, 2)) for item in image]
        first, *rest = image
        return torch.stack([row * 2 for row in out]), torch.stack(means), first, sum(rest), sum(self.freqs)


class Gate(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.dim = dim

    def forward(self, x):
        a, b = x.chunk(2, dim=self.dim)
        return a * b.sigmoid()


class Turn(nn.Module):
    def __init__(self, *dims, **options):
        super().__init__()
        self.dims, self.options = dims, options

    def forward(self, x):
        return F.leaky_relu(x.transpose(*self.dims), **self.options)


class Gated(nn.Module):
    def __init__(self, kind="GELU"):
        super().__init__()
        self.net = nn.Sequential(Turn(1, 2, negative_slope=0.5), nn.Conv1d(4, 6, 3, padding=1), Gate(dim=1),
                                 getattr(nn, kind)(), Turn(1, 2, negative_slope=0.5))
        self.shift = nn.ParameterList([nn.Parameter(torch.zeros((n,))) for n in (3, 3)])

    def forward(self, x):
        return self.net(x) + sum(self.shift)


class Grid(nn.Module):
    """Coordinates from a list of unknown length."""

    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(2, 4)

    def forward(self, x):
        axes = [torch.linspace(0, 1, size) for size in x.shape[1:]]
        grid = torch.stack(torch.meshgrid(axes, indexing="ij"), dim=-1)
        return self.lin(grid) + x.sum()
