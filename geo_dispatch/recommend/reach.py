"""What one unit reaches within a travel time: addresses, and metres of road."""

from __future__ import annotations

import weakref
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np
import numpy.typing as npt

from geo_dispatch.errors import CoordinateError
from geo_dispatch.geometry import FloatArray, LonLat
from geo_dispatch.recommend.arrival import Driver
from geo_dispatch.routing import Closure, RoadPoint, RoadPoints, RoadSearch, Router, Snapper, address_points
from geo_dispatch.town.town import Town

__all__ = ["Reach", "Reaches"]

_KEPT = 256
"""What units in quarters reach is asked for at every call."""

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Reach:
    """What is within a travel time.

    Attributes
    ----------
    addresses
        Rows of the addresses that have a road, rising.
    segments
        Segments that are reached at least in part, rising.
    metres
        Of each of them.
    """

    addresses: Rows
    segments: Rows
    metres: FloatArray


_NOTHING = Reach(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0))


class Reaches:
    """Tells what units reach over the roads as they are.

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
        self._kept: OrderedDict[tuple[int, RoadPoint, float], tuple[weakref.ref[RoadSearch], Reach]] = OrderedDict()

    @property
    def address_count(self) -> int:
        """Return the number of addresses that have a road."""
        return len(self._addresses)

    def find(
        self, driver: Driver, position: LonLat, limit_s: float, *, at: datetime, closures: Sequence[Closure]
    ) -> Reach:
        """Return the addresses and metres of road within a travel time of a unit at a position.

        Parameters
        ----------
        driver
            The unit.
        position
            Where it would start, degrees; from a position far from every road it reaches nothing.
        limit_s
            The travel time, seconds (inclusive).
        at
            Local time.
        closures
            What is closed.
        """
        size = driver.unit.size
        vehicle = self._router.vehicle(driver.profile, size=size, at=at)
        search = self._router.search(driver.profile, size=size, at=at, closures=closures)
        try:
            start = self._snapper.snap(position, usable=vehicle.usable).point
        except CoordinateError:
            return _NOTHING
        key = (id(search), start, limit_s)
        kept = self._kept.get(key)
        if kept is not None and kept[0]() is search:  # the roads as they were then: what closes makes another search
            return kept[1]
        found = self._from(search, start, limit_s)
        self._kept[key] = (weakref.ref(search), found)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return found

    def _from(self, search: RoadSearch, start: RoadPoint, limit_s: float) -> Reach:
        reached = search.within(start, limit_s)
        network = self._network
        touched = np.asarray(network.arc_segment)[np.isfinite(reached)]
        segments = np.union1d(touched, [start.segment]).astype(np.int64)
        lengths = np.asarray(network.segment_length_m)[segments]
        addresses, on = self._addresses_on(segments)
        share = self._address_share[addresses]
        metres = np.zeros(len(segments))
        address_s = np.full(len(addresses), np.inf)
        for side, backwards in ((network.segment_forward_arc, False), (network.segment_backward_arc, True)):
            arcs = np.asarray(side)[segments]
            there = arcs >= 0
            first = np.where(there, reached[np.where(there, arcs, 0)], np.inf)
            full = np.where(np.isfinite(first), np.asarray(search.arc_time_s)[np.where(there, arcs, 0)], np.inf)
            with np.errstate(invalid="ignore", divide="ignore"):
                part = np.where(np.isfinite(first) & (full > 0), np.clip((limit_s - first) / full, 0, 1), 0.0)
            metres += np.nan_to_num(part) * lengths
            along = 1.0 - share if backwards else share
            with np.errstate(invalid="ignore"):
                way = first[on] + along * full[on]
            address_s = np.fmin(address_s, np.where(np.isfinite(way), way, np.inf))
        own = self._own_road(start, search.arc_time_s, limit_s, segments[on], share)
        metres[np.searchsorted(segments, start.segment)] += own[1]
        return Reach(addresses[(address_s <= limit_s) | own[0]], segments, np.minimum(metres, lengths))

    def _own_road(
        self,
        start: RoadPoint,
        arc_time_s: FloatArray,
        limit_s: float,
        segment: npt.NDArray[np.int64],
        share: FloatArray,
    ) -> tuple[npt.NDArray[np.bool_], float]:
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

    # --- the town's addresses ----------------------------------------------------------------------

    @cached_property
    def _addresses(self) -> RoadPoints:
        """Return where the addresses that have a road lie on it."""
        points = address_points(self._town, self._snapper)
        there = points.segment >= 0
        return RoadPoints(points.segment[there], points.along_m[there])

    @cached_property
    def _address_share(self) -> FloatArray:
        """Return where on its segment each address lies, 0..1."""
        length = np.asarray(self._network.segment_length_m)[self._addresses.segment]
        along = self._addresses.along_m
        share: FloatArray = np.clip(np.divide(along, length, out=np.zeros(len(along)), where=length > 0), 0, 1)
        return share

    @cached_property
    def _by_segment(self) -> tuple[Rows, Rows]:
        """Return the addresses by segment, and where those of each segment begin."""
        order = np.argsort(self._addresses.segment, kind="stable")
        rising = self._addresses.segment[order]
        return order, np.searchsorted(rising, np.arange(self._network.segment_count + 1))

    def _addresses_on(self, segments: Rows) -> tuple[Rows, Rows]:
        """Return the addresses on some segments, rising, and which of these segments each is on."""
        order, first = self._by_segment
        counts = first[segments + 1] - first[segments]
        on = np.repeat(np.arange(len(segments)), counts)
        place = np.arange(len(on)) - np.repeat(np.cumsum(counts) - counts - first[segments], counts)
        rows = order[place]
        rising = np.argsort(rows)
        return rows[rising], on[rising]
