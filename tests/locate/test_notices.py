"""What answers warn of: the next town and its number, weak and old sources, former names, numbers that are not on file."""

from __future__ import annotations

import json
from datetime import date

import geopandas as gpd
import pytest

from geo_dispatch.locate import LocateAnswer, Locator
from geo_dispatch.schema import TOWN_TABLES, conform
from geo_dispatch.town.town import Town, town_from_layers
from tests.towns import EPSG, Drawing, box, line, point

YEAR = date.today().year


def _town(map_date: str = f"{YEAR}-01-01") -> Town:
    """Draw Ourton west of x=1000 and Nextby east of it: Long Lane crosses the line, Mill Street was Tannery Street until 1999."""
    drawing = Drawing(
        {"a": (0, 0), "b": (900, 0), "c": (1100, 0), "d": (2000, 0), "e": (0, 800), "f": (900, 800), "g": (1500, 900)}
    )
    drawing.road("a b c d", "Long Lane")
    drawing.road("a e", "Mill Street", alt_names=json.dumps([{"name": "Tannery Street", "kind": "old_name"}]))
    drawing.road("e f", "Ridge Road")
    drawing.road("d g", "Far Street")
    for number in (4, 8, 12):
        drawing.address(number, "Mill Street", 20, number * 40)
    drawing.address(20, "Far Street", 1900, 200)
    drawing.address(
        31, "Ridge Road", 300, 820, aliases=json.dumps(["Windmill Path|6/1/2003 10:00:00 AM", "Upper Road"])
    )
    drawing.add(
        "address_ranges", line([(0, 800), (900, 800)]), range_id=0, street="Ridge Road", number_start=101, number_end=199,
        parity="odd", source="ng911",
    )  # fmt: skip
    places = {
        "Weak Barn": {"grade": "D", "source_date": f"{YEAR}-01-01"},
        "Old Note Hall": {"grade": "A", "source_date": "2011-05-01"},
        "Good Hall": {"grade": "A", "source_date": f"{YEAR}-01-01"},
    }
    for at, (name, told) in enumerate(places.items()):
        verified = name != "Weak Barn"
        drawing.place(name, "community_centre", 300, 200 + 150 * at, verified=verified, tags=json.dumps(told))
        drawing.rows["places"][-1]["source"] = "pack"
    drawing.place(
        "Miller Library", "library", 500, 700, verified=True, names=[{"name": "Reading Room", "kind": "old_name"}]
    )
    drawing.add("boundaries", box(1000, -3000, 5000, 4000), boundary_id="r2", name="Nextby", kind="town", admin_level=8,
                state="Otherstate")  # fmt: skip
    layers = dict(drawing.layers("Ourton", box(-1500, -1500, 1000, 3500)))

    def rows(table: str, values: list[dict[str, object]]) -> None:
        shapes = [point(0, 0) if table == "aliases" else None for _ in values]
        layers[table] = conform(gpd.GeoDataFrame(values, geometry=shapes, crs=4326), TOWN_TABLES[table])

    rows("neighbours", [
        {"name": "Nextby", "state": "Otherstate", "agency": "Nextby Fire", "phone": "555-0177",
         "relation": "borders; mutual aid; first due on Far Street", "verified": True},
        {"name": "Nextby", "state": "Elsewhere", "agency": "Wrong Nextby", "phone": "555-0666", "verified": True},
    ])  # fmt: skip
    rows("aliases", [
        {"alias": "12 Tanner Court", "kind": "old_name", "target_kind": "address", "target": "8 Mill Street", "verified": True},
        {"alias": "the Barn", "kind": "nickname", "target_kind": "place", "target": "Good Hall", "verified": False, "grade": "C"},
    ])  # fmt: skip
    stamp = {"name": "Map", "location": "map.osm.pbf", "licence": "x", "attribution": "x", "counts": '{"nodes": 9}'}
    rows("provenance", [{**stamp, "source_id": 0, "timestamp": map_date}])
    return town_from_layers(layers, name="Ourton", epsg=EPSG, state="Testonia")


@pytest.fixture(scope="module")
def locator() -> Locator:
    return Locator(_town())


def said(answer: LocateAnswer, *words: str) -> bool:
    """Tell whether one warning holds all these words."""
    return any(all(word in warning for word in words) for warning in answer.warnings)


@pytest.mark.parametrize("text", ["20 Far Street", "Far Street", "20 far st nextby"])
def test_the_next_town_is_named_with_its_number_and_relation(locator: Locator, text: str) -> None:
    answer = locator.locate(text)
    best = answer.candidates[0]
    assert said(
        answer,
        "next town, Nextby (Otherstate), not in Ourton",
        "Nextby Fire 555-0177",
        "mutual aid; first due on Far Street",
    )
    assert not said(answer, "555-0666")
    assert any(why.reading == "town line" and "555-0177" in why.effect for why in best.why)


def test_what_lies_in_town_names_no_other(locator: Locator) -> None:
    for text in ("8 Mill Street", "Good Hall", "Mill Street and Long Lane"):
        assert not said(locator.locate(text), "Nextby"), text


def test_a_position_in_the_next_town_is_told(locator: Locator) -> None:
    best = locator.locate("20 Far Street").candidates[0]
    assert said(locator.locate(f"{best.lat}, {best.lon}"), "Nextby Fire 555-0177")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Weak Barn", ("Weak Barn is not verified by the town", "weak source (grade D)")),
        ("Old Note Hall", ("Old Note Hall was last looked at in 2011-05",)),
        ("the Barn", ("the name “the Barn” for Good Hall is not verified", "a copy (grade C)")),
    ],
)
def test_a_doubtful_source_is_told(locator: Locator, text: str, words: tuple[str, ...]) -> None:
    answer = locator.locate(text)
    assert said(answer, *words), answer.warnings
    assert any(why.reading == "source" for why in answer.candidates[0].why)


def test_a_good_source_is_not_doubted(locator: Locator) -> None:
    answer = locator.locate("Good Hall")
    assert answer.warnings == ()
    assert all(why.reading != "source" for why in answer.candidates[0].why)


def test_an_old_map_is_told_with_its_age() -> None:
    answer = Locator(_town(f"{YEAR - 5}-01-15T00:00:00Z")).locate("Mill Street")
    assert said(answer, f"map data are of {YEAR - 5}-01", "years old")
    assert not said(Locator(_town("unknown")).locate("Mill Street"), "map data")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Tannery Street", ("Tannery Street is a former name", "Mill Street now")),
        ("8 Tannery Street", ("8 Tannery Street is now 8 Mill Street",)),
        ("9 Tannery Street", ("Tannery Street is a former name", "Mill Street now")),
        ("Tannery Street and Long Lane", ("Tannery Street is a former name", "Mill Street now")),
        ("31 Windmill Path", ("31 Windmill Path until 2003 is now 31 Ridge Road",)),
        ("12 Tanner Court", ("“12 Tanner Court” is a former name", "8 Mill Street now")),
        ("Reading Room", ("is a former name", "Miller Library now")),
    ],
)
def test_former_names_and_numbers_say_what_they_are_now(locator: Locator, text: str, words: tuple[str, ...]) -> None:
    answer = locator.locate(text)
    assert answer.status == "located"
    assert said(answer, *words), answer.warnings


def test_another_name_is_not_called_a_former_one(locator: Locator) -> None:
    answer = locator.locate("31 Upper Road")
    assert said(answer, "31 Upper Road is on file as 31 Ridge Road")
    assert not said(answer, "now")


def test_the_present_name_says_nothing_of_former_ones(locator: Locator) -> None:
    assert locator.locate("8 Mill Street").warnings == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("400 Mill Street", ("outside the numbers on file", "4 to 12, even only")),
        ("900 Ridge Road", ("outside the numbers on file", "31 to 199, odd only")),
        ("7 Mill Street", ("placed between 4 and 8", "no odd numbers on file")),
    ],
)
def test_the_numbers_on_file_are_named(locator: Locator, text: str, words: tuple[str, ...]) -> None:
    answer = locator.locate(text)
    assert said(answer, *words), answer.warnings
    assert any(words[-1] in why.effect for why in answer.candidates[0].why)
