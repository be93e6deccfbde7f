"""How the suite is dealt out to workers (`--dist loadgroup`)."""

from pathlib import Path

import pytest

#: Folders whose tests stand alone; elsewhere the tests of a module or class share costly fixtures.
ALONE = {"adapters", "catalog", "hostile"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Tests that share fixtures go to one worker."""
    for item in items:
        if Path(item.path).parent.name not in ALONE:
            item.add_marker(pytest.mark.xdist_group(item.nodeid.rsplit("::", 1)[0]))
