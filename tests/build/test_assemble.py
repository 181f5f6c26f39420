"""From source layers to the tables of a town: roads, streets, intersections, addresses, towns."""

from __future__ import annotations

import json

import geopandas as gpd
import numpy as np
import pytest

from geo_dispatch.build.area import TownArea
from geo_dispatch.build.assemble import assemble
from geo_dispatch.build.merge import clip_layers
from geo_dispatch.town.export import to_networkx
from tests.towns import Drawing, box, tiny_drawing, tiny_layers, tiny_town

HOME = box(-1000, -1000, 1500, 3000)


def _street(name: str) -> dict[str, object]:
    streets = tiny_layers()["streets"]
    rows = streets[streets["name"] == name]
    assert len(rows) == 1, name
    return dict(rows.iloc[0])


def test_roads_become_edges_both_ways_unless_one_way() -> None:
    edges = tiny_layers()["edges"]
    assert len(edges) == 2 * 11 + 2  # eleven two-way segments; South Lane's two are one way
    one_way = edges[edges["oneway"]]
    assert set(one_way["name"]) == {"South Lane"}
    assert not one_way["reversed"].any()
    assert not edges.duplicated(["u", "v", "key"]).any()
    assert (edges["travel_time"] > 0).all()
    np.testing.assert_allclose(edges["travel_time"], edges["length"] / edges["speed_kph"] * 3.6)


def test_lengths_are_geodesic() -> None:
    edges = tiny_layers()["edges"]
    # 500 m on the UTM grid, whose scale is about 0.99996 here (330 km false easting).
    main = edges[edges["name"] == "Main Street"]["length"]
    np.testing.assert_allclose(main, 500.0, rtol=3e-4)


def test_parallel_roads_between_two_nodes_keep_their_own_keys() -> None:
    drawing = Drawing({"a": (0, 0), "b": (400, 0)})
    drawing.road("a b", "Upper Road").road("a b", "Lower Road")
    edges = drawing.layers("Home", HOME)["edges"]
    assert sorted(edges[edges["u"] == drawing.ids["a"]]["key"]) == [0, 1]
    assert not edges.duplicated(["u", "v", "key"]).any()


def test_streets_are_grouped_by_name_and_municipality_and_by_route() -> None:
    main = _street("Main Street")
    assert main["municipality"] == "Tinyport"
    assert json.loads(str(main["names"])) == [{"name": "TS 9", "kind": "ref"}]
    assert len(json.loads(str(main["segment_ids"]))) == 2
    assert (main["min_number"], main["max_number"], main["address_count"]) == (2, 99, 50)
    route = _street("TS 9")
    assert route["kind"] == "route"
    assert route["municipality"] is None
    assert _street("Far Lane")["municipality"] == "Nextville"
    assert {"name": "Old Post Road", "kind": "old_name"} in json.loads(str(_street("North Road")["names"]))


def test_one_name_in_two_towns_is_two_streets() -> None:
    drawing = Drawing({"a": (0, 0), "b": (1000, 0), "c": (2000, 0)})
    drawing.road("a b c", "Border Road")
    drawing.add(
        "boundaries", box(1200, -1000, 4000, 3000), boundary_id="r2", name="Nextville", kind="town", admin_level=8
    )
    streets = drawing.layers("Home", box(-1000, -1000, 1200, 3000))["streets"]
    assert sorted(streets["municipality"]) == ["Home", "Nextville"]


def test_addresses_find_their_street_under_any_writing_of_its_name() -> None:
    layers = tiny_layers()
    by_id = layers["streets"].set_index("street_id")["name"]
    addresses = layers["addresses"]
    assert (addresses["street_id"] >= 0).all()
    written = dict(zip(addresses["street"], addresses["street_id"].map(by_id), strict=True))
    assert written == {"Main Street": "Main Street", "Main St": "Main Street", "Elm Street": "Elm Street"}


def test_an_address_on_a_street_that_no_road_bears_is_kept_and_counted() -> None:
    drawing = tiny_drawing().address(7, "Nowhere Lane", 10, 10)
    layers = drawing.layers("Tinyport", HOME)
    lost = layers["addresses"][layers["addresses"]["street_id"] < 0]
    assert lost["street"].tolist() == ["Nowhere Lane"]


def test_intersections_are_where_two_names_meet() -> None:
    names = set(tiny_layers()["intersections"]["name"])
    assert "Main Street & Elm Street" in names
    assert "Elm Street & Oak Avenue" in names
    # c: Main Street meets an unnamed road; d-g: nothing but North Road at the corner with itself
    assert len(names) == 8
    assert not any("None" in name for name in names)


def test_a_divided_road_is_crossed_at_one_place() -> None:
    drawing = Drawing(
        {
            "w1": (-500, 0),
            "x1": (0, 0),
            "e1": (500, 0),
            "w2": (-500, 30),
            "x2": (0, 30),
            "e2": (500, 30),
            "s": (0, -400),
            "n": (0, 400),
            "far": (900, 0),
            "up": (500, 400),
        }
    )
    drawing.road("w1 x1 e1", "Broad Street", direction="forward").road("e2 x2 w2", "Broad Street", direction="forward")
    drawing.road("s x1 x2 n", "Cross Road").road("e1 far", "Broad Street").road("e1 up", "Other Way")
    crossings = drawing.layers("Home", HOME)["intersections"]
    broad = crossings[crossings["name"].str.contains("Broad") & crossings["name"].str.contains("Cross")]
    assert len(broad) == 2
    assert broad["cluster_id"].nunique() == 1
    assert crossings["cluster_id"].nunique() == 2


def test_everything_carries_its_municipality() -> None:
    layers = tiny_layers()
    assert set(layers["nodes"]["municipality"]) == {"Tinyport", "Nextville"}
    assert set(layers["addresses"]["municipality"]) == {"Tinyport"}
    assert set(layers["edges"].loc[layers["edges"]["name"] == "Far Lane", "municipality"]) == {"Nextville"}
    assert set(layers["nodes"]["state"]) == {"Testonia", None} or set(layers["nodes"]["state"]) == {"Testonia"}


def test_municipality_of_a_position() -> None:
    town = tiny_town()
    network = town.network
    at = {int(osmid): row for row, osmid in enumerate(network.node_osmid)}
    home = town.boundaries.find_municipality(float(network.node_lon[at[100]]), float(network.node_lat[at[100]]))
    assert home is not None
    assert (home.name, home.own) == ("Tinyport", True)
    next_door = town.boundaries.find_municipality(float(network.node_lon[at[109]]), float(network.node_lat[at[109]]))
    assert next_door is not None
    assert (next_door.name, next_door.own) == ("Nextville", False)
    assert town.boundaries.find_municipality(0.0, 0.0) is None


def test_towns_known_by_address_points_alone_name_the_roads() -> None:
    drawing = Drawing({"a": (0, 0), "b": (400, 0), "c": (0, 2500), "d": (400, 2500)})
    drawing.road("a b", "Main Street").road("c d", "Main Street")
    for x in (50, 150, 250):
        drawing.address(x, "MAIN ST", x, 10, municipality="Southby").address(
            x, "MAIN ST", x, 2510, municipality="Northby"
        )
    drawing.place("School", "school", 200, 2490)
    layers = drawing.layers("Countyville", HOME)
    assert layers["places"]["municipality"].tolist() == ["Northby"]
    assert sorted(layers["streets"]["municipality"]) == ["Northby", "Southby"]
    assert layers["addresses"].groupby("municipality")["street_id"].nunique().to_dict() == {"Northby": 1, "Southby": 1}


def test_a_town_inside_the_own_area_names_what_lies_in_it() -> None:
    drawing = Drawing({"a": (0, 0), "b": (400, 0), "c": (1000, 0)})
    drawing.road("a b c", "Main Street")
    drawing.add(
        "boundaries", box(-50, -50, 300, 50), boundary_id="r5", name="City of Inside", kind="town", admin_level=8
    )
    layers = drawing.layers("Countyville", HOME)
    assert dict(zip(layers["boundaries"]["name"], layers["boundaries"]["kind"], strict=True)) == {
        "Countyville": "own",
        "City of Inside": "town",
    }
    assert sorted(layers["streets"]["municipality"]) == ["Countyville", "Inside"]


def test_a_zero_length_road_stays_passable() -> None:
    drawing = Drawing({"a": (0, 0), "b": (0, 0), "c": (100, 0)})
    drawing.road("a b c", "Main Street")
    edges = drawing.layers("Home", HOME)["edges"]
    assert edges["length"].min() == pytest.approx(0.01)


def test_the_exported_graph_is_osmnx_shaped() -> None:
    graph = to_networkx(tiny_town())
    assert graph.graph["crs"] == "EPSG:4326"
    assert graph.number_of_edges() == tiny_town().network.arc_count
    for _, data in graph.nodes(data=True):
        assert {"x", "y", "street_count"} <= set(data)
    for u, v, data in graph.edges(data=True):
        assert {"osmid", "length", "speed_kph", "travel_time", "oneway", "reversed", "geometry"} <= set(data)
        start, end = data["geometry"].coords[0], data["geometry"].coords[-1]
        assert start == pytest.approx((graph.nodes[u]["x"], graph.nodes[u]["y"]), abs=1e-9)
        assert end == pytest.approx((graph.nodes[v]["x"], graph.nodes[v]["y"]), abs=1e-9)


def test_an_address_is_on_its_road_not_on_the_route_that_runs_along_it() -> None:
    drawing = Drawing({"a": (0, 0), "b": (500, 0), "c": (20_000, 0), "d": (20_500, 0)})
    drawing.road("a b", "State Road", ref="US 6").road("b c", "Far Street", ref="US 6").road(
        "c d", "Church Street", ref="US 6"
    )
    for x in (100, 200):
        drawing.address(x, "State Rd", x, 10)
    drawing.address(5, "US 6", 300, 10).address(7, "Church Street", 100, 20, municipality="Elsewhere")
    layers = drawing.layers("Home", box(-1000, -1000, 25_000, 3000))
    streets = layers["streets"].set_index("street_id")
    found = [streets["name"].get(row) for row in layers["addresses"]["street_id"]]
    assert found == ["State Road", "State Road", "US 6", None]
    assert streets.set_index("name").loc["State Road", "address_count"] == 2


def test_one_stray_address_does_not_move_the_town_to_another_state() -> None:
    drawing = Drawing({"a": (0, 0), "b": (500, 0)}).road("a b", "Main Street")
    drawing.address(1, "Main Street", 10, 10, state="FL")
    assert set(_assembled(drawing)["nodes"]["state"]) == {None}
    for number in range(3, 43, 2):
        drawing.address(number, "Main Street", 10, 10, state="VT")
    assert set(_assembled(drawing)["nodes"]["state"]) == {"VT"}


def _assembled(drawing: Drawing) -> dict[str, gpd.GeoDataFrame]:
    area = TownArea("Home", HOME)
    return assemble(clip_layers(drawing.source(), area.with_margin(0)), area, area.with_margin(0)).layers


@pytest.mark.parametrize("boundary_id", ["r9", None])
def test_the_towns_own_boundary_keeps_what_the_source_knows_of_it(boundary_id: str | None) -> None:
    drawing = Drawing({"a": (0, 0), "b": (500, 0)}).road("a b", "Main Street")
    drawing.add(
        "boundaries",
        HOME,
        boundary_id="r9",
        name="Home",
        kind="town",
        admin_level=8,
        population=1234.0,
        tags='{"x": "y"}',
    )
    area = TownArea("Home", HOME, boundary_id=boundary_id)
    own = assemble(clip_layers(drawing.source(), HOME), area, HOME).layers["boundaries"]
    assert own["kind"].tolist() == ["own"]
    assert (own["population"].iat[0], own["admin_level"].iat[0], own["tags"].iat[0]) == (1234.0, 8, '{"x": "y"}')
