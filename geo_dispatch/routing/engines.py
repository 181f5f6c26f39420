"""Which engine searches a town's roads: plain search until a hierarchy has been made, where one pays."""

from __future__ import annotations

import hashlib
import logging
import queue
import threading
import time
import weakref
from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np
import numpy.typing as npt

from geo_dispatch.routing.graph import RoadGraph
from geo_dispatch.town.town import Town

if TYPE_CHECKING:
    from geo_dispatch.routing.hierarchy import Hierarchy, Topology

__all__ = ["Engine", "EngineState", "Engines"]

_log = logging.getLogger(__name__)

Engine = Literal["auto", "plain", "hierarchy"]
"""Plain search until a hierarchy has been made, where one pays; plain search; a hierarchy, made at first use."""

_ORDER_VERSION = 1
_FEWEST_LINKS = 8_000
"""A smaller graph is searched plainly in a millisecond."""
_AT_ONCE = 30_000_000
"""Links to be searched plainly, from which a hierarchy is made first."""
_MAX_FILL = 16.0
"""Where there are more shortcuts to a link, a hierarchy doesn't pay."""
_KEPT_TOPOLOGIES = 8
_KEPT = 24
"""Vehicles that keep their hierarchies at once, those made last."""


class _Vehicle(Protocol):
    """What hierarchies are made for."""

    def make_hierarchies(self) -> None:
        """Make them."""

    def drop_hierarchies(self) -> None:
        """Free them."""


@dataclass(frozen=True, slots=True)
class EngineState:
    """How a town is searched now.

    Attributes
    ----------
    wanted
        Which engine is wanted.
    hierarchies
        Hierarchies made.
    refused
        Graphs that stay with plain search, as a hierarchy would not pay.
    waiting
        Vehicles whose hierarchies are still to be made.
    shortcuts, fill
        Of the hierarchy made last; and shortcuts to a link; 0 where there is none.
    seconds
        Time spent making them.
    """

    wanted: Engine
    hierarchies: int
    refused: int
    waiting: int
    shortcuts: int
    fill: float
    seconds: float


class Engines:
    """Makes hierarchies of the graphs of one town, where they pay.

    Parameters
    ----------
    town
        The town. The order of its segments is kept beside it.
    wanted
        Which engine is to search.
    """

    def __init__(self, town: Town, wanted: Engine = "auto") -> None:
        self.wanted = wanted
        self._town = town
        self._lock = threading.Lock()
        self._asked: queue.SimpleQueue[weakref.ref[_Vehicle] | None] = queue.SimpleQueue()
        self._worker: threading.Thread | None = None
        self._seen: weakref.WeakSet[_Vehicle] = weakref.WeakSet()
        self._topologies: OrderedDict[bytes, Topology] = OrderedDict()
        self._kept: OrderedDict[int, weakref.ref[_Vehicle]] = OrderedDict()
        self._state = EngineState(wanted, 0, 0, 0, 0, 0.0, 0.0)

    @property
    def state(self) -> EngineState:
        """Return how the town is searched now."""
        last = self._state
        return EngineState(
            self.wanted, last.hierarchies, last.refused, self._asked.qsize(), last.shortcuts, last.fill, last.seconds
        )

    def pays_at_once(self, graph: RoadGraph, searches: int) -> bool:
        """Tell whether a hierarchy is made sooner than so many plain searches of everything.

        Parameters
        ----------
        graph
            Of a vehicle.
        searches
            From so many points.
        """
        return self.wanted == "auto" and not self._is_small(graph) and searches * len(graph.forward.head) > _AT_ONCE

    def told(self, graph: RoadGraph, engine: str) -> str:
        """Say in words how a graph is searched, and why.

        Parameters
        ----------
        graph
            Of a vehicle.
        engine
            What searches it now: "plain" or "hierarchy".
        """
        if engine == "hierarchy":
            return f"contraction hierarchy, {len(graph.forward.head)} links"
        if self.wanted == "auto" and not self._is_small(graph):
            return "plain search until a contraction hierarchy is made, as the server does when it starts"
        return "plain search" + (": the town is small" if self.wanted == "auto" else "")

    def start(self) -> None:
        """Make the hierarchies of vehicles in a thread of their own, from now on, as they are made ready."""
        with self._lock:
            if self._worker is None and self.wanted == "auto":
                self._worker = threading.Thread(target=self._work, name="hierarchies", daemon=True)
                self._worker.start()

    def stop(self) -> None:
        """Make no more of them."""
        with self._lock:
            worker, self._worker = self._worker, None
        if worker is not None:
            self._asked.put(None)

    def ask(self, vehicle: _Vehicle) -> None:
        """Ask for the hierarchies of a vehicle; nothing happens where none are made in the background.

        Parameters
        ----------
        vehicle
            Made ready. It may be forgotten before its turn comes.
        """
        if self._worker is not None and vehicle not in self._seen:
            self._seen.add(vehicle)
            self._asked.put(weakref.ref(vehicle))

    def make(self, graph: RoadGraph) -> Hierarchy | None:
        """Make the hierarchy of a graph with nothing closed; None where plain search is to stay.

        Parameters
        ----------
        graph
            Of a vehicle.
        """
        if self.wanted == "plain" or (self.wanted == "auto" and self._is_small(graph)):
            return None
        from geo_dispatch.routing.hierarchy import Hierarchy

        with self._lock:
            began = time.perf_counter()
            made = Hierarchy(graph, topology=self._topology(graph))
            pays = self.wanted == "hierarchy" or made.fill <= _MAX_FILL
            before = self._state
            self._state = EngineState(
                self.wanted,
                before.hierarchies + pays,
                before.refused + (not pays),
                0,
                len(made.topology.upper),
                made.fill,
                before.seconds + time.perf_counter() - began,
            )
        return made if pays else None

    def _topology(self, graph: RoadGraph) -> Topology:
        """Return the shortcuts of a graph: the same for all vehicles with the same links, whatever their speeds."""
        from geo_dispatch.routing.hierarchy import contract_graph

        links = graph.forward
        key = hashlib.blake2b(links.first.tobytes() + links.head.tobytes()).digest()
        found = self._topologies.pop(key, None)
        if found is None:
            found = contract_graph(graph, self._segment_rank)
        self._topologies[key] = found
        while len(self._topologies) > _KEPT_TOPOLOGIES:
            self._topologies.popitem(last=False)
        return found

    @staticmethod
    def _is_small(graph: RoadGraph) -> bool:
        return len(graph.forward.head) < _FEWEST_LINKS

    def _work(self) -> None:
        while (asked := self._asked.get()) is not None:
            vehicle = asked()
            if vehicle is None:
                continue
            try:
                vehicle.make_hierarchies()
            except Exception:
                _log.exception("a hierarchy could not be made: plain search stays")
                continue
            self._kept[id(vehicle)] = asked
            while len(self._kept) > _KEPT:
                oldest = self._kept.popitem(last=False)[1]()
                if oldest is not None:
                    oldest.drop_hierarchies()
                    self._seen.discard(oldest)

    @property
    def may_pay(self) -> bool:
        """Tell whether the town is large enough for hierarchies."""
        return self._town.network.arc_count >= _FEWEST_LINKS // 2

    def warm(self) -> None:
        """Order the town's segments, where hierarchies may pay; the order is kept beside it."""
        if self.may_pay:
            _ = self._segment_rank

    @cached_property
    def _segment_rank(self) -> npt.NDArray[np.int32]:
        from geo_dispatch.routing.hierarchy import segment_order

        network = self._town.network
        kept = self._town.derived("segment_order", _ORDER_VERSION, lambda: {"rank": segment_order(network)})
        rank = np.array(kept["rank"], dtype=np.int32)
        if len(rank) != network.segment_count:
            _log.warning("the order of segments beside the town is of another town: made again")
            return segment_order(network)
        return rank
