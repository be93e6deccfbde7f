"""Ways in which modules are written and put together."""

from typing import Optional

import torch
import torch.nn as nn


class Swish(nn.Module):
    """No constructor."""

    def forward(self, x):
        return x * torch.sigmoid(x)


class Base(nn.Module):
    scale = 2.0

    def __init__(self, dim):
        super().__init__()
        self.fc = nn.Linear(dim, dim)
        self.act = Swish()

    @staticmethod
    def shifted(x, by=1.0):
        return x + by

    @classmethod
    def small(cls):
        return cls(4)

    @property
    def width(self):
        return self.fc.out_features

    def features(self, x):
        return self.act(self.fc(x))

    def forward(self, x):
        return self.shifted(self.features(x)) * self.scale / self.width


class Derived(Base):
    scale = 3.0

    def __init__(self, dim, out):
        super().__init__(dim)
        self.head = nn.Linear(dim, out)

    def features(self, x):
        return super().features(x) + x

    def forward(self, x):
        return self.head(super().forward(x))


class Delegating(nn.Module):
    """Calls forward methods directly."""

    def __init__(self):
        super().__init__()
        self.base = Base.small()
        self.derived = Derived(4, 3)

    def forward(self, x):
        return self.derived.forward(self.base.forward(x))


class Callable(nn.Module):
    """Overrides `__call__`."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)

    def __call__(self, x):
        return super().__call__(x) * 2.0

    def forward(self, x):
        return self.fc(x)


class UsesCallable(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = Callable()

    def forward(self, x):
        return self.inner(x) + 1.0


class Optionals(nn.Module):
    """Keyword-only and optional inputs; a dict, a list and a tuple as outputs."""

    def __init__(self):
        super().__init__()
        self.q = nn.Linear(4, 4)
        self.k = nn.Linear(4, 4)

    def attend(self, x, context: Optional[torch.Tensor] = None, *, mask=None, scale=0.5):
        context = x if context is None else context
        weights = self.q(x) @ self.k(context).transpose(-2, -1) * scale
        if mask is not None:
            weights = weights.masked_fill(~mask, -1e9)
        return weights.softmax(-1) @ context

    def forward(self, x, context=None, *, mask=None, full=True):
        x = self.attend(x, context, mask=mask)
        if not full:
            return x
        return {"out": x, "parts": [x[:, :1], x[:, 1:]], "pair": (x.mean(-1), None)}


class Closures(nn.Module):
    """Nested functions, lambdas and generators over layers."""

    def __init__(self, activation=torch.tanh, block=Swish):
        super().__init__()
        self.layers_a = nn.ModuleList(nn.Linear(4, 4) for _ in range(2))
        self.activation = activation
        self.block = block()

    def forward(self, x):
        def step(y, layer):
            return self.activation(layer(y))

        for layer in self.layers_a:
            x = step(x, layer)
        twice = lambda y: self.block(y) * 2.0  # noqa: E731
        return sum(part for part in (twice(x), x, -x * 0.5))


class Chosen(nn.Module):
    """Which method computes the output is decided in the constructor."""

    def __init__(self, channels, partial=True):
        super().__init__()
        self.part = channels // 2
        self.rest = channels - self.part
        self.conv = nn.Conv2d(self.part, self.part, 3, padding=1)
        if partial:
            self.forward = self.forward_part
        else:
            self.forward = self.forward_same

    def forward_same(self, x):
        return x

    def forward_part(self, x):
        first, second = torch.split(x, [self.part, self.rest], dim=1)
        return torch.cat((self.conv(first), second), 1)


class Choosing(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 5, 3)
        self.a, self.b = Chosen(5), Chosen(5, partial=False)

    def forward(self, x):
        return self.b(self.a(self.conv(x)))


class Deciding(nn.Module):
    """Branches on what tensors hold."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)

    def forward(self, x, mask):
        if mask.sum() == 0 or not mask.any():
            return self.fc(x)
        return self.fc(x * mask)
