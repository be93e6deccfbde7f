"""VGG16 (Simonyan & Zisserman, 2015, https://arxiv.org/abs/1409.1556)."""
from typing import List, Union

import torch
from torch import Tensor, nn


class VGG16(nn.Module):
    """The sixteen-layer network, one attribute a layer.

    ``width`` is the number of channels of the first block (64 in the paper); every later
    block has a multiple of it.
    """

    def __init__(self, num_classes: int = 1000, width: int = 64, hidden: int = 4096):
        super(VGG16, self).__init__()
        w = width
        # block 1
        self.conv1_1 = nn.Conv2d(3, w, 3, padding=1)
        self.conv1_2 = nn.Conv2d(w, w, 3, padding=1)
        # block 2
        self.conv2_1 = nn.Conv2d(w, 2 * w, 3, padding=1)
        self.conv2_2 = nn.Conv2d(2 * w, 2 * w, 3, padding=1)
        # block 3
        self.conv3_1 = nn.Conv2d(2 * w, 4 * w, 3, padding=1)
        self.conv3_2 = nn.Conv2d(4 * w, 4 * w, 3, padding=1)
        self.conv3_3 = nn.Conv2d(4 * w, 4 * w, 3, padding=1)
        # block 4
        self.conv4_1 = nn.Conv2d(4 * w, 8 * w, 3, padding=1)
        self.conv4_2 = nn.Conv2d(8 * w, 8 * w, 3, padding=1)
        self.conv4_3 = nn.Conv2d(8 * w, 8 * w, 3, padding=1)
        # block 5
        self.conv5_1 = nn.Conv2d(8 * w, 8 * w, 3, padding=1)
        self.conv5_2 = nn.Conv2d(8 * w, 8 * w, 3, padding=1)
        self.conv5_3 = nn.Conv2d(8 * w, 8 * w, 3, padding=1)

        self.relu = nn.ReLU(inplace=True)
        self.pool = nn.MaxPool2d(2, 2)
        self.avgpool = nn.AdaptiveAvgPool2d(7)
        self.drop = nn.Dropout(p=0.5)

        self.fc6 = nn.Linear(8 * w * 7 * 7, hidden)
        self.fc7 = nn.Linear(hidden, hidden)
        self.fc8 = nn.Linear(hidden, num_classes)

    def forward(self, x: Tensor) -> Tensor:
        """x: images, (N, 3, H, W); returns logits, (N, num_classes)."""
        x = self.relu(self.conv1_1(x))
        x = self.relu(self.conv1_2(x))
        x = self.pool(x)

        x = self.relu(self.conv2_1(x))
        x = self.relu(self.conv2_2(x))
        x = self.pool(x)

        x = self.relu(self.conv3_1(x))
        x = self.relu(self.conv3_2(x))
        x = self.relu(self.conv3_3(x))
        x = self.pool(x)

        x = self.relu(self.conv4_1(x))
        x = self.relu(self.conv4_2(x))
        x = self.relu(self.conv4_3(x))
        x = self.pool(x)

        x = self.relu(self.conv5_1(x))
        x = self.relu(self.conv5_2(x))
        x = self.relu(self.conv5_3(x))
        x = self.pool(x)

        x = self.avgpool(x)
        x = x.view(x.size(0), -1)
        x = self.drop(self.relu(self.fc6(x)))
        x = self.drop(self.relu(self.fc7(x)))
        return self.fc8(x)


# channels of each convolution in units of the width, "M" stands for a max pooling
CONFIGURATION: List[Union[int, str]] = [1, 1, "M", 2, 2, "M", 4, 4, 4, "M", 8, 8, 8, "M", 8, 8, 8, "M"]


def make_layers(configuration: List[Union[int, str]], width: int, batch_norm: bool = False) -> nn.Sequential:
    """Builds the feature extractor from a configuration list."""
    layers: List[nn.Module] = []
    in_channels = 3
    for item in configuration:
        if item == "M":
            layers += [nn.MaxPool2d(kernel_size=2, stride=2)]
        else:
            out_channels = item * width
            layers += [nn.Conv2d(in_channels, out_channels, kernel_size=3, padding=1)]
            if batch_norm:
                layers += [nn.BatchNorm2d(out_channels)]
            layers += [nn.ReLU(inplace=True)]
            in_channels = out_channels
    return nn.Sequential(*layers)


class VGG(nn.Module):
    """VGG from a configuration, with `nn.Sequential` parts."""

    def __init__(self, configuration=CONFIGURATION, num_classes=1000, width=64, hidden=4096, batch_norm=False):
        super().__init__()
        self.features = make_layers(configuration, width, batch_norm)
        self.avgpool = nn.AdaptiveAvgPool2d((7, 7))
        self.classifier = nn.Sequential(
            nn.Linear(8 * width * 7 * 7, hidden),
            nn.ReLU(True),
            nn.Dropout(),
            nn.Linear(hidden, hidden),
            nn.ReLU(True),
            nn.Dropout(),
            nn.Linear(hidden, num_classes),
        )

    def forward(self, x):
        x = self.features(x)
        x = self.avgpool(x)
        x = torch.flatten(x, 1)
        return self.classifier(x)


def vgg16_bn(**kwargs):
    """VGG16 with batch normalisation."""
    return VGG(batch_norm=True, **kwargs)
