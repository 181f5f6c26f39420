"""When units are there: turnout, travel from where they are or may be, and the interval around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import numpy as np
import numpy.typing as npt

from geo_dispatch.data_tables import load_table
from geo_dispatch.geometry import FloatArray, LonLat
from geo_dispatch.recommend.call import CallUnit
from geo_dispatch.recommend.eligibility import is_on_call
from geo_dispatch.routing import (
    Closure,
    RoadPoint,
    RoadPoints,
    RoadSearch,
    Router,
    Snapper,
    VehicleProfile,
    get_profile,
)
from geo_dispatch.town.town import Town

__all__ = ["Arrival", "Arrivals", "Driver", "Whereabouts", "unlimited"]


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a unit starts from.

    Attributes
    ----------
    position
        Its last position, or its quarters.
    at_home
        Whether it is in quarters.
    assumed
        Nobody has told a position: it is taken to be in quarters.
    age_s
        Of the position.
    reach_s
        Seconds of driving it may be away from the position since; 0 when that is as good as known.
    """

    position: LonLat
    at_home: bool
    assumed: bool
    age_s: float
    reach_s: float


@dataclass(frozen=True, slots=True)
class Driver:
    """A unit with its vehicle and whereabouts; ``profile_assumed`` where its profile is not on file."""

    unit: CallUnit
    profile: str
    profile_assumed: bool
    start: Whereabouts
    turnout_s: tuple[float, float, float]

    @property
    def before_s(self) -> float:
        """Return the seconds before it drives: the call to a neighbour, and turnout."""
        return (self.unit.call_over_s or 0.0) + self.turnout_s[1]


@dataclass(frozen=True, slots=True)
class Arrival:
    """When a unit is there.

    Attributes
    ----------
    travel_s
        Expected travel time, inf when it can't get there.
    response_s
        With turnout, and the call to a neighbour.
    interval_s
        Around the response time.
    by_place_s
        Response time to each of the places that stand for the call.
    """

    travel_s: float
    response_s: float
    interval_s: tuple[float, float]
    by_place_s: FloatArray = field(repr=False)


class Arrivals:
    """Tells when units are there, over the roads as they are.

    Parameters
    ----------
    town
        The town.
    router, snapper
        Of the town.
    """

    def __init__(self, town: Town, router: Router, snapper: Snapper) -> None:
        self._router, self._snapper, self._projection = router, snapper, town.projection
        self._network = town.network
        self._figures = load_table("geo_dispatch.recommend", "figures")
        self._turnout = load_table("geo_dispatch.recommend", "turnout")
        limits = load_table("geo_dispatch.live", "limits")
        self._stale_s, self._tolerance_s = float(limits["stale_after_s"]), float(limits["future_tolerance_s"])

    def driver(self, unit: CallUnit, at: datetime) -> Driver:
        """Return a unit with its vehicle and whereabouts.

        Raises
        ------
        UnitReportError
            If its position is of later than `at`.
        ProfileError
            If it names a profile that there is none of.
        """
        by_kind = self._figures["profile_by_kind"]
        profile = unit.profile or by_kind.get(unit.kind, by_kind["other"])
        start = self._whereabouts(unit, at)
        row = next(row for row in self._turnout["rows"] if self._fits(row, unit, start))
        seconds = (float(row["low"]), float(row["expected"]), float(row["high"]))
        return Driver(unit, get_profile(profile).id, unit.profile is None, start, seconds)

    def _whereabouts(self, unit: CallUnit, at: datetime) -> Whereabouts:
        last, home = unit.last_position, unit.home
        if last is None:
            assert home is not None  # such units were screened out
            return Whereabouts(home, at_home=True, assumed=True, age_s=0.0, reach_s=0.0)
        age = unit.age_s(at, tolerance_s=self._tolerance_s)
        poor = (unit.accuracy_m or 0.0) > self._figures["poor_accuracy_m"]
        reach = age if age > self._stale_s else 0.0
        if poor:
            reach = age + float(unit.accuracy_m or 0.0) / self._figures["metres_per_s"]
        near = home is not None and self._metres(last, home) <= self._turnout["near_home_m"]
        at_home = near and unit.status != "returning"
        return Whereabouts(last, at_home=at_home, assumed=False, age_s=age, reach_s=reach)

    def _metres(self, a: LonLat, b: LonLat) -> float:
        (ax, ay), (bx, by) = self._projection.to_xy(a.lon, a.lat), self._projection.to_xy(b.lon, b.lat)
        return float(np.hypot(ax - bx, ay - by))

    @staticmethod
    def _fits(row: dict[str, object], unit: CallUnit, start: Whereabouts) -> bool:
        kinds = row.get("kinds")
        return (
            (row["where"] == "home") == start.at_home
            and (kinds is None or unit.kind in kinds)  # type: ignore[operator]
            and ("staffed" not in row or is_on_call(unit))
        )

    def find(
        self,
        drivers: Sequence[Driver],
        places: Sequence[LonLat],
        weights: Sequence[float],
        *,
        at: datetime,
        closures: Sequence[Closure],
        more_closed: Closure | None = None,
    ) -> list[Arrival]:
        """Return when each unit is there.

        Parameters
        ----------
        drivers
            Units.
        places, weights
            The places that stand for the call, and their probabilities.
        at
            Local time.
        closures, more_closed
            What is closed.

        Raises
        ------
        CoordinateError
            If a place is far from every road that a vehicle can use.
        """
        shut = (*closures, more_closed) if more_closed is not None else tuple(closures)
        found: list[Arrival | None] = [None] * len(drivers)
        groups: dict[tuple[object, ...], list[int]] = {}
        for row, driver in enumerate(drivers):
            groups.setdefault((driver.profile, driver.unit.size), []).append(row)
        for rows in groups.values():
            one = drivers[rows[0]]
            vehicle = self._router.vehicle(one.profile, size=one.unit.size, at=at)
            search = self._router.search(one.profile, size=one.unit.size, at=at, closures=shut)
            ends = [self._snapper.snap(place, usable=vehicle.usable).point for place in places]
            for row, times in zip(
                rows, self._times(search, [drivers[r] for r in rows], ends, vehicle.usable), strict=True
            ):
                found[row] = _arrival(drivers[row], times, np.asarray(weights), vehicle.profile)
        return [arrival for arrival in found if arrival is not None]

    def _times(
        self, search: RoadSearch, drivers: Sequence[Driver], ends: Sequence[RoadPoint], usable: npt.NDArray[np.bool_]
    ) -> list[FloatArray]:
        """Return low, expected and high travel time of each unit to each place, shape ``(3, n_places)`` each.

        A unit that is far from every road its vehicle can use gets nowhere.
        """
        points: list[RoadPoint] = []
        spans: list[tuple[int, int]] = []
        weights: list[FloatArray] = []
        lasts = self._snapper.find_all([driver.start.position for driver in drivers], usable=usable)
        for driver, last in zip(drivers, lasts, strict=True):
            mine, weight = ([], np.zeros(0)) if last is None else self._starts(search, driver, last.point)
            spans.append((len(points), len(points) + len(mine)))
            points += mine
            weights.append(weight)
        times = np.full((len(points), len(ends)), np.inf)
        if points:
            origins = RoadPoints.of(points)
            for column, end in enumerate(ends):
                times[:, column] = search.many_to_one(origins, end)
        return [
            _spread(times[a:b], weight, driver.start)
            for driver, (a, b), weight in zip(drivers, spans, weights, strict=True)
        ]

    def _starts(self, search: RoadSearch, driver: Driver, last: RoadPoint) -> tuple[list[RoadPoint], FloatArray]:
        """Return the points a unit may start from, the last position first, and the metres of road that each stands for."""
        if driver.start.reach_s <= 0:
            return [last], np.ones(1)
        network = self._network
        reached = search.within(last, driver.start.reach_s)
        arcs = np.flatnonzero(np.isfinite(reached))
        segments = np.unique(np.asarray(network.arc_segment)[arcs])
        lengths = np.asarray(network.segment_length_m)[segments]
        total = float(lengths.sum())
        count = min(int(self._figures["reach_points"]), len(segments))
        if count == 0 or total <= 0:
            return [last], np.ones(1)
        middle = np.cumsum(lengths) - lengths / 2
        wanted = (np.arange(count) + 0.5) * total / count
        chosen = np.unique(np.clip(np.searchsorted(middle, wanted), 0, len(segments) - 1))
        points = [RoadPoint(int(segments[row]), float(lengths[row]) / 2) for row in chosen]
        return [last, *points], np.concatenate([[0.0], np.full(len(points), total / len(points))])


def _spread(times: FloatArray, weight: FloatArray, start: Whereabouts) -> FloatArray:
    """Return low, expected and high travel time to each place, from all points that a unit may start from."""
    places = times.shape[1]
    result = np.full((3, places), np.inf)
    for place in range(places):
        column = times[:, place]
        if not len(column) or not np.isfinite(column).any():
            continue
        known = np.isfinite(column)
        mean = float(np.average(column[known], weights=weight[known])) if weight[known].sum() > 0 else float(column[0])
        # Nothing reached within some seconds is nearer by more than these: the way to it could be driven too.
        slack = start.reach_s if start.reach_s > 0 else (0.0 if start.assumed else start.age_s)
        low = max(0.0, float(column[known].min() if not known[0] else column[0] - slack))
        high = float(column[known].max()) + (0.0 if start.reach_s > 0 else slack)
        result[:, place] = low, max(mean, low), max(high, mean)
    return result


def _arrival(driver: Driver, times: FloatArray, weights: FloatArray, profile: VehicleProfile) -> Arrival:
    known = np.isfinite(times[1])
    call = driver.unit.call_over_s or 0.0
    by_place = times[1] + driver.before_s
    if not known[0]:  # the first is the most probable place; of the others, those it can reach count
        return Arrival(np.inf, np.inf, (np.inf, np.inf), by_place)
    travel = float(np.average(times[1, known], weights=weights[known])) if known.sum() > 1 else float(times[1, 0])
    low = profile.interval_s(float(times[0, known].min()))[0] + driver.turnout_s[0] + call
    high = profile.interval_s(float(times[2, known].max()))[1] + driver.turnout_s[2] + call
    return Arrival(travel, travel + driver.before_s, (low, high), by_place)


def unlimited(driver: Driver) -> Driver:
    """Return a unit that no limit of weight, height or width stops."""
    unit = replace(driver.unit, weight_t=0.0, height_m=0.0, width_m=0.0)
    return replace(driver, unit=unit)
