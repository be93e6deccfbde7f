import keras
from keras import layers


@keras.saving.register_keras_serializable(package="adapters")
class TransformerEncoder(layers.Layer):
    """`num_layers` copies of `encoder_layer`, each with its own weights, then `norm` if given; torch's call."""

    def __init__(self, encoder_layer, num_layers, norm=None, **kwargs):
        super().__init__(**kwargs)
        config = encoder_layer.get_config()
        config.pop("name", None)
        self.layers = [encoder_layer.__class__.from_config(dict(config)) for _ in range(num_layers)]
        self.num_layers = num_layers
        self.norm = norm
        self.supports_masking = True

    def build(self, input_shape):
        for layer in [*self.layers, *([self.norm] if self.norm is not None else [])]:
            if not layer.built:
                layer.build(input_shape)

    def compute_mask(self, inputs, previous_mask):
        return None  # `mask` hides keys from queries; it is no Keras mask of the output

    def get_config(self):
        parts = {"encoder_layer": self.layers[0], "norm": self.norm}
        parts = {key: keras.saving.serialize_keras_object(value) for key, value in parts.items()}
        return {**super().get_config(), **parts, "num_layers": self.num_layers}

    @classmethod
    def from_config(cls, config):
        parts = {key: keras.saving.deserialize_keras_object(config[key]) for key in ("encoder_layer", "norm")}
        return cls(**{**config, **parts})

    def call(self, src, mask=None, src_key_padding_mask=None, is_causal=None):
        output = src
        for layer in self.layers:
            output = layer(output, src_mask=mask, src_key_padding_mask=src_key_padding_mask, is_causal=bool(is_causal))
        return output if self.norm is None else self.norm(output)
