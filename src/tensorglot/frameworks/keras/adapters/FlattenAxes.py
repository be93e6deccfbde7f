"""Flattens a range of axes into one."""

import keras
from keras import layers

from tensorglot.frameworks.keras.adapters.flatten_axes import flatten_axes


@keras.saving.register_keras_serializable(package="adapters")
class FlattenAxes(layers.Layer):
    """Axes `start_axis` to `end_axis`, both included."""

    def __init__(self, start_axis=1, end_axis=-1, **kwargs):
        super().__init__(**kwargs)
        self.start_axis = start_axis
        self.end_axis = end_axis

    def call(self, x):
        return flatten_axes(x, self.start_axis, self.end_axis)

    def get_config(self):
        return {**super().get_config(), "start_axis": self.start_axis, "end_axis": self.end_axis}
