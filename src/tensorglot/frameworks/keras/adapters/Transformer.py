import keras
from keras import layers

from tensorglot.frameworks.keras.adapters.square_subsequent_mask import square_subsequent_mask
from tensorglot.frameworks.keras.adapters.TransformerDecoder import TransformerDecoder
from tensorglot.frameworks.keras.adapters.TransformerDecoderLayer import TransformerDecoderLayer
from tensorglot.frameworks.keras.adapters.TransformerEncoder import TransformerEncoder
from tensorglot.frameworks.keras.adapters.TransformerEncoderLayer import TransformerEncoderLayer


@keras.saving.register_keras_serializable(package="adapters")
class Transformer(layers.Layer):
    """Encoder and decoder with torch's call (Vaswani et al. 2017, arXiv:1706.03762).

    src (S, N, E), tgt (T, N, E); batch first if `batch_first`; or without a batch axis. Result like tgt.
    """

    def __init__(self, d_model=512, nhead=8, num_encoder_layers=6, num_decoder_layers=6, dim_feedforward=2048,
                 dropout=0.1, activation="relu", layer_norm_eps=1e-5, batch_first=False, norm_first=False,
                 use_bias=True, **kwargs):
        super().__init__(**kwargs)
        options = dict(d_model=d_model, nhead=nhead, dim_feedforward=dim_feedforward, dropout=dropout,
                       activation=activation, layer_norm_eps=layer_norm_eps, batch_first=batch_first,
                       norm_first=norm_first, use_bias=use_bias)
        self.depths = dict(num_encoder_layers=num_encoder_layers, num_decoder_layers=num_decoder_layers)
        self.d_model = d_model
        self.nhead = nhead
        self.batch_first = batch_first
        self.encoder = TransformerEncoder(
            TransformerEncoderLayer(**options), num_encoder_layers,
            layers.LayerNormalization(epsilon=layer_norm_eps, center=use_bias))
        self.decoder = TransformerDecoder(
            TransformerDecoderLayer(**options), num_decoder_layers,
            layers.LayerNormalization(epsilon=layer_norm_eps, center=use_bias))

    def build(self, src_shape):
        shape = (None, None, self.d_model)
        self.encoder.build(shape)
        self.decoder.build(shape)

    def get_config(self):
        layer = self.encoder.layers[0]
        activation = keras.activations.serialize(layer.activation)
        return {**super().get_config(), **layer.options, **self.depths, "activation": activation}

    def call(self, src, tgt, src_mask=None, tgt_mask=None, memory_mask=None, src_key_padding_mask=None,
             tgt_key_padding_mask=None, memory_key_padding_mask=None, src_is_causal=None, tgt_is_causal=None,
             memory_is_causal=False):
        memory = self.encoder(src, mask=src_mask, src_key_padding_mask=src_key_padding_mask, is_causal=src_is_causal)
        return self.decoder(tgt, memory, tgt_mask=tgt_mask, memory_mask=memory_mask,
                            tgt_key_padding_mask=tgt_key_padding_mask,
                            memory_key_padding_mask=memory_key_padding_mask, tgt_is_causal=tgt_is_causal,
                            memory_is_causal=memory_is_causal)

    @staticmethod
    def generate_square_subsequent_mask(size, device=None, dtype=None):
        """Additive causal mask (size, size); `device` has no meaning here."""
        return square_subsequent_mask(size, dtype)
