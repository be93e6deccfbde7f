"""Migrated models, used once a session."""

import pytest
from migrated_models import MODELS, ROOT, prepare, run_script


@pytest.fixture(scope="session")
def used(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """Model → check → "" or what went wrong."""
    folder = tmp_path_factory.mktemp("migrated")
    prepare(folder, MODELS, ROOT / "examples" / "torch")
    results = run_script("use", folder)
    for name, checks in run_script("reload", folder).items():
        results[name].update(checks)
    return results
