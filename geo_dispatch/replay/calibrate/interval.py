"""The interval of travel times that recorded trips bear out."""

from __future__ import annotations

import numpy as np

from geo_dispatch.geometry import FloatArray
from geo_dispatch.replay.calibrate.fit import figures
from geo_dispatch.routing import IntervalFactors

__all__ = ["fit_interval"]


def fit_interval(recorded_s: FloatArray, predicted_s: FloatArray) -> IntervalFactors:
    """Return the interval around predicted times that holds a stated share of recorded ones, as many above it as below.

    Of the extra seconds tried those are taken with which short and long drives lie above it equally often.

    Parameters
    ----------
    recorded_s, predicted_s
        Seconds, shape ``(n,)``; predicted by factors that were fitted to other days.

    Examples
    --------
    >>> told = np.linspace(100, 900, 4001)
    >>> found = fit_interval(told * (1 + 0.3 * np.sin(np.arange(4001))), told)
    >>> found.low_factor, found.high_factor, found.high_extra_s
    (0.704, 1.296, 0.0)
    """
    tail = (1.0 - float(figures()["interval_share"])) / 2
    short = predicted_s <= np.median(predicted_s)
    best = (np.inf, 0.0, 1.0)
    for extra in figures()["extra_tried_s"]:
        ratio = (recorded_s - extra) / predicted_s
        high = float(np.quantile(ratio, 1.0 - tail))
        if high < 1.0 and extra > 0:
            break  # so many seconds more would hold more than was asked for
        high = max(high, 1.0)
        above = ratio > high
        uneven = abs(float(above[short].mean()) - float(above[~short].mean() if (~short).any() else 0.0))
        if uneven < best[0] - 1e-9:
            best = (uneven, float(extra), high)
    low = min(1.0, float(np.quantile(recorded_s / predicted_s, tail)))
    share = figures()["interval_share"]
    basis = f"holds {share:.0%} of {len(recorded_s)} recorded trips, predicted by those of other days"
    return IntervalFactors(round(low, 3), round(best[2], 3), best[1], basis)
