"""An example in the `__main__` block; one class that it does not reach, one switch that it does not turn."""

import torch
import torch.nn as nn
import torch.nn.functional as F


class Up(nn.Module):
    def __init__(self, channels, bilinear=True):
        super().__init__()
        if bilinear:
            self.up = nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True)
        else:
            self.up = nn.ConvTranspose2d(channels, channels, kernel_size=2, stride=2)

    def forward(self, small, large):
        small = self.up(small)
        dy = large.size()[2] - small.size()[2]
        small = F.pad(small, [0, 0, dy // 2, dy - dy // 2])
        return torch.cat([large, small], dim=1)


class Segmenter(nn.Module):
    def __init__(self, in_channels, classes, bilinear=True):
        super().__init__()
        self.inc = nn.Conv2d(in_channels, 8, 3, padding=1)
        self.up = Up(8, bilinear)
        self.out = nn.Conv2d(16, classes, 1)

    def forward(self, x):
        large = self.inc(x)
        return self.out(self.up(F.max_pool2d(large, 2), large))


class Unused(nn.Module):
    def __init__(self, in_features, out_features):
        super().__init__()
        self.weight = nn.Parameter(torch.FloatTensor(in_features, out_features))

    def forward(self, input, adj):
        return torch.mm(adj, torch.mm(input, self.weight))


if __name__ == "__main__":
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    net = Segmenter(in_channels=3, classes=2).to(device)
    x = torch.rand((1, 3, 16, 12)).to(device)
    print(net(x).shape)
