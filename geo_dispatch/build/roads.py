"""From road segments, as sources deliver them, to the directed edges of a town file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import shapely

from geo_dispatch.geometry import geodesic_lengths_m
from geo_dispatch.routing.speeds import edge_speeds_kph
from geo_dispatch.schema import TOWN_TABLES, Problem, conform

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

__all__ = ["Roads", "make_roads", "midpoints"]

_SHORTEST_M = 0.01
_FORWARD = ("both", "forward", "reversible")
_BACKWARD = ("both", "backward", "reversible")


@dataclass(frozen=True, slots=True)
class Roads:
    """The tables ``nodes`` and ``edges``, and what was odd."""

    nodes: GeoDataFrame
    edges: GeoDataFrame
    problems: tuple[Problem, ...]


def midpoints(lines: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """Return the point halfway along each line, shape ``(n,)``."""
    result: npt.NDArray[np.object_] = shapely.line_interpolate_point(lines, 0.5, normalized=True)
    return result


def make_roads(road_nodes: GeoDataFrame, segments: GeoDataFrame) -> Roads:
    """Make directed edges of road segments: both ways unless one-way, with length, speed and travel time.

    Parameters
    ----------
    road_nodes, segments
        The layers ``road_nodes`` and ``road_segments`` of a source, the latter with ``street_id``, ``municipality`` and
        ``state`` besides.

    Returns
    -------
    Roads
        Edges unique in (u, v, key); only nodes that an edge touches. A reversible road gets an edge each way, since
        no map tells its present direction, and is named in the problems; vehicle profiles decide who may use it.
    """
    import pandas as pd

    problems: list[Problem] = []
    segments = segments.reset_index(drop=True)
    geometry = segments.geometry.to_numpy()
    coordinates, owner = shapely.get_coordinates(geometry, return_index=True)
    first = np.searchsorted(owner, np.arange(len(segments) + 1)).astype(np.int64)
    length = geodesic_lengths_m(coordinates[:, 0].copy(), coordinates[:, 1].copy(), first)
    for row in np.flatnonzero(length < _SHORTEST_M):
        problems.append(
            Problem(
                "zero_length_road",
                f"w{segments['osmid'].iat[row]}",
                f"counted as {_SHORTEST_M} m so that it stays passable",
            )
        )
    segments = segments.assign(length=np.maximum(length, _SHORTEST_M))
    reversible = segments[segments["direction"] == "reversible"]
    problems += [
        Problem(
            "reversible_road",
            f"w{way}",
            "an edge each way; the vehicle profile decides who may use it: ask which way it runs now",
        )
        for way in reversible["osmid"].unique()
    ]

    forward = segments[segments["direction"].isin(_FORWARD)]
    backward = segments[segments["direction"].isin(_BACKWARD)]
    ahead = forward.assign(u=forward["from_node"], v=forward["to_node"], reversed=False)
    ahead["posted"] = forward["maxspeed_forward_kph"]
    back = backward.assign(u=backward["to_node"], v=backward["from_node"], reversed=True)
    back["posted"] = backward["maxspeed_backward_kph"]
    back = back.set_geometry(shapely.reverse(backward.geometry.to_numpy()), crs=4326)
    edges = pd.concat([ahead, back]).sort_values(["segment_id", "reversed"], kind="stable").reset_index(drop=True)
    edges["oneway"] = ~edges["direction"].isin(["both", "reversible"])
    edges["key"] = edges.groupby(["u", "v"]).cumcount()
    edges["speed_kph"] = edge_speeds_kph(
        highway=edges["highway"],
        surface=edges["surface"],
        service=edges["service"],
        tracktype=edges["tracktype"],
        junction=edges["junction"],
        ford=edges["ford"],
        maxspeed_kph=edges["posted"].to_numpy(dtype=np.float64),
    )
    edges["travel_time"] = edges["length"] / (edges["speed_kph"] / 3.6)

    used = np.unique(edges[["u", "v"]].to_numpy())
    nodes = road_nodes[road_nodes["osmid"].isin(used)].drop_duplicates("osmid").copy()
    touched = pd.concat([segments["from_node"], segments["to_node"]]).value_counts()
    nodes["street_count"] = nodes["osmid"].map(touched).fillna(0).astype("int64")
    return Roads(nodes, conform(edges, TOWN_TABLES["edges"]), tuple(problems))
