"""What a driver can look out for along a path, from the places, addresses and roads of a town.

References
----------
Rousell & Zipf 2017, "Towards a landmark-based pedestrian navigation service using OSM data", doi 10.3390/ijgi6030064.
"""

from __future__ import annotations

import math
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

from geo_dispatch.directions.cues import ArrivalCue, Landmark
from geo_dispatch.directions.landmarks.beyond import Beyond
from geo_dispatch.directions.landmarks.catalogue import Catalogue, Seen, figures
from geo_dispatch.directions.manoeuvres import Manoeuvre
from geo_dispatch.directions.turns import junctions_of
from geo_dispatch.routing import Path, PathPart
from geo_dispatch.town.town import Town

__all__ = ["TownCues"]

_APPROACH_M = 300.0
_BESIDE_M = 12.0
_LONG_M = 3000.0
_REASSURING = 0.55
"""What a place seen on the way must be worth."""
_SHARES = np.array([0.0, 0.25, 0.5, 0.75])
"""Where on each part of a way its points are taken."""
_TOLD_EXACTLY_M = 250.0
"""Without a number, a crossing this near tells the end better than a landmark: how far behind it can be said."""


class TownCues:
    """Knows what can be seen along paths of one town; made once, asked for every path.

    Parameters
    ----------
    town
        The town.
    """

    def __init__(self, town: Town) -> None:
        self._town, self._network = town, town.network
        self._junctions = junctions_of(town)

    @cached_property
    def _catalogue(self) -> Catalogue:
        return Catalogue(self._town)

    @cached_property
    def _beyond(self) -> Beyond:
        return Beyond(self._town, self._junctions)

    def at_decision(self, path: Path, manoeuvre: Manoeuvre) -> Landmark | None:
        """Return what marks the place of a manoeuvre: a traffic light that stands alone, else the place that is worth most.

        Parameters
        ----------
        path
            The path.
        manoeuvre
            Done at the start of ``path.parts[manoeuvre.first]``.
        """
        if manoeuvre.node is None or manoeuvre.first == 0:
            return None
        before = path.parts[manoeuvre.first - 1]
        if self._signal_alone(path, manoeuvre):
            return Landmark("traffic_signals")
        x, y = float(self._network.node_x[manoeuvre.node]), float(self._network.node_y[manoeuvre.node])
        heading = self._junctions.bearing_in_deg(before)
        approach: npt.NDArray[np.float64] | None = None
        best: tuple[float, Seen, float, float] | None = None
        for away, one in self._catalogue.near(x, y, float(figures()["near_m"])):
            ahead, right = _turned(one.x - x, one.y - y, heading)
            score = (
                one.weight * (1.0 - away / (2.0 * float(figures()["near_m"]))) * (0.6 if ahead > _BESIDE_M * 2 else 1.0)
            )
            if score < float(figures()["least"]) or (best is not None and score <= best[0]):
                continue
            approach = self._approach(path, manoeuvre.first) if approach is None else approach
            if self._catalogue.is_alone(one, approach):
                best = (score, one, ahead, right)
        if best is None:
            return None
        _, one, ahead, right = best
        relation: Literal["at", "just past", "before"] = (
            "just past" if ahead < -_BESIDE_M * 2 else "before" if ahead > _BESIDE_M * 3 else "at"
        )
        return Landmark(
            one.kind, one.called, relation, "right" if right > 0 else "left", math.hypot(ahead, right), one.place_id
        )

    def along(self, path: Path, first: int, end: int) -> Landmark | None:
        """Return what is passed on a long stretch, to tell that one is on the right road.

        Parameters
        ----------
        path
            The path.
        first, end
            The stretch: ``path.parts[first:end]``.
        """
        line = self._points(path.parts[first:end])
        length = float(np.hypot(*np.diff(line, axis=0).T).sum()) if len(line) > 1 else 0.0
        if length < _LONG_M / 3:
            return None
        middle = line[len(line) // 3 : max(len(line) // 3 + 1, 2 * len(line) // 3 + 1)]
        within = float(figures()["reassure_m"])
        places, away = self._catalogue.near_line(middle[:: max(1, len(middle) // 40)], within)
        worth = np.array([0.0 if one.called is None else one.weight for one in places])
        score = np.where(away <= within, worth * (1.0 - away / (2.0 * within)), 0.0)
        if score.max(initial=0.0) < _REASSURING:
            return None
        points, columns = np.nonzero(score == score.max())
        columns = columns[points == points[0]]  # where it is seen first; of two there, the nearer
        one = places[columns[np.argmin(away[points[0], columns])]]
        return Landmark(one.kind, one.called, "at", None, 0.0, one.place_id)

    def at_arrival(self, path: Path, last: int) -> ArrivalCue:
        """Return what tells the destination: its number, what stands beside or just before it, and for the radio block and cross street.

        Parameters
        ----------
        path
            The path.
        last
            Row of the part on whose street it is.
        """
        number, block = self._beyond.number_at(path, last)
        beside = self._beside(path, last)
        if number is None:
            passed = self._beyond.street_passed(path, last)
            if passed is not None and (beside is None or passed.distance_m <= _TOLD_EXACTLY_M):
                beside = passed
        return ArrivalCue(number, beside, block, self._beyond.cross_street(path, last))

    def too_far(self, path: Path, last: int) -> Landmark | None:
        """Return what is reached by those who drive past the destination: the next street, the town line, the end of the road.

        Parameters
        ----------
        path
            The path.
        last
            Row of the part on whose street it is.
        """
        return self._beyond.next_thing(path, last)

    # --- inside ----------------------------------------------------------------------------------

    def _points(self, parts: tuple[PathPart, ...]) -> npt.NDArray[np.float64]:
        """Return points along parts, metres, shape ``(n, 2)``."""
        if not parts:
            return np.zeros((0, 2))
        begin, end = (np.array([getattr(part, side) for part in parts]) for side in ("from_m", "to_m"))
        along = (begin[:, None] + _SHARES * (end - begin)[:, None]).ravel()
        segments = np.repeat([part.segment for part in parts], len(_SHARES))
        x, y = self._network.points_along_xy(np.append(segments, parts[-1].segment), np.append(along, parts[-1].to_m))
        return np.column_stack([x, y])

    def _at(self, part: PathPart, share: float) -> tuple[float, float]:
        along = part.from_m + share * (part.to_m - part.from_m)
        start, end = int(self._network.first_vertex[part.segment]), int(self._network.first_vertex[part.segment + 1])
        metres = self._network.vertex_along_m[start:end]
        return (
            float(np.interp(along, metres, self._network.vertex_x[start:end])),
            float(np.interp(along, metres, self._network.vertex_y[start:end])),
        )

    def _approach(self, path: Path, first: int) -> npt.NDArray[np.float64]:
        """Return points of the last metres before a part."""
        parts: list[PathPart] = []
        length = 0.0
        for row in range(first - 1, -1, -1):
            parts.append(path.parts[row])
            length += path.parts[row].length_m
            if length >= _APPROACH_M:
                break
        return self._points(tuple(reversed(parts)))

    def _signal_alone(self, path: Path, manoeuvre: Manoeuvre) -> bool:
        """Tell whether there is a traffic light at a manoeuvre, and none shortly before it on the way."""
        signals = self._network.nodes.text("highway")
        if manoeuvre.node is None or signals[manoeuvre.node] != "traffic_signals":
            return False
        length = 0.0
        for row in range(manoeuvre.first - 1, -1, -1):
            part = path.parts[row]
            node = int(self._network.arc_from[part.arc])
            length += part.length_m
            if length > float(figures()["signal_alone_m"]):
                return True
            if signals[node] == "traffic_signals":
                return False
        return True

    def _beside(self, path: Path, last: int) -> Landmark | None:
        """Return the place that is passed just before the destination, stands across from it, or is it."""
        part = path.parts[last]
        x, y = self._at(part, 1.0)
        heading = self._junctions.bearing_in_deg(part) if abs(part.to_m - part.from_m) < 1.0 else self._heading(part)
        passed = float(figures()["passed_m"])
        way = self._approach(path, last + 1)
        best: tuple[float, Seen, float, float] | None = None
        for away, one in self._catalogue.near(x, y, passed):
            ahead, right = _turned(one.x - x, one.y - y, heading)
            beside = float(np.min(np.hypot(way[:, 0] - one.x, way[:, 1] - one.y)))
            if ahead > _BESIDE_M * 2 or beside > 70.0 or away < 8.0:
                continue
            score = one.weight * (1.0 - away / (1.6 * passed))
            better = score >= float(figures()["least"]) and (best is None or score > best[0])
            if better and self._catalogue.is_alone(one, way):
                best = (score, one, ahead, right)
        if best is None:
            return None
        _, one, ahead, right = best
        snap = path.destination
        goal_right = (snap.side == "right") != part.reversed
        across = abs(ahead) <= _BESIDE_M * 2 and snap.distance_m > 3.0 and (right > 0) != goal_right
        relation: Literal["just past", "opposite", "at"] = (
            "opposite" if across else "just past" if ahead < -_BESIDE_M else "at"
        )
        return Landmark(
            one.kind, one.called, relation, "right" if right > 0 else "left", math.hypot(ahead, right), one.place_id
        )

    def _heading(self, part: PathPart) -> float:
        """Return the direction of travel at the end of a part, degrees."""
        (x0, y0), (x1, y1) = self._at(part, 0.9), self._at(part, 1.0)
        return math.degrees(math.atan2(x1 - x0, y1 - y0)) % 360.0


def _turned(dx: float, dy: float, heading: float) -> tuple[float, float]:
    """Return how far ahead and how far right of a driver a point lies, metres.

    Examples
    --------
    >>> [round(value, 6) for value in _turned(10.0, 0.0, 0.0)]
    [0.0, 10.0]
    """
    angle = math.radians(heading)
    return dx * math.sin(angle) + dy * math.cos(angle), dx * math.cos(angle) - dy * math.sin(angle)
