"""Write the town as one OSM file, sorted by type and id, the same bytes every time."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import osmium
from shapely.geometry import LineString

from sample_town.boundaries import add_boundaries
from sample_town.model import Restriction, Town
from sample_town.osmobjects import Objects

__all__ = ["to_objects", "write_osm"]


def to_objects(town: Town) -> Objects:
    """Give every part of the town its OSM objects."""
    out = Objects(town)
    for road in town.roads:
        out.road(road)
    for point, tags in town.node_tags:
        out.tag_node(point, tags)
    for restriction in town.restrictions:
        _add_restriction(out, restriction)
    _add_ground(out)
    for feature in town.features:
        out.feature(feature.geometry, feature.tags)
    for building in town.buildings:
        out.feature(building.outline, building.tags)
    on_nodes: dict[int, int] = {}
    for address in town.addresses:
        if address.on in ("node", "interpolation"):
            on_nodes[id(address)] = out.node(address.point, address.tags)
    for addresses, kind in town.interpolations:
        out.way([on_nodes[id(a)] for a in addresses], {"addr:interpolation": kind})
    for place in town.places:
        if place.outline is not None:
            out.feature(place.outline, place.tags)
        else:
            out.node(place.point, place.tags)
    add_boundaries(out)
    return out


def _add_ground(out: Objects) -> None:
    ground = out.town.ground
    for line in ground.coast:
        out.line(line, {"natural": "coastline"})
    estuary = out.town.spec["estuary"]["name"]
    for ring, name in ground.islands:
        tags = {"place": "islet" if ring.area < 1.0e5 else "island", "name": name}
        if ring.distance(ground.sea) < 1.0:
            tags["natural"] = "coastline"
        coords = list(ring.exterior.coords) if ring.exterior.is_ccw else list(reversed(ring.exterior.coords))
        out.ring(coords, tags)
    out.feature(ground.sea, {"natural": "bay", "name": "Penwick Sound"})
    out.feature(ground.estuary, {"natural": "water", "water": "river", "name": estuary, "tidal": "yes", "salt": "yes"})
    for pond, tags in ground.ponds:
        out.feature(pond, tags)
    for stream, name in ground.streams:
        out.line(stream, {"waterway": "stream", "name": name})
    for marsh, name in ground.marshes:
        if not marsh.is_empty:
            out.feature(marsh, {"natural": "wetland", "wetland": "saltmarsh", "tidal": "yes", "name": name})


def _add_restriction(out: Objects, row: Restriction) -> None:
    """Add a turn restriction; the ways must already end at the via node or via way."""
    ways = {number: nodes for number, nodes, _ in out.ways}
    if row.via:
        via = min(
            (way for way in out.road_ways[row.via]),
            key=lambda way: LineString([out.nodes[n - 1_000_000_001][1] for n in ways[way]]).distance(_point(row)),
        )
        ends = {ways[via][0], ways[via][-1]}
        members = [("w", via, "via")]
    else:
        node = min(
            out.road_nodes.items(), key=lambda item: (item[0][0] - row.near[0]) ** 2 + (item[0][1] - row.near[1]) ** 2
        )[1]
        ends = {node}
        members = [("n", node, "via")]
    start, goal = (
        _touching(out, ways, key, ends, row, role) for key, role in ((row.from_road, "from"), (row.to_road, "to"))
    )
    out.relation([("w", start, "from"), *members, ("w", goal, "to")], {"type": "restriction", **row.tags})


def _point(row: Restriction) -> LineString:
    return LineString([row.near, (row.near[0] + 0.1, row.near[1])])


def _touching(out: Objects, ways: dict[int, list[int]], key: str, ends: set[int], row: Restriction, role: str) -> int:
    """Find the road's way that ends at the via; "key@end" means the way that arrives there by its last node."""
    name, _, at = key.partition("@")
    for way in out.road_ways[name]:
        nodes = ways[way]
        first, last = nodes[0] in ends, nodes[-1] in ends
        if (at == "" and (first or last)) or (at == "end" and last) or (at == "start" and first):
            return way
    raise ValueError(f"restriction {row.tags}: no way of {key!r} ends at the via as {role}; split the road there")


def write_osm(town: Town, path: Path) -> dict[str, int]:
    """Write the town to an OSM file, replacing it; the format follows from the file's ending.

    Returns
    -------
    dict
        How many nodes, ways and relations were written.
    """
    out = to_objects(town)
    stamp = dt.datetime.fromisoformat(str(town.spec["timestamp"]).replace("Z", "+00:00"))
    header = osmium.io.Header()
    header.set("generator", "geo-dispatch sample town (fictional)")
    header.set("sorting", "Type_then_ID")
    common = {"version": 1, "timestamp": stamp, "visible": True}
    with osmium.SimpleWriter(str(path), header=header, overwrite=True) as writer:
        for number, point, tags in out.nodes:
            writer.add_node(
                osmium.osm.mutable.Node(id=number, location=town.frame.to_lonlat(point), tags=tags, **common)
            )
        for number, nodes, tags in out.ways:
            writer.add_way(osmium.osm.mutable.Way(id=number, nodes=nodes, tags=tags, **common))
        for number, members, tags in out.relations:
            writer.add_relation(osmium.osm.mutable.Relation(id=number, members=members, tags=tags, **common))
    return {"nodes": len(out.nodes), "ways": len(out.ways), "relations": len(out.relations)}
