"""What the model says of a recorded trip: turnout, travel and response, and the way driven."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from geo_dispatch.data_tables import load_table
from geo_dispatch.errors import CoordinateError
from geo_dispatch.recommend import CallPlace, CallUnit
from geo_dispatch.recommend.arrival import Arrivals
from geo_dispatch.replay.clock import WallClock
from geo_dispatch.replay.town import ReplayTown
from geo_dispatch.replay.whereabouts import Seen
from geo_dispatch.routing import Closure

__all__ = ["Prediction", "Predictor"]


@dataclass(frozen=True, slots=True)
class Prediction:
    """What the model says of a trip.

    Attributes
    ----------
    turnout_s, travel_s, response_s
        Expected.
    turnout_interval_s, travel_interval_s, response_interval_s
        Around them.
    road_class, area
        The class of road that takes most of the way's time, and the municipality that the call was in; None when unknown.
    """

    turnout_s: float
    travel_s: float
    response_s: float
    turnout_interval_s: tuple[float, float]
    travel_interval_s: tuple[float, float]
    response_interval_s: tuple[float, float]
    road_class: str | None
    area: str | None


class Predictor:
    """Tells what the model says of recorded trips.

    Parameters
    ----------
    at
        The town.
    """

    def __init__(self, at: ReplayTown) -> None:
        self._town, self._router = at.town, at.router
        self._arrivals = Arrivals(at.town, at.router, at.router.snapper)
        self._by_water = tuple(load_table("geo_dispatch.recommend", "figures")["by_water"])

    def predict(
        self, seen: Seen, place: CallPlace, moment: float, local: datetime, closures: tuple[Closure, ...]
    ) -> Prediction | str:
        """Return what the model says; in words why it says nothing, where it does.

        Parameters
        ----------
        seen
            The unit.
        place
            Where it went.
        moment, local
            When it was dispatched: seconds since 1970, and by the town's clock.
        closures
            What was closed.
        """
        unit = seen.unit
        if unit.kind in self._by_water:
            return "goes by water"
        if unit.last_position is None and unit.home is None:
            return "start unknown"
        driver = self._arrivals.driver(unit, WallClock.aware(moment))
        try:
            arrival = self._arrivals.find([driver], [place.position], [1.0], at=local, closures=closures)[0]
        except CoordinateError:
            return "far from every road"
        if not np.isfinite(arrival.travel_s):
            return "no way"
        over = unit.call_over_s or 0.0
        return Prediction(
            turnout_s=driver.before_s,
            travel_s=arrival.travel_s,
            response_s=arrival.response_s,
            turnout_interval_s=(over + driver.turnout_s[0], over + driver.turnout_s[2]),
            travel_interval_s=self._router.profile(driver.profile).interval_s(arrival.travel_s),
            response_interval_s=arrival.interval_s,
            road_class=self._road_class(unit, driver.profile, place, local, closures),
            area=self._area(place),
        )

    def _road_class(
        self, unit: CallUnit, profile: str, place: CallPlace, local: datetime, closures: tuple[Closure, ...]
    ) -> str | None:
        vehicle = self._router.vehicle(profile, size=unit.size, at=local)
        search = self._router.search(profile, size=unit.size, at=local, closures=closures)
        start = unit.last_position or unit.home
        assert start is not None  # told apart before
        ends = [self._router.snapper.snap(p, usable=vehicle.usable).point for p in (start, place.position)]
        found = search.one_to_one(ends[0], ends[1])
        if found is None:
            return None
        network = self._town.network
        seconds: dict[str, float] = {}
        classes = network.segments.text("highway")
        for arc in found.arcs.tolist():
            name = classes[int(network.arc_segment[arc])]
            if name is not None:
                seconds[name] = seconds.get(name, 0.0) + float(network.arc_time_s[arc])
        return max(seconds, key=lambda name: (seconds[name], name), default=None)

    def _area(self, place: CallPlace) -> str | None:
        snap = self._router.snapper.snap(place.position)
        name = self._town.network.segments.text("municipality")[snap.segment]
        return None if name is None else str(name)
