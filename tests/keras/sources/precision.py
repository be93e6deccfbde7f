"""Whole numbers that become floats, explicit float32, weights' dtype, concatenations of unlike axes."""

import torch
from torch import nn


class Mixed(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("table", torch.tensor([1.0, 2.0, 4.0, 8.0], dtype=torch.float32))
        self.linear = nn.Linear(4, 4)

    def forward(self, x, mask):
        scale = torch.arange(4, dtype=torch.float32)
        keep = mask.to(dtype=next(self.parameters()).dtype)
        return self.linear(x) * mask.float() + x * scale + self.table * keep


class Boxes(nn.Module):
    """Class scores and boxes that come out of a convolution over bins, side by side."""

    def __init__(self):
        super().__init__()
        self.boxes = nn.Sequential(nn.Conv2d(3, 8, 1), nn.Conv2d(8, 8, 1))
        self.scores = nn.Sequential(nn.Conv2d(3, 8, 1), nn.Conv2d(8, 2, 1))
        self.bins = nn.Conv2d(2, 1, 1, bias=False)

    def forward(self, image):
        both = torch.cat((self.boxes(image), self.scores(image)), 1)
        boxes, scores = both.view(image.shape[0], 10, -1).split((8, 2), 1)
        batch, _, places = boxes.shape
        boxes = self.bins(boxes.view(batch, 4, 2, places).transpose(2, 1).softmax(1)).view(batch, 4, places)
        return torch.cat((boxes, scores.sigmoid()), 1)


class Augmented(nn.Module):
    """Floats and integers that booleans are combined with in place, whole and in part."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, padding=1)

    def forward(self, x, mask, last):
        y = self.conv(x)
        y *= ~mask
        y[:, 1:] *= last.permute(0, 3, 1, 2)
        mask |= y.mean(1, keepdim=True) > 0
        count = mask.long()
        count += mask
        y /= count + 1
        return y, count
