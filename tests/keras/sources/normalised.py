"""Layers with weight and spectral normalisation, in the forms in which they are written."""

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils import remove_weight_norm, weight_norm
from torch.nn.utils import spectral_norm as SN
from torch.nn.utils.parametrizations import spectral_norm
from torch.nn.utils.parametrizations import weight_norm as new_weight_norm


def init_weights(m):
    if "Conv" in m.__class__.__name__:
        m.weight.data.normal_(0.0, 0.01)


def conv(channels, kernel_size, dilation=1):
    return weight_norm(nn.Conv1d(channels, channels, kernel_size, padding=dilation, dilation=dilation))


class Generator(nn.Module):
    """Weight norm in a constructor, in a helper, in place, in a list and a chain."""

    def __init__(self, channels=4):
        super().__init__()
        self.first = weight_norm(nn.Conv1d(3, channels, 3, stride=2, padding=1))
        self.up = weight_norm(nn.ConvTranspose1d(channels, channels, 4, 2, padding=1))
        self.blocks = nn.ModuleList([conv(channels, 3, d) for d in (1, 2)])
        self.net = nn.Sequential(new_weight_norm(nn.Conv1d(channels, 6, 3, groups=2), dim=None), nn.LeakyReLU(0.25))
        self.position = nn.Conv1d(6, 6, 4, padding=2, groups=3)
        self.position = weight_norm(self.position, name="weight", dim=2)
        self.last = nn.Linear(6 * 15, 2)
        nn.utils.weight_norm(self.last)
        self.blocks.apply(init_weights)
        self.up.apply(init_weights)
        self.init_weights()

    def init_weights(self):
        self.first.weight.data.normal_(0, 0.01)
        self.first.bias.data.zero_()

    def forward(self, x):
        x = self.up(F.relu(self.first(x)))
        for block in self.blocks:
            x = x + block(x)
        x = self.position(self.net(x)) / self.position.kernel_size[0]
        return self.last(x.flatten(1)) * self.first.bias.sum()

    def fuse(self):
        remove_weight_norm(self.first)
        for block in self.blocks:
            remove_weight_norm(block)


class Critic(nn.Module):
    """Spectral norm by either function, under another name and as a value."""

    def __init__(self, old=True):
        super().__init__()
        norm = SN if old else weight_norm
        self.first = norm(nn.Conv2d(3, 4, 3, stride=2, padding=1))
        self.up = SN(nn.ConvTranspose2d(4, 2, 2, stride=2), n_power_iterations=2)
        self.layers = nn.Sequential(spectral_norm(nn.Conv2d(2, 4, 3), eps=1e-6), nn.LeakyReLU(0.25))
        self.out = spectral_norm(nn.Linear(4 * 4 * 6, 3))
        nn.init.xavier_uniform_(self.up.weight.data)

    def forward(self, x):
        return self.out(self.layers(self.up(F.relu(self.first(x)))).flatten(1))
