"""Names, places, exits and mile markers that the map lacks or has wrong, and landmarks for directions."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from geo_dispatch.build.pack_models.rows import PackRow, Strict
from geo_dispatch.build.pack_models.values import (
    HoursText,
    Phone,
    Text,
    Url,
    split_names,
)

__all__ = ["Alias", "Exit", "LandmarkRule", "MileMarker", "OtherName", "Place"]


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


class OtherName(Strict):
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
    names: Annotated[list[OtherName], BeforeValidator(split_names)] = Field(default_factory=list)
    brand: str | None = Field(None, description="Brand")
    operator: str | None = Field(None, description="Operator")
    ref: str | None = Field(None, description="Reference")
    phone: Phone | None = Field(None, description="Telephone")
    website: Url | None = Field(None, description="Address of the website")
    opening_hours: HoursText | None = Field(None, description="OSM opening-hours text")
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


class LandmarkRule(PackRow):
    """A place that directions are to name, or never to name."""

    table = "landmarks"

    place: Text = Field(description="Name or place_id of the place")
    use: Literal["promote", "ban"] = Field(description="Name it, or never name it")
    called: Text | None = Field(None, description="What directions call it; its name when left out")
