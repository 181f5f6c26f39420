"""Clauses with what they may relate to, and the likelihood ratio of each at every cell."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
import numpy.typing as npt
import shapely

from geo_dispatch.geometry import Projection
from geo_dispatch.locate.draft import Finder
from geo_dispatch.locate.relations.anchors import Anchor
from geo_dispatch.locate.relations.clause import Clause
from geo_dispatch.locate.relations.grounds import Grounds
from geo_dispatch.locate.relations.layout import Layout, find_front
from geo_dispatch.locate.relations.models import FloatArray, Setting, likelihood, reach_m, widening
from geo_dispatch.locate.relations.samples import IntArray, RoadSamples
from geo_dispatch.locate.shapes import street_shape
from geo_dispatch.locate.tables.relations import load_relations
from geo_dispatch.locate.tables.scene import load_scene
from geo_dispatch.town.town import Town

__all__ = ["Part", "PartWeigher", "Role", "Weighed"]

Role = Literal["relation", "at", "on", "area", "bound", "ground"]

_READ_OFF = frozenset({"address", "intersection", "place"})
_EXACT = 0.97
_AREA_EDGE_M = 300.0
_LEAST_EVERYWHERE = 2000.0


@dataclass(frozen=True, slots=True)
class Part:
    """One clause with what it may relate to.

    Attributes
    ----------
    clause
        The clause.
    role
        How it is weighed: relation to a thing, at a thing, on a street, in an area, along a direction of travel, on a
        kind of ground. The last two have no anchors.
    anchors, shares
        Things it may relate to, and the share of each: they sum to 1 or, when some were left out, less.
    of_kind
        How many places of the kind there are, if it named a kind.
    """

    clause: Clause
    role: Role
    anchors: tuple[Anchor, ...] = ()
    shares: tuple[float, ...] = ()
    of_kind: int = 0

    @property
    def leads(self) -> bool:
        """Tell whether candidates may be made of its anchors."""
        return self.role in ("relation", "at", "on")

    @property
    def wrong_share(self) -> float:
        """Return how often such a clause is simply wrong: an address or a crossing that was named in full is less often than others."""
        table = load_relations()
        exact = self.role == "at" and any(
            anchor.draft.kind in _READ_OFF and anchor.draft.similarity >= _EXACT for anchor in self.anchors
        )
        return table.wrong_exact if exact else table.epsilon


@dataclass(frozen=True, slots=True)
class Weighed:
    """A part at every cell.

    Attributes
    ----------
    part
        The part.
    settings
        One for each anchor of a relation.
    found
        For each anchor the cells it leaves possible, and the probability of each (sum 1).
    ratio
        Likelihood ratio against a cell anywhere in town, shape ``(n_cells,)``.
    """

    part: Part
    settings: tuple[Setting, ...]
    found: tuple[tuple[IntArray, FloatArray], ...]
    ratio: FloatArray


class PartWeigher:
    """Weighs parts at cells.

    Parameters
    ----------
    finder
        The town and its names.
    samples
        Points along its roads.
    grounds
        Its kinds of ground.
    """

    def __init__(self, finder: Finder, samples: RoadSamples, grounds: Grounds) -> None:
        self._finder, self._samples, self._grounds = finder, samples, grounds

    def everywhere(self, step: int) -> float:
        """Return how many cells the town has."""
        return max(len(self._samples) / step, _LEAST_EVERYWHERE)

    def settings(self, part: Part, streets: tuple[Anchor, ...]) -> tuple[Setting, ...]:
        """Return what the relation of a part to each anchor is judged with."""
        if part.role not in ("relation", "at"):
            return ()
        said = tuple(row for street in streets for row in street.draft.streets)
        found = []
        for anchor in part.anchors:
            front = -1 if anchor.ends else find_front(self._finder.town, self._samples, anchor, streets)
            found.append(Setting(anchor, said, front, widening(self._samples, anchor)))
        return tuple(found)

    def reach(self, part: Part, setting: Setting) -> float:
        """Return how far from an anchor cells are laid out, metres."""
        return reach_m(part.clause, setting)

    def weigh(self, part: Part, settings: tuple[Setting, ...], layout: Layout, step: int) -> Weighed:
        """Weigh a part at every cell of a layout."""
        everywhere = self.everywhere(step)
        if part.role in ("relation", "at"):
            found = tuple(
                likelihood(self._finder.town, self._samples, layout, part.clause, setting) for setting in settings
            )
        elif part.role == "on":
            found = tuple(self._on_street(part, layout, anchor) for anchor in part.anchors)
        else:
            ratio = {"area": self._in_areas, "bound": self._bound, "ground": self._on_ground}[part.role](part, layout)
            return Weighed(part, settings, (), ratio)
        epsilon = part.wrong_share
        density = np.zeros(len(layout))
        for share, (at, values) in zip(part.shares, found, strict=True):
            density[at] += share * values
        return Weighed(part, settings, found, epsilon + (1 - epsilon) * everywhere * density)

    def _on_street(self, part: Part, layout: Layout, street: Anchor) -> tuple[IntArray, FloatArray]:
        """Return the cells on a street, those off the road beside it in part, each the same share of the whole street."""
        table, network = load_relations(), self._finder.town.network
        segments = np.asarray(street.draft.segments)
        front = np.where(layout.front >= 0, self._samples.segment[layout.front], -1)
        fits = np.isin(layout.segment, segments) + table.off_road["on"] * np.isin(front, segments)
        if part.clause.kind != "on":  # near a street is also the ground beside it: tracks, woods, water
            loose = np.flatnonzero((layout.segment < 0) & (layout.front < 0))
            line = street_shape(self._finder.town, street.draft.segments)
            away = np.asarray(shapely.distance(line, shapely.points(layout.x[loose], layout.y[loose])))
            fits[loose] = np.exp(-0.5 * (away / table.distance["near"].p90_m) ** 2)
        length = float(np.asarray(network.segment_length_m)[segments].sum()) / table.spacing_m / layout.step
        at: IntArray = np.flatnonzero(fits > 0)
        return at, fits[at] / max(length, 1.0)

    def _in_areas(self, part: Part, layout: Layout) -> FloatArray:
        """Weigh cells by the areas named: all inside alike, soft at the edge."""
        town, epsilon = self._finder.town, load_relations().epsilon
        ratio = np.full(len(layout), epsilon)
        whole = self.everywhere(1) * load_relations().spacing_m * 2 * self._samples.setback_m
        for share, anchor in zip(part.shares, part.anchors, strict=True):
            rows = self._outlines(anchor)
            if rows:
                shape = shapely.union_all([_outline_xy(town, row) for row in rows])
                inside = max(float(shape.area), 1.0)
                away = shapely.distance(shape, shapely.points(layout.x, layout.y))
                soft = np.exp(-0.5 * (away / _AREA_EDGE_M) ** 2)
            else:
                sigma = anchor.draft.radius90_m / 1.5
                inside = 2 * math.pi * sigma**2
                soft = np.exp(-0.5 * ((layout.x - anchor.x) ** 2 + (layout.y - anchor.y) ** 2) / sigma**2)
            ratio += (1 - epsilon) * share * min(max(whole / inside, 1.0), 50.0) * soft
        return ratio

    def _outlines(self, anchor: Anchor) -> list[int]:
        boundaries, key = self._finder.town.table("boundaries"), anchor.draft.topic
        rows = range(len(boundaries))
        return [row for row in rows if boundaries.text("name")[row] == key and boundaries.text("kind")[row] != "county"]

    def _bound(self, part: Part, layout: Layout) -> FloatArray:
        """Weigh cells by the direction of travel: a carriageway that runs another way is the other one."""
        scene, network = load_scene(), self._finder.town.network
        ratio = np.ones(len(layout))
        on = np.flatnonzero(layout.segment >= 0)
        segment = layout.segment[on]
        forward = np.asarray(network.segment_forward_arc)[segment] >= 0
        backward = np.asarray(network.segment_backward_arc)[segment] >= 0
        heading = self._samples.heading_deg[layout.sample[on]] + np.where(forward, 0.0, 180.0)
        turn = np.abs((heading - (part.clause.bearing_deg or 0.0) + 180.0) % 360.0 - 180.0)
        one_way = forward != backward
        ratio[on] = np.where(one_way, np.where(turn <= scene.bound_apart_deg, 1.5, scene.bound_other), 1.0)
        return ratio

    def _on_ground(self, part: Part, layout: Layout) -> FloatArray:
        """Weigh cells by the kind of ground said."""
        on = self._grounds.is_on(part.clause.objects[0][0], layout.x, layout.y)
        return np.where(on, 3.0, load_scene().ground_other)


@lru_cache(maxsize=256)
def _outline(projection: Projection, wkb: bytes) -> shapely.Geometry:
    def to_xy(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.column_stack(projection.arrays_to_xy(points[:, 0].copy(), points[:, 1].copy()))

    shape = shapely.simplify(shapely.transform(shapely.from_wkb(wkb), to_xy), 20.0)
    shapely.prepare(shape)
    return shape


def _outline_xy(town: Town, row: int) -> shapely.Geometry:
    """Return a boundary's outline in metres."""
    raw = town.table("boundaries").wkb(row)
    return shapely.Polygon() if raw is None else _outline(town.projection, raw)
