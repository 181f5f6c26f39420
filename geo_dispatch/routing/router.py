"""Routes and matrices between positions: snapping, profile, search and what there is to say about the result."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from geo_dispatch.errors import NoRouteError
from geo_dispatch.geometry import LonLat
from geo_dispatch.routing.access import ENDS, RoadUse, road_use
from geo_dispatch.routing.graph import RoadGraph, make_graph
from geo_dispatch.routing.matrix import Matrix
from geo_dispatch.routing.profiles import VehicleProfile, get_profile
from geo_dispatch.routing.scipy_search import ScipySearch
from geo_dispatch.routing.search import FoundPath, RoadSearch
from geo_dispatch.routing.snap import Snap, Snapper
from geo_dispatch.town.town import Town
from geo_dispatch.units import format_distance

__all__ = ["Avoided", "Path", "PathPart", "Router", "warm"]

FAR_SNAP_M = 150.0
"""A position farther than this from the road it is driven to gets a warning."""
_WORTH_SAYING_S = 5.0
"""A detour shorter than this around a private road is not mentioned."""

Closed = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class PathPart:
    """One arc of a path, or the piece of it that is driven.

    Attributes
    ----------
    arc, segment
        Rows of the network's arcs and segments.
    reversed
        Driven against the segment's digitised direction.
    from_m, to_m
        Metres from the segment's digitised start at which the part begins and ends; falling when reversed.
    length_m, time_s
        Of the part.
    """

    arc: int
    segment: int
    reversed: bool
    from_m: float
    to_m: float
    length_m: float
    time_s: float


@dataclass(frozen=True, slots=True)
class Avoided:
    """A road that would have been faster but may not be used, and the seconds that costs."""

    what: str
    reason: str
    detour_s: float


@dataclass(frozen=True, slots=True)
class Path:
    """The fastest way between two positions.

    Attributes
    ----------
    profile
        Id of the vehicle profile.
    origin, destination
        The two positions on the road, with their distance from the positions asked for.
    parts
        Arcs in the order driven; lengths and times of them sum to the path's.
    travel_time_s, travel_time_interval_s
        Seconds, and an interval around them (see the profile's ``interval_basis``).
    length_m
        Metres.
    coordinates
        Longitude and latitude along the way, shape ``(n, 2)``, at least two rows.
    avoided, warnings
        What was faster but not allowed; what to know.
    """

    profile: str
    origin: Snap
    destination: Snap
    parts: tuple[PathPart, ...]
    travel_time_s: float
    travel_time_interval_s: tuple[float, float]
    length_m: float
    coordinates: npt.NDArray[np.float64]
    avoided: tuple[Avoided, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Vehicle:
    """A profile made ready for one town."""

    profile: VehicleProfile
    use: RoadUse
    graph: RoadGraph
    usable: npt.NDArray[np.bool_]
    search: RoadSearch
    permissive: ScipySearch


class Router:
    """Finds fastest ways over one town's roads.

    Parameters
    ----------
    town
        The town. Profiles are made ready when first asked for.
    """

    def __init__(self, town: Town) -> None:
        self._town = town
        self._snapper = Snapper(town)
        self._vehicles: dict[str, _Vehicle] = {}
        self._lock = threading.Lock()

    def snap(self, position: LonLat, *, profile: str | None = None) -> Snap:
        """Move a position to the nearest road, of those the profile can use when one is given.

        Raises
        ------
        CoordinateError
            If the position is outside the town's network or more than 2 km from every such road.
        ProfileError
            If there is no such profile.
        """
        return self._snapper.snap(position, usable=None if profile is None else self._vehicle(profile).usable)

    def search(self, profile: str = "car") -> RoadSearch:
        """Return the search engine of a profile, for those who work on road points."""
        return self._vehicle(profile).search

    def route(self, origin: LonLat, destination: LonLat, *, profile: str = "car", closed: Closed | None = None) -> Path:
        """Find the fastest way between two positions.

        Parameters
        ----------
        origin, destination
            Degrees; each is moved to the nearest road that the profile can use.
        profile
            Id of a vehicle profile.
        closed
            Arcs that can't be used now, rows of the network's arcs.

        Returns
        -------
        Path
            Arcs, times, geometry and warnings.

        Raises
        ------
        CoordinateError
            If a position is outside the network or more than 2 km from every usable road.
        NoRouteError
            If no way leads from one to the other; the message says what lies between.
        ProfileError
            If there is no such profile.
        """
        vehicle = self._vehicle(profile)
        start = self._snapper.snap(origin, usable=vehicle.usable)
        end = self._snapper.snap(destination, usable=vehicle.usable)
        found = vehicle.search.one_to_one(start.point, end.point, closed=closed)
        if found is None:
            raise NoRouteError(self._why_not(vehicle, start, end, closed))
        parts = self._parts(vehicle, found)
        time_s = sum(part.time_s for part in parts)
        return Path(
            profile=profile,
            origin=start,
            destination=end,
            parts=parts,
            travel_time_s=time_s,
            travel_time_interval_s=vehicle.profile.interval_s(time_s),
            length_m=sum(part.length_m for part in parts),
            coordinates=self._coordinates(parts),
            avoided=self._avoided(vehicle, start, end, time_s, closed),
            warnings=self._warnings(vehicle, start, end, parts),
        )

    def matrix(
        self,
        origins: Sequence[LonLat],
        destinations: Sequence[LonLat],
        *,
        profile: str = "car",
        closed: Closed | None = None,
    ) -> Matrix:
        """Find travel times and lengths from every origin to every destination.

        Parameters
        ----------
        origins, destinations
            Degrees; each is moved to the nearest road that the profile can use.
        profile
            Id of a vehicle profile.
        closed
            Arcs that can't be used now, rows of the network's arcs.

        Returns
        -------
        Matrix
            Seconds and metres, ``inf`` where there is no way.

        Raises
        ------
        CoordinateError
            If a position is outside the network or more than 2 km from every usable road.
        ProfileError
            If there is no such profile.
        """
        vehicle = self._vehicle(profile)
        start, end = (self._snap_all(positions, vehicle) for positions in (origins, destinations))
        times, lengths = vehicle.search.matrix(start.points, end.points, closed=closed)
        return Matrix(profile, times, lengths, start, end)

    def _snap_all(self, positions: Sequence[LonLat], vehicle: _Vehicle) -> Any:
        for position in positions:
            self._town.check_covers(position)
        found = self._snapper.snap_many([p.lon for p in positions], [p.lat for p in positions], usable=vehicle.usable)
        missing = np.flatnonzero(found.segment < 0)
        if len(missing):
            self._snapper.snap(positions[int(missing[0])], usable=vehicle.usable)
        return found

    def _vehicle(self, profile: str) -> _Vehicle:
        found = self._vehicles.get(profile)
        if found is None:
            wanted = get_profile(profile)
            with self._lock:
                found = self._vehicles.get(profile) or self._vehicles.setdefault(profile, self._make_vehicle(wanted))
        return found

    def _make_vehicle(self, profile: VehicleProfile) -> _Vehicle:
        network, factor = self._town.network, profile.speed_factor
        use = road_use(self._town, profile)
        everywhere = RoadUse(
            np.where(np.asarray(use.segment_use) == ENDS, 0, use.segment_use).astype(np.int8), use.node_blocked
        )

        def search(which: RoadUse) -> ScipySearch:
            graph = make_graph(network, which, speed_factor=factor)
            return ScipySearch(
                graph, regraph=lambda closed: make_graph(network, which, speed_factor=factor, closed=closed)
            )

        strict = search(use)
        return _Vehicle(profile, use, strict.graph, strict.graph.usable_segments(), strict, search(everywhere))

    def _parts(self, vehicle: _Vehicle, found: FoundPath) -> tuple[PathPart, ...]:
        network = self._town.network
        parts: list[PathPart] = []
        last = len(found.arcs) - 1
        for index, arc in enumerate(found.arcs.tolist()):
            begin = found.start_share if index == 0 else 0.0
            end = found.end_share if index == last else 1.0
            if end <= begin and len(found.arcs) > 1:
                continue
            segment = int(network.arc_segment[arc])
            backwards = bool(network.arc_reversed[arc])
            full_m = float(network.segment_length_m[segment])
            from_m, to_m = (
                ((1.0 - begin) * full_m, (1.0 - end) * full_m) if backwards else (begin * full_m, end * full_m)
            )
            share = end - begin
            parts.append(
                PathPart(
                    arc, segment, backwards, from_m, to_m,
                    share * float(network.arc_length_m[arc]), share * float(vehicle.graph.arc_time_s[arc]),
                )
            )  # fmt: skip
        if not parts:
            arc, segment = int(found.arcs[-1]), int(network.arc_segment[found.arcs[-1]])
            at = found.end_share * float(network.segment_length_m[segment])
            parts.append(PathPart(arc, segment, bool(network.arc_reversed[arc]), at, at, 0.0, 0.0))
        return tuple(parts)

    def _coordinates(self, parts: tuple[PathPart, ...]) -> npt.NDArray[np.float64]:
        """Join the parts' lines; a path of no length has its point twice."""
        pieces = [self._line(part) for part in parts]
        joined = np.concatenate([pieces[0][:1], *(piece[1:] for piece in pieces)])
        keep = np.concatenate([[True], np.any(joined[1:] != joined[:-1], axis=1)])
        joined = joined[keep]
        return joined if len(joined) > 1 else np.repeat(joined, 2, axis=0)

    def _line(self, part: PathPart) -> npt.NDArray[np.float64]:
        network = self._town.network
        start, end = int(network.first_vertex[part.segment]), int(network.first_vertex[part.segment + 1])
        along = np.asarray(network.vertex_along_m[start:end])
        low, high = min(part.from_m, part.to_m), max(part.from_m, part.to_m)
        inner = (along > low) & (along < high)
        ends = np.asarray([network.point_along(part.segment, m) for m in (low, high)])
        line = np.vstack([ends[:1], network.segment_lonlat(part.segment)[inner], ends[1:]])
        return line[::-1] if part.reversed else line

    def _avoided(
        self, vehicle: _Vehicle, start: Snap, end: Snap, time_s: float, closed: Closed | None
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

    def _warnings(self, vehicle: _Vehicle, start: Snap, end: Snap, parts: tuple[PathPart, ...]) -> tuple[str, ...]:
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

    def _why_not(self, vehicle: _Vehicle, start: Snap, end: Snap, closed: Closed | None) -> str:
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


def warm(town: Town) -> None:
    """Make the indexes that routing keeps beside a town file."""
    Snapper(town)
