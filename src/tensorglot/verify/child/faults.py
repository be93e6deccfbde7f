"""What the source framework is known to compute wrongly, done in a way that is right.

PyTorch 2.13 on the CPU: the backward pass of a batch norm over images reads a batch of one as if its axes were stored in
another order, where the input or the gradient that comes in is a transposed view.
"""

from __future__ import annotations

from typing import Any


def torch_mode() -> Any:
    """A `TorchFunctionMode` under which batch norms over one image get and return tensors without a transposed view."""
    import torch
    from torch.overrides import TorchFunctionMode

    class Plain(TorchFunctionMode):
        def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            kwargs = dict(kwargs or {})
            if getattr(func, "__name__", "") != "batch_norm":
                return func(*args, **kwargs)
            x = args[0] if args else kwargs.pop("input")
            if x.ndim < 4 or x.shape[0] != 1:
                return func(x, *args[1:], **kwargs)
            out = func(x.contiguous(), *args[1:], **kwargs)
            if out.requires_grad:
                out.register_hook(torch.Tensor.contiguous)
            return out

    return Plain()
