from keras import layers, ops


class LossLayer(layers.Layer):
    """A loss function with its options, as a layer."""

    def __init__(self, reduction="mean", **kwargs):
        super().__init__(**kwargs)
        self.reduction = reduction

    def constant(self, name, value):
        """A weight that is not trained, with this value; None for None."""
        if value is None:
            return None
        value = ops.convert_to_numpy(value)
        return self.add_weight(shape=value.shape, trainable=False, name=name,
                               initializer=lambda shape, dtype: ops.convert_to_tensor(value, dtype=dtype))

    def plain(self, value):
        """A constant as nested lists, for the configuration."""
        return None if value is None else ops.convert_to_numpy(value).tolist()
