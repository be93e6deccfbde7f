"""Code that depends on the training flag."""

import torch
import torch.nn as nn
import torch.nn.functional as F


class Switch(nn.Module):
    """The flag in the forward method and as an argument of a function."""

    def __init__(self, p=0.0):
        super().__init__()
        self.fc = nn.Linear(4, 4)
        self.p = p

    def forward(self, x):
        x = F.dropout(self.fc(x), self.p, self.training)
        if self.training:
            x = x * 2.0
        return x if not self.training else x + 1.0


class Helper(nn.Module):
    """The flag in methods that the forward method calls."""

    def __init__(self):
        super().__init__()
        self.inner = Switch()
        self.bn = nn.BatchNorm1d(4)

    def noisy(self, x):
        return self.scaled(x) - 1.0

    def scaled(self, x, factor=3.0):
        return x * factor if self.training else x

    def forward(self, x):
        x = self.noisy(self.inner(x))
        x = self.bn(x)
        return self.scaled(x, 0.5)


class Auxiliary(nn.Module):
    """Other outputs in training."""

    def __init__(self):
        super().__init__()
        self.main = Helper()
        self.side = nn.Linear(4, 2)

    def forward(self, x):
        y = self.main(x)
        if self.training:
            return y, self.side(x)
        return y


class Child(Helper):
    """The flag is read in the base class only; a closure reads it."""

    def forward(self, x):
        def doubled(y):
            return y * 2.0 if self.training else y

        return super().forward(doubled(x))


class Direct(nn.Module):
    """Forward methods called by name: of a layer, and of the same object."""

    def __init__(self):
        super().__init__()
        self.inner = Switch()

    def features(self, x):
        return self.inner.forward(x)

    def twice(self, x):
        return self.forward(x, False) + self.features(x)

    def forward(self, x, again=True):
        return self.twice(x) if again else self.features(x)
