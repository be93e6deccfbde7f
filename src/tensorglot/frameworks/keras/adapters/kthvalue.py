"""The k-th smallest element."""

from keras import ops

from tensorglot.frameworks.keras.adapters.pick import pick


def kthvalue(x, k, axis=-1, keepdims=False):
    """The k-th (from 1) smallest elements along `axis` and their indices."""
    position = ops.take(ops.argsort(x, axis=axis), ops.convert_to_tensor([k - 1]), axis=axis)
    return pick(x, position, axis, keepdims)
