import keras
from keras import layers


class Encoder(layers.Layer):
    def __init__(self, vocab_size, units):
        super().__init__()
        self.embedding = layers.Embedding(vocab_size, units, mask_zero=True)
        self.rnn = layers.Bidirectional(layers.GRU(units, return_sequences=True, recurrent_initializer="glorot_uniform"),
                                        merge_mode="sum")

    def call(self, x):
        return self.rnn(self.embedding(x))


class CrossAttention(layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__()
        self.mha = layers.MultiHeadAttention(key_dim=units, num_heads=1, **kwargs)
        self.layernorm = layers.LayerNormalization()
        self.add = layers.Add()

    def call(self, x, context):
        attn_output, attn_scores = self.mha(query=x, value=context, return_attention_scores=True)
        self.last_attention_weights = keras.ops.mean(attn_scores, axis=1)
        x = self.add([x, attn_output])
        return self.layernorm(x)


class Decoder(layers.Layer):
    def __init__(self, vocab_size, units):
        super().__init__()
        self.embedding = layers.Embedding(vocab_size, units)
        self.rnn = layers.GRU(units, return_sequences=True, return_state=True)
        self.attention = CrossAttention(units)
        self.output_layer = layers.Dense(vocab_size)

    def call(self, context, x, state=None, return_state=False):
        x = self.embedding(x)
        x, state = self.rnn(x, initial_state=state)
        x = self.attention(x, context)
        logits = self.output_layer(x)
        if return_state:
            return logits, state
        return logits


class Translator(keras.Model):
    def __init__(self, units=16, source=50, target=60):
        super().__init__()
        self.encoder = Encoder(source, units)
        self.decoder = Decoder(target, units)

    def call(self, inputs):
        context, x = inputs
        context = self.encoder(context)
        return self.decoder(context, x)
