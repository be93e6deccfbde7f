"""Classes and functions by name."""

import sys

import keras


def visible(name, owner):
    """The class or function `name`: registered with Keras, in the module of `owner`, or one of Keras's own; or None."""
    found = keras.saving.get_registered_object(name)
    spaces = (sys.modules[owner.__module__], keras.layers, keras.ops, keras.activations, keras.initializers)
    return next((getattr(space, name) for space in spaces if hasattr(space, name)), None) if found is None else found
