"""Texts that stand where a name is missing are no names."""

from __future__ import annotations

import pytest

from geo_dispatch.audit import audit
from geo_dispatch.locate import Locator, SoundAlikes
from geo_dispatch.locate.names import NameIndex
from geo_dispatch.locate.no_names import count_no_names, is_no_name
from geo_dispatch.locate.normalise import street_key
from geo_dispatch.town.town import Town
from tests.towns import Drawing, box


def nameless_town() -> Town:
    drawing = Drawing({"a": (0, 0), "b": (2000, 0), "c": (0, 800), "d": (2000, 800), "e": (900, 0), "f": (900, 400)})
    drawing.road("a e b", "Elm Street").road("a c", "Unnamed Road").road("b d", "UNNAMED ROAD").road(
        "e f", "No Name Road"
    )
    drawing.address(12, "Elm Street", 300, 20)
    drawing.address(14, "Unknown", 500, 20)
    return drawing.town("Home", box(-500, -500, 2500, 1500))


@pytest.mark.parametrize(
    "name", ["Unknown", "NO NAME", "Unnamed 5d", "Unnamed Driveway", "Pvtdriveway", "N/A", "nan", "Null", "Unknown Rd."]
)
def test_no_names(name: str) -> None:
    assert is_no_name(name)


@pytest.mark.parametrize(
    "name", ["Unknown Soldier Road", "No Name Road", "Nan Lane", "Private Road", "Null Hill Road", "5th Street", ""]
)
def test_names(name: str) -> None:
    assert not is_no_name(name)


def test_they_are_left_out_of_the_index_and_counted() -> None:
    town = nameless_town()
    index = NameIndex(town)
    assert index.find(street_key("Elm Street")) is not None
    assert index.find(street_key("No Name Road")) is not None
    assert index.find(street_key("Unnamed Road")) is None
    assert index.find(street_key("Unknown")) is None
    assert count_no_names(town) == 2
    assert Locator(town).locate("I'm on unnamed road").status == "unknown"
    assert not [pair for pair in SoundAlikes(town).list_all() if "nnamed" in pair.names[0].casefold()]


def test_the_audit_counts_them_and_nobody_says_them() -> None:
    report, cases = audit(Locator(nameless_town()), each=3, seed=2, kinds=["address", "crossing"], strangers=0)
    assert report.left_out["street whose name says that it has none"] == 2
    assert report.left_out["address on a street that has no name"] == 1
    assert not [case.text for case in cases if "unnamed" in str(case.text).casefold()]
