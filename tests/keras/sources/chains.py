"""Chains that call their layers in their own way, layers that are copied, inherited layers."""

import copy
from abc import abstractmethod
from functools import partial

import torch
from torch import nn
from torch.nn import functional as F


class Conditioned(nn.Module):
    @abstractmethod
    def forward(self, x, emb):
        """Uses the embedding."""


class Shift(Conditioned):
    def __init__(self, channels, size):
        super().__init__()
        self.emb = nn.Linear(size, channels)

    def forward(self, x, emb):
        return x + self.emb(emb)[:, :, None, None]


class ConditionedSequential(nn.Sequential, Conditioned):
    def forward(self, x, emb):
        for layer in self:
            x = layer(x, emb) if isinstance(layer, Conditioned) else layer(x)
        return x


class Pairs(nn.Sequential):
    def forward(self, *inputs):
        for module in self._modules.values():
            inputs = module(*inputs)
        return inputs


class Swap(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.linear = nn.Linear(size, size)

    def forward(self, a, b):
        return self.linear(b), a


class Plain(nn.Sequential):
    pass


class Chains(nn.Module):
    def __init__(self):
        super().__init__()
        self.block = ConditionedSequential(Shift(3, 4), nn.GroupNorm(1, 3), nn.SiLU())
        self.pairs = Pairs(Swap(4), Swap(4), Swap(4))
        self.tail = Plain(nn.Conv2d(3, 4, 1), nn.Sigmoid())

    def forward(self, image, x):
        a, b = self.pairs(x, x * 2)
        return self.tail(self.block(image, a)), b


class StandardizedConv2d(nn.Conv2d):
    def forward(self, x):
        mean = self.weight.mean(dim=(1, 2, 3), keepdim=True)
        var = self.weight.var(dim=(1, 2, 3), keepdim=True, unbiased=False)
        return F.conv2d(x, (self.weight - mean) * (var + 1e-5).rsqrt(), self.bias, self.stride, self.padding,
                        self.dilation, self.groups)


class SameConv2d(nn.Conv2d):
    def forward(self, x):
        return F.conv2d(F.pad(x, (1, 1, 1, 1)), self.weight, self.bias, self.stride, self.padding, self.dilation, self.groups)


class CausalConv1d(nn.Conv1d):
    def __init__(self, channels, kernel_size):
        self.left = kernel_size - 1
        super().__init__(channels, channels, kernel_size)

    def forward(self, x):
        return super().forward(F.pad(x, (self.left, 0)))


class Inherited(nn.Module):
    def __init__(self):
        super().__init__()
        self.standardized = StandardizedConv2d(3, 4, 3)
        self.same = SameConv2d(4, 4, 3, groups=4)
        self.causal = CausalConv1d(4, 3)

    def forward(self, image):
        x = self.same(self.standardized(image))
        return self.causal(x.mean(dim=-1)), x


def clones(module, n):
    return nn.ModuleList([copy.deepcopy(module) for _ in range(n)])


class Block(nn.Module):
    def __init__(self, size, inner):
        super().__init__()
        self.size = size
        self.inner = inner
        self.linears = clones(nn.Linear(size, size), 2)

    def forward(self, x):
        for linear in self.linears:
            x = x + self.inner(linear(x))
        return x


class Cloned(nn.Module):
    def __init__(self):
        super().__init__()
        self.blocks = clones(Block(4, nn.Sequential(nn.Linear(4, 4), nn.Tanh())), 2)

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return x


class Residual(nn.Module):
    def __init__(self, size, fn):
        super().__init__()
        self.norm = nn.LayerNorm(size)
        self.fn = fn

    def forward(self, x):
        return self.fn(self.norm(x)) + x


def feed_forward(size, dense):
    return nn.Sequential(dense(size, 2 * size), nn.GELU(), dense(2 * size, size))


class Mixer(nn.Module):
    def __init__(self, tokens=5, size=4):
        super().__init__()
        self.tokens = Residual(size, feed_forward(tokens, partial(nn.Conv1d, kernel_size=1)))
        self.channels = Residual(size, feed_forward(size, nn.Linear))

    def forward(self, x):
        return self.channels(self.tokens(x))
