"""Which units go to a call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from geo_dispatch.data_tables import load_table
from geo_dispatch.errors import InputError, NoRouteError, RunCardError
from geo_dispatch.geometry import FloatArray
from geo_dispatch.recommend.answer import Assigned, CoverAfter, Flip, MoveUp, Recommendation
from geo_dispatch.recommend.arrival import Arrivals, Driver, unlimited
from geo_dispatch.recommend.assignment import Filled, fill_card
from geo_dispatch.recommend.bridges import Bridge, Bridges
from geo_dispatch.recommend.call import Call
from geo_dispatch.recommend.cover import Cover
from geo_dispatch.recommend.eligibility import Screen
from geo_dispatch.recommend.flips import Chooser, flips_by_place, flips_by_time, flips_by_way
from geo_dispatch.recommend.reasons import Detours, Found, considered, shortfalls, warnings_of
from geo_dispatch.recommend.region import RegionPoints
from geo_dispatch.routing import Path, Router
from geo_dispatch.town.town import Town

__all__ = ["Recommender"]


@dataclass(frozen=True, slots=True)
class _Choice:
    """Who goes, and what it was chosen by."""

    found: Found
    chosen: Filled
    chooser: Chooser


class Recommender:
    """Recommends units for calls in one town.

    Parameters
    ----------
    town
        The town.
    router
        Of the town.
    """

    def __init__(self, town: Town, router: Router) -> None:
        self._town, self._router = town, router

    @cached_property
    def _arrivals(self) -> Arrivals:
        return Arrivals(self._town, self._router, self._router.snapper)

    @cached_property
    def _cover(self) -> Cover:
        return Cover(self._town, self._router, self._router.snapper)

    @cached_property
    def _region(self) -> RegionPoints:
        return RegionPoints(self._town)

    @cached_property
    def _bridges(self) -> Bridges:
        return Bridges(self._town)

    def recommend(self, call: Call, *, consequences: bool = True) -> Recommendation:
        """Recommend units for a call.

        Parameters
        ----------
        call
            The call, and everything as it is.
        consequences
            Also tell what the rest of town loses, the move that restores it, and what would change the choice.

        Returns
        -------
        Recommendation
            The assignment that fills the card best, as `geo_dispatch.recommend.assignment` says, and why not others.

        Raises
        ------
        CoordinateError
            If the place is outside the town's roads, or far from all of them.
        RunCardError
            If the card asks for nothing.
        UnitReportError
            If a unit's position is of later than the call.
        InputError
            If two units have one id, or one a status there is none of.
        ProfileError, ClosureError
            If a profile or closure can't be used.
        """
        self._check(call)
        call = replace(call, units=tuple(sorted(call.units, key=lambda unit: unit.unit_id)))
        choice = self._choose(call)
        assigned = self._assigned(call, choice)
        detours = self._detours(call, choice) if choice.found.drivers else Detours({}, {})
        lost = CoverAfter(0, 0.0, self._cover.threshold_s(call.card.requirements[0].capability))
        moves: tuple[MoveUp, ...] = ()
        flips: tuple[Flip, ...] = ()
        if consequences and assigned:
            lost, moves = self._left(call, choice)
            flips = self._flips(call, choice, assigned, detours)
        return Recommendation(
            card=call.card,
            assignment=assigned,
            considered=considered(call, choice.found, choice.chosen, detours, self._why_no_way(call, choice.found)),
            shortfall=shortfalls(call, choice.found, choice.chosen),
            coverage_after=lost,
            move_up=moves,
            flips_if=flips,
            warnings=warnings_of(call, choice.found, choice.chosen),
        )

    def _check(self, call: Call) -> None:
        self._town.check_covers(call.place.position)
        if not call.card.requirements:
            raise RunCardError(f"the run card {call.card.card_id} asks for no units: give it requirements")
        ids = [unit.unit_id for unit in call.units]
        double = sorted({unit_id for unit_id in ids if ids.count(unit_id) > 1})
        if double:
            raise InputError(f"there are two units {double[0]!r}: give each an id of its own")

    # --- choosing --------------------------------------------------------------------------------

    def _choose(self, call: Call) -> _Choice:
        slots = [row.capability for row in call.card.requirements for _ in range(row.count)]
        wanted = tuple(row.capability for row in call.card.requirements)
        screen = Screen(call.at, call.place.position)
        against = {unit.unit_id: screen.against(unit) for unit in call.units}
        free = [unit for unit in call.units if against[unit.unit_id] is None]
        lacks = {unit.unit_id: screen.lacks(unit, wanted) for unit in free}
        every = [self._arrivals.driver(unit, call.at) for unit in free]
        drivers = [driver for driver in every if lacks[driver.unit.unit_id] is None]
        points = self._region.find(call.place)
        arrivals = self._arrivals.find(
            drivers,
            [point.position for point in points],
            [point.probability for point in points],
            at=call.local_time,
            closures=call.closures,
        )
        found = Found(slots, against, lacks, every, drivers, arrivals, points)
        capabilities = [frozenset(driver.unit.capabilities) for driver in drivers]
        crews = [driver.unit.crew_group for driver in drivers]
        lent = [driver.unit.neighbour is not None for driver in drivers]

        def fill(response_s: Sequence[float]) -> Filled:
            return fill_card(slots, capabilities, response_s, crews=crews, borrowed=lent)

        chosen = fill(found.response_s.tolist())
        return _Choice(found, chosen, Chooser(tuple(driver.unit.unit_id for driver in drivers), fill))

    def _path(self, call: Call, driver: Driver) -> Path:
        return self._router.route(
            driver.start.position,
            call.place.position,
            profile=driver.profile,
            size=driver.unit.size,
            at=call.local_time,
            closures=call.closures,
        )

    def _assigned(self, call: Call, choice: _Choice) -> tuple[Assigned, ...]:
        """Return the units that go, the first to arrive first."""
        rows = [(row, slot) for slot, row in enumerate(choice.chosen.unit) if row >= 0]
        found = []
        for row, slot in rows:
            driver, arrival = choice.found.drivers[row], choice.found.arrivals[row]
            role, path = choice.found.slots[slot], self._path(call, driver)
            found.append(Assigned(driver.unit, role, arrival.travel_s, arrival.response_s, arrival.interval_s, path))
        return tuple(sorted(found, key=lambda row: (row.response_time_s, row.unit.unit_id)))

    # --- why -------------------------------------------------------------------------------------

    def _why_no_way(self, call: Call, found: Found) -> dict[str, str]:
        """Return why units that have no way there have none."""
        told: dict[str, str] = {}
        known: dict[tuple[object, ...], str] = {}  # units of one kind in one place have none for one reason
        for driver, arrival in zip(found.drivers, found.arrivals, strict=True):
            if np.isfinite(arrival.travel_s):
                continue
            key = (*self._vehicle_key(driver), driver.start.position)
            if key not in known:
                known[key] = self._why_none(call, driver)
            told[driver.unit.unit_id] = known[key]
        return told

    def _why_none(self, call: Call, driver: Driver) -> str:
        try:
            self._path(call, driver)
        except (NoRouteError, InputError) as error:
            return str(error)
        return "no way from anywhere it can be now"

    def _detours(self, call: Call, choice: _Choice) -> Detours:
        """Find the units that would go if they could pass what limits or closures keep them off."""
        found = choice.found
        worth = float(load_table("geo_dispatch.recommend", "figures")["worth_saying_s"])
        bound = [row for row in range(len(found.drivers)) if row not in choice.chosen.units]
        if not call.closures:
            limited = {self._vehicle_key(found.drivers[row]): row for row in bound}
            kept = {key for key, row in limited.items() if self._is_limited(call, found.drivers[row])}
            bound = [row for row in bound if self._vehicle_key(found.drivers[row]) in kept]
        if not bound:
            return Detours({}, {})
        lifted = [unlimited(found.drivers[row]) for row in bound]
        places = [point.position for point in found.points]
        odds = [point.probability for point in found.points]
        free = self._arrivals.find(lifted, places, odds, at=call.local_time, closures=())
        told: dict[int, str] = {}
        sooner: dict[int, float] = {}
        for row, arrival in zip(bound, free, strict=True):
            now = found.response_s[row]
            if arrival.response_s < now - worth:
                response = found.response_s.copy()
                response[row] = arrival.response_s
                if row in choice.chooser.fill(response.tolist()).units:
                    sooner[row] = arrival.response_s
                if np.isfinite(now):
                    avoided = self._path(call, found.drivers[row]).avoided
                    told[row] = "; ".join(f"{a.what}: {a.reason}, detour {a.detour_s:.0f} s" for a in avoided)
        return Detours({row: text for row, text in told.items() if text}, sooner)

    @staticmethod
    def _vehicle_key(driver: Driver) -> tuple[object, ...]:
        return driver.profile, driver.unit.size

    def _is_limited(self, call: Call, driver: Driver) -> bool:
        vehicle = self._router.vehicle(driver.profile, size=driver.unit.size, at=call.local_time)
        return bool(vehicle.too_small.any())

    # --- what follows ----------------------------------------------------------------------------

    def _left(self, call: Call, choice: _Choice) -> tuple[CoverAfter, tuple[MoveUp, ...]]:
        """Return what the rest of town loses of the first capability of the card that goes, and the move that restores it."""
        found, going = choice.found, {choice.found.drivers[row].unit.unit_id for row in choice.chosen.units}
        leading = next(
            row.capability
            for row in call.card.requirements
            if any(row.capability in found.drivers[at].unit.capabilities for at in choice.chosen.units)
        )
        crews = {
            driver.unit.crew_group
            for driver in found.every
            if driver.unit.unit_id in going and driver.unit.crew_group is not None
        }
        able = [d for d in found.every if leading in d.unit.capabilities and d.unit.neighbour is None]
        away = [d for d in able if d.unit.unit_id in going or d.unit.crew_group in crews]
        staying = [d for d in able if d not in away]
        return self._cover.after(leading, staying, away, at=call.local_time, closures=call.closures)

    def _flips(self, call: Call, choice: _Choice, assigned: Sequence[Assigned], detours: Detours) -> tuple[Flip, ...]:
        found, chooser, chosen = choice.found, choice.chooser, choice.chosen
        by_time = flips_by_time(chooser, chosen, found.response_s)
        by_place = flips_by_place(chooser, chosen, found.by_place_s, found.points)
        opened = []
        for row, response_s in detours.sooner.items():
            response = found.response_s.copy()
            response[row] = response_s
            what = f"{chooser.names[row]} could use what it must keep off ({detours.told.get(row, 'no way there now')})"
            opened += flips_by_way(chooser, chosen, {what: lambda response=response: response}, "{}")  # type: ignore[misc]
        return (
            *by_time,
            *by_place,
            *self._flips_by_age(choice),
            *opened,
            *self._flips_by_bridge(call, choice, assigned),
        )

    @staticmethod
    def _flips_by_age(choice: _Choice) -> list[Flip]:
        """Take units that may be nearer than expected, since their positions are old, for as near as they can be."""
        found, flips = choice.found, []
        for row, driver in enumerate(found.drivers):
            low_s = found.arrivals[row].interval_s[0]
            if row in choice.chosen.units or driver.start.reach_s <= 0 or not np.isfinite(low_s):
                continue
            response = found.response_s.copy()
            response[row] = low_s
            what = f"{driver.unit.unit_id} is as near as it can be since its last position"
            flips += flips_by_way(choice.chooser, choice.chosen, {what: lambda response=response: response}, "{}")  # type: ignore[misc]
        return flips

    def _flips_by_bridge(self, call: Call, choice: _Choice, assigned: Sequence[Assigned]) -> list[Flip]:
        """Close in thought the bridges that the units would drive over."""
        rows = {driver.unit.unit_id: row for row, driver in enumerate(choice.found.drivers)}
        ways = {rows[one.unit.unit_id]: one.path for one in assigned if one.unit.unit_id in rows}
        flips: list[Flip] = []
        for bridge in self._bridges.on([one.path for one in assigned]):
            if any(bridge.is_on(path) for path in ways.values()):
                times = {bridge.name: lambda bridge=bridge: self._without(call, choice, ways, bridge)}
                flips += flips_by_way(choice.chooser, choice.chosen, times, "{} is closed")
        return flips

    def _without(self, call: Call, choice: _Choice, ways: Mapping[int, Path], bridge: Bridge) -> FloatArray:
        """Return the response times with a bridge closed; of units that stay behind they may be too low where that changes nothing."""
        found, chosen = choice.found, choice.chosen
        places = [point.position for point in found.points]
        odds = [point.probability for point in found.points]

        def closed(which: Sequence[int]) -> FloatArray:
            response = found.response_s.copy()
            drivers = [found.drivers[row] for row in which]
            arrivals = self._arrivals.find(
                drivers, places, odds, at=call.local_time, closures=call.closures, more_closed=bridge.closure
            )
            response[list(which)] = [arrival.response_s for arrival in arrivals]
            return response

        def keeps_off(row: int) -> bool:
            known = len(places) == 1 and found.drivers[row].start.reach_s <= 0
            return known and row in ways and not bridge.is_on(ways[row])

        response = closed([row for row in sorted(chosen.units) if not keeps_off(row)])
        # A closure makes nobody sooner: who would not be exchanged for units at their best is not exchanged at all.
        if choice.chooser.fill(response.tolist()).units == chosen.units:
            return response
        return closed(range(len(found.drivers)))
