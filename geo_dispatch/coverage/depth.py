"""Metres of road that at least k responders reach: where stretches of different responders lie over one another."""

from __future__ import annotations

import numpy as np

from geo_dispatch.coverage.stretches import Pieces
from geo_dispatch.geometry import FloatArray

__all__ = ["metres_reached_by"]


def metres_reached_by(pieces: Pieces, limit_s: float, k: int) -> FloatArray:
    """Return the metres of each piece that at least k responders reach within a limit (inclusive), shape ``(n,)``.

    A responder reaches a stretch at either end of a piece, or all of it. Of those that don't reach all, none covers a point from both
    ends; so a point is reached by m of them when j reach it from the low end and m - j from the high end.

    Parameters
    ----------
    pieces
        From `geo_dispatch.coverage.stretches.pieces_of`.
    limit_s
        Seconds.
    k
        At least 1.
    """
    low = _shares(pieces.up_s, pieces.up_over_s[pieces.vehicle], limit_s)
    high = _shares(pieces.down_s, pieces.down_over_s[pieces.vehicle], limit_s)
    whole = low + high >= 1.0
    missing = np.maximum(k - whole.sum(axis=0), 0)
    low, high = (np.sort(np.where(whole, 0.0, share), axis=0)[::-1] for share in (low, high))
    count, pieces_n = low.shape
    reached = np.where(missing == 0, 1.0, 0.0)
    columns = np.arange(pieces_n)

    def at(sorted_: FloatArray, rank: FloatArray) -> FloatArray:
        """Return the rank-th largest share of each piece: all for rank 0, nothing beyond the last."""
        row = np.clip(rank.astype(np.int64) - 1, 0, count - 1)
        found: FloatArray = np.where(rank <= 0, 1.0, np.where(rank > count, 0.0, sorted_[row, columns]))
        return found

    covered_to = np.zeros(pieces_n)  # intervals come by rising begin: from the low end, between, from the high end
    length = np.zeros(pieces_n)
    for from_low in range(k, -1, -1):
        use = (from_low <= missing) & (missing > 0)
        end = np.where(use, at(low, np.full(pieces_n, float(from_low))), 0.0)
        begin = np.where(use, 1.0 - at(high, (missing - from_low).astype(np.float64)), 1.0)
        begin = np.maximum(begin, covered_to)
        length += np.clip(end - begin, 0.0, 1.0)
        covered_to = np.maximum(covered_to, np.where(end > begin, end, covered_to))
    metres: FloatArray = pieces.length_m * np.where(missing == 0, reached, np.minimum(length, 1.0))
    return metres


def _shares(start_s: FloatArray, over_s: FloatArray, limit_s: float) -> FloatArray:
    """Return the share of each piece that each responder reaches from one end, shape ``(n_responders, n)``."""
    left = np.where(np.isfinite(start_s) & np.isfinite(over_s), limit_s - start_s, -1.0)
    span = np.where(np.isfinite(over_s) & (over_s > 0), over_s, 1.0)
    found: FloatArray = np.where(left >= 0, np.clip(left / span, 0.0, 1.0), 0.0)
    return found
