"""Fixtures of the adapter tests."""

import pytest


@pytest.fixture(params=["float32", "float64"])
def dtype(request):
    """The default float of both frameworks, by name; set back afterwards."""
    from paired import use_dtype

    use_dtype(request.param)
    yield request.param
    use_dtype("float32")
