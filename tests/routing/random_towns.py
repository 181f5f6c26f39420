"""Small random road networks, and an independent way to route on them."""

from __future__ import annotations

import itertools
import math

import geopandas as gpd
import networkx as nx
import numpy as np
import shapely

from geo_dispatch.geometry import Projection
from geo_dispatch.routing import RoadPoint
from geo_dispatch.routing.graph import RoadGraph
from geo_dispatch.town.town import Town, town_from_layers

EPSG = 32619
AT_NODE_M = 0.1
ORIGIN = (330_000.0, 4_600_000.0)


def random_town(
    seed: int, *, nodes: int = 9, segments: int = 18, two_way: bool = False, private_share: float = 0.3
) -> Town:
    """Make a town of random roads: parallel and looped segments, one-ways, private ways, a barrier or two."""
    rng = np.random.default_rng(seed)
    projection = Projection(EPSG)
    lon, lat = projection.arrays_to_lonlat(
        ORIGIN[0] + rng.uniform(0, 2000, nodes), ORIGIN[1] + rng.uniform(0, 2000, nodes)
    )
    barrier = np.where(rng.random(nodes) < 0.1, "bollard", None)
    node_rows = gpd.GeoDataFrame(
        {"osmid": np.arange(nodes) + 1, "x": lon, "y": lat, "street_count": 2, "barrier": None if two_way else barrier},
        geometry=gpd.points_from_xy(lon, lat),
        crs=4326,
    )
    rows: list[dict[str, object]] = []
    shapes = []
    used: dict[tuple[int, int], int] = {}
    for segment in range(segments):
        a, b = (int(n) for n in rng.integers(0, nodes, 2))
        ways = "both" if two_way else rng.choice(["both", "both", "forward", "backward"])
        access = "private" if rng.random() < private_share else None
        middle = [(float(lon[a]) + rng.normal(0, 2e-3), float(lat[a]) + rng.normal(0, 2e-3))]
        line = shapely.LineString([(lon[a], lat[a]), *middle, (lon[b], lat[b])])
        for reverse in (False, True):
            if ways == ("backward", "forward")[reverse]:
                continue
            u, v = (b, a) if reverse else (a, b)
            key = used[u, v] = used.get((u, v), -1) + 1
            length = float(rng.uniform(50, 500)) if rng.random() < 0.9 else 100.0
            rows.append(
                {
                    "u": u + 1, "v": v + 1, "key": key, "segment_id": segment, "reversed": reverse, "length": length,
                    "travel_time": length / 10, "speed_kph": 36.0, "street_id": -1, "highway": "residential",
                    "access": access, "name": f"Road {segment}",
                }
            )  # fmt: skip
            shapes.append(shapely.reverse(line) if reverse else line)
    edges = gpd.GeoDataFrame(rows, geometry=shapes, crs=4326)
    if two_way:
        edges["travel_time"] = edges.groupby("segment_id")["travel_time"].transform("first")
    return town_from_layers({"nodes": node_rows, "edges": edges}, name="Random", epsg=EPSG)


def random_point(town: Town, rng: np.random.Generator, usable: np.ndarray) -> RoadPoint:
    """Draw a point on a usable road; one in four lies at the end of a segment."""
    segment = int(rng.choice(np.flatnonzero(usable)))
    length = float(town.network.segment_length_m[segment])
    return RoadPoint(segment, float(rng.choice([0.0, length, *rng.uniform(0, length, 6)])))


def oracle_time_s(graph: RoadGraph, origin: RoadPoint, destination: RoadPoint) -> float:
    """Route by networkx over (node, phase): phase 0 leaving on end roads, 1 through roads, 2 arriving on end roads.

    The two points split their segments into nodes of their own; the graph's own states are not used.
    """
    network = graph.network
    plain = nx.MultiDiGraph()
    cuts: dict[int, list[tuple[float, str]]] = {}
    for point, name in ((origin, "origin"), (destination, "destination")):
        share = point.along_m / float(network.segment_length_m[point.segment])
        cuts.setdefault(point.segment, []).append((min(max(share, 0.0), 1.0), name))
    for arc in np.flatnonzero(np.isfinite(graph.arc_time_s)).tolist():
        segment = int(network.arc_segment[arc])
        backwards = bool(network.arc_reversed[arc])
        at = sorted((1 - share if backwards else share, name) for share, name in cuts.get(segment, []))
        tail, head = int(network.arc_from[arc]), int(network.arc_to[arc])
        stops = [(0.0, ("out", tail)), *at, (1.0, ("in", head))]
        for (share_a, a), (share_b, b) in itertools.pairwise(stops):
            seconds = (share_b - share_a) * float(graph.arc_time_s[arc])
            plain.add_edge(a, b, seconds=seconds, ends=bool(graph.arc_ends_only[arc]))
    phased: nx.DiGraph = nx.DiGraph()

    def link(a: object, b: object, seconds: float) -> None:
        if not phased.has_edge(a, b) or phased[a][b]["seconds"] > seconds:
            phased.add_edge(a, b, seconds=seconds)

    for a, b, data in plain.edges(data=True):
        for phase in (0, 2) if data["ends"] else (1,):
            link((a, phase), (b, phase), data["seconds"])
    for node in range(network.node_count):
        if not graph.node_blocked[node]:
            for phase in range(3):
                for later in range(phase, 3):
                    link((("in", node), phase), (("out", node), later), 0.0)
    for point, name in ((origin, "origin"), (destination, "destination")):
        length = float(network.segment_length_m[point.segment])
        arcs = [int(a[point.segment]) for a in (network.segment_forward_arc, network.segment_backward_arc)]
        private = any(bool(graph.arc_ends_only[a]) for a in arcs if a >= 0)  # closed or not
        ends = (
            (point.along_m <= AT_NODE_M, network.segment_from),
            (point.along_m >= length - AT_NODE_M, network.segment_to),
        )
        for node in [int(nodes[point.segment]) for there, nodes in ends if there][:1]:  # standing at a crossing
            if graph.node_blocked[node]:
                continue
            if name == "origin":
                for phase in (0, 1) if private else (1,):
                    link(("origin", 0), (("out", node), phase), 0.0)
                    link(("origin", 0), (("out", node), 2), 0.0)
                    link(("origin", 0), (("in", node), phase), 0.0)
            else:
                for phase in (0, 1, 2) if private else (0, 1):
                    link((("in", node), phase), ("destination", 0), 0.0)
    for name in ("origin", "destination"):
        for phase in range(3):
            for later in range(3):
                link((name, phase), (name, later), 0.0)
    # two points at one place of one segment
    if len(cuts) == 1:
        (both,) = cuts.values()
        if both[0][0] == both[1][0]:
            link(("origin", 0), ("destination", 0), 0.0)
    if ("origin", 0) not in phased or ("destination", 0) not in phased:
        return math.inf
    try:
        return float(nx.dijkstra_path_length(phased, ("origin", 0), ("destination", 0), weight="seconds"))
    except nx.NetworkXNoPath:
        return math.inf
