"""A session of PyTorch."""

from __future__ import annotations

import torch

from ....facts.runner import session
from . import cheap
from .execute import Executor
from .recorder import Recorder, patch_module_call


class Session(session.Session):
    """Runs PyTorch programs; what costs time and changes no shape is switched off."""

    RECORDER = Recorder
    EXECUTOR = Executor

    def prepare(self) -> None:
        """See the base class."""
        torch.set_num_threads(1)
        cheap.patch_initialisation()
        cheap.patch_batch_norm()
        cheap.patch_validation()
        cheap.patch_devices()
        cheap.patch_compilation()
        cheap.patch_missing_operators()

    def patch_calls(self) -> None:
        """See the base class."""
        patch_module_call(self.recorder)
