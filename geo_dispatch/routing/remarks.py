"""What there is to say about a route: what was avoided, what to know, and why there is none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo_dispatch.routing.access import ENDS, RoadUse
from geo_dispatch.routing.graph import RoadGraph, make_graph
from geo_dispatch.routing.path import Avoided, PathPart
from geo_dispatch.routing.profiles import VehicleProfile
from geo_dispatch.routing.scipy_search import ScipySearch
from geo_dispatch.routing.search import RoadSearch
from geo_dispatch.routing.snap import Snap
from geo_dispatch.town.town import Town
from geo_dispatch.units import format_distance

__all__ = ["FAR_SNAP_M", "Remarks", "Vehicle"]

FAR_SNAP_M = 150.0
"""A position farther than this from the road it is driven to gets a warning."""
_WORTH_SAYING_S = 5.0
"""A detour shorter than this around a private road is not mentioned."""

Closed = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A profile made ready for one town.

    Attributes
    ----------
    profile
        The profile.
    use
        What each road is to it.
    graph
        Its graph.
    usable
        Segments it can use, shape ``(n_segments,)``.
    search
        Its search engine.
    permissive
        The same with roads for ends only open to through traffic.
    """

    profile: VehicleProfile
    use: RoadUse
    graph: RoadGraph
    usable: npt.NDArray[np.bool_]
    search: RoadSearch
    permissive: ScipySearch


class Remarks:
    """Says what there is to say about routes of one town.

    Parameters
    ----------
    town
        The town.
    """

    def __init__(self, town: Town) -> None:
        self._town = town

    def avoided(
        self, vehicle: Vehicle, start: Snap, end: Snap, time_s: float, closed: Closed | None
    ) -> tuple[Avoided, ...]:
        """Name the private roads that a way through them would have used, and what keeping off them costs."""
        if not vehicle.graph.arc_ends_only.any():
            return ()
        shortcut = vehicle.permissive.one_to_one(start.point, end.point, closed=closed)
        if shortcut is None or time_s - shortcut.time_s < _WORTH_SAYING_S:
            return ()
        network = self._town.network
        segments = [int(s) for s in network.arc_segment[shortcut.arcs[1:-1]]]
        private = [s for s in dict.fromkeys(segments) if vehicle.use.segment_use[s] == ENDS]
        by_reason: dict[str, dict[str, None]] = {}
        for segment in private:
            by_reason.setdefault(self._reason(segment), {})[self._road_name(segment)] = None
        detour = round(time_s - shortcut.time_s, 1)
        return tuple(Avoided(" and ".join(names), reason, detour) for reason, names in by_reason.items())

    def _reason(self, segment: int) -> str:
        segments = self._town.network.segments
        for key in ("motor_vehicle", "access"):
            value = segments.text(key)[segment]
            if value is not None:
                return f"no through traffic ({key}={value})"
        service = segments.text("service")[segment]
        return f"no through traffic ({(service or segments.text('highway')[segment] or 'road').replace('_', ' ')})"

    def _road_name(self, segment: int) -> str:
        segments = self._town.network.segments
        name = segments.text("name")[segment] or segments.text("ref")[segment]
        return name or f"unnamed {(segments.text('highway')[segment] or 'road').replace('_', ' ')} road".replace(
            "road road", "road"
        )

    def warnings(self, vehicle: Vehicle, start: Snap, end: Snap, parts: tuple[PathPart, ...]) -> tuple[str, ...]:
        """List what to know before driving: far or private ends, fords, gates."""
        network, segments = self._town.network, self._town.network.segments
        said: list[str] = []
        for snap, what in ((start, "start"), (end, "destination")):
            if snap.distance_m > FAR_SNAP_M:
                said.append(
                    f"The {what} is {format_distance(snap.distance_m)} from the nearest road that a "
                    f"{vehicle.profile.name.lower()} can use, {self._road_name(snap.segment)}."
                )
        driven = list(dict.fromkeys(part.segment for part in parts))
        for column, closes, text in (
            ("access", {"private"}, "{} is private: for the start or end of this trip only."),
            ("ford", None, "{} crosses a ford."),
        ):
            values = segments.text(column)
            rows = [s for s in driven if (v := values[s]) is not None and v != "no" and (closes is None or v in closes)]
            said += dict.fromkeys(text.format(_capital(self._road_name(s))) for s in rows)
        barrier = network.nodes.text("barrier")
        for part in parts[:-1]:
            kind = barrier[int(network.arc_to[part.arc])]
            if kind in vehicle.profile.barrier_mentioned:
                said.append(f"There is a {kind.replace('_', ' ')} on {self._road_name(part.segment)}.")
        return tuple(dict.fromkeys(said))

    def why_not(self, vehicle: Vehicle, start: Snap, end: Snap, closed: Closed | None) -> str:
        """Say what lies between two points that no way joins."""
        a, b = self._where(start), self._where(end)
        said = f"no way for a {vehicle.profile.name.lower()} from {a} to {b}: "
        network = self._town.network
        if closed is not None and len(closed) and vehicle.search.one_to_one(start.point, end.point) is not None:
            return said + "the closures now in force cut it off"
        if vehicle.search.one_to_one(end.point, start.point, closed=closed) is not None:
            return said + "one-way roads lead only the other way"
        anyone = RoadUse(np.zeros(network.segment_count, dtype=np.int8), np.zeros(network.node_count, dtype=bool))
        anywhere = ScipySearch(make_graph(network, anyone))
        if anywhere.one_to_one(start.point, end.point) is not None:
            return said + "every way passes a road or barrier closed to it"
        parts = anywhere.graph.components
        sizes = np.bincount(parts[network.arc_from], minlength=int(parts.max()) + 1)
        pieces = {name: int(parts[network.segment_from[s.segment]]) for name, s in ((a, start), (b, end))}
        if len(set(pieces.values())) == 1:
            return said + "one-way roads prevent it"
        name = min(pieces, key=lambda n: int(sizes[pieces[n]]))
        count = len(np.unique(network.arc_segment[parts[network.arc_from] == pieces[name]]))
        return said + (
            f"{name} lies on {count} road segment{'' if count == 1 else 's'} that no road joins to the rest; "
            "if one exists beyond the edge of the data, build the town with a wider --margin-m"
        )

    def _where(self, snap: Snap) -> str:
        return f"{self._road_name(snap.segment)} ({snap.lon:.5f},{snap.lat:.5f})"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
