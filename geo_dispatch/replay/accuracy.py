"""How far predicted times are from recorded ones, with confidence intervals from resampled days.

Calls of one day share weather, traffic and crews, so whole days are resampled, not rows (the cluster bootstrap: Davison & Hinkley 1997,
*Bootstrap Methods and their Application*, section 3.8; Field & Welsh 2007, doi 10.1111/j.1467-9868.2007.00593.x).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from geo_dispatch.data_tables import load_table
from geo_dispatch.geometry import FloatArray

__all__ = ["Accuracy", "measure_accuracy", "resampled_days"]

_LOW, _HIGH = 0.025, 0.975


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How far predicted times are from recorded ones; errors are predicted minus recorded, seconds.

    Attributes
    ----------
    n, days
        Rows, and days that they are of.
    recorded_mean_s, predicted_mean_s
        Means.
    bias_s, mae_s
        Mean error, and mean of its size.
    p50_s, p90_s
        Half, and 9 in 10, of the errors are no larger.
    within
        Share of recorded times inside the interval that was given.
    interval95
        Bounds of 95% around the figures of those names; empty when the days are too few.
    """

    n: int
    days: int
    recorded_mean_s: float
    predicted_mean_s: float
    bias_s: float
    mae_s: float
    p50_s: float
    p90_s: float
    within: float
    interval95: Mapping[str, tuple[float, float]] = field(default_factory=dict)


def measure_accuracy(
    recorded_s: FloatArray,
    predicted_s: FloatArray,
    inside: npt.NDArray[np.bool_],
    day: npt.NDArray[np.int64],
    *,
    seed: int,
) -> Accuracy | None:
    """Measure how far predicted times are from recorded ones; None without rows.

    Parameters
    ----------
    recorded_s, predicted_s
        Seconds, shape ``(n,)``.
    inside
        Whether the recorded time lies in the interval given, shape ``(n,)``.
    day
        Number of the day of each row, shape ``(n,)``.
    seed
        Of the resampling.

    Returns
    -------
    Accuracy or None
        The same for the same seed.

    Examples
    --------
    >>> found = measure_accuracy(np.array([60.0, 90.0]), np.array([70.0, 90.0]), np.array([True, True]), np.array([0, 1]), seed=1)
    >>> found.bias_s, found.mae_s, found.within, dict(found.interval95)
    (5.0, 5.0, 1.0, {})
    """
    if not len(recorded_s):
        return None
    error = predicted_s - recorded_s
    size = np.sort(np.abs(error))
    days, number = np.unique(day, return_inverse=True)
    table = load_table("geo_dispatch.replay", "calls")
    bounds = {}
    if len(days) >= table["least_days"]:
        bounds = _bounds(error, inside, number, len(days), seed)
    return Accuracy(
        n=len(error),
        days=len(days),
        recorded_mean_s=float(recorded_s.mean()),
        predicted_mean_s=float(predicted_s.mean()),
        bias_s=float(error.mean()),
        mae_s=float(size.mean()),
        p50_s=_quantile(size, np.ones(len(size)), 0.5),
        p90_s=_quantile(size, np.ones(len(size)), 0.9),
        within=float(inside.mean()),
        interval95=bounds,
    )


def _quantile(rising: FloatArray, weight: FloatArray, share: float) -> float:
    """Return the least value that so large a share is no larger than."""
    total = np.cumsum(weight)
    return float(rising[min(int(np.searchsorted(total, share * total[-1] - 1e-9)), len(rising) - 1)])


def resampled_days(days: int, *, seed: int) -> Iterator[FloatArray]:
    """Yield how often each day is drawn, shape ``(days,)``, for each resampling.

    Parameters
    ----------
    days
        How many there are.
    seed
        The same seed draws the same.
    """
    rng = np.random.default_rng(seed)
    for _ in range(int(load_table("geo_dispatch.replay", "calls")["bootstrap"])):
        yield rng.multinomial(days, np.full(days, 1 / days)).astype(np.float64)


def _bounds(
    error: FloatArray, inside: npt.NDArray[np.bool_], day: npt.NDArray[np.int64], days: int, seed: int
) -> dict[str, tuple[float, float]]:
    size = np.abs(error)
    order = np.argsort(size, kind="stable")
    rising, day_of = size[order], day[order]
    sums = np.column_stack(
        [np.bincount(day, weights=w, minlength=days) for w in (np.ones(len(day)), error, size, inside)]
    )
    drawn = []
    for count in resampled_days(days, seed=seed):
        n, bias, mae, within = count @ sums
        weight = count[day_of]
        quantiles = (_quantile(rising, weight, share) for share in (0.5, 0.9))
        drawn.append((bias / n, mae / n, within / n, *quantiles))
    low, high = np.quantile(drawn, [_LOW, _HIGH], axis=0)
    names = ("bias_s", "mae_s", "within", "p50_s", "p90_s")
    return {name: (float(low[at]), float(high[at])) for at, name in enumerate(names)}
