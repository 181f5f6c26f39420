"""The cells that a caller may be in: samples of roads near what was named, and rings of points off the road around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from geo_dispatch.locate.relations.anchors import Anchor
from geo_dispatch.locate.relations.samples import IntArray, RoadSamples
from geo_dispatch.locate.tables.relations import load_relations
from geo_dispatch.town.town import Town

__all__ = ["Layout", "find_front", "lay_out"]

_FRONT_REACH_M = 400.0


@dataclass(frozen=True)
class Layout:
    """Cells: road samples first, then the rings of each anchor.

    Attributes
    ----------
    x, y
        Metres in the town's CRS, shape ``(n,)``.
    sample
        Road sample of each cell, -1 off the road; rising.
    front
        Road sample that the cell's anchor fronts, -1 on the road.
    """

    x: npt.NDArray[np.float64]
    y: npt.NDArray[np.float64]
    sample: IntArray
    front: IntArray
    segment: IntArray
    along_m: npt.NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.x)

    @cached_property
    def off_road(self) -> npt.NDArray[np.bool_]:
        """Tell which cells lie off the road."""
        return self.sample < 0

    def near(self, x: float, y: float, reach_m: float) -> IntArray:
        """Return the cells within a reach of a point, metres."""
        found: IntArray = np.flatnonzero((self.x - x) ** 2 + (self.y - y) ** 2 <= reach_m**2)
        return found


def find_front(town: Town, samples: RoadSamples, anchor: Anchor, streets: Sequence[Anchor]) -> int:
    """Return the road sample that an anchor fronts: of the streets said, else its address's, else the nearest named; -1 for none."""
    found = samples.near(anchor.x, anchor.y, _FRONT_REACH_M)
    if not len(found):
        return -1
    distance = np.hypot(samples.x[found] - anchor.x, samples.y[found] - anchor.y)
    street = np.asarray(town.network.segment_street)[samples.segment[found]]
    said = [row for other in streets for row in other.draft.streets]
    if said and np.isin(street, said).any():
        distance = np.where(np.isin(street, said), distance, np.inf)
    else:
        names = town.table("streets").text("name")
        address = (anchor.draft.address or "").split(" ", 1)[-1].casefold()
        own = [
            row
            for row in np.unique(street[street >= 0]).tolist()
            if address and names[row] and names[row].casefold() == address
        ]
        fits = np.isin(street, own) & (distance <= 200.0)
        distance = (
            np.where(fits, distance, np.inf) if fits.any() else np.where(street >= 0, distance, distance * 3 + 50)
        )
    return int(found[int(np.argmin(distance))])


def lay_out(samples: RoadSamples, reaches: Sequence[tuple[Anchor, float]], fronts: dict[int, int], step: int) -> Layout:
    """Gather the cells around anchors.

    Parameters
    ----------
    samples
        Points along the roads.
    reaches
        Anchors, each with how far from it the caller may be, metres.
    fronts
        Road sample that each anchor fronts, by its place in `reaches`.
    step
        Take every so many samples.
    """
    table = load_relations()
    parts = [samples.near(x, y, reach) for anchor, reach in reaches for x, y in anchor.ends or ((anchor.x, anchor.y),)]
    road = np.unique(np.concatenate([part[part % step == 0] for part in parts]))
    angle = np.linspace(0.0, 2 * np.pi, table.ring_cells, endpoint=False)
    ring_x = np.concatenate([[0.0], *(r * np.sin(angle) for r in table.rings_m)])
    ring_y = np.concatenate([[0.0], *(r * np.cos(angle) for r in table.rings_m)])
    points = [(at, anchor) for at, (anchor, _) in enumerate(reaches) if not anchor.ends]
    x = np.concatenate([samples.x[road].astype(float), *(anchor.x + ring_x for _, anchor in points)])
    y = np.concatenate([samples.y[road].astype(float), *(anchor.y + ring_y for _, anchor in points)])
    rings = [np.full(len(ring_x), fronts.get(at, -1), dtype=np.int64) for at, _ in points]
    front = np.concatenate([np.full(len(road), -1, dtype=np.int64), *rings])
    sample = np.concatenate([road, np.full(len(x) - len(road), -1, dtype=np.int64)])
    segment = np.where(sample >= 0, samples.segment[sample], -1).astype(np.int64)
    along = np.where(sample >= 0, samples.along_m[sample], 0.0).astype(float)
    return Layout(x, y, sample, front, segment, along)
