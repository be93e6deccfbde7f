"""Samples from a softened categorical distribution."""

import keras
from keras import ops


def gumbel_softmax(logits, tau=1.0, hard=False, axis=-1):
    """Softmax of logits plus Gumbel noise; `hard` gives one-hot vectors with the gradient of the soft ones.

    Jang et al., Categorical Reparameterization with Gumbel-Softmax, 2017.
    """
    uniform = keras.random.uniform(ops.shape(logits), 1e-20, 1.0, dtype=logits.dtype)
    soft = ops.softmax((logits - ops.log(-ops.log(uniform))) / tau, axis=axis)
    if not hard:
        return soft
    one_hot = ops.one_hot(ops.argmax(soft, axis=axis), soft.shape[axis], axis=axis, dtype=soft.dtype)
    return one_hot + soft - ops.stop_gradient(soft)
