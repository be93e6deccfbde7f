"""Indices drawn by weight."""

import keras
from keras import ops


def multinomial(x, samples, replacement=False):
    """`samples` indices per row of the weights `x` ((rows, n) or (n,)), with or without replacement."""
    logits = ops.log(x)
    rows = logits if len(x.shape) == 2 else ops.expand_dims(logits, 0)
    if replacement:
        drawn = keras.random.categorical(rows, samples)
    else:
        # The largest of Gumbel-perturbed logits are a draw without replacement (Vieira, 2014).
        noise = keras.random.uniform(ops.shape(rows), minval=1e-20, maxval=1.0, dtype=rows.dtype)
        drawn = ops.top_k(rows - ops.log(-ops.log(noise)), samples)[1]
    drawn = ops.cast(drawn, "int64")
    return drawn if len(x.shape) == 2 else drawn[0]
