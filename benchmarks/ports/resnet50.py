"""ResNet-50 v1.5 (the stride in the 3x3 convolution), as one writes it in Keras by hand.

Layers are named after torchvision's modules (`layer1.0.conv1` is `layer1_0_conv1`), so that weights can be copied.
"""

from __future__ import annotations

import keras
from keras import layers


def conv_norm(x: keras.KerasTensor, filters: int, kernel: int, stride: int, conv: str, norm: str,
              relu: bool = True) -> keras.KerasTensor:
    """Convolution with symmetric padding, batch normalisation and, if asked for, ReLU."""
    if kernel > 1 and stride > 1:
        x = layers.ZeroPadding2D(kernel // 2)(x)
    padding = "same" if stride == 1 else "valid"
    x = layers.Conv2D(filters, kernel, stride, padding=padding, use_bias=False, name=conv)(x)
    x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=norm)(x)
    return layers.ReLU()(x) if relu else x


def bottleneck(x: keras.KerasTensor, width: int, stride: int, project: bool, name: str) -> keras.KerasTensor:
    """1x1, 3x3 and 1x1 convolution beside the identity or a projection."""
    shortcut = x
    if project:
        shortcut = conv_norm(x, 4 * width, 1, stride, f"{name}_downsample_0", f"{name}_downsample_1", relu=False)
    x = conv_norm(x, width, 1, 1, f"{name}_conv1", f"{name}_bn1")
    x = conv_norm(x, width, 3, stride, f"{name}_conv2", f"{name}_bn2")
    x = conv_norm(x, 4 * width, 1, 1, f"{name}_conv3", f"{name}_bn3", relu=False)
    return layers.ReLU()(layers.Add()([x, shortcut]))


def resnet50(image_size: int = 224, num_classes: int = 1000) -> keras.Model:
    """The network: images (N, H, W, 3) to logits (N, num_classes)."""
    inputs = keras.Input((image_size, image_size, 3))
    x = conv_norm(inputs, 64, 7, 2, "conv1", "bn1")
    x = layers.ZeroPadding2D(1)(x)  # zeros do, since nothing is below zero after the ReLU
    x = layers.MaxPooling2D(3, 2)(x)
    for stage, blocks in enumerate((3, 4, 6, 3), start=1):
        for block in range(blocks):
            stride = 2 if stage > 1 and block == 0 else 1
            x = bottleneck(x, 32 * 2**stage, stride, block == 0, f"layer{stage}_{block}")
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, layers.Dense(num_classes, name="fc")(x), name="resnet50")
