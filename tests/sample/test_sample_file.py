"""The committed sample file holds what it promises: every hard case, the counts, nothing real, one road network."""

from __future__ import annotations

import csv
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import networkx as nx
import pytest
import shapely
import yaml
from shapely.geometry import LineString, Point, Polygon
from shapely.ops import polygonize

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "towns" / "sample"
DEG = 111_200.0
RHODE_ISLAND = [
    "Barrington",
    "Bristol",
    "Burrillville",
    "Central-Falls",
    "Charlestown",
    "Coventry",
    "Cranston",
    "Cumberland",
    "East-Greenwich",
    "East-Providence",
    "Exeter",
    "Foster",
    "Glocester",
    "Hopkinton",
    "Jamestown",
    "Johnston",
    "Lincoln",
    "Little-Compton",
    "Middletown",
    "Narragansett",
    "New-Shoreham",
    "Newport",
    "North-Kingstown",
    "North-Providence",
    "North-Smithfield",
    "Pawtucket",
    "Portsmouth",
    "Providence",
    "Richmond",
    "Scituate",
    "Smithfield",
    "South-Kingstown",
    "Tiverton",
    "Warren",
    "Warwick",
    "West-Greenwich",
    "West-Warwick",
    "Westerly",
    "Woonsocket",
]


def towns(sample, level="8"):
    out = {}
    for members, tags in sample.relations.values():
        if tags.get("boundary") == "administrative" and tags.get("admin_level") == level:
            lines = [LineString(sample.points(ref)) for _, ref, _ in members]
            out[tags["name"]] = next(iter(polygonize(shapely.union_all(lines))))
    return out


def has(sample, **tags):
    want = {key.replace("__", ":"): value for key, value in tags.items()}
    key, _value = next(iter(want.items()))
    return [t for t in sample.tagged(key) if all((v is None and k in t) or t.get(k) == v for k, v in want.items())]


HARD_CASES = {
    "weight-posted bridge": ({"maxweight": "8 st", "bridge": "yes", "bridge__name": "Wicks Bridge"}, 1),
    "second bridge over the estuary": ({"bridge__name": "Point Bridge", "bridge": "yes"}, 1),
    "divided highway": ({"highway": "trunk", "oneway": "yes", "ref": "PW 83"}, 2),
    "ramps": ({"highway": "trunk_link", "oneway": "yes"}, 12),
    "signed ramps": ({"junction__ref": None, "destination": None}, 6),
    "renumbered exits": ({"highway": "motorway_junction", "ref": None, "old_ref": None}, 6),
    "mile markers": ({"highway": "milestone", "distance": None}, 16),
    "one road, many names": (
        {
            "name": "State Road",
            "alt_name": "Turnpike Road",
            "old_name": "Old County Turnpike",
            "loc_name": "The Pike",
            "ref": "US 606",
        },
        2,
    ),
    "rotary": ({"junction": "roundabout"}, 1),
    "flooding causeway": ({"flood_prone": "yes", "hazard": "flooding", "embankment": "yes"}, 1),
    "private lanes": ({"highway": "residential", "access": "private"}, 3),
    "gate": ({"barrier": "gate"}, 2),
    "lift gate": ({"barrier": "lift_gate"}, 1),
    "emergency-only ways": ({"highway": "service", "emergency": "yes", "access": "no"}, 2),
    "one-way streets": ({"highway": "residential", "oneway": "yes"}, 1),
    "one-way against its line": ({"highway": "residential", "oneway": "-1"}, 1),
    "dead ends": ({"highway": "turning_circle"}, 10),
    "reversible road": ({"oneway": "reversible"}, 1),
    "seasonal road": ({"seasonal": "yes", "motor_vehicle__conditional": None}, 1),
    "ford": ({"ford": "yes"}, 1),
    "no left turn except emergency": ({"restriction": "no_left_turn", "except": "emergency"}, 1),
    "no left turn": ({"restriction": "no_left_turn"}, 2),
    "only straight on": ({"restriction": "only_straight_on"}, 1),
    "no U-turn": ({"restriction": "no_u_turn"}, 1),
    "conditional restriction": ({"restriction__conditional": None}, 1),
    "truck restriction": ({"restriction__hgv": None}, 1),
    "traffic signals": ({"highway": "traffic_signals"}, 5),
    "stop signs": ({"highway": "stop"}, 20),
    "low clearance": ({"maxheight": "11'6\""}, 1),
    "interpolation": ({"addr__interpolation": None}, 10),
    "level crossing": ({"railway": "level_crossing"}, 3),
    "railway": ({"railway": "rail"}, 1),
    "beach": ({"natural": "beach", "name": "East Beach"}, 1),
    "harbor": ({"seamark__type": "harbour"}, 1),
    "trails": ({"highway": "path", "name": None}, 4),
    "schools": ({"amenity": "school"}, 4),
    "churches": ({"amenity": "place_of_worship"}, 10),
    "two gas stations of one brand": ({"amenity": "fuel", "brand": "Puffin Fuel"}, 2),
    "a third gas station": ({"amenity": "fuel"}, 3),
    "town landing and ramps": ({"leisure": "slipway"}, 4),
    "parking lots": ({"amenity": "parking"}, 4),
    "conservation land": ({"leisure": "nature_reserve"}, 4),
    "cranberry bogs": ({"crop": "cranberry"}, 6),
    "fields": ({"landuse": "farmland"}, 40),
    "marsh": ({"wetland": "saltmarsh"}, 5),
    "estuary islands": ({"place": "islet"}, 3),
    "own fire stations": ({"amenity": "fire_station", "operator": "Brantport Fire Department"}, 2),
    "police station": ({"amenity": "police"}, 1),
    "hydrants": ({"emergency": "fire_hydrant", "ref": None}, 15),
    "villages": ({"place": "village"}, 5),
    "nickname": ({"place": "village", "loc_name": "The Head"}, 1),
    "coastline": ({"natural": "coastline"}, 2),
}


@pytest.mark.parametrize("case", HARD_CASES)
def test_hard_case_is_there(sample, case):
    tags, least = HARD_CASES[case]
    assert len(has(sample, **tags)) >= least


def test_via_way_restriction_is_there(sample):
    members = [m for m, t in sample.relations.values() if t["type"] == "restriction"]
    assert any(kind == "w" and role == "via" for row in members for kind, _, role in row)


def test_restriction_members_meet_at_the_via(sample):
    for members, tags in sample.relations.values():
        if tags["type"] != "restriction":
            continue
        ends = {role: set() for role in ("from", "via", "to")}
        for kind, ref, role in members:
            ends[role] |= {ref} if kind == "n" else {sample.ways[ref][0][0], sample.ways[ref][0][-1]}
        assert ends["from"] & ends["via"], tags
        assert ends["via"] & ends["to"], tags


def test_streets_that_sound_alike_or_have_a_twin_next_door(sample):
    where = towns(sample)
    named = {}
    for way, (_, tags) in sample.roads().items():
        if "name" in tags:
            middle = LineString(sample.points(way)).interpolate(0.5, normalized=True)
            town = next((name for name, area in where.items() if area.contains(middle)), None)
            named.setdefault(tags["name"], set()).add(town)
    assert {"Daniel Street", "Daniel Avenue", "Wicks Lane", "Wix Lane", "Whicks Landing", "Wicks Bridge Road"} <= set(
        named
    )
    assert {"North Main Road", "South Main Road"} <= set(named)
    assert named["Daniel Street"] == {"Brantport", "Halsey"}
    assert named["Main Street"] == {"Brantport", "Littlebourne"}
    assert {"Brantport", "Dunmark"} <= named["North Main Road"]


def test_counts(sample):
    where = towns(sample)
    streets, own = set(), set()
    for way, (_, tags) in sample.roads().items():
        if "name" in tags:
            middle = LineString(sample.points(way)).interpolate(0.5, normalized=True)
            town = next((name for name, area in where.items() if area.contains(middle)), "")
            streets.add((tags["name"], town))
            own |= {tags["name"]} if town == "Brantport" else set()
    assert 220 <= len(own) <= 280
    assert len(streets) >= 260
    assert 3_800 <= len(sample.tagged("addr:housenumber")) <= 4_800
    kinds = ("amenity", "shop", "office", "craft", "leisure", "tourism", "club")
    places = [t for t in sample.tagged("name") if any(k in t for k in kinds)]
    assert len(places) >= 400
    assert sum("phone" in t for t in places) >= 350
    assert sum("opening_hours" in t for t in places) >= 320
    assert (SAMPLE / "sample.osm.pbf").stat().st_size < 2_000_000


def test_house_numbers_are_unique_and_rise_along_their_street(sample):
    seen = set()
    for tags in sample.tagged("addr:housenumber"):
        key = (tags["addr:city"], tags["addr:street"], tags["addr:housenumber"], tags.get("addr:unit"))
        assert key not in seen
        seen.add(key)
    line = [w for w in sample.ways.values() if w[1].get("name") == "Highland Road"]
    assert line
    spots = [
        (sample.nodes[n][1], int(re.match(r"\d+", t["addr:housenumber"])[0]))
        for n, (_, _, t) in sample.nodes.items()
        if t.get("addr:street") == "Highland Road"
    ]
    north = [number for lat, number in spots if lat > 40.91]
    south = [number for lat, number in spots if lat < 40.86]
    assert max(north, default=0) < min(south, default=10_000)


def test_every_address_names_a_street_of_its_town(sample):
    names = {t["name"] for _, t in sample.roads().values() if "name" in t}
    assert {t["addr:street"] for t in sample.tagged("addr:street")} <= names


def test_all_telephones_and_sites_are_kept_for_fiction(sample):
    phones = [t["phone"] for t in sample.tagged("phone")]
    assert phones
    assert all(re.fullmatch(r"\+1-39[0-9]-555-01\d\d", p) for p in phones)
    assert all(t["website"].startswith("https://www.example.org/") for t in sample.tagged("website"))
    pack = "\n".join(p.read_text(encoding="utf-8") for p in sorted((SAMPLE / "pack").glob("*.yaml")))
    assert all("555-01" in line for line in re.findall(r"phone: [^,}\n]+", pack))
    assert set(re.findall(r"https?://([^/\"]+)", pack)) == {"www.example.org"}
    assert set(re.findall(r"@([\w.]+)", pack)) <= {"example.org"}


def test_says_that_it_is_fictional(sample):
    boundaries = [t for _, t in sample.relations.values() if t["type"] == "boundary"]
    assert len(boundaries) == 6
    assert all(t["note"] == "fictional" and "fictional" in t["official_name"] for t in boundaries)
    meta = yaml.safe_load((SAMPLE / "pack" / "pack.yaml").read_text(encoding="utf-8"))
    assert meta["fictional"] is True
    assert "fictional" in meta["notice"]


def test_no_town_or_state_is_a_real_one(sample, shared_data):
    with (shared_data / "westport-ma" / "ma_351_towns.csv").open(encoding="utf-8") as file:
        real = {row["TOWN20"].title() for row in csv.DictReader(file)}
    assert len(real) == 351
    real |= {name.replace("-", " ") for name in RHODE_ISLAND} | {"Massachusetts", "Rhode Island", "Connecticut"}
    ours = {t["name"] for _, t in sample.relations.values() if t["type"] == "boundary"}
    ours |= {t["name"] for t in sample.tagged("place") if t["place"] in ("village", "hamlet")}
    ours |= {t["addr:city"] for t in sample.tagged("addr:city")}
    assert not ours & real


def test_lies_on_the_open_atlantic(sample):
    for lon, lat, _ in sample.nodes.values():
        assert -69.75 < lon < -69.4
        assert 40.8 < lat < 41.0


def road_graph(sample, keep=lambda point: True):
    graph = nx.Graph()
    for nodes, _ in sample.roads().values():
        for a, b in pairwise(nodes):
            if keep(sample.nodes[a][:2]) and keep(sample.nodes[b][:2]):
                graph.add_edge(a, b)
    return graph


def test_all_roads_are_one_network(sample):
    assert nx.number_connected_components(road_graph(sample)) == 1


def test_every_ramp_joins_two_roads(sample):
    uses = Counter(n for nodes, _ in sample.roads().values() for n in set(nodes))
    ramps = [nodes for nodes, t in sample.roads().values() if t["highway"] == "trunk_link"]
    ends = {nodes[0] for nodes in ramps} | {nodes[-1] for nodes in ramps}
    assert all(uses[n] >= 2 for n in ends)


def test_traffic_can_reach_every_road_and_leave_it_again(sample):
    graph = nx.DiGraph()
    for nodes, tags in sample.roads().values():
        oneway = "yes" if tags.get("junction") == "roundabout" else tags.get("oneway", "no")
        pairs = list(pairwise(nodes))
        graph.add_edges_from(pairs if oneway != "-1" else [])
        graph.add_edges_from([(b, a) for a, b in pairs] if oneway not in ("yes",) else [])
    parts = sorted(nx.strongly_connected_components(graph), key=len)
    stray = {n for part in parts[:-1] for n in part}
    # Only the highway's two ends at the northern edge of the extract are open.
    names = {t.get("name") for nodes, t in sample.roads().values() if stray & set(nodes)}
    assert names <= {"Shore Highway", None}
    assert all(sample.nodes[n][1] > 40.94 for n in stray)


def test_the_neck_is_reached_only_through_the_neighbour_state(sample):
    own = towns(sample)["Brantport"]
    shapely.prepare(own)
    graph = road_graph(sample, keep=lambda point: own.contains(Point(point)))
    on_neck = {
        n
        for w, (nodes, t) in sample.roads().items()
        if t.get("name") == "Gannet Neck Road"
        for n in nodes
        if n in graph
    }
    hall = {
        n for w, (nodes, t) in sample.roads().items() if t.get("name") == "Central Avenue" for n in nodes if n in graph
    }
    assert on_neck
    assert hall
    parts = list(nx.connected_components(graph))
    assert not any(on_neck & part and hall & part for part in parts)
    cut_off = {
        t["name"]
        for nodes, t in sample.roads().values()
        if "name" in t and any(on_neck & p & set(nodes) for p in parts)
    }
    assert "Atlantic Avenue" in cut_off
    # The way round stays within the default margin of 8 km.
    neighbour = towns(sample)["Littlebourne"]
    assert max(Point(p).distance(own) for p in neighbour.exterior.coords) * DEG < 8_000


def test_no_road_runs_through_water_but_on_a_bridge_or_causeway(sample):
    water = []
    for members, tags in sample.relations.values():
        if tags.get("natural") in ("water", "bay"):
            lines = [LineString(sample.points(ref)) for _, ref, _ in members]
            holes = shapely.union_all(
                [Polygon(line) for line, m in zip(lines, members, strict=True) if m[2] == "inner"]
            )
            water += [
                Polygon(line).difference(holes) for line, m in zip(lines, members, strict=True) if m[2] == "outer"
            ]
    water += [Polygon(sample.points(w)) for w, (_, t) in sample.ways.items() if t.get("natural") == "water"]
    wet = shapely.union_all(water).buffer(-2.0 / DEG)
    shapely.prepare(wet)
    crossing = {
        t.get("name")
        for way, (_, t) in sample.roads().items()
        if not {"bridge", "embankment", "ford"} & t.keys() and wet.intersects(LineString(sample.points(way)))
    }
    assert crossing == set()


def test_objects_are_sorted_with_positive_ids_and_whole(sample):
    rank = {"n": 0, "w": 1, "r": 2}
    keys = [(rank[kind], number) for kind, number in sample.order]
    assert keys == sorted(keys)
    assert min(number for _, number in keys) > 0
    assert len(set(keys)) == len(keys)
    assert all(n in sample.nodes for nodes, _ in sample.ways.values() for n in nodes)
    assert all(2 <= len(nodes) <= 2000 for nodes, _ in sample.ways.values())
    store = {"n": sample.nodes, "w": sample.ways, "r": sample.relations}
    assert all(ref in store[kind] for members, _ in sample.relations.values() for kind, ref, _ in members)
