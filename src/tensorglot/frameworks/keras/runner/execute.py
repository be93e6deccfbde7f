"""Builds and calls Keras models and TensorFlow modules."""

from __future__ import annotations

import ast
import inspect
import math
import sys
import types
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from ....facts.inputs import InputSpec, materialise
from ....facts.runner import execute
from ....facts.runner.finder import load
from ....facts.runner.solver import InputSolver


class Executor(execute.Executor):
    """Runs Keras models and TensorFlow modules, on real tensors."""

    def building(self, device: str) -> AbstractContextManager:
        """Layers get the names that they have in a fresh process."""
        keras.utils.clear_session()
        return nullcontext()

    def running(self, device: str) -> AbstractContextManager:
        """See the base class."""
        return nullcontext()

    def namespace(self, module: types.ModuleType, expression: str) -> dict[str, Any]:
        """A module that makes layers when it is imported is imported again where they are used: only so is it seen how
        they were made, and they are as new."""
        made = {n for n, v in vars(module).items() if isinstance(v, (keras.KerasTensor, keras.Layer, tf.Module))}
        inside = [n for n in _tree(module).body if isinstance(n, (ast.FunctionDef, ast.ClassDef))]
        if not any(isinstance(n, ast.Name) and n.id in made
                   for part in (*inside, ast.parse(expression)) for n in ast.walk(part)):
            return dict(vars(module))
        for name in [n for n in sys.modules if self.project(n)]:
            del sys.modules[name]
        return dict(vars(load(self.project, self.name(module), self.recorder)))

    def instances(self, module: types.ModuleType) -> list[str]:
        """See the base class."""
        assigned = [t.id for n in _tree(module).body if isinstance(n, ast.Assign) for t in n.targets if isinstance(t, ast.Name)]
        return [n for n in dict.fromkeys(assigned) if isinstance(vars(module).get(n), keras.Model)]

    def feed(self, model: Any, args: list[Any], kwargs: dict[str, Any], mode: str) -> None:
        """See the base class."""
        training = mode == "train"
        if isinstance(model, keras.Layer):
            model(*args, **{"training": training, **kwargs})
        elif isinstance(model, tf.Module):
            flags = {n: training for n in ("training", "is_training") if n in inspect.signature(model).parameters}
            self.recorder.invoke(None, model, tuple(args), {**flags, **kwargs})
        else:
            model(*args, **kwargs)

    def called(self, model: Any) -> None:
        """The first call makes weights."""
        if self.recorder.is_module(model):
            self.recorder.describe_model(model)

    def seed(self) -> None:
        """See the base class."""
        keras.utils.set_random_seed(0)

    def tensor(self, spec: InputSpec, rng: np.random.Generator, device: str) -> Any:
        """See the base class."""
        return tf.convert_to_tensor(materialise(spec, rng))

    def converted(self, value: Any, device: str) -> Any:
        """See the base class."""
        return tf.convert_to_tensor(value) if isinstance(value, np.ndarray) else value

    def bounds(self, value: Any) -> tuple[int, int]:
        """See the base class."""
        return int(tf.reduce_min(value)), int(tf.reduce_max(value))

    def size(self, model: Any) -> int:
        """See the base class."""
        return sum(math.prod(n or 1 for n in self.recorder.shape(v)) for _, v, _ in self.recorder.named_tensors(model))

    def solver(self, built: execute.Built, seconds: float) -> InputSolver:
        """See the base class."""
        from .probe import KerasInputs

        return KerasInputs(self, built, seconds)

    def stock(self, kind: str, alias: Callable[[types.ModuleType], str | None]) -> list[str]:
        """See the base class."""
        layers = alias(keras.layers) or f"{alias(keras) or '__import__(' + repr('keras') + ')'}.layers"
        return {"norm": [f"{layers}.BatchNormalization", f"{layers}.LayerNormalization"],
                "activation": [f"{layers}.ReLU", f"{layers}.ReLU()"]}.get(kind, [f"{layers}.Identity()"])


def _tree(module: types.ModuleType) -> ast.Module:
    with open(str(module.__file__), "rb") as stream:
        return ast.parse(stream.read())
