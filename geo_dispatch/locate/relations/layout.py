"""The cells that a caller may be in: samples of roads near what was named, and points off the road.

Around each thing named lie rings of points; where there is hardly a road, a lattice over all that is in reach; and a lattice over
the kind of ground that was said.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import shapely

from geo_dispatch.locate.place_shapes import PlaceShape
from geo_dispatch.locate.relations.anchors import Anchor
from geo_dispatch.locate.relations.samples import IntArray, RoadSamples
from geo_dispatch.locate.tables.relations import load_relations
from geo_dispatch.town.town import Town

__all__ = ["Layout", "find_front", "lay_out"]

_FRONT_REACH_M = 400.0
_MOST_RINGS = 32


@dataclass(frozen=True)
class Layout:
    """Cells: road samples first, then those off the road.

    Attributes
    ----------
    x, y
        Metres in the town's CRS, shape ``(n,)``.
    sample
        Road sample of each cell, -1 off the road; rising.
    front
        Road sample that the cell's anchor fronts, -1 on the road and where there is none.
    segment, along_m
        Road segment of each cell, -1 off the road, and metres along it.
    half_m
        Half the side of the square that each cell stands for.
    step
        Every so many road samples were taken.
    """

    x: npt.NDArray[np.float64]
    y: npt.NDArray[np.float64]
    sample: IntArray
    front: IntArray
    segment: IntArray
    along_m: npt.NDArray[np.float64]
    half_m: npt.NDArray[np.float64]
    step: int = 1

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


def lay_out(
    samples: RoadSamples,
    reaches: Sequence[tuple[Anchor, float]],
    fronts: Sequence[int],
    step: int,
    *,
    more: tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]] | None = None,
    along: IntArray | None = None,
) -> Layout:
    """Gather the cells around anchors.

    Parameters
    ----------
    samples
        Points along the roads.
    reaches
        Anchors, each with how far from it the caller may be, metres.
    fronts
        Road sample that each anchor fronts.
    step
        Take every so many samples.
    more
        Further points off the road, metres.
    along
        Further road samples.
    """
    table = load_relations()
    near = [samples.near(x, y, reach) for anchor, reach in reaches for x, y in anchor.ends or ((anchor.x, anchor.y),)]
    taken = [part[part % step == 0] for part in (*near, *(() if along is None else (along,)))]
    road = np.unique(np.concatenate(taken)) if taken else np.zeros(0, dtype=np.int64)
    angle = np.linspace(0.0, 2 * np.pi, table.ring_cells, endpoint=False)
    ring_x = np.concatenate([[0.0], *(r * np.sin(angle) for r in table.rings_m)])
    ring_y = np.concatenate([[0.0], *(r * np.cos(angle) for r in table.rings_m)])
    points = [(at, anchor) for at, (anchor, _) in enumerate(reaches) if not anchor.ends]
    bare = [(anchor, reach) for (anchor, reach), part in zip(reaches, near, strict=False) if _is_bare(part, reach)]
    grid_x, grid_y, half = _lattice(bare) if bare else (np.zeros(0), np.zeros(0), table.cell_m)
    more_x, more_y = more if more is not None else (np.zeros(0), np.zeros(0))
    outlines = [anchor.outline for anchor, _ in reaches if anchor.outline is not None]
    grid_half = np.concatenate([np.full(len(grid_x), half), *(np.full(len(o.x), o.step_m / 2) for o in outlines)])
    beside = [_beside(outline, ring_x, ring_y) for outline in outlines]
    grid_half = np.concatenate([grid_half, *(np.full(len(x), table.cell_m) for x, _ in beside)])
    grid_x = np.concatenate([grid_x, *(outline.x for outline in outlines), *(x for x, _ in beside)])
    grid_y = np.concatenate([grid_y, *(outline.y for outline in outlines), *(y for _, y in beside)])
    x = np.concatenate([samples.x[road].astype(float), *(anchor.x + ring_x for _, anchor in points), grid_x, more_x])
    y = np.concatenate([samples.y[road].astype(float), *(anchor.y + ring_y for _, anchor in points), grid_y, more_y])
    rings = [np.full(len(ring_x), fronts[at], dtype=np.int64) for at, _ in points]
    rest = np.full(len(grid_x) + len(more_x), -1, dtype=np.int64)
    front = np.concatenate([np.full(len(road), -1, dtype=np.int64), *rings, rest])
    sample = np.concatenate([road, np.full(len(x) - len(road), -1, dtype=np.int64)])
    segment = np.where(sample >= 0, samples.segment[sample], -1) if len(samples) else np.full(len(x), -1)
    metres = np.where(sample >= 0, samples.along_m[sample], 0.0) if len(samples) else np.zeros(len(x))
    halves = np.full(len(x), table.cell_m)
    halves[len(x) - len(rest) : len(x) - len(more_x)] = np.maximum(grid_half, table.cell_m)
    return Layout(x, y, sample, front, segment.astype(np.int64), metres.astype(float), halves, step)


def _beside(
    outline: PlaceShape, ring_x: npt.NDArray[np.float64], ring_y: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Lay rings also along a thing that reaches beyond those around its middle: outside it, at points all along it."""
    widest = load_relations().rings_m[-1]
    if outline.extent_m <= widest:
        return np.zeros(0), np.zeros(0)
    count = min(math.ceil(outline.extent_m / widest), _MOST_RINGS)
    every = slice(None, None, max(len(outline.x) // count, 1))
    x, y = np.add.outer(outline.x[every], ring_x).ravel(), np.add.outer(outline.y[every], ring_y).ravel()
    outside = ~shapely.contains_xy(outline.shape, x, y)
    return x[outside], y[outside]


def _is_bare(near: IntArray, reach_m: float) -> bool:
    """Tell whether there is hardly a road within a reach: less than one across it."""
    return len(near) * load_relations().spacing_m < reach_m


def _lattice(bare: Sequence[tuple[Anchor, float]]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], float]:
    """Lay points over all that is in reach of anchors, one lattice for all of them; also half its spacing, metres."""
    table = load_relations()
    area = sum((2 * reach) ** 2 for _, reach in bare)
    step = max(table.lattice_least_m, (area / table.lattice_most) ** 0.5)
    squares = []
    for anchor, reach in bare:
        column = np.arange(int((anchor.x - reach) // step), int((anchor.x + reach) // step) + 1)
        row = np.arange(int((anchor.y - reach) // step), int((anchor.y + reach) // step) + 1)
        squares.append(np.stack(np.meshgrid(column, row), axis=-1).reshape(-1, 2))
    both = np.unique(np.concatenate(squares), axis=0)
    return (both[:, 0] + 0.5) * step, (both[:, 1] + 0.5) * step, step / 2
