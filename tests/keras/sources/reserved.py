"""Attributes, methods and parameters whose names Keras reserves."""

import torch
import torch.nn as nn


class Inner(nn.Module):
    """Reserved on every layer."""

    def __init__(self, name, dtype=4, input=4):
        super().__init__()
        self.name = name
        self.dtype = dtype
        self.input = nn.Linear(input, 6)
        self.output = nn.Linear(6, dtype)
        self.path = [0.5, 2.0]
        self.losses = {"scale": 3.0}
        self.metrics = nn.ModuleList([nn.Linear(dtype, dtype) for _ in range(2)])
        self.weights = nn.Parameter(torch.randn(dtype))
        self.register_buffer("variables", torch.arange(4.0))
        self.built = True
        self.trainable = 2

    def build(self, x):
        return self.input(x) * self.trainable

    def call(self, x):
        return self.output(torch.relu(self.build(x))) * self.path[1]

    def forward(self, x):
        x = self.call(x) + self.weights * self.variables
        for metric in self.metrics:
            x = metric(x) * self.losses["scale"]
        return x


class Outer(nn.Module):
    """Reserved on models."""

    def __init__(self, layers=2, inputs=4):
        super().__init__()
        self.layers = nn.ModuleList([Inner(f"block{i}", input=inputs) for i in range(layers)])
        self.loss = nn.Linear(4, 3)
        self.optimizer = nn.Sequential(nn.Linear(3, 3), nn.Tanh())
        self.inputs = inputs
        self.outputs = 3
        self.history = []

    def compile(self, x):
        return x + 1.0

    def fit(self, x):
        return self.compile(x) * 2.0

    def summary(self, x, *, scale=1.0):
        return self.optimizer(self.loss(x)) * scale

    def predict(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def forward(self, x):
        assert x.shape[-1] == self.inputs
        return self.summary(self.fit(self.predict(x)), scale=0.5), len(self.layers) + self.outputs
