"""The hierarchy's parts on any graph: isolated nodes, parallel links, loops, zero seconds, several nodes at one place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from geo_dispatch.routing.exact import exact_s
from geo_dispatch.routing.hierarchy.contraction import Topology, contract, passable
from geo_dispatch.routing.hierarchy.customise import customise
from geo_dispatch.routing.hierarchy.order import node_order
from geo_dispatch.routing.hierarchy.query import way_between
from geo_dispatch.routing.hierarchy.sweep import descend_one
from geo_dispatch.routing.hierarchy.update import bounds_of, take_back, update

SEEDS = st.integers(0, 10**6)


@dataclass
class Case:
    first: np.ndarray
    tail: np.ndarray
    head: np.ndarray
    weight_s: np.ndarray
    topology: Topology

    @property
    def count(self) -> int:
        return len(self.first) - 1

    def oracle_s(self) -> np.ndarray:
        """Return all times by scipy on a matrix of the least parallel links; zeros are tiny steps to it, hence the shift."""
        step = 1.0
        keep = np.lexsort((self.weight_s, self.head, self.tail))
        tail, head, weight = self.tail[keep], self.head[keep], self.weight_s[keep]
        first_of = np.ones(len(tail), dtype=bool)
        first_of[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
        kept = first_of & np.isfinite(weight) & (tail != head)
        times = np.full((self.count, self.count), np.inf)
        np.fill_diagonal(times, 0.0)
        if (weight[kept] > 0).all():
            matrix = coo_array((weight[kept], (tail[kept], head[kept])), shape=(self.count, self.count)).tocsr()
            return np.asarray(dijkstra(matrix))
        times[tail[kept], head[kept]] = np.minimum(times[tail[kept], head[kept]], weight[kept])
        for middle in range(self.count):  # Floyd and Warshall
            times = np.minimum(times, times[:, middle, None] + times[None, middle, :] + 0.0 * step)
        return times


def random_case(seed: int) -> Case:
    rng = np.random.default_rng(seed)
    count = int(rng.integers(1, 40))
    links = int(rng.integers(0, 4 * count))
    tail, head = np.sort(rng.integers(0, count, links)), rng.integers(0, count, links)
    if links and rng.random() < 0.7:  # streets both ways, and parallel links
        tail, head = np.concatenate([tail, head, tail[:3]]), np.concatenate([head, tail, head[:3]])
    order = np.argsort(tail, kind="stable")
    tail, head = tail[order], head[order]
    weight = exact_s(rng.choice([0.0, 1.0, 0.1, 7.0, np.inf], len(tail)) + rng.choice([0.0, 1 / 3], len(tail)))
    x = rng.integers(0, 4, count).astype(float) if rng.random() < 0.5 else rng.uniform(0, 1000, count)
    y = rng.integers(0, 2, count).astype(float) if rng.random() < 0.5 else rng.uniform(0, 1000, count)
    first = np.concatenate([[0], np.cumsum(np.bincount(tail, minlength=count))]).astype(np.int32)
    rank = node_order(tail, head, x, y)
    assert sorted(rank.tolist()) == list(range(count))
    return Case(first, tail, head, weight, contract(rank, first, head.astype(np.int32)))


def way(case: Case, weights: tuple[np.ndarray, np.ndarray], origin: int, destination: int) -> tuple[float, np.ndarray]:
    rank, count = case.topology.rank, case.count
    seconds, begins, links = way_between(
        case.topology, passable(case.topology, weights[0]), passable(case.topology, weights[1]), case.weight_s, *weights,
        np.asarray([rank[origin]], dtype=np.int64), np.zeros(1), np.asarray([rank[destination]], dtype=np.int64), np.zeros(1),
        np.full(count, np.inf), np.full(count, np.inf), np.empty(count, np.int32), np.empty(count, np.int32),
    )  # fmt: skip
    assert begins in (-1, rank[origin])
    return seconds, links


@settings(max_examples=120, deadline=None)
@given(SEEDS)
def test_ways_and_sweeps_are_the_fastest_exactly(seed: int) -> None:
    case = random_case(seed)
    weights = customise(case.topology, case.weight_s)
    expected = case.oracle_s()
    rank = case.topology.rank
    rng = np.random.default_rng(seed)
    for origin, destination in rng.integers(0, case.count, (12, 2)).tolist():
        seconds, links = way(case, weights, origin, destination)
        assert seconds == expected[origin, destination]
        if np.isfinite(seconds):
            assert case.weight_s[links].sum() == seconds
            assert [origin, *case.head[links]] == [*case.tail[links], destination]
    origin = int(rng.integers(case.count))
    times = np.full(case.count, np.inf)
    for other in range(case.count):  # climb by hand
        times[rank[other]] = np.inf
    times[rank[origin]] = 0.0
    for low in range(case.count):
        for shortcut in range(case.topology.first[low], case.topology.first[low + 1]):
            high = case.topology.upper[shortcut]
            times[high] = min(times[high], times[low] + weights[0][shortcut])
    descend_one(passable(case.topology, weights[1]), weights[1], times)
    np.testing.assert_array_equal(times[rank], expected[origin])


@settings(max_examples=80, deadline=None)
@given(SEEDS)
def test_updates_equal_a_fresh_customisation_bit_for_bit(seed: int) -> None:
    case = random_case(seed)
    up_s, down_s = customise(case.topology, case.weight_s)
    bounds = bounds_of(case.topology, up_s.copy(), down_s.copy())
    base, rng = case.weight_s.copy(), np.random.default_rng(seed)
    before = [(case.weight_s.tobytes(), up_s.tobytes(), down_s.tobytes())]
    steps = []
    for _ in range(12):
        changed = np.unique(rng.integers(0, max(len(base), 1), 3))[: len(base)].astype(np.int32)
        steps.append((changed, case.weight_s[changed]))
        case.weight_s[changed] = base[changed] + exact_s(rng.choice([np.inf, 0.0, 0.2, 5.0], len(changed)))
        changes = update(case.topology, bounds, case.weight_s, up_s, down_s, changed)
        steps[-1] += (changes,)
        fresh = customise(case.topology, case.weight_s)
        assert up_s.tobytes() == fresh[0].tobytes()
        assert down_s.tobytes() == fresh[1].tobytes()
        before.append((case.weight_s.tobytes(), up_s.tobytes(), down_s.tobytes()))
    for expected, (changed, seconds, changes) in zip(before[-2::-1], reversed(steps), strict=True):
        case.weight_s[changed] = seconds
        take_back(changes, up_s, down_s)
        assert (case.weight_s.tobytes(), up_s.tobytes(), down_s.tobytes()) == expected


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_contraction_is_chordal_and_parents_are_the_lowest_above(seed: int) -> None:
    topology = random_case(seed).topology
    above = [set(topology.upper[topology.first[r] : topology.first[r + 1]].tolist()) for r in range(len(topology.rank))]
    for low, neighbours in enumerate(above):
        assert all(high > low for high in neighbours)
        assert topology.parent[low] == min(neighbours, default=-1)
        for high in neighbours:
            assert {other for other in neighbours if other > high} <= above[high]


def test_a_grid_is_cut_across_its_middle() -> None:
    """The nodes of the last cut of a long grid stand across it: as many as it is wide, near its middle."""
    width, length = 4, 40
    node = np.arange(width * length).reshape(length, width)
    tail = np.concatenate([node[:-1].ravel(), node[:, :-1].ravel()])
    head = np.concatenate([node[1:].ravel(), node[:, 1:].ravel()])
    x, y = np.repeat(np.arange(length), width).astype(float), np.tile(np.arange(width), length).astype(float)
    rank = node_order(tail, head, x, y)
    last = np.flatnonzero(rank >= len(rank) - width)
    assert len(set(x[last])) == 1
    assert length // 4 - 1 <= x[last][0] <= 3 * length // 4


def test_no_nodes_and_no_links() -> None:
    none = np.zeros(0, dtype=np.int32)
    assert len(node_order(none, none, np.zeros(0), np.zeros(0))) == 0
    topology = contract(none, np.zeros(1, dtype=np.int32), none)
    assert [len(part) for part in customise(topology, np.zeros(0))] == [0, 0]
    topology = contract(node_order(none, none, np.zeros(3), np.zeros(3)), np.zeros(4, dtype=np.int32), none)
    assert topology.parent.tolist() == [-1, -1, -1]


@pytest.mark.parametrize("seconds", [0.0, 2.0**20])
def test_two_nodes(seconds: float) -> None:
    first, head = np.asarray([0, 1, 1], dtype=np.int32), np.asarray([1], dtype=np.int32)
    weight = np.asarray([seconds])
    case = Case(first, np.asarray([0]), head, weight, contract(np.asarray([1, 0], dtype=np.int32), first, head))
    weights = customise(case.topology, weight)
    assert way(case, weights, 0, 1)[0] == seconds
    assert way(case, weights, 1, 0)[0] == np.inf
