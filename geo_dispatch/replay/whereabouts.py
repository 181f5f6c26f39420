"""Units as they were when a call came in: told by the calls they were on, and nothing else.

A unit is busy from dispatch to clearing. For a while after that it is somewhere around its last call, as far off as it can have
driven since; then in its quarters.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from geo_dispatch.data_tables import load_table
from geo_dispatch.live.statuses import load_workflow
from geo_dispatch.live.times import utc_text
from geo_dispatch.recommend import CallPlace, CallUnit
from geo_dispatch.replay.clock import WallClock
from geo_dispatch.replay.places import TripPlaces
from geo_dispatch.replay.town import ReplayTown
from geo_dispatch.replay.trips import Trip
from geo_dispatch.replay.worklist import Worklist

__all__ = ["Seen", "Whereabouts"]


@dataclass(frozen=True, slots=True)
class Seen:
    """A unit as it was: the trip that kept it busy, if any, and where it started from ("home", "returning", "other call", "told")."""

    unit: CallUnit
    busy_on: str | None
    start: str


class Whereabouts:
    """Tells units as they were.

    Parameters
    ----------
    at
        The town.
    trips
        All recorded trips.
    places
        Finds where those were.
    """

    def __init__(self, at: ReplayTown, trips: Worklist, places: TripPlaces) -> None:
        table = load_table("geo_dispatch.replay", "calls")
        self._trips, self._places = trips, places
        self._returning_s, self._back = float(table["returning_s"]), int(table["earlier_trips"])
        flow = load_workflow()
        free = flow.get_status(flow.initial)
        self._units = {
            seed.unit_id: CallUnit.of_seed(seed, status=free.status, assignable=free.assignable) for seed in at.seeds
        }

    def all_units(self, call_id: str, moment: float) -> tuple[Seen, ...]:
        """Return every unit of the town as it was at a moment, apart from what it did on the call itself.

        Parameters
        ----------
        call_id
            The call.
        moment
            Seconds since 1970.
        """
        seen = [self._seen(unit_id, call_id, moment) for unit_id in self._units]
        out = {row.unit.crew_group: row.unit.unit_id for row in seen if row.busy_on and row.unit.crew_group}
        return tuple(_with_crew(row, out) for row in seen)

    def one(self, trip: Trip) -> Seen:
        """Return the unit of a trip as it was when it was dispatched, ready to drive: wherever it was, it went.

        Parameters
        ----------
        trip
            Any.
        """
        seen = self._seen(trip.unit_id, trip.call_id, trip.dispatched)
        free = replace(seen.unit, assignable=True, incident_id=None)
        if trip.start is not None:
            placed = _placed(free, CallPlace(trip.start.lon, trip.start.lat, "told"), trip.dispatched)
            return Seen(placed, seen.busy_on, "told")
        return Seen(free, seen.busy_on, seen.start)

    def _seen(self, unit_id: str, call_id: str, moment: float) -> Seen:
        unit = self._units[unit_id]
        before = self._trips.trips_before(unit_id, moment, limit=self._back)
        last = max((trip for trip in before if trip.call_id != call_id), key=lambda trip: trip.cleared, default=None)
        if last is None:
            return Seen(unit, None, "home")
        if last.cleared > moment:
            there = last.on_scene is not None and last.on_scene <= moment
            busy = replace(unit, status="on_scene" if there else "en_route", assignable=False, status_assumed=False)
            busy = replace(busy, incident_id=last.call_id)
            return self._from(busy, last, moment, last.call_id, "other call")
        if moment - last.cleared <= self._returning_s:
            return self._from(
                replace(unit, status="returning", status_assumed=False), last, last.cleared, None, "returning"
            )
        return Seen(unit, None, "home")

    def _from(self, unit: CallUnit, last: Trip, moment: float, busy_on: str | None, start: str) -> Seen:
        place = self._places.find(last)
        if not isinstance(place, CallPlace):
            return Seen(unit, busy_on, "home")
        return Seen(_placed(unit, place, moment), busy_on, start)


def _placed(unit: CallUnit, place: CallPlace, moment: float) -> CallUnit:
    told = utc_text(WallClock.aware(moment))
    return replace(unit, lon=place.lon, lat=place.lat, position_at=told, accuracy_m=None)


def _with_crew(seen: Seen, out: dict[str, str]) -> Seen:
    mate = out.get(seen.unit.crew_group or "")
    if mate is None or mate == seen.unit.unit_id:
        return seen
    return replace(seen, unit=replace(seen.unit, crew_out_with=mate))


def units_of(seen: Iterable[Seen]) -> tuple[CallUnit, ...]:
    """Return the units as recommendations take them."""
    return tuple(row.unit for row in seen)
