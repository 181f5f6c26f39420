"""The seconds of all links and shortcuts, with nothing closed and with some arcs closed.

Weights with nothing closed are never changed. Beside them a few copies follow the closures that are asked for: of one that nobody
reads, closures that hold no more are taken back, the latest first, and new ones are put on top. So a closure costs what it changes, and
readers of other closures are not disturbed.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from geo_dispatch.geometry import FloatArray
from geo_dispatch.routing.graph import RoadGraph
from geo_dispatch.routing.hierarchy.contraction import Topology
from geo_dispatch.routing.hierarchy.customise import customise, shortcut_lengths
from geo_dispatch.routing.hierarchy.update import Changes, bounds_of, take_back, update

__all__ = ["Metric", "Metrics"]

_COPIES = 4
"""Sets of closures that are kept at once."""
_FRESH_SHARE = 0.02
"""Where more of the links change, all shortcuts are customised anew."""

Arcs = npt.NDArray[np.int64]
_NOTHING = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class _Step:
    """Closures put on top of others, and what that changed: shortcuts, or all of them when many."""

    closed: Arcs
    links: npt.NDArray[np.int32]
    link_s: FloatArray
    changes: Changes | tuple[FloatArray, FloatArray]


@dataclass(slots=True)
class Metric:
    """Seconds of links and shortcuts with some arcs closed.

    Attributes
    ----------
    link_s
        Of each link, inf where closed.
    up_s, down_s
        Up and down every shortcut.
    closed
        Arcs that are closed, rising.
    readers
        How many use it now.
    """

    link_s: FloatArray
    up_s: FloatArray
    down_s: FloatArray
    closed: Arcs = field(default_factory=lambda: _NOTHING)
    readers: int = 0
    lengths: tuple[FloatArray, FloatArray] | None = None
    steps: list[_Step] = field(default_factory=list)

    def copy(self) -> Metric:
        """Return a copy of one with nothing closed."""
        return Metric(self.link_s.copy(), self.up_s.copy(), self.down_s.copy())

    def take_back(self) -> None:
        """Open again what was closed last."""
        step = self.steps.pop()
        self.link_s[step.links] = step.link_s
        if isinstance(step.changes, Changes):
            take_back(step.changes, self.up_s, self.down_s)
        else:
            self.up_s, self.down_s = step.changes
        self.closed = np.setdiff1d(self.closed, step.closed, assume_unique=True)


class Metrics:
    """The metrics of one graph.

    Parameters
    ----------
    graph
        With nothing closed.
    topology
        Of its links.
    """

    def __init__(self, graph: RoadGraph, topology: Topology) -> None:
        self._graph, self._topology = graph, topology
        link_s = np.array(graph.forward.weight_s, dtype=np.float64)
        self.base = Metric(link_s, *customise(topology, link_s))
        self._bounds = bounds_of(topology, self.base.up_s, self.base.down_s)
        self._links = _LinksOfArcs(graph)
        self._metres = np.asarray(graph.network.arc_length_m)[graph.state_arc[self._links.tail]]
        self._copies: list[Metric] = []
        self._changed = threading.Condition()

    @property
    def link_tail(self) -> npt.NDArray[np.int32]:
        """Return the state that each link begins at."""
        return self._links.tail

    @contextmanager
    def using(self, closed: Arcs) -> Iterator[Metric]:
        """Lend the metric with some arcs closed, and no others.

        Parameters
        ----------
        closed
            Rows of the network's arcs, rising.
        """
        if not len(closed):
            yield self.base
            return
        metric = self._take(closed)
        try:
            yield metric
        finally:
            with self._changed:
                metric.readers -= 1
                self._changed.notify()

    def lengths(self, metric: Metric) -> tuple[FloatArray, FloatArray]:
        """Return the metres up and down every shortcut."""
        with self._changed:
            if metric.lengths is None:
                metric.lengths = shortcut_lengths(
                    self._topology, metric.link_s, self._metres, metric.up_s, metric.down_s
                )
            return metric.lengths

    def _take(self, closed: Arcs) -> Metric:
        with self._changed:
            while True:
                found = next((m for m in self._copies if np.array_equal(m.closed, closed)), None)
                if found is None and (idle := [m for m in self._copies if m.readers == 0]):
                    found = min(idle, key=lambda m: len(np.setxor1d(m.closed, closed, assume_unique=True)))
                if found is None and len(self._copies) < _COPIES:
                    found = self.base.copy()
                    self._copies.append(found)
                if found is not None:
                    found.readers += 1
                    self._close(found, closed)
                    return found
                self._changed.wait()

    def _close(self, metric: Metric, closed: Arcs) -> None:
        """Bring a metric to other closures."""
        if np.array_equal(metric.closed, closed):
            return
        metric.lengths = None
        while not np.isin(metric.closed, closed, assume_unique=True).all():
            metric.take_back()
        more = np.setdiff1d(closed, metric.closed, assume_unique=True)
        links = self._links.at(more)
        links = links[metric.link_s[links] < np.inf]
        before_s = metric.link_s[links]
        metric.link_s[links] = np.inf
        changes: Changes | tuple[FloatArray, FloatArray]
        if len(links) > _FRESH_SHARE * len(metric.link_s):
            changes = (metric.up_s, metric.down_s)
            metric.up_s, metric.down_s = customise(self._topology, metric.link_s)
        else:
            changes = update(self._topology, self._bounds, metric.link_s, metric.up_s, metric.down_s, links)
        metric.steps.append(_Step(more, links, before_s, changes))
        metric.closed = closed


class _LinksOfArcs:
    """The links that begin or end at each arc."""

    def __init__(self, graph: RoadGraph) -> None:
        arcs, links = graph.network.arc_count, graph.forward
        self.tail = np.repeat(np.arange(graph.state_count, dtype=np.int32), np.diff(links.first))
        ends = np.concatenate([graph.state_arc[self.tail], graph.state_arc[links.head]])
        order = np.argsort(ends, kind="stable")
        self._first = np.searchsorted(ends[order], np.arange(arcs + 1))
        self._links = (order % max(len(links.head), 1)).astype(np.int32)

    def at(self, arcs: Arcs) -> npt.NDArray[np.int32]:
        """Return the links that begin or end at some arcs, each once."""
        rows = [self._links[self._first[arc] : self._first[arc + 1]] for arc in arcs.tolist()]
        return np.unique(np.concatenate([self._links[:0], *rows]))
