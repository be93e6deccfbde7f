"""Verifies one request: builds both models, transfers weights, compares. Executed in the child."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from tensorglot.diagnostics import TensorglotError
from tensorglot.facts.inputs import InputSpec
from tensorglot.verify import compare
from tensorglot.verify.cases import Request
from tensorglot.verify.child import keras_side, torch_side
from tensorglot.verify.child.gradients import Named, against_own_rounding, both, in_single_precision, pull_back
from tensorglot.verify.child.locate import first_difference
from tensorglot.verify.child.models import Mixed, Models, Stop, is_float, say
from tensorglot.verify.child.sizes import other_sizes
from tensorglot.verify.report import Row, VerifyReport
from tensorglot.weights.instantiate import instantiate
from tensorglot.weights.transfer import values
from tensorglot.weights.trees import Node

#: Tolerances on outputs by dtype, and on gradients and buffers in float64 (design §10).
OUTPUT_TOLERANCE = {"float32": 1e-4, "float64": 1e-9}
STATE_TOLERANCE = {"float32": 1e-4, "float64": 1e-7}
#: Gradients in float32 may differ from the source's float64 ones by this many times the source's own difference.
OWN_FACTOR = 10.0
#: Where a native operation computes partly in float32, its error grows on the way back, through normalisations most:
#: by how much, and to how much at most.
GROWN, GROWN_AT_MOST = 100.0, 1e-6

#: How often inputs are drawn at most before float32 gradients are said to differ.
_INPUT_DRAWS = 4


def verify_request(request: Request) -> VerifyReport:
    """Runs the request; whatever fails is told in the report."""
    out = VerifyReport(request.model, ":".join(request.src), ":".join(request.dst), request.backend, request.inputs,
                       interface=request.interface)
    try:
        _Check(request, out).run()
    except Stop as stop:
        out.error = str(stop)
        if stop.stage:
            out.stages[stop.stage] = False
    return out


def instantiate_request(request: Request) -> dict[str, Any]:
    """``{"tensors": [...]}`` for the request's models, or ``{"error": message}``.

    With ``request.extra["shell"]`` the target model is saved there as a `.keras` archive.
    """
    out = VerifyReport(request.model, "", "", request.backend, request.inputs)
    work = Models(request, out)
    try:
        work.build_source()
        work.build_target()
        work.pair()
        tensors = instantiate(work.model, work.twin, work.plan, unbuilt="drop")
        if request.extra.get("shell"):
            with work.target.active():
                work.twin.save(request.extra["shell"])
    except (Stop, TensorglotError) as error:
        return {"error": str(error), "source": isinstance(error, Stop) and error.stage is None}
    return {"tensors": tensors}


class _Check(Models):
    """The comparisons of a request, in the order of the report."""

    #: The source in float64 and the identity of each of its parameters by that of the original.
    double: tuple[Any, dict[int, int]] | None = None

    def run(self) -> None:
        self.parse()
        try:
            self.build_source()
            self.build_target()
        except Mixed as mixed:
            self.skip("eval", f"not compared: {mixed}")
            self.out.stages |= dict.fromkeys(("builds", "runs", "matches"), True)
            return
        self.pair()
        for mode in self.request.modes:
            self.mode(mode)
        if "eval" in self.request.modes:
            self.sizes()
        self.out.stages["matches"] = all(row.ok is not False for row in self.out.rows)
        if not self.out.stages["matches"]:
            self.locate()

    # comparisons

    def mode(self, mode: str) -> None:
        """Compares one call in a mode.

        In float32 a unit within rounding of a kink (a ReLU near zero, a maximum near a tie) has either gradient. Where
        nothing but gradients differ, other inputs are drawn, so that a failure stands only if it is no such accident.
        Outputs that differ stand, with the source's own rounding beside them.
        """
        rows = self.rows_of(mode)
        while self.dtype == "float32" and _only_gradients_fail(rows) and self.draw + 1 < _INPUT_DRAWS:
            self.draw += 1
            again = [row for row in self.rows_of(mode) if row.ok is False or row.quantity == "gradients"]
            for row in again:
                row.note = ", ".join(filter(None, (row.note, f"inputs drawn {self.draw + 1} times")))
            rows = [row for row in rows if row.ok is not False] + again
        self.draw = 0
        self.out.rows += rows

    def rows_of(self, mode: str) -> list[Row]:
        before, self.out.rows = self.out.rows, []
        try:
            self.call_in(mode)
        finally:
            rows, self.out.rows = self.out.rows, before
        return rows

    def call_in(self, mode: str) -> None:
        training = mode == "train"
        self.transfer()
        before = {move.targets[0].key: values(move)[0][1].copy() for move in self.buffer_moves()}
        double = self.doubled() if self.dtype == "float32" else None
        args, kwargs = self.arguments(self.specs)
        weights: list[np.ndarray] = []
        try:
            with torch_side.batch_counts(self.model) as counts:
                theirs = self.in_source(torch_side.run, args, kwargs, training, self.weigh(weights))
        except Exception as error:
            self.skip(mode, f"the source itself fails: {say(error, self.source)}")
            return
        try:
            ours = self.in_target(keras_side.run, *self.target_arguments(self.specs), training,
                                  self.turned(weights, theirs.outputs))
        except Exception as error:
            self.out.stages["runs"] = False
            self.skip(mode, f"the target fails: {say(error, self.target)}", False)
            return
        self.outputs_row(mode, "traced", ours.outputs, theirs.outputs)
        if double is not None and not training and self.out.rows[-1].ok is False:
            self.out.rows[-1].own = self.own_rounding(double[0], args, kwargs, theirs.outputs)
        if training:
            self.buffers_row(before, counts)
        mine = self.named_gradients(pull_back(self.pairing, ours.gradients), ours.input_gradients, self.input_orders())
        their = self.named_gradients(theirs.gradients, theirs.input_gradients, [])
        if double is None:
            self.gradients_row(mode, mine, their)
        else:
            draws = self.draws(their, weights, double, args, kwargs, training)
            try:
                first = next(draws)
            except Exception as error:  # as in `build_source`
                found, own = in_single_precision(mine, their, self.disturbed(their, weights, args, kwargs, training))
                self.row(mode, "traced", "gradients", found, max(STATE_TOLERANCE["float32"], OWN_FACTOR * own), own=own,
                         note=f"the source does not run in float64: {say(error, self.source)}")
            else:
                self.rounded_gradients_row(mode, mine, itertools.chain([first], draws))

    def doubled(self) -> tuple[Any, dict[int, int]]:
        """The source in float64. It is copied once: after a pass a model may hold tensors that cannot be copied."""
        if self.double is None:
            self.double = torch_side.doubled(self.model)
        else:
            torch_side.refresh(self.double[0], self.model)
        return self.double

    def own_rounding(self, double: Any, args: list[Any], kwargs: dict[str, Any], outputs: Any) -> float | None:
        """The difference of the source's outputs in evaluation mode from its own in float64; None where it does not run
        in float64."""
        try:
            with self.source.active():
                exact = torch_side.call(double, args, kwargs, "float64", False)
        except Exception:  # as in `build_source`
            return None
        return compare.compare_outputs(outputs, exact, []).error

    def skip(self, mode: str, why: str, ok: bool | None = None) -> None:
        self.out.rows.append(Row(self.dtype, mode, "traced", "outputs", None, None, ok, note=why))

    def weigh(self, kept: list[np.ndarray]) -> Callable[[Any], list[np.ndarray]]:
        rng = np.random.default_rng(self.request.seed + 1)

        def weights(outputs: Any) -> list[np.ndarray]:
            kept[:] = [rng.standard_normal(x.shape) for _, x in compare.leaves(outputs) if is_float(x)]
            return kept

        return weights

    def turned(self, weights: list[np.ndarray], outputs: Any) -> list[np.ndarray]:
        """Weights of the source's float outputs in the target's axis order."""
        places = [i for i, (_, x) in enumerate(compare.leaves(outputs)) if is_float(x)]
        orders = (self.interface or {}).get("outputs")
        return [np.ascontiguousarray(compare.permuted(w, compare.permutation(orders, i)))
                for w, i in zip(weights, places, strict=True)]

    def outputs_row(self, mode: str, size: str, ours: Any, theirs: Any) -> None:
        found = compare.compare_outputs(ours, theirs, (self.interface or {}).get("outputs") or [])
        tolerance, reason = OUTPUT_TOLERANCE[self.dtype], ""
        if self.dtype == "float64" and self.request.float64_tol and self.request.float64_tol[0] > tolerance:
            tolerance, reason = self.request.float64_tol
        self.row(mode, size, "outputs", found, tolerance, note=", ".join(filter(None, (found.note, reason))))

    def row(self, mode: str, size: str, quantity: str, found: compare.Difference, tolerance: float,
            note: str = "", own: float | None = None, ok: bool | None = None) -> None:
        ok = found.error <= tolerance if ok is None else ok
        self.out.rows.append(Row(self.dtype, mode, size, quantity, found.error, tolerance, ok, found.tensor, own,
                                 found.count, note or found.note))

    def gradients_row(self, mode: str, mine: Named, their: Named) -> None:
        found = compare.Difference()
        pairs = both(mine, their)
        scale = max([1.0, *(float(np.abs(b[np.isfinite(b)]).max(initial=0.0)) for _, _, b in pairs)])
        for name, a, b in pairs:  # of a loss whose largest gradient is 1: what cancels out is rounding of the others
            found.add(name, *compare.relative_error(a / scale, b / scale))
        if found.count:
            partly, reason = self.request.float64_tol or (0.0, "")
            tolerance = max(STATE_TOLERANCE["float64"], partly, min(GROWN * partly, GROWN_AT_MOST))
            self.row(mode, "traced", "gradients", found, tolerance, note=", ".join(filter(None, (found.note, reason))))

    def rounded_gradients_row(self, mode: str, mine: Named, draws: Iterator[tuple[Named, Named]]) -> None:
        found, own = against_own_rounding(mine, draws, OWN_FACTOR)
        if found.count:
            self.row(mode, "traced", "gradients", found, OWN_FACTOR * own, own=own)

    def draws(self, their: Named, weights: list[np.ndarray], double: tuple[Any, dict[int, int]], args: list[Any],
              kwargs: dict[str, Any], training: bool) -> Iterator[tuple[Named, Named]]:
        """The source's gradients in float32 and in float64, first for these output weights, then for other draws."""
        model, keys = double
        rng = np.random.default_rng(self.request.seed + 2)
        while True:
            with self.source.active():
                exact = torch_side.run(model, args, kwargs, "float64", training, _always(weights))
            gradients = {key: exact.gradients[copy] for key, copy in keys.items() if copy in exact.gradients}
            yield their, self.named_gradients(gradients, exact.input_gradients, [])
            weights = [rng.standard_normal(w.shape) for w in weights]
            run = self.in_source(torch_side.run, args, kwargs, training, _always(weights))
            their = self.named_gradients(run.gradients, run.input_gradients, [])

    def disturbed(self, their: Named, weights: list[np.ndarray], args: list[Any], kwargs: dict[str, Any],
                  training: bool) -> Named:
        """The source's gradients where each number is off by its rounding, which stands for rounding on the way."""
        rng = np.random.default_rng(self.request.seed + 3)
        with torch_side.rounded_otherwise(self.model, rng) as disturb:
            run = self.in_source(torch_side.run, disturb(args), disturb(kwargs), training, _always(weights))
        return self.named_gradients(run.gradients, run.input_gradients, [])

    def trainable_names(self) -> dict[int, str]:
        """Source name of each trainable tensor, by identity."""
        return {t.key: t.name for move in self.pairing.moves for t in move.sources
                if t.trainable and move.kind in ("moved", "converted")}

    def named_gradients(self, by_key: Mapping[int, Any], of_inputs: list[Any],
                        orders: list[list[int] | None]) -> Named:
        """Gradients by source name, in the source's axis order; None where there is none."""
        found = {name: by_key.get(key) for key, name in self.trainable_names().items()}
        for i, gradient in enumerate(of_inputs):
            order = compare.permutation(orders, i)
            found[f"input {i}"] = None if gradient is None else compare.unpermuted(gradient, order)
        return found

    def buffer_moves(self) -> list[Any]:
        return [m for m in self.pairing.moves if m.kind == "moved" and _is_buffer(m.sources[0].handle)]

    def buffers_row(self, before: dict[int, np.ndarray], counts: dict[str, list[int]]) -> None:
        found, deviations = compare.Difference(), []
        tolerance = STATE_TOLERANCE[self.dtype]
        for move in self.buffer_moves():
            name, mine, their = move.sources[0].name, move.targets[0].read(), values(move)[0][1]
            error, note = compare.relative_error(mine, their)
            owner, _, last = name.rpartition(".")
            if last == "running_var" and owner in counts:
                biased = self.biased(owner, before[move.targets[0].key], their, counts[owner])
                if biased is not None and compare.relative_error(mine, biased)[0] < error:
                    error = compare.relative_error(mine, biased)[0]
                    deviations.append(owner)
            found.add(name, error, note)
        if found.count:
            note = f"running variance of {len(deviations)} layers: n/(n-1) applied" if deviations else ""
            self.row("train", "traced", "buffers", found, tolerance, note)
        if deviations:
            more = f" and {len(deviations) - 3} more" if len(deviations) > 3 else ""
            note = ("expected deviation: the source's running variance is unbiased, the target's is not (factor "
                    f"n/(n-1), applied exactly): {', '.join(deviations[:3])}{more}")
            self.out.notes += [note] if note not in self.out.notes else []

    def biased(self, path: str, before: np.ndarray, after: np.ndarray, counts: list[int]) -> np.ndarray | None:
        """The running variance if each batch variance had been divided by n instead of n - 1.

        after = keep * before + s with keep = (1 - momentum)^calls and s linear in the batch variances.
        """
        momentum, n = getattr(self.model.get_submodule(path), "momentum", None), counts[0]
        if momentum is None or len(set(counts)) != 1 or n < 2:
            return None
        kept = (1 - momentum) ** len(counts) * before
        return kept + (after - kept) * (n - 1) / n

    def sizes(self) -> None:
        self.transfer()
        for label, specs in other_sizes(self.specs, self.request.sizes, self.runs):
            if specs is None or any(str(spec).startswith("@") for spec in self.request.inputs):
                self.out.rows.append(Row(self.dtype, "eval", label, "outputs", None, None, None,
                                         note="the source does not run at another"))
                continue
            args, kwargs = self.arguments(specs)
            theirs = self.in_source(torch_side.call, args, kwargs, False)
            try:
                ours = self.in_target(keras_side.call, *self.target_arguments(specs), False)
            except Exception as error:
                self.out.rows.append(Row(self.dtype, "eval", label, "outputs", None, None, False,
                                         note=f"the target fails: {say(error, self.target)}"))
                continue
            self.outputs_row("eval", label, ours, theirs)

    def runs(self, specs: list[InputSpec]) -> bool:
        """Whether the source itself runs on these inputs."""
        try:
            self.in_source(torch_side.call, *self.arguments(specs), False)
        except Exception:
            return False
        return True

    def locate(self) -> None:
        if self.out.first_difference:
            return
        self.transfer()
        with torch_side.recorded(self.model) as theirs:
            self.in_source(torch_side.call, *self.arguments(self.specs), False)
        with keras_side.recorded() as ours:
            try:
                self.in_target(keras_side.call, *self.target_arguments(self.specs), False)
            except Exception:  # noqa: BLE001 - what was recorded up to there is still of use
                pass
        nodes = {node.path: node for node in _nodes(self.twin_tree)}
        handles = {a: (b, id(nodes[b].handle)) for a, b in self.pairing.modules}
        self.out.first_difference = first_difference(theirs, ours, handles, OUTPUT_TOLERANCE[self.dtype])

def _nodes(node: Node) -> list[Node]:
    return [node, *(inner for child in node.children.values() for inner in _nodes(child))]


def _always(weights: list[np.ndarray]) -> Callable[[Any], list[np.ndarray]]:
    return lambda outputs: weights


def _only_gradients_fail(rows: list[Row]) -> bool:
    return {row.quantity for row in rows if row.ok is False} == {"gradients"}


def _is_buffer(handle: Any) -> bool:
    import torch

    return not isinstance(handle, torch.nn.Parameter)
