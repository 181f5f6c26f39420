"""A scenario: who responds from where, what is closed, and which thresholds count."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from geo_dispatch.coverage.responders import MOST_TURNOUT_S, Responder
from geo_dispatch.errors import InputError
from geo_dispatch.geometry import LonLat
from geo_dispatch.hours import Hours
from geo_dispatch.routing import Closure
from geo_dispatch.town.town import Town
from geo_dispatch.yaml_lines import did_you_mean

__all__ = ["DEFAULT_THRESHOLDS_S", "Changes", "Scenario", "apply_changes", "check_thresholds", "checked"]

DEFAULT_THRESHOLDS_S = (240.0, 360.0, 480.0, 600.0, 840.0)
"""4, 6, 8, 10 and 14 minutes: the travel and response times that NFPA 1710 and 1720 speak of."""

_LEAST_S, _MOST_S, _MOST_THRESHOLDS = 10.0, 7200.0, 12


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs from the town as it is; ids are of stations, or of units where units respond.

    Attributes
    ----------
    moved
        New positions by id; a unit's may be the id of a station.
    added
        Responders that there are not.
    removed
        Those that are given up.
    shifts
        Hours of staffing by id, in the notation of opening hours.
    chance
        Probability of being free, by id.
    turnout_s
        Seconds by id.
    """

    moved: Mapping[str, LonLat | str] = field(default_factory=dict)
    added: tuple[Responder, ...] = ()
    removed: tuple[str, ...] = ()
    shifts: Mapping[str, str] = field(default_factory=dict)
    chance: Mapping[str, float] = field(default_factory=dict)
    turnout_s: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scenario:
    """What coverage is asked for.

    Attributes
    ----------
    name
        For tables and maps.
    kind
        Of the stations that respond: fire, police, ems ...
    by
        Whether stations respond, each with a vehicle of `profile`, or each of their units with its own.
    profile
        Vehicle profile of stations.
    thresholds_s
        Rising; inclusive.
    at
        Local time; staffing and rules that hold at times count only when it is given.
    turnout_s
        Of every responder; each one's own when None.
    responders
        Those to begin with; those of the town file when None.
    stations, units
        What differs; that of stations moves their units too.
    closures
        What is closed.
    without_units
        Ids of responders that are busy.
    due
        How many responders of each place are kept: 2 for first and second due.
    """

    name: str = "as it is"
    kind: str = "fire"
    by: Literal["stations", "units"] = "stations"
    profile: str = "engine"
    thresholds_s: tuple[float, ...] = DEFAULT_THRESHOLDS_S
    at: datetime | None = None
    turnout_s: float | None = None
    responders: tuple[Responder, ...] | None = None
    stations: Changes = field(default_factory=Changes)
    units: Changes = field(default_factory=Changes)
    closures: tuple[Closure | str, ...] = ()
    without_units: tuple[str, ...] = ()
    due: int = 2


def check_thresholds(thresholds_s: Sequence[float]) -> tuple[float, ...]:
    """Return thresholds in rising order, each once.

    Raises
    ------
    InputError
        If there are none, too many, or one is no time that help is given within.

    Examples
    --------
    >>> check_thresholds([480, 240])
    (240.0, 480.0)
    """
    found = tuple(sorted({float(value) for value in thresholds_s}))
    if not found:
        raise InputError("there is no threshold: give seconds, as in 240,480")
    for value in found:
        if not _LEAST_S <= value <= _MOST_S:
            raise InputError(
                f"a threshold of {value:g} s: give {_LEAST_S:g} to {_MOST_S:g} seconds (two hours), as in 240,480"
            )
    if len(found) > _MOST_THRESHOLDS:
        raise InputError(f"{len(found)} thresholds are more than {_MOST_THRESHOLDS}: give fewer")
    return found


def checked(town: Town, responders: Iterable[Responder]) -> tuple[Responder, ...]:
    """Return responders, checked: at least one, each id once, each on the town's roads.

    Raises
    ------
    InputError
        If there is none, an id is given twice, a turnout or chance is none, or a position is outside; it names the id.
    """
    found = tuple(responders)
    if not found:
        raise InputError("there are no stations: give one at least")
    seen: set[str] = set()
    for row in found:
        if row.id in seen:
            raise InputError(f"the station or unit {row.id!r} is given twice: give each its own id")
        seen.add(row.id)
        if not 0 <= row.turnout_s <= MOST_TURNOUT_S:
            raise InputError(f"{row.id}: a turnout of {row.turnout_s:g} s: give 0 to {MOST_TURNOUT_S:g} seconds")
        if not 0 <= row.chance <= 1:
            raise InputError(f"{row.id}: a chance of being free of {row.chance:g}: give 0 to 1")
        try:
            town.check_covers(row.position)
        except InputError as error:
            raise type(error)(f"station {row.id!r}: {error}") from None
    return found


def apply_changes(
    responders: Sequence[Responder], scenario: Scenario, town: Town
) -> tuple[tuple[Responder, ...], tuple[str, ...]]:
    """Return the responders of a scenario that are on duty, and what there is to say about that.

    Parameters
    ----------
    responders
        As they are.
    scenario
        What differs.
    town
        Hours are by its clock.

    Raises
    ------
    InputError
        If a change names no responder; the message says which, and what is near.
    """
    found = list(responders)
    if scenario.by == "units":
        found = _changed(found, scenario.stations, "station", "station_id")
        places = _station_places(town, [*found, *scenario.stations.added])
        added = [_placed(row, row.station_id, places) for row in scenario.units.added]
        found = [*_changed(found, scenario.units, "unit", "id", places), *added]
    else:
        for key in ("moved", "removed", "added"):
            if getattr(scenario.units, key):
                raise InputError(f"units are {key}, but stations respond: give `respond: units` in the scenario")
        found = [*_changed(found, scenario.stations, "station", "id"), *scenario.stations.added]
    _check_known(scenario.without_units, [row.id for row in found], "unit or station")
    found = [row for row in found if row.id not in scenario.without_units]
    if scenario.turnout_s is not None:
        if not 0 <= scenario.turnout_s <= MOST_TURNOUT_S:
            raise InputError(f"a turnout of {scenario.turnout_s:g} s: give 0 to {MOST_TURNOUT_S:g} seconds")
        found = [replace(row, turnout_s=scenario.turnout_s) for row in found]
    return _on_duty(found, scenario.at, town)


def _changed(
    rows: list[Responder], changes: Changes, what: str, key: str, places: Mapping[str, LonLat] | None = None
) -> list[Responder]:
    """Apply one set of changes, which name responders by an attribute, but for those added."""
    known = [str(getattr(row, key)) for row in rows]
    for named in (changes.moved, changes.removed, changes.shifts, changes.chance, changes.turnout_s):
        _check_known(named, known, what)
    changed = []
    for row, id_ in zip(rows, known, strict=True):
        if id_ in changes.removed:
            continue
        now = replace(
            row,
            shifts=changes.shifts.get(id_, row.shifts),
            chance=float(changes.chance.get(id_, row.chance)),
            turnout_s=float(changes.turnout_s.get(id_, row.turnout_s)),
        )
        to = changes.moved.get(id_)
        changed.append(now if to is None else _placed(now, to, places or {}))
    return changed


def _placed(row: Responder, to: LonLat | str, places: Mapping[str, LonLat]) -> Responder:
    """Put a responder at a position, or at the station of an id; one with a position of its own stays when it names none."""
    if isinstance(to, LonLat):
        return replace(row, position=to)
    if math.isfinite(row.position.lon) and (row.station_id == to or not to):
        return row
    _check_known([to], list(places), "station")
    return replace(row, station_id=to, position=places[to])


def _station_places(town: Town, rows: Sequence[Responder]) -> dict[str, LonLat]:
    """Return the position of every station: of the town file, and as changed."""
    table = town.table("stations")
    known = {
        str(table.text("station_id")[row]): LonLat(float(table.lon[row]), float(table.lat[row]))
        for row in range(len(table))
        if math.isfinite(table.lon[row])
    }
    return {**known, **{row.station_id: row.position for row in rows}}


def _check_known(named: Mapping[str, object] | Sequence[str], known: Sequence[str], what: str) -> None:
    for id_ in named:
        if id_ not in known:
            listed = ", ".join(dict.fromkeys(known)) or "none"
            raise InputError(f"there is no {what} {id_!r}{did_you_mean(id_, known)}: there are {listed}")


def _on_duty(
    rows: Sequence[Responder], at: datetime | None, town: Town
) -> tuple[tuple[Responder, ...], tuple[str, ...]]:
    """Leave out who is not staffed at a time; without a time everybody is."""
    with_hours = [row for row in rows if row.shifts]
    if at is None:
        told = f"no time is given: {', '.join(row.id for row in with_hours)} count as staffed round the clock"
        return tuple(rows), (told,) if any(_limited(row.shifts) for row in with_hours) else ()
    west, south, east, north = town.extent
    now = at if at.tzinfo is not None else at.replace(tzinfo=town.zone)

    def is_off(row: Responder) -> bool:
        hours = Hours(str(row.shifts), lon=(west + east) / 2, lat=(south + north) / 2, zone=town.zone)
        return hours.state(now) == "closed"

    off = [row for row in with_hours if is_off(row)]
    told = f"not staffed at {at:%a %H:%M}: {', '.join(row.id for row in off)}"
    return tuple(row for row in rows if row not in off), (told,) if off else ()


def _limited(shifts: str | None) -> bool:
    return (shifts or "24/7").strip() != "24/7"
