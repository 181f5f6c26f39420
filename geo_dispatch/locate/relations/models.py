"""How likely each cell is, given one relation to one thing named."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from scipy.special import ndtr, ndtri

from geo_dispatch.locate.relations.along import along_street
from geo_dispatch.locate.relations.anchors import Anchor
from geo_dispatch.locate.relations.clause import Clause
from geo_dispatch.locate.relations.layout import Layout
from geo_dispatch.locate.relations.samples import IntArray, RoadSamples
from geo_dispatch.locate.tables import load_model
from geo_dispatch.locate.tables.relations import DistanceModel, load_relations
from geo_dispatch.town.town import Town

__all__ = ["ALONG", "Setting", "beyond_reach", "half_way_m", "likelihood", "reach_m", "widening"]

FloatArray = npt.NDArray[np.float64]
ALONG = frozenset({"past", "before", "along"})
"""Relations that are measured along the road."""
_SIDED = frozenset({"across", "behind", "front"})
_BINS = 12
_FURTHEST = 0.97
_BLOCKS = frozenset({"block", "blocks"})


@dataclass(frozen=True, slots=True)
class Setting:
    """What a relation to one anchor is judged with.

    Attributes
    ----------
    anchor
        What was named.
    streets
        Rows of the streets that the caller is on, as said; empty when not said.
    front
        Road sample that the anchor fronts, -1 for none.
    wider
        Factor on distances where roads are sparse.
    """

    anchor: Anchor
    streets: tuple[int, ...]
    front: int
    wider: float


def widening(samples: RoadSamples, anchor: Anchor) -> float:
    """Return the factor by which distances grow around an anchor, where roads are sparser than where they were measured."""
    if not len(samples):
        return 1.0  # how dense roads are is not known
    table = load_relations()
    density = samples.road_km_per_km2(anchor.x, anchor.y)
    return float(min(max(math.sqrt(table.dense_road_km_per_km2 / max(density, 0.1)), 1.0), table.widest))


def _rough(clause: Clause, setting: Setting) -> float:
    """Return the factor by which what is known only roughly itself ("at exit 5") widens a distance."""
    if clause.kind != "at" or setting.anchor.radius_m:
        return 1.0
    return max(setting.anchor.draft.radius90_m / _model(clause).p90_m, 1.0)


def _model(clause: Clause) -> DistanceModel:
    table = load_relations()
    return table.distance.get(clause.kind, table.distance["near"])


def _in_blocks(clause: Clause) -> bool:
    return not _BLOCKS.isdisjoint(clause.said.split())


def reach_m(clause: Clause, setting: Setting) -> float:
    """Return how far from the anchor the caller may be, metres."""
    table = load_relations()
    if clause.kind == "between":
        (ax, ay), (bx, by) = setting.anchor.ends
        return 0.75 * math.hypot(ax - bx, ay - by) + 100.0
    if clause.distance_m is None:
        reach = _model(clause).distance_m(_FURTHEST, setting.wider) * _rough(clause, setting)
    elif _in_blocks(clause):
        reach = clause.distance_m * math.exp(table.block_spread * float(ndtri(_FURTHEST)))
    else:
        reach = clause.distance_m * (1 + 2 * table.stated_share) + 2 * table.stated_least_m
    extent = setting.anchor.extent_m
    return max(min(reach + extent, table.furthest_m), extent)  # a long river is not cut off


def beyond_reach(clause: Clause, setting: Setting) -> float:
    """Return the share of callers that are further from the anchor than its cells reach, and far off at all."""
    if clause.kind in ("between", "at", "within"):
        return 0.0
    far = load_model().doubt["wide_m"]
    if clause.distance_m is not None:
        return float(
            1.0
            - _quantile(
                clause, setting, np.asarray(clause.distance_m + max(reach_m(clause, setting) - clause.distance_m, far))
            )
        )
    reach = max(reach_m(clause, setting), far)
    return 1.0 - float(_model(clause).share_nearer(np.asarray(reach / _rough(clause, setting)), setting.wider))


def half_way_m(clause: Clause, setting: Setting) -> float:
    """Return how far from the anchor half of the callers are within, metres."""
    if clause.distance_m is not None:
        return clause.distance_m
    return _model(clause).distance_m(0.5, setting.wider) * _rough(clause, setting)


def likelihood(
    town: Town, samples: RoadSamples, layout: Layout, clause: Clause, setting: Setting
) -> tuple[IntArray, FloatArray]:
    """Return the cells that a relation leaves possible and the probability of each (sum 1; both empty when none is left).

    The distance keeps its measured distribution however dense the roads are: it is cut into parts of equal probability,
    each shared by the cells that lie in it.
    """
    table = load_relations()
    anchor = setting.anchor
    at = layout.near(anchor.x, anchor.y, reach_m(clause, setting))
    if not len(at):
        return at, np.zeros(0)
    dx, dy = layout.x[at] - anchor.x, layout.y[at] - anchor.y
    off = layout.off_road[at]
    no_road = 0.0 if (~off).any() else 1.0
    weight = np.where(off, max(table.off_road.get(clause.kind, table.off_road["default"]), no_road), 1.0)
    if clause.kind == "between":
        weight = weight * _between(town, layout, at, setting)
    else:
        distance = _distance(layout, at, anchor)
        along = _is_along(clause, setting)
        if along:
            distance = _along(town, samples, layout, at, clause, setting)
            weight = weight * np.isfinite(distance)
        if clause.bearing_deg is not None:
            weight = weight * _bearing(dx, dy, clause.bearing_deg, along=along)
        weight = weight * _side(town, samples, layout, at, clause, setting)
        if (
            clause.kind == "near_exit" and setting.streets
        ):  # how far along the road that is driven, whatever roads are around
            on = np.isin(layout.segment[at], _segments(town, setting.streets, -1))
            weight = weight * np.where(on, 1.0, table.side["wrong"])
        if anchor.outline is not None and clause.kind in ("at", "within"):  # anywhere on it alike, soft at its edge
            weight = weight * np.exp(-0.5 * (distance / table.edge_m[clause.kind]) ** 2)
        else:
            weight = _by_distance(weight, _quantile(clause, setting, np.where(np.isfinite(distance), distance, 1e9)))
    total = float(weight.sum())
    if total <= 0.0:
        return at[:0], np.zeros(0)
    kept = weight > 1e-5 * weight.max()
    return at[kept], weight[kept] / float(weight[kept].sum())


def _distance(layout: Layout, at: IntArray, anchor: Anchor) -> FloatArray:
    """Return the distance of cells from a thing, from its edge where its area is on file, metres."""
    if anchor.outline is not None:
        away = np.asarray(shapely.distance(anchor.outline.shape, shapely.points(layout.x[at], layout.y[at])))
    else:
        away = np.asarray(np.hypot(layout.x[at] - anchor.x, layout.y[at] - anchor.y) - 0.8 * anchor.radius_m)
    found: FloatArray = np.maximum(away, 1.0)
    return found


def _is_along(clause: Clause, setting: Setting) -> bool:
    on_street = bool(setting.streets) and (clause.distance_m is not None or clause.kind == "direction")
    return setting.front >= 0 and (clause.kind in ALONG or on_street)


def _quantile(clause: Clause, setting: Setting, distance: FloatArray) -> FloatArray:
    """Return which part of the relation's distances is shorter, 0 to 1."""
    table = load_relations()
    if clause.distance_m is None:
        return _model(clause).share_nearer(distance / _rough(clause, setting), setting.wider)
    if _in_blocks(clause):
        score = np.log(np.maximum(distance, 1.0) / clause.distance_m) / table.block_spread
    else:
        score = (distance - clause.distance_m) / max(table.stated_share * clause.distance_m, table.stated_least_m)
    found: FloatArray = ndtr(score)
    return found


def _by_distance(weight: FloatArray, quantile: FloatArray) -> FloatArray:
    """Share each part of the distances among its cells, less when even the best of them fits badly."""
    part = np.minimum((quantile * _BINS).astype(np.int64), _BINS - 1)
    beyond = (quantile > _FURTHEST) | (quantile < 1e-3)
    weight = np.where(beyond, 0.0, weight)
    total = np.bincount(part, weights=weight, minlength=_BINS)
    best = np.zeros(_BINS)
    np.maximum.at(best, part, weight)
    share = np.minimum(best, 1.0) / np.maximum(total, 1e-12)
    shared: FloatArray = weight * share[part]
    return shared


def _bearing(dx: FloatArray, dy: FloatArray, said_deg: float, *, along: bool) -> FloatArray:
    table = load_relations()
    turn = (np.degrees(np.arctan2(dx, dy)) - said_deg + 180.0) % 360.0 - 180.0
    spread = table.bearing_along_deg if along else table.bearing_deg
    found: FloatArray = np.maximum(np.exp(-0.5 * (turn / spread) ** 2), table.bearing_floor)
    return found


def _side(
    town: Town, samples: RoadSamples, layout: Layout, at: IntArray, clause: Clause, setting: Setting
) -> FloatArray:
    """Weigh cells by the side of the road, seen from the road that the anchor fronts."""
    side, front = load_relations().side, setting.front
    weight = np.ones(len(at))
    if front < 0 or clause.kind not in _SIDED:
        return weight
    fx, fy = float(samples.x[front]), float(samples.y[front])
    nx, ny = setting.anchor.x - fx, setting.anchor.y - fy
    depth = math.hypot(nx, ny)
    if depth < 5.0:
        return weight  # mapped on the road itself: its side is not known
    street = np.asarray(town.network.segment_street)
    own = street[samples.segment[front]]
    cell_street = np.where(layout.segment[at] >= 0, street[layout.segment[at]], -2)
    same = (cell_street == own) & (own >= 0) | (layout.segment[at] == samples.segment[front])
    # How far from the road towards the anchor: 1 at the anchor, 0 on the road, below 0 across it.
    towards = ((layout.x[at] - fx) * nx + (layout.y[at] - fy) * ny) / depth**2
    off = layout.off_road[at]
    if clause.kind == "behind":
        good = towards > 1.0 + 8.0 / depth
        return np.where(good, side["right"], np.where(off | same, side["wrong"], side["other_street"]))
    if clause.kind == "across":
        good = np.where(off, towards < -3.0 / depth, same)
        doubtful = ~off & (towards < 0.5)
        return np.where(good, side["right"], np.where(doubtful, side["other_street"], side["wrong"]))
    good = np.where(off, (towards < 1.0) & (towards > -3.0 / depth), same)
    return np.where(good, side["right"], np.where(off, side["wrong"], side["other_street"]))


def _along(
    town: Town, samples: RoadSamples, layout: Layout, at: IntArray, clause: Clause, setting: Setting
) -> FloatArray:
    """Return distances along the street said, or the one that the anchor fronts."""
    front = setting.front
    segments = _segments(town, _fronted(town, samples, setting), int(samples.segment[front]))
    start = (int(samples.segment[front]), float(samples.along_m[front]))
    furthest = reach_m(clause, setting) * 1.5
    found = along_street(town, segments, start, (layout.segment[at], layout.along_m[at]), furthest)
    # The other carriageway is the same road, though no way leads over to it.
    beside = np.isinf(found) & np.isin(layout.segment[at], segments)
    x, y = float(samples.x[front]), float(samples.y[front])
    found[beside] = np.hypot(layout.x[at][beside] - x, layout.y[at][beside] - y)
    return found


def _fronted(town: Town, samples: RoadSamples, setting: Setting) -> list[int]:
    """Return the street that the anchor fronts, and at a corner where none was said the others about as near."""
    street, anchor = int(town.network.segment_street[samples.segment[setting.front]]), setting.anchor
    own = [street] if street >= 0 else []
    if setting.streets:
        return own
    away = math.hypot(float(samples.x[setting.front]) - anchor.x, float(samples.y[setting.front]) - anchor.y)
    around = samples.near(anchor.x, anchor.y, away + load_relations().corner_m)
    streets = np.unique(np.asarray(town.network.segment_street)[samples.segment[around]])
    return [*own, *(int(row) for row in streets if row >= 0 and row != street)]


def _segments(town: Town, streets: Sequence[int], segment: int) -> list[int]:
    found = [int(s) for street in streets for s in town.street_segments(street)]
    return found or [segment]


def _between(town: Town, layout: Layout, at: IntArray, setting: Setting) -> FloatArray:
    """Weigh cells by how little longer the way from one thing to the other is over them."""
    (ax, ay), (bx, by) = setting.anchor.ends
    x, y = layout.x[at], layout.y[at]
    apart = max(math.hypot(ax - bx, ay - by), 30.0)
    over = (np.hypot(x - ax, y - ay) + np.hypot(x - bx, y - by)) / apart - 1.0
    weight: FloatArray = np.exp(-0.5 * (over / load_relations().between_slack) ** 2)
    if setting.anchor.streets:
        segments = np.concatenate([town.street_segments(street) for street in setting.anchor.streets])
        on = np.isin(layout.segment[at], segments)
        weight = weight * np.where(on, 1.0, 0.0)
    return weight
