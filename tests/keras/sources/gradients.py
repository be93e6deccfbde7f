"""Operations with a gradient of their own, in both styles."""

import copy

import torch
from torch import nn
from torch.autograd import Function


class Reverse(Function):
    """The identity, whose gradient is turned round."""

    @staticmethod
    def forward(ctx, x, alpha):
        ctx.alpha = alpha
        return x.view_as(x)

    @staticmethod
    def backward(ctx, gradient):
        return gradient.neg() * ctx.alpha, None


class Quantised(torch.autograd.Function):
    @staticmethod
    def forward(x, levels):
        return torch.round(x * levels) / levels

    @staticmethod
    def setup_context(ctx, inputs, output):
        x, _ = inputs
        ctx.save_for_backward(x)

    @staticmethod
    def backward(ctx, gradient):
        x, = ctx.saved_tensors
        gradient = gradient.clone()
        gradient[x.abs() > 1] = 0  # straight through elsewhere
        return gradient, None


class Adversary(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Conv2d(3, 4, 3, padding=1)
        self.domain = nn.Linear(4, 2)

    def forward(self, x):
        x = Quantised.apply(self.features(x), 8.0)
        return x, self.domain(Reverse.apply(x, 0.5).mean((2, 3)))


class Teacher(nn.Module):
    """A copy that gives targets: of several tensors at once, and from a function of its own."""

    def __init__(self):
        super().__init__()
        self.student = nn.Sequential(Stem(), nn.Flatten())
        self.teacher = copy.deepcopy(self.student)
        self.rnn = nn.LSTM(4, 5, batch_first=True)
        self.head = nn.Linear(5, 4)

    def targets(self, x):
        with torch.no_grad():
            if x.shape[0] > 1:
                return self.head(x)
            return x

    def forward(self, x):
        features = self.student(x)
        with torch.no_grad():
            first, second = self.teacher(x).chunk(2, 1)
            count = features.shape[0]
            steps, (state, _) = self.rnn(features.view(count, -1, 4))
        return features.mean() * first + second, self.targets(steps) * features.mean() / count, state


class Stem(nn.Module):
    """A constructor without arguments."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)

    def forward(self, x):
        return torch.relu(self.conv(x))
