"""Finds out what the zoo consists of: `python -m demo.zoo.listing torchvision|timm` writes the JSON file beside this.

The lists are kept in the repository, so that every run of the zoo takes the same architectures at the same sizes; they
are made anew when the pinned version of a library changes.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent

#: Image sizes that are tried, the smallest at which the network runs is taken; after these its own default.
SIZES = (64, 96, 128, 160, 192, 224, 256, 299)
#: Classification builders with more parameters are left out.
LARGEST = 100_000_000


@dataclass(frozen=True)
class Network:
    """One architecture: `module` is relative to the package, `model` an expression in it, `input` what it is run at
    (several specifications have spaces between them)."""

    name: str
    kind: str
    module: str
    model: str
    parameters: int
    input: str

    @property
    def inputs(self) -> list[str]:
        """The specification of every input."""
        return self.input.split()


@dataclass(frozen=True)
class Example:
    """A further example of a package's code, beside its networks: what it runs is migrated, but not compared."""

    module: str
    model: str
    input: str

    @property
    def inputs(self) -> list[str]:
        """The specification of every input; files are those beside this one."""
        return self.input.replace("@", f"@{HERE}/").split()


def examples(library: str) -> list[Example]:
    """The further examples of a library's list."""
    text = (HERE / f"{library}.json").read_text(encoding="utf-8")
    return [Example(**item) for item in json.loads(text).get("examples", [])]


def networks(library: str) -> list[Network]:
    """The kept list; raises `FileNotFoundError` where it was not made yet."""
    text = (HERE / f"{library}.json").read_text(encoding="utf-8")
    return [Network(**item) for item in json.loads(text)["networks"]]


def torchvision_networks() -> Iterator[Network]:
    """Every classification builder below the limit, all segmentation, video and optical-flow builders."""
    from tensorglot.frameworks.torch.runner.compat import define_missing_ops

    define_missing_ops()
    import torchvision.models as models

    for kind, package in (("classification", models), ("segmentation", models.segmentation), ("video", models.video),
                          ("optical_flow", models.optical_flow)):
        for name in models.list_models(module=package):
            builder = models.get_model_builder(name)
            expression = f"{name}(weights_backbone=None)" if kind == "segmentation" else f"{name}()"
            yield from _described(name, kind, builder.__module__.partition(".models.")[2], expression, builder)


def timm_networks() -> Iterator[Network]:
    """For each file of timm/models the architecture with the fewest parameters."""
    from tensorglot.frameworks.torch.runner.compat import define_missing_ops

    define_missing_ops()
    import timm

    for module in sorted(timm.list_modules()):
        sizes = {name: _count(timm.model_entrypoint(name)) for name in timm.list_models(module=module)}
        known = {name: size for name, size in sizes.items() if size}
        if known:
            name = min(known, key=lambda n: known[n])
            yield from _described(name, "timm", module, f"{name}()", timm.model_entrypoint(name))


def _count(builder: Any) -> int:
    """The number of parameters; 0 where the network can't be made."""
    import torch

    for device in ("meta", "cpu"):  # some constructors read values, which meta tensors don't have
        try:
            with torch.device(device):
                return sum(p.numel() for p in builder().parameters())
        except Exception as error:
            print(f"{builder.__name__} on {device}: {error}", file=sys.stderr)
    return 0


def _skip_initial_values() -> None:
    """Only shapes matter here; memory that nobody writes costs nothing."""
    import torch

    for name in dir(torch.nn.init):
        if name.endswith("_") and not name.startswith("_"):
            setattr(torch.nn.init, name, lambda tensor, *args, **kwargs: tensor)


def _described(name: str, kind: str, module: str, model: str, builder: Any) -> Iterator[Network]:
    parameters = _count(lambda: eval(model, {name: builder}))
    if kind == "classification" and parameters >= LARGEST:
        return
    network = eval(model, {name: builder}).eval()
    own = getattr(network, "default_cfg", {}).get("input_size", (3, 224, 224))[-1]
    frames = (16,) if kind == "video" else ()
    # Batch statistics need more than one value.
    shapes = [(batch, 3, *frames, size, size) for size in (*SIZES, own) for batch in (1, 2)]
    count = 2 if kind == "optical_flow" else 1
    # Parts that only training uses are built, too, where there is a size at which it works.
    for modes in ((False, True), (False,)):
        for shape in shapes:
            if all(_runs(network, shape, count, mode) for mode in modes):
                spec = f"float32[{','.join(map(str, shape))}]"
                yield Network(name, kind, module, model, parameters, " ".join([spec] * count))
                return
    print(f"{name}: runs at no size", file=sys.stderr)


def _runs(network: Any, shape: tuple[int, ...], count: int, training: bool) -> bool:
    import torch

    try:
        with torch.no_grad():
            network.train(training)(*[torch.randn(shape) for _ in range(count)])
    except Exception:
        return False
    return True


def main(library: str) -> None:
    """Makes the list of a library anew."""
    from importlib.metadata import version

    _skip_initial_values()
    found = []
    for network in {"torchvision": torchvision_networks, "timm": timm_networks}[library]():
        print(network, file=sys.stderr)
        found.append(asdict(network))
    document = {"library": library, "version": version(library), "networks": found,
                "examples": [asdict(example) for example in examples(library)]}  # these are chosen by hand
    (HERE / f"{library}.json").write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
