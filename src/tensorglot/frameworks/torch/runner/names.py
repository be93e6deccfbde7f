"""Where PyTorch's functions and classes have their public names."""

from __future__ import annotations

from typing import Any

import torch

from ....facts.runner.names import PublicNames

_FUNCTIONAL = "torch.nn.functional"

_NAMESPACES = (_FUNCTIONAL, "torch.nn", "torch", "torch.nn.init", "torch.linalg", "torch.fft",
               "torch.special", "torch.nn.utils.rnn", "torch.nn.utils", "torch.nn.utils.parametrizations",
               "torch.nn.utils.parametrize", "torch.utils.checkpoint", "torch.autograd", "torch.jit", "torch.fx",
               "torch.distributions", "torch.backends.cuda", "torch.nn.attention", "torch.overrides")

_OPTIONAL = ("einops", "einops.layers.torch", "torchvision.ops", "torch.ao.quantization", "torch.ao.nn.quantized")


def public_names(project: Any) -> PublicNames:
    """Names such as ``torch.cat``, ``torch.nn.Conv2d`` or ``Tensor.view``."""
    return PublicNames(project, _NAMESPACES, optional=_OPTIONAL, functional=(_FUNCTIONAL,),
                       tensors=(torch.Tensor, *torch.Tensor.__mro__[1:-1]))
