"""Stand-ins for compiled operators that an installed package declares but does not ship for this machine.

Importing such a package fails where it registers a fake (shape) implementation for an operator that does not exist.
Defining the operator's name first is enough: models that never call it run unchanged, the others raise at the call.
"""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import Any

_DECLARED = re.compile(r"""register_fake\(\s*["'](\w+)::(\w+)["']""")
_LIBRARIES: list[Any] = []  # a library's definitions are withdrawn when the object is collected


def define_missing_ops(package: str = "torchvision") -> list[str]:
    """Defines the operators for which `package` registers fakes and which are not there; returns their names.

    Must be called before the package is imported. The package is located and read, not executed; where it is not
    installed nothing happens.
    """
    import torch

    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return []
    missing = []
    for namespace, name in _declared_ops(Path(next(iter(spec.submodule_search_locations)))):
        if hasattr(getattr(torch.ops, namespace), name):
            continue
        library = torch.library.Library(namespace, "FRAGMENT")
        library.define(f"{name}() -> ()")
        _LIBRARIES.append(library)
        missing.append(f"{namespace}::{name}")
    return missing


def _declared_ops(folder: Path) -> list[tuple[str, str]]:
    found: dict[tuple[str, str], None] = {}
    for file in sorted(folder.glob("*.py")):
        for match in _DECLARED.finditer(file.read_text(encoding="utf-8", errors="replace")):
            found[match[1], match[2]] = None
    return list(found)
