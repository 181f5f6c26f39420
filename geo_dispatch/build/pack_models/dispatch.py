"""Stations, units, run cards, hazards, neighbours: what dispatching needs of a town."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, field_validator, model_validator

from geo_dispatch.build.pack_models.rows import PackRow, Requirement
from geo_dispatch.build.pack_models.values import (
    HoursText,
    Name,
    Phone,
    Size,
    Text,
    Texts,
    Word,
    split,
    split_requirements,
)

__all__ = ["Hazard", "Neighbour", "RunCard", "Station", "Unit"]


class Station(PackRow):
    """A fire, police or ambulance station."""

    table = "stations"
    id_key = "station_id"

    station_id: Text = Field(description="Short id, unique")
    name: Text = Field(description="Name")
    kind: Literal["fire", "police", "ems", "highway", "harbormaster", "dispatch", "other"] = Field(description="Kind")
    agency: str | None = Field(None, description="Agency that runs it")
    phone: Phone | None = Field(None, description="Business telephone")


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


class RunCard(PackRow):
    """What goes to which call type."""

    table = "run_cards"
    id_key = "card_id"
    where_keys = (("area", "area"),)

    card_id: Text = Field(description="Id, unique")
    call_type: Text = Field(description="Call type")
    name: Text = Field(description="Spoken name")
    alarm: int = Field(1, ge=1, description="Alarm level")
    when: HoursText | None = Field(None, description="Times it holds, OSM opening-hours text")
    area: str | None = Field(None, description="Name of the area it holds for; everywhere when left out")
    weather: Annotated[list[Word], BeforeValidator(split)] = Field(
        default_factory=list, description="Weather flags that must all be set, as ice; any weather when left out"
    )
    extends: Text | None = Field(None, description="card_id of the card whose requirements these are added to")
    requirements: Annotated[list[Requirement], BeforeValidator(split_requirements), Field(min_length=1)]

    @field_validator("requirements")
    @classmethod
    def _each_once(cls, value: list[Requirement]) -> list[Requirement]:
        names = [requirement.capability for requirement in value]
        double = next((name for name in names if names.count(name) > 1), None)
        if double is not None:
            raise ValueError(f"{double!r} is asked for twice: add the counts up")
        return value


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


class Neighbour(PackRow):
    """Whom to call for a town around."""

    table = "neighbours"
    where_keys = (("name", "town"),)

    name: Text = Field(description="Town")
    state: Text = Field(description="State in full")
    agency: str | None = Field(None, description="Agency that answers")
    phone: Phone | None = Field(None, description="Its telephone")
    relation: Annotated[list[str], BeforeValidator(split), Field(min_length=1)]
    provides: Annotated[list[Requirement], BeforeValidator(split_requirements)] = Field(
        default_factory=list, description="What it can send as mutual aid"
    )
    call_over_s: float | None = Field(
        None, ge=0, le=86_400, allow_inf_nan=False, description="Seconds that calling it for mutual aid takes"
    )
