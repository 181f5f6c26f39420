"""Fitting factors of travel time to drives, and predicting each day by the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from geo_dispatch.geometry import FloatArray, IntArray
from geo_dispatch.progress import Progress
from geo_dispatch.replay.calibrate.crossed import Held, choose_spread, day_folds, measure_held
from geo_dispatch.replay.calibrate.design import Design, make_design
from geo_dispatch.replay.calibrate.drives import Drive
from geo_dispatch.replay.calibrate.fit import Factors, Spread, figures, fit_factors
from geo_dispatch.replay.calibrate.interval import fit_interval
from geo_dispatch.replay.town import ReplayTown
from geo_dispatch.routing import Calibration, IntervalFactors, Router
from geo_dispatch.routing.calibration import ALL_HOURS

__all__ = ["Work", "calibration_of_factors"]


class Work:
    """Fits factors to drives, again and again with the ways that they lead to.

    Parameters
    ----------
    at
        The town; travel times that it may have been built with are left aside.
    drives
        Recorded.
    seed
        Deals days out, and resamples them.
    progress
        Told of stages, and of each way found.

    Attributes
    ----------
    hours, seed, drives
        The bands, the seed, and the drives that tell of speeds.
    left_out
        Drives that tell nothing, by reason.
    first
        The drives over the ways of the assumed speeds.
    """

    def __init__(self, at: ReplayTown, drives: Sequence[Drive], seed: int, progress: Progress) -> None:
        self._network, self.seed, self._progress = at.town.network, seed, progress
        self.hours = {name: (str(a), str(b)) for name, (a, b) in figures()["bands"].items()}
        self._router = at.router.with_calibration(None)
        self.drives = list(drives)
        first = self._design(self._router, self.drives, "finding ways with the assumed speeds") if drives else None
        self.left_out: Counter[str] = Counter()
        if first is not None:
            kept = _kept(first, self.left_out)
            self.drives = [self.drives[row] for row in kept.tolist()]
            self.first = first.rows(kept)

    @property
    def days(self) -> int:
        """Return how many days the drives are of."""
        return len({drive.local.date() for drive in self.drives})

    def _design(self, router: Router, drives: Sequence[Drive], stage: str) -> Design:
        self._progress.stage(stage, total=len(drives))
        return make_design(self._network, router, drives, self.hours, self._progress)

    def router(self, factors: Factors, design: Design, interval: IntervalFactors | None = None) -> Router:
        """Return the router with some factors."""
        return self._router.with_calibration(calibration_of_factors(factors, design, self.hours, interval))

    def fit(self) -> tuple[Factors, Design, float]:
        """Return the factors of all drives, the ways they lead to, and the share of ways that are others than at first."""
        spread, design = choose_spread(self.first, seed=self.seed), self.first
        for turn in range(int(figures()["iterations"])):
            factors = fit_factors(design, spread)
            design = self._design(self.router(factors, design), self.drives, f"finding ways anew, {turn + 1}")
        changed = np.abs(design.length_m - self.first.length_m) > 1.0
        return fit_factors(design, spread), design, float(changed.mean())

    def held(self) -> tuple[Held, IntervalFactors]:
        """Return how well each drive is predicted by the others' days, and the interval that this bears out."""
        recorded, told = self.first.recorded_s, np.full(len(self.drives), np.inf)
        folds = list(day_folds(self.first.day, int(figures()["folds"]), seed=self.seed))
        for number, (fit, rest) in enumerate(folds, start=1):
            told[rest] = self._predicted(fit, rest, f"predicting days by the others, {number} of {len(folds)}")
        interval = fit_interval(recorded, told)
        inside = [self._inside(self.first.predicted_s, None), self._inside(told, interval)]
        held = measure_held(recorded, self.first.predicted_s, told, inside, self.first.day, seed=self.seed)
        return held, interval

    def _predicted(self, fit: IntArray, rest: IntArray, stage: str) -> FloatArray:
        own = self.first.rows(fit)
        spread = choose_spread(own, seed=self.seed)
        router = self.router(fit_factors(own, spread), own)
        again = self._design(router, [self.drives[row] for row in fit.tolist()], stage)
        router = self.router(_fitted(again, own, spread), again)
        return self._design(router, [self.drives[row] for row in rest.tolist()], stage).predicted_s

    def _inside(self, told: FloatArray, interval: IntervalFactors | None) -> FloatArray:
        """Tell which recorded times lie in the interval of a time, of the profile or of a calibration."""
        result = np.zeros(len(told))
        for row, drive in enumerate(self.drives):
            profile = self._router.profile(drive.profile)
            if interval is not None:
                profile = Calibration({}, {drive.profile: 1.0}, {}, 1.0, interval).adjusted(profile)
            low, high = profile.interval_s(float(told[row]))
            result[row] = low <= drive.seconds <= high
        return result


def _fitted(design: Design, before: Design, spread: Spread) -> Factors:
    known = np.flatnonzero(np.isfinite(design.predicted_s))
    return fit_factors(design.rows(known) if len(known) else before, spread)


def _kept(design: Design, left: Counter[str]) -> IntArray:
    """Return the rows that tell of speeds, and count the others."""
    odd = float(figures()["odd_factor"])
    ratio = design.recorded_s / design.predicted_s
    no_way = ~np.isfinite(design.predicted_s)
    short = ~no_way & (design.length_m < figures()["least_route_m"])
    strange = ~no_way & ~short & ((ratio > odd) | (ratio < 1 / odd))
    for reason, rows in (("no way", no_way), ("a short way", short), ("far slower or faster than any drive", strange)):
        if rows.any():
            left[reason] += int(rows.sum())
    return np.flatnonzero(~(no_way | short | strange))


def calibration_of_factors(
    factors: Factors,
    design: Design,
    hours: Mapping[str, tuple[str, str]],
    interval: IntervalFactors | None = None,
    made: Mapping[str, object] | None = None,
) -> Calibration:
    """Return factors as routing takes them: classes that were driven on, and one row for all others.

    Parameters
    ----------
    factors, design
        The factors, and what they were fitted to.
    hours
        The bands.
    interval, made
        As of `Calibration`.
    """
    driven = design.base_s.sum(axis=0)
    table: dict[str, dict[str, float]] = {}
    for at, name in enumerate(design.classes):
        if driven[at] > 0:
            row = {band: round(float(factors.by_band[design.bands.index(band), at]), 4) for band in hours}
            table[name] = {ALL_HOURS: round(float(factors.by_class[at]), 4), **row}
    table["default"] = {ALL_HOURS: round(factors.overall, 4)}
    profiles = {name: round(float(factors.by_profile[at]), 4) for at, name in enumerate(design.profiles)}
    return Calibration(dict(hours), profiles, table, round(factors.turn, 4), interval, dict(made or {}))
