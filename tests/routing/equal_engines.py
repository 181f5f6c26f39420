"""The hierarchy against plain search on a built town: random questions, profiles and closures, and equal times."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geo_dispatch.routing import RoadPoint, RoadPoints, Router
from geo_dispatch.routing.hierarchy import HierarchySearch
from geo_dispatch.routing.vehicle_search import VehicleSearch
from geo_dispatch.routing.vehicles import NOTHING_CLOSED, Blockage
from geo_dispatch.town.town import Town

_NONE = np.zeros(0, dtype=np.int64)
_COLUMNS = 8


@dataclass
class Compared:
    """How many times were compared, how many differ at all, had a way, and were answered by a hierarchy."""

    queries: int = 0
    differing: int = 0
    with_way: int = 0
    by_hierarchy: int = 0

    def add(self, ours: np.ndarray, theirs: np.ndarray, *, by_hierarchy: bool) -> None:
        """Count what differs."""
        self.queries += theirs.size
        self.differing += int((ours != theirs).sum())
        self.with_way += int(np.isfinite(theirs).sum())
        self.by_hierarchy += theirs.size * by_hierarchy


def random_closures(town: Town, search: VehicleSearch, rng: np.random.Generator) -> np.ndarray:
    """Close a few segments, half of them on a fastest way, sometimes in one direction only."""
    network = town.network
    segments = rng.choice(network.segment_count, int(rng.integers(1, 5)))
    a, b = random_points(town, search.graph.usable_segments(), 2, rng)
    path = search.one_to_one(a, b)
    if path is not None:
        segments = np.concatenate([segments, rng.choice(network.arc_segment[path.arcs], 2)])
    arcs = np.concatenate([network.segment_forward_arc[segments], network.segment_backward_arc[segments]])
    return np.unique(arcs[(arcs >= 0) & (rng.random(len(arcs)) < rng.choice([0.5, 1.0]))]).astype(np.int64)


def random_points(town: Town, usable: np.ndarray, count: int, rng: np.random.Generator) -> list[RoadPoint]:
    """Draw points on usable roads, two in eight at an end of a segment."""
    found = []
    for segment in rng.choice(np.flatnonzero(usable), count).tolist():
        length = float(town.network.segment_length_m[segment])
        found.append(RoadPoint(segment, float(rng.choice([0.0, length, *rng.uniform(0, length, 6)]))))
    return found


def compare_engines(town: Town, profiles: Sequence[str], *, queries: int, seed: int, rows: int = 10) -> Compared:
    """Ask both engines the same until so many times have been compared for each profile; three in four around closures."""
    rng, total = np.random.default_rng(seed), Compared()
    routers = {"hierarchy": Router(town, engine="hierarchy"), "plain": Router(town, engine="plain")}
    for profile in profiles:
        quick, plain = (router.vehicle(profile) for router in routers.values())
        begun = total.queries
        while total.queries - begun < queries:
            closed = random_closures(town, quick.search(), rng) if rng.random() < 0.75 else _NONE
            blockage = Blockage(closed, _NONE) if len(closed) else NOTHING_CLOSED
            ours, theirs = quick.search(blockage), plain.search(blockage)
            ask(town, ours, theirs, rng, total, rows)
    return total


def ask(
    town: Town, ours: VehicleSearch, theirs: VehicleSearch, rng: np.random.Generator, total: Compared, rows: int
) -> None:
    """Compare a matrix, a column of it many to one, and its diagonal one by one."""
    origins, destinations = (
        random_points(town, theirs.graph.usable_segments(), count, rng) for count in (rows, _COLUMNS)
    )
    starts, ends = RoadPoints.of(origins), RoadPoints.of(destinations)
    by_hierarchy = isinstance(ours.engine, HierarchySearch)
    expected = theirs.matrix(starts, ends)[0]
    total.add(ours.matrix(starts, ends)[0], expected, by_hierarchy=by_hierarchy)
    total.add(ours.many_to_one(starts, destinations[0]), expected[:, 0], by_hierarchy=by_hierarchy)
    paths = [ours.one_to_one(a, b) for a, b in zip(origins, destinations, strict=False)]
    found = np.asarray([math.inf if path is None else path.time_s for path in paths])
    total.add(found, expected.diagonal(), by_hierarchy=by_hierarchy)
