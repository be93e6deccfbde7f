import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers


class Generator(keras.Model):
    def __init__(self, noise_dim=100):
        super().__init__()
        self.fc = layers.Dense(7 * 7 * 64, use_bias=False, input_shape=(noise_dim,))
        self.bn = layers.BatchNormalization(momentum=0.8, epsilon=1e-5)
        self.reshape = layers.Reshape((7, 7, 64))
        self.up1 = layers.Conv2DTranspose(32, 5, strides=2, padding="same", use_bias=False)
        self.up2 = layers.Conv2DTranspose(1, (5, 5), strides=(2, 2), padding="same", activation="tanh")

    def call(self, z, training=True):
        x = tf.nn.leaky_relu(self.bn(self.fc(z), training=training))
        x = self.reshape(x)
        x = tf.nn.leaky_relu(self.up1(x), alpha=0.1)
        return self.up2(x)


def make_critic():
    model = tf.keras.Sequential()
    model.add(layers.Conv2D(64, (5, 5), strides=(2, 2), padding="same", input_shape=[28, 28, 1]))
    model.add(layers.LeakyReLU(0.2))
    model.add(layers.Dropout(0.3))
    model.add(layers.ZeroPadding2D(((0, 1), (0, 1))))
    model.add(layers.Flatten())
    model.add(layers.Dense(1))
    return model


class WGAN(keras.Model):
    def __init__(self, critic, generator, latent_dim):
        super().__init__()
        self.critic = critic
        self.generator = generator
        self.latent_dim = latent_dim

    def train_step(self, real):
        batch = tf.shape(real)[0]
        noise = tf.random.normal((batch, self.latent_dim))
        with tf.GradientTape() as tape:
            fake = self.generator(noise, training=True)
            loss = tf.reduce_mean(self.critic(fake)) - tf.reduce_mean(self.critic(real))
        grads = tape.gradient(loss, self.critic.trainable_variables)
        self.optimizer.apply_gradients(zip(grads, self.critic.trainable_variables))
        return {"loss": loss}
