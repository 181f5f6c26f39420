"""Scenarios as small files of YAML or JSON, and as a part of requests: one shape for both."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, ValidationInfo

from geo_dispatch.coverage.responders import MOST_TURNOUT_S, Responder, profile_of_kind, turnout_of
from geo_dispatch.coverage.scenario import DEFAULT_THRESHOLDS_S, Changes, Scenario
from geo_dispatch.errors import CaseFileError
from geo_dispatch.geometry import LonLat
from geo_dispatch.hours import check_hours
from geo_dispatch.routing import get_profile
from geo_dispatch.yaml_lines import LinedDocument, parse_lined_yaml, read_lined_yaml

__all__ = ["ScenarioIn", "parse_scenario", "read_scenario"]

_ID = r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f\x85][^\x00-\x1f\x7f]*$"
_MOST = 300


def _number(value: object, info: ValidationInfo) -> object:
    """Refuse text for numbers, but in files, where every scalar is text; and true for 1 everywhere."""
    if isinstance(value, bool) or (isinstance(value, str) and not (info.context or {}).get("text")):
        raise ValueError("a number is wanted")
    return value


def _one(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _hours(text: str) -> str:
    return check_hours(text)


Number = Annotated[float, BeforeValidator(_number)]
Id = Annotated[str, Field(min_length=1, max_length=100, pattern=_ID)]
Ids = Annotated[list[Id], BeforeValidator(_one, json_schema_input_type=list[Id]), Field(max_length=_MOST)]
Turnout = Annotated[Number, Field(ge=0, le=MOST_TURNOUT_S)]
Chance = Annotated[Number, Field(ge=0, le=1)]
ShiftText = Annotated[str, Field(min_length=1, max_length=500), AfterValidator(_hours)]
Position = Annotated[tuple[Annotated[Number, Field(ge=-180, le=180)], Annotated[Number, Field(ge=-90, le=90)]], Field()]
"""Longitude, latitude."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class StationIn(_Part):
    """A station that there is not, or one of those that a study begins with."""

    id: Id
    lon: Annotated[Number, Field(ge=-180, le=180)]
    lat: Annotated[Number, Field(ge=-90, le=90)]
    name: str | None = Field(None, max_length=200)
    kind: str | None = Field(None, min_length=1, max_length=40)
    profile: str | None = Field(None, min_length=1, max_length=50)
    turnout_s: Turnout | None = None
    chance: Chance = 1.0
    shifts: ShiftText | None = None

    def responder(self, *, kind: str, profile: str) -> Responder:
        """Return it as the rest of the program has it."""
        own = self.kind or kind
        return Responder(
            unit_id=None,
            station_id=self.id,
            name=self.name or self.id,
            kind=own,
            position=LonLat(self.lon, self.lat),
            profile=get_profile(self.profile or profile).id,
            turnout_s=turnout_of(own) if self.turnout_s is None else self.turnout_s,
            chance=self.chance,
            shifts=self.shifts,
        )


class UnitIn(_Part):
    """A unit that there is not; it stands at a station, or at a position of its own."""

    id: Id
    station: Id | None = None
    lon: Annotated[Number, Field(ge=-180, le=180)] | None = None
    lat: Annotated[Number, Field(ge=-90, le=90)] | None = None
    name: str | None = Field(None, max_length=200)
    kind: str = Field("engine", min_length=1, max_length=40)
    profile: str | None = Field(None, min_length=1, max_length=50)
    turnout_s: Turnout | None = None
    chance: Chance = 1.0
    shifts: ShiftText | None = None


class StationChanges(_Part):
    """What differs in the stations."""

    moved: dict[Id, Position] = Field(default_factory=dict, max_length=_MOST)
    added: list[StationIn] = Field(default_factory=list, max_length=_MOST)
    removed: Ids = Field(default_factory=list)
    shifts: dict[Id, ShiftText] = Field(default_factory=dict, max_length=_MOST)
    chance: dict[Id, Chance] = Field(default_factory=dict, max_length=_MOST)
    turnout_s: dict[Id, Turnout] = Field(default_factory=dict, max_length=_MOST)


class UnitChanges(_Part):
    """What differs in the units; one is moved to a station's id or to a position."""

    moved: dict[Id, Position | Id] = Field(default_factory=dict, max_length=_MOST)
    added: list[UnitIn] = Field(default_factory=list, max_length=_MOST)
    removed: Ids = Field(default_factory=list)
    shifts: dict[Id, ShiftText] = Field(default_factory=dict, max_length=_MOST)
    chance: dict[Id, Chance] = Field(default_factory=dict, max_length=_MOST)
    turnout_s: dict[Id, Turnout] = Field(default_factory=dict, max_length=_MOST)


class ScenarioIn(_Part):
    """A scenario: what differs from the town as it is."""

    name: str = Field("as it is", min_length=1, max_length=200)
    kind: Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[a-z][a-z0-9_]*$")] = "fire"
    respond: Literal["stations", "units"] = "stations"
    profile: str = Field("engine", min_length=1, max_length=50)
    thresholds_s: list[Annotated[Number, Field(ge=10, le=7200)]] = Field(
        default_factory=lambda: list(DEFAULT_THRESHOLDS_S), min_length=1, max_length=12
    )
    at: datetime | None = None
    turnout_s: Turnout | None = None
    stations: StationChanges = Field(default_factory=StationChanges)
    units: UnitChanges = Field(default_factory=UnitChanges)
    closures: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=10_000)]],
        BeforeValidator(_one, json_schema_input_type=list[str]),
        Field(max_length=1000),
    ] = Field(default_factory=list)
    without_units: Ids = Field(default_factory=list)
    due: Annotated[int, BeforeValidator(_number), Field(ge=1, le=10)] = 2

    def scenario(self) -> Scenario:
        """Return it as the rest of the program has it.

        Raises
        ------
        ProfileError
            If there is no such profile.
        """
        kind, profile = self.kind, get_profile(self.profile).id
        added = tuple(row.responder(kind=kind, profile=profile) for row in self.stations.added)
        return Scenario(
            name=self.name,
            kind=kind,
            by=self.respond,
            profile=profile,
            thresholds_s=tuple(self.thresholds_s),
            at=self.at,
            turnout_s=self.turnout_s,
            stations=_changes(self.stations, added),
            units=_changes(self.units, tuple(_unit(row) for row in self.units.added)),
            closures=tuple(self.closures),
            without_units=tuple(self.without_units),
            due=self.due,
        )


def read_scenario(path: Path) -> Scenario:
    """Read a scenario from a file of YAML or JSON.

    Parameters
    ----------
    path
        UTF-8 text; every member may be left out.

    Returns
    -------
    Scenario
        Without responders to begin with: those of the town file, unless others are given.

    Raises
    ------
    CaseFileError
        If it can't be read, or a value can't be used; the message names file and line.
    ProfileError
        If there is no such profile.
    """
    return _checked(read_lined_yaml(path, error=CaseFileError)).scenario()


def parse_scenario(text: str, *, name: str) -> ScenarioIn:
    """Read a scenario from a text of YAML or JSON.

    Parameters
    ----------
    text
        The text; every member may be left out.
    name
        What messages call it.

    Returns
    -------
    ScenarioIn
        As written: what is left out is not set.

    Raises
    ------
    CaseFileError
        If a value can't be used; the message names its line.
    ProfileError
        If there is no such profile.
    """
    found = _checked(parse_lined_yaml(text, error=CaseFileError, name=name))
    found.scenario()
    return found


def _checked(document: LinedDocument) -> ScenarioIn:
    if document.data is None:
        raise CaseFileError(f"{document.name}: holds no scenario: give at least a name")
    if not isinstance(document.data, Mapping):
        raise CaseFileError(f"{document.name}:1: is not a scenario: write members as `name: Third station`")
    try:
        return ScenarioIn.model_validate(document.data, context={"text": True})
    except ValidationError as error:
        raise _wrong(document, error) from None


def _wrong(document: LinedDocument, error: ValidationError) -> CaseFileError:
    first = error.errors()[0]
    at = tuple(first["loc"])
    value = first.get("input")
    shown = f" ({value!r})" if isinstance(value, str | int | float) else ""
    what = ".".join(str(part) for part in at) or "the file"
    if first["type"] == "extra_forbidden":
        known = ", ".join(ScenarioIn.model_fields) if len(at) == 1 else "those of docs/coverage.md"
        return CaseFileError(f"{document.name}:{document.line(at)}: there is no member {what!r}: give {known}")
    return CaseFileError(
        f"{document.name}:{document.line(at)}: {what}{shown}: {first['msg'].removeprefix('Value error, ')}"
    )


def _changes(given: StationChanges | UnitChanges, added: tuple[Responder, ...]) -> Changes:
    moved: dict[str, LonLat | str] = {
        id_: place if isinstance(place, str) else LonLat(*place) for id_, place in given.moved.items()
    }
    return Changes(
        moved=moved,
        added=added,
        removed=tuple(given.removed),
        shifts=given.shifts,
        chance=given.chance,
        turnout_s=given.turnout_s,
    )


def _unit(row: UnitIn) -> Responder:
    """Return a unit; one at a station has that station's id, and no position yet."""
    if (row.lon is None) != (row.lat is None) or (row.lon is None and row.station is None):
        raise CaseFileError(f"unit {row.id!r}: give its station, or lon and lat")
    position = LonLat(float("nan"), float("nan")) if row.lon is None else LonLat(row.lon, float(row.lat or 0.0))
    return Responder(
        unit_id=row.id,
        station_id=row.station or "",
        name=row.name or row.id,
        kind=row.kind,
        position=position,
        profile=get_profile(row.profile or profile_of_kind(row.kind)).id,
        turnout_s=turnout_of(row.kind) if row.turnout_s is None else row.turnout_s,
        chance=row.chance,
        shifts=row.shifts,
    )
