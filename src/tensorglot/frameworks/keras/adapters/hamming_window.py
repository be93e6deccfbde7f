"""Hamming window."""

from tensorglot.frameworks.keras.adapters.cosine_window import cosine_window


def hamming_window(length, periodic=True, dtype=None):
    """Hamming window of `length` samples."""
    return cosine_window(length, 0.54, periodic, dtype)
