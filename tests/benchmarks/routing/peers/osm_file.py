"""A graph as an OpenStreetMap file, for engines that read nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from tests.benchmarks.routing.peers.graphs import Floats, Ints, Plain

DEGREE_M = 111_319.5
_SPREAD_M = 2.0
"""Nodes at one place are drawn so far apart: turns into one road, as a driver would see them."""


def positions(graph: Plain) -> tuple[Floats, Floats]:
    """Return longitude and latitude of each node, on a plane at the equator, those at one place side by side."""
    order = np.lexsort((graph.y, graph.x))
    x, y = graph.x[order], graph.y[order]
    begins = np.ones(graph.size, dtype=bool)
    begins[1:] = (x[1:] != x[:-1]) | (y[1:] != y[:-1])
    place = np.flatnonzero(begins)
    turn = np.empty(graph.size)
    turn[order] = np.arange(graph.size) - np.repeat(place, np.diff([*place, graph.size]))
    centre = (graph.x.min() + graph.x.max()) / 2, (graph.y.min() + graph.y.max()) / 2
    lon = (graph.x - centre[0] + _SPREAD_M * turn) / DEGREE_M
    return lon, (graph.y - centre[1] + _SPREAD_M * turn) / DEGREE_M


def write(
    path: Path,
    nodes: tuple[Ints, Floats, Floats],
    ways: tuple[Ints, Ints],
    tags: Callable[[int], dict[str, str]],
    bends: tuple[Floats, Floats] | None = None,
) -> None:
    """Write nodes (number, longitude, latitude), and a one-way way from each first node to its second.

    A way has the tags of its row, and goes by its bend where bends are given; those are numbered after all nodes.
    """
    import osmium

    with osmium.SimpleWriter(str(path), overwrite=True) as out:
        for number, lon, lat in zip(*(column.tolist() for column in nodes), strict=True):
            out.add_node(osmium.osm.mutable.Node(id=number, location=(lon, lat), version=1))
        after = int(nodes[0].max()) + 1
        if bends is not None:
            for row, (lon, lat) in enumerate(zip(*(column.tolist() for column in bends), strict=True)):
                out.add_node(osmium.osm.mutable.Node(id=after + row, location=(lon, lat), version=1))
        for row, (a, b) in enumerate(zip(ways[0].tolist(), ways[1].tolist(), strict=True)):
            along = [a, b] if bends is None else [a, after + row, b]
            out.add_way(osmium.osm.mutable.Way(id=row + 1, nodes=along, tags=tags(row), version=1))
