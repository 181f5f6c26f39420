"""The search engine against networkx, and laws that every search must keep."""

from __future__ import annotations

import math

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_dispatch.routing import FoundPath, RoadPoint, RoadPoints, ScipySearch
from geo_dispatch.routing.access import RoadUse, road_use
from geo_dispatch.routing.graph import RoadGraph, make_graph
from geo_dispatch.routing.profiles import get_profile
from geo_dispatch.town.town import Town
from tests.routing.random_towns import AT_NODE_M, oracle_time_s, random_point, random_town
from tests.towns import Drawing, box

SEEDS = st.integers(0, 10**6)
CAR = get_profile("car")


def car_search(town: Town) -> ScipySearch:
    return ScipySearch(make_graph(town.network, road_use(town, CAR)))


def two_points(town: Town, graph: RoadGraph, seed: int) -> tuple[RoadPoint, RoadPoint]:
    rng = np.random.default_rng(seed)
    usable = graph.usable_segments()
    first = random_point(town, rng, usable)
    if rng.random() < 0.3:  # often on one segment
        length = float(town.network.segment_length_m[first.segment])
        return first, RoadPoint(first.segment, float(rng.uniform(0, length)))
    return first, random_point(town, rng, usable)


def seconds(path: FoundPath | None) -> float:
    return math.inf if path is None else path.time_s


def check_path(graph: RoadGraph, path: FoundPath, origin: RoadPoint, destination: RoadPoint) -> None:
    """Check that the arcs join, start and end where they must, and add up."""
    network = graph.network
    arcs = path.arcs
    assert (network.arc_to[arcs[:-1]] == network.arc_from[arcs[1:]]).all()
    for arc, share, point in ((arcs[0], path.start_share, origin), (arcs[-1], path.end_share, destination)):
        length = float(network.segment_length_m[point.segment])
        if network.arc_segment[arc] == point.segment and (
            0 < share < 1 or AT_NODE_M < point.along_m < length - AT_NODE_M
        ):
            along = (1 - share) * length if network.arc_reversed[arc] else share * length
            assert along == pytest.approx(point.along_m, abs=1e-6)
        else:  # at a crossing, where any of its roads may be taken
            node = network.arc_from[arc] if share == 0 else network.arc_to[arc]
            at_start = point.along_m <= AT_NODE_M
            assert at_start or point.along_m >= length - AT_NODE_M
            ends = network.segment_from[point.segment], network.segment_to[point.segment]
            assert node == ends[0 if at_start else 1] or node in ends
    times = graph.arc_time_s[arcs]
    total = (path.end_share - path.start_share) * times[0] if len(arcs) == 1 else (
        (1 - path.start_share) * times[0] + times[1:-1].sum() + path.end_share * times[-1]
    )  # fmt: skip
    assert total == pytest.approx(path.time_s, abs=1e-9)
    kinds = "".join("e" if ends else "o" for ends in graph.arc_ends_only[arcs])
    assert "eo" not in kinds.lstrip("e"), f"passes through an end road: {kinds}"


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_one_to_one_equals_networkx(seed: int) -> None:
    town = random_town(seed)
    search = car_search(town)
    for number in range(4):
        origin, destination = two_points(town, search.graph, seed + number)
        found = search.one_to_one(origin, destination)
        assert seconds(found) == pytest.approx(oracle_time_s(search.graph, origin, destination), abs=1e-9)
        if found is not None:
            check_path(search.graph, found, origin, destination)


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_matrix_many_to_one_and_lengths_equal_single_routes(seed: int) -> None:
    town = random_town(seed, nodes=12, segments=26)
    search = car_search(town)
    rng = np.random.default_rng(seed)
    usable = search.graph.usable_segments()
    origins = [random_point(town, rng, usable) for _ in range(5)]
    for destinations in ([random_point(town, rng, usable) for _ in range(7)], [origins[0], origins[2]]):
        times, lengths = search.matrix(RoadPoints.of(origins), RoadPoints.of(destinations))
        for column, destination in enumerate(destinations):
            to_one = search.many_to_one(RoadPoints.of(origins), destination)
            for row, origin in enumerate(origins):
                path = search.one_to_one(origin, destination)
                assert times[row, column] == pytest.approx(seconds(path), abs=1e-9)
                assert to_one[row] == pytest.approx(seconds(path), abs=1e-9)
                assert np.isinf(lengths[row, column]) == (path is None)
                if path is not None:  # 10 m/s on every arc, so that length tells of the path itself
                    assert lengths[row, column] == pytest.approx(path.time_s * 10, abs=1e-6)


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_end_roads_never_cut_anything_off(seed: int) -> None:
    """Whatever can be reached with end roads open to all can be reached with them open at the ends only."""
    town = random_town(seed, private_share=0.5)
    use = road_use(town, CAR)
    strict = ScipySearch(make_graph(town.network, use))
    lenient = ScipySearch(make_graph(town.network, RoadUse(np.zeros_like(use.segment_use), use.node_blocked)))
    for number in range(5):
        origin, destination = two_points(town, strict.graph, seed + number)
        slow, fast = (seconds(s.one_to_one(origin, destination)) for s in (strict, lenient))
        assert math.isinf(slow) == math.isinf(fast)
        assert slow >= fast - 1e-9


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_closing_arcs_never_shortens_and_equals_a_town_without_them(seed: int) -> None:
    town = random_town(seed)
    search = car_search(town)
    rng = np.random.default_rng(seed)
    closed = rng.choice(town.network.arc_count, size=3, replace=False).astype(np.int64)
    around = search.closing(closed)
    for number in range(4):
        origin, destination = two_points(town, search.graph, seed + number)
        before, after = search.one_to_one(origin, destination), around.one_to_one(origin, destination)
        assert seconds(after) >= seconds(before) - 1e-9
        if after is not None:
            assert not set(after.arcs.tolist()) & set(closed.tolist())
        if before is not None and not set(before.arcs.tolist()) & set(closed.tolist()):
            assert seconds(after) == pytest.approx(before.time_s, abs=1e-9)
        expected = oracle_time_s(around.graph, origin, destination)
        assert seconds(after) == pytest.approx(expected, abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_triangle_inequality_and_symmetry_without_one_ways(seed: int) -> None:
    town = random_town(seed, two_way=True, private_share=0.0)
    search = car_search(town)
    rng = np.random.default_rng(seed)
    points = RoadPoints.of(random_point(town, rng, search.graph.usable_segments()) for _ in range(5))
    times, _ = search.matrix(points, points)
    assert times.diagonal() == pytest.approx(np.zeros(5), abs=1e-12)
    np.testing.assert_allclose(times, times.T, atol=1e-9)
    for middle in range(5):
        through = times[:, middle, None] + times[None, middle, :]
        assert (times <= through + 1e-9).all()


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_sweep_and_within_agree_with_single_routes(seed: int) -> None:
    town = random_town(seed, nodes=7, segments=14)
    search = car_search(town)
    graph, network = search.graph, town.network
    rng = np.random.default_rng(seed)
    sources = [random_point(town, rng, graph.usable_segments()) for _ in range(3)]
    sweep = search.sweep(RoadPoints.of(sources), k=2)
    single = np.stack([search.within(source, math.inf) for source in sources])
    point_s, arc_s = search.reach(RoadPoints.of(sources), RoadPoints.of(sources))
    np.testing.assert_array_equal(arc_s, single)
    np.testing.assert_array_equal(point_s, search.matrix(RoadPoints.of(sources), RoadPoints.of(sources))[0])
    expected = np.sort(single, axis=0)[:2].T
    np.testing.assert_allclose(sweep.time_s, expected)
    assert ((sweep.source >= 0) == np.isfinite(sweep.time_s)).all()
    limit = float(np.median(single[np.isfinite(single)])) if np.isfinite(single).any() else 10.0
    bounded = search.within(sources[0], limit)
    np.testing.assert_array_equal(bounded, np.where(single[0] <= limit, single[0], np.inf))
    for arc in np.flatnonzero(np.isfinite(single[0])).tolist():
        # going to the middle of the arc costs at most the time to its start plus half of it
        length = float(network.segment_length_m[network.arc_segment[arc]])
        path = search.one_to_one(sources[0], RoadPoint(int(network.arc_segment[arc]), length / 2))
        assert seconds(path) <= single[0][arc] + graph.arc_time_s[arc] / 2 + 1e-9


def test_one_way_segment_must_be_driven_round() -> None:
    nodes = {"a": (0, 0), "b": (400, 0), "c": (400, 300), "d": (0, 300)}
    drawing = Drawing(nodes).road("a b", "Ring", direction="forward").road("b c d a", "Ring")
    town = drawing.town("Ringtown", box(-1000, -1000, 2000, 2000))
    network = town.network
    search = car_search(town)
    segment = int(np.flatnonzero(network.segment_backward_arc < 0)[0])
    length = float(network.segment_length_m[segment])
    early, late = RoadPoint(segment, 0.25 * length), RoadPoint(segment, 0.75 * length)
    ahead, back = search.one_to_one(early, late), search.one_to_one(late, early)
    assert ahead is not None
    assert back is not None
    assert ahead.arcs.tolist() == [network.segment_forward_arc[segment]]
    assert back.arcs[0] == back.arcs[-1] == ahead.arcs[0]
    assert len(back.arcs) == 5
    assert ahead.time_s + back.time_s == pytest.approx(float(search.graph.arc_time_s[back.arcs[:-1]].sum()))


def test_parallel_roads_the_fastest_is_driven_and_closing_it_leaves_the_other() -> None:
    drawing = Drawing({"a": (0, 0), "b": (400, 0), "c": (800, 0), "z": (-400, 0)})
    drawing.road("z a", "West").road("a b", "Slow Road").road("a b", "Fast Road", highway="primary").road("b c", "East")
    town = drawing.town("Twin", box(-1000, -1000, 2000, 2000))
    names = town.network.segments.text("name")
    search = car_search(town)
    west, east = ([*names].index(name) for name in ("West", "East"))

    def driven(closed: np.ndarray | None = None) -> list[str | None]:
        around = search if closed is None else search.closing(closed)
        path = around.one_to_one(RoadPoint(west, 10.0), RoadPoint(east, 10.0))
        assert path is not None
        return [names[int(town.network.arc_segment[arc])] for arc in path.arcs]

    assert driven() == ["West", "Fast Road", "East"]
    fast = [*names].index("Fast Road")
    arcs = np.asarray([town.network.segment_forward_arc[fast], town.network.segment_backward_arc[fast]], dtype=np.int64)
    assert driven(arcs) == ["West", "Slow Road", "East"]
    assert driven() == ["West", "Fast Road", "East"]


def test_sweep_refuses_no_sources_wanted() -> None:
    town = random_town(1)
    with pytest.raises(ValueError, match="k is 0"):
        car_search(town).sweep(RoadPoints.of([RoadPoint(0, 0.0)]), k=0)


def test_oracle_itself_on_a_plain_graph() -> None:
    """The oracle's splitting must agree with a graph that networkx routes by itself."""
    town = random_town(7, two_way=True, private_share=0)
    graph = car_search(town).graph
    plain = nx.DiGraph()
    for arc in range(town.network.arc_count):
        a, b = int(town.network.arc_from[arc]), int(town.network.arc_to[arc])
        time = min(graph.arc_time_s[arc], plain.get_edge_data(a, b, {"w": math.inf})["w"])
        plain.add_edge(a, b, w=time)
    network = town.network
    starts = [RoadPoint(s, 0.0) for s in range(4)]
    ends = [RoadPoint(s, float(network.segment_length_m[s])) for s in range(4)]
    for start, end in zip(starts, reversed(ends), strict=True):
        a, b = int(network.segment_from[start.segment]), int(network.segment_to[end.segment])
        if nx.has_path(plain, a, b):
            expected = nx.dijkstra_path_length(plain, a, b, weight="w")
            assert oracle_time_s(graph, start, end) == pytest.approx(expected)
