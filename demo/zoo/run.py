"""Migrates a library, then builds and verifies its networks; what was done is kept and not done again."""

from __future__ import annotations

import importlib.util
import json
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import tensorglot
from tensorglot.verify.cases import Case as Check

from ..cases import ROOT
from ..row import fault
from ..run import reason
from .listing import Example, Network, examples, networks

BUILD = ROOT / "build" / "zoo"
#: Folder of each library whose files are migrated, below the folder in which packages are installed.
FOLDERS = {"torchvision": "torchvision/models", "timm": "timm/models"}
#: Seconds for one network: migration (of one file of timm) and comparison.
TIMEOUT = 900.0
#: Networks that one child process compares, so that frameworks are not started for each.
CHUNK = 4


@dataclass
class Result:
    """What became of one network: the largest relative difference of its outputs, or why there is none."""

    name: str
    kind: str
    parameters: int
    difference: float | None = None
    matches: bool = False
    why: str = ""
    marked: int = 0
    seconds: float = 0.0


def site_packages(library: str) -> Path:
    """Where the library is installed; raises `FileNotFoundError` where it is not."""
    spec = importlib.util.find_spec(library)
    if spec is None or spec.origin is None:
        raise FileNotFoundError(f"{library} is not installed; `make venv` installs it")
    return Path(spec.origin).parent.parent


class Zoo:
    """One library, one target; results are kept in `build/zoo/LIBRARY-TARGET.json`."""

    def __init__(self, library: str, target: str, build: Path = BUILD, fresh: bool = False):
        self.library, self.target = library, target
        self.out = build / target / library
        self.file = build / f"{library}-{target}.json"
        self.package: dict[str, Any] = {}
        self.results: dict[str, Result] = {}
        if self.file.exists() and not fresh:
            document = json.loads(self.file.read_text(encoding="utf-8"))
            self.package = document["package"]
            self.results = {item["name"]: Result(**item) for item in document["networks"]}

    def save(self) -> None:
        """Writes what is known so far."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        document = {"library": self.library, "target": self.target, "package": self.package,
                    "networks": [asdict(result) for result in self.results.values()]}
        self.file.write_text(json.dumps(document, indent=1), encoding="utf-8")

    def run(self, wanted: Sequence[Network], jobs: int, progress: Callable[[Result], None]) -> None:
        """Does what was not done yet, `jobs` processes side by side."""
        if self.library == "torchvision" and not self.package:
            small_first = sorted(networks(self.library), key=lambda n: n.parameters)
            self.package = migrate_package(self.library, self.target, self.out,
                                           [*small_first, *examples(self.library)])
            self.save()
        missing = [network for network in wanted if network.name not in self.results]
        chunks = [missing[i:i + CHUNK] for i in range(0, len(missing), CHUNK)]
        with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
            futures: dict[Future[list[Result]], list[Network]] = {
                pool.submit(run_networks, self.library, self.target, chunk, self.out, self.package): chunk
                for chunk in chunks}
            for future in as_completed(futures):
                for result in _results(future, futures[future]):
                    self.results[result.name] = result
                    progress(result)
                self.save()


def _results(future: Future[list[Result]], chunk: Sequence[Network]) -> list[Result]:
    """A chunk's results; a worker that died fails its chunk only."""
    try:
        return future.result()
    except Exception as error:
        return [Result(n.name, n.kind, n.parameters, why=f"worker: {error!r}") for n in chunk]


def migrate_package(library: str, target: str, out: Path, given: Sequence[Network | Example]) -> dict[str, Any]:
    """Migrates the library's model folder as one package, with these examples."""
    folder = site_packages(library) / FOLDERS[library]
    start = time.perf_counter()
    migration = tensorglot.migrate(folder, to=target, model=[f"{n.module}:{n.model}" for n in given],
                                   inputs=[n.inputs for n in given])
    migration.save(out, force=True)
    return {"seconds": time.perf_counter() - start, "files": len(migration.files), "interface": migration.interface,
            **marks(migration)}


def marks(migration: Any) -> dict[str, Any]:
    """Error diagnostics by reason, and the share of the sites that they mark."""
    errors = [d for d in migration.diagnostics if d.severity == "error"]
    reasons: dict[str, int] = {}
    for error in errors:
        reasons[f"{error.code} {error.message}"] = reasons.get(f"{error.code} {error.message}", 0) + 1
    return {"marked": len({(d.path, d.line, d.col) for d in errors}), "stats": migration.stats,
            "reasons": dict(sorted(reasons.items(), key=lambda item: -item[1]))}


def run_networks(library: str, target: str, chunk: Sequence[Network], out: Path, package: dict[str, Any],
                 ) -> list[Result]:
    """Builds and compares some networks; those of timm are migrated first, each from its file."""
    from tensorglot.verify import verify_many

    results, checks = [], []
    for network in chunk:
        result = Result(network.name, network.kind, network.parameters)
        results.append(result)
        start = time.perf_counter()
        try:
            interface = package.get("interface") or {}
            folder = out
            if library != "torchvision":
                folder, interface, result.marked = migrate_file(library, target, network, out / network.module)
            checks.append((result, check(library, network, folder, interface)))
        except Exception as error:
            result.why = f"migration: {fault(error)}"
        result.seconds = time.perf_counter() - start
    for (result, _), report in zip(checks, verify_many([c for _, c in checks]), strict=True):
        result.difference = report.worst_output
        result.matches = report.ok
        result.why = "" if report.ok else reason(report)
    return results


def migrate_file(library: str, target: str, network: Network, out: Path) -> tuple[Path, dict[str, Any], int]:
    """Migrates one file of the library with what it reaches; returns folder, interface and marked sites."""
    source = site_packages(library) / FOLDERS[library] / (network.module.replace(".", "/") + ".py")
    migration = tensorglot.migrate(source, to=target, model=network.model, inputs=network.inputs)
    migration.save(out, force=True)
    return out, migration.interface, marks(migration)["marked"]


def check(library: str, network: Network, out: Path, interface: dict[str, Any]) -> Check:
    """The comparison of a network with its source: outputs in evaluation mode, float32, one size."""
    package = FOLDERS[library].replace("/", ".")
    module = f"{package}.{network.module}"
    inside = out if (out / package.split(".")[0]).is_dir() else out.parent
    return Check(src=(site_packages(library), module), dst=(inside, module), model=network.model,
                 inputs=network.inputs, modes=("eval",), dtypes=("float32",), sizes=[], timeout=TIMEOUT,
                 interface=interface.get(network.model))
