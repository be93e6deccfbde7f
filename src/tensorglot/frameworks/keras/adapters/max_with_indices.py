"""Maximum along an axis and where it is."""

from keras import ops

from tensorglot.frameworks.keras.adapters.pick import pick


def max_with_indices(x, axis, keepdims=False):
    """Largest values along `axis` and their indices."""
    return pick(x, ops.argmax(x, axis=axis, keepdims=True), axis, keepdims)
