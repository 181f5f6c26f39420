"""What each file of a town pack may hold: one model for each, and its JSON Schema.

The keys are the columns of the town file's tables; ``docs/town-pack.md`` describes them for those who write packs.
Values arrive as text, as written in YAML or CSV, and get their type here.
"""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from geo_dispatch.hours import check_hours

__all__ = ["PACK_ROWS", "PackMeta", "PackRow", "pack_json_schemas", "write_pack_schemas"]


def _split(value: Any) -> Any:
    """Let ``a; b`` stand for a list, as in CSV."""
    if isinstance(value, str):
        return [part.strip() for part in value.split(";") if part.strip()]
    return value


def _split_requirements(value: Any) -> Any:
    """Let ``engine=2; ladder=1`` stand for a list of requirements, as in CSV."""
    if not isinstance(value, str):
        return value
    pairs = [part.partition("=") for part in _split(value)]
    return [{"capability": name.strip(), "count": count.strip() or "1"} for name, _, count in pairs]


def _split_names(value: Any) -> Any:
    """Let ``old_name=Head Store; The Head``, or plain texts in a list, stand for other names."""
    result = []
    for item in _split(value) if isinstance(value, (str, list)) else value:
        if isinstance(item, str):
            kind, equals, name = item.partition("=")
            item = {"name": name.strip(), "kind": kind.strip()} if equals else {"name": item, "kind": "nickname"}
        result.append(item)
    return result


def _check_date(value: str) -> str:
    parts = re.fullmatch(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?", value)
    if not parts:
        raise ValueError(f"{value!r} is not a date: write 2026-05-01")
    date(int(parts[1]), int(parts[2] or 1), int(parts[3] or 1))
    return value


def _check_time(value: str) -> str:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        raise ValueError(f"{value!r} is not a time: write 2026-07-04T09:00 or 2026-07-04") from None
    return value


Texts = Annotated[list[str], BeforeValidator(_split)]
Day = Annotated[str, BeforeValidator(lambda value: _check_date(str(value)))]
Moment = Annotated[str, BeforeValidator(lambda value: _check_time(str(value)))]
Size = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Text = Annotated[str, Field(min_length=1)]
Name = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[^\x00-\x1f/]+$")]
Word = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class PackMeta(_Strict):
    """Which town a pack is for: ``pack.yaml``."""

    name: Text = Field(description="Town, as signed")
    state: Text = Field(description="State in full")
    fictional: bool = Field(False, description="An invented town; shown on every page then")
    notice: str | None = Field(None, description="Text that is shown with every answer from this town")
    licence: str | None = Field(None, description="Licence of the pack's facts")
    attribution: str | None = Field(None, description="Text that must be shown")
    date: Day | None = Field(None, description="When the pack was last gone through")
    note: str | None = Field(None, description="For the people who keep the pack")


class PackRow(_Strict):
    """What every row of every file may carry: where it is, and where the fact comes from."""

    table: ClassVar[str]
    id_key: ClassVar[str | None] = None
    where_keys: ClassVar[tuple[tuple[str, str], ...]] = ()

    lon: float | None = Field(None, ge=-180, le=180, allow_inf_nan=False, description="Longitude, degrees")
    lat: float | None = Field(None, ge=-90, le=90, allow_inf_nan=False, description="Latitude, degrees")
    address: str | None = Field(None, description="Street address it is at")
    place: str | None = Field(None, description="Name of a place it is at")
    at: str | None = Field(None, description="Any words that locate understands")
    municipality: str | None = Field(None, description="Town it lies in")
    state: str | None = Field(None, description="State it lies in")
    source_url: str | None = Field(None, description="Where the fact was read")
    source_date: Day | None = Field(None, description="Date of that page")
    grade: Literal["A", "B", "C", "D"] | None = Field(None, description="A official, B own page, C copy, D weak")
    verified: bool = Field(False, description="Someone of the town has confirmed it")
    note: str | None = Field(None, description="What else to know")

    @model_validator(mode="after")
    def _both_coordinates(self) -> PackRow:
        if (self.lon is None) != (self.lat is None):
            raise ValueError("lon and lat go together: give both or neither")
        return self

    def where(self) -> tuple[str, str] | None:
        """Return how and in what words the row says where it is, when it gives no coordinates."""
        for key, kind in (("address", "address"), ("place", "place"), ("at", "words"), *self.where_keys):
            text = getattr(self, key, None)
            if text:
                return kind, str(text)
        return None


class Station(PackRow):
    """A fire, police or ambulance station."""

    table = "stations"
    id_key = "station_id"

    station_id: Text = Field(description="Short id, unique")
    name: Text = Field(description="Name")
    kind: Literal["fire", "police", "ems", "highway", "harbormaster", "dispatch", "other"] = Field(description="Kind")
    agency: str | None = Field(None, description="Agency that runs it")
    phone: str | None = Field(None, description="Business telephone")


class Unit(PackRow):
    """A vehicle and its crew."""

    table = "units"
    id_key = "unit_id"
    where_keys = (("station_id", "station"),)

    unit_id: Name = Field(description="Radio name, unique; no slash")
    name: Text = Field(description="Spoken name")
    kind: Literal[
        "engine", "ladder", "tanker", "brush", "rescue", "ambulance", "police", "chief", "highway", "boat", "other"
    ] = Field(description="Kind")
    station_id: Text = Field(description="A station_id of stations")
    agency: str | None = Field(None, description="Agency")
    profile: str | None = Field(None, description="Vehicle profile used for its routes")
    capabilities: Texts = Field(default_factory=list, description="What it counts as on a run card")
    crew: int = Field(-1, ge=-1, description="Usual crew; -1 unknown")
    weight_t: Size | None = Field(None, description="Loaded weight, tonnes")
    height_m: Size | None = Field(None, description="Height, metres")
    width_m: Size | None = Field(None, description="Width, metres")
    length_m: Size | None = Field(None, description="Length, metres")
    staffing: str | None = Field(None, description="When it is staffed")
    crew_group: Text | None = Field(
        None, description="Units with the same word share one crew: only one of them can go"
    )
    neighbour: Text | None = Field(None, description="Mutual aid: name of the neighbour that must be called for it")


class Requirement(_Strict):
    """So many units of one capability."""

    capability: Text
    count: int = Field(1, ge=1)


class RunCard(PackRow):
    """What goes to which call type."""

    table = "run_cards"
    id_key = "card_id"
    where_keys = (("area", "area"),)

    card_id: Text = Field(description="Id, unique")
    call_type: Text = Field(description="Call type")
    name: Text = Field(description="Spoken name")
    alarm: int = Field(1, ge=1, description="Alarm level")
    when: str | None = Field(None, description="Times it holds, OSM opening-hours text")
    area: str | None = Field(None, description="Name of the area it holds for; everywhere when left out")
    weather: Annotated[list[Word], BeforeValidator(_split)] = Field(
        default_factory=list, description="Weather flags that must all be set, as ice; any weather when left out"
    )
    extends: Text | None = Field(None, description="card_id of the card whose requirements these are added to")
    requirements: Annotated[list[Requirement], BeforeValidator(_split_requirements), Field(min_length=1)]

    @field_validator("when")
    @classmethod
    def _is_time(cls, value: str | None) -> str | None:
        return None if value is None else check_hours(value)

    @field_validator("requirements")
    @classmethod
    def _each_once(cls, value: list[Requirement]) -> list[Requirement]:
        names = [requirement.capability for requirement in value]
        double = next((name for name in names if names.count(name) > 1), None)
        if double is not None:
            raise ValueError(f"{double!r} is asked for twice: add the counts up")
        return value


class Alias(PackRow):
    """Another name that people use."""

    table = "aliases"

    alias: Text = Field(description="What people say")
    kind: Literal["nickname", "old_name", "abbreviation", "mishearing", "route_name", "old_exit"]
    target_kind: Literal["street", "place", "area", "route", "exit", "intersection", "address"]
    target: Text = Field(description="Name of the target as the town has it")

    def where(self) -> tuple[str, str] | None:
        """Return the target: it says where the alias is."""
        return self.target_kind, self.target


class Hazard(PackRow):
    """A hazard or premise note."""

    table = "hazards"
    id_key = "hazard_id"
    where_keys = (("where_text", "words"),)

    hazard_id: Text = Field(description="Id, unique")
    name: Text = Field(description="Name")
    kind: Literal["flood", "bridge_limit", "premise", "access", "other"] = Field(description="Kind")
    description: Text = Field(description="What to know")
    where_text: str | None = Field(None, description="Place in words")
    restricted: bool = Field(False, description="Only dispatch roles may read it; true when left out for kind premise")
    maxweight_t: Size | None = Field(None, description="Weight limit of the road there, tonnes; goes before the map's")
    maxheight_m: Size | None = Field(None, description="Clearance there, metres; goes before the map's")
    maxwidth_m: Size | None = Field(None, description="Width limit there, metres; goes before the map's")

    @model_validator(mode="before")
    @classmethod
    def _premises_are_restricted(cls, data: Any) -> Any:
        if isinstance(data, dict) and data.get("kind") == "premise" and data.get("restricted") is None:
            return {**data, "restricted": "true"}
        return data


class Service(PackRow):
    """An office or service (Open Referral HSDS terms)."""

    table = "directory"
    id_key = "service_id"

    service_id: Text = Field(description="Id, unique")
    name: Text = Field(description="Name")
    organization: str | None = Field(None, description="Organisation")
    category: str | None = Field(None, description="Category")
    phone: str | None = Field(None, description="Telephone")
    email: str | None = Field(None, description="E-mail address")
    url: str | None = Field(None, description="Page")
    hours: str | None = Field(None, description="OSM opening-hours text")
    jurisdiction: Literal["town", "state", "neighbour", "utility", "county", "federal", "private"] | None = None
    handles: Texts = Field(default_factory=list, description="Topics")


class Event(PackRow):
    """An event."""

    table = "events"
    id_key = "event_id"
    where_keys = (("where_text", "words"),)

    event_id: Text = Field(description="Id, unique")
    name: Text = Field(description="Name")
    starts: Moment = Field(description="ISO 8601")
    ends: Moment | None = Field(None, description="ISO 8601, not before starts")
    rrule: str | None = Field(None, description="RFC 5545 recurrence rule")
    where_text: str | None = Field(None, description="Place in words")
    description: str | None = Field(None, description="What it is")
    closures: Texts = Field(default_factory=list, description="Closures it brings, as texts")

    @model_validator(mode="after")
    def _in_order(self) -> Event:
        if self.ends is not None:
            starts, ends = datetime.fromisoformat(self.starts), datetime.fromisoformat(self.ends)
            if (starts.tzinfo is None) != (ends.tzinfo is None):
                raise ValueError("starts and ends must both have a time zone, or neither")
            if ends < starts:
                raise ValueError(f"ends {self.ends} lies before starts {self.starts}")
        return self

    @field_validator("rrule")
    @classmethod
    def _is_rule(cls, value: str | None) -> str | None:
        if value is not None and not re.match(r"FREQ=", value.removeprefix("RRULE:")):
            raise ValueError(f"{value!r} is not a recurrence rule: write FREQ=WEEKLY;BYDAY=SA")
        return value


class Neighbour(PackRow):
    """Whom to call for a town around."""

    table = "neighbours"
    where_keys = (("name", "town"),)

    name: Text = Field(description="Town")
    state: Text = Field(description="State in full")
    agency: str | None = Field(None, description="Agency that answers")
    phone: str | None = Field(None, description="Its telephone")
    relation: Annotated[list[str], BeforeValidator(_split), Field(min_length=1)]
    provides: Annotated[list[Requirement], BeforeValidator(_split_requirements)] = Field(
        default_factory=list, description="What it can send as mutual aid"
    )
    call_over_s: float | None = Field(
        None, ge=0, le=86_400, allow_inf_nan=False, description="Seconds that calling it for mutual aid takes"
    )


class OtherName(_Strict):
    """Another name of a place."""

    name: Text
    kind: str = "nickname"


class Place(PackRow):
    """A place that the map lacks, or a correction to one that it has."""

    table = "places"
    id_key = "place_id"

    name: Text | None = Field(None, description="Name; required unless corrects is given")
    corrects: Text | None = Field(None, description="Name or place_id of the place of the map that this row corrects")
    gone: bool = Field(False, description="With corrects: the place no longer exists")
    place_id: Text | None = Field(None, description="Id; pack:NAME when left out")
    category: str | None = Field(None, description="Our category; required unless corrects is given")
    kind: str | None = Field(None, description="OSM tag, as amenity=school")
    names: Annotated[list[OtherName], BeforeValidator(_split_names)] = Field(default_factory=list)
    brand: str | None = Field(None, description="Brand")
    operator: str | None = Field(None, description="Operator")
    ref: str | None = Field(None, description="Reference")
    phone: str | None = Field(None, description="Telephone")
    website: str | None = Field(None, description="Address of the website")
    opening_hours: str | None = Field(None, description="OSM opening-hours text")
    house_number: str | None = Field(None, description="House number")
    street: str | None = Field(None, description="Street")
    postcode: str | None = Field(None, description="ZIP")
    city: str | None = Field(None, description="Postal community")
    tags: dict[str, str | None] = Field(default_factory=dict, description="Other OSM tags")

    @model_validator(mode="after")
    def _named_or_correcting(self) -> Place:
        if self.corrects is None and (self.name is None or self.category is None):
            raise ValueError(
                f"key {'name' if self.name is None else 'category'!r} is missing (or 'corrects', for a correction)"
            )
        if self.gone and self.corrects is None:
            raise ValueError("'gone' needs 'corrects': which place is gone?")
        return self

    def where(self) -> tuple[str, str] | None:
        """Return where it is: as any row, else its house number and street."""
        told = super().where()
        if told is None and self.house_number and self.street:
            return "address", f"{self.house_number} {self.street}"
        return told


class Exit(PackRow):
    """A numbered exit."""

    table = "exits"
    id_key = "exit_id"

    number: Text = Field(description="Exit number as signed now")
    route: Text = Field(description="Route numbers of the road it leaves")
    exit_id: Text | None = Field(None, description="Id; made from route and number when left out")
    old_number: str | None = Field(None, description="Former number")
    name: str | None = Field(None, description="Name")
    destination: str | None = Field(None, description="What the sign says")


class MileMarker(PackRow):
    """A mile marker."""

    table = "mile_markers"
    id_key = "marker_id"

    number: float = Field(ge=0, allow_inf_nan=False, description="Number on the post")
    route: Text = Field(description="Route number")
    marker_id: Text | None = Field(None, description="Id; made from route, number and direction when left out")
    text: str | None = Field(None, description="As written on the post")
    direction: Literal["N", "E", "S", "W"] | None = Field(None, description="Direction, if signed")


PACK_ROWS: dict[str, type[PackRow]] = {
    model.table: model
    for model in (Station, Unit, RunCard, Alias, Hazard, Service, Event, Neighbour, Place, Exit, MileMarker)
}
"""Table name, which is also the file name, to the model of its rows."""


def pack_json_schemas() -> dict[str, dict[str, Any]]:
    """Return the JSON Schema of each file of a pack by file name, ``stations.schema.json`` ...

    Examples
    --------
    >>> pack_json_schemas()["stations.schema.json"]["type"]
    'array'
    """
    dialect = "https://json-schema.org/draft/2020-12/schema"
    schemas: dict[str, dict[str, Any]] = {"pack.schema.json": {"$schema": dialect, **PackMeta.model_json_schema()}}
    for table, model in PACK_ROWS.items():
        row = model.model_json_schema()
        definitions = row.pop("$defs", {})
        schema: dict[str, Any] = {"$schema": dialect, "title": table, "type": "array", "items": row}
        schemas[f"{table}.schema.json"] = {**schema, **({"$defs": definitions} if definitions else {})}
    return schemas


def write_pack_schemas(folder: Path) -> None:
    """Write `pack_json_schemas` as files, for editors that complete and check YAML by them.

    Parameters
    ----------
    folder
        Where to; made when absent.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in pack_json_schemas().items():
        (folder / name).write_text(json.dumps(schema, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
