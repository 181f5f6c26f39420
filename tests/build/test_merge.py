"""Several sources, and a pack, become one town."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import shapely

from geo_dispatch.build.area import TownArea
from geo_dispatch.build.merge import clip_layers, merge_sources
from geo_dispatch.build.pack import read_pack
from geo_dispatch.build.pack_merge import apply_pack
from geo_dispatch.errors import PackError
from tests.towns import EPSG, Drawing, box, lonlat, tiny_drawing

HOME = box(-1000, -1000, 1500, 3000)


AREA = TownArea("Tinyport", HOME)


def _ours() -> Drawing:
    drawing = Drawing({"a": (0, 0), "b": (1000, 0)}).road("a b", "Main Street")
    return drawing.address(10, "MAIN ST", 100, 10).address(20, "MAIN ST", 200, 10)


def test_the_towns_own_layers_win_and_openstreetmap_fills_what_they_lack() -> None:
    theirs = Drawing({"a": (0, 5), "b": (1000, 5)}).road("a b", "Main Street").road("b a", "Other Street")
    theirs.address(10, "Main Street", 101, 12).address(20, "Main Street", 500, 10).address(30, "Main Street", 300, 10)
    theirs.place("Town Hall", "townhall", 10, 10)
    merged = merge_sources(theirs.source(), _ours().source(), epsg=EPSG)
    assert len(merged.layer("road_segments")) == 1
    assert sorted(merged.layer("addresses")["number"]) == [10, 20, 30]
    assert merged.layer("addresses")["street"].tolist()[:2] == ["MAIN ST", "MAIN ST"]
    assert merged.layer("places")["name"].tolist() == ["Town Hall"]
    conflicts = [p for p in merged.problems if p.kind == "address_conflict"]
    assert [p.detail for p in conflicts] == [
        "20 Main Street: OpenStreetMap has it 300 m away; the town's point is kept"
    ]
    assert [p.kind for p in merged.problems].count("osm_roads_replaced") == 1


def test_address_points_alone_leave_openstreetmaps_roads() -> None:
    ours = _ours().source()
    ours.layers["road_segments"] = ours.layer("road_segments").iloc[:0]
    theirs = Drawing({"a": (0, 5), "b": (1000, 5)}).road("a b", "Main Street").road("b a", "Other Street")
    assert len(merge_sources(theirs.source(), ours, epsg=EPSG).layer("road_segments")) == 2


def test_no_source_at_all() -> None:
    with pytest.raises(ValueError, match="no source"):
        merge_sources(None, None, epsg=EPSG)


def test_what_lies_outside_the_margin_is_left_out_and_long_shapes_are_cut() -> None:
    drawing = tiny_drawing()
    drawing.add("basemap_water", box(1000, 0, 9000, 500), osm_id="w1", kind="water", rank=0)
    drawing.add("turn_restrictions", None, restriction_id=1, kind="no_left_turn", complete=False)
    area = box(-100, -100, 1200, 1200)
    layers = clip_layers(drawing.source(), area)
    assert "Far Lane" not in set(layers["road_segments"]["name"])
    assert len(layers["road_nodes"]) == 9
    west, _, east, _ = layers["basemap_water"].total_bounds
    assert (west, east) == pytest.approx((lonlat(1000, 0)[0], lonlat(1200, 0)[0]), abs=2e-4)
    assert len(layers["turn_restrictions"]) == 1


def _pack(folder: Path, **files: str) -> Path:
    (folder / "pack.yaml").write_text("name: Tinyport\nstate: Testonia\nfictional: true\nnotice: made up\n")
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text)
    return folder


def test_pack_rows_are_placed_where_they_say_they_are(tmp_path: Path) -> None:
    lon, lat = lonlat(30, 510)
    folder = _pack(
        tmp_path,
        stations=f"- {{station_id: s1, name: Station 1, kind: fire, lon: {lon}, lat: {lat}}}\n"
        "- {station_id: s2, name: Police, kind: police, address: 42 Main Street}\n",
        units="- {unit_id: E1, name: Engine 1, kind: engine, station_id: s2}\n",
        aliases="- {alias: the Store, kind: nickname, target_kind: place, target: Corner Store}\n"
        "- {alias: Elmo, kind: nickname, target_kind: street, target: Elm St}\n"
        "- {alias: Atlantis, kind: nickname, target_kind: place, target: Atlantis}\n",
        places="- {name: New Pier, category: pier, at: Main Street and Elm Street}\n"
        "- {corrects: Town Hall, name: Town Office, phone: 555-0199}\n"
        "- {corrects: Fire Station 1, gone: true}\n"
        "- {corrects: Nonesuch, gone: true}\n",
        neighbours="- {name: Nextville, state: Testonia, relation: borders, phone: 555-0111}\n",
    )
    layers = tiny_drawing().layers("Tinyport", HOME)
    problems = apply_pack(layers, read_pack(folder), AREA, AREA.with_margin(8000))

    stations = layers["stations"].set_index("station_id").geometry
    assert stations["s2"].distance(shapely.Point(lonlat(420, 1020))) < 1e-6
    assert layers["units"].geometry.iloc[0].equals(stations["s2"])

    aliases = layers["aliases"].set_index("alias")
    store = layers["places"].set_index("name").loc["Corner Store"]
    assert aliases.loc["the Store", "target_id"] == store["place_id"]
    assert aliases.loc["Elmo", "target_id"] is not None
    assert aliases.loc["Atlantis", "target_id"] is None

    places = layers["places"].set_index("name")
    assert "Fire Station 1" not in places.index
    assert places.loc["Town Office", "phone"] == "555-0199"
    assert {"name": "Town Hall", "kind": "old_name"} in json.loads(places.loc["Town Office", "names"])
    assert places.loc["New Pier"].geometry.distance(shapely.Point(lonlat(500, 1000))) < 1e-6
    assert places.loc["New Pier", "municipality"] == "Tinyport"
    assert layers["neighbours"].geometry.iloc[0].geom_type == "MultiPolygon"

    unresolved = sorted(p.object_id for p in problems if p.kind == "pack_unresolved")
    assert unresolved == ["aliases.yaml:3", "places.yaml:4"]


def test_pack_coordinates_exchanged_are_refused_and_far_ones_listed(tmp_path: Path) -> None:
    lon, lat = lonlat(30, 510)
    folder = _pack(tmp_path, stations=f"- {{station_id: s1, name: Station 1, kind: fire, lon: {lat}, lat: {lon}}}\n")
    with pytest.raises(
        PackError, match=r"stations\.yaml:1: 's1' at lon 41\.\S+, lat -71\.\S+ has longitude and latitude exchanged"
    ):
        apply_pack(tiny_drawing().layers("Tinyport", HOME), read_pack(folder), AREA, AREA.with_margin(8000))
    _pack(tmp_path, stations="- {station_id: s1, name: Station 1, kind: fire, lon: -86.5, lat: 32.4}\n")
    layers = tiny_drawing().layers("Tinyport", HOME)
    problems = apply_pack(layers, read_pack(folder), AREA, AREA.with_margin(8000))
    assert [p.object_id for p in problems if p.kind == "pack_outside"] == ["stations.yaml:1"]


def test_a_position_far_from_any_road_is_listed(tmp_path: Path) -> None:
    lon, lat = lonlat(3000, 5000)
    folder = _pack(tmp_path, stations=f"- {{station_id: s1, name: Station 1, kind: fire, lon: {lon}, lat: {lat}}}\n")
    problems = apply_pack(tiny_drawing().layers("Tinyport", HOME), read_pack(folder), AREA, AREA.with_margin(8000))
    (far,) = [p for p in problems if p.kind == "pack_far_from_road"]
    assert (far.object_id, "km from any road" in far.detail) == ("stations.yaml:1", True)


def test_a_place_that_the_map_has_keeps_its_position_and_gains_what_it_lacks(tmp_path: Path) -> None:
    folder = _pack(
        tmp_path,
        stations="- {station_id: s1, name: Station 1, kind: fire, place: Town Hall}\n",
        places="- {name: Town Hall, category: townhall, names: [the Hall], website: 'https://example.org', at: Main Street and Elm Street}\n"
        "- {name: New Pier, category: pier, at: Main Street and Elm Street}\n",
    )
    layers = tiny_drawing().layers("Tinyport", HOME)
    before = layers["places"].set_index("name").geometry["Town Hall"]
    problems = apply_pack(layers, read_pack(folder), AREA, AREA.with_margin(8000))
    halls = layers["places"][layers["places"]["name"] == "Town Hall"]
    assert len(halls) == 1
    assert halls.geometry.iloc[0].equals(before)
    assert halls["website"].iloc[0] == "https://example.org"
    assert halls["phone"].iloc[0] == "555-0100"
    assert {"name": "the Hall", "kind": "nickname"} in json.loads(halls["names"].iloc[0])
    assert "New Pier" in set(layers["places"]["name"])
    assert [p.object_id for p in problems if p.kind == "pack_place_joined"] == ["places.yaml:1"]
