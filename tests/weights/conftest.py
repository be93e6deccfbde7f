"""Model pairs that are written by hand: a source in one framework and what a migration of it looks like."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("OMP_NUM_THREADS", "1")

PAIRS = Path(__file__).parent / "pairs"


@pytest.fixture(scope="session")
def pairs():
    """Imports a pair's module by name."""
    sys.path.insert(0, str(PAIRS))
    yield __import__
    sys.path.remove(str(PAIRS))
