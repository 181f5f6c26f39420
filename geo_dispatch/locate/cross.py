"""The cross streets on both sides of a point of a road."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo_dispatch.locate.normalise import street_key
from geo_dispatch.town.columns import Arrays
from geo_dispatch.town.town import Town

__all__ = ["CrossStreet", "CrossStreets"]

VERSION = 2
_MOST_STEPS = 400
_FURTHEST_M = 20_000.0


@dataclass(frozen=True, slots=True)
class CrossStreet:
    """The next street that meets a road in one direction: its name, metres along the road, and where.

    ``name`` is None and ``ends`` True where the road ends, or leaves the map, before any other street.
    """

    name: str | None
    distance_m: float
    lon: float
    lat: float
    ends: bool


def _node_arrays(town: Town) -> Arrays:
    """List the road segments at each node."""
    network = town.network
    segments = np.arange(network.segment_count, dtype=np.int32)
    node = np.concatenate([network.segment_from, network.segment_to])
    order = np.argsort(node, kind="stable")
    return {
        "first": np.searchsorted(node[order], np.arange(network.node_count + 1)).astype(np.int64),
        "segment": np.concatenate([segments, segments])[order],
        "by_osmid": np.argsort(network.node_osmid, kind="stable"),
    }


class CrossStreets:
    """Walks along a road until another street meets it.

    Parameters
    ----------
    town
        The town; its index is made at first use and kept beside the town file.
    """

    def __init__(self, town: Town) -> None:
        self._town = town
        self._arrays = town.derived("node_segments", VERSION, lambda: _node_arrays(town))

    def find_node(self, osmid: int) -> int | None:
        """Return the row of a node by its id; None when the network has none."""
        order = self._arrays["by_osmid"]
        ids = self._town.network.node_osmid
        at = int(np.searchsorted(ids, osmid, sorter=order))
        return int(order[at]) if at < len(order) and ids[order[at]] == osmid else None

    def segments_at(self, node: int) -> list[int]:
        """Return the road segments that end at a node."""
        first = self._arrays["first"]
        found: list[int] = self._arrays["segment"][int(first[node]) : int(first[node + 1])].tolist()
        return list(dict.fromkeys(found))

    def street_name(self, segment: int) -> str | None:
        """Return the name of the street a segment is part of; None when unnamed."""
        street = int(self._town.network.segment_street[segment])
        name: str | None = self._town.table("streets").text("name")[street] if street >= 0 else None
        return name

    def find_both(self, segment: int, along_m: float) -> tuple[CrossStreet, CrossStreet]:
        """Return the cross streets towards the digitised start and end of a segment.

        Parameters
        ----------
        segment
            Row of a road segment.
        along_m
            Metres from its digitised start.
        """
        network = self._town.network
        length = float(network.segment_length_m[segment])
        return (
            self._walk(segment, int(network.segment_from[segment]), max(along_m, 0.0)),
            self._walk(segment, int(network.segment_to[segment]), max(length - along_m, 0.0)),
        )

    def list_names(self, segment: int, along_m: float) -> tuple[str, ...]:
        """Return the names of the cross streets on both sides, those that there are."""
        return tuple(dict.fromkeys(cross.name for cross in self.find_both(segment, along_m) if cross.name))

    def _walk(self, segment: int, node: int, distance_m: float) -> CrossStreet:
        network = self._town.network
        name = self.street_name(segment)
        key = street_key(name) if name else ""
        for _ in range(_MOST_STEPS):
            others = [other for other in self.segments_at(node) if other != segment]
            names = [(self.street_name(other), other) for other in others]
            crossing = [other for other, _ in names if other and street_key(other) != key]
            if crossing:
                return self._found(crossing[0], distance_m, node, ends=False)
            onward = [other for said, other in names if (street_key(said) if said else "") == key]
            if not key and len(onward) != 1:
                onward = []
            if not onward or distance_m > _FURTHEST_M:
                break
            segment = onward[0]
            distance_m += float(network.segment_length_m[segment])
            start = int(network.segment_from[segment])
            node = int(network.segment_to[segment]) if start == node else start
        return self._found(None, distance_m, node, ends=True)

    def _found(self, name: str | None, distance_m: float, node: int, *, ends: bool) -> CrossStreet:
        network = self._town.network
        return CrossStreet(name, distance_m, float(network.node_lon[node]), float(network.node_lat[node]), ends)
