"""The two models of a request: built, called on the same inputs, given the same weights."""

from __future__ import annotations

import ast
import re
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from tensorglot.diagnostics import TensorglotError
from tensorglot.facts.inputs import InputSpec, materialise, parse_input
from tensorglot.verify import compare
from tensorglot.verify.cases import Request
from tensorglot.verify.child import keras_side, noise, torch_side
from tensorglot.verify.child.load import Namespace
from tensorglot.verify.report import VerifyReport
from tensorglot.weights.pairing import Pairing, check
from tensorglot.weights.plan import parse_plan
from tensorglot.weights.transfer import check_constants, pair_models, report, values
from tensorglot.weights.trees import Node

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class Stop(Exception):
    """Ends a verification: `stage` was not passed (None: the source's fault)."""

    def __init__(self, stage: str | None, message: str):
        super().__init__(message)
        self.stage = stage


class Mixed(Exception):
    """The source, or the target on this backend, has no form in float64; the message says why."""


class Models:
    """Source (`model`) and target (`twin`) of a request; `out` takes what is to be said about them."""

    def __init__(self, request: Request, out: VerifyReport):
        self.request, self.out, self.dtype = request, out, request.dtype
        self.source = Namespace(*request.src)
        self.target = Namespace(*request.dst)
        self.specs = [parse_input(text) for text in request.inputs]
        self.interface = request.interface
        self.plan = parse_plan(request.plan)
        self.draw = 0

    def parse(self) -> None:
        for file in self.request.dst_files:
            try:
                ast.parse(Path(file).read_bytes())
            except (SyntaxError, ValueError) as error:
                raise Stop("parses", f"{file}: {error}") from error
        self.out.stages["parses"] = True

    def build_source(self) -> None:
        import torch

        torch.manual_seed(self.request.seed)
        rng = np.random.default_rng(self.request.seed)
        try:
            with torch_side.default_dtype(self.dtype):
                self.model = self.source.build(self.request.model)
                if not isinstance(self.model, torch.nn.Module):
                    raise TensorglotError(f"the expression gives a {type(self.model).__name__}, not a torch.nn.Module")
                torch_side.cast(self.model, self.dtype)
            noise.silence_modules(self.model)
            args, kwargs = self.arguments(self.specs)
            self.in_source(torch_side.call, args, kwargs, False)  # lazy modules get their parameters
            torch_side.randomise(self.model, rng, lambda: self.in_source(torch_side.call, args, kwargs, False))
            self.reference = self.in_source(torch_side.call, args, kwargs, False)
        except Exception as error:
            if self.dtype == "float64":  # a source that makes float32 tensors itself has no form in float64
                raise Mixed(f"the source does not run in float64: {say(error, self.source)}") from error
            raise Stop(None, f"the source does not run: {say(error, self.source)}") from error

    def build_target(self) -> None:
        tried = []
        for interface in self.interfaces():
            self.interface = interface
            try:
                self.new_target()
                args, kwargs = self.target_arguments(self.specs)
                outputs = self.in_target(keras_side.first_call, args, kwargs, False)
            except Stop:
                raise
            except Exception as error:
                tried.append(say(error, self.target))
                continue
            if "outputs" not in (self.request.interface or {}):
                self.interface = self.with_outputs(outputs)
                if self.interface is None:
                    tried.append("outputs have other shapes")
                    continue
                if not self.fits():
                    tried.append("the weights do not fit")
                    continue
                self.out.notes.append(f"no axis order was given; assumed {self.interface}")
            self.out.interface = self.interface
            self.out.stages["runs"] = True
            return
        if self.dtype == "float64" and any(_UNSUPPORTED.search(text) for text in tried):
            raise Mixed("the backend has an operation of the target for float32 only")
        if self.dtype == "float64" and any(_MIXED.search(text) for text in tried) and self.says_single():
            raise Mixed("explicit float32 in the code meets floatx, which the backend refuses to promote")
        raise Stop("runs", f"the target does not run: {tried[0]}")

    def says_single(self) -> bool:
        """True where the target's own code asks for float32."""
        return any("float32" in Path(file).read_text(encoding="utf-8") for file in self.request.dst_files)

    def new_target(self) -> None:
        import keras

        keras.utils.clear_session(free_memory=False)
        keras.utils.set_random_seed(self.request.seed)
        try:
            self.twin = self.target.build(self.request.model)
        except Exception as error:
            raise Stop("builds", f"the target does not build: {say(error, self.target)}") from error
        if not isinstance(self.twin, keras.layers.Layer):
            raise Stop("builds", f"the target's expression gives a {type(self.twin).__name__}, not a Keras layer")
        self.out.stages["builds"] = True

    def interfaces(self) -> list[dict[str, Any]]:
        if self.interface is not None:
            return [self.interface]
        # Nobody says which order the target takes: as the source's, else images channels-last, else sequences too.
        return [{"inputs": [_channels_last(spec, rank) for spec in self.specs]} for rank in (9, 4, 3)]

    def with_outputs(self, outputs: Any) -> dict[str, Any] | None:
        """The assumed interface, completed by the axes of the outputs; None where their shapes don't fit."""
        orders: list[list[int] | None] = []
        ours, theirs = list(compare.leaves(outputs)), list(compare.leaves(self.reference))
        for (_, a), (_, b) in zip(ours, theirs, strict=False):
            order = None
            if isinstance(a, np.ndarray) and isinstance(b, np.ndarray) and a.shape != b.shape:
                order = [0, *range(2, b.ndim), 1] if b.ndim > 2 else None
                if order is None or b.transpose(order).shape != a.shape:
                    return None
            orders.append(order)
        return {**(self.interface or {}), "outputs": orders}

    def fits(self) -> bool:
        """True where the weights have places in the target as its inputs built it; not asked where all fits alike."""
        try:
            check(self.paired("drop")[0])
        except TensorglotError:
            return len(self.interfaces()) == 1
        return True

    def pair(self) -> None:
        try:
            self.pairing, self.tree, self.twin_tree = self.paired("error")
            if any("never called" in problem for problem in self.pairing.problems):
                args, kwargs = self.target_arguments(self.specs)
                self.in_target(keras_side.call, args, kwargs, True)
                self.pairing, self.tree, self.twin_tree = self.paired("drop")
            check(self.pairing)
            check_constants(self.pairing)
            self.transfer()
        except TensorglotError as error:
            raise Stop("matches", str(error)) from error
        noise.silence_layers(self.twin)
        self.out.weights = str(report(self.pairing))

    def paired(self, unbuilt: str) -> tuple[Pairing, Node, Node]:
        pairing, a, b, _ = pair_models(self.model, self.twin, self.plan, unbuilt)
        return pairing, a, b

    def transfer(self) -> None:
        for move in self.pairing.moves:
            for tensor, value in values(move):
                tensor.write(value)

    def arguments(self, specs: list[InputSpec], side: Namespace | None = None) -> tuple[list[Any], dict[str, Any]]:
        """Positional and keyword arguments; functions of files that make some find the modules of that side."""
        args, kwargs = [], {}
        for i, spec in enumerate(specs):
            with (side or self.source).active():
                value = materialise(spec, self.request.seed + 17 * i + 1009 * self.draw)
            if spec.name:
                kwargs[spec.name] = value
            else:
                args.append(value)
        return args, kwargs

    def target_arguments(self, specs: list[InputSpec]) -> tuple[list[Any], dict[str, Any]]:
        args, kwargs = self.arguments(specs, self.target)
        orders = (self.interface or {}).get("inputs")
        positions = [i for i, spec in enumerate(specs) if not spec.name]
        names = {spec.name: i for i, spec in enumerate(specs) if spec.name}
        args = [_turned(value, compare.permutation(orders, i)) for value, i in zip(args, positions, strict=True)]
        return args, {name: _turned(value, compare.permutation(orders, names[name])) for name, value in kwargs.items()}

    def input_orders(self) -> list[list[int] | None]:
        """The axis order of each float tensor among the inputs, as gradients list them."""
        orders = (self.interface or {}).get("inputs")
        indexed = sorted(enumerate(self.specs), key=lambda item: bool(item[1].name))
        found = []
        for i, spec in indexed:
            value = materialise(spec, 0)
            found += [compare.permutation(orders, i) for _, x in compare.leaves(value) if is_float(x)]
        return found

    def in_source(self, function: Callable[..., Any], args: Any, kwargs: Any, training: bool, *more: Any) -> Any:
        with self.source.active():
            return function(self.model, args, kwargs, self.dtype, training, *more)

    def in_target(self, function: Callable[..., Any], args: Any, kwargs: Any, training: bool, *more: Any) -> Any:
        with self.target.active():
            return function(self.twin, args, kwargs, self.dtype, training, *more)


def _turned(value: Any, order: list[int] | None) -> Any:
    turn = lambda x: np.ascontiguousarray(compare.permuted(x, order)) if isinstance(x, np.ndarray) else x  # noqa: E731
    return torch_side.map_leaves(value, turn)


def _channels_last(spec: InputSpec, rank: int) -> list[int] | None:
    n = len(spec.shape)
    floats = spec.kind == "tensor" and "float" in spec.dtype
    return [0, *range(2, n), 1] if floats and rank <= n else None


#: How TensorFlow says that a kernel does not exist for float64.
_UNSUPPORTED = re.compile(r"Value for attr 'T' of double is not in the list of allowed values")

#: How TensorFlow refuses operands of two dtypes.
_MIXED = re.compile(r"expected to be a (double|float) tensor but is a (float|double) tensor|"
                    r"has type float(32|64) that does not match type float(32|64)")

#: How Keras begins and ends the lines that it puts around the message of an error inside a layer.
_WRAPPING, _WRAPPED = "Exception encountered when calling ", "Error encountered:"
_ARGUMENTS = "Arguments received by "


def say(error: BaseException, namespace: Namespace) -> str:
    """The error's type and first lines, and the innermost line of the project's own code."""
    text = _COLOUR.sub("", str(error)).strip() or "no message"
    lines = _innermost(text.splitlines())
    place = ""
    for frame in traceback.extract_tb(error.__traceback__):
        if frame.filename.startswith(namespace.root) and "tensorglot/verify" not in frame.filename:
            place = f" ({Path(frame.filename).name}:{frame.lineno})"
    return f"{type(error).__name__}: {' '.join(' '.join(lines[:4]).split())[:500]}{place}"


def _innermost(lines: list[str]) -> list[str]:
    """What went wrong inside, of a message that Keras wrapped once for every layer around it."""
    wrapped = [i for i, line in enumerate(lines) if line.startswith(_WRAPPING) or line.endswith(_WRAPPED)]
    rest = [line for line in lines[wrapped[-1] + 1:] if line.strip()] if wrapped else lines
    end = next((i for i, line in enumerate(rest) if line.startswith(_ARGUMENTS)), len(rest))
    return rest[:end] or lines


def is_float(value: Any) -> bool:
    """True for an array of floats."""
    return isinstance(value, np.ndarray) and value.dtype.kind == "f"
