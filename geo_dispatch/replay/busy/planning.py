"""From a town and its calls to what is worked out and simulated: who goes where in which order, at which hours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

from geo_dispatch.data_tables import load_table
from geo_dispatch.errors import InputError, RunCardError
from geo_dispatch.geometry import FloatArray, LonLat
from geo_dispatch.hours import Hours
from geo_dispatch.live.models import UnitSeed
from geo_dispatch.live.statuses import load_workflow
from geo_dispatch.recommend import CallUnit
from geo_dispatch.recommend.arrival import Arrivals
from geo_dispatch.recommend.eligibility import is_on_call
from geo_dispatch.replay.busy.plan import HOURS_OF_WEEK, CallKind, Plan
from geo_dispatch.replay.town import ReplayTown

__all__ = ["MONDAY", "CallPlan", "Spot", "make_plan"]

MONDAY = datetime(2026, 3, 2)
"""A week without holidays in most places: staffing is told by it."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place that stands for some calls of a type, and when one of them came, by the town's clock."""

    position: LonLat
    local: datetime


@dataclass(frozen=True, slots=True)
class CallPlan:
    """One call type: how often at which hour of the day, from where, and for how long units are out."""

    call_type: str
    per_hour: FloatArray
    spots: tuple[Spot, ...]
    service_s: FloatArray


def make_plan(at: ReplayTown, calls: Sequence[CallPlan]) -> tuple[Plan, tuple[str, ...]]:
    """Make what is worked out and simulated.

    Parameters
    ----------
    at
        The town. Its own units with quarters and wheels take part; neighbours' don't.
    calls
        By type.

    Returns
    -------
    tuple
        The plan, and what to know of it.

    Raises
    ------
    InputError
        If the town has no such units.
    RunCardError
        If no run card holds for a call.
    """
    by_water = load_table("geo_dispatch.recommend", "figures")["by_water"]
    seeds = [
        seed for seed in at.seeds if seed.home_lon is not None and seed.neighbour is None and seed.kind not in by_water
    ]
    if not seeds:
        raise InputError(f"the town file of {at.town.meta.name} has no unit with quarters: add them to its town pack")
    duty = np.asarray([_on_duty(at, seed) for seed in seeds])
    spots = [spot for call in calls for spot in call.spots]
    response = _responses(at, seeds, [spot.position for spot in spots])
    kinds, first, unmet = [], 0, dict[str, int]()
    for call in calls:
        rows = range(first, first + len(call.spots))
        orders = [
            _orders(at, seeds, call.call_type, spot, response[:, row], unmet)
            for spot, row in zip(call.spots, rows, strict=True)
        ]
        first += len(call.spots)
        rate = np.tile(call.per_hour / 3600.0, HOURS_OF_WEEK // 24)
        kinds.append(CallKind(call.call_type, rate, tuple(orders), call.service_s))
    names: dict[object, int] = {}
    crew = [names.setdefault(seed.crew_group or (seed.unit_id,), len(names)) for seed in seeds]
    plan = Plan(tuple(seed.unit_id for seed in seeds), np.asarray(crew, dtype=np.int64), duty, tuple(kinds))
    told = tuple(f"no unit here is {need}: {count} calls that ask for it go without" for need, count in unmet.items())
    return plan, told


def _on_duty(at: ReplayTown, seed: UnitSeed) -> npt.NDArray[np.bool_]:
    unit = _unit(seed)
    if seed.staffing is None or is_on_call(unit):
        return np.ones(HOURS_OF_WEEK, dtype=bool)
    west, south, east, north = at.town.extent
    try:
        hours = Hours(seed.staffing, lon=(west + east) / 2, lat=(south + north) / 2)
    except InputError:
        return np.ones(HOURS_OF_WEEK, dtype=bool)
    moments = (MONDAY.replace(tzinfo=at.town.zone) + timedelta(hours=hour) for hour in range(HOURS_OF_WEEK))
    return np.asarray([hours.state(moment) != "closed" for moment in moments])


def _unit(seed: UnitSeed) -> CallUnit:
    free = load_workflow().get_status(load_workflow().initial)
    return CallUnit.of_seed(seed, status=free.status, assignable=True)


def _responses(at: ReplayTown, seeds: Sequence[UnitSeed], places: Sequence[LonLat]) -> FloatArray:
    """Return the response time of each unit from its quarters to each place, shape ``(n_units, n_places)``."""
    arrivals = Arrivals(at.town, at.router, at.router.snapper)
    moment = datetime.fromisoformat("2026-03-02T12:00+00:00")
    result = np.full((len(seeds), len(places)), np.inf)
    for row, seed in enumerate(seeds):
        driver = arrivals.driver(_unit(seed), moment)
        if places:
            found = at.router.matrix(
                [driver.start.position], places, profile=driver.profile, size=driver.unit.size
            ).travel_time_s[0]
            result[row] = found + driver.before_s
    return result


def _orders(
    at: ReplayTown,
    seeds: Sequence[UnitSeed],
    call_type: str,
    spot: Spot,
    response_s: FloatArray,
    unmet: dict[str, int],
) -> tuple[tuple[int, ...], ...]:
    """Return the units that could fill each place of a call's card, best first; places that nobody fills are counted."""
    moment = spot.local.replace(tzinfo=at.town.zone)
    try:
        card = at.cards.select(call_type, lon=spot.position.lon, lat=spot.position.lat, at=moment)
    except RunCardError:
        unmet[f"on a card for {call_type}"] = unmet.get(f"on a card for {call_type}", 0) + 1
        return ()
    ranked = sorted(range(len(seeds)), key=lambda row: (response_s[row], seeds[row].unit_id))
    found = []
    for need in card.requirements:
        able = tuple(
            row for row in ranked if need.capability in seeds[row].capabilities and np.isfinite(response_s[row])
        )
        if able:
            found += [able] * need.count
        else:
            unmet[need.capability] = unmet.get(need.capability, 0) + 1
    return tuple(found)
