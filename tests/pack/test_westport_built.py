"""The pack of Westport on a small drawn town of that name: addresses, names and words are looked up; what is not there is listed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import shapely

from geo_dispatch.build.pack import read_pack
from geo_dispatch.build.pack_merge import apply_pack
from geo_dispatch.schema import Problem
from tests.build.test_merge import AREA
from tests.towns import Drawing, box, lonlat

FOLDER = Path(__file__).resolve().parents[2] / "data" / "towns" / "westport-ma"


@pytest.fixture(scope="module")
def built() -> tuple[dict[str, object], list[Problem]]:
    nodes = {"a": (0, 0), "b": (0, 1000), "c": (0, 2000), "d": (1500, 1000), "e": (1500, 2500), "f": (1500, 0)}
    drawing = Drawing(nodes)
    drawing.road("a b c", "Main Road").road("b d", "Hix Bridge Road").road(
        "f d e", "State Highway", ref="MA 88", highway="trunk"
    )
    for number, x, y in ((816, 20, 1300), (856, 20, 1400), (865, -20, 1410), (2061, 20, 100)):
        drawing.address(number, "Main Road", x, y)
    drawing.address(54, "Hix Bridge Road", 1400, 1020)
    drawing.address(72, "Hix Bridge Road", 1200, 1020)
    drawing.place("Lees Market", "supermarket", 30, 1500)
    layers = drawing.layers("Westport", box(-500, -500, 3000, 3500))
    problems = apply_pack(layers, read_pack(FOLDER), AREA, AREA.with_margin(20_000))
    return layers, problems  # type: ignore[return-value]


def at(layers: dict[str, object], table: str, key: str, value: str) -> shapely.Point:
    frame = layers[table]
    return frame.set_index(key).geometry[value]  # type: ignore[attr-defined,no-any-return]


@pytest.mark.parametrize(
    ("table", "key", "value", "where"),
    [
        ("stations", "station_id", "fire-1", (1400, 1020)),
        ("stations", "station_id", "harbormaster", (20, 100)),
        ("directory", "service_id", "town-clerk", (20, 1300)),
        ("directory", "service_id", "board-of-health", (20, 1400)),
        ("directory", "service_id", "transfer-station", (1200, 1020)),
        ("places", "name", "Partners Village Store", (-20, 1410)),
    ],
)
def test_what_is_told_by_address_lies_there(
    built: tuple[dict[str, object], list[Problem]], table: str, key: str, value: str, where: tuple[float, float]
) -> None:
    assert at(built[0], table, key, value).distance(shapely.Point(lonlat(*where))) < 1e-6


def test_a_unit_is_at_its_station_and_a_nickname_leads_to_its_street(
    built: tuple[dict[str, object], list[Problem]],
) -> None:
    layers, _ = built
    assert at(layers, "units", "unit_id", "Engine 1").equals(at(layers, "stations", "station_id", "fire-1"))
    aliases = layers["aliases"].set_index("alias")  # type: ignore[attr-defined]
    assert aliases.loc["Hixbridge Road", "target_id"] is not None
    assert aliases.loc["Hicks Bridge Road", "target_id"] == aliases.loc["Hixbridge Road", "target_id"]


def test_a_place_of_the_map_is_joined_and_not_doubled(built: tuple[dict[str, object], list[Problem]]) -> None:
    layers, problems = built
    markets = layers["places"][layers["places"]["name"] == "Lees Market"]  # type: ignore[index,call-overload]
    assert len(markets) == 1
    assert {"name": "Lee's Market", "kind": "nickname"} in json.loads(markets["names"].iloc[0])
    assert any(p.kind == "pack_place_joined" and "Lees Market" in p.detail for p in problems)


def test_what_this_town_does_not_have_is_listed_with_file_and_line(
    built: tuple[dict[str, object], list[Problem]],
) -> None:
    unresolved = {p.object_id: p.detail for p in built[1] if p.kind == "pack_unresolved"}
    assert any("85 Briggs Rd" in detail for detail in unresolved.values())
    assert any("Exit" in detail or "exit" in detail for detail in unresolved.values())
    assert all(":" in source and source.split(":")[1].isdigit() for source in unresolved)
