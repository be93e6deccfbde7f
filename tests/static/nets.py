"""Small networks for the static path: sources, model expressions and inputs. Each stands for constructs that want an
axis order of their own in the target."""

HEAD = """import torch
from torch import nn
import torch.nn.functional as F


"""

CLASSIFIER = """class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, padding=1, stride=2)
        self.bn = nn.BatchNorm2d(8)
        self.pool = nn.MaxPool2d(2)
        self.drop = nn.Dropout2d(0.2)
        self.fc = nn.Linear(8 * 4 * 4, 5)

    def forward(self, x):
        x = self.drop(self.pool(F.relu(self.bn(self.conv(x)))))
        return self.fc(torch.flatten(x, 1))
"""

SEQUENTIAL = """def net():
    return nn.Sequential(
        nn.Conv2d(3, 6, 3), nn.BatchNorm2d(6), nn.PReLU(6), nn.AvgPool2d(2, padding=1), nn.ZeroPad2d(1),
        nn.Conv2d(6, 12, 3, groups=6), nn.ELU(), nn.AdaptiveAvgPool2d((2, 3)), nn.Flatten(), nn.Linear(72, 4))
"""

FUNCTIONS = """class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(4, 3, 3, 3))
        self.scale = nn.Parameter(torch.ones(1, 4, 1, 1))

    def forward(self, x):
        x = F.conv2d(x, self.weight, padding=1) * self.scale
        x = F.max_pool2d(x, 2) + F.avg_pool2d(x, 2)
        x = F.interpolate(x, scale_factor=2, mode='nearest')
        x = F.group_norm(x, 2)
        b, c, h, w = x.shape
        x = x.view(b, c, h * w).permute(0, 2, 1).reshape(b, h, w, c).permute(0, 3, 1, 2)
        pooled = F.adaptive_avg_pool2d(x, 1) + F.adaptive_max_pool2d(x, (1, 1))
        return (pooled * x.mean(dim=(2, 3), keepdim=True)).flatten(1)
"""

TEXT = """class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(20, 6)
        self.conv = nn.Conv1d(6, 8, 3)
        self.bn = nn.BatchNorm1d(8)
        self.drop = nn.Dropout1d(0.1)
        self.up = nn.Upsample(scale_factor=2)
        self.pool = nn.MaxPool1d(2)
        self.fc = nn.Linear(8, 3)

    def forward(self, x):
        x = self.embedding(x).transpose(1, 2)
        x = self.pool(self.up(self.drop(self.bn(self.conv(x)))))
        return self.fc(F.adaptive_max_pool1d(x, 1).squeeze(2))
"""

DECODER = """class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(5, 8 * 3 * 3)
        self.norm = nn.GroupNorm(2, 8)
        self.up = nn.ConvTranspose2d(8, 4, 3, stride=2, padding=1, output_padding=1)
        self.same = nn.ConvTranspose2d(4, 4, 2, stride=2)
        self.instance = nn.InstanceNorm2d(4, affine=True)
        self.larger = nn.Upsample(scale_factor=2, mode='bilinear', align_corners=False)
        self.shuffle = nn.PixelShuffle(2)
        self.pad = nn.ReflectionPad2d(1)

    def forward(self, z):
        x = self.fc(z).view(-1, 8, 3, 3)
        x = self.instance(self.same(self.up(self.norm(x))))
        return self.shuffle(self.pad(self.larger(x)))
"""

VALUES = """def block(channels, norm_layer=nn.BatchNorm2d, act_layer=nn.PReLU, pool=F.max_pool2d):
    return nn.Sequential(nn.Conv2d(3, channels, 3), norm_layer(channels), act_layer(channels)), pool


class Net(nn.Module):
    def __init__(self, channels=4):
        super().__init__()
        self.block, self.pool = block(channels)
        self.conv = nn.Conv2d(channels, channels, 3, padding=2)
        self.channels = self.conv.out_channels

    def forward(self, x):
        return self.pool(self.conv(self.block(x)), 2) * self.channels
"""

UNPOOL = """class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(2, 3, 3, padding=1)
        self.pool = nn.MaxPool2d(2, return_indices=True)
        self.unpool = nn.MaxUnpool2d(2)

    def forward(self, x):
        x = self.conv(x)
        small, places = self.pool(x)
        return self.unpool(small, places, output_size=x.size()) + F.max_pool2d(x, 1, return_indices=True)[0]
"""

VOLUME = """class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv3d(1, 4, 3, padding=1)
        self.bn = nn.BatchNorm3d(4)
        self.pool = nn.AvgPool3d(2)
        self.last = nn.AdaptiveAvgPool3d(1)

    def forward(self, x):
        return self.last(self.pool(self.bn(self.conv(x)))).flatten(1)
"""

_IMAGE = "float32[2,3,16,16]"
#: name → (source, model, input)
NETS = {
    "classifier": (CLASSIFIER, "Net()", _IMAGE),
    "sequential": (SEQUENTIAL, "net()", _IMAGE),
    "functions": (FUNCTIONS, "Net()", _IMAGE),
    "text": (TEXT, "Net()", "int64[2,12]<20"),
    "decoder": (DECODER, "Net()", "float32[2,5]"),
    "values": (VALUES, "Net()", _IMAGE),
    "unpool": (UNPOOL, "Net()", "float32[2,2,8,6]"),
    "volume": (VOLUME, "Net()", "float32[2,1,8,8,8]"),
}
