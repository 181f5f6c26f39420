"""What a town knows, in formats that other programs read."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Literal

from geo_dispatch.knowledge.directory import Directory
from geo_dispatch.knowledge.hsds import hsds_services
from geo_dispatch.knowledge.ics import calendar_of
from geo_dispatch.knowledge.open311 import open311_services
from geo_dispatch.service.service import Service

__all__ = ["calendar_text", "export_text", "hsds_document", "open311_document"]


def export_text(service: Service, format_: Literal["hsds", "open311", "ics"]) -> str:
    """Return an export as text.

    Parameters
    ----------
    service
        Of the town.
    format_
        hsds, open311 or ics.

    Returns
    -------
    str
        JSON, or iCalendar.
    """
    if format_ == "ics":
        return calendar_text(service)
    content = hsds_document(service) if format_ == "hsds" else open311_document(service)
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def hsds_document(service: Service) -> list[dict[str, Any]]:
    """Return the services of a town as Open Referral HSDS 3 documents."""
    meta = service.town.meta
    rows = Directory(service.town).services
    return hsds_services(rows, town=meta.name, state=meta.state, today=service.now().date())


def open311_document(service: Service) -> list[dict[str, object]]:
    """Return the services of a town as an Open311 service list."""
    return open311_services(Directory(service.town).services)


def calendar_text(service: Service) -> str:
    """Return the events of a town as iCalendar text (RFC 5545)."""
    stamp = datetime.fromisoformat(service.town.meta.built_at)
    calendar = calendar_of(service.events.rows, name=service.town.meta.name, zone=service.local_time.zone, stamp=stamp)
    text: str = calendar.to_ical().decode("utf-8")
    return text
