"""The training flag behind a property."""

import torch.nn as nn


class ByProperty(nn.Module):
    """The flag behind a property."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)

    @property
    def factor(self):
        return 2.0 if self.training else 1.0

    def forward(self, x):
        return self.fc(x) * self.factor
