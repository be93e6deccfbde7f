"""What a verification found: rows of compared quantities, and how far each model got."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

STAGES = ("parses", "builds", "runs", "matches")


@dataclass
class Row:
    """One compared quantity.

    `error` is max|a-b| / max(max|b|, 1e-6) of the worst tensor, b the source; `own` is the source's own difference
    between float32 and float64 (in float32 only: of gradients, and of outputs that differ). `ok` is None where the source
    itself could not be run.
    """

    dtype: str
    mode: str
    size: str
    quantity: str  # "outputs" | "gradients" | "buffers"
    error: float | None
    tolerance: float | None
    ok: bool | None
    tensor: str = ""
    own: float | None = None
    compared: int = 0
    note: str = ""


@dataclass
class VerifyReport:
    """Result of verifying one model. `stages` maps parses/builds/runs/matches to True, False or None (not reached)."""

    model: str
    source: str
    target: str
    backend: str
    inputs: list[str]
    stages: dict[str, bool | None] = field(default_factory=lambda: dict.fromkeys(STAGES))
    rows: list[Row] = field(default_factory=list)
    first_difference: str = ""
    error: str = ""
    interface: dict[str, Any] | None = None
    notes: list[str] = field(default_factory=list)
    weights: str = ""

    @property
    def ok(self) -> bool:
        """True where every stage was reached and every comparison holds."""
        return all(self.stages[s] for s in STAGES) and all(row.ok is not False for row in self.rows)

    @property
    def worst_output(self) -> float | None:
        """The largest error of any output, None where none was compared."""
        errors = [r.error for r in self.rows if r.quantity == "outputs" and r.error is not None]
        return max(errors, default=None)

    def merge(self, other: VerifyReport) -> None:
        """Adds another run (another dtype) of the same case; a failure of either stays."""
        self.rows += other.rows
        for stage in STAGES:
            states = (self.stages[stage], other.stages[stage])
            self.stages[stage] = False if False in states else None if None in states else True
        self.first_difference = self.first_difference or other.first_difference
        self.error = self.error or other.error
        self.notes += [n for n in other.notes if n not in self.notes]

    def to_json(self) -> dict[str, Any]:
        """The report as a JSON document."""
        return asdict(self) | {"ok": self.ok}

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> VerifyReport:
        """The inverse of `to_json`."""
        fields = {k: v for k, v in document.items() if k != "ok"}
        return cls(**{**fields, "rows": [Row(**row) for row in document.get("rows", [])]})

    def render(self) -> Any:
        """A rich renderable: the table and what is to be said about it."""
        from rich.console import Group
        from rich.text import Text

        parts: list[Any] = [self._table()]
        parts.append(Text("  ".join(f"{s}: {_mark(self.stages[s])}" for s in STAGES)))
        if self.weights:
            parts.append(Text(f"weights: {self.weights}"))
        for title, text in (("first difference", self.first_difference), ("error", self.error)):
            if text:
                parts.append(Text(f"{title}: {text}", style="red"))
        return Group(*parts, *(Text(f"note: {note}") for note in self.notes))

    def _table(self) -> Any:
        from rich.table import Table

        table = Table(title=f"{self.model}  ({self.backend})", title_justify="left")
        for name in ("dtype", "mode", "size", "quantity", "error", "tolerance", "", "worst tensor, note"):
            table.add_column(name, justify="right" if name in ("error", "tolerance") else "left")
        for row in self.rows:
            own = f"source's own {row.own:.1e}" if row.own is not None else ""
            last = ", ".join(filter(None, (row.tensor, own, row.note)))
            table.add_row(row.dtype, row.mode, row.size, f"{row.quantity} ({row.compared})", _number(row.error),
                          _number(row.tolerance), _mark(row.ok), last)
        return table


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.1e}"


def _mark(value: bool | None) -> str:
    return {True: "yes", False: "NO", None: "-"}[value]
