"""Tiny layers become source layers: the documented example map, the standard's own names, and odd rows."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from geo_dispatch.errors import FieldMapError, InputError
from geo_dispatch.ng911 import read_ng911
from geo_dispatch.schema import SOURCE_TABLES, SourceLayers

from .conftest import at

EXAMPLE = Path(__file__).resolve().parents[2] / "data" / "fields" / "nena-example.yaml"
ROAD_COLUMNS = [
    "SEG_ID",
    "PRE_DIR",
    "STREET",
    "TYPE",
    "SUF_DIR",
    "RTE_NO",
    "CLASS",
    "OWNER",
    "SURF",
    "ONE_WAY",
    "SPD_LMT",
    "L_F_ADD",
    "L_T_ADD",
    "R_F_ADD",
    "R_T_ADD",
    "L_PARITY",
    "R_PARITY",
    "L_TOWN",
    "R_TOWN",
    "LEVEL",
    "F_LEVEL",
    "T_LEVEL",
    "POSTED_T",
    "ALIAS1",
    "ALIAS2",
]
POINT_COLUMNS = [
    "ADDR_ID",
    "ADDNUM",
    "ADDSUF",
    "UNIT",
    "PRE_DIR",
    "STREET",
    "TYPE",
    "SUF_DIR",
    "LANDMARK",
    "TOWN",
    "POST_TOWN",
    "ZIP",
    "ESN",
    "SITETYPE",
    "OTHER_ST",
]


def rows(columns: list[str], *given: dict[str, object]) -> dict[str, list[object]]:
    """Return columns of values, None where a row gives none."""
    return {column: [row.get(column) for row in given] for column in columns}


@pytest.fixture
def example(write_roads: Callable[..., Path], write_points: Callable[..., Path]) -> SourceLayers:
    """A street with a bridge over it, a trail, a private way, and four address points."""
    lines = [
        [(0, 0), (2, 0), (4, 0)],  # Main St, with a vertex under the bridge
        [(2, -2), (2, 0), (2, 2)],  # Route 88, on a bridge over Main St
        [(1, 0), (1, 1)],  # a private way that ends on Main St
        [(3, 0), (3, 1)],  # a trail
        [(4, 0), (2, -2)],  # one way
    ]
    roads = write_roads(
        lines,
        crs=2249,
        **rows(
            ROAD_COLUMNS,
            {"SEG_ID": 10, "PRE_DIR": "N", "STREET": "MAIN", "TYPE": "ST", "CLASS": "5", "SPD_LMT": 30, "L_F_ADD": 1}
            | {"L_T_ADD": 99, "R_F_ADD": 2, "R_T_ADD": 98, "L_PARITY": "O", "L_TOWN": "EXAMPLE", "R_TOWN": "OTHERTOWN"}
            | {"SURF": "P", "ALIAS1": "Old Main Rd", "LEVEL": 0},
            {
                "SEG_ID": 11,
                "STREET": "ROUTE 88",
                "RTE_NO": "SR 88",
                "CLASS": "2",
                "SPD_LMT": 200,
                "LEVEL": 1,
                "POSTED_T": 8,
            }
            | {"F_LEVEL": 0, "T_LEVEL": 0},
            {"SEG_ID": 12, "CLASS": "6", "OWNER": "PRIVATE", "LEVEL": 0},
            {"SEG_ID": 13, "STREET": "RIVER TRAIL", "CLASS": "TRAIL"},
            {"SEG_ID": 14, "STREET": "MILL", "TYPE": "LN", "CLASS": "9", "ONE_WAY": "FT", "LEVEL": 0},
        ),
    )
    points = write_points(
        [(0.5, 0.1), (0.7, -0.1), (3, 0.1), (3, 0.1), (1, 2)],
        crs=2249,
        **rows(
            POINT_COLUMNS,
            {"ADDR_ID": "A1", "ADDNUM": "12", "ADDSUF": "1/2", "UNIT": "B", "STREET": "NORTH MAIN", "TYPE": "STREET"}
            | {"TOWN": "EXAMPLE", "ZIP": "02790", "ESN": "182", "OTHER_ST": "OLD MAIN RD|1/2/2020"},
            {"ADDR_ID": "A2", "ADDNUM": "13", "PRE_DIR": "N", "STREET": "MAIN", "TYPE": "ST", "TOWN": "EXAMPLE"}
            | {"SITETYPE": "FIRE STATION"},
            {
                "ADDR_ID": "A3",
                "ADDNUM": "0",
                "STREET": "NOWHERE",
                "TYPE": "LN",
                "SITETYPE": "SCHOOL",
                "LANDMARK": "HILL SCHOOL",
            },
            {
                "ADDR_ID": "A3",
                "ADDNUM": "0",
                "STREET": "NOWHERE",
                "TYPE": "LN",
                "SITETYPE": "SCHOOL",
                "LANDMARK": "HILL SCHOOL",
            },
            {"ADDR_ID": "A5"},
        ),
    )
    return read_ng911(roads=roads, addresses=points, fields=EXAMPLE)


def kinds(layers: SourceLayers) -> set[str]:
    return {problem.kind for problem in layers.problems}


def test_the_layers_are_those_of_the_schema(example: SourceLayers) -> None:
    for name, frame in example.layers.items():
        assert list(frame.columns[:-1]) == list(SOURCE_TABLES[name].column_names)
        assert frame.crs.to_epsg() == 4326
        assert set(frame.geom_type) <= {SOURCE_TABLES[name].geometry}


def test_roads_are_named_classed_and_joined(example: SourceLayers) -> None:
    roads = example.layer("road_segments")
    # Main St is cut only where the private way ends on it: the bridge passes over it.
    assert roads["name"].value_counts().to_dict() == {"N Main St": 2, "Route 88": 1, "Mill Ln": 1}
    main = roads[roads["name"] == "N Main St"].iloc[0]
    assert (main["highway"], main["maxspeed"], main["surface"]) == ("residential", "30 mph", "paved")
    assert main["maxspeed_forward_kph"] == pytest.approx(48.28032)
    assert (main["municipality_left"], main["municipality_right"]) == ("Example", "Othertown")
    assert json.loads(main["alt_names"]) == [{"name": "Old Main Rd", "kind": "alt_name"}]
    route = roads[roads["name"] == "Route 88"].iloc[0]
    assert (route["ref"], route["highway"], route["layer"], route["maxweight_t"]) == ("MA 88", "primary", 1, 8.0)
    assert roads.set_index("osmid")["access"].to_dict()[12] == "private"
    one_way = roads[roads["name"] == "Mill Ln"].iloc[0]
    assert (one_way["direction"], one_way["highway"]) == ("forward", "unclassified")


def test_odd_values_are_problems(example: SourceLayers) -> None:
    told = {(problem.kind, problem.object_id) for problem in example.problems}
    assert {("odd_speed", "11"), ("unknown_class", "14"), ("unnamed_roads", "service")} <= told
    assert ("duplicate_address", "ng911:A3") in told
    assert ("empty_address", "ng911:A5") in told
    assert ("street_without_road", "Nowhere Ln") in told
    assert ("addresses_without_number", "1 address points") in told


def test_nodes_are_ends_of_segments_and_nothing_else(example: SourceLayers) -> None:
    roads, nodes = example.layer("road_segments"), example.layer("road_nodes")
    assert set(roads["from_node"]) | set(roads["to_node"]) == set(nodes["osmid"])
    assert (nodes["osmid"] < 0).all()
    place = dict(zip(nodes["osmid"], nodes.geometry, strict=True))
    for start, stop, line in zip(roads["from_node"], roads["to_node"], roads.geometry, strict=True):
        assert place[start].coords[0] == line.coords[0]
        assert place[stop].coords[0] == line.coords[-1]


def test_address_ranges_keep_side_and_parity(example: SourceLayers) -> None:
    ranges = example.layer("address_ranges")
    found = ranges[["street", "side", "number_start", "number_end", "parity", "municipality"]].to_numpy().tolist()
    assert found == [
        ["N Main St", "left", 1, 99, "odd", "Example"],
        ["N Main St", "right", 2, 98, "even", "Othertown"],
    ]


def test_trails_go_to_the_base_map(example: SourceLayers) -> None:
    assert example.layer("basemap_lines")["name"].tolist() == ["River Trail"]
    assert "River Trail" not in set(example.layer("road_segments")["name"])


def test_addresses(example: SourceLayers) -> None:
    addresses = example.layer("addresses").set_index("address_id")
    assert len(addresses) == 3
    first = addresses.loc["ng911:A1"]
    assert (first["number"], first["number_suffix"], first["unit"]) == (12, "1/2", "B")
    assert (first["street"], first["municipality"], first["state"]) == ("N Main St", "Example", "Massachusetts")
    assert (first["postcode"], first["esn"], first["number_text"]) == ("02790", "182", "12 1/2")
    assert json.loads(first["aliases"]) == ["Old Main Rd", "North Main Street"]
    assert first.geometry.distance(__import__("shapely").Point(at(0.5, 0.1))) < 1e-7
    assert addresses.loc["ng911:A3", "number"] == -1


def test_site_types_become_places_and_stay_addresses(example: SourceLayers) -> None:
    places = example.layer("places").set_index("place_id")
    assert places["name"].to_dict() == {"ng911:A2": "Fire station, N Main St, Example", "ng911:A3": "Hill School"}
    assert places.loc["ng911:A2", "category"] == "fire_station"
    assert places.loc["ng911:A2", "house_number"] == "13"


def test_provenance_names_the_file_and_its_rows(example: SourceLayers) -> None:
    assert [(p.location, p.counts) for p in example.provenance] == [
        ("points.gpkg", {"addresses": 5}),
        ("roads.gpkg", {"roads": 5}),
    ]
    assert all(p.attribution == "Town of Example GIS" and p.timestamp == "2026-05-01" for p in example.provenance)


def test_nena_names_need_no_map(write_roads: Callable[..., Path], write_points: Callable[..., Path]) -> None:
    roads = write_roads(
        [[(0, 0), (1, 0)], [(1, 0), (2, 0)]],
        St_PreDir=["North", None],
        St_Name=["Main", "Elm"],
        St_PosTyp=["Street", "Road"],
        RoadClass=["Local", "Primary"],
        OneWay=["B", "TF"],
        SpeedLimit=[30, 65],
        FromAddr_L=[1, 0],
        ToAddr_L=[99, 0],
        Parity_L=["O", "Z"],
    )
    points = write_points([(0, 0.1)], Add_Number=[7], St_PreDir=["North"], St_Name=["Main"], St_PosTyp=["Street"])
    read = read_ng911(roads=roads, addresses=points, fields=None)
    found = read.layer("road_segments")
    assert found[["name", "highway", "direction"]].to_numpy().tolist() == [
        ["North Main Street", "residential", "both"],
        ["Elm Road", "motorway", "backward"],
    ]
    assert found["maxspeed_backward_kph"].tolist() == pytest.approx([48.28032, 104.60736])
    assert found["maxspeed_forward_kph"].notna().tolist() == [True, False]
    assert len(read.layer("address_ranges")) == 1
    assert read.layer("addresses")["street"].tolist() == ["North Main Street"]
    assert read.counts["addresses_without_road"] == 0


MAP = "name: T\nroads: {fields: {name: N, oneway: {column: W, values: {F: forward, T: backward}}}}\n"


def test_several_files_are_one_network_and_border_lines_count_once(
    write_roads: Callable[..., Path], write_map: Callable[[str], Path]
) -> None:
    border = [(1, 0), (2, 0)]
    one = write_roads([[(0, 0), (1, 0)], border], name="a.gpkg", N=["A", "Border"], W=["", ""])
    two = write_roads([border[::-1], [(2, 0), (3, 0)]], name="b.gpkg", N=["Border", "C"], W=["", ""])
    read = read_ng911(roads=[one, two], addresses=None, fields=write_map(MAP))
    assert sorted(read.layer("road_segments")["name"]) == ["A", "Border", "C"]
    assert (read.counts["duplicate_lines"], read.counts["road_nodes"]) == (1, 4)


def test_two_names_of_one_stretch_are_one_segment(
    write_roads: Callable[..., Path], write_map: Callable[[str], Path]
) -> None:
    text = """\
name: T
roads:
  fields:
    name: N
    ref: {column: N, extract: [{match: '^Route (.+)$', gives: 'MA \\1'}]}
    highway: {column: C}
"""
    lines = [[(0, 0), (1, 0), (2, 0)], [(2, 0), (1, 0)]]
    roads = write_roads(lines, N=["Route 88", "Main St"], C=["primary", "residential"])
    segments = read_ng911(roads=roads, addresses=None, fields=write_map(text)).layer("road_segments")
    assert segments[["name", "ref", "highway"]].to_numpy().tolist() == [
        ["Route 88", "MA 88", "primary"],
        ["Main St", "MA 88", "primary"],
    ]
    assert json.loads(segments["alt_names"][1]) == [{"name": "Route 88", "kind": "alt_name"}]


@pytest.mark.parametrize(("ways", "direction"), [(("F", "F"), "both"), (("F", "T"), "forward"), (("F", ""), "both")])
def test_coincident_lines_are_one_way_only_together(
    write_roads: Callable[..., Path], write_map: Callable[[str], Path], ways: tuple[str, str], direction: str
) -> None:
    """The second line is digitised the other way."""
    roads = write_roads([[(0, 0), (1, 0)], [(1, 0), (0, 0)]], N=["A", "B"], W=list(ways))
    segments = read_ng911(roads=roads, addresses=None, fields=write_map(MAP)).layer("road_segments")
    assert segments["direction"].tolist() == [direction]


def test_shared_vertices_that_were_not_joined_are_told(
    write_roads: Callable[..., Path], write_map: Callable[[str], Path]
) -> None:
    roads = write_roads([[(0, 0), (1, 0), (2, 0)], [(1, -1), (1, 0), (1, 1)]], N=["A", "B"], W=["", ""])
    read = read_ng911(roads=roads, addresses=None, fields=write_map(MAP))
    assert "shared_vertices_not_joined" in kinds(read)


def test_only_paths_are_no_roads_but_no_failure(
    write_roads: Callable[..., Path], write_map: Callable[[str], Path]
) -> None:
    text = "name: T\nroads: {fields: {name: N, highway: {value: footway}}}\n"
    read = read_ng911(roads=write_roads([[(0, 0), (1, 0)]], N=["A"]), addresses=None, fields=write_map(text))
    assert (len(read.layer("road_segments")), len(read.layer("basemap_lines"))) == (0, 1)


@pytest.mark.parametrize(
    ("text", "number", "suffix"),
    [
        ("12", 12, None),
        ("12A", 12, "A"),
        ("12 1/2", 12, "1/2"),
        ("12-B", 12, "B"),
        ("0", -1, None),
        ("Lot 4", -1, None),
    ],
)
def test_house_numbers(
    write_points: Callable[..., Path], write_map: Callable[[str], Path], text: str, number: int, suffix: str | None
) -> None:
    fields = write_map("name: T\naddresses: {fields: {number: N, street: S}}\n")
    read = read_ng911(roads=None, addresses=write_points([(0, 0)], N=[text], S=["Elm St"]), fields=fields)
    row = read.layer("addresses").iloc[0]
    assert (row["number"], row["number_suffix"]) == (number, suffix)
    assert ("odd_number" in kinds(read)) == (text == "Lot 4")
    assert row["number_text"] == (None if text == "0" else text)


def test_a_place_without_number_is_described_by_its_street_alone(
    write_points: Callable[..., Path], write_map: Callable[[str], Path]
) -> None:
    fields = write_map(
        "name: T\naddresses: {fields: {number: N, street: S, site_type: K, category: {column: K, values: {PARK: park}}}}\n"
    )
    points = write_points(
        [(0, 0), (1, 0), (2, 0)], N=[0.0, 12.0, 0.0], S=["Elm St", "Elm St", "Oak St"], K=["PARK"] * 3
    )
    places = read_ng911(roads=None, addresses=points, fields=fields).layer("places")
    numbers = {"Park, Elm St": None, "Park, 12 Elm St": "12", "Park, Oak St": None}
    assert places.set_index("name")["house_number"].to_dict() == numbers


def test_bad_calls_are_one_line(write_roads: Callable[..., Path], write_map: Callable[[str], Path]) -> None:
    with pytest.raises(InputError, match="no layer was given"):
        read_ng911(roads=None, addresses=None, fields=None)
    roads = write_roads([[(0, 0), (1, 0)]], M=["A"])
    with pytest.raises(FieldMapError, match=r"fields\.yaml:2: column 'N' is not in roads\.gpkg"):
        read_ng911(roads=roads, addresses=None, fields=write_map(MAP))
    with pytest.raises(FieldMapError, match="has no 'addresses' part"):
        read_ng911(roads=None, addresses=roads, fields=write_map(MAP))
    with pytest.raises(FieldMapError, match=r"roads\.gpkg: has none of the columns St_PreMod, .* give a field map"):
        read_ng911(roads=roads, addresses=None, fields=None)
