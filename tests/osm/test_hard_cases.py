"""Every oddity a file can hold: what becomes of it, and that it is counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import permutations
from pathlib import Path

import osmium
import pytest

from geo_dispatch.osm import read_osm
from geo_dispatch.schema import SOURCE_TABLES, SourceLayers

Reader = Callable[..., SourceLayers]

SQUARE = "n1 0 0\nn2 1 0\nn3 1 1\nn4 0 1\n"
ROAD = "n1 0 0\nn2 1 0\nn3 2 0\n"


def kinds(layers: SourceLayers) -> Counter[str]:
    return Counter(problem.kind for problem in layers.problems)


def coordinates(layers: SourceLayers, name: str = "road_segments") -> list[list[tuple[float, float]]]:
    return [list(shape.coords) for shape in layers.layer(name).geometry]


# name: (lines, problem kinds, roads expected, areas of land use expected)
CASES: dict[str, tuple[str, dict[str, int], list[list[tuple[float, float]]], list[float]]] = {
    "objects in no order": (
        "w10 1,2,3 highway=service\nn3 2 0\nn1 0 0\nn2 1 0",
        {"unsorted_file": 1},
        [[(0, 0), (1, 0), (2, 0)]],
        [],
    ),
    "negative ids": (
        "n-1 0 0\nn-2 1 0\nw-5 -1,-2 highway=service",
        {"negative_ids": 1},
        [[(0, 0), (1, 0)]],
        [],
    ),
    "one id twice: the last": (
        "n1 0 0\nn1 5 0\nn2 1 0\nw10 1,2 highway=service",
        {"duplicate_id": 1},
        [[(5, 0), (1, 0)]],
        [],
    ),
    "one id twice: the higher version": (
        "n1 0 0 @version=2\nn1 5 0 @version=1\nn2 1 0\nw10 1,2 highway=service @version=3\nw10 2,1 highway=footway @version=2",
        {"duplicate_id": 2},
        [[(0, 0), (1, 0)]],
        [],
    ),
    "a node missing in the middle: two pieces": (
        "n1 0 0\nn2 1 0\nn4 3 0\nn5 4 0\nw10 1,2,3,4,5 highway=service",
        {"missing_node": 1},
        [[(0, 0), (1, 0)], [(3, 0), (4, 0)]],
        [],
    ),
    "nodes missing at the end": (
        ROAD + "w10 1,2,3,8,9 highway=service",
        {"missing_node": 1},
        [[(0, 0), (1, 0), (2, 0)]],
        [],
    ),
    "one node only left": ("n1 0 0\nw10 1,8,9 highway=service", {"missing_node": 1}, [], []),
    "all nodes missing": (
        ROAD + "w10 7,8,9 highway=service name=X amenity=school",
        {"missing_node": 1, "unclosed_polygon": 1},
        [],
        [],
    ),
    "a way of one node": (ROAD + "w10 1 highway=service", {"way_too_short": 1}, [], []),
    "a way of no node": (ROAD + "w10 highway=service", {"way_too_short": 1}, [], []),
    "a way of one node twice": (ROAD + "w10 1,1 highway=service", {"repeated_node": 1, "way_too_short": 1}, [], []),
    "repeated consecutive nodes": (
        ROAD + "w10 1,1,2,2,2,3 highway=service",
        {"repeated_node": 1},
        [[(0, 0), (1, 0), (2, 0)]],
        [],
    ),
    "two nodes on one spot": (
        "n1 0 0\nn2 0 0\nw10 1,2 highway=service",
        {"zero_length": 1},
        [[(0, 0), (0, 0)]],
        [],
    ),
    "latitude out of range": (
        "n1 0 0\nn2 1 95\nn3 2 0\nn4 3 0\nw10 1,2,3,4 highway=service",
        {"invalid_location": 1, "missing_node": 1},
        [[(2, 0), (3, 0)]],
        [],
    ),
    "no coordinates": (
        "n1 0 0\nn2 - -\nn3 2 0\nn4 3 0\nw10 1,2,3,4 highway=service",
        {"invalid_location": 1, "missing_node": 1},
        [[(2, 0), (3, 0)]],
        [],
    ),
    "deleted objects": (
        "n1 0 0\nn2 1 0\nn3 2 0 @visible=false\nw10 1,2 highway=service\nw11 1,2 highway=service @visible=false",
        {"deleted_object": 2},
        [[(0, 0), (1, 0)]],
        [],
    ),
    "deleted by a later version": (
        ROAD + "w10 1,2 highway=service @version=1\nw10 1,2 highway=service @version=2 @visible=false",
        {"deleted_object": 1, "duplicate_id": 1},
        [],
        [],
    ),
    "odd maxspeed": (
        ROAD + "w10 1,2,3 highway=service maxspeed=fast",
        {"odd_maxspeed": 1},
        [[(0, 0), (1, 0), (2, 0)]],
        [],
    ),
    "odd weight and height": (
        ROAD + "w10 1,2,3 highway=service maxweight=heavy maxheight=low",
        {"odd_maxweight": 1, "odd_maxheight": 1},
        [[(0, 0), (1, 0), (2, 0)]],
        [],
    ),
    "reversible one-way": (
        ROAD + "w10 1,2,3 highway=primary oneway=reversible",
        {"reversible_oneway": 1},
        [[(0, 0), (1, 0), (2, 0)]],
        [],
    ),
    "odd one-way": (ROAD + "w10 1,2,3 highway=primary oneway=maybe", {"odd_oneway": 1}, [[(0, 0), (1, 0), (2, 0)]], []),
    "a good area": (SQUARE + "w10 1,2,3,4,1 landuse=forest", {}, [], [1.0]),
    "a self-crossing area": (SQUARE + "w10 1,2,4,3,1 landuse=forest", {"broken_polygon": 1}, [], [0.5]),
    "an area out and back": (
        SQUARE + "w10 1,2,3,2,1 landuse=forest",
        {"broken_polygon": 1, "unclosed_polygon": 1},
        [],
        [],
    ),
    "an area not closed": (SQUARE + "w10 1,2,3,4 landuse=forest", {"unclosed_polygon": 1}, [], []),
    "an area with a node missing": (
        SQUARE + "w10 1,2,9,4,1 landuse=forest",
        {"missing_node": 1, "unclosed_polygon": 1},
        [],
        [],
    ),
    "an area of three nodes": (SQUARE + "w10 1,2,1 landuse=forest", {"unclosed_polygon": 1}, [], []),
    "a relation of two halves": (
        SQUARE + "w10 1,2,3\nw11 3,4,1\nr5 outer:w10,outer:w11 type=multipolygon landuse=forest",
        {},
        [],
        [1.0],
    ),
    "a relation with a way missing": (
        SQUARE + "w10 1,2,3\nr5 outer:w10,outer:w11 type=multipolygon landuse=forest",
        {"incomplete_relation": 1},
        [],
        [],
    ),
    "a relation without members": (SQUARE + "r5 type=multipolygon landuse=forest", {"unclosed_polygon": 1}, [], []),
    "a relation with a ring missing: the other is kept": (
        SQUARE + "w10 1,2,3,4,1\nr5 outer:w10,outer:w11 type=multipolygon landuse=forest",
        {"incomplete_relation": 1},
        [],
        [1.0],
    ),
    "a town with a ring missing: left out": (
        SQUARE
        + "w10 1,2,3,4,1\nr5 outer:w10,outer:w11 type=boundary boundary=administrative landuse=forest admin_level=8 name=X",
        {"incomplete_relation": 1},
        [],
        [],
    ),
    "a relation whose ways repeat": (
        SQUARE + "w10 1,2,3,4,1\nr5 outer:w10,outer:w10 type=multipolygon landuse=forest",
        {},
        [],
        [1.0],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_case(name: str, read: Reader) -> None:
    lines, problems, roads, areas = CASES[name]
    layers = read(lines)
    assert kinds(layers) == problems
    assert coordinates(layers) == roads
    assert [shape.area for shape in layers.layer("basemap_landuse").geometry] == pytest.approx(areas)
    assert all(problem.object_id and problem.detail for problem in layers.problems)
    for table in SOURCE_TABLES.values():
        layer = layers.layer(table.name)
        assert tuple(layer.columns) == (*table.column_names, "geometry")
        assert layer.crs.to_epsg() == 4326
        assert layer.geometry.is_valid.all() or name == "two nodes on one spot"


def test_a_relation_with_touching_holes_and_an_island(read: Reader) -> None:
    """Two holes share an edge; in one lies an island. 100 - 2 x 8 + 1."""
    layers = read(
        "n1 0 0\nn2 10 0\nn3 10 10\nn4 0 10\n"
        "n11 2 2\nn12 4 2\nn13 6 2\nn14 6 6\nn15 4 6\nn16 2 6\n"
        "n21 2.5 3\nn22 3.5 3\nn23 3.5 4\nn24 2.5 4\n"
        "w1 1,2,3,4,1\nw2 11,12,15,16,11\nw3 12,13,14,15,12\nw4 21,22,23,24,21\n"
        "r1 outer:w1,inner:w2,inner:w3,outer:w4 type=multipolygon natural=water"
    )
    area = layers.layer("basemap_water").geometry[0]
    assert area.is_valid
    assert area.area == pytest.approx(85)


def test_order_of_objects_never_matters(read: Reader) -> None:
    objects = ["n1 0 0", "n2 1 0 highway=stop", "n3 2 0", "w9 1,2,3 highway=service"]
    seen = {str(sorted(coordinates(read("\n".join(order))))) for order in permutations(objects)}
    assert len(seen) == 1


def test_several_files_make_one_without_duplicates(read: Reader) -> None:
    west = "n1 0 0\nn2 1 0\nn3 2 0\nw10 1,2 highway=service\nw11 2,3 highway=service"
    east = "n2 1 0\nn3 2 0\nn4 3 0\nw11 2,3 highway=service\nw12 3,4 highway=service\nr1 from:w11,via:n3,to:w12 type=restriction restriction=no_u_turn"
    layers = read(west, east, east)
    assert sorted(layers.layer("road_segments").osmid) == [10, 11, 12]
    assert sorted(layers.layer("road_nodes").osmid) == [1, 2, 3, 4]
    assert kinds(layers) == {}
    assert layers.counts["merged_objects"] == 9  # n2 n3 w11 of the second file, everything of the third
    assert len(layers.provenance) == 3


def test_a_newer_node_without_tags_loses_the_old_tags(read: Reader) -> None:
    old = "n1 0 0 barrier=gate @version=1\nn2 1 0\nw10 1,2 highway=service"
    layers = read(old, "n1 0 0 @version=2")
    assert layers.layer("road_nodes").barrier.tolist() == [None, None]


def test_a_skeleton_copy_never_takes_tags_away(read: Reader) -> None:
    layers = read("n1 0 0 barrier=gate\nn2 1 0\nw10 1,2 highway=service", "n1 0 0\nn2 1 0\nw10 1,2")
    assert layers.layer("road_nodes").barrier.tolist() == ["gate", None]
    assert len(layers.layer("road_segments")) == 1


def test_only_nodes_or_nothing_of_use(read: Reader) -> None:
    layers = read("n1 0 0")
    assert all(len(layers.layer(name)) == 0 for name in SOURCE_TABLES)


def test_names_in_any_script_come_through(read: Reader) -> None:
    layers = read(ROAD + 'w10 1,2,3 highway=service "name=Rúa Peña–日本 <&> \\"Q\\""')
    assert layers.layer("road_segments").name[0] == 'Rúa Peña–日本 <&> "Q"'


def test_tags_that_are_not_utf8_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "latin.osm.pbf"
    writer = osmium.SimpleWriter(osmium.io.File(str(path), "pbf,pbf_compression=none"))
    for number in (1, 2):
        writer.add_node(osmium.osm.mutable.Node(id=number, location=(number, 0)))
    writer.add_way(osmium.osm.mutable.Way(id=9, nodes=[1, 2], tags={"highway": "service", "name": "CafeXY"}))
    writer.add_way(osmium.osm.mutable.Way(id=10, nodes=[1, 2], tags={"highway": "service", "name": "Good"}))
    members = [("w", 9, "frXm"), ("n", 2, "via"), ("w", 10, "to")]
    tags = {"type": "restriction", "restriction": "no_u_turn"}
    writer.add_relation(osmium.osm.mutable.Relation(id=3, members=members, tags=tags))
    writer.close()
    path.write_bytes(path.read_bytes().replace(b"CafeXY", b"Caf\xe9\xe9Y").replace(b"frXm", b"fr\xe9m"))
    layers = read_osm([path])
    assert [(p.kind, p.object_id) for p in layers.problems[:2]] == [("bad_encoding", "w9"), ("bad_encoding", "r3")]
    assert kinds(layers)["malformed_restriction"] == 1
    assert layers.layer("road_segments").name.tolist() == ["Good"]


def test_a_latin1_xml_file_is_read_by_its_declaration(tmp_path: Path) -> None:
    path = tmp_path / "latin.osm"
    body = '<?xml version="1.0" encoding="ISO-8859-1"?><osm version="0.6"><node id="1" lat="0" lon="0"><tag k="name" v="Café"/><tag k="amenity" v="cafe"/></node></osm>'
    path.write_bytes(body.encode("latin-1"))
    assert read_osm([path]).layer("places").name.tolist() == ["Café"]
