"""Which engine searches a town's roads."""

from __future__ import annotations

import threading
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from geo_dispatch.routing.graph import RoadGraph
from geo_dispatch.town.town import Town

if TYPE_CHECKING:
    from geo_dispatch.routing.hierarchy import Hierarchy

__all__ = ["Engine", "Engines"]

Engine = Literal["auto", "plain", "hierarchy"]
"""Plain search until a hierarchy has been made; plain search; a hierarchy made at first use."""

_ORDER_VERSION = 1
_MAX_FILL = 12.0
"""Where there are more shortcuts to a link, a hierarchy doesn't pay."""


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

    def make(self, graph: RoadGraph) -> Hierarchy | None:
        """Make the hierarchy of a graph with nothing closed; None where plain search is to stay.

        Parameters
        ----------
        graph
            Of a vehicle.
        """
        if self.wanted == "plain":
            return None
        from geo_dispatch.routing.hierarchy import Hierarchy

        with self._lock:
            made = Hierarchy(graph, segment_rank=self._segment_rank)
        return made if made.fill <= _MAX_FILL else None

    @cached_property
    def _segment_rank(self) -> npt.NDArray[np.int32]:
        from geo_dispatch.routing.hierarchy import segment_order

        network = self._town.network
        kept = self._town.derived("segment_order", _ORDER_VERSION, lambda: {"rank": segment_order(network)})
        rank = np.array(kept["rank"], dtype=np.int32)
        return rank if len(rank) == network.segment_count else segment_order(network)
