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
from tests.towns import Drawing, box

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


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.sampled_from(["plain", "hierarchy"]))
def test_closing_only_takes_ways_away_and_never_the_last_that_private_roads_would_leave(
    seed: int, engine: Engine
) -> None:
    town = random_town(seed, nodes=14, segments=40, private_share=0.2)
    rng = np.random.default_rng(seed)
    vehicle, _ = random_vehicle(town, "car", rng, engine)
    closed = random_blockage(town.network, rng, share=0.05).closed
    around = vehicle.search(Blockage(closed, NOTHING_CLOSED.local_only))
    use, turns = vehicle._rules_left(frozenset())
    anew = ScipySearch(make_graph(town.network, use, turns=turns, time_s=vehicle._time_s, closed=closed))
    usable = around.graph.usable_segments()
    np.testing.assert_array_equal(usable, anew.graph.usable_segments())
    if not usable.any():
        return
    points = RoadPoints.of(random_point(town, rng, usable) for _ in range(8))
    before, (times, lengths) = vehicle.search().matrix(points, points)[0], around.matrix(points, points)
    expected, expected_m = anew.matrix(points, points)
    assert (np.isfinite(before) >= np.isfinite(times)).all()
    assert (np.isfinite(times) >= (np.isfinite(expected) & np.isfinite(before))).all()
    settled = around.engine.matrix(points, points)[0] == times
    assert (times[settled] >= before[settled]).all()
    np.testing.assert_array_equal(times[~settled], expected[~settled])
    np.testing.assert_allclose(lengths[~settled], expected_m[~settled], atol=1e-9)
    if around.settled_anew is None:
        assert settled.all()
    point_s, arc_s = around.reach(points, points)
    np.testing.assert_array_equal(point_s, times)
    np.testing.assert_array_equal(around.sweep(points, k=2).time_s, np.sort(arc_s, axis=0)[:2].T)
    first = RoadPoint(int(points.segment[0]), float(points.along_m[0]))
    np.testing.assert_array_equal(around.within(first, 1e9), arc_s[0])
    more = around.closing(np.arange(2))
    everything = vehicle.search(Blockage(np.union1d(closed, np.arange(2)), NOTHING_CLOSED.local_only))
    np.testing.assert_array_equal(more.matrix(points, points)[0], everything.matrix(points, points)[0])


def test_a_street_whose_open_end_is_closed_is_left_over_a_private_road() -> None:
    drawing = Drawing({"a": (0, 0), "b": (400, 0), "c": (800, 0), "d": (800, 400), "z": (0, 400)})
    drawing.road("a b", "Main Street").road("z a", "North Street").road("z d", "North Street").road(
        "b c", "Mill Street"
    )
    drawing.road("c d", "Quarry Drive", access="private")
    town = drawing.town("Twin", box(-1000, -1000, 2000, 2000))
    names = [*town.network.segments.text("name")]
    mill, main = names.index("Mill Street"), names.index("Main Street")
    vehicle = Router(town).vehicle("car")
    north = RoadPoint(names.index("North Street"), 10.0)
    closed = np.sort([town.network.segment_forward_arc[main], town.network.segment_backward_arc[main]]).astype(np.int64)
    around = vehicle.search(Blockage(closed, NOTHING_CLOSED.local_only))
    path = around.one_to_one(RoadPoint(mill, 200.0), north)
    assert path is not None
    assert names.index("Quarry Drive") in town.network.arc_segment[path.arcs]
    assert around.one_to_one(RoadPoint(mill, 200.0), north, limit_s=path.time_s / 2) is None
    assert around.many_to_one(RoadPoints.of([RoadPoint(mill, 200.0)]), north)[0] == path.time_s


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
