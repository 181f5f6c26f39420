"""Closures drawn on a map: from positions clicked along a road to the place of a closure, in words where words say the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

import numpy as np

from geo_dispatch.errors import ClosureError, NoRouteError
from geo_dispatch.geometry import LonLat
from geo_dispatch.routing.closures import Closure
from geo_dispatch.routing.path import Path, PathPart
from geo_dispatch.routing.router import Router
from geo_dispatch.routing.snap import Snap
from geo_dispatch.town.town import Town
from geo_dispatch.units import format_distance

__all__ = ["DrawnStretch", "DrawnStretches"]

_TIP_M, _TIP_SHARE = 30.0, 0.15
"""A piece at either end of which so little was clicked is left out: the click was meant for the crossing."""
_TRIED = 3
_WIDER = 2.3
"""Words may close so many times the length that was clicked, since they mean both carriageways."""
_MOST_POINTS = 20
_FAR_M = 150.0
"""A click farther than this from every road was meant for none."""
_LONGEST = 1000


@dataclass(frozen=True, slots=True)
class DrawnStretch:
    """What was clicked: the place of a closure, and what to call it."""

    spec: str
    label: str


class DrawnStretches:
    """Finds the roads that were clicked along.

    Parameters
    ----------
    town
        The town.
    router
        Of the town.
    """

    def __init__(self, town: Town, router: Router) -> None:
        self._town, self._network, self._router = town, town.network, router

    def find(self, points: Sequence[LonLat]) -> DrawnStretch:
        """Return the roads from the first position to the last.

        Parameters
        ----------
        points
            On or near roads; one alone means its road from crossing to crossing.

        Returns
        -------
        DrawnStretch
            In words ("Main Street from Ferry Road to Bridge Street") where those close the same roads; ids of segments otherwise.

        Raises
        ------
        ClosureError
            If there are too many positions or roads, or no way between two of them.
        CoordinateError
            If a position is outside the town's roads, or far from all of them.
        """
        if not 1 <= len(points) <= _MOST_POINTS:
            raise ClosureError(f"{len(points)} positions tell no stretch: give 1 to {_MOST_POINTS}, along the road")
        if len(points) == 1:
            segments = [self._snap(points[0]).segment]
        else:
            for point in points:
                self._snap(point, profile="car")
            segments = list(dict.fromkeys(s for a, b in pairwise(points) for s in self._between(a, b)))
        names = self._names(segments)
        if spec := self._in_words(segments, names):
            return DrawnStretch(spec, spec)
        column = self._network.segments.numbers("segment_id")
        spec = f"segment:{','.join(str(int(column[segment])) for segment in segments)}"
        if len(spec) > _LONGEST:
            raise ClosureError(f"{len(segments)} pieces of road are too many for one closure: draw an area around them")
        return DrawnStretch(spec, " and ".join(names) or "an unnamed road")

    def _snap(self, point: LonLat, *, profile: str | None = None) -> Snap:
        snap = self._router.snap(point, profile=profile)
        if snap.distance_m > _FAR_M:
            cars = "" if profile is None else " that cars may use"
            raise ClosureError(
                f"{point.lon:.5f},{point.lat:.5f} is {format_distance(snap.distance_m)} from the nearest road{cars}: click on the road"
            )
        return snap

    def _between(self, a: LonLat, b: LonLat) -> list[int]:
        """Return the segments of the shorter way of the two directions: a one-way street is clicked along either way."""
        ways = [path for ends in ((a, b), (b, a)) if (path := self._way(*ends)) is not None]
        if not ways:
            raise ClosureError("there is no way by road between two of the positions: click along one road")
        parts = min(ways, key=lambda path: path.length_m).parts
        kept = [part for place, part in enumerate(parts) if 0 < place < len(parts) - 1 or not self._is_tip(part)]
        return [part.segment for part in kept or parts]

    def _way(self, a: LonLat, b: LonLat) -> Path | None:
        try:
            return self._router.route(a, b)
        except NoRouteError:
            return None

    def _is_tip(self, part: PathPart) -> bool:
        return part.length_m < min(_TIP_M, _TIP_SHARE * float(self._network.segment_length_m[part.segment]))

    def _names(self, segments: Sequence[int]) -> list[str]:
        column = self._network.segments.text("name")
        return list(dict.fromkeys(name for segment in segments if (name := column[segment])))

    def _in_words(self, segments: Sequence[int], names: Sequence[str]) -> str | None:
        """Return words that close these segments, and of others only the other carriageway; None when there are none."""
        if len(names) != 1 or not all(self._network.segments.text("name")[s] for s in segments):
            return None
        if self._closed_by(names[0]) == set(segments):
            return names[0]
        ends = self._ends(segments)
        if len(ends) != 2:
            return None
        crossings = [list(self._crossings(node, names[0]))[:_TRIED] for node in ends]
        for start, end in product(*crossings):
            spec = f"{names[0]} from {start} to {end}"
            if start != end and self._says(spec, segments):
                return spec
        return None

    def _ends(self, segments: Sequence[int]) -> list[int]:
        rows = np.asarray(segments, dtype=np.int64)
        nodes = np.concatenate([self._network.segment_from[rows], self._network.segment_to[rows]])
        found, count = np.unique(nodes, return_counts=True)
        ends: list[int] = found[count == 1].tolist()
        return ends

    def _crossings(self, node: int, street: str) -> Iterator[str]:
        at = np.flatnonzero((self._network.segment_from == node) | (self._network.segment_to == node))
        yield from (name for name in self._names(at.tolist()) if name != street)

    def _says(self, spec: str, segments: Sequence[int]) -> bool:
        closed, lengths = self._closed_by(spec), self._network.segment_length_m
        most = _WIDER * sum(float(lengths[s]) for s in segments)
        return closed.issuperset(segments) and sum(float(lengths[s]) for s in closed) <= most

    def _closed_by(self, spec: str) -> set[int]:
        try:
            (found,) = self._router.closed_roads([Closure(id=spec, spec=spec)])
        except ClosureError:
            return set()
        return set(np.asarray(self._network.arc_segment)[found.arcs].tolist())
