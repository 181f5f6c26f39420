"""Tiles hold what the town's tables hold, once made the same bytes; styles need nothing of other servers and can be read."""

from __future__ import annotations

import gzip
import json
import math
import re
from typing import Any

import mapbox_vector_tile
import pytest

from geo_dispatch.data_tables import load_table
from geo_dispatch.render.tiles import MAX_ZOOM, MIN_ZOOM, THEMES, TileArchive, map_style
from geo_dispatch.render.tiles.layers import layers_of
from geo_dispatch.town.town import Town
from tests.towns import tiny_town


@pytest.fixture(scope="module")
def town() -> Town:
    return tiny_town()


@pytest.fixture(scope="module")
def archive(town: Town) -> TileArchive:
    return TileArchive(town)


def place_of(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    world = 1 << zoom
    y = 0.5 - math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)) / (2 * math.pi)
    return int((lon / 360 + 0.5) * world), int(y * world)


def tiles(archive: TileArchive, zoom: int) -> dict[tuple[int, int], dict[str, Any]]:
    west, south, east, north = archive.bounds
    (x0, y1), (x1, y0) = place_of(west, south, zoom), place_of(east, north, zoom)
    found = {}
    for x in range(x0 - 1, x1 + 2):
        for y in range(y0 - 1, y1 + 2):
            data = archive.find(zoom, x, y)
            if data is not None:
                found[(x, y)] = mapbox_vector_tile.decode(gzip.decompress(data), default_options={"y_coord_down": True})
    return found


def values(decoded: dict[tuple[int, int], dict[str, Any]], layer: str, key: str) -> set[Any]:
    return {
        f["properties"].get(key) for tile in decoded.values() for f in tile.get(layer, {"features": []})["features"]
    } - {None}


def test_the_last_zoom_holds_every_name_and_number_of_the_tables(town: Town, archive: TileArchive) -> None:
    decoded = tiles(archive, MAX_ZOOM)
    assert values(decoded, "roads", "name") == {name for name in town.network.segments.text("name") if name}
    assert values(decoded, "addresses", "number") == set(town.table("addresses").text("number_text")) - {None}
    named = {f["name"] for layer in layers_of(town) if layer.name == "places" for f in layer.properties}
    assert values(decoded, "places", "name") == named
    assert named


def test_a_point_lies_where_it_lies(town: Town, archive: TileArchive) -> None:
    places = town.table("places")
    row = next(r for r, name in enumerate(places.text("name")) if name)
    lon, lat = float(places.lon[row]), float(places.lat[row])
    x, y = place_of(lon, lat, MAX_ZOOM)
    data = archive.find(MAX_ZOOM, x, y)
    assert data is not None
    tile = mapbox_vector_tile.decode(gzip.decompress(data), default_options={"y_coord_down": True})
    (feature,) = [f for f in tile["places"]["features"] if f["properties"]["name"] == places.text("name")[row]][:1]
    px, py = feature["geometry"]["coordinates"]
    world = 1 << MAX_ZOOM
    assert (x + px / 4096) / world == pytest.approx(lon / 360 + 0.5, abs=1 / world / 2048)
    merc = 0.5 - math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)) / (2 * math.pi)
    assert (y + py / 4096) / world == pytest.approx(merc, abs=1 / world / 2048)


def test_small_roads_are_left_out_of_wide_views(archive: TileArchive) -> None:
    assert values(tiles(archive, MIN_ZOOM), "roads", "class") <= {"motorway", "trunk", "primary"}


def test_what_is_not_there_is_none(archive: TileArchive) -> None:
    assert archive.find(MAX_ZOOM, 0, 0) is None
    assert archive.find(3, 1, 1) is None
    assert len(archive) > 0


def test_the_same_town_gives_the_same_bytes() -> None:
    one, other = TileArchive(tiny_town()), TileArchive(tiny_town())
    assert one._arrays["data"].tobytes() == other._arrays["data"].tobytes()


# --- styles ----------------------------------------------------------------------------------------


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", THEMES)
def test_labels_and_lines_can_be_read(theme: str) -> None:
    colours = load_table("geo_dispatch.render.tiles", "themes")[theme]
    for text, grounds in (
        ("text", ("land", "outside", "wood", "built")),
        ("text_quiet", ("land", "wood", "built", "building")),
        ("text_water", ("water", "land")),
        ("number", ("land", "built")),
    ):
        for ground in grounds:
            assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
    for name, road in colours["roads"].items():
        assert contrast(road["casing"], colours["land"]) >= 3.0, name
    assert contrast(colours["boundary"], colours["land"]) >= 3.0
    assert contrast(colours["stream"], colours["land"]) >= 3.0
    for ground in ("land", "wood", "built"):
        for mark in (colours["route"]["edge"], colours["start"], colours["goal"], *colours["bands"]):
            assert contrast(mark, colours[ground]) >= 3.0, (mark, ground)
    assert min(contrast(colours["on_mark"], colours[mark]) for mark in ("start", "goal")) >= 4.5
    page = colours["page"]
    for words in ("ink", "soft", "link"):
        assert min(contrast(page[words], page[ground]) for ground in ("paper", "wash")) >= 4.5, words
    assert contrast(page["on_notice"], page["notice"]) >= 4.5
    assert contrast(page["edge"], page["paper"]) >= 3.0


@pytest.mark.parametrize("theme", THEMES)
def test_a_style_names_no_other_server_and_only_layers_that_there_are(theme: str, town: Town) -> None:
    style = map_style(
        theme,
        tiles="/tiles/{z}/{x}/{y}.mvt",
        attribution="© OpenStreetMap contributors",
        bounds=town.extent,
        name="Tinyport",
    )
    assert not re.search(r"https?://", json.dumps(style))
    assert {"glyphs", "sprite"} & set(style) == set()
    names = {layer.name for layer in layers_of(town)}
    assert {layer["source-layer"] for layer in style["layers"] if "source-layer" in layer} <= names
    assert len({layer["id"] for layer in style["layers"]}) == len(style["layers"])
    assert style["sources"]["town"]["attribution"] == "© OpenStreetMap contributors"


def test_every_theme_has_every_colour() -> None:
    table = load_table("geo_dispatch.render.tiles", "themes")
    assert {frozenset(colours) for colours in table.values()} == {frozenset(table["light"])}
    assert set(table) == set(THEMES)
