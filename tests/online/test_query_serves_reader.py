"""The download and the file reader agree: what the one knows the other asks for."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import shapely
import yaml

from geo_dispatch.osm import read_osm
from geo_dispatch.osm.online import OnlineSettings, fetch_place
from geo_dispatch.osm.overpass_query import Box, boundaries_query, cut_into_boxes, quartered, tile_query
from tests.online.fake_osm_server import OsmObjects, evaluate
from tests.online.test_fetch_place import PLACE

BOX = Box(41.5, -71.1, 41.6, -71.0)


def table(name: str) -> dict[str, Any]:
    loaded = yaml.safe_load((files("geo_dispatch.osm") / name).read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def drawn_tags() -> Iterator[tuple[str, str]]:
    for layer in table("basemap.yaml").values():
        for key, values in layer.items():
            for value in values:
                yield key, "anything" if value == "*" else value


def asked_for(objects: OsmObjects) -> set[tuple[str, int]]:
    return set(OsmObjects.from_xml(evaluate(objects, tile_query(BOX, timeout_s=60))).tags)


def test_every_drawn_way_is_asked_for() -> None:
    objects = OsmObjects()
    ends = [objects.node(-71.05, 41.55), objects.node(-71.04, 41.55)]
    ways = {objects.way(ends, **{key: value}): (key, value) for key, value in drawn_tags()}
    assert len(ways) > 100
    got = asked_for(objects)
    assert [tag for way, tag in ways.items() if ("way", way) not in got] == []


def test_every_place_that_counts_without_a_name_is_asked_for() -> None:
    objects = OsmObjects()
    nodes = {}
    for text in table("places.yaml")["unnamed"]:
        key, value = text.split("=")
        nodes[objects.node(-71.05, 41.55, **{key: value})] = text
    assert len(nodes) > 30
    got = asked_for(objects)
    assert [text for node, text in nodes.items() if ("node", node) not in got] == []


def test_every_boundary_kind_is_asked_for() -> None:
    objects = OsmObjects()
    ends = [objects.node(-71.05, 41.55), objects.node(-71.04, 41.55)]
    way = objects.way(ends)
    kinds = [*table("boundaries.yaml")["boundary"], *table("places.yaml")["only"]["boundary"]]
    relations = {objects.relation([("way", way, "outer")], type="boundary", boundary=kind): kind for kind in kinds}
    got = asked_for(objects)
    assert [kind for relation, kind in relations.items() if ("relation", relation) not in got] == []
    levels = {level for level in table("boundaries.yaml")["admin_level"] if level != "2"}
    objects = OsmObjects()
    way = objects.way([objects.node(-71.05, 41.55), objects.node(-71.04, 41.55)])
    admin = {
        objects.relation([("way", way, "outer")], type="boundary", boundary="administrative", admin_level=level): level
        for level in levels
    }
    xml = evaluate(objects, boundaries_query(BOX.polygon, timeout_s=60))
    assert {admin[number] for kind, number in OsmObjects.from_xml(xml).tags if kind == "relation"} == levels


def test_the_reader_sees_the_same_town_in_pieces_as_in_one(settings: OnlineSettings, tmp_path: Path) -> None:
    whole = dataclasses.replace(settings, max_tile_km2=10_000)
    one = fetch_place(PLACE, margin_m=3000, cache_dir=tmp_path / "one", settings=whole)
    many = fetch_place(PLACE, margin_m=3000, cache_dir=tmp_path / "many", settings=settings)
    read_one = read_osm(one.files, clip=one.area)
    read_many = read_osm(many.files, clip=many.area)
    assert len(read_many.layer("road_segments")) > 60
    assert len(read_many.layer("addresses")) == 121
    for name, layer in read_one.layers.items():
        other = read_many.layer(name)
        assert len(other) == len(layer), name
        same = shapely.equals(
            shapely.union_all(layer.geometry.to_numpy()), shapely.union_all(other.geometry.to_numpy())
        )
        assert same, name
    found = read_many.layer("boundaries")
    assert {"Testport", "Nextham", "Massachusetts"} <= set(found["name"])
    outline = found.loc[found["name"] == "Testport"].geometry.iloc[0]
    assert outline.symmetric_difference(many.boundary).area == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("max_km2", [1, 7, 40, 500])
def test_boxes_cover_any_shape(max_km2: float) -> None:
    ring = shapely.Point(-71, 41.5).buffer(0.1).difference(shapely.Point(-71, 41.5).buffer(0.08))
    shape = shapely.union_all([ring, shapely.box(-70.5, 41.9, -70.49, 41.91)])
    boxes = cut_into_boxes(shape, max_km2=max_km2)
    covered = shapely.union_all([box.polygon for box in boxes])
    assert covered.covers(shape)
    assert max(box.area_km2 for box in boxes) <= max_km2 * 1.001
    assert boxes == cut_into_boxes(shape, max_km2=max_km2)
    if max_km2 == 1:
        assert covered.area < 2 * shape.area, "what lies between the parts is not asked for"


def test_quarters_cover_what_the_box_had_of_the_area() -> None:
    area = shapely.Point(-71.05, 41.55).buffer(0.03)
    quarters = quartered(BOX, area)
    assert shapely.union_all([box.polygon for box in quarters]).covers(area)
    assert len(quartered(BOX, shapely.box(-71.09, 41.51, -71.08, 41.52))) == 1


def test_each_part_of_a_town_finds_the_area_around_it() -> None:
    objects = OsmObjects()
    around = set()
    for west in (-72.0, -68.0):
        corners = [objects.node(*at) for at in ((west, 41), (west + 2, 41), (west + 2, 43), (west, 43))]
        ring = objects.way([*corners, corners[0]])
        members = [("way", ring, "outer")]
        around.add(objects.relation(members, type="boundary", boundary="administrative", admin_level="6"))
    parts = shapely.MultiPolygon([shapely.box(-71.1, 42, -71, 42.1), shapely.box(-67.1, 42, -67, 42.1)])
    found = OsmObjects.from_xml(evaluate(objects, boundaries_query(parts, timeout_s=60)))
    assert set(found.relations) == around
