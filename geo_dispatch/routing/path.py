"""A path: the arcs driven, their lengths and times, and its line."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo_dispatch.geometry import FloatArray
from geo_dispatch.routing.search import FoundPath
from geo_dispatch.routing.snap import Snap
from geo_dispatch.town.network import Network

__all__ = ["Avoided", "Path", "PathPart", "path_coordinates", "path_parts"]


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
        Of the part; the time holds that of the turn at its end.
    turn_s
        Of the time, what turning and waiting at the end of the part cost.
    """

    arc: int
    segment: int
    reversed: bool
    from_m: float
    to_m: float
    length_m: float
    time_s: float
    turn_s: float = 0.0


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

    @property
    def way(self) -> tuple[object, ...]:
        """Return what two paths have in common when they are one way, however fast each is driven: arcs and ends."""
        first, last = self.parts[0], self.parts[-1]
        return (*(part.arc for part in self.parts), first.from_m, last.to_m, self.origin, self.destination)


def path_parts(network: Network, arc_time_s: FloatArray, found: FoundPath) -> tuple[PathPart, ...]:
    """Cut a found path into its parts, with lengths and times; parts of no length are left out, but one remains.

    Parameters
    ----------
    network
        The town's network.
    arc_time_s
        Seconds over each arc for the vehicle, shape ``(n_arcs,)``.
    found
        What the search found.
    """
    parts: list[PathPart] = []
    last = len(found.arcs) - 1
    skipped_s = 0.0
    for index, arc in enumerate(found.arcs.tolist()):
        begin = found.start_share if index == 0 else 0.0
        end = found.end_share if index == last else 1.0
        turn_s = skipped_s + (float(found.turn_s[index]) if index < last else 0.0)
        if end <= begin and len(found.arcs) > 1:
            skipped_s = turn_s  # the first arc, left at once: its turn counts on the next
            continue
        skipped_s = 0.0
        segment = int(network.arc_segment[arc])
        backwards = bool(network.arc_reversed[arc])
        full_m = float(network.segment_length_m[segment])
        from_m, to_m = ((1.0 - begin) * full_m, (1.0 - end) * full_m) if backwards else (begin * full_m, end * full_m)
        share = end - begin
        parts.append(
            PathPart(
                arc, segment, backwards, from_m, to_m,
                share * float(network.arc_length_m[arc]), share * float(arc_time_s[arc]) + turn_s, turn_s,
            )
        )  # fmt: skip
    if not parts:
        arc, segment = int(found.arcs[-1]), int(network.arc_segment[found.arcs[-1]])
        at = found.end_share * float(network.segment_length_m[segment])
        parts.append(PathPart(arc, segment, bool(network.arc_reversed[arc]), at, at, 0.0, 0.0))
    return tuple(parts)


def path_coordinates(network: Network, parts: tuple[PathPart, ...]) -> npt.NDArray[np.float64]:
    """Join the parts' lines; a path of no length has its point twice."""
    pieces = [_line(network, parts[0])]
    if len(parts) > 1:
        pieces += [_whole_lines(network, parts[1:-1]), _line(network, parts[-1])[1:]]
    joined = np.concatenate(pieces)
    keep = np.concatenate([[True], np.any(joined[1:] != joined[:-1], axis=1)])
    joined = joined[keep]
    return joined if len(joined) > 1 else np.repeat(joined, 2, axis=0)


def _whole_lines(network: Network, parts: tuple[PathPart, ...]) -> npt.NDArray[np.float64]:
    """Join the lines of parts that are driven from end to end, the first vertex of each left out."""
    segments = np.array([part.segment for part in parts], dtype=np.int64)
    backwards = np.array([part.reversed for part in parts], dtype=bool)
    first, end = network.first_vertex[segments], network.first_vertex[segments + 1]
    counts = end - first - 1
    within = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts) + 1
    vertex = np.where(
        np.repeat(backwards, counts), np.repeat(end - 1, counts) - within, np.repeat(first, counts) + within
    )
    return np.column_stack([network.vertex_lon[vertex], network.vertex_lat[vertex]])


def _line(network: Network, part: PathPart) -> npt.NDArray[np.float64]:
    line = network.part_lonlat(part.segment, part.from_m, part.to_m)
    return line[::-1] if part.reversed else line
