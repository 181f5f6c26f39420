"""Where nobody comes in time: pieces of road beyond a threshold that hang together, with the addresses on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from geo_dispatch.coverage.stretches import Stretches
from geo_dispatch.coverage.tally import SLACK_S, seconds
from geo_dispatch.geometry import FloatArray
from geo_dispatch.town.network import Network
from geo_dispatch.town.town import Town

__all__ = ["Gap", "find_gaps"]

_LEAST_ROAD_M = 100.0
"""A piece of road without an address is a gap from this length on."""
_END_M = 0.5
_NAMES = 4


@dataclass(frozen=True, slots=True)
class Gap:
    """Roads beyond the last threshold that hang together.

    Attributes
    ----------
    addresses
        How many lie on them.
    road_m
        Metres of road.
    lon, lat
        An address, or the middle of a road, near the middle of it.
    streets
        Names, those with most addresses, then most metres, first.
    municipality
        Where most of it lies, None unknown.
    nearest_s, worst_s
        Response time of the first responder where it is best and worst; inf where nobody comes.
    rows
        Rows of the demand's addresses.
    """

    addresses: int
    road_m: float
    lon: float
    lat: float
    streets: tuple[str, ...]
    municipality: str | None
    nearest_s: float
    worst_s: float
    rows: npt.NDArray[np.int64]

    def document(self) -> Mapping[str, Any]:
        """Return it as part of the coverage document."""
        return {
            "addresses": self.addresses,
            "road_m": round(self.road_m, 1),
            "lon": round(self.lon, 6),
            "lat": round(self.lat, 6),
            "streets": list(self.streets),
            "municipality": self.municipality,
            "nearest_s": seconds(self.nearest_s),
            "worst_s": seconds(self.worst_s),
            "reachable": bool(np.isfinite(self.worst_s)),
        }


def find_gaps(
    town: Town,
    stretches: Stretches,
    segment: npt.NDArray[np.int64],
    response_s: FloatArray,
    lonlat: FloatArray,
    limit_s: float,
    beyond: int,
) -> tuple[Gap, ...]:
    """Find the gaps of a town, those with most addresses first.

    Parameters
    ----------
    town
        The town.
    stretches
        Of its roads.
    segment, response_s
        Road and response time of each address; -1 for one far from every road.
    lonlat
        Position of each address, degrees, shape ``(n, 2)``.
    limit_s
        Addresses later than this are in a gap.
    beyond
        Band of the stretches that are.
    """
    network = town.network
    late = np.flatnonzero(stretches.band == beyond)
    label_of_stretch, parts = _joined(network, stretches, late)
    part_of_segment = np.full(network.segment_count + 1, -1, dtype=np.int64)
    part_of_segment[stretches.segment[late]] = label_of_stretch
    unserved = np.flatnonzero(response_s > limit_s + SLACK_S)
    part_of_address = part_of_segment[segment[unserved]]
    alone = np.flatnonzero(part_of_address < 0)
    part_of_address[alone] = parts  # on no road that counts: together
    found = []
    for part in np.unique(np.concatenate([label_of_stretch, part_of_address])).tolist():
        mine, rows = late[label_of_stretch == part], unserved[part_of_address == part]
        metres = float(stretches.length_m[mine].sum())
        if len(rows) or metres >= _LEAST_ROAD_M:
            found.append(_gap(town, stretches, mine, rows, response_s, lonlat, segment))
    return tuple(sorted(found, key=lambda gap: (-gap.addresses, -gap.road_m, gap.lon, gap.lat)))


def _joined(network: Network, stretches: Stretches, late: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], int]:
    """Number the parts that late stretches form: those that meet at a node, or on one segment, are together."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    segment = stretches.segment[late]
    nodes, count = network.node_count, len(late)
    length = np.asarray(network.segment_length_m)[segment]
    at_start = stretches.from_m[late] <= _END_M
    at_end = stretches.to_m[late] >= length - _END_M
    rows = np.concatenate([np.flatnonzero(at_start), np.flatnonzero(at_end), np.arange(count)])
    columns = np.concatenate(
        [
            np.asarray(network.segment_from)[segment[at_start]],
            np.asarray(network.segment_to)[segment[at_end]],
            nodes + segment,
        ]
    )
    size = count + nodes + network.segment_count
    joins = coo_array((np.ones(len(rows), dtype=np.int8), (rows, count + columns)), shape=(size, size))
    parts, label = connected_components(joins, directed=False)
    return label[:count].astype(np.int64), int(parts)


def _gap(
    town: Town,
    stretches: Stretches,
    mine: npt.NDArray[np.int64],
    rows: npt.NDArray[np.int64],
    response_s: FloatArray,
    lonlat: FloatArray,
    segment: npt.NDArray[np.int64],
) -> Gap:
    network = town.network
    names, places = network.segments.text("name"), network.segments.text("municipality")
    weight: dict[str, list[float]] = {}
    where: dict[str, float] = {}
    metres = stretches.length_m[mine]
    for row, length in zip(stretches.segment[mine].tolist(), metres.tolist(), strict=True):
        if names[row]:
            weight.setdefault(names[row], [0.0, 0.0])[1] -= length
        if places[row]:
            where[places[row]] = where.get(places[row], 0.0) + length
    for row in segment[rows][segment[rows] >= 0].tolist():
        if names[row]:
            weight.setdefault(names[row], [0.0, 0.0])[0] -= 1
    times = response_s[rows] if len(rows) else np.concatenate([stretches.from_s[mine], stretches.to_s[mine]])
    if len(rows):
        points = lonlat[rows]
        at = points[int(np.argmin(((points - np.median(points, axis=0)) ** 2).sum(axis=1)))]
    else:
        longest = int(mine[np.argmax(metres)])
        middle = float(stretches.from_m[longest] + stretches.to_m[longest]) / 2
        at = np.asarray(network.point_along(int(stretches.segment[longest]), middle))
    return Gap(
        addresses=len(rows),
        road_m=float(metres.sum()),
        lon=float(at[0]),
        lat=float(at[1]),
        streets=tuple(sorted(weight, key=lambda name: (*weight[name], name))[:_NAMES]),
        municipality=max(where, key=lambda name: (where[name], name), default=None),
        nearest_s=float(times.min()),
        worst_s=float(times.max()),
        rows=rows,
    )
