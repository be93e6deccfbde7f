"""ShuffleNet v1: grouped 1x1 convolutions, channels shuffled between them.

https://arxiv.org/abs/1707.01083
"""

import torch
from torch import nn


def channel_shuffle(x, groups):
    """Mixes the channels of the groups, so that the next grouped convolution sees all of them."""
    n, c, h, w = x.size()
    x = x.view(n, groups, c // groups, h, w)
    x = x.transpose(1, 2).contiguous()
    return x.view(n, c, h, w)


class ShuffleUnit(nn.Module):
    def __init__(self, in_channels, out_channels, stride, groups):
        super().__init__()
        assert stride in (1, 2)
        self.stride = stride
        self.groups = groups
        # with stride 2 the shortcut is concatenated, not added
        branch_channels = out_channels - in_channels if stride == 2 else out_channels
        mid_channels = branch_channels // 4

        self.compress = nn.Sequential(
            nn.Conv2d(in_channels, mid_channels, 1, groups=groups, bias=False),
            nn.BatchNorm2d(mid_channels),
            nn.ReLU(inplace=True),
        )
        self.depthwise = nn.Sequential(
            nn.Conv2d(mid_channels, mid_channels, 3, stride=stride, padding=1, groups=mid_channels, bias=False),
            nn.BatchNorm2d(mid_channels),
        )
        self.expand = nn.Sequential(
            nn.Conv2d(mid_channels, branch_channels, 1, groups=groups, bias=False),
            nn.BatchNorm2d(branch_channels),
        )
        self.pool = nn.AvgPool2d(3, stride=2, padding=1)
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x):
        out = self.compress(x)
        out = channel_shuffle(out, self.groups)
        out = self.depthwise(out)
        out = self.expand(out)
        if self.stride == 2:
            return self.relu(torch.cat((self.pool(x), out), 1))
        return self.relu(x + out)


class ShuffleNet(nn.Module):
    """`channels`: of the stem and of the three stages; `repeats`: units of a stage."""

    def __init__(self, groups=3, channels=(24, 240, 480, 960), repeats=(4, 8, 4), num_classes=10):
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(3, channels[0], 3, stride=1, padding=1, bias=False),
            nn.BatchNorm2d(channels[0]),
            nn.ReLU(inplace=True),
        )
        stages = []
        for index, repeat in enumerate(repeats):
            units = [ShuffleUnit(channels[index], channels[index + 1], 2, groups)]
            for _ in range(repeat - 1):
                units.append(ShuffleUnit(channels[index + 1], channels[index + 1], 1, groups))
            stages.append(nn.Sequential(*units))
        self.stages = nn.Sequential(*stages)
        self.fc = nn.Linear(channels[-1], num_classes)

    def forward(self, x):
        x = self.stages(self.stem(x))
        x = x.mean([2, 3])  # global average pooling
        return self.fc(x)
