"""Operations with a gradient of their own, in both styles."""

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
