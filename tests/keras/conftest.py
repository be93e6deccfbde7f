"""Migrated models, used once a session."""

from pathlib import Path

import pytest
from migrated_models import MODELS, ROOT, SAVED, prepare, run_script


def results(folder: Path, models: list, sources: Path) -> dict[str, dict[str, str]]:
    """Model → check → "" or what went wrong."""
    prepare(folder, models, sources)
    found = run_script("use", folder)
    for name, checks in run_script("reload", folder).items():
        found[name].update(checks)
    return found


@pytest.fixture(scope="session")
def used(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """The models of the examples."""
    return results(tmp_path_factory.mktemp("migrated"), MODELS, ROOT / "examples" / "torch")


@pytest.fixture(scope="session")
def saved(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """Models whose constructors take more than plain values."""
    return results(tmp_path_factory.mktemp("saved"), SAVED, ROOT / "tests" / "keras" / "sources")
