"""Who responds: the stations of a town, or its units, each with vehicle, turnout, hours and chance of being free."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from geo_dispatch.data_tables import load_table
from geo_dispatch.errors import CaseFileError, InputError, NotFoundError
from geo_dispatch.geometry import LonLat
from geo_dispatch.routing import VehicleSize, get_profile, read_points_csv
from geo_dispatch.town.columns import TableColumns
from geo_dispatch.town.town import Town
from geo_dispatch.yaml_lines import did_you_mean

__all__ = [
    "Responder",
    "profile_of_kind",
    "read_stations_csv",
    "stations_from_places",
    "stations_of",
    "turnout_of",
    "units_of",
]

MOST_TURNOUT_S = 3600.0


@dataclass(frozen=True, slots=True)
class Responder:
    """What sets out from a place: a station with the profile's vehicle, or one unit.

    Attributes
    ----------
    unit_id
        Radio name; None for a station as a whole.
    station_id, name, kind
        Of the station; the name is the unit's when it is one.
    position
        Where it sets out from, degrees.
    profile, size
        Its vehicle; sizes go before the profile's.
    turnout_s
        From alarm to wheels rolling, seconds.
    chance
        Probability that it is free when a call comes, 0..1.
    shifts
        Hours when it is staffed, in the notation of opening hours; None for always.
    """

    unit_id: str | None
    station_id: str
    name: str
    kind: str
    position: LonLat
    profile: str
    turnout_s: float
    size: VehicleSize | None = None
    chance: float = 1.0
    shifts: str | None = None

    @property
    def id(self) -> str:
        """Return what it is called in tables: the unit's id, else the station's."""
        return self.unit_id or self.station_id


def turnout_of(kind: str, staffing: str | None = None) -> float:
    """Return the expected turnout time of a kind of unit in quarters, seconds.

    Parameters
    ----------
    kind
        Of a unit, as in "engine"; of a station, as in "police".
    staffing
        When it is staffed; "on call" for a crew that comes in first.

    Examples
    --------
    >>> turnout_of("engine"), turnout_of("ambulance"), turnout_of("engine", "on call")
    (80.0, 60.0, 300.0)
    """
    table = load_table("geo_dispatch.recommend", "turnout")
    on_call = (staffing or "").strip().lower() in table["on_call_words"]
    own = {"ems": "ambulance"}.get(kind, kind)
    for row in table["rows"]:
        fits = ("staffed" not in row or on_call) and ("kinds" not in row or own in row["kinds"])
        if row["where"] == "home" and fits:
            return float(row["expected"])
    raise InputError(f"there is no turnout for {kind!r}: see recommend/turnout.yaml")


def profile_of_kind(kind: str) -> str:
    """Return the vehicle profile that units of a kind have where none is on file.

    Examples
    --------
    >>> profile_of_kind("rescue"), profile_of_kind("boat")
    ('engine', 'car')
    """
    by_kind: Mapping[str, str] = load_table("geo_dispatch.recommend", "figures")["profile_by_kind"]
    return by_kind.get(kind, by_kind["other"])


def stations_of(town: Town, *, kind: str = "fire", profile: str = "engine") -> tuple[Responder, ...]:
    """Return the stations of a kind that the town file lists, each as one responder with a vehicle of the profile.

    The turnout is the shortest of the station's own units of that profile, else the kind's.

    Parameters
    ----------
    town
        The town.
    kind
        fire, police, ems ...
    profile
        Id of a vehicle profile.

    Raises
    ------
    NotFoundError
        If there is none with a position; the message says how to give them.
    ProfileError
        If there is no such profile.
    """
    vehicle = get_profile(profile).id
    table = town.table("stations")
    turnouts = _turnouts_by_station(town, vehicle)
    found = [
        Responder(
            None, station_id, _name(table, row, station_id), kind,
            LonLat(float(table.lon[row]), float(table.lat[row])), vehicle,
            turnouts.get(station_id, turnout_of(kind)),
        )
        for row in range(len(table))
        if table.text("kind")[row] == kind and np.isfinite(table.lon[row])
        for station_id in (str(table.text("station_id")[row]),)
    ]  # fmt: skip
    if not found:
        raise _no_stations(town, kind)
    return tuple(found)


def units_of(town: Town, *, kind: str = "fire") -> tuple[Responder, ...]:
    """Return the units that are based at stations of a kind, each with its own vehicle, hours and turnout.

    Parameters
    ----------
    town
        The town.
    kind
        Of the stations.

    Raises
    ------
    NotFoundError
        If there is none.
    """
    stations = {row.station_id: row for row in stations_of(town, kind=kind)}
    table = town.table("units")
    found = []
    for row in range(len(table)):
        station = stations.get(str(table.text("station_id")[row]))
        unit_kind, staffing = str(table.text("kind")[row]), table.text("staffing")[row]
        if station is None or table.text("neighbour")[row] is not None:
            continue
        sizes = {name: float(table.numbers(name)[row]) for name in ("weight_t", "height_m", "width_m", "length_m")}
        on_call = (staffing or "").strip().lower() in load_table("geo_dispatch.recommend", "turnout")["on_call_words"]
        unit_id = str(table.text("unit_id")[row])
        found.append(
            replace(
                station,
                unit_id=unit_id,
                name=_name(table, row, unit_id),
                kind=unit_kind,
                profile=get_profile(table.text("profile")[row] or profile_of_kind(unit_kind)).id,
                size=VehicleSize(**{name: value for name, value in sizes.items() if math.isfinite(value)}),
                turnout_s=turnout_of(unit_kind, staffing),
                shifts=None if on_call else staffing,
            )
        )
    if not found:
        raise NotFoundError(
            f"{town.meta.name} has no units at {kind} stations: respond by stations, or add them to its pack"
        )
    return tuple(found)


def stations_from_places(
    town: Town, category: str, *, kind: str = "fire", profile: str = "engine"
) -> tuple[Responder, ...]:
    """Return the places of a category as stations, for a town whose file lists none.

    Parameters
    ----------
    town
        The town.
    category
        Of the gazetteer, as in "fire station".
    kind, profile
        What the stations are, and the vehicle that each has.

    Raises
    ------
    NotFoundError
        If the town has no such place with a position.
    """
    wanted = "_".join(category.strip().lower().split())
    table = town.table("places")
    categories = table.text("category")
    code = categories.vocabulary().index(wanted) if wanted in categories.vocabulary() else None
    rows = [] if code is None else np.flatnonzero((categories.codes == code) & np.isfinite(table.lon)).tolist()
    if not rows:
        near = did_you_mean(wanted, categories.vocabulary())
        raise NotFoundError(
            f"{town.meta.name} has no place of the category {category!r}{near}: give --stations FILE.csv (of siting --existing)"
        )
    vehicle = get_profile(profile).id
    return tuple(
        Responder(
            None, place_id, _name(table, row, place_id), kind,
            LonLat(float(table.lon[row]), float(table.lat[row])), vehicle, turnout_of(kind),
        )
        for row in rows
        for place_id in (str(table.text("place_id")[row]),)
    )  # fmt: skip


def read_stations_csv(path: Path, *, kind: str = "fire", profile: str = "engine") -> tuple[Responder, ...]:
    """Read stations from a CSV file: id, lon, lat, and if given name, turnout_s, profile, kind, chance.

    Parameters
    ----------
    path
        UTF-8 text with a header line.
    kind, profile
        Of stations for which the file tells none.

    Raises
    ------
    CaseFileError
        If the file can't be used; the message names file and line.
    ProfileError
        If there is no such profile.
    """
    points = {point.id: point for point in read_points_csv(path)}
    found = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        reader.fieldnames = [name.strip().lower() for name in reader.fieldnames or ()]
        for row in reader:
            told = {key: value.strip() for key, value in row.items() if isinstance(value, str) and value.strip()}
            point = points.get(told.get("id", ""))
            if point is None:
                continue
            at = f"{path}:{reader.line_num}"
            own = told.get("kind", kind)
            found.append(
                Responder(
                    None, point.id, told.get("name", point.id), own, point.position,
                    get_profile(told.get("profile", profile)).id,
                    _number(at, told, "turnout_s", turnout_of(own), MOST_TURNOUT_S),
                    chance=_number(at, told, "chance", 1.0, 1.0),
                )
            )  # fmt: skip
    return tuple(found)


def _number(at: str, told: Mapping[str, str], column: str, default: float, most: float) -> float:
    text = told.get(column)
    if text is None:
        return default
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value <= most:
        raise CaseFileError(f"{at}: {column} is {text!r}: give 0 to {most:g}")
    return value


def _name(table: TableColumns, row: int, other: str) -> str:
    return table.text("name")[row] or other


def _turnouts_by_station(town: Town, profile: str) -> dict[str, float]:
    """Return the shortest turnout of each station's own units of a profile."""
    table = town.table("units")
    found: dict[str, float] = {}
    for row in range(len(table)):
        if table.text("profile")[row] == profile and table.text("neighbour")[row] is None:
            station = str(table.text("station_id")[row])
            seconds = turnout_of(str(table.text("kind")[row]), table.text("staffing")[row])
            found[station] = min(seconds, found.get(station, math.inf))
    return found


def _no_stations(town: Town, kind: str) -> NotFoundError:
    kinds: Sequence[str] = sorted({str(word) for word in town.table("stations").text("kind") if word})
    has = f" (it has {', '.join(kinds)})" if kinds else ""
    return NotFoundError(
        f"the town file of {town.meta.name} has no {kind} station{has}: give --stations FILE.csv (of siting --existing) with id,lon,lat, "
        "--stations-from 'fire station' to take the places of that category, or add stations to its town pack"
    )
