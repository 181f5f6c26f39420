"""Counting what is reached within thresholds, inclusive."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from geo_dispatch.coverage.due import nearest_rank
from geo_dispatch.geometry import FloatArray

__all__ = ["SLACK_S", "address_figures", "count_within", "seconds", "share_of", "weighed_figures"]

SLACK_S = 1e-6
"""A time that exceeds a threshold by no more than this is within it: sums of floating-point numbers differ by less."""


def count_within(
    response_s: FloatArray, thresholds_s: Sequence[float], weight: FloatArray | None = None
) -> list[float]:
    """Return how many, or how much weight, is reached within each threshold.

    Examples
    --------
    >>> count_within(np.asarray([100.0, 240.0, 240.1, np.inf]), [240.0])
    [2.0]
    """
    mass = np.ones(len(response_s)) if weight is None else weight
    return [float(mass[response_s <= limit + SLACK_S].sum()) for limit in thresholds_s]


def share_of(reached: Sequence[float], total: float) -> list[float | None]:
    """Return shares of a total, None where there is nothing.

    Examples
    --------
    >>> share_of([1, 2], 4), share_of([0], 0)
    ([0.25, 0.5], [None])
    """
    return [round(value / total, 6) if total > 0 else None for value in reached]


def seconds(value: float) -> float | None:
    """Return seconds for a document: None where nobody comes."""
    return round(float(value), 3) if np.isfinite(value) else None


def address_figures(
    response_s: FloatArray, thresholds_s: Sequence[float], *, clock: str = "response"
) -> dict[str, Any]:
    """Return the figures of addresses: how many, reached, share, and the 90th percentile by nearest rank."""
    reached = [int(value) for value in count_within(response_s, thresholds_s)]
    return {
        "n": len(response_s),
        "reached": reached,
        "share": share_of(reached, len(response_s)),
        f"p90_{clock}_s": seconds(nearest_rank(response_s, 0.9)),
    }


def weighed_figures(reached: Sequence[float], total: float, *, digits: int = 1) -> dict[str, Any]:
    """Return the figures of metres or people."""
    return {
        "total": round(total, digits),
        "reached": [round(value, digits) for value in reached],
        "share": share_of(reached, total),
    }
