"""Inputs of the suite."""

from __future__ import annotations

import numpy as np


def matrix(rows: int, columns: int, step: int) -> np.ndarray:
    """Values from -0.75 to 0.75 that repeat with a period of 13: sums of products are exact."""
    index = np.arange(rows * columns, dtype=np.int64)
    return ((index * step % 13 - 6) / 8).astype(np.float32).reshape(rows, columns)
