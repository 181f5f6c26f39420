"""Routes on the drawn town: access, warnings, refusals, intervals."""

from __future__ import annotations

import numpy as np
import pytest

from geo_dispatch.errors import CoordinateError, NoRouteError, ProfileError
from geo_dispatch.geometry import LonLat, geodesic_lengths_m
from geo_dispatch.routing import Path, Router, get_profile, list_profiles
from geo_dispatch.town.town import Town
from tests.towns import Drawing, box, lonlat, tiny_town


def at(x: float, y: float) -> LonLat:
    return LonLat(*lonlat(x, y))


def streets(town: Town, path: Path) -> list[str | None]:
    names = town.network.segments.text("name")
    return list(dict.fromkeys(names[part.segment] for part in path.parts))


@pytest.fixture(scope="module")
def router() -> Router:
    return Router(tiny_town())


def outline() -> object:
    return box(-1000, -1000, 3000, 3000)


def test_parts_sum_and_coordinates_measure_the_length(router: Router) -> None:
    path = router.route(at(30, 990), at(900, 480))
    assert sum(part.length_m for part in path.parts) == path.length_m
    assert sum(part.time_s for part in path.parts) == path.travel_time_s
    lon, lat = path.coordinates.T.copy()
    assert geodesic_lengths_m(lon, lat, np.asarray([0, len(lon)]))[0] == pytest.approx(path.length_m, rel=1e-6)
    assert path.coordinates[0] == pytest.approx((path.origin.lon, path.origin.lat), abs=1e-9)
    assert path.coordinates[-1] == pytest.approx((path.destination.lon, path.destination.lat), abs=1e-9)


def test_one_block_takes_length_over_speed(router: Router) -> None:
    path = router.route(at(100, 1005), at(400, 1005))
    assert path.length_m == pytest.approx(300, abs=0.5)
    assert path.travel_time_s == pytest.approx(path.length_m / (56.0 * 0.85 / 3.6), rel=1e-6)
    assert path.travel_time_interval_s == get_profile("car").interval_s(path.travel_time_s)
    assert path.travel_time_interval_s[0] < path.travel_time_s < path.travel_time_interval_s[1]


def test_same_place_is_zero(router: Router) -> None:
    path = router.route(at(100, 1005), at(100, 1005))
    assert (path.travel_time_s, path.length_m) == (0.0, 0.0)
    assert path.travel_time_interval_s == (0.0, 0.0)
    assert path.coordinates.shape == (2, 2)
    assert len(path.parts) == 1


def test_island_is_named(router: Router) -> None:
    with pytest.raises(NoRouteError, match=r"from Main Street .* to Far Lane .* 1 road segment that no road joins"):
        router.route(at(100, 1000), at(2100, 0))


def test_private_way_is_for_the_ends_only() -> None:
    drawing = Drawing({"a": (0, 0), "b": (600, 0), "c": (600, 600), "d": (0, 600), "m": (300, 0), "n": (300, 600)})
    drawing.road("a m b", "South Road").road("b c", "East Road").road("d n c", "North Street").road("a d", "West Road")
    drawing.road("m n", "Club Lane", access="private")
    town = drawing.town("Clubtown", outline())
    router = Router(town)
    through = router.route(at(290, 0), at(290, 600))
    assert "Club Lane" not in streets(town, through)
    assert [a.what for a in through.avoided] == ["Club Lane"]
    assert through.avoided[0].reason == "no through traffic (access=private)"
    assert through.avoided[0].detour_s > 5
    to_club = router.route(at(10, 0), at(310, 300))
    assert streets(town, to_club) == ["South Road", "Club Lane"]
    assert any("Club Lane is private" in warning for warning in to_club.warnings)
    from_club = router.route(at(310, 300), at(300, 600))
    assert streets(town, from_club)[0] == "Club Lane"


def test_public_street_behind_a_private_gate_is_reached() -> None:
    drawing = Drawing({"a": (0, 0), "b": (300, 0), "c": (300, 300), "d": (300, 600), "e": (0, 600)})
    drawing.road("a b", "Main Street").road("b c", "Gate Lane", access="private").road("c d e", "Hidden Street")
    town = drawing.town("Gated", outline())
    path = Router(town).route(at(10, 0), at(10, 600))
    assert streets(town, path) == ["Main Street", "Gate Lane", "Hidden Street"]


def test_closed_road_is_named_as_the_reason() -> None:
    drawing = Drawing({"a": (0, 0), "b": (300, 0), "c": (600, 0), "d": (900, 0)})
    drawing.road("a b", "Main Street").road("b c", "Fire Lane", access="no").road("c d", "End Street")
    town = drawing.town("Cut", outline())
    with pytest.raises(NoRouteError, match="closed to it"):
        Router(town).route(at(10, 0), at(800, 0))
    assert streets(town, Router(town).route(at(450, 5), at(10, 0))) == ["Main Street"]  # not snapped to Fire Lane


def test_one_way_trap_is_named_as_the_reason() -> None:
    drawing = Drawing({"a": (0, 0), "b": (300, 0), "c": (600, 0)})
    drawing.road("a b", "Main Street").road("b c", "Out Road", direction="backward")
    with pytest.raises(NoRouteError, match="one-way roads lead only the other way"):
        Router(drawing.town("Trap", outline())).route(at(10, 0), at(500, 0))


def test_bollard_stops_and_gate_is_mentioned() -> None:
    drawing = Drawing({"a": (0, 0), "b": (300, 0), "c": (600, 0), "d": (600, 400), "e": (0, 400)})
    drawing.road("a b c", "Short Street").road("c d", "Back Road").road("d e a", "Long Way")
    drawing.node_tags["b"] = {"barrier": "bollard"}
    town = drawing.town("Bollards", outline())
    assert "Long Way" in streets(town, Router(town).route(at(150, 0), at(450, 0)))
    drawing.node_tags["b"] = {"barrier": "gate"}
    town = drawing.town("Gates", outline())
    path = Router(town).route(at(150, 0), at(450, 0))
    assert streets(town, path) == ["Short Street"]
    assert path.warnings == ("There is a gate on Short Street.",)


@pytest.mark.parametrize("value", ["reversible", "alternating"])
def test_reversible_road_is_closed_and_alternating_is_open(value: str) -> None:
    drawing = Drawing({"a": (0, 0), "b": (300, 0), "c": (600, 0), "d": (600, 400), "e": (0, 400)})
    drawing.road("a b", "West").road(
        "b c", "Narrow Bridge", direction="reversible", conditional=f'{{"oneway": "{value}"}}'
    )
    drawing.road("c d e a", "Long Way")
    town = drawing.town("Narrow", outline())
    used = streets(town, Router(town).route(at(150, 0), at(600, 100)))
    assert ("Narrow Bridge" in used) == (value == "alternating")


def test_footway_for_emergencies_is_closed_to_a_car() -> None:
    drawing = Drawing({"a": (0, 0), "b": (300, 0), "c": (600, 0), "d": (600, 900), "e": (0, 900)})
    drawing.road("a b", "West").road("b c", "Promenade", highway="footway", emergency="yes", access="yes")
    drawing.road("c d e a", "Long Way")
    town = drawing.town("Promenade", outline())
    assert "Promenade" not in streets(town, Router(town).route(at(150, 0), at(600, 100)))


def test_far_position_is_warned_of(router: Router) -> None:
    path = router.route(at(250, 750), at(100, 1000))
    assert path.warnings[0].startswith("The start is 0.2 mi from the nearest road that a car can use")


def test_unknown_profile_names_those_there_are(router: Router) -> None:
    with pytest.raises(ProfileError, match=f"'hovercraft': use one of {', '.join(list_profiles())}"):
        router.route(at(0, 0), at(1, 1), profile="hovercraft")


def test_matrix_equals_routes(router: Router) -> None:
    origins = [at(30, 990), at(980, 250), at(2100, 0)]
    destinations = [at(30, 990), at(600, 3), at(510, 700), at(2250, 0)]
    matrix = router.matrix(origins, destinations)
    for row, origin in enumerate(origins):
        for column, destination in enumerate(destinations):
            try:
                path = router.route(origin, destination)
            except NoRouteError:
                assert np.isinf(matrix.travel_time_s[row, column])
                assert np.isinf(matrix.length_m[row, column])
            else:
                assert matrix.travel_time_s[row, column] == pytest.approx(path.travel_time_s, abs=1e-9)
                assert matrix.length_m[row, column] == pytest.approx(path.length_m, abs=1e-6)


def test_matrix_refuses_a_point_outside(router: Router) -> None:
    with pytest.raises(CoordinateError, match="outside"):
        router.matrix([at(0, 0)], [LonLat(-70.0, 40.0)])


def test_closures_take_effect_for_one_question(router: Router) -> None:
    network = tiny_town().network
    free = router.route(at(100, 1000), at(500, 700))
    arc = free.parts[0].arc
    closed = np.asarray([arc], dtype=np.int64)
    detour = router.route(at(100, 1000), at(500, 700), closed=closed)
    assert arc not in [part.arc for part in detour.parts]
    assert detour.travel_time_s > free.travel_time_s
    assert router.route(at(100, 1000), at(500, 700)).travel_time_s == free.travel_time_s
    everything = np.arange(network.arc_count, dtype=np.int64)
    with pytest.raises(NoRouteError, match="closures now in force"):
        router.route(at(100, 1000), at(900, 500), closed=everything)


def test_from_a_crossing_every_street_can_be_taken() -> None:
    """A position at a crossing may be moved to a one-way street that leads away or comes in: no way round for that."""
    nodes = {"a": (0, 0), "x": (500, 0), "b": (1000, 0), "in": (500, -500), "out": (500, 500)}
    drawing = (
        Drawing(nodes).road("in x", "In Street", direction="forward").road("x out", "Out Street", direction="forward")
    )
    drawing.road("a x b", "Main Street")
    router = Router(drawing.town("Cross", outline()))
    for x in (100, 900):
        there, back = router.route(at(x, 0), at(500, 0)), router.route(at(500, 0), at(x, 0))
        assert there.length_m == pytest.approx(400, abs=1)
        assert back.length_m == pytest.approx(400, abs=1)
    assert router.route(at(500, 0), at(500, 0)).travel_time_s == 0
