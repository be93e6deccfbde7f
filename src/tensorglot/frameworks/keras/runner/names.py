"""Where Keras's and TensorFlow's functions and classes have their public names."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf
from keras.src.models.functional import Functional

from ....facts.runner.names import PublicNames
from ...tensorflow import dialect as tensorflow
from .. import dialect

_NAMESPACES = ("keras.layers", "keras.ops", "keras.activations", "keras", "keras.models", "keras.random",
               "keras.initializers", "keras.regularizers", "keras.constraints", "keras.losses", "keras.metrics",
               "keras.optimizers", "keras.utils", "keras.saving", "keras.tree", "keras.config", "keras.applications",
               "tensorflow.nn", "tensorflow", "tensorflow.math", "tensorflow.linalg", "tensorflow.image",
               "tensorflow.random", "tensorflow.signal", "tensorflow.strings", "tensorflow.keras.backend")

_OPTIONAL = ("einops", "einops.layers.tensorflow")


def public_names(project: Any) -> PublicNames:
    """Names such as ``keras.layers.Dense``, ``tensorflow.nn.relu`` or ``Tensor.numpy``, whatever the code calls them; of
    several the one that the catalog has."""
    names = PublicNames(project, _NAMESPACES, optional=_OPTIONAL,
                        tensors=(tf.Tensor, tf.Variable, keras.KerasTensor, keras.Variable),
                        preferred=lambda name: name == "keras.Input" or dialect.knows(name) or tensorflow.knows(name))
    names.add(Functional, "keras.Model")
    return names
