"""Hann window."""

from tensorglot.frameworks.keras.adapters.cosine_window import cosine_window


def hann_window(length, periodic=True, dtype=None):
    """Hann window of `length` samples."""
    return cosine_window(length, 0.5, periodic, dtype)
