"""A vehicle made ready for one town and one moment: what it may use, which turns it may make, and the searches for it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from geo_dispatch.geometry import FloatArray
from geo_dispatch.routing.access import CLOSED, ENDS, OPEN, RoadUse, road_use
from geo_dispatch.routing.conditions import Situation
from geo_dispatch.routing.engines import Engines
from geo_dispatch.routing.graph import RoadGraph, arc_times_s, make_graph, use_now
from geo_dispatch.routing.limits import RoadLimits
from geo_dispatch.routing.restrictions import TurnRule
from geo_dispatch.routing.scipy_search import ScipySearch
from geo_dispatch.routing.through_traffic import ends_only_arcs
from geo_dispatch.routing.turn_costs import TurnCosts
from geo_dispatch.routing.turns import Turns, make_turns
from geo_dispatch.routing.vehicle_search import Engine, VehicleSearch
from geo_dispatch.town.town import Town

if TYPE_CHECKING:
    from geo_dispatch.routing.hierarchy import Hierarchy

__all__ = ["NOTHING_CLOSED", "Blockage", "Lift", "Vehicle"]

Lift = Literal["private", "limits", "closures", "turns"]
"""A kind of rule left aside, to see what it costs."""

Mask = npt.NDArray[np.bool_]
Arcs = npt.NDArray[np.int64]

_KEPT_SEARCHES = 24


@dataclass(frozen=True, slots=True)
class Blockage:
    """Arcs that can't be used now, and arcs that serve only the ends of trips now; rows of the network's arcs, rising."""

    closed: Arcs
    local_only: Arcs

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is closed."""
        return not len(self.closed) and not len(self.local_only)


_NONE = np.zeros(0, dtype=np.int64)
NOTHING_CLOSED = Blockage(_NONE, _NONE)


class Vehicle:
    """A vehicle made ready for one town and one moment.

    Parameters
    ----------
    town
        The town.
    situation
        The vehicle, its size, and the time.
    limits
        Of the town's roads.
    rules
        Turn restrictions that bind it now.
    costs
        Of the town's turns.
    time_factor
        Times the seconds over each arc, shape ``(n_arcs,)``; none when None.
    engines
        Of the town; its own when None.

    Attributes
    ----------
    situation, profile, size
        As given.
    use
        What each road is to it, limits apart.
    too_small
        Segments whose limits it exceeds, shape ``(n_segments,)``.
    usable
        Segments it can use, shape ``(n_segments,)``.
    """

    def __init__(
        self,
        town: Town,
        situation: Situation,
        limits: RoadLimits,
        rules: tuple[TurnRule, ...],
        costs: TurnCosts,
        *,
        time_factor: FloatArray | None = None,
        engines: Engines | None = None,
    ) -> None:
        self.situation = situation
        self.profile = situation.profile
        self.size = situation.size
        self.limits = limits
        self.use = road_use(town, self.profile, situation=situation)
        self.too_small = limits.too_small_for(self.size)
        self._network = town.network
        self._rules, self._costs = rules, costs
        self._time_s = arc_times_s(
            town.network,
            speed_factor=self.profile.speed_factor,
            max_kph=self.profile.max_kph,
            time_factor=time_factor,
        )
        self._engines = engines or Engines(town)
        self._open_graphs: dict[frozenset[Lift], RoadGraph] = {}
        self._hierarchies: dict[frozenset[Lift], Hierarchy] = {}
        self._searches: OrderedDict[tuple[frozenset[Lift], bytes, bytes], VehicleSearch] = OrderedDict()
        self._lock = threading.RLock()
        self.usable = self.graph.usable_segments()

    @property
    def graph(self) -> RoadGraph:
        """Return its graph with nothing closed."""
        return self._open_graph(frozenset())

    def search(self, blockage: Blockage = NOTHING_CLOSED, *, lifted: frozenset[Lift] = frozenset()) -> VehicleSearch:
        """Return the search with something closed, or with rules of some kinds left aside.

        Parameters
        ----------
        blockage
            What is closed now.
        lifted
            Kinds of rules that do not count.
        """
        if "closures" in lifted:
            blockage, lifted = NOTHING_CLOSED, lifted - {"closures"}
        key = (lifted, blockage.closed.tobytes(), blockage.local_only.tobytes())
        with self._lock:
            found = self._searches.get(key)
            if found is None:
                found = self._searches[key] = self._make_search(blockage, lifted)
                while len(self._searches) > _KEPT_SEARCHES:
                    self._searches.popitem(last=False)
            return found

    @property
    def engine(self) -> str:
        """Return which engine searches: "hierarchy", or "plain"."""
        return "hierarchy" if frozenset() in self._hierarchies else "plain"

    def expect_searches(self, count: int) -> None:
        """Make the hierarchies where so many searches are about to follow that they pay at once.

        Parameters
        ----------
        count
            Searches of everything.
        """
        if self.engine == "plain" and self._engines.pays_at_once(self.graph, count):
            self.make_hierarchies()

    def drop_hierarchies(self) -> None:
        """Search plainly from now on, and free what hierarchies take."""
        with self._lock:
            self._hierarchies.clear()
            self._searches.clear()

    def make_hierarchies(self) -> None:
        """Make the hierarchies of this vehicle, with its rules and with those left aside that remarks ask for.

        Searches use them from then on. Where they would not pay, none are made.
        """
        kinds: dict[Lift, bool] = {
            "limits": bool(self.too_small.any()),
            "private": bool((np.asarray(self.use.segment_use) == ENDS).any()),
        }
        for lifted in dict.fromkeys((frozenset(), frozenset(kind for kind, any_road in kinds.items() if any_road))):
            if lifted in self._hierarchies:
                continue
            made = self._engines.make(self._open_graph(lifted))
            if made is None:
                return
            with self._lock:
                self._hierarchies[lifted] = made
                for key in [key for key in self._searches if key[0] == lifted]:
                    del self._searches[key]

    def _make_search(self, blockage: Blockage, lifted: frozenset[Lift]) -> VehicleSearch:
        """Make a search: by the hierarchy of the open roads, where there is one."""
        open_roads = self._open_engine(blockage.local_only, lifted)

        def settle(closed: Arcs) -> RoadGraph | None:
            use, turns = self._rules_left(lifted)
            now = use_now(self._network, use, closed, blockage.local_only)
            before, usable = open_roads.graph.arc_ends_only, now != CLOSED
            if np.array_equal(ends_only_arcs(self._network, now, use.node_blocked)[0], before & usable):
                return None
            return make_graph(
                self._network, use, turns=turns, time_s=self._time_s, closed=closed, local_only=blockage.local_only
            )

        return VehicleSearch(open_roads, settle, closed=blockage.closed)

    def _open_engine(self, local_only: Arcs, lifted: frozenset[Lift]) -> Engine:
        """Return what searches the roads with nothing closed but to through traffic."""
        open_graph = self._open_graph(lifted)
        if len(local_only):
            use, turns = self._rules_left(lifted)
            return ScipySearch(make_graph(self._network, use, turns=turns, time_s=self._time_s, local_only=local_only))
        hierarchy = self._hierarchies.get(lifted)
        if hierarchy is None and self._engines.wanted == "hierarchy":
            hierarchy = self._engines.make(open_graph)
            if hierarchy is not None:
                self._hierarchies[lifted] = hierarchy
        if hierarchy is None:
            return ScipySearch(open_graph)
        from geo_dispatch.routing.hierarchy import HierarchySearch

        return HierarchySearch(hierarchy)

    def _open_graph(self, lifted: frozenset[Lift]) -> RoadGraph:
        """Return the graph with nothing closed, and rules of some kinds left aside."""
        with self._lock:
            found = self._open_graphs.get(lifted)
            if found is None:
                use, turns = self._rules_left(lifted)
                found = make_graph(self._network, use, turns=turns, time_s=self._time_s)
                self._open_graphs[lifted] = found
            return found

    def _rules_left(self, lifted: frozenset[Lift]) -> tuple[RoadUse, Turns]:
        """Return what each road is to the vehicle, and its turns, with rules of some kinds left aside."""
        use = np.asarray(self.use.segment_use)
        if "private" in lifted:
            use = np.where(use == ENDS, OPEN, use)
        if "limits" not in lifted:
            use = np.where(self.too_small, CLOSED, use)
        turns = self._free_turns if "turns" in lifted else self._turns
        return RoadUse(use.astype(np.int8), self.use.node_blocked), turns

    @cached_property
    def _turns(self) -> Turns:
        return self._make_turns(self._rules)

    @cached_property
    def _free_turns(self) -> Turns:
        return self._make_turns(())

    def _make_turns(self, rules: tuple[TurnRule, ...]) -> Turns:
        through = (np.asarray(self.use.segment_use) == OPEN) & ~self.too_small
        return make_turns(
            self._costs,
            self.profile.turns,
            (sequence for rule in rules for sequence in rule.forbidden),
            through=through[self._network.arc_segment],
            blocked=self.use.node_blocked,
        )
