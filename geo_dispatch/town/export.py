"""The road network as the graph that networkx and osmnx users know."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo_dispatch.town.town import Town

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["to_networkx"]

_TEXT_ATTRIBUTES = (
    "name", "ref", "highway", "junction", "service", "lanes", "maxspeed", "bridge", "tunnel", "access", "motor_vehicle",
    "emergency", "hgv", "surface", "toll", "ford", "municipality", "state",
)  # fmt: skip
_NUMBER_ATTRIBUTES = ("maxweight_t", "maxheight_m", "maxwidth_m")


def to_networkx(town: Town) -> nx.MultiDiGraph[int]:
    """Export the road network as an osmnx-compatible graph.

    Parameters
    ----------
    town
        The town.

    Returns
    -------
    networkx.MultiDiGraph
        Nodes are osmids with x, y (degrees) and street_count; edges carry osmid, length (metres), speed_kph,
        travel_time (seconds, car), oneway, reversed, geometry (shapely, EPSG:4326) and the road's attributes where it
        has them. ``graph["crs"]`` is "EPSG:4326".

    References
    ----------
    Boeing 2017, "OSMnx", doi 10.1016/j.compenvurbsys.2017.05.004.
    """
    import networkx as nx
    import shapely

    network = town.network
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph(
        crs="EPSG:4326", name=town.meta.name, attribution="; ".join(town.meta.attribution)
    )
    street_count = network.nodes.numbers("street_count")
    for row, osmid in enumerate(network.node_osmid.tolist()):
        graph.add_node(
            osmid, x=float(network.node_lon[row]), y=float(network.node_lat[row]), street_count=int(street_count[row])
        )
    texts = {name: network.segments.text(name) for name in _TEXT_ATTRIBUTES}
    numbers = {name: network.segments.numbers(name) for name in _NUMBER_ATTRIBUTES}
    way = network.segments.numbers("osmid")
    for arc in range(network.arc_count):
        segment = int(network.arc_segment[arc])
        backwards = bool(network.arc_reversed[arc])
        coordinates = network.segment_lonlat(segment)
        attributes: dict[str, object] = {
            "osmid": int(way[segment]),
            "length": float(network.arc_length_m[arc]),
            "speed_kph": float(network.arc_speed_kph[arc]),
            "travel_time": float(network.arc_time_s[arc]),
            "oneway": min(network.segment_forward_arc[segment], network.segment_backward_arc[segment]) < 0,
            "reversed": backwards,
            "geometry": shapely.LineString(coordinates[::-1] if backwards else coordinates),
        }
        attributes |= {name: value for name, column in texts.items() if (value := column[segment]) is not None}
        attributes |= {name: float(c[segment]) for name, c in numbers.items() if not np.isnan(c[segment])}
        graph.add_edge(
            int(network.node_osmid[network.arc_from[arc]]),
            int(network.node_osmid[network.arc_to[arc]]),
            key=int(network.arc_key[arc]),
            **attributes,
        )
    return graph
