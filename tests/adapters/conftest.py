"""Fixtures of the adapter tests."""

import os

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("JAX_ENABLE_X64", "1")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import pytest  # noqa: E402


@pytest.fixture(params=["float32", "float64"])
def dtype(request):
    """The default float of both frameworks, by name; set back afterwards."""
    from paired import use_dtype

    use_dtype(request.param)
    yield request.param
    use_dtype("float32")
