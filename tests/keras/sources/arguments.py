"""Models whose constructors take more than plain values; saved as .keras."""

from dataclasses import dataclass, field
from functools import partial
from types import SimpleNamespace
from typing import Callable, Optional, Tuple

import torch
import torch.nn as nn
import torch.nn.functional as F


@dataclass
class Config:
    width: int = 6
    rates: tuple = (0.5, 2.0)
    extra: dict = field(default_factory=lambda: {"bias": True})


def scaled(x, by=2.0):
    return x * by


class Norm(nn.Module):
    def __init__(self, dim, eps=1e-5):
        super().__init__()
        self.norm = nn.LayerNorm(dim, eps=eps)

    def forward(self, x):
        return self.norm(x)


class Encoder(nn.Module):
    def __init__(self, width=6):
        super().__init__()
        self.fc = nn.Linear(4, width)

    def forward(self, x):
        return torch.tanh(self.fc(x))


class Configured(nn.Module):
    """A data class."""

    def __init__(self, config: Config):
        super().__init__()
        self.config = config
        self.fc = nn.Linear(4, config.width, bias=config.extra["bias"])

    def forward(self, x):
        return self.fc(x) * self.config.rates[1]


def namespace():
    return Configured(SimpleNamespace(width=2, rates=[1.0, 3.0], extra={"bias": False}))


class Classes(nn.Module):
    """Classes, functions and partial objects, from here and from the framework."""

    def __init__(self, norm: Callable[..., nn.Module] = Norm, act: type = nn.ReLU, sizes: Tuple[int, ...] = (4, 6),
                 after=scaled, gate: Optional[Callable] = F.relu):
        super().__init__()
        self.sizes = sizes + (2,)
        self.norm = norm(4)
        self.layers_a = nn.ModuleList([nn.Linear(a, b) for a, b in zip(self.sizes[:-1], self.sizes[1:])])
        self.act = act()
        self.after = after
        self.gate = gate

    def forward(self, x):
        x = self.norm(x)
        for layer in self.layers_a:
            x = self.gate(layer(x)) + self.act(x).sum(-1, keepdim=True)
        return self.after(x)


def partial_model():
    return Classes(norm=partial(Norm, eps=1e-3), act=nn.Sigmoid, sizes=(4, 5), after=partial(scaled, by=3.0), gate=torch.tanh)


class Composed(nn.Module):
    """Layers as arguments."""

    def __init__(self, encoder, head):
        super().__init__()
        self.encoder = encoder
        self.head = head

    def forward(self, x):
        return self.head(self.encoder(x))


class Variadic(nn.Module):
    """Any number of arguments, and keywords handed on."""

    def __init__(self, scale, *widths, bias=True, **options):
        super().__init__()
        self.scale = scale
        self.stack = nn.ModuleList([nn.Linear(a, b, bias=bias) for a, b in zip((4, *widths), widths)])
        self.shift = options.get("shift", 0.0)

    def forward(self, x):
        for layer in self.stack:
            x = layer(x) * self.scale + self.shift
        return x


class Parent(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.fc = nn.Linear(4, width)

    def forward(self, x):
        return self.fc(x)


class Offspring(Parent):
    """Another signature than the base class's."""

    def __init__(self, scale=2.0):
        super().__init__(5)
        self.scale = scale

    def forward(self, x):
        return super().forward(x) * self.scale


class Plain(Parent):
    """The base class's constructor."""


class Chain(nn.Sequential):
    """A chain with a constructor of its own."""

    def __init__(self, width, out=2):
        super().__init__(nn.Linear(4, width), nn.ReLU(), nn.Linear(width, out))


def chained():
    return nn.Sequential(Encoder(5), Norm(5), nn.Linear(5, 2))
