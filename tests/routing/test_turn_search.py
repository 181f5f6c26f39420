"""The search with turns against an independent one: random towns with random restrictions, for several vehicles, around closures."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_dispatch.routing import RoadPoint, RoadPoints, Router, ScipySearch, get_profile
from geo_dispatch.routing.conditions import Situation
from geo_dispatch.routing.engines import Engine, Engines
from geo_dispatch.routing.graph import make_graph
from geo_dispatch.routing.limits import read_limits
from geo_dispatch.routing.restrictions import TurnRule
from geo_dispatch.routing.snap import Snapper
from geo_dispatch.routing.turn_costs import TurnCosts
from geo_dispatch.routing.vehicles import NOTHING_CLOSED, Blockage, Vehicle
from geo_dispatch.town.network import Network
from geo_dispatch.town.town import Town
from tests.routing.random_towns import random_point, random_town
from tests.routing.vehicle_oracle import oracle_of, random_blockage

SEEDS = st.integers(0, 10**6)
PROFILES = st.sampled_from(["car", "police", "engine"])


def random_sequences(network: Network, rng: np.random.Generator, count: int) -> set[tuple[int, ...]]:
    """Draw sequences of two to four arcs that meet, overlapping ones among them."""
    found: set[tuple[int, ...]] = set()
    for _ in range(count):
        sequence = [int(rng.integers(network.arc_count))]
        for _ in range(int(rng.integers(1, 4))):
            onward = [*network.arcs_from(int(network.arc_to[sequence[-1]]))]
            if not onward:
                break
            sequence.append(int(rng.choice(onward)))
        if len(sequence) > 1:
            found.add(tuple(sequence))
            if len(sequence) > 2 and rng.random() < 0.5:
                found.add(tuple(sequence[1:]))
    return found


def random_vehicle(
    town: Town, profile: str, rng: np.random.Generator, engine: Engine = "plain"
) -> tuple[Vehicle, list[tuple[int, ...]]]:
    sequences = sorted(random_sequences(town.network, rng, 10))
    rule = TurnRule(1, "no_left_turn", None, frozenset(), None, tuple(sequences))
    wanted = get_profile(profile)
    limits = read_limits(town, Snapper(town))
    situation = Situation(None, wanted, wanted.size)
    engines = Engines(town, engine)
    return Vehicle(town, situation, limits, (rule,), TurnCosts(town.network), engines=engines), sequences


@settings(max_examples=60, deadline=None)
@given(SEEDS, PROFILES, st.sampled_from(["plain", "hierarchy"]))
def test_every_kind_of_search_equals_an_independent_one(seed: int, profile: str, engine: Engine) -> None:
    town = random_town(seed, nodes=12, segments=24, private_share=0.15)
    rng = np.random.default_rng(seed)
    vehicle, sequences = random_vehicle(town, profile, rng, engine)
    network = town.network
    blocked = random_blockage(network, rng, share=0.05)
    for blockage in (NOTHING_CLOSED, blocked, Blockage(blocked.closed, NOTHING_CLOSED.local_only)):
        search = vehicle.search(blockage)
        usable = search.graph.usable_segments()
        if not usable.any():
            continue
        points = [random_point(town, rng, usable) for _ in range(6)]
        length = float(network.segment_length_m[points[0].segment])
        points.append(RoadPoint(points[0].segment, float(rng.uniform(0, length))))
        oracle = oracle_of(network, vehicle, sequences, blockage)
        expected = np.asarray([oracle.times_s(origin, points) for origin in points])
        many = RoadPoints.of(points)
        np.testing.assert_allclose(search.matrix(many, many)[0], expected, atol=1e-9, rtol=0)
        np.testing.assert_allclose(
            search.matrix(many, RoadPoints.of(points[:2]))[0], expected[:, :2], atol=1e-9, rtol=0
        )
        np.testing.assert_allclose(search.many_to_one(many, points[3]), expected[:, 3], atol=1e-9, rtol=0)
        for row, origin in enumerate(points[:4]):
            path = search.one_to_one(origin, points[5])
            assert (math.inf if path is None else path.time_s) == pytest.approx(expected[row, 5], abs=1e-9)
            if path is not None:
                arcs = tuple(path.arcs.tolist())
                broken = [s for s in sequences if any(arcs[i : i + len(s)] == s for i in range(len(arcs)))]
                assert broken == []
                shares = np.ones(len(arcs))
                shares[0] -= path.start_share
                shares[-1] -= 1.0 - path.end_share
                total = float(shares @ search.graph.arc_time_s[path.arcs]) + float(path.turn_s.sum())
                assert total == pytest.approx(path.time_s, abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_closing_by_mask_equals_making_the_graph_again(seed: int) -> None:
    town = random_town(seed, nodes=14, segments=40, private_share=0.1)
    rng = np.random.default_rng(seed)
    vehicle, _ = random_vehicle(town, "car", rng)
    blockage = random_blockage(town.network, rng, share=0.03)
    masked = vehicle.search(blockage)
    use, turns = vehicle._rules_left(frozenset())
    closed = {"closed": blockage.closed, "local_only": blockage.local_only}
    made = ScipySearch(make_graph(town.network, use, turns=turns, time_s=vehicle._time_s, **closed))
    usable = masked.graph.usable_segments()
    np.testing.assert_array_equal(usable, made.graph.usable_segments())
    points = RoadPoints.of(random_point(town, rng, usable) for _ in range(8))
    for ours, theirs in zip(masked.matrix(points, points), made.matrix(points, points), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-9, rtol=0)


@settings(max_examples=20, deadline=None)
@given(SEEDS)
def test_a_limit_cuts_off_what_is_longer_and_nothing_else(seed: int) -> None:
    town = random_town(seed)
    vehicle, _ = random_vehicle(town, "car", np.random.default_rng(seed))
    search, rng = vehicle.search(), np.random.default_rng(seed)
    usable = search.graph.usable_segments()
    a, b = (random_point(town, rng, usable) for _ in range(2))
    whole = search.one_to_one(a, b)
    if whole is not None and whole.time_s > 1:
        within = search.one_to_one(a, b, limit_s=whole.time_s + 1e-6)
        assert within is not None
        assert within.time_s == whole.time_s
        assert search.one_to_one(a, b, limit_s=whole.time_s - 1) is None


def test_router_search_is_that_of_its_vehicle() -> None:
    router = Router(random_town(3))
    assert router.search("engine") is router.vehicle("engine").search()
