"""Who is cut off: parts of the road network that can't be reached from the rest, or from any station."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import shapely

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geopandas import GeoDataFrame
    from shapely.geometry.base import BaseGeometry

__all__ = ["connectivity"]

_NAMED = 6
_STATIONS = ("amenity=fire_station", "amenity=police", "emergency=ambulance_station")
_STATION_CATEGORIES = ("fire_station", "police", "ambulance_station")
_NEAR_M = 250.0
_YARD_M = 300.0


def connectivity(layers: Mapping[str, GeoDataFrame], own: BaseGeometry, epsg: int) -> dict[str, Any]:
    """Report what of a town's roads can't be reached.

    Parameters
    ----------
    layers
        The tables of a town.
    own
        The town's own area, EPSG:4326.
    epsg
        Its projected CRS.

    Returns
    -------
    dict
        ``components`` (of the whole network, strongly connected), ``dead_components`` (all but the largest) and
        ``dead_road_m``; ``origins`` ("stations" or "largest component"); and ``unreachable``: each part of the town
        itself that can't be reached from there, with ``road_m``, ``addresses``, ``streets`` and ``localities``, the longest first.
    """
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import breadth_first_order, connected_components

    edges, nodes = layers["edges"], layers["nodes"]
    if len(edges) == 0:
        return {"components": 0, "dead_components": 0, "dead_road_m": 0.0, "origins": "none", "unreachable": []}
    order = np.argsort(nodes["osmid"].to_numpy())
    ids = nodes["osmid"].to_numpy()[order]
    tail, head = (order[np.searchsorted(ids, edges[c].to_numpy())] for c in ("u", "v"))
    graph = coo_matrix((np.ones(len(edges)), (tail, head)), shape=(len(nodes), len(nodes))).tocsr()
    count, label = connected_components(graph, directed=True, connection="strong")
    largest = int(np.argmax(np.bincount(label)))
    segments = edges["segment_id"].drop_duplicates().index.to_numpy()
    length = edges["length"].to_numpy()
    dead = label[tail[segments]] != largest

    origins, kind = _origins(layers, nodes, own, epsg, label == largest)
    if not len(origins):
        origins, kind = np.flatnonzero(label == largest)[:1], "largest component"
    reached = np.zeros(len(nodes), dtype=bool)
    for node in origins:
        if not reached[node]:
            reached[breadth_first_order(graph, node, return_predecessors=False)] = True
    shapely.prepare(own)
    lines = edges.geometry.to_numpy()[segments]
    lost = segments[~reached[head[segments]] & shapely.intersects(own, lines)]
    _, part = connected_components(graph, directed=False)
    near = {name: layers[name].to_crs(epsg) for name in ("addresses", "places")} if len(lost) else {}
    parts = [_part(edges.loc[lost[part[tail[lost]] == p]], near, epsg) for p in np.unique(part[tail[lost]])]
    parts.sort(key=lambda entry: -float(entry["road_m"]))
    return {
        "components": int(count),
        "dead_components": int(count) - 1,
        "dead_road_m": float(length[segments[dead]].sum()),
        "origins": kind,
        "unreachable": parts,
    }


def _origins(
    layers: Mapping[str, GeoDataFrame],
    nodes: GeoDataFrame,
    own: BaseGeometry,
    epsg: int,
    main: npt.NDArray[np.bool_],
) -> tuple[npt.NDArray[np.int64], str]:
    """Return the node of each station of the town: the pack's stations, else those on the map.

    That is the nearest node of the main component when one lies within 300 m (a station's yard is often drawn apart from
    the street), else the nearest node of all.
    """
    from scipy.spatial import cKDTree

    places = layers["places"]
    surveyed = (places["source"] == "ng911") & places["category"].isin(_STATION_CATEGORIES)
    mapped = places[places["kind"].isin(_STATIONS) | surveyed]
    for frame, kind in ((layers["stations"], "stations"), (mapped, "stations on the map")):
        frame = frame[~frame.geometry.isna() & ~frame.geometry.is_empty]
        frame = frame[frame.geometry.intersects(own)]
        if len(frame):
            metric, at = nodes.to_crs(epsg).geometry, frame.to_crs(epsg).geometry
            xy, stations = np.column_stack([metric.x, metric.y]), np.column_stack([at.x, at.y])
            _, nearest = cKDTree(xy).query(stations)
            apart_m, row = cKDTree(xy[main]).query(stations)
            return np.unique(np.where(apart_m <= _YARD_M, np.flatnonzero(main)[row], nearest)), kind
    return np.zeros(0, dtype=np.int64), "none"


def _part(edges: GeoDataFrame, near: Mapping[str, GeoDataFrame], epsg: int) -> dict[str, Any]:
    """Describe one unreachable part: its length, addresses, longest streets and the localities in it."""
    by_name = edges.groupby("name")["length"].sum().sort_values(ascending=False)
    lines = edges.to_crs(epsg).geometry.to_numpy()
    inside = {
        name: frame.iloc[np.unique(frame.sindex.query(lines, predicate="dwithin", distance=_NEAR_M)[1])]
        for name, frame in near.items()
    }
    places = inside["places"]
    localities = places[places["kind"].fillna("").str.startswith("place=")]["name"].dropna()
    middle = shapely.centroid(shapely.geometrycollections(edges.geometry.to_numpy()))
    return {
        "road_m": float(edges["length"].sum()),
        "addresses": len(inside["addresses"]),
        "streets": by_name.index[:_NAMED].tolist(),
        "localities": sorted(set(localities))[:_NAMED],
        "lon": round(middle.x, 5),
        "lat": round(middle.y, 5),
    }
