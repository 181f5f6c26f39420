"""Places, addresses, boundaries, markers, exits and the base map."""

from __future__ import annotations

import json
import math
from collections.abc import Callable

import pytest
import shapely

from geo_dispatch.schema import SourceLayers

Reader = Callable[..., SourceLayers]

SQUARE = "n1 0 0\nn2 0.01 0\nn3 0.01 0.01\nn4 0 0.01\n"


@pytest.mark.parametrize(
    ("tags", "kind", "category", "name"),
    [
        ("amenity=fire_station", "amenity=fire_station", "fire_station", None),
        ("amenity=fuel brand=Shell", "amenity=fuel", "fuel", "Shell"),
        ("amenity=hospital emergency=yes name=X", "amenity=hospital", "hospital", "X"),
        ("building=yes amenity=place_of_worship name=X", "amenity=place_of_worship", "church", "X"),
        ("shop=hats name=X", "shop=hats", "shop", "X"),
        ("place=hamlet name=X", "place=hamlet", "village", "X"),
        ("natural=beach", "natural=beach", "beach", None),
        ("leisure=slipway", "leisure=slipway", "boat_ramp", None),
        ("man_made=lighthouse name=X", "man_made=lighthouse", "lighthouse", "X"),
        ("landuse=cemetery name=X", "landuse=cemetery", "cemetery", "X"),
        ("office=government name=X", "office=government", "government", "X"),
        ("emergency=fire_hydrant", "emergency=fire_hydrant", "fire_hydrant", None),
        ("railway=station name=X", "railway=station", "railway_station", "X"),
        ("aeroway=helipad", "aeroway=helipad", "helipad", None),
        ("man_made=bridge name=X", "man_made=bridge", "bridge", "X"),
        ("tourism=museum name=X historic=yes", "tourism=museum", "museum", "X"),
    ],
)
def test_a_place_and_its_category(tags: str, kind: str, category: str, name: str | None, read: Reader) -> None:
    (row,) = read(f"n1 1 2 {tags}").layer("places").itertuples()
    assert (row.place_id, row.kind, row.category, row.name) == ("n1", kind, category, name)
    assert (row.geometry.x, row.geometry.y, row.source, row.verified) == (1, 2, "osm", True)
    assert math.isnan(row.area_m2)


@pytest.mark.parametrize(
    "tags",
    [
        "amenity=bench",
        "shop=vacant name=X",
        "natural=tree",
        "name=X",
        "highway=crossing name=X",
        "emergency=yes name=X",
        "place=farm",
    ],
)
def test_what_is_no_place(tags: str, read: Reader) -> None:
    assert len(read(f"n1 1 2 {tags}").layer("places")) == 0


def test_everything_known_of_a_place_is_kept(read: Reader) -> None:
    tags = (
        '"name=Lees Market" "alt_name=Lees;The Market" old_name=Grange operator=Lee brand=IGA shop=supermarket "phone=+1 508 555 0100" '
        'website=https://lees.example "opening_hours=Mo-Su 07:00-20:00" addr:housenumber=796 "addr:street=Main Road" '
        'addr:postcode=02790 addr:city=Westport ref=7 wheelchair=yes source=survey "tiger:county=X"'
    )
    (row,) = read(f"n1 1 2 {tags}").layer("places").itertuples()
    assert json.loads(row.names) == [
        {"name": "Lees", "kind": "alt_name"},
        {"name": "The Market", "kind": "alt_name"},
        {"name": "Grange", "kind": "old_name"},
        {"name": "IGA", "kind": "brand"},
        {"name": "Lee", "kind": "operator"},
    ]
    assert (row.phone, row.website) == ("+1 508 555 0100", "https://lees.example")
    assert (row.opening_hours, row.ref, row.house_number) == ("Mo-Su 07:00-20:00", "7", "796")
    assert (row.street, row.postcode, row.city) == ("Main Road", "02790", "Westport")
    assert json.loads(row.tags) == {
        "alt_name": "Lees;The Market",
        "old_name": "Grange",
        "shop": "supermarket",
        "wheelchair": "yes",
    }


def test_a_place_with_an_area_stands_at_its_entrance(read: Reader) -> None:
    layers = read(
        SQUARE.replace("n3 0.01 0.01", "n3 0.01 0.01 entrance=main") + "w10 1,2,3,4,1 building=yes amenity=school"
    )
    (row,) = layers.layer("places").itertuples()
    assert (row.geometry.x, row.geometry.y) == (0.01, 0.01)
    assert row.area_m2 == pytest.approx(1113.2 * 1105.7, rel=1e-3)
    assert layers.layer("place_areas").place_id.tolist() == ["w10"]
    inside = read(SQUARE + "w10 1,2,3,4,1 building=yes amenity=school").layer("places").geometry[0]
    assert shapely.box(0, 0, 0.01, 0.01).contains(inside)


def test_a_river_in_pieces_is_one_place_and_far_namesakes_are_two(read: Reader) -> None:
    lines = "n5 0.02 0\nn6 1 1\nn7 1 1.001\n" + SQUARE
    brook = 'waterway=stream "name=Mill Brook"'
    layers = read(f"{lines}w1 1,2 {brook}\nw2 2,5 {brook}\nw3 6,7 {brook}")
    assert len(layers.layer("places")) == 2
    assert len(layers.layer("basemap_waterways")) == 3


def test_bridges_are_places_by_their_own_name_only(read: Reader) -> None:
    layers = read(
        SQUARE + 'w1 1,2 highway=primary bridge=yes "name=Main Road" "bridge:name=Hix Bridge"\n'
        'w2 2,3 highway=primary bridge=yes "name=Main Road"\nw3 3,4 railway=rail bridge=yes "name=Coast Line"\n'
        'w4 4,1 highway=primary bridge=yes "name=Veterans Memorial Bridge"'
    )
    assert layers.layer("places").name.tolist() == ["Hix Bridge", "Veterans Memorial Bridge"]
    assert set(layers.layer("places").category) == {"bridge"}


def test_addresses_of_nodes_buildings_and_relations(read: Reader) -> None:
    layers = read(
        SQUARE
        + 'n9 0.005 0.005 addr:housenumber=12A "addr:street=Main Road" addr:unit=2 addr:postcode=02790 addr:city=X addr:state=MA\n'
        'w10 1,2,3,4,1 building=house addr:housenumber=12-16 "addr:street=Drift Road" "addr:housename=The Elms"\n'
        "n11 0 0 addr:housenumber=3;5\n"
        'r1 house:n11,street:w10 type=associatedStreet "name=River Road"\n'
        'w12 1,2\nw13 2,3,4,1\nr2 outer:w12,outer:w13 type=multipolygon building=yes addr:housenumber=9 "addr:place=Head"\n'
        "n12 0 0 addr:housenumber=7\nn13 0 0 addr:housenumber=Cottage addr:street=X"
    )
    table = layers.layer("addresses").set_index("address_id")
    assert table.number.to_dict() == {
        "n9": 12, "n11": 3, "n11:5": 5, "n12": 7, "n13": -1, "w10": 12, "w10:14": 14, "w10:16": 16, "r2": 9
    }  # fmt: skip
    assert table.loc["n9"][["number_suffix", "unit", "postcode", "city", "state"]].tolist() == [
        "A",
        "2",
        "02790",
        "X",
        "MA",
    ]
    assert table.street.to_dict() == {
        "n9": "Main Road", "n11": "River Road", "n11:5": "River Road", "n12": None, "n13": "X",
        "w10": "Drift Road", "w10:14": "Drift Road", "w10:16": "Drift Road", "r2": "Head",
    }  # fmt: skip
    assert table.loc["w10"][["place_name", "site_type", "number_text"]].tolist() == [
        "The Elms",
        "single family dwelling",
        "12",
    ]
    kinds = [(problem.kind, problem.object_id) for problem in layers.problems]
    assert kinds == [("address_without_street", "n12"), ("odd_house_number", "n13")]


LINE = 'n1 0 0 addr:housenumber={0} "addr:street=Main Road"\nn2 1 0\nn3 2 0 addr:housenumber={1}\nw1 1,2,3 addr:interpolation={2}'


@pytest.mark.parametrize(
    ("first", "last", "rule", "parity", "problems"),
    [
        ("2", "20", "even", "even", []),
        ("1", "19", "odd", "odd", []),
        ("19", "1", "odd", "odd", []),
        ("1", "20", "all", "both", []),
        ("10", "50", "10", "even", []),
        ("1", "7", "3", "both", []),
        ("2", "21", "even", "both", ["odd_interpolation"]),
        ("3", "21", "even", "odd", ["odd_interpolation"]),
    ],
)
def test_ranges(first: str, last: str, rule: str, parity: str, problems: list[str], read: Reader) -> None:
    layers = read(LINE.format(first, last, rule))
    (row,) = layers.layer("address_ranges").itertuples()
    assert (row.number_start, row.number_end, row.parity, row.street) == (int(first), int(last), parity, "Main Road")
    assert list(row.geometry.coords) == [(0, 0), (1, 0), (2, 0)]
    assert [problem.kind for problem in layers.problems if "interpolation" in problem.kind] == problems


@pytest.mark.parametrize(
    ("first", "last", "rule"), [("A", "F", "alphabetic"), ("1", "9", "sometimes"), ("1", "X", "all")]
)
def test_ranges_without_numbers_are_skipped_and_counted(first: str, last: str, rule: str, read: Reader) -> None:
    layers = read(LINE.format(first, last, rule))
    assert len(layers.layer("address_ranges")) == 0
    assert "skipped_interpolation" in [problem.kind for problem in layers.problems]


def test_a_number_half_way_makes_two_ranges_and_the_way_names_the_street(read: Reader) -> None:
    layers = read(
        "n1 0 0 addr:housenumber=2\nn2 1 0 addr:housenumber=8\nn3 2 0 addr:housenumber=20\n"
        'w1 1,2,3 addr:interpolation=even "addr:street=Main Road" addr:postcode=02790'
    )
    table = layers.layer("address_ranges")
    assert table[["number_start", "number_end", "range_id"]].to_numpy().tolist() == [[2, 8, 0], [8, 20, 1]]
    assert set(table.street) == {"Main Road"} == set(layers.layer("addresses").street)
    assert set(table.postcode) == {"02790"}
    assert layers.problems == []


@pytest.mark.parametrize(
    ("tags", "kind", "level"),
    [
        ("boundary=administrative admin_level=4", "state", 4),
        ("boundary=administrative admin_level=6", "county", 6),
        ("boundary=administrative admin_level=7", "town", 7),
        ("boundary=administrative admin_level=8", "town", 8),
        ("boundary=administrative admin_level=9", "town", 9),
        ("boundary=administrative admin_level=10", "village", 10),
        ("boundary=administrative admin_level=2", "zone", 2),
        ("boundary=administrative", "zone", -1),
        ("boundary=administrative place=town", "town", -1),
        ("boundary=census", "village", -1),
        ("place=town", "town", -1),
        ("place=village", "village", -1),
        ("boundary=fire_district", "zone", -1),
    ],
)
def test_boundaries(tags: str, kind: str, level: int, read: Reader) -> None:
    lines = SQUARE + f"w1 1,2,3\nw2 3,4,1\nr1 outer:w1,outer:w2 type=boundary name=X population=16,339 {tags}"
    (row,) = read(lines).layer("boundaries").itertuples()
    assert (row.boundary_id, row.name, row.kind, row.admin_level, row.population) == ("r1", "X", kind, level, 16339)
    assert row.municipality == ("X" if kind == "town" else None)
    assert row.state == ("X" if kind == "state" else None)
    assert row.geometry.geom_type == "MultiPolygon"


def test_mile_markers(read: Reader) -> None:
    layers = read(
        "n1 0 0 highway=milestone distance=12.4 direction=northbound\nn2 1 0\nn3 2 0 highway=milestone name=stone\n"
        'w1 1,2 highway=trunk "ref=MA 88"\nn4 0 0 highway=milestone "ref=MM 3" "highway:ref=US 6"'
    )
    table = layers.layer("mile_markers").set_index("marker_id")
    assert table.loc["n1"][["route", "number", "text", "direction"]].tolist() == ["MA 88", 12.4, "12.4", "N"]
    assert table.loc["n4"][["route", "number", "direction"]].tolist() == ["US 6", 3, None]
    assert math.isnan(table.loc["n3"].number)
    assert [problem.kind for problem in layers.problems] == ["odd_mile_marker"]


def test_exits(read: Reader) -> None:
    layers = read(
        "n1 0 0\nn2 1 0 highway=motorway_junction ref=10 old_ref=3 name=Drift\nn3 2 0\nn4 2 1\nn5 3 0\nn6 4 0\nn7 3 1\nn8 0 1\n"
        'w1 1,2,3,5 highway=motorway "ref=I 195"\nw5 5,6 highway=motorway "ref=I 195;US 6"\n'
        'w2 2,4 highway=motorway_link "destination=Westport;Horseneck" "destination:ref=MA 88"\n'
        "w3 5,7 highway=motorway_link junction:ref=11A oneway=yes\n"
        "w4 8,2 highway=motorway_link destination=Elsewhere oneway=yes"
    )
    table = layers.layer("exits").set_index("exit_id")
    assert sorted(table.index) == ["n2", "n5"]
    assert table.loc["n2"][["number", "old_number", "route", "name", "node"]].tolist() == [
        "10",
        "3",
        "I 195",
        "Drift",
        2,
    ]
    assert table.loc["n2"].destination == "MA 88;Westport;Horseneck"
    assert table.loc["n5"][["number", "route", "destination"]].tolist() == ["11A", "I 195;US 6", None]


def test_the_base_map_layers(read: Reader) -> None:
    layers = read(
        SQUARE
        + "w1 1,2,3,4,1 natural=water name=Pond\nw2 1,2,3,4,1 landuse=forest\nw3 1,2,3,4,1 building=house addr:housenumber=5\n"
        "w4 1,2 natural=coastline\nw5 2,3 railway=rail\nw6 1,2 man_made=pier\nw7 1,2,3,4,1 highway=pedestrian area=yes\n"
        "w8 1,2,3,4,1 highway=residential\nw9 1,2 waterway=river name=East\nw10 3,4 route=ferry\nw11 1,2,3,4,1 building=no"
    )

    def drawn(name: str) -> list[tuple[str, str, int]]:
        table = layers.layer(f"basemap_{name}")
        return list(zip(table.osm_id, table.kind, table["rank"], strict=True))

    assert drawn("water") == [("w4", "sea", 0), ("w1", "water", 0)]
    assert drawn("landuse") == [("w2", "wood", 1), ("w7", "square", 3)]
    assert drawn("buildings") == [("w3", "house", 2)]
    assert layers.layer("basemap_buildings").house_number.tolist() == ["5"]
    assert drawn("waterways") == [("w4", "coastline", 0), ("w9", "river", 0)]
    assert drawn("lines") == [("w5", "railway", 0), ("w6", "pier", 2), ("w10", "ferry", 0)]
    assert set(layers.layer("road_segments").osmid) == {8}


def test_the_clip_leaves_out_what_lies_beyond(read: Reader) -> None:
    things = (
        "amenity=school addr:housenumber=1 addr:street=X", "highway=milestone ref=1", "highway=motorway_junction ref=1"
    )  # fmt: skip
    near = "\n".join(f"n{row} 0.001 0.00{row} {tags}" for row, tags in enumerate(things, 1))
    far = "\n".join(f"n1{row} 5 5 {tags}" for row, tags in enumerate(things, 1))
    areas = "n21 0 0\nn22 1 0\nn23 0 1\nw1 21,22,23,21 landuse=forest\nw2 21,22,23,21 boundary=administrative admin_level=8 name=X"
    away = "n31 5 5\nn32 6 5\nn33 5 6\nw3 31,32,33,31 landuse=forest\nw4 31,32,33,31 boundary=administrative admin_level=8 name=Y"
    layers = read("\n".join([near, far, areas, away]), clip=shapely.box(-0.1, -0.1, 0.1, 0.1))
    assert layers.layer("places").place_id.tolist() == ["n1"]
    assert layers.layer("addresses").address_id.tolist() == ["n1"]
    assert layers.layer("mile_markers").marker_id.tolist() == ["n2"]
    assert layers.layer("exits").exit_id.tolist() == ["n3"]
    assert layers.layer("basemap_landuse").osm_id.tolist() == ["w1"]
    assert layers.layer("boundaries").name.tolist() == ["X"]


SHORE = "n1 0 -1\nn2 0 0.5\nn3 0 2\nn11 0.4 0.4\nn12 0.6 0.4\nn13 0.6 0.6\nn14 0.4 0.6\nn21 -0.9 0.1\nn22 0.9 0.9\n"
BOX = shapely.box(-1, 0, 1, 1)


@pytest.mark.parametrize(
    ("lines", "area", "problems"),
    [
        ("w1 1,2 natural=coastline\nw2 2,3 natural=coastline", 1.0, []),
        ("w1 1,2 natural=coastline\nw2 2,3 natural=coastline\nw3 11,12,13,14,11 natural=coastline", 0.96, []),
        ("w1 2,1 natural=coastline\nw2 3,2 natural=coastline", 1.0, []),
        ("w3 11,12,13,14,11 natural=coastline", 1.96, []),
        ("w1 1,2 natural=coastline", 0, ["open_coastline"]),
        ("w1 1,2 natural=coastline\nw2 3,2 natural=coastline", 0, ["open_coastline"]),
        ("w1 1,2 natural=cliff", 0, []),
    ],
)
def test_the_sea_lies_right_of_the_shore(lines: str, area: float, problems: list[str], read: Reader) -> None:
    layers = read(f"{SHORE}{lines}\nw90 21,22 highway=service", clip=BOX)
    water = layers.layer("basemap_water")
    assert list(water.kind) == (["sea"] if area else [])
    assert shapely.area(water.geometry.to_numpy()).sum() == pytest.approx(area)
    assert [problem.kind for problem in layers.problems] == problems


def test_without_a_clip_the_sea_reaches_a_little_beyond_the_roads(read: Reader) -> None:
    layers = read(SHORE + "w1 1,2 natural=coastline\nw2 2,3 natural=coastline\nw90 21,22 highway=service")
    assert layers.layer("basemap_water").total_bounds == pytest.approx([0, 0.08, 0.92, 0.92])
