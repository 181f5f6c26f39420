"""Trails, creeks, ponds and piers that the base map names are found as what they are: long, or wide."""

from __future__ import annotations

from functools import cache

import pytest
import shapely
from shapely.geometry import shape

from geo_dispatch.locate import Candidate, Locator
from geo_dispatch.locate.candidates.grounds import find_grounds
from geo_dispatch.locate.draft import Finder
from geo_dispatch.locate.named_grounds import NamedGrounds
from geo_dispatch.locate.place_shapes import PlaceShapes
from geo_dispatch.locate.questions.pool import cells_of
from geo_dispatch.locate.reading import Reading
from geo_dispatch.locate.relations.samples import RoadSamples
from geo_dispatch.town.town import Town
from tests.towns import Drawing, box, line, lonlat

Path = list[tuple[float, float]]


@cache
def wild_town() -> Town:
    """Draw a road with a creek, a trail, a pond and a railway; a second creek of that name lies far off.

    Bear Creek flows north at x=2000 in two pieces 100 m apart, the place of that name is a point at its mouth; Rail Path is a
    street on its southern part; Mill Pond is a place and an area.
    """
    drawing = Drawing({"a": (0, 0), "b": (3000, 0), "c": (3000, 2500), "d": (500, 0), "e": (500, 900)})
    drawing.road("a d b", "Bear Creek Road").road("b c", "Pine Street").road("d e", "Rail Path", highway="track")
    lines: list[tuple[str, str, str, str | None, Path]] = [
        ("basemap_waterways", "w1", "stream", "Bear Creek", [(2000, -300), (2000, 1200)]),
        ("basemap_waterways", "w2", "stream", "Bear Creek", [(2000, 1300), (2100, 2400)]),
        ("basemap_waterways", "w3", "stream", "Bear Creek", [(-3500, 2000), (-3500, 2600)]),
        ("basemap_lines", "w4", "path", "Berm Trail", [(1000, 300), (1000, 1900)]),
        ("basemap_lines", "w5", "path", "Rail Path", [(500, 900), (500, 1500)]),
        ("basemap_lines", "w6", "power_line", "Quill Line", [(0, 3000), (3000, 3000)]),
        ("basemap_lines", "w7", "railway", "Old Branch", [(-500, 200), (-500, 2900)]),
        ("basemap_lines", "w8", "path", None, [(100, 300), (100, 400)]),
    ]
    for table, identity, kind, name, points in lines:
        drawing.add(table, line(points), osm_id=identity, kind=kind, name=name, rank=1)
    drawing.add("basemap_water", box(1300, 500, 1700, 800), osm_id="w9", kind="water", name="Mill Pond", rank=1)
    drawing.place("Bear Creek", "stream", 2010, -250, kind="waterway=stream")
    drawing.place("Mill Pond", "water", 1500, 650, kind="natural=water", area_m2=120_000.0)
    drawing.place("Berm Trail", "bus_stop", 1005, 310)
    return drawing.town("Home", box(-4000, -1000, 4000, 3500))


def found(text: str) -> Candidate:
    answer = Locator(wild_town()).locate(text)
    assert answer.status == "located", (text, answer)
    return answer.candidates[0]


def holds(candidate: Candidate, x: float, y: float) -> bool:
    return bool(shape(candidate.region90).contains(shapely.Point(lonlat(x, y))))


@pytest.mark.parametrize("text", ["we're on the Berm Trail", "Berm Trail", "hurry, on berm trial"])
def test_a_trail_is_found_with_its_outline(text: str) -> None:
    candidate = found(text)
    assert (candidate.kind, candidate.place_id, candidate.label) == ("place", "w4", "Berm Trail, Home")
    assert holds(candidate, 1000, 310)
    assert holds(candidate, 1000, 1890)
    assert not holds(candidate, 1100, 1000)
    assert 600 < candidate.radius90_m < 850
    assert any(why.reading == "path" for why in candidate.why)


def test_pieces_that_lie_together_are_one_ground_and_others_of_the_name_another() -> None:
    town = wild_town()
    grounds = NamedGrounds(town)
    named = [grounds.get(number) for number in range(len(grounds))]
    assert sorted((g.name, g.ground_id, g.offered) for g in named) == [
        ("Bear Creek", "w1", False),
        ("Bear Creek", "w3", True),
        ("Berm Trail", "w4", True),
        ("Mill Pond", "w9", False),
        ("Old Branch", "w7", True),
        ("Rail Path", "w5", False),
    ]
    number = grounds.find("w1")
    assert number is not None
    shapes, halves = grounds.pieces(number)
    assert (len(shapes), halves) == (2, [15.0, 15.0])


def test_a_place_that_is_a_creek_has_the_creeks_outline_and_is_offered_once() -> None:
    answer = Locator(wild_town()).locate("in a boat on Bear Creek")
    assert {c.place_id for c in answer.candidates} == {"n1", "w3"}
    creek = next(c for c in answer.candidates if c.place_id == "n1")
    along = [holds(creek, 2000, y) for y in range(-290, 1200, 30)] + [holds(creek, 2050, 1850)]
    assert sum(along) >= 0.85 * len(along)  # nine tenths of it
    assert not holds(creek, 2400, 1000)
    whole = next(c for c in Locator(wild_town()).locate("on Bear Creek").candidates if c.place_id == "n1")
    assert holds(whole, 2000, -250)
    assert holds(whole, 2090, 2300)


def test_the_water_at_a_creek_is_the_creek() -> None:
    answer = Locator(wild_town()).locate("in the water at Bear Creek")
    creek = next(candidate for candidate in answer.candidates if candidate.place_id == "n1")
    x, y = position(creek)
    assert abs(x - 2000) < 100
    assert 0 < y < 2400
    assert "in the water" in creek.label


def position(candidate: Candidate) -> tuple[float, float]:
    town = wild_town()
    x, y = town.projection.to_xy(candidate.lon, candidate.lat)
    zero = town.projection.to_xy(*lonlat(0, 0))
    return x - zero[0], y - zero[1]


def test_a_relation_to_a_trail_begins_at_its_edge() -> None:
    candidate = found("near the Berm Trail")
    assert candidate.kind == "relative"
    assert shape(candidate.region90).distance(shapely.Point(lonlat(1000, 310))) < 1e-3
    assert not holds(candidate, -2000, 1000)
    candidate = found("at the Berm Trail")
    assert holds(candidate, 1000, 310)
    assert holds(candidate, 1000, 1890)


@pytest.mark.parametrize("y", [400, 1000, 1800])
def test_beside_a_trail_may_be_anywhere_along_it_though_no_road_is_near(y: float) -> None:
    assert holds(found("beside the Berm Trail"), 1045, y)


def test_a_question_is_weighed_over_the_outline() -> None:
    town = wild_town()
    finder, samples = Finder(town), RoadSamples(town)
    draft = next(iter(find_grounds(finder, Reading("name", 1.0, ("berm trail",)))))
    cells = cells_of(finder, samples, draft)
    outline = finder.shapes.find("w4")
    assert outline is not None
    assert shapely.contains_xy(outline.shape, cells.x, cells.y).all()
    assert len(cells.x) > 100


def test_what_is_both_a_street_and_a_path_is_offered_as_the_street() -> None:
    answer = Locator(wild_town()).locate("on Rail Path")
    assert [candidate.kind for candidate in answer.candidates] == ["street"]


def test_the_road_named_after_a_creek_is_another_name() -> None:
    assert found("on Bear Creek Road").kind == "street"


def test_lines_that_nobody_is_at_are_no_places() -> None:
    assert Locator(wild_town()).locate("at the Quill Line").status == "unknown"
    assert found("on the Old Branch").place_id == "w7"


def test_what_is_said_beside_a_name_is_measured_to_its_outline() -> None:
    shapes = PlaceShapes(wild_town())
    number = shapes.grounds.find("w4")
    assert number is not None
    x, y = wild_town().projection.to_xy(*lonlat(1110, 1800))
    assert shapes.distance_m(number, x, y) == pytest.approx(100.0, abs=1.0)


def test_a_town_without_a_base_map_has_none() -> None:
    bare = Drawing({"a": (0, 0), "b": (900, 0)}).road("a b", "Elm Street").town("Home", box(-500, -500, 1500, 500))
    assert len(NamedGrounds(bare)) == 0
    assert Locator(bare).locate("Elm Street").status == "located"
