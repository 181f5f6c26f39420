"""What lies around and beyond the end of a path: house numbers, cross streets, and what tells that one has gone too far."""

from __future__ import annotations

import numpy as np

from geo_dispatch.directions.cues import Landmark
from geo_dispatch.directions.landmarks.catalogue import figures
from geo_dispatch.directions.turns import Junctions
from geo_dispatch.geometry import angle_between_deg, bearing_deg, compass_point
from geo_dispatch.routing import Path
from geo_dispatch.town.town import Town

__all__ = ["Beyond"]

_MOST_ARCS = 30
_SAME_WAY_DEG = 60.0
_LEAST_M = 10.0


class Beyond:
    """Looks around the end of a path.

    Parameters
    ----------
    town
        The town.
    junctions
        Its junctions.
    """

    def __init__(self, town: Town, junctions: Junctions) -> None:
        self._town, self._network, self._junctions = town, town.network, junctions

    def number_at(self, path: Path, last: int) -> tuple[str | None, int | None]:
        """Return the house number at the destination, and its hundred block by the numbers around.

        Parameters
        ----------
        path
            The path.
        last
            Row of the part on whose street it is.
        """
        street = int(self._network.segment_street[path.parts[last].segment])
        if street < 0:
            return None, None
        rows = self._town.street_addresses(street)
        table = self._town.table("addresses")
        if not len(rows):
            return None, None
        x, y = self._end(path)
        away = np.hypot(table.x[rows] - x, table.y[rows] - y)
        nearest = int(np.argmin(away))
        number = int(table.numbers("number")[rows[nearest]])
        if away[nearest] > 4 * float(figures()["number_m"]) or number < 1:
            return None, None
        block = number // 100 * 100
        text = table.text("number_text")[rows[nearest]]
        asked_x, asked_y = self._asked(path)
        to_asked = float(np.hypot(table.x[rows[nearest]] - asked_x, table.y[rows[nearest]] - asked_y))
        return (text if to_asked <= float(figures()["number_m"]) else None), (block if block else None)

    def cross_street(self, path: Path, last: int) -> str | None:
        """Return the nearest cross street of the destination: the one behind it, or the one ahead.

        Parameters
        ----------
        path
            The path.
        last
            Row of the part on whose street it is.
        """
        part = path.parts[last]
        own = part.segment
        length = float(self._network.segment_length_m[own])
        ends = [
            (part.to_m, int(self._network.segment_from[own])),
            (length - part.to_m, int(self._network.segment_to[own])),
        ]
        for _, node in sorted(ends):
            name = self._crossing(node, own)
            if name is not None:
                return name
        return None

    def street_passed(self, path: Path, last: int) -> Landmark | None:
        """Return the cross street that is passed last before the destination, with how far behind it that lies.

        Parameters
        ----------
        path
            The path.
        last
            Row of the part on whose street it is.
        """
        own = path.parts[last].segment
        if self._junctions.name(own) is None:
            return None
        gone = 0.0
        for row in range(last, -1, -1):
            part = path.parts[row]
            if not self._junctions.same_street(own, part.segment):
                break
            gone += part.length_m
            if row == 0:
                return None  # where the way began is no crossing
            name = self._crossing(int(self._network.arc_from[part.arc]), own)
            if name is not None and gone >= _LEAST_M:
                return Landmark(
                    "street",
                    name,
                    "just past",
                    None,
                    gone,
                    compass=self._compass(path, int(self._network.arc_from[part.arc])),
                )
        return None

    def _compass(self, path: Path, node: int) -> str:
        """Return in which direction of a node the end of a path lies."""
        x, y = self._end(path)
        return compass_point(bearing_deg(float(self._network.node_x[node]), float(self._network.node_y[node]), x, y))

    def next_thing(self, path: Path, last: int) -> Landmark | None:
        """Return what is reached by driving on past the destination; None when nothing that can be told is near.

        Parameters
        ----------
        path
            The path.
        last
            Row of the part on whose street it is.
        """
        part = path.parts[last]
        arc, own = part.arc, part.segment
        name = self._junctions.name(own)
        if name is None:
            return None
        full = float(self._network.segment_length_m[own])
        gone = part.to_m if part.reversed else full - part.to_m
        town = self._network.segments.text("municipality")
        for _ in range(_MOST_ARCS):
            if gone > float(figures()["too_far_m"]):
                return None
            node = int(self._network.arc_to[arc])
            segment = int(self._network.arc_segment[arc])
            crossing = self._crossing(node, own)
            if crossing is not None and gone > 5.0:
                return Landmark("street", crossing, distance_m=gone)
            onward = self._onward(arc)
            if onward is None:
                ways = [a for a in self._network.arcs_from(node) if int(self._network.arc_segment[a]) != segment]
                return Landmark("dead_end", distance_m=gone) if not ways and gone > 5.0 else None
            following = int(self._network.arc_segment[onward])
            if town[following] and town[segment] and town[following] != town[segment]:
                return Landmark("town_line", town[following], distance_m=gone)
            arc, gone = onward, gone + float(self._network.arc_length_m[onward])
        return None

    # --- inside ----------------------------------------------------------------------------------

    def _end(self, path: Path) -> tuple[float, float]:
        x, y = self._town.projection.arrays_to_xy(np.array([path.destination.lon]), np.array([path.destination.lat]))
        return float(x[0]), float(y[0])

    def _asked(self, path: Path) -> tuple[float, float]:
        """Return the destination off the road, by its side and distance."""
        x, y = self._end(path)
        snap = path.destination
        if snap.distance_m < 1.0:
            return x, y
        first, end = int(self._network.first_vertex[snap.segment]), int(self._network.first_vertex[snap.segment + 1])
        along = self._network.vertex_along_m[first:end]
        low, high = max(0.0, snap.along_m - 5.0), min(float(along[-1]), snap.along_m + 5.0)
        xs, ys = self._network.vertex_x[first:end], self._network.vertex_y[first:end]
        dx = float(np.interp(high, along, xs) - np.interp(low, along, xs))
        dy = float(np.interp(high, along, ys) - np.interp(low, along, ys))
        norm = float(np.hypot(dx, dy)) or 1.0
        sign = 1.0 if snap.side == "right" else -1.0
        return x + sign * snap.distance_m * dy / norm, y - sign * snap.distance_m * dx / norm

    def _crossing(self, node: int, own: int) -> str | None:
        """Return the name of another street at a node, one that is signed as a road."""
        for arc in self._network.arcs_from(node):
            segment = int(self._network.arc_segment[arc])
            if self._junctions.is_minor(segment) or self._junctions.same_street(own, segment):
                continue
            name = self._network.segments.text("name")[segment] or self._junctions.refs(segment)
            if name:
                return str(name).split(";")[0].strip()
        return None

    def _onward(self, arc: int) -> int | None:
        """Return the arc that goes on along the same street; None where it ends."""
        node, segment = int(self._network.arc_to[arc]), int(self._network.arc_segment[arc])
        heading = self._junctions.bearing_end_deg(arc)
        best: tuple[float, int] | None = None
        for other in self._network.arcs_from(node):
            following = int(self._network.arc_segment[other])
            if following == segment or not self._junctions.same_street(segment, following):
                continue
            turn = abs(angle_between_deg(heading, self._junctions.bearing_start_deg(other)))
            if turn <= _SAME_WAY_DEG and (best is None or turn < best[0]):
                best = (turn, int(other))
        return None if best is None else best[1]
