"""A session of Keras and TensorFlow."""

from __future__ import annotations

import os

os.environ["KERAS_BACKEND"] = "tensorflow"

import tensorflow as tf

from ....facts.runner import session
from . import calls
from .execute import Executor
from .recorder import Recorder


class Session(session.Session):
    """Runs Keras and TensorFlow programs eagerly, on TensorFlow."""

    RECORDER = Recorder
    EXECUTOR = Executor
    SCRIPTS = True

    def prepare(self) -> None:
        """See the base class."""
        tf.config.threading.set_intra_op_parallelism_threads(1)
        tf.config.threading.set_inter_op_parallelism_threads(1)
        calls.patch_functions()
        calls.patch_training()

    def patch_calls(self) -> None:
        """See the base class."""
        assert isinstance(self.recorder, Recorder)
        calls.patch(self.recorder)
