"""Complex tensor from its parts."""

from keras import ops


def complex_number(real, imag):
    """real + i imag."""
    return ops.view_as_complex(ops.stack([real, imag], axis=-1))
