"""Weight, height and width limits of roads and bridges, from the map and from the town's own pack."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo_dispatch.geometry import FloatArray
from geo_dispatch.routing.profiles import VehicleSize
from geo_dispatch.routing.snap import Snapper
from geo_dispatch.town.town import Town

__all__ = ["QUANTITIES", "RoadLimits", "read_limits"]

QUANTITIES = ("weight_t", "height_m", "width_m")
_BRIDGE_LIMIT = "bridge_limit"
_NEAR_M = 150.0
"""A limit of the pack is put on a road that is no farther than this from the position it gives."""

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class RoadLimits:
    """Posted limits of each segment; NaN where none is known.

    Attributes
    ----------
    weight_t, height_m, width_m
        Tonnes and metres, shape ``(n_segments,)``.
    is_bridge
        Where a segment is a bridge, shape ``(n_segments,)``.
    from_pack
        Where a limit is the town's own, shape ``(n_segments,)``.
    """

    weight_t: FloatArray
    height_m: FloatArray
    width_m: FloatArray
    is_bridge: Mask
    from_pack: Mask

    def too_small_for(self, size: VehicleSize) -> Mask:
        """Tell which segments a vehicle of a size may not use, shape ``(n_segments,)``; unknown limits stop nobody."""
        stopped = np.zeros(len(self.weight_t), dtype=bool)
        for quantity in QUANTITIES:
            mine = getattr(size, quantity)
            if mine is not None:
                stopped |= np.asarray(getattr(self, quantity)) < mine
        return stopped

    def why(self, segment: int, size: VehicleSize, vehicle: str) -> str:
        """Say which limits of a segment a vehicle exceeds, as in "posted 7.3 t, this engine has 19 t"."""
        said = []
        for quantity, what in (("weight_t", ""), ("height_m", " clearance"), ("width_m", " width")):
            mine, limit = getattr(size, quantity), float(getattr(self, quantity)[segment])
            unit = quantity.rpartition("_")[2]
            if mine is not None and limit < mine:
                said.append(f"posted {_figure(limit)} {unit}{what}, this {vehicle} has {_figure(mine)} {unit}")
        return " and ".join(said)


def _figure(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if value < 5 else f"{value:.1f}".removesuffix(".0")


def read_limits(town: Town, snapper: Snapper) -> RoadLimits:
    """Read the limits of all segments; those of the town's pack (``hazards`` of kind ``bridge_limit``) go before the map's.

    Parameters
    ----------
    town
        The town.
    snapper
        Finds the road that a limit of the pack stands on: a bridge if there is one within 150 m, else the nearest road.
    """
    segments = town.network.segments
    posted = {q: np.asarray(segments.numbers(f"max{q}"), dtype=np.float64).copy() for q in QUANTITIES}
    bridge = segments.text("bridge")
    words = [*(word not in ("no",) for word in bridge.vocabulary()), False]
    is_bridge = np.asarray(words, dtype=bool)[bridge.codes]
    from_pack = np.zeros(len(segments), dtype=bool)
    hazards = town.table("hazards")
    kind = hazards.text("kind")
    for row in range(len(hazards)):
        own = {q: float(hazards.numbers(f"max{q}")[row]) for q in QUANTITIES}
        known = {q: value for q, value in own.items() if np.isfinite(value)}
        if kind[row] != _BRIDGE_LIMIT or not known or not np.isfinite(hazards.lon[row]):
            continue
        for segment in _segments_at(town, snapper, hazards.lon[row], hazards.lat[row], is_bridge):
            from_pack[segment] = True
            for quantity, value in known.items():
                posted[quantity][segment] = value
    return RoadLimits(posted["weight_t"], posted["height_m"], posted["width_m"], is_bridge, from_pack)


def _segments_at(town: Town, snapper: Snapper, lon: float, lat: float, is_bridge: Mask) -> list[int]:
    """Return the segments of the bridge near a position (all of one name that touch), else the nearest road."""
    near_bridge = snapper.snap_many([lon], [lat], usable=is_bridge)
    if near_bridge.segment[0] >= 0 and near_bridge.distance_m[0] <= _NEAR_M:
        return _whole_bridge(town, int(near_bridge.segment[0]), is_bridge)
    nearest = snapper.snap_many([lon], [lat])
    if nearest.segment[0] >= 0 and nearest.distance_m[0] <= _NEAR_M:
        return [int(nearest.segment[0])]
    return []


def _whole_bridge(town: Town, segment: int, is_bridge: Mask) -> list[int]:
    network = town.network
    found, waiting = {segment}, [segment]
    bridges = np.flatnonzero(is_bridge)
    starts, ends = np.asarray(network.segment_from)[bridges], np.asarray(network.segment_to)[bridges]
    while waiting:
        current = waiting.pop()
        nodes = (int(network.segment_from[current]), int(network.segment_to[current]))
        touching = bridges[np.isin(starts, nodes) | np.isin(ends, nodes)]
        new = [s for s in touching.tolist() if s not in found]
        found.update(new)
        waiting += new
    return sorted(found)
