"""Real extracts, against counts made from the same files without the reader."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import osmium
import pytest
import shapely

from geo_dispatch.osm import read_osm
from geo_dispatch.schema import SOURCE_TABLES, SourceLayers

CLASSES = ("motorway", "trunk", "primary", "secondary", "tertiary")
DRIVABLE = {*CLASSES, *(f"{name}_link" for name in CLASSES), "unclassified", "residential", "living_street", "service"}
PLACE_KEYS = (
    "amenity",
    "shop",
    "tourism",
    "leisure",
    "natural",
    "place",
    "historic",
    "office",
    "healthcare",
    "building",
    "man_made",
)
UNSORTED = {"nky", "otp-columbus", "portland-central"}

# what is known of each file: drivable ways, named ones, restrictions
FILES: dict[str, dict[str, int]] = {
    "autauga": {
        "drivable": 3369,
        "restrictions": 5,
        "buildings": 4171,
        "places": 668,
        "house_numbers": 46,
        "administrative": 9,
    },
    "otp-columbus": {"drivable": 11144, "restrictions": 30, "places": 483},
    "nky": {"drivable": 13860, "restrictions": 314},
    "portland-central": {"drivable": 4479, "restrictions": 443},
    "somerville-everett-ma-subgraph": {"drivable": 5123},
    "bangor": {"drivable": 1747},
    "felton": {"drivable": 104},
}


class Tally:
    """One plain pass over a file: what it holds by its tags alone."""

    def __init__(self, path: Path) -> None:
        self.roads: dict[int, tuple[dict[str, str], list[int]]] = {}
        self.buildings: set[str] = set()
        self.named_highways: set[int] = set()
        self.tagged_oneway = 0
        self.places: dict[str, dict[str, str]] = {}
        self.restrictions: set[int] = set()
        self.house_numbers = 0
        self.administrative: set[str] = set()
        self.nodes: dict[int, dict[str, str]] = {}
        for item in osmium.FileProcessor(str(path)).with_filter(osmium.filter.EmptyTagFilter()):
            self._look(item, dict(item.tags))

    def _look(self, item: Any, tags: dict[str, str]) -> None:
        name = f"{item.type_str()}{item.id}"
        if item.is_way() and tags.get("highway") in DRIVABLE and tags.get("area") != "yes" and len(item.nodes) > 1:
            self.roads[item.id] = (tags, [node.ref for node in item.nodes])
        if item.is_node():
            self.nodes[item.id] = tags
        if tags.get("building", "no") != "no":
            self.buildings.add(name)
        if item.is_way() and "highway" in tags:
            self.tagged_oneway += "oneway" in tags
            if "name" in tags:
                self.named_highways.add(item.id)
        if "name" in tags and "highway" not in tags and any(key in tags for key in PLACE_KEYS):
            self.places[name] = tags
        if item.is_relation() and tags.get("type") == "restriction":
            self.restrictions.add(item.id)
        if item.is_relation() and tags.get("boundary") == "administrative":
            self.administrative.add(name)
        self.house_numbers += "addr:housenumber" in tags


@cache
def both(folder: Path, name: str) -> tuple[Tally, SourceLayers]:
    path = folder / "osm" / f"{name}.osm.pbf"
    return Tally(path), read_osm([path])


@pytest.fixture(params=FILES)
def extract(request: pytest.FixtureRequest, shared_data: Path) -> tuple[str, Tally, SourceLayers]:
    return request.param, *both(shared_data, request.param)


def test_every_drivable_way_is_there(extract: tuple[str, Tally, SourceLayers]) -> None:
    name, tally, layers = extract
    roads = layers.layer("road_segments")
    ours = roads[roads.highway.isin(DRIVABLE)].drop_duplicates("osmid")
    too_short = {int(p.object_id[1:]) for p in layers.problems if p.kind == "way_too_short"}
    assert set(ours.osmid) == set(tally.roads) - too_short
    # ways of a single node, and plazas, are no roads; the tally by highway alone has them
    assert 0 <= FILES[name]["drivable"] - len(ours) <= 25
    assert ours.name.notna().sum() == sum("name" in tags for tags, _ in tally.roads.values())


def test_every_named_highway_is_a_road_or_a_drawn_path(shared_data: Path) -> None:
    tally, layers = both(shared_data, "autauga")
    assert len(tally.named_highways) == 1863
    assert tally.tagged_oneway == 202
    lines = {int(key[1:]) for key in layers.layer("basemap_lines").osm_id}
    assert tally.named_highways <= set(layers.layer("road_segments").osmid) | lines


def test_named_bridges_and_one_ways(shared_data: Path) -> None:
    tally, layers = both(shared_data, "autauga")
    roads = layers.layer("road_segments")
    ours = roads[roads.highway.isin(DRIVABLE)].drop_duplicates("osmid")
    assert len(ours) == 3369
    assert (ours.direction == "forward").sum() == sum(
        tags.get("oneway") == "yes" or tags.get("junction") == "roundabout" or tags["highway"] == "motorway"
        for tags, _ in tally.roads.values()
    )
    tally, layers = both(shared_data, "otp-columbus")
    roads = layers.layer("road_segments")
    bridges = {way for way, (tags, _) in tally.roads.items() if tags.get("bridge", "no") != "no"}
    assert set(roads[roads.bridge.notna() & roads.highway.isin(DRIVABLE)].osmid) == bridges
    directions = roads.drop_duplicates("osmid").direction.value_counts()
    assert directions["backward"] == sum(tags.get("oneway") == "-1" for tags, _ in tally.roads.values())


def test_segments_join_at_nodes(extract: tuple[str, Tally, SourceLayers]) -> None:
    """Wherever two drivable ways share a node, every segment that touches it ends there."""
    _, tally, layers = extract
    used = Counter(node for _, refs in tally.roads.values() for node in set(refs))
    shared = {node for node, ways in used.items() if ways > 1}
    joints = set(layers.layer("road_nodes").osmid)
    known = {problem.kind for problem in layers.problems}
    assert shared <= joints or "missing_node" in known
    roads = layers.layer("road_segments")
    assert (roads.from_node != roads.to_node).all()
    assert joints == set(roads.from_node) | set(roads.to_node)
    at = layers.layer("road_nodes").set_index("osmid").geometry
    assert (shapely.get_point(roads.geometry, 0) == at[roads.from_node].to_numpy()).all()
    assert (shapely.get_point(roads.geometry, -1) == at[roads.to_node].to_numpy()).all()


def test_signals_and_barriers_on_drivable_ways(extract: tuple[str, Tally, SourceLayers]) -> None:
    _, tally, layers = extract
    on_roads = {node for _, refs in tally.roads.values() for node in refs}
    nodes = layers.layer("road_nodes").set_index("osmid")
    for kind in ("traffic_signals", "stop"):
        expected = {node for node in on_roads if tally.nodes.get(node, {}).get("highway") == kind}
        assert expected <= set(nodes[nodes.highway == kind].index)
    gates = {node for node in on_roads if tally.nodes.get(node, {}).get("barrier") in ("gate", "lift_gate", "bollard")}
    assert gates <= set(nodes[nodes.barrier.notna()].index)


def test_restrictions(extract: tuple[str, Tally, SourceLayers]) -> None:
    name, tally, layers = extract
    ids = set(layers.layer("turn_restrictions").restriction_id)
    assert ids == tally.restrictions
    assert len(ids) == FILES[name].get("restrictions", len(ids))


def test_places(extract: tuple[str, Tally, SourceLayers]) -> None:
    """Every named place is there, but relations with ways missing and pieces of one line."""
    name, tally, layers = extract
    ours = set(layers.layer("places").place_id)
    assert len(tally.places) == FILES[name].get("places", len(tally.places))
    incomplete = {problem.object_id for problem in layers.problems if problem.kind == "incomplete_relation"}
    names = set(layers.layer("places").name)
    absent = set(tally.places) - ours - incomplete
    assert len(absent) < 6
    assert all(key.startswith("w") and (tally.places[key]["name"] in names) for key in absent - {"w256619167"})


def test_autauga_s_buildings_boundaries_and_addresses(shared_data: Path) -> None:
    tally, layers = both(shared_data, "autauga")
    assert len(tally.buildings) == FILES["autauga"]["buildings"] == len(layers.layer("basemap_buildings"))
    assert tally.house_numbers == FILES["autauga"]["house_numbers"] == len(layers.layer("addresses"))
    assert len(tally.administrative) == FILES["autauga"]["administrative"]
    incomplete = {problem.object_id for problem in layers.problems if problem.kind == "incomplete_relation"}
    boundaries = layers.layer("boundaries")
    assert tally.administrative <= set(boundaries.boundary_id) | incomplete
    county = boundaries.set_index("name").loc["Autauga County"]
    assert (county.kind, county.admin_level) == ("county", 6)
    assert county.geometry.area == pytest.approx(0.1495, rel=0.01)


def test_which_files_are_unsorted_is_told(extract: tuple[str, Tally, SourceLayers]) -> None:
    name, _, layers = extract
    assert ("unsorted_file" in {problem.kind for problem in layers.problems}) == (name in UNSORTED)


def test_every_layer_conforms(extract: tuple[str, Tally, SourceLayers]) -> None:
    _, _, layers = extract
    for table in SOURCE_TABLES.values():
        layer = layers.layer(table.name)
        assert tuple(layer.columns) == (*table.column_names, "geometry")
        kinds = set(layer.geometry[layer.geometry.notna()].geom_type)
        assert kinds <= {table.geometry}
        if table.geometry == "MultiPolygon":
            assert layer.geometry.is_valid.all()


def test_a_clip_keeps_what_touches_it_and_nothing_else(shared_data: Path) -> None:
    _, layers = both(shared_data, "autauga")
    clip = shapely.Point(-86.46, 32.46).buffer(0.03)
    clipped = read_osm([shared_data / "osm" / "autauga.osm.pbf"], clip=clip)
    for name in ("road_segments", "places", "basemap_buildings", "boundaries", "turn_restrictions"):
        touching = layers.layer(name).geometry.intersects(clip)
        assert len(clipped.layer(name)) == touching.sum() > 0 or name == "turn_restrictions"
        assert clipped.layer(name).geometry.intersects(clip).all()


def test_two_extracts_and_one_twice(shared_data: Path) -> None:
    folder = shared_data / "osm"
    _, bangor = both(shared_data, "bangor")
    _, felton = both(shared_data, "felton")
    merged = read_osm([folder / "bangor.osm.pbf", folder / "felton.osm.pbf"])
    for name in ("road_segments", "places", "addresses"):
        assert len(merged.layer(name)) == len(bangor.layer(name)) + len(felton.layer(name))
    assert [source.location for source in merged.provenance] == ["bangor.osm.pbf", "felton.osm.pbf"]


def test_every_kind_of_problem_is_in_the_reader_s_list(extract: tuple[str, Tally, SourceLayers]) -> None:
    from geo_dispatch.osm import reader

    assert reader.__doc__ is not None
    listed = set(re.findall(r"[a-z]+(?:_[a-z]+)+", reader.__doc__))
    assert {problem.kind for problem in extract[2].problems} <= listed
