"""Layouts: the storage order of every value, at the least number of transposes, and what each site becomes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from ..lift.evidence import Evidence, Site, site_of
from ..pivot.nodes import Canonical, Program
from . import storage
from .features import mergeable, splittable
from .frames import functions_at
from .precision import Precision
from .relations import local_kinds, solve_kinds
from .storage import Order, Rewrite, is_identity
from .tape import Call, Tape, Value

#: Cost of a transposition that has no place to stand (inside a container), and of a plain one.
NO_PLACE = 40
#: Cost of a site that cannot be written at all for the chosen orders.
CONFLICT = 200

#: Transposes that keeping the source's order at a conflicting site may add.
_FEW = 3

#: Rounds of solving; conflicting sites keep the source's order in the next.
_ATTEMPTS = 3

#: Rules whose result has the operand's axes: both live in one region of equal choice.
_TIED = {"elementwise", "trailing", "axis", "pad", "cat", "split", "reduce", "stack", "unsqueeze", "squeeze", "select",
         "unbind", "getitem", "setitem", "expand", "tile", "like", "last", "channel"}
#: Rules of layers and functions that want an axis order of their own.
_DEMANDING = {"demand", "channel"}
#: Rules whose written form does not depend on storage: occurrences may differ.
_AGNOSTIC = {"elementwise", "like", "host"}


@dataclass
class SiteLayout:
    """What a site becomes: new arguments, and transposes around it (None: none) per operand name and result."""

    rewrite: Rewrite
    before: dict[int, list[int]] = field(default_factory=dict)
    after: list[int] | None = None
    orders: list[Order] = field(default_factory=list)
    out_order: Order | None = None
    names: list[str] = field(default_factory=list)

    @property
    def transposes(self) -> int:
        return len(self.before) + (self.after is not None) + self.rewrite.cost


@dataclass
class Layouts:
    """Result of the pass.

    `sites`: (module, site) of a call → layout; `layers`: constructor site → layout; `conflicts`: sites that mean
    different things in different examples; `parameters`: class → attribute → permutation; `rows`: class → attribute →
    {"chw", "order"}; `columns` the same of output features; `shapes`: site of a shape query → storage orders seen;
    `inputs`/`outputs` per model expression.
    """

    sites: dict[Site, SiteLayout] = field(default_factory=dict)
    layers: dict[Site, SiteLayout] = field(default_factory=dict)
    conflicts: dict[Site, str] = field(default_factory=dict)
    parameters: dict[str, dict[str, list[int]]] = field(default_factory=dict)
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    columns: dict[str, dict[str, Any]] = field(default_factory=dict)
    shapes: dict[Site, list[Order]] = field(default_factory=dict)
    orders: dict[Site, Order] = field(default_factory=dict)
    interface: dict[str, dict[str, Any]] = field(default_factory=dict)
    dtypes: dict[Site, list[str]] = field(default_factory=dict)
    operands: dict[Site, set[str]] = field(default_factory=dict)
    #: Buffers that are made from tensors of single precision, by class.
    single: dict[str, set[str]] = field(default_factory=dict)
    #: Transposes of arguments of the project's functions: site of the call → position or keyword → axes (None: none).
    arguments: dict[Site, dict[int | str, list[int] | None]] = field(default_factory=dict)
    #: Sites where a tensor is made of Python's floats that has to have the default float's dtype.
    floating: set[Site] = field(default_factory=set)
    #: Constructors of layers that are called where no transpose can stand (in chains), by site and layer: whether what
    #: their layers take and give is in the source's order and so not in their own (True), in their own (False).
    placeless: dict[tuple[Site, str], set[bool]] = field(default_factory=dict)
    #: Whether what sites gave, what functions were given (by parameter) and returned were in the source's order.
    same: dict[Site, bool] = field(default_factory=dict)
    entered: dict[str, dict[str, bool]] = field(default_factory=dict)
    returned: dict[str, bool] = field(default_factory=dict)
    #: The orders of the tensors that functions were given, by function and parameter.
    given: dict[tuple[str, str], set[Order]] = field(default_factory=dict)
    #: Attributes of objects that were seen to hold a tensor in another order.
    held: set[str] = field(default_factory=set)
    #: True where every tensor is stored in the source's order, also where the target's layers want another.
    kept: bool = False
    #: True where this was asked for.
    asked: bool = False


class _Regions:
    """Union-find over values; one boolean choice per region (True: sorted storage)."""

    def __init__(self) -> None:
        self.parent: dict[Any, Any] = {}
        self.choice: dict[Any, bool] = {}

    def find(self, key: Any) -> Any:
        self.parent.setdefault(key, key)
        while self.parent[key] != key:
            self.parent[key] = self.parent[self.parent[key]]
            key = self.parent[key]
        return key

    def join(self, a: Any, b: Any) -> None:
        self.parent[self.find(a)] = self.find(b)


class Solver:
    """Chooses storage orders for a tape."""

    def __init__(self, program: Program, evidence: Evidence, dialect: Any, native: bool, split: Collection[str] = ()):
        self.program = program
        self.evidence = evidence
        self.native = native
        self.nodes: dict[Site, Canonical] = {}
        for module, file in program.files.items():
            for node in file.body.walk():
                if isinstance(node, Canonical) and node.site is not None:
                    self.nodes[module, node.site] = node
        self.tape = Tape(evidence, dialect, {s: n.op for s, n in self.nodes.items()}, split)
        self.regions = _Regions()
        self.sorted: dict[tuple[int, int], Order] = {}
        self.rows_ok: set[Any] = set()
        self.columns_ok: set[Any] = set()
        self.kept: set[Any] = set()
        self.groups: dict[Any, Call] = {}
        self.by_region: dict[Any, set[Any]] = {}

    def solve(self) -> Layouts:
        """Runs the pass."""
        if self.native:
            solve_kinds(self.tape)
        local = local_kinds(self.tape) if self.native else {}
        for value in self.tape.values.values():
            self.sorted[value.key] = storage.sorted_order(value, local.get(value.key))
        self.rows_ok, self.columns_ok = mergeable(self.tape), splittable(self.tape)
        self._tie()
        for _ in range(_ATTEMPTS):
            self._choose()
            out = self._result()
            if not self._keep_conflicts(out):
                break
        return out

    def demanding(self) -> bool:
        """True where a call was seen that wants an axis order of its own."""
        return any(c.rule[0] in _DEMANDING and any(v.rank > 2 for _, v in c.inputs) for c in self.tape.calls)

    def _keep_conflicts(self, out: Layouts) -> bool:
        """Keeps what meets at conflicting sites in the source's order; True if that changes anything."""
        changed = False
        for call in self.tape.calls:
            if call.at not in out.conflicts:
                continue
            for value in [v for _, v in call.inputs] + call.outputs:
                region = self.regions.find(value.key)
                if not self._free(value) and region not in self.kept and self._cheap_to_keep(region):
                    self.kept.add(region)
                    changed = True
        return changed

    # -- regions ------------------------------------------------------------------------------------------------------

    def _free(self, value: Value) -> bool:
        return is_identity(self.sorted[value.key])

    def _tie(self) -> None:
        for call in self.tape.calls:
            values = [v for _, v in call.inputs] + call.outputs
            rule = call.rule[0]
            if rule in _TIED:
                for held in (False, True):
                    bound = [v for v in values if v.held is held and not self._free(v)]
                    for a, b in zip(bound, bound[1:]):
                        self.regions.join(a.key, b.key)
            if rule not in _AGNOSTIC:
                for position, value in enumerate(values):
                    if not self._free(value):
                        self.regions.join(value.key, ("slot", call.slot, position, value.rank, self.sorted[value.key]))

    def order(self, value: Value) -> Order:
        """The chosen storage order of a value."""
        order = self.sorted.get(value.key, storage.identity(value.rank))
        if is_identity(order):
            return order
        return order if self.regions.choice.get(self.regions.find(value.key), True) else storage.identity(value.rank)

    def _choose(self) -> None:
        """Coordinate descent on the number of transposes, each written site counted once."""
        groups: dict[Any, Call] = {}
        by_region: dict[Any, set[Any]] = defaultdict(set)
        for call in self.tape.calls:
            key = (call.slot, call.entry.name, tuple(self.sorted[v.key] for _, v in call.inputs),
                   tuple(self.regions.find(v.key) for _, v in call.inputs if not self._free(v)),
                   tuple(self.regions.find(v.key) for v in call.outputs if not self._free(v)))
            if key not in groups:
                groups[key] = call
                for value in [v for _, v in call.inputs] + call.outputs:
                    if not self._free(value):
                        by_region[self.regions.find(value.key)].add(key)
        self.groups, self.by_region = groups, by_region
        regions = sorted(by_region, key=lambda r: -len(by_region[r]))
        choice = self.regions.choice

        for region in regions:
            choice[region] = region not in self.kept
        self._descend(regions)
        for part in self._parts(regions):  # one flip at a time does not lead out of every valley
            keys = {k for region in part for k in by_region[region]}
            before, old = sum(self._cost(groups[k]) for k in keys), {region: choice[region] for region in part}
            if before >= NO_PLACE:
                choice.update(dict.fromkeys(part, False))
                self._descend(part)
                if sum(self._cost(groups[k]) for k in keys) >= before:
                    choice.update(old)

    def _descend(self, regions: list[Any]) -> None:
        """Flips choices of regions as long as that saves transposes."""
        choice = self.regions.choice

        def cost(region: Any) -> int:
            return sum(self._cost(self.groups[k]) for k in self.by_region[region])

        for _ in range(6):
            changed = False
            for region in regions:
                if region in self.kept:
                    continue
                before = cost(region)
                choice[region] = not choice[region]
                after = cost(region)
                if after < before:
                    changed = True
                else:
                    choice[region] = not choice[region]
            if not changed:
                break

    def _parts(self, regions: list[Any]) -> list[list[Any]]:
        """Regions that calls connect."""
        found = _Regions()
        for region in regions:
            for key in self.by_region[region]:
                found.join(("call", key), region)
        parts: dict[Any, list[Any]] = defaultdict(list)
        for region in regions:
            parts[found.find(region)].append(region)
        return list(parts.values())

    def _cheap_to_keep(self, region: Any) -> bool:
        """True where keeping a region in the source's order adds few transposes."""
        choice = self.regions.choice
        old = choice.get(region, True)
        costs = []
        for choice[region] in (True, False):
            costs.append(sum(self._cost(self.groups[k]) for k in self.by_region.get(region, ())))
        choice[region] = old
        return costs[1] - costs[0] <= _FEW

    def _site(self, call: Call) -> storage.Site:
        node = self.nodes.get(call.site) if call.site else None
        return storage.Site(call, node, [self.order(v) for _, v in call.inputs],
                            [self.order(v) for v in call.outputs], call.slot in self.rows_ok, call.slot in self.columns_ok)

    def _cost(self, call: Call) -> int:
        site = self._site(call)
        done = site.rewrite()
        if done is not None:
            return done.cost
        need_in, need_out = site.needed()
        wrong = sum(storage.moves(v.shape, p, n) for (_, v), p, n in zip(call.inputs, site.pins, need_in)) + \
            sum(storage.moves(v.shape, p, n) for v, p, n in zip(call.outputs, site.pouts, need_out))
        if any(storage.moves(v.shape, p, n) for v, p, n in self._held(call, site)):
            return CONFLICT
        if call.at is None and _ends(site) != {True}:
            return CONFLICT
        place = 1 if call.at is not None else NO_PLACE
        return wrong * place + (len(site.pouts) > 1) * (need_out != site.pouts)

    @staticmethod
    def _held(call: Call, site: storage.Site) -> list[tuple[Value, Order, Order]]:
        """Tensors inside objects that a call takes or makes, with their orders and those that are needed."""
        need_in, need_out = site.needed()
        values = [*(v for _, v in call.inputs), *call.outputs]
        return [(v, p, n) for v, p, n in zip(values, [*site.pins, *site.pouts], [*need_in, *need_out]) if v.held]

    # -- result -------------------------------------------------------------------------------------------------------

    def _result(self) -> Layouts:
        out = Layouts()
        precision = Precision(self.nodes)
        for call in self.tape.calls:
            self._settle(call, out)
            if precision.mixed(call) and call.at is not None:
                out.dtypes[call.at] = [*out.dtypes.get(call.at, ()), "the default float"]
            if precision.mixes_integers(call) and call.at is not None:
                out.dtypes[call.at] = [*out.dtypes.get(call.at, ()), "other integers"]
        for module, key in list(out.conflicts):
            out.sites.pop((module, key), None)
        out.floating = precision.floating
        out.single = precision.buffers(self.tape.values.values())
        self._parameters(out)
        self._interfaces(out)
        self._orders_seen(out)
        return out

    def _settle(self, call: Call, out: Layouts) -> None:
        site = self._site(call)
        if call.rule[0] in ("shape", "size") and call.at is not None and call.inputs:
            self._record_shape(call, site, out)
            return
        done = site.rewrite()
        if not self.native and call.rule[0] in _DEMANDING:
            done = Rewrite()
        layout = SiteLayout(done or Rewrite(), orders=site.pins, names=[n for n, _ in call.inputs],
                            out_order=site.pouts[0] if site.pouts else None)
        if done is None:
            if call.at is not None and any(storage.moves(v.shape, p, n) for v, p, n in self._held(call, site)):
                out.conflicts[call.at] = "needs what an object holds in another axis order"
            need_in, need_out = site.needed()
            layout.before = {i: storage.compose(p, n) for i, (p, n) in enumerate(zip(site.pins, need_in))
                             if storage.moves(call.inputs[i][1].shape, p, n)}
            if need_out and storage.moves(call.outputs[0].shape, need_out[0], site.pouts[0]):
                layout.after = storage.compose(need_out[0], site.pouts[0])
            if call.rule[0] == "setitem" and 0 in layout.before:  # what is changed in place keeps its order
                layout.after = storage.compose(need_in[0], site.pins[0])
        elif done.rows:
            self._record_rows(call, done.rows, out)
        if done is not None and done.columns:
            self._record_columns(call, done.columns, out)
        if call.at is not None:
            made = {v.dtype for v in call.outputs} - {"bool"}
            out.operands.setdefault(call.at, set()).update(v.dtype for _, v in call.inputs)
            out.dtypes.setdefault(call.at, sorted({v.dtype for _, v in call.inputs} | made))
        if call.argument is not None and call.at is not None:
            axes, places = layout.before.get(0), out.arguments.setdefault(call.at, {})
            if places.setdefault(call.argument, axes) != axes:
                out.conflicts[call.at] = "is given tensors with different axes"
            return
        if call.at is None and call.entry.kind == "layer" and call.site is not None:
            out.placeless.setdefault((call.site, call.entry.name), set()).update(_ends(site) if done is None else {False})
        if call.at is None or call.at != call.site:
            self._merge(out.layers, call.site, layout, call, out, owner=True)
        if call.at is not None:
            self._merge(out.sites, call.at, layout, call, out)

    def _merge(self, table: dict[Site, SiteLayout], key: Site | None, layout: SiteLayout, call: Call, out: Layouts,
               owner: bool = False) -> None:
        if key is None:
            return
        known = table.get(key)
        if known is not None and owner and max(map(len, layout.orders), default=0) > 2:
            known.orders = layout.orders
        if known is None:
            table[key] = layout
        elif not known.rewrite.same_text(layout.rewrite) or known.before != layout.before or known.after != layout.after:
            general = layout.rewrite.general
            if general is not None and general == known.rewrite.general:
                known.rewrite = Rewrite(general, general=general)
            elif not owner:
                out.conflicts[key] = "is applied to tensors with different axes in different places"

    def _record_shape(self, call: Call, site: storage.Site, out: Layouts) -> None:
        assert call.at is not None
        orders = out.shapes.setdefault(call.at, [])
        if site.pins[0] not in orders:
            orders.append(site.pins[0])

    def _record_rows(self, call: Call, rows: list[int], out: Layouts) -> None:
        axis = call.outputs[0].axes[-1].root()
        x, flat = call.inputs[0][1], call.outputs[0]
        group = next(a for a, b in storage.groups.factor(x.shape, flat.shape) if b == [flat.rank - 1])
        sizes = [x.shape[a] for a in group]
        for user in self.tape.calls:
            if user.owner is None or not any(a.root() is axis for _, v in user.inputs for a in v.axes):
                continue
            if user.entry.kind == "layer" and user.entry.params:
                module, attr = user.owner
                out.rows.setdefault(module, {})[attr] = {"chw": sizes, "order": rows}

    def _record_columns(self, call: Call, columns: list[int], out: Layouts) -> None:
        x, image = call.inputs[0][1], call.outputs[0]
        axis = x.axes[-1].root()
        group = next(b for a, b in storage.groups.factor(x.shape, image.shape) if a == [x.rank - 1])
        sizes = [image.shape[b] for b in group]
        for maker in self.tape.calls:
            if maker.owner is not None and maker.entry.name == "linear" and \
                    any(v.axes[-1].root() is axis for v in maker.outputs):
                module, attr = maker.owner
                out.columns.setdefault(module, {})[attr] = {"chw": sizes, "order": columns}

    def _parameters(self, out: Layouts) -> None:
        for value in self.tape.values.values():
            if value.owner is not None and not is_identity(self.order(value)):
                owner, attr = value.owner
                out.parameters.setdefault(owner, {})[attr] = list(self.order(value))

    def _orders_seen(self, out: Layouts) -> None:
        """Notes where values were in the source's order in every example."""
        for event in (e for events in self.evidence.runs for e in events):
            def plain(value: Any, event: Any = event) -> bool:
                return all(is_identity(self.order(v)) for v in self.tape.tensors(event, value))

            kind, site = event.data["k"], site_of(event.data.get("s"))
            if kind == "enter":
                known = out.entered.setdefault(event.data["fn"], {})
                for name, value in event.data["args"].items():
                    known[name] = known.get(name, True) and plain(value)
                    if isinstance(value, dict) and "t" in value:
                        orders = out.given.setdefault((event.data["fn"], name), set())
                        orders.add(self.order(self.tape.value(event, value["t"])))
            elif kind == "return":
                fn = event.data["fn"]
                out.returned[fn] = out.returned.get(fn, True) and plain(event.data.get("o"))
            elif site is not None:
                out.same[site] = out.same.get(site, True) and plain(event.data.get("o"))
                if kind == "attr" and "t" not in (event.data["x"] or ()) and not plain(event.data["o"]):
                    out.held.add(event.data["name"])

    def _interfaces(self, out: Layouts) -> None:
        for events in self.evidence.runs:
            whole = any(event.top is not None and event.data["k"] != "enter" for event in events)
            for event in events:
                if event.top is None or not whole and event.top in out.interface:  # a pass that failed used no input
                    continue
                parts: dict[str, dict[str, Any]] = {
                    "enter": {"inputs": list(event.data.get("args", {}).values())},
                    "return": {"outputs": event.data.get("o")},
                    "call": {"inputs": event.data.get("a"), "outputs": event.data.get("o")}}
                for kind, encoded in parts[event.data["k"]].items():
                    orders = [list(self.order(v)) for v in self.tape.tensors(event, encoded)]
                    out.interface.setdefault(event.top, {})[kind] = [
                        None if is_identity(tuple(o)) else o for o in orders]
        known: dict[Any, str] = {}
        for run in self.evidence.tape.runs if self.evidence.tape is not None else ():
            like = next((m["class"] for m in run.get("modules", {}).values() if m.get("path") == ""), None), \
                tuple(spec.count(",") for spec in run.get("inputs", ()))
            if run.get("repeats"):  # its pass is not on the tape: it was that of a model of the same class
                if run["model"] not in out.interface and like in known:
                    out.interface[run["model"]] = out.interface[known[like]]
            elif run["model"] in out.interface:
                known.setdefault(like, run["model"])


def _ends(site: storage.Site) -> set[bool]:
    """Whether what a call takes and gives is in the source's order, not in its own; both where that is another one."""
    need_in, need_out = site.needed()
    found: set[bool] = set()
    for order, need in zip([*site.pins, *site.pouts], [*need_in, *need_out]):
        turned = is_identity(order) and need == (0, *range(2, len(need)), 1)
        found |= {False} if order == need else {True} if turned else {True, False}
    return found


def infer(program: Program, evidence: Evidence, dialect: Any, layout: str = "native") -> Layouts:
    """Storage layouts of a lifted program. `layout` is ``native`` or ``keep`` (the source's order everywhere)."""
    solver = Solver(program, evidence, dialect, layout == "native")
    out = solver.solve()
    split: set[str] = set()
    for _ in range(_ATTEMPTS):
        more = functions_at(program, out.conflicts) - split
        if not more:
            break
        split |= more
        other = Solver(program, evidence, dialect, layout == "native", split)
        found = other.solve()
        if len(found.conflicts) < len(out.conflicts):
            solver, out = other, found
    out.asked = layout == "keep"
    out.kept = out.asked or not solver.demanding()
    return out

