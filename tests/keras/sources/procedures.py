"""What functions do to their arguments and modules to each other: changes in place, holders of buffers, other names."""

import torch
from torch import nn


class Positions(nn.Module):
    """Methods that change their argument and return nothing."""

    def __init__(self, length=4, width=8):
        super().__init__()
        self.proj = nn.Linear(width, width)
        self.pos = nn.Parameter(torch.randn(1, length, width))
        self.first = nn.Parameter(torch.randn(width))
        self.token = None

    def add_positions(self, x: torch.Tensor, length: int) -> None:
        """Adds the positions in place."""

        def cut(table):
            return table[:, :length]

        if length == 0:
            return
        x.add_(cut(self.pos))

    def mark_first(self, x, by):
        x[:, 0] += self.first * by

    def forward(self, x):
        x = self.proj(x)
        self.add_positions(x, length=x.shape[1])
        self.mark_first(x, by=2.0)
        parts = []
        if self.token is not None:
            parts.append(self.token)
        return torch.cat(parts + [x], dim=1)


class Shared(nn.Module):
    """Augmented assignments to arguments; views with names of their own, of which none is read after a change of another."""

    def __init__(self, width=8):
        super().__init__()
        self.fc = nn.Linear(width, width)
        self.shift = nn.Parameter(torch.randn(width))

    def moved(self, y):
        y += self.shift

    def added(self, y):
        y += self.shift
        return y

    def double_first(self, y):
        y[0].mul_(2)

    def forward(self, x):
        x = self.fc(x)
        self.moved(x)
        y = self.added(x)
        z = x + y
        self.double_first(z)
        a, b = z[:, :4], z[:, 4:]
        a.add_(1)
        out = z.new_zeros(x.shape)
        out[:, :4] += a * b
        tail = out[:, 4:]
        tail += b
        return torch.cat([a, b, tail, x.view(-1, 2, 4).sum(1)], 1)


class Noises(nn.Module):
    """A bare module that holds buffers, read by computed names; NumPy's names of arguments."""

    def __init__(self, sizes=(6, 8)):
        super().__init__()
        self.sizes = sizes
        self.noises = nn.Module()
        for i, size in enumerate(sizes):
            self.noises.register_buffer(f"noise_{i}", torch.randn(1, 1, sizes[0], size))
        self.conv = nn.Conv2d(3, 3, 1)

    def forward(self, x):
        for i in range(len(self.sizes)):
            noise = getattr(self.noises, f"noise_{i}")
            if noise.shape == x[:, :1].shape[-4:] or i == 1:
                x = self.conv(x) + noise
        return x - x.mean((2, 3), keepdims=True) + x.sum(axis=1, keepdim=True)


class Batch:
    """Tensors that go together."""

    def __init__(self, tensors, mask):
        self.tensors = tensors
        self.mask = mask

    def to(self, device):
        return Batch(self.tensors.to(device), self.mask.to(device))

    def decompose(self):
        return self.tensors, self.mask


class Pyramid(nn.Module):
    """A layer that returns lists of objects."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, stride=2, padding=1)

    def forward(self, batch):
        return [Batch(self.conv(batch.tensors), batch.mask)], [batch.mask]


class Detector(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = Pyramid()
        self.head = nn.Linear(4, 2)

    def forward(self, x):
        batch = Batch(x, x.mean(1) > 0)
        features, masks = self.body(batch)
        x, mask = features[-1].decompose()
        return self.head(x.flatten(2).permute(0, 2, 1)), masks[0] & mask


class Judge(nn.Module):
    """A loss that is called itself."""

    def __init__(self, mode="square"):
        super().__init__()
        self.register_buffer("real", torch.tensor(1.0))
        self.register_buffer("fake", torch.tensor(0.0))
        self.mode = mode

    def target(self, prediction, is_real):
        return (self.real if is_real else self.fake).expand_as(prediction)

    def __call__(self, prediction, target_is_real):
        return ((prediction - self.target(prediction, target_is_real)) ** 2).mean()


class Tokens(nn.Module):
    """The pixels of a feature map as a sequence, and back: transposes of the source beside those that images need."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 1)
        self.mix = nn.TransformerEncoderLayer(4, 2, 8, dropout=0.0)
        self.head = nn.Conv2d(4, 2, 3, padding=1)

    def forward(self, x):
        x = self.conv(x)
        n, c, h, w = x.shape
        tokens = self.mix(x.flatten(2).permute(2, 0, 1))
        return self.head(tokens.permute(1, 2, 0).view(n, c, h, w))
