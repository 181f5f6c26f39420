"""Drives as sums: seconds by road class along the way, seconds of turns, and seconds that a top speed fixes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from geo_dispatch.errors import CoordinateError
from geo_dispatch.geometry import FloatArray, IntArray
from geo_dispatch.progress import NO_PROGRESS, Progress
from geo_dispatch.replay.calibrate.drives import Drive
from geo_dispatch.routing import Calibration, FoundPath, Router
from geo_dispatch.routing.calibration import ALL_HOURS
from geo_dispatch.town.network import Network

__all__ = ["Design", "make_design"]


@dataclass(frozen=True, slots=True)
class Design:
    """Drives over ways that were found with some factors.

    Attributes
    ----------
    classes, bands, profiles
        Names that the columns and codes stand for.
    base_s
        Uncalibrated seconds by class, shape ``(n, n_classes)``.
    turn_s
        Uncalibrated seconds of turns, shape ``(n,)``.
    fixed_s
        Seconds where the vehicle's top speed decides, shape ``(n,)``.
    band, profile, day
        Codes, and number of the day, shape ``(n,)``.
    length_m
        Of the ways, shape ``(n,)``; NaN where there is none.
    recorded_s, predicted_s
        As recorded, and as the factors say, inf where there is no way, shape ``(n,)``.
    """

    classes: tuple[str, ...]
    bands: tuple[str, ...]
    profiles: tuple[str, ...]
    base_s: FloatArray
    turn_s: FloatArray
    fixed_s: FloatArray
    band: IntArray
    profile: IntArray
    day: IntArray
    length_m: FloatArray
    recorded_s: FloatArray
    predicted_s: FloatArray

    def rows(self, chosen: IntArray) -> Design:
        """Return some of the drives."""
        shared = (self.classes, self.bands, self.profiles)
        columns = (getattr(self, name)[chosen] for name in list(Design.__slots__)[3:])
        return Design(*shared, *columns)


def make_design(
    network: Network,
    router: Router,
    drives: Sequence[Drive],
    hours: Mapping[str, tuple[str, str]],
    progress: Progress = NO_PROGRESS,
) -> Design:
    """Find the ways of drives, and what they are made of.

    Parameters
    ----------
    network, router
        The town's; the router with the factors that ways are to be found with.
    drives
        In any order.
    hours
        The bands.
    progress
        Told of each drive.
    """
    classes = tuple(sorted({str(name) for name in network.segments.text("highway").vocabulary()}))
    profiles = tuple(sorted({drive.profile for drive in drives}))
    clock, bands = Calibration(hours, {}, {}), (*hours, ALL_HOURS)
    sums = _Sums(network, router, classes, len(drives))
    for row, drive in enumerate(drives):
        sums.add(row, drive)
        progress.advance()
    return Design(
        classes, bands, profiles, sums.base_s, sums.turn_s, sums.fixed_s,
        np.asarray([bands.index(clock.band_at(drive.local)) for drive in drives], dtype=np.int64),
        np.asarray([profiles.index(drive.profile) for drive in drives], dtype=np.int64),
        np.asarray([drive.local.toordinal() for drive in drives], dtype=np.int64),
        sums.length_m, np.asarray([drive.seconds for drive in drives]), sums.predicted_s,
    )  # fmt: skip


class _Sums:
    """Adds up the seconds of drives over their ways."""

    def __init__(self, network: Network, router: Router, classes: Sequence[str], count: int) -> None:
        self._network, self._router = network, router
        text = network.segments.text("highway")
        of_code = [classes.index(name) for name in text.vocabulary()]
        codes = np.asarray([*of_code, 0], dtype=np.int64)[np.asarray(text.codes)]
        self._column = codes[np.asarray(network.arc_segment)]
        self._factors: dict[tuple[str, str], FloatArray] = {}
        self.base_s = np.zeros((count, len(classes)))
        self.turn_s, self.fixed_s = np.zeros(count), np.zeros(count)
        self.length_m, self.predicted_s = np.full(count, np.nan), np.full(count, np.inf)

    def add(self, row: int, drive: Drive) -> None:
        """Find the way of a drive, and add it up; nothing where there is none."""
        router = self._router
        try:
            vehicle = router.vehicle(drive.profile, size=drive.size, at=drive.local)
            search = router.search(drive.profile, size=drive.size, at=drive.local, closures=drive.closures)
            ends = [router.snapper.snap(spot, usable=vehicle.usable).point for spot in (drive.start, drive.end)]
        except CoordinateError:
            return
        found = search.one_to_one(ends[0], ends[1])
        if found is None:
            return
        arcs, share = found.arcs, _shares(found)
        driven = share * vehicle.graph.arc_time_s[arcs]
        own = share * np.asarray(self._network.arc_time_s)[arcs] / vehicle.profile.speed_factor
        capped = driven > own * self._factor(drive)[arcs] * (1 + 1e-9)
        self.fixed_s[row] = float(driven[capped].sum())
        np.add.at(self.base_s[row], self._column[arcs[~capped]], own[~capped])
        turning = 1.0 if router.calibration is None else router.calibration.turn_factor
        self.turn_s[row] = float(found.turn_s.sum()) / turning
        self.length_m[row] = float((share * np.asarray(self._network.arc_length_m)[arcs]).sum())
        self.predicted_s[row] = found.time_s

    def _factor(self, drive: Drive) -> FloatArray:
        """Return the factor of each arc that the router counts with."""
        calibration = self._router.calibration
        band = ALL_HOURS if calibration is None else calibration.band_at(drive.local)
        key = (drive.profile, band)
        if key not in self._factors:
            told = None if calibration is None else calibration.arc_factors(self._network, *key)
            self._factors[key] = np.ones(self._network.arc_count) if told is None else told
        return self._factors[key]


def _shares(found: FoundPath) -> FloatArray:
    """Return how much of each arc is driven, shape ``(n_arcs,)``."""
    share = np.ones(len(found.arcs))
    share[-1] = found.end_share
    share[0] -= found.start_share
    return share
