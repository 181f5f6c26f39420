"""Stretches of streets: from one crossing street to another."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

from geo_dispatch.errors import ClosureError
from geo_dispatch.routing.street_names import StreetNames
from geo_dispatch.town.town import Town

__all__ = ["Stretches"]

_LISTED = 8
_GAP_WEIGHT = 10.0
_GAP_M, _GAP_SHARE = 200.0, 0.25
"""A street may be interrupted (by a rotary, a bridge with its own name) over so many metres, or this share of the stretch."""


class Stretches:
    """Finds the segments of streets and of stretches of them.

    Parameters
    ----------
    town
        The town.
    names
        Its streets by name.
    """

    def __init__(self, town: Town, names: StreetNames) -> None:
        self._town = town
        self._network = town.network
        self._names = names
        self._municipality = town.table("streets").text("municipality")

    def streets(self, words: str, *, hint: str = "") -> list[int]:
        """Return the rows of streets of a name.

        Raises
        ------
        ClosureError
            If there is none.
        """
        found = self._names.find(words)
        if not found:
            close = self._names.close_to(words)
            meant = f": did you mean {' or '.join(close)}?" if close else ": check the name"
            raise ClosureError(f"no street or bridge here is called {words!r}{meant}{hint}")
        return found

    def whole(self, streets: Sequence[int], words: str) -> list[int]:
        """Return the segments of a whole street: that of the own town, where several towns have one.

        Raises
        ------
        ClosureError
            If several other towns have one.
        """
        own = self._own(streets)
        towns = sorted({name for row in own if (name := self._municipality[row])})
        if len(towns) > 1 and self._town.meta.name not in towns:
            raise ClosureError(f"{words} is in {' and in '.join(towns)}: say which, as in '{words}, {towns[0]}'")
        return sorted(self._segments(own))

    def between(self, street: str, start: str, end: str) -> list[int]:
        """Return the segments of a street from one crossing street to another, of both carriageways where there are two.

        Raises
        ------
        ClosureError
            If a street is unknown, or two of them never meet.
        """
        rows = self.streets(street)
        crossing = [self.streets(words) for words in (start, end)]
        for choice in (self._own(rows), rows):
            along = self._segments(choice)
            nodes = self._nodes(along)
            meets = [nodes & self._nodes(self._segments(other) - along) for other in crossing]
            if all(meets):
                break
        for met, words in zip(meets, (start, end), strict=True):
            if not met:
                raise ClosureError(f"{street} and {words} never meet: {street} meets {self._listed_crossings(along)}")
        if meets[0] == meets[1]:
            raise ClosureError(f"{street} meets {start} and {end} at the same place: name the street at its other end")
        found = self._ways(along, *meets)
        if not found:
            raise ClosureError(
                f"{street} does not run from {start} to {end} without a break: close its parts one by one"
            )
        return sorted(found)

    def _own(self, streets: Sequence[int]) -> list[int]:
        return [row for row in streets if self._municipality[row] in (self._town.meta.name, None)] or list(streets)

    def _segments(self, streets: Iterable[int]) -> set[int]:
        return {int(segment) for row in streets for segment in self._town.street_segments(row)}

    def _nodes(self, segments: Iterable[int]) -> set[int]:
        rows = np.asarray(list(segments), dtype=np.int64)
        return {*self._network.segment_from[rows].tolist(), *self._network.segment_to[rows].tolist()}

    def _ways(self, along: set[int], start: set[int], end: set[int]) -> set[int]:
        """Return the segments of the street on the shortest ways between two sets of nodes, there and back."""
        found: set[int] = set()
        for a, b in ((start, end), (end, start)):
            found |= set(self._shortest(along, a, b, directed=True) or ())
        if not found:
            found = set(self._shortest(along, start, end, directed=False) or ())
        return found or self._over_gaps(along, start, end)

    def _shortest(self, along: set[int], start: set[int], end: set[int], *, directed: bool) -> list[int] | None:
        network = self._network
        leaving: dict[int, list[tuple[int, float, int]]] = defaultdict(list)
        for segment in along:
            a, b = int(network.segment_from[segment]), int(network.segment_to[segment])
            length = float(network.segment_length_m[segment])
            if not directed or network.segment_forward_arc[segment] >= 0:
                leaving[a].append((b, length, segment))
            if not directed or network.segment_backward_arc[segment] >= 0:
                leaving[b].append((a, length, segment))
        return _dijkstra(leaving, start, end)

    def _over_gaps(self, along: set[int], start: set[int], end: set[int]) -> set[int]:
        """Return the street's segments on a way that leaves it for short pieces only; none when there is no such way."""
        network = self._network
        leaving: dict[int, list[tuple[int, float, int]]] = defaultdict(list)
        near = self._nodes(along)
        for _ in range(2):  # what touches the street, and what touches that
            touching = np.flatnonzero(
                np.isin(network.segment_from, list(near)) | np.isin(network.segment_to, list(near))
            )
            near |= self._nodes(touching.tolist())
        for segment in touching.tolist():
            weight = float(network.segment_length_m[segment]) * (1.0 if segment in along else _GAP_WEIGHT)
            a, b = int(network.segment_from[segment]), int(network.segment_to[segment])
            leaving[a].append((b, weight, segment))
            leaving[b].append((a, weight, segment))
        way = _dijkstra(leaving, start, end) or []
        on = [segment for segment in way if segment in along]
        off_m = sum(float(network.segment_length_m[s]) for s in way if s not in along)
        on_m = sum(float(network.segment_length_m[s]) for s in on)
        return set(on) if on and off_m <= max(_GAP_M, _GAP_SHARE * on_m) else set()

    def _listed_crossings(self, along: set[int]) -> str:
        network, streets = self._network, self._town.table("streets")
        nodes = np.asarray(sorted(self._nodes(along)))
        at = np.flatnonzero(np.isin(network.segment_from, nodes) | np.isin(network.segment_to, nodes))
        rows = dict.fromkeys(int(network.segment_street[s]) for s in at.tolist() if s not in along)
        names = list(dict.fromkeys(name for row in rows if row >= 0 and (name := streets.text("name")[row])))
        more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
        return (", ".join(names[:_LISTED]) + more) or "no named street"


def _dijkstra(leaving: dict[int, list[tuple[int, float, int]]], start: set[int], end: set[int]) -> list[int] | None:
    """Return the segments of the shortest way from any of some nodes to any of others."""
    best = dict.fromkeys(start, 0.0)
    came: dict[int, tuple[int, int]] = {}
    waiting = [(0.0, node) for node in sorted(start)]
    while waiting:
        far, node = heapq.heappop(waiting)
        if node in end:
            segments = []
            while node in came:
                node, segment = came[node]
                segments.append(segment)
            return segments[::-1]
        if far > best[node]:
            continue
        for head, length, segment in leaving.get(node, ()):
            if far + length < best.get(head, np.inf):
                best[head] = far + length
                came[head] = (node, segment)
                heapq.heappush(waiting, (far + length, head))
    return None
