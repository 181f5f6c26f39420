"""Kinds of place: what callers call them, and that the readers give such places."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from geo_dispatch.data_tables import load_table
from geo_dispatch.locate import Locator
from geo_dispatch.locate.grammar import text_of
from geo_dispatch.locate.normalise import fold
from geo_dispatch.locate.tables import read_table
from geo_dispatch.locate.tables.relations import load_categories
from geo_dispatch.osm.places import category_of
from tests.towns import Drawing, box

_AS_MAPPED = {
    # Categories that the reader of OpenStreetMap passes on as they are: a main tag of each, as in the wiki's Map features.
    "amenity": [
        "fuel", "charging_station", "marketplace", "restaurant", "cafe", "bar", "nightclub", "school", "hospital", "clinic", "pharmacy",
        "veterinary", "animal_boarding", "animal_shelter", "social_facility", "fire_station", "police", "courthouse", "post_office",
        "library", "community_centre", "funeral_hall", "prison", "theatre", "cinema", "events_venue", "bank", "atm", "car_wash", "car_rental", "parking",
        "bus_station", "ferry_terminal", "fountain", "clock", "shelter", "toilets", "recycling",
    ],
    "emergency": ["ambulance_station", "lifeguard", "fire_hydrant", "defibrillator"],
    "tourism": ["hotel", "museum", "camp_site", "picnic_site", "zoo", "viewpoint"],
    "leisure": ["marina", "park", "playground", "nature_reserve", "golf_course", "miniature_golf", "swimming_pool", "bowling_alley", "horse_riding"],
    "railway": ["level_crossing"],
    "highway": ["bus_stop", "trailhead", "rest_area"],
    "man_made": ["pier", "lighthouse", "windmill", "chimney", "silo", "breakwater"],
    "natural": ["beach", "wetland", "cave_entrance"],
    "place": ["island"],
    "waterway": ["dam", "waterfall"],
    "landuse": ["landfill", "quarry"],
    "barrier": ["toll_booth"],
}  # fmt: skip


def test_each_kind_of_place_is_one_that_a_reader_gives() -> None:
    mapped = {value for key, values in _AS_MAPPED.items() for value in values if category_of(f"{key}={value}") == value}
    assert mapped == {value for values in _AS_MAPPED.values() for value in values}
    stated = set(load_table("geo_dispatch.osm", "places")["categories"].values()) - {"="}
    fields = yaml.safe_load((Path(__file__).parents[1] / "ng911" / "vermont_fields.yaml").read_text(encoding="utf-8"))
    sites = set(fields["addresses"]["fields"]["category"]["values"].values())
    unknown = set(load_categories().values()) - stated - mapped - sites
    assert not unknown, f"no reader gives these categories: {sorted(unknown)}"


def test_each_name_of_a_kind_stands_once_and_is_folded() -> None:
    table = read_table("categories.yaml")
    names = [name for listed in table.values() for name in listed]
    assert len(names) == len(set(names))
    assert all(name == fold(name) for name in names)
    canonical: dict[str, str] = {}
    for name, category in load_categories().items():
        assert canonical.setdefault(text_of(name.split()), category) == category, name


@pytest.mark.parametrize(
    ("said", "category"),
    [
        ("packie", "liquor_store"), ("farm stands", "farm_stand"), ("the dump", "transfer_station"), ("doctor's office", "doctor"),
        ("boat launch", "boat_ramp"), ("parking lot", "parking"), ("graveyards", "cemetery"), ("ball field", "sports_field"),
        ("pond", "water"), ("trail head", "trailhead"), ("cell tower", "tower"), ("old folks home", "nursing_home"),
        ("grinder shop", "deli"), ("tot lot", "playground"), ("town landing", "boat_ramp"), ("firehouse", "fire_station"),
        ("dams", "dam"), ("libraries", "library"), ("movie theatre", "cinema"), ("shopping centre", "shopping_centre"),
    ],
)  # fmt: skip
def test_what_callers_call_kinds_of_place(said: str, category: str) -> None:
    town = Drawing({"a": (0, 0), "b": (900, 0)}).road("a b", "Long Lane").place(None, category, 300, 40)
    town.place("Some Other", "theatre" if category != "theatre" else "bank", 600, 40)
    answer = Locator(town.town("Ourton", box(-500, -500, 1500, 1500))).locate(said)
    assert len(answer.candidates) == 1, answer
    assert answer.candidates[0].why[0].reading == "kind of place"
