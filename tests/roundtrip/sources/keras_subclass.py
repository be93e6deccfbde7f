"""A residual network as people write it with tf.keras."""
import tensorflow as tf
from tensorflow.keras import Model, layers
from tensorflow.keras.layers import BatchNormalization, Conv2D, ReLU


class ResidualBlock(layers.Layer):
    """conv-bn-relu twice, and a shortcut."""

    def __init__(self, filters, strides=1, **kwargs):
        super(ResidualBlock, self).__init__(**kwargs)
        self.filters = filters
        self.conv1 = Conv2D(filters, 3, strides=strides, padding="same", use_bias=False)
        self.bn1 = BatchNormalization()
        self.act = ReLU()
        self.conv2 = Conv2D(filters, 3, padding="same", use_bias=False)
        self.bn2 = BatchNormalization()
        if strides != 1:
            self.shortcut = tf.keras.Sequential([Conv2D(filters, 1, strides=strides), BatchNormalization()])
        else:
            self.shortcut = lambda x: x

    def call(self, inputs, training=False):
        x = self.conv1(inputs)
        x = self.bn1(x, training=training)
        x = self.act(x)
        x = self.conv2(x)
        x = self.bn2(x, training=training)
        return tf.nn.relu(x + self.shortcut(inputs))

    def get_config(self):
        config = super().get_config()
        config.update({"filters": self.filters})
        return config


class Net(Model):
    def __init__(self, num_classes=10):
        super().__init__()
        self.stem = Conv2D(16, 7, 2, "same", activation=tf.nn.relu)
        self.blocks = [ResidualBlock(16), ResidualBlock(32, 2)]
        self.pool = layers.GlobalAveragePooling2D()
        self.fc = layers.Dense(num_classes)

    @tf.function
    def call(self, x, training=None):
        x = self.stem(x)
        for block in self.blocks:
            x = block(x, training=training)
        x = self.pool(x)
        x = tf.reshape(x, [-1, 32])
        return tf.nn.softmax(self.fc(x), axis=-1)


if __name__ == "__main__":
    model = Net()
    print(model(tf.zeros((1, 32, 32, 3))).shape)
