"""Layers and parameters in lists, dicts and tuples; code before `super().__init__()`."""

from collections import OrderedDict

import torch
import torch.nn as nn
import torch.nn.functional as F


class Early(nn.Module):
    """Arguments change, and plain attributes are set, before the base class's constructor runs."""

    def __init__(self, width, depth=None):
        """Makes `depth` layers."""
        width = width * 2
        if depth is None:
            depth = 2
        self.width = width
        super().__init__()
        self.depth = depth
        self.stack = nn.Sequential(*[nn.Linear(width, width) for _ in range(depth)])

    def forward(self, x):
        return self.stack(x)


class Nested(nn.Module):
    def __init__(self):
        super().__init__()
        self.grid = nn.ModuleList([nn.ModuleList([nn.Linear(4, 4) for _ in range(2)]) for _ in range(2)])
        self.heads = nn.ModuleDict({"a": nn.Linear(4, 2), "b": nn.Sequential(nn.Linear(4, 2), nn.ReLU())})
        self.named = nn.Sequential(OrderedDict([("first", nn.Linear(4, 4)), ("second", nn.ReLU())]))
        self.scales = nn.ParameterList([nn.Parameter(torch.randn(4)) for _ in range(3)])
        self.extra = nn.ParameterDict({"shift": nn.Parameter(torch.randn(4))})
        self.sizes = (1.0, 2.0)
        self.acts = [F.relu, torch.tanh]
        self.shared = self.grid[0][0]
        self.first, self.second = nn.Linear(4, 4), nn.Linear(4, 4)
        for i in range(2):
            setattr(self, f"conv{i}", nn.Linear(4, 4))
            self.add_module(f"norm{i}", nn.LayerNorm(4))
        self.tail = nn.ModuleList()
        self.tail.append(nn.Linear(4, 4))
        self.tail.extend([nn.Linear(4, 4), nn.Linear(4, 4)])
        self.tail.insert(0, nn.Linear(4, 4))

    def forward(self, x):
        for row, scale in zip(self.grid, self.scales):
            for layer in row:
                x = layer(x) * scale
        for act, size in zip(self.acts, self.sizes):
            x = act(x) * size
        x = self.shared(x) + self.extra["shift"]
        x = self.second(self.first(x))
        for i in range(2):
            x = getattr(self, f"norm{i}")(getattr(self, f"conv{i}")(x))
        for layer in self.tail[1:]:
            x = layer(x)
        x = self.named(self.tail[0](x))
        outputs = {name: head(x) for name, head in self.heads.items()}
        outputs["first"] = self.named[0](x)
        return outputs


class Growing(nn.Module):
    """A chain that grows, a list cut in two."""

    def __init__(self, sizes=(4, 5, 6)):
        super().__init__()
        self.chain = nn.Sequential()
        for i, (a, b) in enumerate(zip(sizes[:-1], sizes[1:])):
            self.chain.add_module(f"layer{i}", nn.Linear(a, b))
        steps = [nn.Linear(6, 6), nn.ReLU(), nn.Linear(6, 6)]
        self.head = nn.Sequential(*steps[:2])
        self.tail = nn.ModuleList(steps[2:])

    def forward(self, x):
        x = self.head(self.chain(x))
        return [layer(x) for layer in self.tail]


class Tied(nn.Module):
    """One matrix of an embedding and a dense layer with a bias; one of two embeddings; one of two dense layers."""

    def __init__(self, bias=True):
        super().__init__()
        self.first = nn.Embedding(9, 4)
        self.second = nn.Embedding(9, 4)
        self.left = nn.Linear(4, 4, bias=False)
        self.right = nn.Linear(4, 4, bias=False)
        self.head = nn.Linear(4, 9, bias=bias)
        self.second.weight = self.first.weight
        self.right.weight = self.left.weight
        self.head.weight = self.second.weight

    def forward(self, i):
        x = self.left(self.first(i)) + self.right(self.second(i)) * 2.0
        return self.head(x)
