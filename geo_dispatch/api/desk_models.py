"""What the desk is asked with over HTTP, and what it answers."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from geo_dispatch.api.requests import Position, Text, Time, _Request
from geo_dispatch.api.responses import Candidate

__all__ = ["DeskRequest", "DeskResponse", "EventsQuery", "EventsResponse", "ServicesQuery", "ServicesResponse"]


class DeskRequest(_Request):
    """A question of the public."""

    text: Text = Field(description="The question", examples=["when is the dump open on Saturday"])
    origin: Text | Position | None = Field(
        None, alias="from", description="Where the asker is: words, LON,LAT, or a position"
    )
    at: Time = Field(None, description="When it is asked, ISO 8601, local time; now when left out")


class EventsQuery(_Request):
    """Which events."""

    starts: Time = Field(None, alias="from", description="From when, ISO 8601; now when left out")
    ends: Time = Field(None, alias="to", description="Before when; 31 days later when left out")
    q: str | None = Field(None, max_length=200, description="Words of the name or place")
    limit: int = Field(100, ge=1, le=1000, description="Most items")


class ServicesQuery(_Request):
    """Which services."""

    q: str | None = Field(None, max_length=200, description="Words of its name, or of what it handles")
    category: str | None = Field(None, max_length=100, description="Category")
    limit: int = Field(100, ge=1, le=1000, description="Most items")


class _Response(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SourceOut(_Response):
    """Where a fact comes from."""

    name: str
    url: str | None
    date: str | None
    grade: str | None
    verified: bool


class ReferralOut(_Response):
    """Who would know."""

    name: str
    phone: str | None
    why: str


class DeskResponse(_Response):
    """An answer of the information desk."""

    question: str
    status: Literal["answered", "unknown"]
    kind: Literal["hours", "directions", "contact", "event", "jurisdiction", "place", "note"]
    answer: str
    items: list[dict[str, Any]]
    source: SourceOut
    place: Candidate | None
    referral: ReferralOut | None
    warnings: list[str]


class EventOut(_Response):
    """One time that an event takes place."""

    event_id: str
    name: str
    starts: str
    ends: str
    all_day: bool
    status: Literal["confirmed", "tentative", "cancelled"]
    where: str | None
    lon: float | None
    lat: float | None
    description: str | None
    url: str | None
    organizer: str | None
    closures: list[str]
    source: SourceOut


class EventsResponse(BaseModel):
    """Events in a span of time."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    from_: str = Field(alias="from")
    to: str
    total: int
    items: list[EventOut]
    warnings: list[str]


class ServiceOut(_Response):
    """An office or service."""

    service_id: str
    name: str
    organization: str | None
    category: str | None
    phone: str | None
    email: str | None
    url: str | None
    address: str | None
    hours: str | None
    hours_note: str | None
    jurisdiction: str | None
    handles: list[str]
    alternate_names: list[str]
    fees: str | None
    how_to: str | None
    areas: list[str]
    languages: list[str]
    emergency: bool
    note: str | None
    lon: float | None
    lat: float | None
    source: SourceOut
    open: Literal["open", "closed", "unknown"] | None


class ServicesResponse(_Response):
    """Services of the town."""

    total: int
    items: list[ServiceOut]
    warnings: list[str]
