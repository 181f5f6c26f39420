"""Recorded trips that tell of speeds: where they began is known, where they led, and how long they took."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random

from geo_dispatch.data_tables import load_table
from geo_dispatch.geometry import LonLat
from geo_dispatch.progress import NO_PROGRESS, Progress
from geo_dispatch.recommend import CallPlace
from geo_dispatch.recommend.arrival import Arrivals
from geo_dispatch.replay.clock import WallClock
from geo_dispatch.replay.places import TripPlaces, Unplaced
from geo_dispatch.replay.town import ReplayTown
from geo_dispatch.replay.trips import Trip
from geo_dispatch.replay.whereabouts import Whereabouts
from geo_dispatch.replay.worklist import Worklist
from geo_dispatch.routing import Closure, VehicleSize

__all__ = ["Drive", "DriveCollector", "Drives"]


@dataclass(frozen=True, slots=True)
class Drive:
    """A trip that tells of speeds: who drove from where to where, when by the town's clock, and for how many seconds."""

    profile: str
    size: VehicleSize
    start: LonLat
    end: LonLat
    local: datetime
    seconds: float
    closures: tuple[Closure, ...] = ()


@dataclass(frozen=True, slots=True)
class Drives:
    """Trips that tell of speeds, and how many tell nothing, by reason."""

    drives: tuple[Drive, ...]
    left_out: Mapping[str, int]


class DriveCollector:
    """Finds the trips that tell of speeds.

    Parameters
    ----------
    at
        The town.
    trips
        All recorded trips.
    """

    def __init__(self, at: ReplayTown, trips: Worklist) -> None:
        self._at, self._trips = at, trips
        self._places = TripPlaces(at.locator)
        self._whereabouts = Whereabouts(at, trips, self._places)
        self._arrivals = Arrivals(at.town, at.router, at.router.snapper)
        self._clock = WallClock(at.town.zone)
        calls, figures = (load_table("geo_dispatch.replay", "calls"), load_table(__package__ or "", "calibrate"))
        self._least_s, self._known_m = float(calls["least_travel_s"]), float(calls["known_place_m"])
        self._starts = tuple(figures["starts"])
        self._by_water = tuple(load_table("geo_dispatch.recommend", "figures")["by_water"])

    def collect(self, *, most: int, seed: int, progress: Progress = NO_PROGRESS) -> Drives:
        """Return at most so many drives, drawn at random where there are more.

        Parameters
        ----------
        most
            How many.
        seed
            Of the draw.
        progress
            Told of each trip.
        """
        left: Counter[str] = Counter()
        drawn = _drawn(self._timed(left), most, seed)
        progress.stage("finding where trips began", total=len(drawn))
        drives = []
        for trip in sorted(drawn, key=lambda trip: (trip.dispatched, trip.line)):
            found = self._drive(trip)
            if isinstance(found, Drive):
                drives.append(found)
            else:
                left[found] += 1
            progress.advance()
        return Drives(tuple(drives), dict(sorted(left.items())))

    def _timed(self, left: Counter[str]) -> Iterable[Trip]:
        for trip in self._trips.trips():
            if trip.travel_s is None:
                left["no travel time"] += 1
            elif trip.travel_s < self._least_s:
                left["en route and on scene at once"] += 1
            else:
                yield trip

    def _drive(self, trip: Trip) -> Drive | str:
        """Return the drive of a trip; why it tells nothing of speeds, where it does not."""
        place = self._places.find(trip)
        if isinstance(place, Unplaced):
            return place.code
        if place.radius90_m > self._known_m:
            return "place known only roughly"
        seen = self._whereabouts.one(trip)
        if seen.start not in self._starts:
            return f"began {seen.start}: where is not known"
        unit = seen.unit
        if unit.kind in self._by_water:
            return "goes by water"
        start = unit.last_position or unit.home
        if start is None:
            return "no quarters on file"
        profile = self._arrivals.driver(unit, WallClock.aware(trip.dispatched)).profile
        return self._made(trip, place, profile, unit.size, start)

    def _made(self, trip: Trip, place: CallPlace, profile: str, size: VehicleSize, start: LonLat) -> Drive:
        local = self._clock.local(trip.dispatched)
        seconds = float(trip.travel_s or 0.0)
        return Drive(profile, size, start, place.position, local, seconds, self._at.closures_at(local))


def _drawn(trips: Iterable[Trip], most: int, seed: int) -> list[Trip]:
    """Draw so many at random in one pass (Vitter 1985, algorithm R, doi 10.1145/3147.3165)."""
    rng, kept = Random(seed), []
    for number, trip in enumerate(trips):
        if number < most:
            kept.append(trip)
        elif (place := rng.randrange(number + 1)) < most:
            kept[place] = trip
    return kept
