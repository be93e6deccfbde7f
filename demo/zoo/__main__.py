"""`python -m demo.zoo [torchvision|timm]... [--to keras] [--only PATTERN] [--fresh]`: what migrates of a library."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from .listing import Network, networks
from .run import FOLDERS, Result, Zoo


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the zoo and prints its tables."""
    options = parser().parse_args(arguments)
    console = Console(width=None if sys.stdout.isatty() else 170)
    for library in options.library or list(FOLDERS):
        zoo = Zoo(library, options.to, fresh=options.fresh)
        wanted = [n for n in networks(library) if options.only in n.name]
        zoo.run(wanted, options.jobs, lambda result: print(line(result), file=sys.stderr, flush=True))
        console.print(table(zoo, wanted))
        console.print(*summary(zoo, wanted), sep="\n", highlight=False, markup=False)
    return 0


def parser() -> argparse.ArgumentParser:
    """The command line."""
    result = argparse.ArgumentParser(prog="python -m demo.zoo", description="How much of a library migrates.")
    result.add_argument("library", nargs="*", choices=[*FOLDERS, []], help="default: all of them")
    result.add_argument("--to", default="keras", choices=("keras", "tensorflow"))
    result.add_argument("--only", default="", help="only networks whose name contains this")
    result.add_argument("--jobs", type=int, default=2, help="processes side by side (default 2)")
    result.add_argument("--fresh", action="store_true", help="forget what earlier runs found")
    return result


def table(zoo: Zoo, wanted: Sequence[Network]) -> Table:
    """One row a network."""
    result = Table(title=f"{zoo.library} → {zoo.target}", title_justify="left")
    for name in ("network", "kind", "parameters", "input", "difference", "matches", "why not"):
        result.add_column(name, justify="right" if name in ("parameters", "difference") else "left")
    for network in wanted:
        found = zoo.results[network.name]
        difference = "-" if found.difference is None else f"{found.difference:.0e}"
        result.add_row(found.name, found.kind, f"{found.parameters:,}", network.input, difference,
                       "yes" if found.matches else "NO", found.why[:200], style=None if found.matches else "red")
    return result


def summary(zoo: Zoo, wanted: Sequence[Network]) -> list[str]:
    """Matches by kind, and what the package as a whole was like."""
    lines = []
    for kind in dict.fromkeys(network.kind for network in wanted):
        found = [zoo.results[n.name] for n in wanted if n.kind == kind]
        good = sum(result.matches for result in found)
        lines.append(f"{kind}: {good} of {len(found)} match ({100 * good / len(found):.0f} %)")
    if zoo.package:
        lines.append(f"package: {zoo.package['files']} files in {zoo.package['seconds']:.0f} s, "
                     f"{zoo.package['marked']} sites marked")
        lines += [f"  {count} × {reason}" for reason, count in list(zoo.package["reasons"].items())[:20]]
    return lines


def line(result: Result) -> str:
    """One line of progress."""
    return f"{result.name}: {'matches' if result.matches else result.why[:200]}"


if __name__ == "__main__":
    sys.exit(main())
