"""A hierarchy of one graph, and room for its searches to work in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo_dispatch.geometry import FloatArray
from geo_dispatch.routing.ends import Joins
from geo_dispatch.routing.graph import RoadGraph
from geo_dispatch.routing.hierarchy.contraction import Topology, contract, passable
from geo_dispatch.routing.hierarchy.joins import Roads, roads_of
from geo_dispatch.routing.hierarchy.metric import Metrics
from geo_dispatch.routing.hierarchy.order import segment_order, state_order

__all__ = ["Desk", "Hierarchy", "contract_graph"]

Ints = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Desk:
    """What one search at a time works on, of every rank.

    Attributes
    ----------
    there_s, back_s, metres
        inf between searches.
    there_via, back_via
        Anything between searches.
    """

    there_s: FloatArray
    back_s: FloatArray
    metres: FloatArray
    there_via: Ints
    back_via: Ints


class Hierarchy:
    """A contraction hierarchy of one graph.

    Parameters
    ----------
    graph
        With nothing closed.
    topology
        Made by `contract_graph`; made here when None.

    Attributes
    ----------
    graph
        As given.
    topology
        Its shortcuts.
    state
        State of each rank.
    metrics
        Their seconds.
    rising, falling
        Those that lead up, and down.
    roads
        What joins need of the graph.
    """

    def __init__(self, graph: RoadGraph, *, topology: Topology | None = None) -> None:
        self.graph = graph
        self.topology = topology or contract_graph(graph, segment_order(graph.network))
        self.state = np.argsort(self.topology.rank)
        self.metrics = Metrics(graph, self.topology)
        self.rising = passable(self.topology, self.metrics.base.up_s)
        self.falling = passable(self.topology, self.metrics.base.down_s)
        self.roads: Roads = roads_of(graph)
        self._desks: list[Desk] = []

    @property
    def fill(self) -> float:
        """Return how many shortcuts there are to a link."""
        return len(self.topology.upper) / max(len(self.graph.forward.head), 1)

    def ranks(self, joins: Joins) -> npt.NDArray[np.int64]:
        """Return the ranks of the states that points join."""
        return self.topology.rank[joins.state].astype(np.int64)

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        """Lend room to work in."""
        try:
            desk = self._desks.pop()
        except IndexError:
            count = self.graph.state_count
            there_s, back_s, metres = (np.full(count, np.inf) for _ in range(3))
            desk = Desk(there_s, back_s, metres, np.empty(count, dtype=np.int32), np.empty(count, dtype=np.int32))
        yield desk  # not kept when a search fails
        self._desks.append(desk)


def contract_graph(graph: RoadGraph, segment_rank: Ints) -> Topology:
    """Contract the states of a graph in the order of their segments.

    Parameters
    ----------
    graph
        With nothing closed.
    segment_rank
        Made by `geo_dispatch.routing.hierarchy.order.segment_order` of its network.
    """
    links = graph.forward
    linked = np.diff(links.first) > 0
    linked[links.head] = True
    rank = state_order(segment_rank, np.asarray(graph.network.arc_segment)[graph.state_arc], linked)
    return contract(rank, links.first, links.head)
