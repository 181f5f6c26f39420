"""What the rest of town loses while units are away, and the one move that brings most of it back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np
import numpy.typing as npt

from geo_dispatch.data_tables import load_table
from geo_dispatch.errors import CoordinateError
from geo_dispatch.geometry import FloatArray, LonLat
from geo_dispatch.recommend.answer import CoverAfter, MoveUp
from geo_dispatch.recommend.arrival import Driver
from geo_dispatch.routing import Closure, RoadPoint, RoadPoints, Router, Snapper, address_points
from geo_dispatch.town.town import Town

__all__ = ["Cover"]

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Reach:
    """What is within the threshold: addresses, and the metres of each segment."""

    addresses: Mask
    metres: FloatArray


@dataclass(frozen=True, slots=True)
class _Station:
    station_id: str
    name: str
    kind: str | None
    position: LonLat


class Cover:
    """Tells what is covered by a capability.

    Parameters
    ----------
    town
        The town.
    router, snapper
        Of the town.
    """

    def __init__(self, town: Town, router: Router, snapper: Snapper) -> None:
        self._town, self._router, self._snapper = town, router, snapper
        self._network = town.network

    @staticmethod
    def threshold_s(capability: str) -> float:
        """Return the travel time within which a capability covers, seconds."""
        table = load_table("geo_dispatch.recommend", "figures")["cover"]
        return float(table.get(capability, table["other"]))

    def after(
        self,
        capability: str,
        staying: Sequence[Driver],
        going: Sequence[Driver],
        *,
        at: datetime,
        closures: Sequence[Closure],
    ) -> tuple[CoverAfter, tuple[MoveUp, ...]]:
        """Return what is covered now and not when units have gone, and the move that restores most of it.

        Parameters
        ----------
        capability
            What covers.
        staying, going
            Units that have it and could be sent elsewhere: those left, and those that go or whose crew goes.
        at
            Local time.
        closures
            What is closed.
        """
        limit = self.threshold_s(capability)
        reach = _Reaches(self, limit, at, closures)
        left = [reach.of(driver, driver.start.position) for driver in staying]
        after = _union(left, self._none)
        before = _union([after, *(reach.of(driver, driver.start.position) for driver in going)], self._none)
        lost = CoverAfter(
            int((before.addresses & ~after.addresses).sum()),
            round(float(np.maximum(before.metres - after.metres, 0.0).sum()), 1),
            limit,
        )
        if lost.addresses_lost == 0 and lost.road_m_lost < 1:
            return lost, ()
        return lost, self._move(capability, staying, left, after, reach, [*staying, *going])

    def _move(
        self,
        capability: str,
        staying: Sequence[Driver],
        left: Sequence[_Reach],
        after: _Reach,
        reach: _Reaches,
        units: Sequence[Driver],
    ) -> tuple[MoveUp, ...]:
        found: list[tuple[tuple[int, float], MoveUp]] = []
        for row, driver in enumerate(staying):
            if driver.unit.neighbour is not None:
                continue
            others = _union([r for other, r in enumerate(left) if other != row], self._none)
            for station in self._stations_for(units):
                if driver.unit.station_id == station.station_id and driver.start.at_home:
                    continue
                moved = _union([others, reach.of(driver, station.position)], self._none)
                addresses = int(moved.addresses.sum()) - int(after.addresses.sum())
                metres = round(float(moved.metres.sum() - after.metres.sum()), 1)
                if (addresses, metres) <= (0, 0.0) or addresses < 0:
                    continue
                way_s = reach.travel_s(driver, station.position)
                if np.isfinite(way_s):
                    move = MoveUp(
                        driver.unit.unit_id, station.station_id, station.name, capability, addresses, metres, way_s
                    )
                    found.append(((addresses, metres), move))
        return (max(found, key=lambda pair: (pair[0], pair[1].unit))[1],) if found else ()

    # --- the town --------------------------------------------------------------------------------

    @property
    def _none(self) -> _Reach:
        return _Reach(np.zeros(len(self._addresses), dtype=bool), np.zeros(self._network.segment_count, dtype=float))

    @cached_property
    def _addresses(self) -> RoadPoints:
        """Return where the addresses that have a road lie on it."""
        points = address_points(self._town, self._snapper)
        there = points.segment >= 0
        return RoadPoints(points.segment[there], points.along_m[there])

    @cached_property
    def _stations(self) -> tuple[_Station, ...]:
        table = self._town.table("stations")
        return tuple(
            _Station(
                str(table.text("station_id")[row]),
                str(table.text("name")[row]),
                table.text("kind")[row],
                LonLat(float(table.lon[row]), float(table.lat[row])),
            )
            for row in range(len(table))
            if np.isfinite(table.lon[row])
        )

    def _stations_for(self, units: Iterable[Driver]) -> list[_Station]:
        """Return the stations of the kinds that these units have; all when that is not known."""
        homes = {driver.unit.station_id for driver in units}
        kinds = {station.kind for station in self._stations if station.station_id in homes}
        return [station for station in self._stations if not kinds or station.kind in kinds]

    # --- what one unit reaches ---------------------------------------------------------------------

    def reach(
        self, driver: Driver, position: LonLat, limit_s: float, *, at: datetime, closures: Sequence[Closure]
    ) -> _Reach:
        """Return the addresses and metres of road within a travel time of a unit at a position."""
        size = driver.unit.size
        vehicle = self._router.vehicle(driver.profile, size=size, at=at)
        search = self._router.search(driver.profile, size=size, at=at, closures=closures)
        try:
            start = self._snapper.snap(position, usable=vehicle.usable).point
        except CoordinateError:
            return self._none
        reached = search.within(start, limit_s)
        time = np.where(np.isfinite(reached), np.asarray(search.arc_time_s), np.inf)
        network = self._network
        metres = np.zeros(network.segment_count)
        address_s = np.full(len(self._addresses), np.inf)
        lengths = np.asarray(network.segment_length_m)
        segment, along = self._addresses.segment, self._addresses.along_m
        share = np.clip(np.divide(along, lengths[segment], out=np.zeros(len(along)), where=lengths[segment] > 0), 0, 1)
        for arcs, backwards in (
            (np.asarray(network.segment_forward_arc), False),
            (np.asarray(network.segment_backward_arc), True),
        ):
            there = arcs >= 0
            full = np.where(there, time[np.where(there, arcs, 0)], np.inf)
            first = np.where(there, reached[np.where(there, arcs, 0)], np.inf)
            with np.errstate(invalid="ignore", divide="ignore"):
                part = np.where(np.isfinite(first) & (full > 0), np.clip((limit_s - first) / full, 0, 1), 0.0)
            metres += np.nan_to_num(part) * lengths
            on = 1.0 - share if backwards else share
            with np.errstate(invalid="ignore"):
                way = first[segment] + on * full[segment]
            address_s = np.fmin(address_s, np.where(np.isfinite(way), way, np.inf))
        own = self._own_road(start, search.arc_time_s, limit_s, segment, share)
        metres[start.segment] += own[1]
        return _Reach((address_s <= limit_s) | own[0], np.minimum(metres, lengths))

    def _own_road(
        self,
        start: RoadPoint,
        arc_time_s: FloatArray,
        limit_s: float,
        segment: npt.NDArray[np.int64],
        share: FloatArray,
    ) -> tuple[Mask, float]:
        """Return what lies on the road that a unit starts on, ahead of it and behind it."""
        network = self._network
        length = float(network.segment_length_m[start.segment])
        here = start.along_m / length if length > 0 else 0.0
        covered = np.zeros(len(segment), dtype=bool)
        metres = 0.0
        for arcs, backwards in ((network.segment_forward_arc, False), (network.segment_backward_arc, True)):
            arc = int(arcs[start.segment])
            if arc < 0 or not np.isfinite(arc_time_s[arc]) or arc_time_s[arc] <= 0:
                continue
            ahead = (here - share) if backwards else (share - here)
            covered |= (segment == start.segment) & (ahead >= 0) & (ahead * arc_time_s[arc] <= limit_s)
            metres += min(here if backwards else 1.0 - here, limit_s / float(arc_time_s[arc])) * length
        return covered, metres

    def travel_s(self, driver: Driver, to: LonLat, *, at: datetime, closures: Sequence[Closure]) -> float:
        """Return the travel time of a unit to a position, seconds, inf when there is no way."""
        try:
            found = self._router.matrix(
                [driver.start.position], [to], profile=driver.profile, size=driver.unit.size, at=at, closures=closures
            )
        except CoordinateError:
            return float("inf")
        return float(found.travel_time_s[0, 0])


class _Reaches:
    """Keeps what units reach within one question."""

    def __init__(self, cover: Cover, limit_s: float, at: datetime, closures: Sequence[Closure]) -> None:
        self._cover, self._limit, self._at, self._closures = cover, limit_s, at, closures
        self._kept: dict[tuple[object, ...], _Reach] = {}

    def of(self, driver: Driver, position: LonLat) -> _Reach:
        key = (driver.profile, driver.unit.size, position)
        if key not in self._kept:
            self._kept[key] = self._cover.reach(driver, position, self._limit, at=self._at, closures=self._closures)
        return self._kept[key]

    def travel_s(self, driver: Driver, to: LonLat) -> float:
        return self._cover.travel_s(driver, to, at=self._at, closures=self._closures)


def _union(reaches: Sequence[_Reach], none: _Reach) -> _Reach:
    """Return what at least one reaches; of a road reached by several, the most that one of them does."""
    addresses, metres = none.addresses.copy(), none.metres.copy()
    for reach in reaches:
        addresses |= reach.addresses
        np.maximum(metres, reach.metres, out=metres)
    return _Reach(addresses, metres)
