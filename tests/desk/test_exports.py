"""Services and events in formats of others: what their specifications require is there.

HSDS 3.1 (docs.openreferral.org, schema reference): required keys of service, organization, phone, schedule, location, address, service_area, language, attribute,
taxonomy_term and metadata, and that ids are UUIDs. Its JSON schemas are in no package of the registries, so that they are written out here. Open311 GeoReport v2: the service list's fields.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import icalendar
import jsonschema
import pytest
import recurring_ical_events

from geo_dispatch.service import Service
from geo_dispatch.service.desk.exports import calendar_text, hsds_document, open311_document

TEXT = {"type": "string", "minLength": 1}
ID = {"type": "string", "format": "uuid"}


def thing(required: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "object", "required": ["id", *required], "properties": {"id": ID, **required, **more}}


def many(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": item}


TERM = thing({"name": TEXT, "description": TEXT, "code": TEXT})
SERVICE = thing(
    {"name": TEXT, "status": {"enum": ["active", "inactive", "defunct", "temporarily closed"]}, "organization": thing({"name": TEXT, "description": TEXT})},
    organization_id=ID,
    email={"type": "string", "pattern": "@"},
    url={"type": "string", "pattern": "^https?://"},
    phones=many(thing({"number": TEXT})),
    schedules=many(thing({}, freq={"enum": ["WEEKLY", "MONTHLY"]}, opens_at={"pattern": "^[0-2][0-9]:[0-5][0-9]$"}, dtstart={"format": "date"})),
    languages=many(thing({"code": TEXT})),
    service_areas=many(thing({"name": TEXT})),
    service_at_locations=many(
        thing({"location": thing({"location_type": {"enum": ["physical", "postal", "virtual"]}}, latitude={"type": "number"}, addresses=many(thing({"address_1": TEXT, "city": TEXT, "state_province": TEXT, "country": {"pattern": "^[A-Z]{2}$"}})))})
    ),
    attributes=many(thing({"link_id": ID, "link_entity": TEXT, "taxonomy_term": TERM})),
    metadata=many(thing({"resource_id": ID, "resource_type": TEXT, "last_action_date": {"format": "date"}, "last_action_type": TEXT, "field_name": TEXT, "replacement_value": TEXT, "updated_by": TEXT})),
)  # fmt: skip


def test_every_service_is_valid_hsds(sample_service: Service) -> None:
    services = hsds_document(sample_service)
    assert len(services) == len(sample_service.town.table("directory"))
    checker = jsonschema.Draft202012Validator(SERVICE, format_checker=jsonschema.FormatChecker())
    for service in services:
        assert [error.message for error in checker.iter_errors(service)] == [], service["name"]
        assert uuid.UUID(service["id"]).version == 5
        assert None not in service.values()
    assert [row["id"] for row in hsds_document(sample_service)] == [row["id"] for row in services]


def test_weekly_hours_become_schedules_and_others_stay_text(sample_service: Service) -> None:
    services = {row["name"]: row for row in hsds_document(sample_service)}
    clerk = services["Town Clerk"]["schedules"]
    assert [(row["byday"], row["opens_at"], row["closes_at"]) for row in clerk] == [
        ("MO,TU,WE,TH", "08:00", "16:30"),
        ("FR", "08:00", "12:00"),
    ]
    assert services["Harbormaster"]["schedules"] == [
        {"id": services["Harbormaster"]["schedules"][0]["id"], "description": "May-Oct: Mo-Su 08:00-18:00"}
    ]


def test_the_open311_list_has_every_topic_once(sample_service: Service) -> None:
    rows = open311_document(sample_service)
    codes = [row["service_code"] for row in rows]
    assert len(codes) == len(set(codes)) > 40
    for row in rows:
        assert set(row) == {"service_code", "service_name", "description", "metadata", "type", "keywords", "group"}
        assert row["type"] in ("realtime", "batch", "blackbox")


def test_the_calendar_reads_back_as_the_events(sample_service: Service) -> None:
    calendar = icalendar.Calendar.from_ical(calendar_text(sample_service))
    assert all(not event.errors for event in calendar.events)
    zone = sample_service.local_time.zone
    first, last = datetime(2026, 1, 1, tzinfo=zone), datetime(2027, 1, 1, tzinfo=zone)
    again = recurring_ical_events.of(calendar).between(first, last)
    assert len(again) == len(sample_service.events.between(first, last)) > 20


@pytest.mark.parametrize("machine", ["UTC", "Asia/Tokyo"])
def test_now_is_the_towns_whatever_the_machines_clock(
    sample_service: Service, machine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import time

    monkeypatch.setenv("TZ", machine)
    time.tzset()
    try:
        now = sample_service.now()
        assert now.tzinfo is sample_service.local_time.zone
        assert abs((now - datetime.now(tz=now.tzinfo)).total_seconds()) < 5
        assert sample_service.local(datetime.fromisoformat("2026-07-04T13:00:00+00:00")) == datetime(2026, 7, 4, 9)
        assert sample_service.local(datetime(2026, 7, 4, 9)) == datetime(2026, 7, 4, 9)
    finally:
        monkeypatch.undo()
        time.tzset()
