"""Layers that are asked for by name or index, layers' options that are read, and functions that quantisation observes."""

import math
from collections import OrderedDict

import torch
import torch.nn as nn
from torch.ao.quantization import DeQuantStub, QuantStub


class Trunk(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Linear(4, 4)
        self.layers = nn.Sequential(nn.Linear(4, 4), nn.ReLU())
        self.path = nn.Linear(4, 3)


class Taken(nn.ModuleDict):
    """The children of another module up to a name, which are run in turn."""

    def __init__(self, module, last):
        taken = OrderedDict()
        for name, child in module.named_children():
            taken[name] = child
            if name == last:
                break
        super().__init__(taken)
        self.last = last

    def forward(self, x):
        out = OrderedDict()
        for name, module in self.items():
            x = module(x)
            out[name] = x
        return out[self.last]


class Named(nn.Module):
    def __init__(self):
        super().__init__()
        named = OrderedDict()
        named["act"] = nn.Tanh()
        named["head"] = nn.Linear(3, 2)
        self.heads = nn.Sequential(named)
        self.trunk = Taken(Trunk(), "path")
        grown = nn.Sequential()
        grown.add_module("first", nn.Linear(2, 2))
        self.grown = grown
        if isinstance(self.heads.head, nn.Linear):
            nn.init.zeros_(self.heads.head.bias)

    def forward(self, x):
        return self.grown(self.heads(self.trunk(x))) + self.heads.head.bias.sum() + self.grown.first.bias


def last_width(chain):
    """Outputs of the last linear layer."""
    found = [i for i, layer in enumerate(chain) if isinstance(layer, nn.Linear)]
    last = chain[found[-1]]
    return last.out_features if isinstance(last, nn.Linear) else len(chain)


class Indexed(nn.Module):
    def __init__(self):
        super().__init__()
        self.chain = nn.Sequential(nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 4), nn.ReLU())
        self.width = last_width(self.chain)

    def forward(self, x):
        return self.chain(x) * self.width


class Options(nn.Module):
    """What a constructor's argument says is known where the layer is made."""

    def __init__(self, plain=True):
        super().__init__()
        if plain:
            self.proj = nn.Conv2d(3, 4, 2)
        else:
            self.proj: nn.Module = nn.Sequential(nn.Linear(3, 4))
        if isinstance(self.proj, nn.Conv2d):
            fan_in = self.proj.in_channels * self.proj.kernel_size[0] * self.proj.kernel_size[1]
            nn.init.trunc_normal_(self.proj.weight, std=math.sqrt(1 / fan_in))
            self.scale = 1.0 / fan_in

    def forward(self, x):
        return self.proj(x) * self.scale


class Observed(nn.Module):
    def __init__(self):
        super().__init__()
        self.quant, self.dequant = QuantStub(), DeQuantStub()
        self.add = nn.quantized.FloatFunctional()
        self.first, self.second = nn.Conv2d(3, 4, 3, padding=1), nn.Conv2d(4, 4, 1)

    def forward(self, x):
        x = self.first(self.quant(x))
        y = self.add.add_relu(self.second(x), x)
        return self.dequant(self.add.mul_scalar(self.add.cat([x, y], dim=1), 2.0))


class Parts(nn.Module):
    """Parts of tensors that are changed in place."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 6, 3, padding=1)

    def forward(self, x):
        x = self.conv(x)
        x[:, 1:3].zero_()
        bias = self.conv.bias.clone()
        size = bias.numel() // 3
        bias[size:2 * size].mul_(2.0).add_(1.0)
        y = torch.mean(x, (2, 3)) + bias
        y.mul_(3.0).sub_(1.0)
        return y, x


class Dunder(nn.Module):
    """Attributes by the methods that Python calls for them."""

    def __init__(self):
        super().__init__()
        self.heads = {"a": 2, "b": 3}
        for head, width in self.heads.items():
            self.__setattr__(head, nn.ModuleList([nn.Linear(4, width)]))

    def forward(self, x):
        return [self.__getattr__(head)[0](x) for head in self.heads]


class Whole(nn.Module):
    """A network whose head is read and replaced by others."""

    def __init__(self):
        super().__init__()
        self.body = nn.Linear(4, 6)
        self.head = nn.Linear(6, 5)

    def forward(self, x):
        return self.head(torch.relu(self.body(x)))


def headless():
    net = Whole()
    net.width = net.head.in_features
    net.head = nn.Identity()
    return net


class Headed(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = headless()
        self.head = nn.Linear(self.net.width, 3)

    def forward(self, x):
        return self.head(self.net(x))
