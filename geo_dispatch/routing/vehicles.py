"""A vehicle made ready for one town and one moment: what it may use, which turns it may make, and the searches for it."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from geo_dispatch.geometry import FloatArray
from geo_dispatch.routing.access import CLOSED, ENDS, OPEN, RoadUse, road_use
from geo_dispatch.routing.calibration import ALL_HOURS, Calibration
from geo_dispatch.routing.conditions import Situation, holds, read_conditional
from geo_dispatch.routing.engines import Engine, Engines
from geo_dispatch.routing.graph import RoadGraph, arc_times_s, make_graph, with_closed
from geo_dispatch.routing.limits import RoadLimits, read_limits
from geo_dispatch.routing.profiles import VehicleProfile, VehicleSize, get_profile
from geo_dispatch.routing.restrictions import Restrictions, TurnRule
from geo_dispatch.routing.scipy_search import ScipySearch
from geo_dispatch.routing.snap import Snapper
from geo_dispatch.routing.turn_costs import TurnCosts
from geo_dispatch.routing.turns import Turns, make_turns
from geo_dispatch.town.town import Town

if TYPE_CHECKING:
    from geo_dispatch.routing.hierarchy import Hierarchy, HierarchySearch

__all__ = ["NOTHING_CLOSED", "Blockage", "Fleet", "Lift", "Search", "Vehicle"]

Search: TypeAlias = "ScipySearch | HierarchySearch"
Lift = Literal["private", "limits", "closures", "turns"]
"""A kind of rule left aside, to see what it costs."""

Mask = npt.NDArray[np.bool_]
Arcs = npt.NDArray[np.int64]

_KEPT_SEARCHES = 24
_KEPT_VEHICLES = 48


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
        self._hierarchies: dict[frozenset[Lift], Hierarchy] = {}
        self._searches: OrderedDict[tuple[frozenset[Lift], bytes, bytes], Search] = OrderedDict()
        self._lock = threading.RLock()
        self.usable = self.graph.usable_segments()

    @property
    def graph(self) -> RoadGraph:
        """Return its graph with nothing closed."""
        return self.search().graph

    def search(self, blockage: Blockage = NOTHING_CLOSED, *, lifted: frozenset[Lift] = frozenset()) -> Search:
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
                free = None if blockage.is_empty else self.search(lifted=lifted)
                found = self._searches[key] = self._make_search(blockage, lifted, free)
                while len(self._searches) > _KEPT_SEARCHES:
                    oldest = next(k for k in self._searches if k[0] or k[1] or k[2])
                    del self._searches[oldest]
            return found

    def make_hierarchies(self) -> None:
        """Make the hierarchies of this vehicle, with its rules and with those left aside that remarks ask for.

        Searches use them from then on. Where they would not pay, none are made.
        """
        kinds: dict[Lift, bool] = {
            "limits": bool(self.too_small.any()),
            "private": bool((np.asarray(self.use.segment_use) == ENDS).any()),
        }
        for lifted in dict.fromkeys((frozenset(), frozenset(kind for kind, any_road in kinds.items() if any_road))):
            made = self._engines.make(self.search(lifted=lifted).graph)
            if made is not None:
                with self._lock:
                    self._hierarchies[lifted] = made
                    for key in [key for key in self._searches if key[0] == lifted]:
                        del self._searches[key]

    def _make_search(self, blockage: Blockage, lifted: frozenset[Lift], free: Search | None) -> Search:
        """Make a search, of the one with nothing closed where that will do."""
        use = np.asarray(self.use.segment_use)
        if "private" in lifted:
            use = np.where(use == ENDS, OPEN, use)
        if "limits" not in lifted:
            use = np.where(self.too_small, CLOSED, use)
        which = RoadUse(use.astype(np.int8), self.use.node_blocked)
        turns = self._free_turns if "turns" in lifted else self._turns

        def graph(more: Arcs) -> RoadGraph:
            closed = np.union1d(blockage.closed, more) if len(more) else blockage.closed
            local = blockage.local_only
            found = None if free is None else with_closed(free.graph, which, closed=closed, local_only=local)
            return found or make_graph(
                self._network, which, turns=turns, time_s=self._time_s, closed=closed, local_only=local
            )

        hierarchy = self._hierarchies.get(lifted)
        if hierarchy is None and self._engines.wanted == "hierarchy" and blockage.is_empty:
            hierarchy = self._engines.make(graph(_NONE))
            if hierarchy is not None:
                self._hierarchies[lifted] = hierarchy
        if hierarchy is not None and not len(blockage.local_only):
            from geo_dispatch.routing.hierarchy import HierarchySearch

            found = HierarchySearch(hierarchy, regraph=graph)
            return found.closing(blockage.closed) if len(blockage.closed) else found
        return ScipySearch(graph(_NONE), regraph=graph)

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


class Fleet:
    """Makes vehicles ready for one town, and keeps them.

    Parameters
    ----------
    town
        The town.
    snapper
        Of the town.
    calibration
        Travel times set right by recorded trips; none when None.
    engine
        Which engine searches.
    """

    def __init__(
        self,
        town: Town,
        snapper: Snapper,
        *,
        calibration: Calibration | None = None,
        engine: Engine = "auto",
    ) -> None:
        self._town = town
        self._calibration = calibration
        self._engines = Engines(town, engine)
        self._snapper = snapper
        self._vehicles: OrderedDict[tuple[object, ...], Vehicle] = OrderedDict()
        self._lock = threading.RLock()

    @cached_property
    def restrictions(self) -> Restrictions:
        """Return the town's turn restrictions."""
        return Restrictions(self._town)

    @cached_property
    def limits(self) -> RoadLimits:
        """Return the limits of the town's roads."""
        return read_limits(self._town, self._snapper)

    @cached_property
    def _costs(self) -> TurnCosts:
        return TurnCosts(self._town.network)

    @cached_property
    def _conditions(self) -> tuple[str, ...]:
        """Return every condition that the town's roads and turns name, each once."""
        texts = [rule.conditional for rule in self.restrictions.rules if rule.conditional]
        for word in self._town.network.segments.text("conditional").vocabulary():
            texts += [value for key, value in json.loads(word).items() if key.endswith(":conditional")]
        found = (part.condition for text in texts for part in read_conditional(text))
        return tuple(dict.fromkeys(found))

    def with_calibration(self, calibration: Calibration | None) -> Fleet:
        """Return the same with other travel times; what the town's roads tell is read once for both.

        Parameters
        ----------
        calibration
            Travel times set right by recorded trips; none when None.
        """
        other = Fleet(self._town, self._snapper, calibration=calibration)
        shared = {"restrictions": self.restrictions, "limits": self.limits, "_costs": self._costs}
        other.__dict__.update(shared, _conditions=self._conditions)
        return other

    def profile(self, profile: str) -> VehicleProfile:
        """Return a vehicle profile as recorded trips have it.

        Raises
        ------
        ProfileError
            If there is no such profile.
        """
        found = get_profile(profile)
        return found if self._calibration is None else self._calibration.adjusted(found)

    def vehicle(self, profile: str, *, size: VehicleSize | None = None, at: datetime | None = None) -> Vehicle:
        """Return a vehicle made ready.

        Parameters
        ----------
        profile
            Id of a vehicle profile.
        size
            Sizes that go before the profile's, where known.
        at
            Local time; rules that hold at times hold never when None.

        Raises
        ------
        ProfileError
            If there is no such profile.
        """
        wanted = self.profile(profile)
        own = wanted.size if size is None else size.known_over(wanted.size)
        situation = Situation(at, wanted, own)
        with self._lock:
            held = tuple(holds(condition, situation) for condition in self._conditions)
            band = ALL_HOURS if self._calibration is None else self._calibration.band_at(at)
            key = (profile, own, at is None, held, band)
            found = self._vehicles.get(key)
            if found is None:
                rules = self.restrictions.binding(situation)
                calibrated = self._calibration
                factors = None if calibrated is None else calibrated.arc_factors(self._town.network, profile, band)
                found = self._vehicles[key] = Vehicle(
                    self._town,
                    situation,
                    self.limits,
                    rules,
                    self._costs,
                    time_factor=factors,
                    engines=self._engines,
                )
                while len(self._vehicles) > _KEPT_VEHICLES:
                    self._vehicles.popitem(last=False)
            return found
