"""Finds inputs that a model accepts: candidates by argument, and what failures say."""

from __future__ import annotations

import inspect
import itertools
import time
from collections.abc import Iterator
from typing import Any

from .execute import Built, Call, Executor

MAX_TRIALS = 48

#: Sizes of batches and sequences tried.
BATCH, LENGTH = 2, 16


class InputSolver:
    """Looks for inputs of one model; of all attempts only the one that works stays recorded.

    A subclass for each framework has the candidates.
    """

    def __init__(self, executor: Executor, built: Built, seconds: float):
        self.executor = executor
        self.built = built
        self.end = time.monotonic() + seconds
        self.start = len(executor.recorder.tensors)
        self.error: str | None = None
        self.wants_values = False

    def candidates(self, name: str, index: int) -> list[str]:
        """Specifications for the argument with this name and place, the likeliest first (at least one)."""
        raise NotImplementedError

    def adapted(self, specs: tuple[str, ...], args: list[Any], error: str) -> list[tuple[str, ...]]:
        """Assignments that answer the failure of `specs`."""
        return []

    def start_again(self) -> None:
        """An attempt failed: nothing of it may stay."""
        self.executor.recorder.forget_after(self.start)

    def solve(self) -> tuple[list[str], list[Call]] | None:
        """Specifications and their passes in both modes, else in evaluation mode, else None (`error` says why)."""
        required = self.parameters()[0]
        queue: list[tuple[str, ...]] = list(itertools.islice(self._assignments(required), 400))
        tried: set[tuple[str, ...]] = set()
        second_best: list[str] | None = None
        while queue and len(tried) < MAX_TRIALS and time.monotonic() < self.end:
            specs = queue.pop(0)
            if specs in tried:
                continue
            tried.add(specs)
            named = [s if kind == "positional" else f"{name}={s}"
                     for s, (name, kind) in zip(specs, required, strict=True)]
            calls = self._both_modes(named)
            if calls[-1].error is None:
                return named, calls
            if len(calls) == 1:
                self._learn(specs, calls[0].error or "", queue)
            else:
                second_best = second_best or named
            self.start_again()
        return None if second_best is None else (second_best, self._both_modes(second_best))

    def accepts(self, specs: list[str]) -> bool:
        """True if one evaluation-mode pass runs."""
        return self.executor.call(self.built, specs, "eval").error is None

    def parameters(self) -> tuple[list[tuple[str, str]], list[inspect.Parameter]]:
        """Required parameters of the call as (name, "positional" or "keyword"), and the optional ones."""
        model, recorder = self.built.model, self.executor.recorder
        called = any("__call__" in vars(c) for c in type(model).__mro__ if recorder.project(c.__module__))
        function = model if called or not recorder.is_module(model) else \
            getattr(type(model), recorder.forward_name(model)).__get__(model)
        required: list[tuple[str, str]] = []
        optional: list[inspect.Parameter] = []
        for p in inspect.signature(function).parameters.values():
            if p.name in recorder.CONTEXT:
                continue
            if p.kind is p.VAR_POSITIONAL and not required:
                required.append((p.name, "positional"))
            elif p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD):
                continue
            elif p.default is p.empty:
                required.append((p.name, "keyword" if p.kind is p.KEYWORD_ONLY else "positional"))
            else:
                optional.append(p)
        return required, optional

    def _both_modes(self, specs: list[str]) -> list[Call]:
        first = self.executor.call(self.built, specs, "eval")
        return [first] if first.error else [first, self.executor.call(self.built, specs, "train")]

    def _learn(self, specs: tuple[str, ...], error: str, queue: list[tuple[str, ...]]) -> None:
        self.error = self.error or error
        self.wants_values = self.wants_values or self.executor.needs_values(error)
        queue[:0] = self.adapted(specs, self.executor.arguments, error)

    def _assignments(self, required: list[tuple[str, str]]) -> Iterator[tuple[str, ...]]:
        lists = [self.candidates(name, i) for i, (name, _) in enumerate(required)]
        if not lists:
            yield ()
            return
        yield from zip(*_padded(lists), strict=True)
        if len(lists) > 1:
            yield from itertools.product(*(c[:6] for c in lists))


def _padded(lists: list[list[str]]) -> list[list[str]]:
    longest = max(map(len, lists))
    return [items + items[-1:] * (longest - len(items)) for items in lists]
