"""LeNet with a flattened feature map."""

import keras
from keras import layers, ops


class LeNet(keras.Model):
    def __init__(self, num_classes=10, width=4, **kwargs):
        super().__init__(**kwargs)
        self.conv1 = layers.Conv2D(width, 5)
        self.conv2 = layers.Conv2D(2 * width, 5)
        self.fc1 = layers.Dense(12)
        self.fc2 = layers.Dense(num_classes)

    def call(self, x):
        x = ops.max_pool(ops.relu(self.conv1(x)), 2, 2)
        x = ops.max_pool(ops.relu(self.conv2(x)), 2, 2)
        x = ops.reshape(x, (ops.shape(x)[0], -1))
        return self.fc2(ops.relu(self.fc1(x)))
