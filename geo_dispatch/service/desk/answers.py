"""What the information desk answers with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from geo_dispatch.knowledge.facts import Source

__all__ = ["DeskAnswer", "EventsAnswer", "Kind", "Referral", "ServicesAnswer"]

Kind = Literal["hours", "directions", "contact", "event", "jurisdiction", "place", "note"]


@dataclass(frozen=True, slots=True)
class Referral:
    """Who would know: name, telephone (None when it is not on file), and why they."""

    name: str
    phone: str | None
    why: str


@dataclass(frozen=True, slots=True)
class DeskAnswer:
    """An answer of the desk.

    Attributes
    ----------
    question
        As asked.
    status
        answered, or unknown: then `referral` says who would know, where anybody does.
    kind
        What it was taken for.
    answer
        In words; every sentence comes of a row of the town file, of its hours, or of a route.
    items
        The same as data.
    source
        Where the fact comes from.
    place
        Where it is, as a candidate of locate.
    referral
        Who would know more.
    warnings
        What to beware of: unverified, old or weak facts, holidays, an emergency.
    """

    question: str
    status: Literal["answered", "unknown"]
    kind: Kind
    answer: str
    items: tuple[Mapping[str, Any], ...]
    source: Source
    place: Mapping[str, Any] | None = None
    referral: Referral | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EventsAnswer:
    """Events in a span of time; times ISO 8601 with the town's zone."""

    from_: str
    to: str
    total: int
    items: tuple[Mapping[str, Any], ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ServicesAnswer:
    """Services of a town, each with its source and whether it is open now."""

    total: int
    items: tuple[Mapping[str, Any], ...]
    warnings: tuple[str, ...]
