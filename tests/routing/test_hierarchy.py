"""The hierarchy behind the search Protocol: equal to plain search, bit for bit."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_dispatch.routing import FoundPath, RoadPoint, RoadPoints, RoadSearch, Router, ScipySearch
from geo_dispatch.routing.access import road_use
from geo_dispatch.routing.direct import direct_times
from geo_dispatch.routing.ends import join_destinations, join_origins
from geo_dispatch.routing.graph import make_graph
from geo_dispatch.routing.hierarchy import HierarchySearch
from geo_dispatch.routing.hierarchy.customise import customise
from geo_dispatch.routing.hierarchy.joins import direct, join_ends, join_starts
from geo_dispatch.routing.profiles import get_profile
from geo_dispatch.routing.vehicles import Blockage
from geo_dispatch.service import Service
from geo_dispatch.town.town import Town
from tests.routing.equal_engines import compare_engines
from tests.routing.random_towns import random_point, random_town
from tests.routing.test_search import check_path

SEEDS = st.integers(0, 10**6)
NONE = np.zeros(0, dtype=np.int64)


def both_engines(town: Town) -> tuple[HierarchySearch, ScipySearch]:
    graph = make_graph(town.network, road_use(town, get_profile("car")))
    return HierarchySearch.of(graph), ScipySearch(graph)


def points(town: Town, search: RoadSearch, count: int, seed: int) -> list[RoadPoint]:
    rng = np.random.default_rng(seed)
    usable = search.graph.usable_segments()  # type: ignore[attr-defined]
    return [random_point(town, rng, usable) for _ in range(count)]


def seconds(path: FoundPath | None) -> float:
    return math.inf if path is None else path.time_s


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_every_search_equals_plain_search_around_closures(seed: int) -> None:
    town = random_town(seed, nodes=12, segments=26)
    engines = both_engines(town)
    rng = np.random.default_rng(seed)
    origins, destinations = points(town, engines[1], 6, seed), points(town, engines[1], 7, seed + 1)
    starts, ends = RoadPoints.of(origins), RoadPoints.of(destinations)
    for count in (0, 1, 3):
        closed = np.unique(rng.choice(town.network.arc_count, count)).astype(np.int64)
        quick, plain = (engine.closing(closed) for engine in engines)
        times, lengths = quick.matrix(starts, ends)
        expected, expected_m = plain.matrix(starts, ends)
        np.testing.assert_array_equal(times, expected)
        np.testing.assert_allclose(lengths, expected_m, atol=1e-6)  # 10 m/s on every arc: as fast is as long
        swept, plainly = quick.sweep(starts, k=2), plain.sweep(starts, k=2)
        np.testing.assert_array_equal(swept.time_s, plainly.time_s)
        np.testing.assert_array_equal(swept.source, plainly.source)
        np.testing.assert_array_equal(quick.within(origins[0], 40.0), plain.within(origins[0], 40.0))
        for ours, theirs in zip(quick.reach(starts, ends), plain.reach(starts, ends), strict=True):
            np.testing.assert_array_equal(ours, theirs)
        np.testing.assert_array_equal(quick.reach(starts, ends)[0], expected)
        for column, destination in enumerate(destinations):
            np.testing.assert_array_equal(quick.many_to_one(starts, destination), expected[:, column])
            path = quick.one_to_one(origins[0], destination)
            assert seconds(path) == expected[0, column]
            if path is not None:
                check_path(plain.graph, path, origins[0], destination)
                assert not set(path.arcs.tolist()) & set(closed.tolist())


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_a_limit_is_inclusive(seed: int) -> None:
    town = random_town(seed)
    quick, _ = both_engines(town)
    origin, destination = points(town, quick, 2, seed)
    path = quick.one_to_one(origin, destination)
    if path is not None and path.time_s > 0:
        assert quick.one_to_one(origin, destination, limit_s=path.time_s) is not None
        assert quick.one_to_one(origin, destination, limit_s=math.nextafter(path.time_s, 0.0)) is None


def test_metrics_after_many_closures_equal_a_fresh_customisation_bit_for_bit() -> None:
    town = random_town(11, nodes=150, segments=330)
    quick, _ = both_engines(town)
    metrics, topology = quick.hierarchy.metrics, quick.hierarchy.topology
    base = metrics.base.link_s.tobytes()
    rng = np.random.default_rng(3)
    for _ in range(200):
        closed = np.unique(rng.choice(town.network.arc_count, int(rng.integers(1, 6)))).astype(np.int64)
        with metrics.using(closed) as metric:
            up_s, down_s = customise(topology, metric.link_s)
            assert metric.up_s.tobytes() == up_s.tobytes()
            assert metric.down_s.tobytes() == down_s.tobytes()
            arcs = quick.graph.state_arc
            shut = np.isin(arcs[metrics.link_tail], closed) | np.isin(arcs[quick.graph.forward.head], closed)
            np.testing.assert_array_equal(metric.link_s, np.where(shut, np.inf, metrics.base.link_s))
    assert metrics.base.link_s.tobytes() == base


def test_no_nearest_source_at_all_is_refused() -> None:
    town = random_town(4)
    for engine in both_engines(town):
        with pytest.raises(ValueError, match="k is 0"):
            engine.sweep(RoadPoints.of([RoadPoint(0, 0.0)]), k=0)


def test_nothing_asked_gives_nothing() -> None:
    town = random_town(5)
    quick, _ = both_engines(town)
    none, some = RoadPoints.of([]), RoadPoints.of(points(town, quick, 3, 2))
    assert quick.many_to_one(none, RoadPoint(0, 0.0)).shape == (0,)
    for starts, ends in ((none, some), (some, none), (none, none)):
        assert [a.shape for a in quick.matrix(starts, ends)] == [(len(starts), len(ends))] * 2
    assert (quick.sweep(none, k=2).source == -1).all()


@pytest.mark.parametrize("profile", ["car", "engine", "police"])
def test_autauga_equals_plain_search(autauga: Town, profile: str) -> None:
    assert compare_engines(autauga, [profile], queries=500, seed=1).differing == 0


def test_router_says_which_engine_searches(autauga: Town) -> None:
    router = Router(autauga)
    vehicle = router.vehicle("engine")
    closed = Blockage(np.asarray([5], dtype=np.int64), NONE)
    assert isinstance(vehicle.search(closed).engine, ScipySearch)
    vehicle.make_hierarchies()
    for search in (vehicle.search(), vehicle.search(closed), vehicle.search(lifted=frozenset({"private"}))):
        assert isinstance(search.engine, HierarchySearch)
    assert isinstance(vehicle.search(Blockage(NONE, np.asarray([5], dtype=np.int64))).engine, ScipySearch)
    plain = Router(autauga, engine="plain").vehicle("engine")
    plain.make_hierarchies()
    assert isinstance(plain.search().engine, ScipySearch)


def test_hierarchies_are_made_in_the_background_and_freed(autauga: Town) -> None:
    router = Router(autauga)
    router.engines.start()
    vehicle = router.vehicle("ambulance")
    deadline = time.monotonic() + 60
    while vehicle.engine == "plain" and time.monotonic() < deadline:
        time.sleep(0.02)
    assert vehicle.engine == "hierarchy"
    assert router.engines.state.hierarchies >= 1
    assert router.engines.state.shortcuts > 10_000
    assert "hierarchy" in router.engines.told(vehicle.graph, vehicle.engine)
    router.engines.stop()
    vehicle.drop_hierarchies()
    assert isinstance(vehicle.search().engine, ScipySearch)


def test_a_server_makes_the_hierarchy_of_a_car_though_the_town_has_no_units(autauga: Town) -> None:
    service = Service(autauga)
    service.warm()
    service.make_hierarchies()
    deadline = time.monotonic() + 60
    while not service.router.engines.state.hierarchies and time.monotonic() < deadline:
        time.sleep(0.02)
    service.router.engines.stop()
    assert service.router.engines.state.hierarchies >= 1


def test_small_towns_stay_with_plain_search() -> None:
    router = Router(random_town(3))
    vehicle = router.vehicle()
    vehicle.make_hierarchies()
    assert vehicle.engine == "plain"
    assert "small" in router.engines.told(vehicle.graph, vehicle.engine)


def test_an_order_of_another_town_is_made_again(caplog: pytest.LogCaptureFixture) -> None:
    town = random_town(6, nodes=20, segments=50)
    town.derived("segment_order", 1, lambda: {"rank": np.zeros(3, dtype=np.int32)})
    quick = Router(town, engine="hierarchy").search()
    assert isinstance(quick.engine, HierarchySearch)
    assert "made again" in caplog.text
    town = random_town(6, nodes=20, segments=50)
    town.derived("segment_order", 1, lambda: {"rank": np.full(50, 7, dtype=np.int32)})  # nonsense: slow, never wrong
    assert compare_engines(town, ["car"], queries=200, seed=2).differing == 0


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_compiled_joins_are_those_of_the_plain_engine(seed: int) -> None:
    town = random_town(seed, nodes=10, segments=24)
    quick, plain = both_engines(town)
    graph, roads = plain.graph, quick.hierarchy.roads
    some = RoadPoints.of(points(town, plain, 8, seed))
    now = (roads, graph.arc_time_s, graph.arc_ends_only)
    for ours, theirs in (
        (join_starts(*now, some), join_origins(graph, some)),
        (join_ends(*now, some), join_destinations(graph, some)),
    ):
        np.testing.assert_array_equal(ours.first, theirs.first)
        rows = [
            sorted(zip(j.owner, j.state, j.time_s, j.length_m, j.arc, j.share, strict=True)) for j in (ours, theirs)
        ]
        assert rows[0] == rows[1]
    for ours_m, theirs_m in zip(direct(*now[:2], some, some), direct_times(graph, some, some), strict=True):
        np.testing.assert_array_equal(ours_m, theirs_m)
