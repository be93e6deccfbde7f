"""Weights that are set by code, frozen, or that follow those of another module."""

import copy

import torch
import torch.nn.functional as F
from torch import nn


class Edges(nn.Module):
    """A fixed filter."""

    def __init__(self):
        super().__init__()
        self.filter = nn.Conv2d(1, 2, 3, padding=1, bias=False)
        across = torch.tensor([[2.0, 0.0, -2.0], [4.0, 0.0, -4.0], [2.0, 0.0, -2.0]])
        both = torch.stack([across, across.t()]).unsqueeze(1)
        self.filter.weight = nn.Parameter(both, requires_grad=False)

    def forward(self, x):
        return self.filter(x.mean(dim=1, keepdim=True))


class Shift(nn.Conv2d):
    """A convolution with given weights."""

    def __init__(self, mean=(0.4, 0.3, 0.2)):
        super().__init__(3, 3, kernel_size=1)
        self.weight.data = torch.eye(3).view(3, 3, 1, 1)
        self.bias.data = -torch.Tensor(mean)
        for p in self.parameters():
            p.requires_grad = False


class Fixed(nn.Module):
    def __init__(self):
        super().__init__()
        self.shift = Shift()
        self.edges = Edges()
        self.body = nn.Sequential(nn.Conv2d(3, 4, 1), nn.BatchNorm2d(4))
        self.fc = nn.Linear(4, 4)
        self.fc.weight.data = torch.eye(4)
        self.scale = nn.Parameter(torch.ones(1))
        self.scale.data = torch.zeros(1) + 2
        self.scale.requires_grad = False
        self.body.requires_grad_(False)
        self.register_buffer("center", torch.zeros(4))
        self.center = F.normalize(self.center + 1, dim=0)

    def forward(self, x):
        edges = self.edges(self.shift(x))
        y = self.body(x).mean((2, 3))
        if self.training:
            self.center = 0.9 * self.center + 0.1 * y.mean(0).detach()
        return self.fc(y) * self.scale + self.center, edges


class Backbone(nn.Module):
    def __init__(self, classes=5):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)
        self.fc = nn.Linear(8, classes)

    def forward(self, x):
        return self.fc(self.conv(x).mean((2, 3)))


def freeze(model, wanted):
    if wanted:
        for param in model.parameters():
            param.requires_grad = False


def fine_tuned(classes=3, frozen=True):
    """The last layer is made anew, and trained alone."""
    model = Backbone()
    freeze(model, frozen)
    features = model.fc.in_features
    model.fc = nn.Linear(features, classes)
    return model


class Follower(nn.Module):
    """A second network whose weights follow those of the first, and a queue of what it gave."""

    def __init__(self, momentum=0.9):
        super().__init__()
        self.momentum = momentum
        self.online = Backbone()
        self.target = Backbone()
        for param in self.target.parameters():
            param.requires_grad = False
        self.register_buffer("queue", torch.ones(5, 4))
        self.register_buffer("place", torch.zeros(1, dtype=torch.long))

    @torch.no_grad()
    def update(self):
        for online, target in zip(self.online.parameters(), self.target.parameters()):
            target.data = target.data * self.momentum + online.data * (1.0 - self.momentum)

    @torch.no_grad()
    def enqueue(self, keys):
        place = int(self.place)
        self.queue[:, place:place + keys.shape[0]] = keys.T
        self.place[0] = (place + keys.shape[0]) % self.queue.shape[1]

    def forward(self, x):
        y = self.online.forward(x)
        with torch.no_grad():
            if self.training:
                self.update()
            keys = self.target(x)
        logits = torch.cat([(y * keys).sum(1, keepdim=True), y @ self.queue.clone()], dim=1)
        if self.training:
            self.enqueue(keys)
        return logits


class Averaged(nn.Module):
    """As `Follower`, in place."""

    def __init__(self):
        super().__init__()
        self.online = nn.Sequential(nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 2))
        self.target = copy.deepcopy(self.online)

    def forward(self, x):
        if self.training:
            with torch.no_grad():
                for online, target in zip(self.online.parameters(), self.target.parameters()):
                    target.mul_(0.5).add_(online, alpha=0.5)
        return self.online(x), self.target(x).detach()
