"""Saving of models and layers whose constructors take more than plain values."""

import functools
import inspect

import keras

from tensorglot.frameworks.keras.adapters.restored import restored
from tensorglot.frameworks.keras.adapters.serialized import serialized


def saved(package):
    """Registers a class with Keras, whose config is then the constructor's arguments, as `serialized` writes them."""

    def decorate(cls):
        create = cls.__new__

        def __new__(kind, *args, **kwargs):
            made = create(kind, *args, **kwargs)
            object.__setattr__(made, "_made_by", functools.partial(kind, *args, **kwargs))  # no part of its weights
            return made

        def get_config(self):
            made = inspect.signature(self.__init__).bind(*self._made_by.args, **self._made_by.keywords)
            made.apply_defaults()
            return serialized(made.arguments, type(self))

        def from_config(kind, config):
            _, *parameters = inspect.signature(kind.__init__).parameters.values()  # without self
            made = inspect.BoundArguments(inspect.Signature(parameters), restored(config, kind))
            return kind(*made.args, **made.kwargs)

        cls.__new__, cls.get_config, cls.from_config = staticmethod(__new__), get_config, classmethod(from_config)
        return keras.saving.register_keras_serializable(package=package)(cls)

    return decorate
