"""Services, notes, events, and who handles what where."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from geo_dispatch.build.pack_models.rows import PackRow
from geo_dispatch.build.pack_models.values import (
    Day,
    Email,
    HoursText,
    Language,
    Moment,
    Phone,
    Text,
    Texts,
    Url,
    Zone,
    split,
)
from geo_dispatch.knowledge.recurrence import check_rrule

__all__ = ["Calendar", "Event", "Jurisdiction", "NoteRow", "Service"]


class Service(PackRow):
    """An office or service (Open Referral HSDS terms)."""

    table = "directory"
    id_key = "service_id"

    service_id: Text = Field(description="Id, unique")
    name: Text = Field(description="Name")
    organization: str | None = Field(None, description="Organisation")
    category: str | None = Field(None, description="Category")
    phone: Phone | None = Field(None, description="Telephone")
    email: Email | None = Field(None, description="E-mail address")
    url: Url | None = Field(None, description="Page")
    hours: HoursText | None = Field(None, description="OSM opening-hours text")
    jurisdiction: Literal["town", "state", "neighbour", "utility", "county", "federal", "private"] | None = None
    handles: Texts = Field(default_factory=list, description="Topics")
    alternate_names: Texts = Field(default_factory=list, description="Other names people use for it")
    fees: str | None = Field(None, description="What it costs")
    how_to: str | None = Field(None, description="How to apply, or what to bring")
    hours_note: str | None = Field(None, description="What else to know of its hours")
    areas: Texts = Field(default_factory=list, description="Areas it serves; the town when left out")
    languages: Annotated[list[Language], BeforeValidator(split)] = Field(
        default_factory=list, description="Languages spoken, as en, pt"
    )
    emergency: bool = Field(False, description="It answers emergencies")


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
    timezone: Zone | None = Field(None, description="IANA zone of starts and ends; the town's when left out")
    uid: Text | None = Field(None, description="iCalendar UID; made from event_id when left out")
    exdates: Annotated[list[Moment], BeforeValidator(split)] = Field(
        default_factory=list, description="Starts of a recurrence that are left out"
    )
    rdates: Annotated[list[Moment], BeforeValidator(split)] = Field(default_factory=list, description="Further starts")
    status: Literal["confirmed", "tentative", "cancelled"] | None = Field(None, description="confirmed when left out")
    url: Url | None = Field(None, description="Page")
    organizer: str | None = Field(None, description="Organisation or role")
    recurrence_id: Moment | None = Field(None, description="Start of the occurrence of uid that this row replaces")

    @model_validator(mode="after")
    def _in_order(self) -> Event:
        if self.ends is not None:
            starts, ends = datetime.fromisoformat(self.starts), datetime.fromisoformat(self.ends)
            if (starts.tzinfo is None) != (ends.tzinfo is None):
                raise ValueError("starts and ends must both have a time zone, or neither")
            if ends < starts:
                raise ValueError(f"ends {self.ends} lies before starts {self.starts}")
        return self

    @model_validator(mode="after")
    def _recurs(self) -> Event:
        if self.rrule is not None:
            check_rrule(self.rrule, datetime.fromisoformat(self.starts))
        if self.recurrence_id is not None and self.uid is None:
            raise ValueError("recurrence_id needs uid: which event's occurrence does this row replace?")
        return self


class NoteRow(PackRow):
    """What people ask about and no office alone answers: a bylaw, a permit, a season, an access rule."""

    table = "notes"
    id_key = "note_id"
    where_keys = (("where_text", "words"),)

    note_id: Text = Field(description="Id, unique")
    title: Text = Field(description="Title")
    text: Text = Field(description="What to know")
    category: Literal["bylaw", "permit", "access", "season", "road", "service", "history", "other"] = Field(
        description="Kind"
    )
    topics: Texts = Field(default_factory=list, description="Topics it answers")
    service_id: Text | None = Field(None, description="A service_id of directory: who knows more")
    starts: Day | None = Field(None, description="Day it begins to hold")
    ends: Day | None = Field(None, description="Last day it holds")
    where_text: str | None = Field(None, description="Place in words")

    @model_validator(mode="after")
    def _in_order(self) -> NoteRow:
        if self.starts is not None and self.ends is not None and self.ends < self.starts:
            raise ValueError(f"ends {self.ends} lies before starts {self.starts}: exchange them")
        return self


class Jurisdiction(PackRow):
    """Who handles a topic, on which roads or in which area."""

    table = "jurisdictions"
    id_key = "rule_id"
    where_keys = (("area", "area"),)

    rule_id: Text = Field(description="Id, unique")
    topics: Annotated[list[str], BeforeValidator(split), Field(min_length=1)] = Field(description="Topics")
    roads: Texts = Field(default_factory=list, description="Names of roads it holds on; anywhere when left out")
    refs: Texts = Field(default_factory=list, description="Route numbers it holds on, as MA 88")
    area: Text | None = Field(None, description="Name of the area it holds in; everywhere when left out")
    service_id: Text = Field(description="A service_id of directory: who handles it")


class Calendar(PackRow):
    """A calendar of events in a file of the pack, or on the web."""

    table = "calendars"
    id_key = "calendar_id"

    calendar_id: Text = Field(description="Id, unique")
    name: Text = Field(description="Name")
    file: Text | None = Field(None, description="An .ics file of the pack")
    url: Url | None = Field(None, description="Address of an .ics file, downloaded at build")

    @model_validator(mode="after")
    def _one_source(self) -> Calendar:
        if (self.file is None) == (self.url is None):
            raise ValueError("give file or url: one of the two")
        return self
