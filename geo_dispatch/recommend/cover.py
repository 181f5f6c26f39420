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
from geo_dispatch.recommend.reach import Reach, Reaches
from geo_dispatch.routing import Closure, Router, Snapper
from geo_dispatch.town.town import Town

__all__ = ["Cover"]

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Covered:
    """What at least one unit reaches: which addresses, and the metres of each segment."""

    addresses: Mask
    metres: FloatArray

    def joined_by(self, reaches: Iterable[Reach]) -> _Covered:
        """Return it with what others reach; of a road reached by several, the most that one of them does."""
        addresses, metres = self.addresses.copy(), self.metres.copy()
        for reach in reaches:
            addresses[reach.addresses] = True
            metres[reach.segments] = np.maximum(metres[reach.segments], reach.metres)
        return _Covered(addresses, metres)


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
        self._reaches = Reaches(town, router, snapper)

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
        reach = _Asking(self._reaches, self, limit, at, closures)
        left = [reach.of(driver, driver.start.position) for driver in staying]
        after = self._none.joined_by(left)
        before = after.joined_by(reach.of(driver, driver.start.position) for driver in going)
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
        left: Sequence[Reach],
        after: _Covered,
        reach: _Asking,
        units: Sequence[Driver],
    ) -> tuple[MoveUp, ...]:
        found: list[tuple[tuple[int, float, str], Driver, _Station]] = []
        for row, driver in enumerate(staying):
            if driver.unit.neighbour is not None:
                continue
            others = self._none.joined_by(r for other, r in enumerate(left) if other != row)
            for station in self._stations_for(units):
                if driver.unit.station_id == station.station_id and driver.start.at_home:
                    continue
                moved = others.joined_by([reach.of(driver, station.position)])
                addresses = int(moved.addresses.sum()) - int(after.addresses.sum())
                metres = round(float(moved.metres.sum() - after.metres.sum()), 1)
                if (addresses, metres) <= (0, 0.0) or addresses < 0:
                    continue
                found.append(((addresses, metres, driver.unit.unit_id), driver, station))
        for (addresses, metres, unit_id), driver, station in sorted(found, key=lambda row: row[0], reverse=True):
            way_s = reach.travel_s(driver, station.position)
            if np.isfinite(way_s):
                return (MoveUp(unit_id, station.station_id, station.name, capability, addresses, metres, way_s),)
        return ()

    # --- the town --------------------------------------------------------------------------------

    @property
    def _none(self) -> _Covered:
        addresses, segments = self._reaches.address_count, self._town.network.segment_count
        return _Covered(np.zeros(addresses, dtype=bool), np.zeros(segments, dtype=float))

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

    def travel_s(self, driver: Driver, to: LonLat, *, at: datetime, closures: Sequence[Closure]) -> float:
        """Return the travel time of a unit to a position, seconds, inf when there is no way."""
        try:
            found = self._router.matrix(
                [driver.start.position], [to], profile=driver.profile, size=driver.unit.size, at=at, closures=closures
            )
        except CoordinateError:
            return float("inf")
        return float(found.travel_time_s[0, 0])


class _Asking:
    """What units reach, and how long they drive, within one question."""

    def __init__(
        self, reaches: Reaches, cover: Cover, limit_s: float, at: datetime, closures: Sequence[Closure]
    ) -> None:
        self._reaches, self._cover = reaches, cover
        self._limit, self._at, self._closures = limit_s, at, closures

    def of(self, driver: Driver, position: LonLat) -> Reach:
        return self._reaches.find(driver, position, self._limit, at=self._at, closures=self._closures)

    def travel_s(self, driver: Driver, to: LonLat) -> float:
        return self._cover.travel_s(driver, to, at=self._at, closures=self._closures)
