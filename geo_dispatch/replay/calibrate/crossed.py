"""How well factors predict days that they were not fitted to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from geo_dispatch.geometry import FloatArray, IntArray
from geo_dispatch.replay.accuracy import Accuracy, measure_accuracy, resampled_days
from geo_dispatch.replay.calibrate.design import Design
from geo_dispatch.replay.calibrate.fit import Spread, figures, fit_factors, predict

__all__ = ["Held", "choose_spread", "day_folds", "measure_held"]


@dataclass(frozen=True, slots=True)
class Held:
    """How well drives are predicted by factors fitted to other days, and by the assumed speeds.

    Attributes
    ----------
    assumed, calibrated
        With the assumed speeds; with factors of the other days.
    gain_s, gain95_s
        By how many seconds the mean error is less, and 95% bounds of that by resampled days.
    """

    assumed: Accuracy
    calibrated: Accuracy
    gain_s: float
    gain95_s: tuple[float, float]

    @property
    def is_better(self) -> bool:
        """Tell whether the factors are surely better."""
        return self.gain95_s[0] > 0


def day_folds(day: IntArray, count: int, *, seed: int) -> Iterator[tuple[IntArray, IntArray]]:
    """Yield rows to fit to and rows to predict, whole days in each, every day predicted once.

    Parameters
    ----------
    day
        Number of the day of each row.
    count
        Of folds.
    seed
        Deals the days out.

    Examples
    --------
    >>> rows = np.array([1, 1, 2, 3])
    >>> sorted(int(row) for _, held in day_folds(rows, 2, seed=0) for row in held)
    [0, 1, 2, 3]
    """
    days = np.random.default_rng(seed).permutation(np.unique(day))
    for fold in range(min(count, len(days))):
        held = np.isin(day, days[fold::count])
        yield np.flatnonzero(~held), np.flatnonzero(held)


def choose_spread(design: Design, *, seed: int) -> Spread:
    """Return how far factors may stray to predict other days best, over the ways of the design.

    Parameters
    ----------
    design
        Drives.
    seed
        Deals the days out.
    """
    table = figures()
    tried = [Spread(a, b) for a in table["class_spread"] for b in table["band_spread"]]
    folds = list(day_folds(design.day, int(table["inner_folds"]), seed=seed))

    def error_of(spread: Spread) -> float:
        total = 0.0
        for fit, held in folds:
            rows = design.rows(held)
            told = predict(rows, fit_factors(design.rows(fit), spread))
            total += float(np.abs(told / rows.recorded_s - 1.0).clip(max=1.0).sum())
        return total

    return min(tried, key=error_of)


def measure_held(
    recorded_s: FloatArray,
    assumed_s: FloatArray,
    calibrated_s: FloatArray,
    inside: Sequence[FloatArray],
    day: IntArray,
    *,
    seed: int,
) -> Held:
    """Measure how well held-out drives are predicted.

    Parameters
    ----------
    recorded_s, assumed_s, calibrated_s
        Seconds, shape ``(n,)``.
    inside
        Whether each recorded time lies in the interval of the assumed speeds, and of the factors.
    day
        Number of the day, shape ``(n,)``.
    seed
        Of the resampling.
    """
    before, after = (
        measure_accuracy(recorded_s, told, within.astype(bool), day, seed=seed)
        for told, within in zip((assumed_s, calibrated_s), inside, strict=True)
    )
    if before is None or after is None:
        raise ValueError("there is no drive to measure")
    gained = np.abs(assumed_s - recorded_s) - np.abs(calibrated_s - recorded_s)
    _, number = np.unique(day, return_inverse=True)
    sums, rows = np.bincount(number, weights=gained), np.bincount(number).astype(np.float64)
    drawn = [float(count @ sums / (count @ rows)) for count in resampled_days(len(rows), seed=seed)]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Held(before, after, float(gained.mean()), (float(low), float(high)))
