"""Roads cut where they meet, and what each segment says."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo_dispatch.osm import read_osm
from geo_dispatch.schema import SourceLayers

Reader = Callable[..., SourceLayers]

GRID = "n1 0 0\nn2 1 0\nn3 2 0\nn4 1 1\nn5 1 -1\n"


def ends(layers: SourceLayers) -> list[tuple[int, int, int]]:
    roads = layers.layer("road_segments")
    return sorted(zip(roads.osmid, roads.from_node, roads.to_node, strict=True))


def test_ways_are_cut_where_they_meet(read: Reader) -> None:
    layers = read(GRID + "w10 1,2,3 highway=primary\nw11 4,2,5 highway=residential")
    assert ends(layers) == [(10, 1, 2), (10, 2, 3), (11, 2, 5), (11, 4, 2)]
    assert sorted(layers.layer("road_nodes").osmid) == [1, 2, 3, 4, 5]
    assert layers.layer("road_segments").segment_id.tolist() == [0, 1, 2, 3]


def test_a_bridge_without_a_shared_node_is_no_junction(read: Reader) -> None:
    layers = read(GRID + "n6 1 0\nw10 1,2,3 highway=primary\nw11 4,6,5 highway=primary bridge=yes layer=1")
    assert ends(layers) == [(10, 1, 3), (11, 4, 5)]
    assert layers.layer("road_segments").layer.tolist() == [0, 1]


def test_a_path_that_crosses_does_not_cut_a_road(read: Reader) -> None:
    layers = read(GRID + "w10 1,2,3 highway=primary\nw11 4,2,5 highway=footway")
    assert ends(layers) == [(10, 1, 3)]
    assert layers.layer("basemap_lines").osm_id.tolist() == ["w11"]


@pytest.mark.parametrize(
    "tag", ["barrier=gate", "barrier=bollard", "highway=traffic_signals", "highway=stop", "highway=motorway_junction"]
)
def test_a_barrier_signal_or_stop_cuts(tag: str, read: Reader) -> None:
    layers = read(GRID.replace("n2 1 0", f"n2 1 0 {tag} access=private name=X ref=5") + "w10 1,2,3 highway=primary")
    assert ends(layers) == [(10, 1, 2), (10, 2, 3)]
    node = layers.layer("road_nodes").set_index("osmid").loc[2]
    key, value = tag.split("=")
    assert node[key] == value
    assert (node.access, node["name"], node.x, node.y) == ("private", "X", 1, 0)
    assert node.ref == ("5" if value == "motorway_junction" else None)


@pytest.mark.parametrize("tag", ["highway=crossing", "barrier=kerb", "highway=street_lamp"])
def test_a_crossing_or_kerb_does_not_cut(tag: str, read: Reader) -> None:
    assert ends(read(GRID.replace("n2 1 0", f"n2 1 0 {tag}") + "w10 1,2,3 highway=primary")) == [(10, 1, 3)]


def test_the_via_node_of_a_restriction_cuts(read: Reader) -> None:
    layers = read(GRID + "w10 1,2,3 highway=primary\nr1 from:w10,via:n2,to:w10 type=restriction restriction=no_u_turn")
    assert ends(layers) == [(10, 1, 2), (10, 2, 3)]


LOOPS: dict[str, tuple[str, list[tuple[int, int, int]]]] = {
    "a ring alone": ("w10 1,2,4,1 highway=service", [(10, 1, 2), (10, 2, 1)]),
    "a ring on a road": ("w10 1,2,4,1 highway=service\nw11 5,1 highway=service", [(10, 1, 2), (10, 2, 1), (11, 5, 1)]),
    "a lasso": ("w10 5,2,3,4,2 highway=service", [(10, 2, 3), (10, 3, 2), (10, 5, 2)]),
    "out and back": ("w10 1,2,1 highway=service", [(10, 1, 2), (10, 2, 1)]),
    "a figure of eight": ("w10 1,2,3,4,2,5 highway=service", [(10, 1, 2), (10, 2, 3), (10, 2, 5), (10, 3, 2)]),
}


@pytest.mark.parametrize("name", LOOPS)
def test_no_segment_comes_back_to_its_start(name: str, read: Reader) -> None:
    lines, expected = LOOPS[name]
    assert ends(read(GRID + lines)) == expected


def test_what_the_tags_say_is_on_every_segment(read: Reader) -> None:
    tags = (
        '"name=Hix Bridge Road" alt_name=X ref=88 bridge=yes "bridge:name=Hix Bridge" "maxweight=8 st" maxspeed="25 MPH" '
        "oneway=-1 motorcar=no motor_vehicle=yes tunnel=no layer=first surface=gravel lanes=2 flood_prone=yes "
        "destination=Hixville destination:ref=6 toll=yes access=private emergency=yes hgv=no junction=jughandle"
    )
    layers = read(GRID + f"w10 1,2,3 highway=secondary {tags}\nw11 4,2,5 highway=track tracktype=grade3")
    for row in layers.layer("road_segments").iloc[:2].itertuples():
        assert (row.name, row.ref, row.highway, row.bridge, row.bridge_name) == (
            "Hix Bridge Road",
            "88",
            "secondary",
            "yes",
            "Hix Bridge",
        )
        assert (row.direction, row.motor_vehicle, row.tunnel, row.layer, row.access) == (
            "backward",
            "no",
            None,
            0,
            "private",
        )
        assert row.maxspeed == "25 MPH"
        assert row.maxspeed_forward_kph == row.maxspeed_backward_kph == pytest.approx(40.2336)
        assert row.maxweight_t == pytest.approx(7.257478)
        assert np.isnan(row.maxheight_m)
        assert json.loads(row.alt_names) == [{"name": "X", "kind": "alt_name"}]
        assert json.loads(row.conditional) == {"flood_prone": "yes"}
        assert (row.destination, row.destination_ref, row.emergency, row.hgv, row.toll) == (
            "Hixville",
            "6",
            "yes",
            "no",
            "yes",
        )
        assert (row.surface, row.lanes, row.junction) == ("gravel", "2", "jughandle")
    assert layers.layer("road_segments").tracktype.tolist() == [None, None, "grade3", "grade3"]


def test_the_clip_keeps_whole_segments_that_touch_it(read: Reader) -> None:
    lines = (
        GRID
        + "w10 1,2,3 highway=primary\nw11 4,2,5 highway=residential\nn7 9 9\nn8 9 8\nw12 7,8 highway=service maxspeed=odd"
    )
    layers = read(lines, clip=shapely.box(1.5, -0.5, 3, 0.5))
    assert ends(layers) == [(10, 2, 3)]
    assert sorted(layers.layer("road_nodes").osmid) == [2, 3]
    assert layers.problems == []
    assert ends(read(lines, clip=shapely.box(100, 80, 101, 81))) == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ways=st.lists(st.lists(st.integers(1, 9), min_size=0, max_size=7), min_size=1, max_size=5))
def test_any_network_keeps_every_step_once(ways: list[list[int]], write_osm: Callable[..., Path]) -> None:
    """Whatever the ways: every step is in one segment, joints are nodes, and no segment ends where it starts."""
    nodes = "\n".join(f"n{number} {number % 3} {number // 3}" for number in range(1, 10))
    lines = "\n".join(f"w{row} {','.join(map(str, refs))} highway=service" for row, refs in enumerate(ways, 1) if refs)
    layers = read_osm([write_osm(f"{nodes}\n{lines}")])
    roads, joints = layers.layer("road_segments"), layers.layer("road_nodes")
    place = {(number % 3, number // 3): number for number in range(1, 10)}
    steps: Counter[tuple[int, int]] = Counter()
    inside: Counter[int] = Counter()
    for row in roads.itertuples():
        passed = [place[round(x), round(y)] for x, y in row.geometry.coords]
        assert (passed[0], passed[-1]) == (row.from_node, row.to_node)
        assert passed[0] != passed[-1]
        steps.update(pairwise(passed))
        inside.update(passed[1:-1])
    assert steps == Counter(step for refs in ways for step in pairwise(refs) if step[0] != step[1])
    assert set(joints.osmid) == set(roads.from_node) | set(roads.to_node)
    assert not set(inside) & set(joints.osmid)
    assert all(count == 1 for count in inside.values())


def test_a_ford_on_a_node_marks_the_segment_that_passes_it(read: Reader) -> None:
    lines = (
        GRID
        + "n6 1.5 0 ford=yes\nn7 3 0\nw10 1,2,6,3 highway=track\nw11 4,2,5 highway=track ford=stepping_stones\nw12 3,7 highway=track"
    )
    roads = read(lines).layer("road_segments")
    assert list(zip(roads.osmid, roads.from_node, roads.ford, strict=True)) == [
        (10, 1, None),
        (10, 2, "yes"),
        (11, 4, "stepping_stones"),
        (11, 2, "stepping_stones"),
        (12, 3, None),
    ]
    assert [
        row.ford for row in read(lines, clip=shapely.box(1.2, -0.1, 1.4, 0.1)).layer("road_segments").itertuples()
    ] == ["yes"]


def test_a_limit_on_a_node_is_told_since_no_segment_carries_it(read: Reader) -> None:
    lines = (
        GRID.replace("n2 1 0", "n2 1 0 barrier=height_restrictor maxheight=2.1")
        + "n9 7 7 maxheight=2\nw10 1,2,3 highway=service"
    )
    layers = read(lines)
    assert [(problem.kind, problem.object_id) for problem in layers.problems] == [("limit_at_node", "n2")]
    assert layers.layer("road_nodes").set_index("osmid").loc[2].barrier == "height_restrictor"
