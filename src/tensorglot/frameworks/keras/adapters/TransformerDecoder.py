import keras
from keras import layers


@keras.saving.register_keras_serializable(package="adapters")
class TransformerDecoder(layers.Layer):
    """`num_layers` copies of `decoder_layer`, each with its own weights, then `norm` if given; torch's call."""

    def __init__(self, decoder_layer, num_layers, norm=None, **kwargs):
        super().__init__(**kwargs)
        config = decoder_layer.get_config()
        config.pop("name", None)
        self.layers = [decoder_layer.__class__.from_config(dict(config)) for _ in range(num_layers)]
        self.num_layers = num_layers
        self.norm = norm

    def build(self, tgt_shape):
        for layer in [*self.layers, *([self.norm] if self.norm is not None else [])]:
            if not layer.built:
                layer.build(tgt_shape)

    def get_config(self):
        parts = {"decoder_layer": self.layers[0], "norm": self.norm}
        parts = {key: keras.saving.serialize_keras_object(value) for key, value in parts.items()}
        return {**super().get_config(), **parts, "num_layers": self.num_layers}

    @classmethod
    def from_config(cls, config):
        parts = {key: keras.saving.deserialize_keras_object(config[key]) for key in ("decoder_layer", "norm")}
        return cls(**{**config, **parts})

    def call(self, tgt, memory, tgt_mask=None, memory_mask=None, tgt_key_padding_mask=None,
             memory_key_padding_mask=None, tgt_is_causal=None, memory_is_causal=False):
        output = tgt
        for layer in self.layers:
            output = layer(output, memory, tgt_mask=tgt_mask, memory_mask=memory_mask,
                           tgt_key_padding_mask=tgt_key_padding_mask, memory_key_padding_mask=memory_key_padding_mask,
                           tgt_is_causal=bool(tgt_is_causal), memory_is_causal=memory_is_causal)
        return output if self.norm is None else self.norm(output)
