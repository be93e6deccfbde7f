import keras
from keras import layers, ops


@keras.saving.register_keras_serializable(package="adapters")
class PaddedEmbedding(layers.Embedding):
    """Embedding whose row `padding_idx` starts at zero and gets no gradient; None: a plain one."""

    def __init__(self, input_dim, output_dim, padding_idx, **kwargs):
        # First: given `weights`, the constructor builds.
        self.padding_idx = None if padding_idx is None else padding_idx % input_dim
        super().__init__(input_dim, output_dim, **kwargs)

    def build(self, input_shape=None):
        initializer = self.embeddings_initializer
        if self.padding_idx is not None:
            self.embeddings_initializer = self.without_padding(initializer)
        super().build(input_shape)
        self.embeddings_initializer = initializer

    def without_padding(self, initializer):
        """The initializer, with the padding's row set to zero."""
        def initialise(shape, dtype=None):
            rows = ops.arange(shape[0])[:, None]
            values = initializer(shape, dtype=dtype)
            return ops.where(rows == self.padding_idx, ops.zeros_like(values), values)

        return initialise

    def get_config(self):
        return {**super().get_config(), "padding_idx": self.padding_idx}

    def call(self, inputs):
        rows = super().call(inputs)
        if self.padding_idx is None:
            return rows
        padding = ops.equal(inputs, self.padding_idx)[..., None]
        return ops.where(padding, ops.stop_gradient(rows), rows)
