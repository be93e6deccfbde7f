import keras
from keras import layers

from tensorglot.frameworks.keras.adapters.MultiheadAttention import MultiheadAttention


@keras.saving.register_keras_serializable(package="adapters")
class TransformerEncoderLayer(layers.Layer):
    """Self-attention and feed-forward block with torch's call; `norm_first` puts the norms before the blocks.

    src (S, N, E), or (N, S, E) if `batch_first`, or (S, E). `activation`: "relu", "gelu" (exact) or a callable.
    """

    def __init__(self, d_model, nhead, dim_feedforward=2048, dropout=0.1, activation="relu", layer_norm_eps=1e-5,
                 batch_first=False, norm_first=False, use_bias=True, **kwargs):
        super().__init__(**kwargs)
        self.options = dict(d_model=d_model, nhead=nhead, dim_feedforward=dim_feedforward, dropout=dropout,
                            layer_norm_eps=layer_norm_eps, batch_first=batch_first, norm_first=norm_first,
                            use_bias=use_bias)
        self.d_model = d_model
        self.norm_first = norm_first
        self.activation = keras.activations.get(activation)
        self.self_attn = MultiheadAttention(d_model, nhead, dropout, use_bias, batch_first=batch_first)
        self.linear1 = layers.Dense(dim_feedforward, use_bias=use_bias)
        self.dropout = layers.Dropout(dropout)
        self.linear2 = layers.Dense(d_model, use_bias=use_bias)
        self.norm1 = layers.LayerNormalization(epsilon=layer_norm_eps, center=use_bias)
        self.norm2 = layers.LayerNormalization(epsilon=layer_norm_eps, center=use_bias)
        self.dropout1 = layers.Dropout(dropout)
        self.dropout2 = layers.Dropout(dropout)

    def build(self, input_shape):
        shape = (None, None, self.d_model)
        for layer in (self.self_attn, self.linear1, self.norm1, self.norm2):
            layer.build(shape)
        self.linear2.build((None, None, self.linear1.units))

    def get_config(self):
        return {**super().get_config(), **self.options, "activation": keras.activations.serialize(self.activation)}

    def call(self, src, src_mask=None, src_key_padding_mask=None, is_causal=False):
        x = src
        if self.norm_first:
            x = x + self._sa_block(self.norm1(x), src_mask, src_key_padding_mask, is_causal)
            return x + self._ff_block(self.norm2(x))
        x = self.norm1(x + self._sa_block(x, src_mask, src_key_padding_mask, is_causal))
        return self.norm2(x + self._ff_block(x))

    def _sa_block(self, x, attn_mask, key_padding_mask, is_causal=False):
        x, _ = self.self_attn(x, x, x, attn_mask=attn_mask, key_padding_mask=key_padding_mask, need_weights=False,
                              is_causal=is_causal)
        return self.dropout1(x)

    def _ff_block(self, x):
        return self.dropout2(self.linear2(self.dropout(self.activation(self.linear1(x)))))
