"""AlexNet (Krizhevsky, 2014, "One weird trick for parallelizing convolutional neural networks")."""

import torch
import torch.nn as nn
import torch.nn.functional as F


class AlexNet(nn.Module):
    """AlexNet with every layer spelled out.

    Args:
        num_classes: size of the output.
        hidden: width of the two dense layers before the classifier (4096 in the paper).
        dropout: drop rate before each hidden dense layer.
    """

    def __init__(self, num_classes=1000, hidden=4096, dropout=0.5):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, kernel_size=11, stride=4, padding=2)
        self.conv2 = nn.Conv2d(64, 192, kernel_size=5, padding=2)
        self.conv3 = nn.Conv2d(192, 384, kernel_size=3, padding=1)
        self.conv4 = nn.Conv2d(384, 256, kernel_size=3, padding=1)
        self.conv5 = nn.Conv2d(256, 256, kernel_size=3, padding=1)
        self.pool = nn.MaxPool2d(kernel_size=3, stride=2)
        # makes the classifier independent of the image size
        self.avgpool = nn.AdaptiveAvgPool2d((6, 6))
        self.dropout = nn.Dropout(dropout)
        self.fc1 = nn.Linear(256 * 6 * 6, hidden)
        self.fc2 = nn.Linear(hidden, hidden)
        self.fc3 = nn.Linear(hidden, num_classes)

    def forward(self, x):
        x = self.pool(F.relu(self.conv1(x)))
        x = self.pool(F.relu(self.conv2(x)))
        x = F.relu(self.conv3(x))
        x = F.relu(self.conv4(x))
        x = self.pool(F.relu(self.conv5(x)))
        x = self.avgpool(x)
        x = torch.flatten(x, 1)
        x = F.relu(self.fc1(self.dropout(x)))  # first hidden layer
        x = F.relu(self.fc2(self.dropout(x)))  # second hidden layer
        return self.fc3(x)


def alexnet_sequential(num_classes=1000, hidden=4096, dropout=0.5):
    """The same network as one `nn.Sequential`."""
    return nn.Sequential(
        # features
        nn.Conv2d(3, 64, kernel_size=11, stride=4, padding=2),
        nn.ReLU(inplace=True),
        nn.MaxPool2d(kernel_size=3, stride=2),
        nn.Conv2d(64, 192, kernel_size=5, padding=2),
        nn.ReLU(inplace=True),
        nn.MaxPool2d(kernel_size=3, stride=2),
        nn.Conv2d(192, 384, kernel_size=3, padding=1),
        nn.ReLU(inplace=True),
        nn.Conv2d(384, 256, kernel_size=3, padding=1),
        nn.ReLU(inplace=True),
        nn.Conv2d(256, 256, kernel_size=3, padding=1),
        nn.ReLU(inplace=True),
        nn.MaxPool2d(kernel_size=3, stride=2),
        nn.AdaptiveAvgPool2d((6, 6)),
        # classifier
        nn.Flatten(),
        nn.Dropout(dropout),
        nn.Linear(256 * 6 * 6, hidden),
        nn.ReLU(inplace=True),
        nn.Dropout(dropout),
        nn.Linear(hidden, hidden),
        nn.ReLU(inplace=True),
        nn.Linear(hidden, num_classes),
    )


if __name__ == "__main__":
    net = AlexNet()
    print(net(torch.randn(1, 3, 224, 224)).shape)
