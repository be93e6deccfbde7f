"""The options of every command."""

from __future__ import annotations

import argparse
import difflib
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import tensorglot
from tensorglot.diagnostics import TensorglotError

TARGETS = ("keras", "tensorflow")
SOURCES = ("auto", "torch")
STAGES = ("lift", "facts", "infer", "stage", "lower")
REPORTS = (".json", ".html", ".sarif")


def parse(arguments: list[str]) -> argparse.Namespace:
    """The options; `command` is the function that runs them. Raises `TensorglotError` (TG002) for wrong ones."""
    parser = _build()
    options = parser.parse_args(arguments)
    if not hasattr(options, "command"):
        parser.error("a command is missing")
    return options


class _Parser(argparse.ArgumentParser):
    """Raises instead of exiting; an abbreviated option is an unknown one."""

    def __init__(self, **kwargs: Any):
        super().__init__(**{**kwargs, "allow_abbrev": False})

    def error(self, message: str) -> NoReturn:
        raise TensorglotError(message, code="TG002", remedy=f"see `{self.prog} --help`")


class _Model(argparse.Action):
    """`--model EXPR`: starts an example."""

    def __call__(self, parser: Any, namespace: Any, values: Any, option_string: str | None = None) -> None:
        namespace.examples = [*(namespace.examples or []), (values, [])]


class _Input(argparse.Action):
    """`--input SPEC`: belongs to the `--model` before it."""

    def __call__(self, parser: Any, namespace: Any, values: Any, option_string: str | None = None) -> None:
        if not namespace.examples:
            raise TensorglotError("--input stands before any --model", code="TG002",
                                  remedy="an --input belongs to the --model before it")
        namespace.examples[-1][1].extend(values if isinstance(values, list) else [values])


def _one_of(known: tuple[str, ...], what: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text in known:
            return text
        near = difflib.get_close_matches(text.lower(), known, 1, 0.5)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise argparse.ArgumentTypeError(f"unknown {what} {text!r}{hint} (known: {', '.join(known)})")

    return read


def _report(text: str) -> Path:
    path = Path(text)
    if path.suffix not in REPORTS:
        raise argparse.ArgumentTypeError(f"{text!r} ends with none of {', '.join(REPORTS)}")
    return path


def _path(text: str) -> Path:
    if not text or "\0" in text:
        raise argparse.ArgumentTypeError("an empty path" if not text else "a path with a NUL character")
    return Path(text)


def _build() -> _Parser:
    parser = _Parser(prog="tensorglot", description="Migrates neural-network source code between frameworks.")
    parser.add_argument("--version", action="version", version=f"tensorglot {tensorglot.__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", title="commands", parser_class=_Parser)
    for add in (_migrate, _verify, _inspect, _generate, _coverage, _convert):
        command = add(commands)
        command.add_argument("--debug", action="store_true", help="show the traceback of a fault")
    return parser


def _command(commands: Any, name: str, summary: str) -> argparse.ArgumentParser:
    def run(options: argparse.Namespace) -> int:
        import importlib

        return int(importlib.import_module(f"tensorglot.cli.{name}").run(options))

    parser: argparse.ArgumentParser = commands.add_parser(name, help=summary, description=summary)
    parser.set_defaults(command=run)
    return parser


def _examples(parser: argparse.ArgumentParser, several_inputs: bool = False) -> None:
    parser.add_argument("--model", metavar="EXPR", action=_Model, dest="examples",
                        help="expression that builds the model, e.g. 'Net(num_classes=10)'; in a package module:EXPR")
    parser.add_argument("--input", metavar="SPEC", action=_Input, nargs="+" if several_inputs else None, dest="inputs",
                        help="one argument of the model before it, e.g. 'float32[2,3,32,32]' or 'int64[2,16]<100'")


def _source_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--from", dest="source", type=_one_of(SOURCES, "framework"), default="auto",
                        metavar="FRAMEWORK", help="the source's framework (default: found by its imports)")
    parser.add_argument("--no-run", action="store_true", help="execute nothing, not even imports")


def _target_options(parser: argparse.ArgumentParser, required: bool, targets: tuple[str, ...] = TARGETS) -> None:
    parser.add_argument("--to", required=required, type=_one_of(targets, "framework"), metavar="FRAMEWORK",
                        help=f"the target: {', '.join(targets[:-1])} or {targets[-1]}")
    parser.add_argument("--layout", choices=("native", "keep"), default="native",
                        help="native: the target's own axis order; keep: the source's")
    parser.add_argument("--faithful-init", action="store_true", help="give every layer the source's initial values")
    parser.add_argument("--exact-training", action="store_true", help="exact arithmetic of optimisers and batch norm")


def _writing(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-o", "--output", type=_path, metavar="OUT", help="file (.py, .ipynb) or folder to write")
    parser.add_argument("--force", action="store_true", help="overwrite files, edited ones too")
    parser.add_argument("--strict", action="store_true", help="write nothing where anything can't be migrated")
    parser.add_argument("--report", type=_report, metavar="FILE", help="write a report: .json, .html or .sarif")


def _migrate(commands: Any) -> argparse.ArgumentParser:
    parser = _command(commands, "migrate", "translate a file, package or notebook")
    parser.add_argument("paths", nargs="+", type=_path, metavar="PATH", help=".py, .ipynb, a folder, or - for stdin")
    _source_options(parser)
    _target_options(parser, required=True)
    _examples(parser)
    parser.add_argument("--verify", action="store_true", help="run both and compare")
    _writing(parser)
    return parser


def _verify(commands: Any) -> argparse.ArgumentParser:
    parser = _command(commands, "verify", "transfer weights, run source and migration, and compare")
    parser.add_argument("src", type=_path, metavar="SRC")
    parser.add_argument("dst", type=_path, metavar="DST")
    _examples(parser, several_inputs=True)
    parser.add_argument("--plan", type=_path, help="the weight plan (default: the one beside DST)")
    parser.add_argument("--report", type=_report, metavar="FILE", help="write a report: .json, .html or .sarif")
    return parser


def _inspect(commands: Any) -> argparse.ArgumentParser:
    parser = _command(commands, "inspect", "show the pivot model")
    parser.add_argument("paths", nargs="+", type=_path, metavar="PATH")
    parser.add_argument("--after", type=_one_of(STAGES, "stage"), default="lift", metavar="STAGE",
                        help=f"the stage to show: {', '.join(STAGES)} (default: lift)")
    parser.add_argument("--format", choices=("text", "json", "mermaid", "svg"), default="text")
    _source_options(parser)
    _target_options(parser, required=False)
    _examples(parser)
    parser.add_argument("-o", "--output", type=_path, metavar="OUT", help="file to write (default: standard output)")
    parser.add_argument("--force", action="store_true", help="overwrite the file")
    return parser


def _generate(commands: Any) -> argparse.ArgumentParser:
    parser = _command(commands, "generate", "produce code from a saved pivot")
    parser.add_argument("pivot", type=_path, metavar="PIVOT.json")
    _target_options(parser, required=True, targets=(*TARGETS, "torch"))
    _writing(parser)
    return parser


def _coverage(commands: Any) -> argparse.ArgumentParser:
    parser = _command(commands, "coverage", "show which ops and layers each framework has")
    parser.add_argument("--to", type=_one_of(TARGETS, "framework"), metavar="FRAMEWORK", help="one target only")
    parser.add_argument("--format", choices=("text", "json", "markdown"), default="text")
    return parser


def _convert(commands: Any) -> argparse.ArgumentParser:
    parser = _command(commands, "convert", "convert a checkpoint by a weight plan")
    parser.add_argument("checkpoint", type=_path, metavar="CKPT", help=".pt, .pth, .safetensors, .weights.h5 or .keras")
    parser.add_argument("--plan", type=_path, help="weight plan with its tensors, as `convert` or `verify` saved it")
    parser.add_argument("--from", dest="src", type=_path, metavar="SRC.py", help="source, to derive a plan")
    parser.add_argument("--to", dest="dst", type=_path, metavar="DST.py", help="migrated source, to derive a plan")
    _examples(parser, several_inputs=True)
    parser.add_argument("--key", help="where the weights stand in a nested checkpoint, e.g. model.state_dict")
    parser.add_argument("-o", "--output", type=_path, required=True, metavar="OUT")
    parser.add_argument("--force", action="store_true", help="overwrite OUT")
    return parser
