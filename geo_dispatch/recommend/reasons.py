"""Why each unit goes or doesn't, what the card lacks, and what to know before sending anybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from geo_dispatch.geometry import FloatArray
from geo_dispatch.live.mutual_aid import find_aid
from geo_dispatch.live.run_cards import Requirement
from geo_dispatch.recommend.answer import Considered, Shortfall
from geo_dispatch.recommend.arrival import Arrival, Driver
from geo_dispatch.recommend.assignment import Filled
from geo_dispatch.recommend.call import Call
from geo_dispatch.recommend.region import RegionPoint
from geo_dispatch.units import format_distance, format_duration

__all__ = ["Detours", "Found", "considered", "shortfalls", "warnings_of"]


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of the units.

    Attributes
    ----------
    slots
        Capabilities that the card asks for, each as often as it does.
    against
        What keeps each unit from any call; None for those that could go.
    lacks
        Of those that could go, why they are none of the card's; None for those that are.
    every, drivers
        Those that could go; of them the ones that the card asks for.
    arrivals
        When each of `drivers` is there.
    points
        Places that stand for the call.
    """

    slots: Sequence[str]
    against: Mapping[str, str | None]
    lacks: Mapping[str, str | None]
    every: Sequence[Driver]
    drivers: Sequence[Driver]
    arrivals: Sequence[Arrival]
    points: Sequence[RegionPoint]

    @property
    def response_s(self) -> FloatArray:
        """Return response times of `drivers`."""
        return np.asarray([arrival.response_s for arrival in self.arrivals], dtype=np.float64)

    @property
    def by_place_s(self) -> FloatArray:
        """Return response times of `drivers` to each place, shape ``(n_units, n_places)``."""
        rows = [arrival.by_place_s for arrival in self.arrivals]
        return np.asarray(rows, dtype=np.float64).reshape(len(rows), len(self.points))


@dataclass(frozen=True, slots=True)
class Detours:
    """What limits and closures cost units that don't go, by row of `Found.drivers`.

    Attributes
    ----------
    told
        What each avoids and what that costs, in words.
    sooner
        Response time without limits and closures of those that would go then.
    """

    told: Mapping[int, str]
    sooner: Mapping[int, float]


def considered(
    call: Call, found: Found, chosen: Filled, detours: Detours, no_way: Mapping[str, str]
) -> tuple[Considered, ...]:
    """Return every unit with the reason why it goes or doesn't, in the order of their ids."""
    rows = {driver.unit.unit_id: row for row, driver in enumerate(found.drivers)}
    told = []
    for unit in call.units:
        name = unit.unit_id
        why = found.against[name] or found.lacks.get(name)
        if why is not None:
            told.append(Considered(name, False, why, None))
            continue
        row = rows[name]
        if name in no_way:
            told.append(Considered(name, False, no_way[name], None))
            continue
        reason = _reason(found, chosen, row)
        if row in detours.told and row not in chosen.units:
            reason += f" ({detours.told[row]})"
        told.append(Considered(name, True, reason, found.arrivals[row].travel_s))
    return tuple(told)


def _reason(found: Found, chosen: Filled, row: int) -> str:
    driver = found.drivers[row]
    if row in chosen.units:
        return f"goes as {found.slots[chosen.unit.index(row)]}"
    mates = [
        found.drivers[other].unit.unit_id
        for other in sorted(chosen.units)
        if driver.unit.crew_group is not None and found.drivers[other].unit.crew_group == driver.unit.crew_group
    ]
    if mates:
        return f"shares its crew ({driver.unit.crew_group}) with {mates[0]}, which goes"
    rivals = [
        (float(found.response_s[other]), found.drivers[other].unit.unit_id, found.slots[slot])
        for slot, other in enumerate(chosen.unit)
        if other >= 0 and found.slots[slot] in driver.unit.capabilities
    ]
    if not rivals:
        return "others are there sooner, all together"
    response_s, name, role = max(rivals)
    later = float(found.response_s[row]) - response_s
    if later < 0 and driver.unit.neighbour is not None:
        return f"is {driver.unit.neighbour}'s: our own units fill the card; it is there {-later:.0f} s before {name}, {role}"
    if later < 0:
        return "others are there sooner, all together"
    told = f"is {later:.0f} s slower than {name}, {role}" if later >= 0.5 else f"is there when {name} is, {role}"
    if driver.start.reach_s > 0:
        low, high = (format_duration(bound) for bound in found.arrivals[row].interval_s)
        told += f"; its position is {format_duration(driver.start.age_s)} old, it may be there in {low} to {high}"
    return told


def shortfalls(call: Call, found: Found, chosen: Filled) -> tuple[Shortfall, ...]:
    """Return what nobody fills, why, and which neighbours can send it."""
    empty = [found.slots[slot] for slot, row in enumerate(chosen.unit) if row < 0]
    missing = [Requirement(name, empty.count(name)) for name in dict.fromkeys(empty)]
    offers = find_aid(call.neighbours, missing)
    needed = {row.capability: row.count for row in call.card.requirements}
    return tuple(
        Shortfall(
            capability=row.capability,
            needed=needed[row.capability],
            missing=row.count,
            reason=_lacking(call, found, chosen, row.capability),
            mutual_aid=tuple(asdict(offer) for offer in offers if offer.capability == row.capability),
        )
        for row in missing
    )


def _lacking(call: Call, found: Found, chosen: Filled, capability: str) -> str:
    """Say of every unit that has a capability why it doesn't fill it."""
    rows = {driver.unit.unit_id: row for row, driver in enumerate(found.drivers)}
    told = []
    for unit in call.units:
        if capability not in unit.capabilities:
            continue
        why = found.against[unit.unit_id]
        row = rows.get(unit.unit_id)
        if why is not None:
            told.append(f"{unit.unit_id} {why}")
        elif row is not None and not np.isfinite(found.response_s[row]):
            told.append(f"{unit.unit_id} has no way there")
        elif row is not None and row not in chosen.units:
            told.append(f"{unit.unit_id} {_reason(found, chosen, row)}")
    return "; ".join(told) or f"no other unit is {capability}"


def warnings_of(call: Call, found: Found, chosen: Filled) -> tuple[str, ...]:
    """Return what to know before sending the units that go."""
    going = [found.drivers[row] for row in sorted(chosen.units)]
    told = []
    if not call.units:
        told.append("there are no units: give them in the town pack, by --units, or from a live store")
    if len(found.points) > 1:
        told.append(
            f"the place is known to {format_distance(call.place.radius90_m)} only: times are expected ones over its region, "
            f"routes lead to {call.place.label}"
        )
    told += _of_units(going)
    for driver in going:
        if driver.unit.crew_group is not None:
            mates = [u.unit_id for u in call.units if u.crew_group == driver.unit.crew_group and u != driver.unit]
            if mates:
                told.append(f"{driver.unit.unit_id} takes the crew of {' and '.join(mates)}, out of service then")
    return tuple(told)


def _of_units(going: Sequence[Driver]) -> list[str]:
    """Return what is doubtful about units."""
    told = []
    for driver in going:
        start, name = driver.start, driver.unit.unit_id
        if start.reach_s > 0:
            told.append(
                f"{name}'s position is {format_duration(start.age_s)} old: it may be anywhere within {format_duration(start.reach_s)} of it; "
                "ask it where it is"
            )
    for wording, names in (
        ("no position is on file of {}: taken to be in quarters", [d for d in going if d.start.assumed]),
        ("no status is on file of {}: taken to be available", [d for d in going if d.unit.status_assumed]),
        ("the crew of {} is not known", [d for d in going if d.unit.crew is None]),
        ("the vehicle profile of {} is not on file: taken by its kind", [d for d in going if d.profile_assumed]),
    ):
        if names:
            told.append(wording.format(", ".join(d.unit.unit_id for d in names)))
    for driver in going:
        if driver.unit.neighbour is not None:
            over = driver.unit.call_over_s
            time = (
                "the time to call them is unknown and not counted"
                if over is None
                else f"{over:.0f} s to call them are counted"
            )
            told.append(f"{driver.unit.unit_id} is {driver.unit.neighbour}'s: {time}")
    return told
