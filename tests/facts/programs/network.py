"""A small network with many kinds of expression."""

import math

import torch
import torch.nn as nn
import torch.nn.functional as F
from einops import rearrange


class Base(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.__private = 3
        self.w = nn.Parameter(torch.zeros(1, dim, 1, 1))
        self.register_buffer("steps", torch.zeros(3))

    def forward(self, x):
        """Adds a learned offset."""
        x = x + self.w * self.__private
        x[:, 0] += 1.0
        return x



class Block(Base):
    """Convolution on top of the base."""
    def __init__(self, dim, act=nn.ReLU):
        super().__init__(dim)
        self.conv = nn.Sequential(nn.Conv2d(dim, dim, 3, padding=1), act())
        self.scale = math.sqrt(dim)

    def forward(self, x):
        y = super().forward(x)
        b, c, h, w = y.shape
        for _, m in enumerate([self.conv]):
            y = m(y)
        z = [t.mean(1) for t in y.split(2, dim=1)]
        y = y + torch.cat([t.unsqueeze(1) for t in z], 1).repeat(1, c // len(z), 1, 1)
        if 0 < h < 5:
            y = -y
        return rearrange(F.relu(y), "b c h w -> b (h w) c") / self.scale



class Net(nn.Module):
    def __init__(self, n=2):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 1)
        self.blocks = nn.ModuleList([Block(8) for _ in range(n)])
        self.fc = nn.Linear(8, 10)

    def forward(self, x, mask=None):
        x = self.stem(x)
        for block in self.blocks:
            x = block(x).transpose(1, 2).reshape(x.size(0), 8, *x.shape[2:])
        return self.fc(x.mean((2, 3)))
