"""A real county: the same times as networkx, directions that add up, the access rules in force."""

from __future__ import annotations

import math

import numpy as np
import pytest

from geo_dispatch.directions import directions
from geo_dispatch.errors import CoordinateError, NoRouteError
from geo_dispatch.geometry import LonLat
from geo_dispatch.routing import RoadPoints, Router, ScipySearch
from geo_dispatch.routing.access import ENDS, road_use
from geo_dispatch.routing.graph import make_graph
from geo_dispatch.routing.profiles import get_profile
from geo_dispatch.town.town import Town
from tests.routing.obeyed import check_town
from tests.routing.random_towns import oracle_time_s, random_point
from tests.routing.real_towns import compare
from tests.routing.vehicle_oracle import oracle_of, random_blockage

pytestmark = pytest.mark.slow


def test_times_equal_networkx(autauga: Town) -> None:
    result = compare(autauga, pairs=100, seed=11)
    assert result.with_way > 80
    assert result.largest_s < 1e-6
    assert result.largest_matrix_s < 1e-6


def test_car_rules_equal_an_independent_search(autauga: Town) -> None:
    graph = make_graph(autauga.network, road_use(autauga, get_profile("car")))
    search = ScipySearch(graph)
    rng = np.random.default_rng(5)
    ends = np.flatnonzero(road_use(autauga, get_profile("car")).segment_use == ENDS)
    assert len(ends) > 100
    usable = graph.usable_segments()
    only_ends = np.zeros_like(usable)
    only_ends[ends] = usable[ends]
    for number in range(12):
        origin = random_point(autauga, rng, only_ends if number % 3 == 0 else usable)
        destination = random_point(autauga, rng, only_ends if number % 2 == 0 else usable)
        found = search.one_to_one(origin, destination)
        got = math.inf if found is None else found.time_s
        assert got == pytest.approx(oracle_time_s(graph, origin, destination), abs=1e-6)


def test_turn_restrictions_of_a_city_are_mapped_or_explained(portland: Town) -> None:
    restrictions = Router(portland).restrictions
    assert (len(restrictions.rules), len(restrictions.unmapped)) == (410, 33)
    reasons = {rule.reason for rule in restrictions.unmapped}
    assert all("no road of the town file" in reason or "not all in the data" in reason for reason in reasons)


def test_a_car_breaks_no_turn_restriction_of_a_city(portland: Town) -> None:
    checked = check_town(portland, every=8)
    assert checked["restrictions"] == 51
    assert checked["would have broken one"] > 50


@pytest.mark.parametrize("profile", ["car", "engine"])
def test_times_with_turns_and_closures_equal_an_independent_search(portland: Town, profile: str) -> None:
    router, rng = Router(portland), np.random.default_rng(8)
    vehicle = router.vehicle(profile)
    rules = [s for rule in router.restrictions.binding(vehicle.situation) for s in rule.forbidden]
    blockage = random_blockage(portland.network, rng)
    search = vehicle.search(blockage)
    usable = search.graph.usable_segments()
    points = [random_point(portland, rng, usable) for _ in range(30)]
    oracle = oracle_of(portland.network, vehicle, rules, blockage)
    expected = np.asarray([oracle.times_s(origin, points) for origin in points[:3]])
    got = search.matrix(RoadPoints.of(points[:3]), RoadPoints.of(points))[0]
    np.testing.assert_allclose(got, expected, atol=1e-6, rtol=0)
    assert np.isfinite(expected).mean() > 0.8


def test_routes_directions_and_geometry_add_up(autauga: Town) -> None:
    router = Router(autauga)
    network = autauga.network
    rng = np.random.default_rng(3)
    told = 0
    for a, b in rng.integers(0, network.node_count, size=(60, 2)).tolist():
        start, end = (
            LonLat(float(network.node_lon[n]) + rng.normal() * 4e-4, float(network.node_lat[n]) + rng.normal() * 4e-4)
            for n in (a, b)
        )
        try:
            path = router.route(start, end)
        except (NoRouteError, CoordinateError):
            continue
        told += 1
        steps = directions(autauga, path)
        assert math.fsum(step.length_m for step in steps) == pytest.approx(path.length_m, abs=1e-6)
        assert math.fsum(step.travel_time_s for step in steps) == pytest.approx(path.travel_time_s, abs=1e-6)
        assert [step.manoeuvre for step in steps].count("arrive") == 1
        gaps = np.abs(np.diff(path.coordinates, axis=0)).max()
        assert gaps < 0.05
        for before, after in zip(path.parts, path.parts[1:], strict=False):
            assert network.arc_to[before.arc] == network.arc_from[after.arc]
    assert told > 45
