"""Services of a town in the shape of Open Referral's Human Services Data Specification, version 3.

Ids are version-5 UUIDs of the town and the service, so that they stay the same from export to export.

References
----------
https://docs.openreferral.org/en/v3.1.0/hsds/schema_reference.html
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from geo_dispatch.knowledge.directory import ServiceRow
from geo_dispatch.knowledge.weekly import weekly_rules

__all__ = ["hsds_services"]

_SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://openreferral.org/geo-dispatch")


def hsds_services(services: Iterable[ServiceRow], *, town: str, state: str | None, today: date) -> list[dict[str, Any]]:
    """Return services with all that belongs to them nested, as the specification's ``/services/{id}`` gives them.

    Parameters
    ----------
    services
        The services.
    town, state
        The town, for ids, addresses and organisations without a name.
    today
        From when opening hours are told.

    Returns
    -------
    list of dict
        One document for each service; keys without a value are left out, since the specification has no nulls.
    """
    return [_service(row, town, state, today) for row in services]


def _id(*parts: object) -> str:
    return str(uuid.uuid5(_SPACE, "|".join(str(part) for part in parts)))


def _service(row: ServiceRow, town: str, state: str | None, today: date) -> dict[str, Any]:
    key = _id(town, "service", row.service_id)
    organization = row.organization or row.name
    document: dict[str, Any] = {
        "id": key,
        "organization_id": _id(town, "organization", organization),
        "name": row.name,
        "alternate_name": "; ".join(row.alternate_names) or None,
        "description": _description(row),
        "url": row.url,
        "email": row.email,
        "status": "active",
        "application_process": row.how_to,
        "fees_description": row.fees,
        "last_modified": None,
        "assured_date": row.source.date
        if row.source.verified and row.source.date and len(row.source.date) == 10
        else None,
        "organization": {
            "id": _id(town, "organization", organization),
            "name": organization,
            "description": organization,
        },
        "phones": [{"id": _id(key, "phone"), "number": row.phone}] if row.phone else [],
        "schedules": _schedules(row, key, today),
        "languages": [{"id": _id(key, "language", code), "code": code} for code in row.languages],
        "service_areas": [{"id": _id(key, "area", name), "name": name} for name in (row.areas or (town,))],
        "service_at_locations": _locations(row, key, town, state),
        "attributes": [
            {
                "id": _id(key, "attribute", topic),
                "link_id": key,
                "link_entity": "service",
                "taxonomy_term": {"id": _id(town, "term", topic), "code": topic, "name": topic, "description": topic},
            }
            for topic in (*((row.category,) if row.category else ()), *row.handles)
        ],
        "metadata": _metadata(row, key),
    }
    return {name: value for name, value in document.items() if value not in (None, [], "")}


def _description(row: ServiceRow) -> str:
    parts = [f"Handles {', '.join(row.handles)}." if row.handles else row.name, row.note or "", row.hours_note or ""]
    return " ".join(part for part in parts if part)


def _schedules(row: ServiceRow, key: str, today: date) -> list[dict[str, Any]]:
    """Return opening hours as weekly rules where they are; else as text."""
    if row.hours is None:
        return []
    rules = weekly_rules(row.hours)
    if rules is None:
        return [{"id": _id(key, "schedule"), "description": row.hours}]
    return [
        {
            "id": _id(key, "schedule", number),
            "dtstart": today.isoformat(),
            "freq": "WEEKLY",
            "byday": ",".join(rule.days),
            "opens_at": rule.opens,
            "closes_at": rule.closes,
            "description": row.hours,
        }
        for number, rule in enumerate(rules)
    ]


def _locations(row: ServiceRow, key: str, town: str, state: str | None) -> list[dict[str, Any]]:
    if row.address is None and row.lon is None:
        return []
    location: dict[str, Any] = {"id": _id(key, "location"), "location_type": "physical", "name": row.name}
    if row.lon is not None:
        location |= {"longitude": row.lon, "latitude": row.lat}
    if row.address is not None:
        location["addresses"] = [
            {
                "id": _id(key, "address"),
                "address_1": row.address,
                "city": town,
                "state_province": state or "",
                "postal_code": "",
                "country": "US",
                "address_type": "physical",
            }
        ]
    return [{"id": _id(key, "at"), "location": location}]


def _metadata(row: ServiceRow, key: str) -> list[Mapping[str, Any]]:
    source = row.source
    told = {
        "source": source.url or source.name,
        "grade": source.grade,
        "verified": "true" if source.verified else "false",
    }
    return [
        {
            "id": _id(key, "metadata", name),
            "resource_id": key,
            "resource_type": "service",
            "last_action_date": source.date if source.date and len(source.date) == 10 else "1970-01-01",
            "last_action_type": "create",
            "field_name": name,
            "previous_value": "",
            "replacement_value": value,
            "updated_by": source.name,
        }
        for name, value in told.items()
        if value
    ]
