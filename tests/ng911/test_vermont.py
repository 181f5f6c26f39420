"""Real layers: one Vermont county, counted independently with pyogrio, pandas and networkx; and seven as one town."""

from __future__ import annotations

import itertools
import json
import random
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely

from geo_dispatch.ng911 import read_ng911
from geo_dispatch.schema import SourceLayers

FIELDS = Path(__file__).with_name("vermont_fields.yaml")
WALKED = ("S1710", "S1720", "S1820", "S1830")


@pytest.fixture(scope="module")
def folder(shared_data: Path) -> Path:
    return shared_data / "ng911" / "addison-vt"


@pytest.fixture(scope="module")
def addison(folder: Path) -> SourceLayers:
    return read_ng911(roads=folder / "addison_roads.geojson.gz", addresses=folder / "addresses.csv.gz", fields=FIELDS)


@pytest.fixture(scope="module")
def raw_points(folder: Path) -> pd.DataFrame:
    return pd.read_csv(folder / "addresses.csv.gz", dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def raw_roads(folder: Path) -> pd.DataFrame:
    roads = pyogrio.read_dataframe(f"/vsigzip/{folder / 'addison_roads.geojson.gz'}")
    return roads[~roads["MTFCC"].isin(WALKED)]


@pytest.fixture(scope="module")
def raw_graph(raw_roads: pd.DataFrame) -> nx.Graph:
    """Every vertex a node, every step an edge: what the lines say when each shared vertex is a junction."""
    graph = nx.Graph()
    for line in raw_roads.geometry:
        for a, b in itertools.pairwise(line.coords):
            if a != b:
                graph.add_edge(a, b, length=np.hypot(a[0] - b[0], a[1] - b[1]))
    return graph


@pytest.fixture(scope="module")
def segment_graph(addison: SourceLayers) -> nx.MultiGraph:
    roads = addison.layer("road_segments")
    graph = nx.MultiGraph()
    lengths = shapely.length(roads.geometry.to_numpy())
    graph.add_weighted_edges_from(zip(roads["from_node"], roads["to_node"], lengths, strict=True), weight="length")
    return graph


def test_every_line_is_read(addison: SourceLayers, raw_roads: pd.DataFrame) -> None:
    assert addison.counts["road_lines"] == 4_231
    assert addison.counts["paths"] == 4_231 - len(raw_roads) == len(addison.layer("basemap_lines"))


def test_no_stretch_of_road_is_lost_or_told_twice(addison: SourceLayers, raw_graph: nx.Graph) -> None:
    steps = sum(length for _, _, length in raw_graph.edges.data("length"))
    told = shapely.length(addison.layer("road_segments").geometry.to_numpy()).sum()
    assert told == pytest.approx(steps, rel=1e-9)


def test_the_network_hangs_together_as_the_lines_do(raw_graph: nx.Graph, segment_graph: nx.MultiGraph) -> None:
    raw = sorted(len(part) for part in nx.connected_components(raw_graph))
    joined = sorted(len(part) for part in nx.connected_components(segment_graph))
    assert len(raw) == len(joined)
    assert sum(degree >= 3 for _, degree in raw_graph.degree) == sum(degree >= 3 for _, degree in segment_graph.degree)


def test_shortest_ways_are_those_over_the_raw_lines(
    addison: SourceLayers, raw_graph: nx.Graph, segment_graph: nx.MultiGraph
) -> None:
    nodes = addison.layer("road_nodes")
    place = dict(zip(nodes["osmid"], zip(nodes["x"], nodes["y"], strict=True), strict=True))
    main = sorted(max(nx.connected_components(segment_graph), key=len))
    rng = random.Random(7)
    for _ in range(5):
        start = rng.choice(main)
        over_segments = nx.single_source_dijkstra_path_length(segment_graph, start, weight="length")
        over_lines = nx.single_source_dijkstra_path_length(raw_graph, place[start], weight="length")
        for goal in rng.sample(main, 50):
            assert over_segments[goal] == pytest.approx(over_lines[place[goal]], abs=1e-9)


def test_classes_and_names_follow_the_codes(addison: SourceLayers, raw_roads: pd.DataFrame) -> None:
    roads = addison.layer("road_segments")
    assert set(roads["highway"]) == {"primary", "secondary", "residential", "service", "track", "motorway_link"}
    routes = {ref for text in roads["ref"].dropna() for ref in text.split(";")}
    told = raw_roads.loc[raw_roads["RTTYP"].isin(["S", "U"]), "FULLNAME"]
    assert (
        routes
        == {text.replace("State Rte", "VT").replace("US Hwy", "US") for text in told} | {"VT 7", "VT 116"} & routes
    )
    assert addison.counts["unnamed_road_lines"] == raw_roads["FULLNAME"].isna().sum()


def test_every_point_is_an_address(addison: SourceLayers, raw_points: pd.DataFrame) -> None:
    addresses = addison.layer("addresses")
    assert len(addresses) == len(raw_points) == 20_042
    by_town = addresses["municipality"].str.upper().value_counts().to_dict()
    assert by_town == raw_points["town"].value_counts().to_dict()
    assert addison.counts["addresses_without_number"] == (raw_points["house_number"].astype(int) == 0).sum()


def test_a_house_number_is_kept_exactly(addison: SourceLayers, raw_points: pd.DataFrame) -> None:
    addresses = addison.layer("addresses").set_index("address_id")
    for raw in raw_points.sample(500, random_state=1).itertuples():
        row = addresses.loc[f"ng911:{raw.esiteid}"]
        assert max(row["number"], 0) == int(raw.house_number)
        assert (row["postcode"], row["esn"], row["number_suffix"] or "") == (raw.zip, raw.esn, raw.suffix)
        assert (row.geometry.x, row.geometry.y) == (float(raw.lon), float(raw.lat))
        names = [row["street"], *json.loads(row["aliases"] or "[]")]
        assert raw.street.casefold() in {name.casefold() for name in names}


def test_aliases_are_names_without_their_dates(addison: SourceLayers) -> None:
    aliases = {name for text in addison.layer("addresses")["aliases"].dropna() for name in json.loads(text)}
    assert "Route 22A" in aliases
    assert not [name for name in aliases if "|" in name or "/20" in name]


def test_streets_named_alike_are_matched(
    addison: SourceLayers, raw_points: pd.DataFrame, raw_roads: pd.DataFrame
) -> None:
    alike = set(raw_points["street"]) & set(raw_roads["FULLNAME"].dropna().str.upper())
    unmatched = {problem.object_id.upper() for problem in addison.problems if problem.kind == "street_without_road"}
    assert len(alike) > 900
    assert not alike & unmatched
    assert addison.counts["addresses_without_road"] <= (~raw_points["street"].isin(alike)).sum()
    assert addison.counts["addresses_without_road"] / len(raw_points) < 0.06


def test_sites_people_ask_for_are_places(addison: SourceLayers, raw_points: pd.DataFrame) -> None:
    places = addison.layer("places")
    for category, site_type in (
        ("fire_station", "FIRE STATION"),
        ("police", "LAW ENFORCEMENT"),
        ("school", "SCHOOL K / 12"),
    ):
        assert (places["category"] == category).sum() == (raw_points["sitetype"] == site_type).sum()
    assert places["place_id"].isin(addison.layer("addresses")["address_id"]).all()
    assert places["name"].notna().all()


@pytest.mark.slow
def test_seven_counties_are_one_town(shared_data: Path) -> None:
    layers = shared_data / "ng911"
    files = [
        layers / "addison-vt" / "addison_roads.geojson.gz",
        *sorted((layers / "vt-seven-counties").glob("*_roads*")),
    ]
    points = layers / "vt-seven-counties" / "addresses.csv.gz"
    read = read_ng911(roads=files, addresses=points, fields=FIELDS)
    lines = sum(pyogrio.read_info(f"/vsigzip/{file}")["features"] for file in files)
    assert read.counts["road_lines"] == lines
    told = len(pd.read_csv(points, usecols=["esiteid"]))
    empty = [problem for problem in read.problems if problem.kind == "empty_address"]
    assert (told, len(read.layer("addresses"))) == (110_447, told - len(empty))
    assert read.counts["limited_access_crossings_kept_apart"] > 100
    segments, nodes = read.layer("road_segments"), read.layer("road_nodes")
    assert set(segments["from_node"]) | set(segments["to_node"]) == set(nodes["osmid"])
    assert segments["segment_id"].tolist() == list(range(len(segments)))
