"""Streets and intersections: which segments bear one name, and where two names meet."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo_dispatch.geometry import Projection
from geo_dispatch.locate.normalise import route_network, street_key
from geo_dispatch.schema import TOWN_TABLES, conform, empty_layer

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

__all__ = ["StreetIndex", "make_intersections", "make_streets", "split_refs"]

_CLUSTER_M = 120.0
_NEAR_M = 2000.0


def split_refs(ref: str | None) -> list[str]:
    """Split a ``ref`` value into route numbers.

    >>> split_refs("MA 88; US 6")
    ['MA 88', 'US 6']
    """
    return [part.strip() for part in (ref or "").split(";") if part.strip()]


class StreetIndex:
    """Streets by normalised name and municipality, for finding the street of an address.

    Parameters
    ----------
    streets
        The table ``streets``.
    epsg
        The town's projected CRS.
    """

    def __init__(self, streets: GeoDataFrame, epsg: int) -> None:
        self._roads: dict[str, list[int]] = defaultdict(list)
        self._routes: dict[str, list[int]] = defaultdict(list)
        self._numbered: dict[str, list[int]] = defaultdict(list)
        self._town = streets["municipality"].tolist()
        self._lines = streets.geometry.to_crs(epsg).to_numpy()
        self._projection = Projection(epsg)
        for row, (name, names, kind) in enumerate(zip(*(streets[c] for c in ("name", "names", "kind")), strict=True)):
            others = json.loads(names or "[]")
            numbers = {street_key(other["name"]) for other in others if other["kind"] == "ref"}
            if kind == "route":
                index, keys = self._routes, {street_key(name), *numbers}
            else:
                spoken = {street_key(other["name"]) for other in others if other["kind"] != "ref"}
                index, keys = self._roads, {street_key(name), *spoken}
                for key in numbers:
                    self._numbered[key].append(row)
            for key in keys:
                index[key].append(row)

    def find(self, names: list[str], municipality: str | None, lon: float, lat: float) -> int:
        """Return the street that bears one of the names; -1 when none does.

        A road of that name in the municipality comes first, then a route of that number, a road that carries it, and a
        road of another municipality: these only within 2 km, as where a road's line is the town line.

        Parameters
        ----------
        names
            The street's name as written, then its other names.
        municipality
            Where the address lies; None when unknown.
        lon, lat
            Degrees.
        """
        point = shapely.Point(self._projection.to_xy(lon, lat))
        for name in names:
            key = street_key(name)
            roads = self._roads.get(key, [])
            home = [row for row in roads if municipality is not None and self._town[row] == municipality]
            if home:
                return min(home, key=lambda row: float(shapely.distance(self._lines[row], point)))
            for rows in (self._routes.get(key, []), self._numbered.get(key, []), roads):
                near = min(((float(shapely.distance(self._lines[row], point)), row) for row in rows), default=None)
                if near is not None and near[0] <= _NEAR_M:
                    return near[1]
        return -1


def _route_key(ref: str) -> str:
    """Return what is equal for two writings of one route number: US 7 and VT 7 are two routes."""
    return f"{route_network(ref)}:{street_key(ref)}"


def make_streets(segments: GeoDataFrame) -> tuple[GeoDataFrame, list[int]]:
    """Group road segments into streets: by name and municipality, and by route number.

    Parameters
    ----------
    segments
        The layer ``road_segments`` with ``municipality`` and ``state``.

    Returns
    -------
    geopandas.GeoDataFrame
        The table ``streets`` without house numbers.
    list of int
        The street of each segment, its name before its number; -1 when it has neither.
    """
    columns = {c: segments[c].tolist() for c in ("name", "ref", "alt_names", "municipality", "state", "segment_id")}
    members: dict[tuple[str, str, str | None], list[int]] = defaultdict(list)
    for row, (name, ref, town) in enumerate(zip(*(columns[c] for c in ("name", "ref", "municipality")), strict=True)):
        if name is not None:
            members["road", street_key(name), town].append(row)
        for number in split_refs(ref):
            members["route", _route_key(number), None].append(row)
    if not members:
        return empty_layer(TOWN_TABLES["streets"]), [-1] * len(segments)
    street_of = [-1] * len(segments)
    rows: list[dict[str, Any]] = []
    shapes: list[shapely.MultiLineString] = []
    geometry = segments.geometry.to_numpy()
    for (kind, key, town), inside in members.items():
        names = _names_of(columns, inside, kind, key)
        states = [state for row in inside if (state := columns["state"][row]) is not None]
        rows.append(
            {
                "street_id": len(rows),
                "name": names[0]["name"],
                "names": json.dumps(names[1:], ensure_ascii=False),
                "kind": kind,
                "municipality": town,
                "state": Counter(states).most_common(1)[0][0] if states else None,
                "segment_ids": json.dumps([columns["segment_id"][row] for row in inside]),
            }
        )
        shapes.append(shapely.multilinestrings(geometry[inside]))
        for row in inside:
            if kind == "road" or (street_of[row] == -1 and columns["name"][row] is None):
                street_of[row] = rows[-1]["street_id"]
    import geopandas as gpd

    return conform(gpd.GeoDataFrame(rows, geometry=shapes, crs=4326), TOWN_TABLES["streets"]), street_of


def _names_of(columns: dict[str, list[Any]], inside: list[int], kind: str, key: str) -> list[dict[str, str]]:
    """Return every name of a street, the commonest first; a route's main name is its number."""
    names = [columns["name"][row] for row in inside if columns["name"][row] is not None]
    numbers = [number for row in inside for number in split_refs(columns["ref"][row])]
    if kind == "road":
        main = Counter(names).most_common(1)[0][0]
        found = {(name, "name") for name in names} | {(number, "ref") for number in numbers}
        for text in {columns["alt_names"][row] for row in inside} - {None}:
            found |= {(other["name"], other["kind"]) for other in json.loads(text)}
    else:
        own = [number for number in numbers if _route_key(number) == key]
        main = Counter(own).most_common(1)[0][0]
        found = {(number, "ref") for number in own} | {(name, "road_name") for name in names}
    return [{"name": main, "kind": "name"}, *({"name": n, "kind": k} for n, k in sorted(found) if n != main)]


def make_intersections(nodes: GeoDataFrame, segments: GeoDataFrame, streets: GeoDataFrame) -> GeoDataFrame:
    """Find the nodes where two or more streets meet.

    Parameters
    ----------
    nodes
        The table ``nodes``.
    segments
        Road segments with ``from_node``, ``to_node``, ``segment_id`` and ``street_id``.
    streets
        The table ``streets``.

    Returns
    -------
    geopandas.GeoDataFrame
        The table ``intersections``; nodes of one pair of streets within 120 m share a ``cluster_id``.
    """
    import geopandas as gpd

    ends = dict(zip(segments["segment_id"], zip(segments["from_node"], segments["to_node"], strict=True), strict=True))
    streets_at: dict[int, set[int]] = defaultdict(set)
    for street, text in zip(streets["street_id"], streets["segment_ids"], strict=True):
        for segment in json.loads(text):
            for node in ends[segment]:
                streets_at[node].add(street)
    known = {int(osmid): row for row, osmid in enumerate(nodes["osmid"])}
    signed_at: dict[int, set[int]] = defaultdict(set)
    for street, pair in zip(segments["street_id"], ends.values(), strict=True):
        if street >= 0:
            for node in pair:
                signed_at[node].add(street)
    kind = streets["kind"].tolist()
    names = streets["name"].tolist()
    keys = [street_key(name) for name in names]
    known = {int(osmid): row for row, osmid in enumerate(nodes["osmid"])}
    rows: list[dict[str, Any]] = []
    for node, meeting in streets_at.items():
        # A road that only changes municipality, or meets the route that it carries itself, is no crossing.
        if node not in known or len({keys[street] for street in signed_at[node]}) < 2:
            continue
        ordered = sorted(meeting, key=lambda s: (kind[s] != "road", s))
        spoken = list(dict.fromkeys(names[s] for s in ordered if kind[s] == "road")) or [names[s] for s in ordered]
        if len(spoken) < 2:
            spoken = list(dict.fromkeys(names[s] for s in ordered))
        rows.append({"node": node, "name": " & ".join(spoken), "street_ids": json.dumps(ordered)})
    if not rows:
        return empty_layer(TOWN_TABLES["intersections"])
    where = [known[row["node"]] for row in rows]
    frame = gpd.GeoDataFrame(rows, geometry=nodes.geometry.to_numpy()[where], crs=4326)
    frame["intersection_id"] = np.arange(len(frame))
    frame["municipality"] = nodes["municipality"].to_numpy()[where]
    frame["state"] = nodes["state"].to_numpy()[where]
    frame["cluster_id"] = _clusters(frame)
    return conform(frame, TOWN_TABLES["intersections"])


def _clusters(frame: GeoDataFrame) -> list[int]:
    """Give crossings of the same streets within 120 m one number: a divided road is crossed twice, not at two places."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial import cKDTree

    metric = frame.to_crs(frame.estimate_utm_crs())
    xy = np.column_stack([metric.geometry.x, metric.geometry.y])
    pairs = cKDTree(xy).query_pairs(_CLUSTER_M, output_type="ndarray")
    streets = [frozenset(json.loads(text)) for text in frame["street_ids"]]
    same = np.array([len(streets[a] & streets[b]) >= 2 for a, b in pairs], dtype=bool)
    pairs = pairs[same] if len(pairs) else np.zeros((0, 2), dtype=np.int64)
    graph = coo_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(frame), len(frame)))
    labels: list[int] = connected_components(graph, directed=False)[1].tolist()
    return labels
