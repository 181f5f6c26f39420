"""Landmarks of a drawn town: what is named at a turn, at the end and beyond it, and what never is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pytest

from geo_dispatch.directions.cues import Landmark
from geo_dispatch.directions.landmarks import TownCues
from geo_dispatch.directions.landmarks.catalogue import Catalogue, figures
from geo_dispatch.directions.manoeuvres import find_manoeuvres
from geo_dispatch.directions.turns import Junctions
from geo_dispatch.geometry import LonLat
from geo_dispatch.routing import Path, Router
from geo_dispatch.schema import TOWN_TABLES, conform
from geo_dispatch.town.town import Town, town_from_layers
from tests.towns import EPSG, Drawing, box, lonlat

OUTLINE = box(-500, -500, 3000, 1500)
Place = tuple[str | None, str, float, float, dict[str, Any]]


def drawn(*places: Place, rules: Sequence[dict[str, Any]] = ()) -> Town:
    """A main street eastward, Elm St up from its x 1000 with numbers, Oak St from x 1400, its end at x 2000."""
    nodes = {
        "a": (0, 0),
        "b": (1000, 0),
        "c": (1400, 0),
        "d": (2000, 0),
        "e": (1000, 400),
        "f": (1000, 800),
        "g": (1400, 400),
        "h": (700, 400),
    }
    drawing = Drawing(nodes)
    drawing.road("a b c d", "Main St").road("b e f", "Elm St").road("c g", "Oak St").road("e h", "High St")
    for number in range(2, 40, 4):
        drawing.address(number, "Elm St", 1010, 20 * number)
    for name, category, x, y, more in places:
        drawing.place(name, category, x, y, **more)
    layers = drawing.layers("Tinyport", OUTLINE)
    if rules:
        frame = gpd.GeoDataFrame(list(rules), geometry=gpd.GeoSeries([None] * len(rules), crs=4326), crs=4326)
        layers["landmarks"] = conform(frame, TOWN_TABLES["landmarks"])
    return town_from_layers(layers, name="Tinyport", epsg=EPSG, state="Testonia")


def way(town: Town, start: tuple[float, float], end: tuple[float, float]) -> Path:
    return Router(town).route(LonLat(*lonlat(*start)), LonLat(*lonlat(*end)))


def at_turn(town: Town) -> Landmark | None:
    path = way(town, (0, 0), (1005, 300))
    manoeuvres, _ = find_manoeuvres(Junctions(town), path)
    return TownCues(town).at_decision(path, manoeuvres[-1])


def test_a_church_before_the_corner_is_just_past_and_one_at_it_is_at() -> None:
    before = at_turn(drawn(("First Church", "church", 955, -10, {})))
    assert before is not None
    assert (before.name, before.relation, before.side) == ("First Church", "just past", "right")
    corner = at_turn(drawn(("First Church", "church", 1000, 15, {})))
    assert corner is not None
    assert (corner.relation, corner.side) == ("at", "left")
    beyond = at_turn(drawn(("First Church", "church", 1045, 5, {})))
    assert beyond is not None
    assert beyond.relation == "before"


def test_the_more_salient_place_is_named() -> None:
    named = at_turn(drawn(("Lees Market", "supermarket", 990, 20, {}), ("Ann's Shop", "shop", 1000, 10, {})))
    assert named is not None
    assert named.name == "Lees Market"


@pytest.mark.parametrize(
    ("name", "category", "more"),
    [
        ("The Smiths", "residential", {}),
        ("Former Fire Station", "fire_station", {}),
        ("Closed Diner", "restaurant", {}),
        ("Beach Club", "supermarket", {"tags": json.dumps({"access": "private"})}),
        ("Old Mill", "church", {"tags": json.dumps({"disused:building": "church"})}),
        ("Somebody's Say-so", "church", {"source": "pack", "verified": False}),
    ],
)
def test_what_is_closed_private_unverified_or_a_home_is_never_named(
    name: str, category: str, more: dict[str, Any]
) -> None:
    assert at_turn(drawn((name, category, 1000, 15, more))) is None


def test_two_of_a_name_on_the_way_are_no_landmark() -> None:
    twins = (("Gull Coffee", "cafe", 1000, 15, {"brand": "Gull"}), ("Gull Coffee", "cafe", 800, 15, {"brand": "Gull"}))
    assert at_turn(drawn(twins[0])) is not None
    assert at_turn(drawn(*twins)) is None


@pytest.mark.parametrize(
    ("use", "place", "found"), [("promote", "Tiny Kiosk", "the red kiosk"), ("ban", "First Church", None)]
)
def test_the_pack_promotes_and_bans(use: str, place: str, found: str | None) -> None:
    rule = {"place": place, "use": use, "called": found, "place_id": None}
    town = drawn(("Tiny Kiosk", "kiosk", 1000, 15, {}), ("First Church", "church", 1005, 20, {}), rules=[rule])
    named = at_turn(town)
    assert (named and named.name) == found


def test_the_end_is_told_by_number_side_and_what_is_passed() -> None:
    town = drawn(("Corner Store", "convenience", 1010, 60, {}))
    path = way(town, (0, 0), (1010, 120))
    cue = TownCues(town).at_arrival(path, len(path.parts) - 1)
    assert (cue.number, cue.block, cue.cross_street) == ("6", None, "Main St")
    assert cue.landmark is not None
    assert (cue.landmark.name, cue.landmark.relation) == ("Corner Store", "just past")


def test_without_number_and_landmark_the_street_passed_last_tells_it() -> None:
    town = drawn()
    path = way(town, (0, 0), (1700, 0))
    cue = TownCues(town).at_arrival(path, len(path.parts) - 1)
    assert cue.number is None
    assert cue.landmark is not None
    assert (cue.landmark.kind, cue.landmark.name, round(cue.landmark.distance_m, -1)) == ("street", "Oak St", 300)


def test_who_drives_too_far_reaches_a_street_or_the_end_of_the_road() -> None:
    town = drawn()
    cues = TownCues(town)
    for end, kind, name in (
        ((1010, 300), "street", "High St"),
        ((1200, 0), "street", "Oak St"),
        ((1800, 0), "dead_end", None),
    ):
        path = way(town, (0, 0), end)
        found = cues.too_far(path, len(path.parts) - 1)
        assert found is not None
        assert (found.kind, found.name) == (kind, name)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    rng = np.random.default_rng(7)
    kinds = ("church", "school", "fire_station")
    places = [
        (None if row % 3 == 0 else f"Place {row % 12}", kinds[row % 3 - 1], *rng.uniform(0, 2000, 2).round(1), {})
        for row in range(120)
    ]
    twins: list[Place] = [("Twin", "school", 700, 40, {}), ("Twin", "church", 700, 40, {})]
    return Catalogue(drawn(*twins, *places))


def test_places_near_a_point_are_those_of_all_by_distance(catalogue: Catalogue) -> None:
    for x, y in np.random.default_rng(3).uniform(-100, 2100, (60, 2)):
        origin = catalogue.seen[0]
        here = (origin.x - 700 + x, origin.y - 40 + y)
        away = [float(np.hypot(one.x - here[0], one.y - here[1])) for one in catalogue.seen]
        rows = sorted((row for row in range(len(away)) if away[row] <= 150), key=lambda row: (away[row], row))
        assert catalogue.near(*here, 150) == [(away[row], catalogue.seen[row]) for row in rows]


def test_no_place_near_a_line_is_left_out(catalogue: Catalogue) -> None:
    origin = catalogue.seen[0]
    line = np.array([[origin.x + 5.0 * step, origin.y + 3.0 * step] for step in range(80)])
    places, away = catalogue.near_line(line, 60)
    assert away.shape == (80, len(places))
    for one in catalogue.seen:
        metres = np.hypot(line[:, 0] - one.x, line[:, 1] - one.y)
        if metres.min() <= 60:
            assert away[:, places.index(one)] == pytest.approx(metres, abs=1e-9)
    assert catalogue.near_line(np.zeros((0, 2)), 60)[0] == ()


def test_a_place_is_alone_when_no_other_is_taken_for_it(catalogue: Catalogue) -> None:
    within = float(figures()["alike_m"])
    answers = []
    for one in catalogue.seen:
        way = np.array([[one.x + 20.0 * step, one.y] for step in range(6)])
        alike = [
            other
            for other in catalogue.seen
            if other is not one and (other.kind == one.kind if one.called is None else other.called == one.called)
        ]
        near = [min(np.hypot(*(way - (other.x, other.y)).T)) <= within for other in alike]
        answers.append(catalogue.is_alone(one, way))
        assert answers[-1] == (not any(near))
    assert True in answers
    assert False in answers
