"""Fixtures of the adapter tests."""

import os

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import pytest  # noqa: E402

#: Keras computes float64 in part in float32 on its other backends (`ops.matmul` on torch, `ops.tanh` on JAX).
DTYPES = ["float32", "float64"] if os.environ["KERAS_BACKEND"] == "tensorflow" else ["float32"]


@pytest.fixture(params=DTYPES)
def dtype(request):
    """The default float of both frameworks, by name; set back afterwards."""
    from paired import use_dtype

    use_dtype(request.param)
    yield request.param
    use_dtype("float32")
