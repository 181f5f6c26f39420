"""Incidents, assignments and closures."""

from __future__ import annotations

from datetime import timedelta

import pytest

from geo_dispatch.errors import (
    ConflictError,
    InputError,
    TransitionError,
    UnitTakenError,
    UnknownRecordError,
    VersionConflictError,
)
from tests.live.stores import START


def test_an_incident_from_opened_to_closed(desk):
    incident = desk.incidents.open_incident(
        "crash",
        lon=-71.0,
        lat=41.5,
        label="Main Street",
        radius90_m=30.0,
        weather=["ice", "fog", "ice"],
        actor="Desk 1",
    )
    assert incident.incident_id == "2026-0000001"
    assert (incident.status, incident.opened_by, incident.weather) == ("open", "Desk 1", ("fog", "ice"))
    desk.assigning.assign(incident.incident_id, [("E1", "engine"), ("A1", "ambulance")], actor="Desk 1")
    with pytest.raises(ConflictError, match="has E1, A1 on it: release them") as caught:
        desk.incidents.edit(incident.incident_id, {"status": "closed"})
    assert caught.value.details["units"] == ["E1", "A1"]
    desk.reports.set_status("A1", "on_scene")
    desk.reports.set_status("A1", "transporting")
    desk.reports.set_status("A1", "at_hospital")
    desk.reports.set_status("A1", "available")
    desk.assigning.release(incident.incident_id, ["E1"], status="returning", reason="not needed", actor="Desk 2")
    closed = desk.incidents.edit(incident.incident_id, {"status": "closed"}, actor="Desk 2")
    assert (closed.status, closed.closed_by) == ("closed", "Desk 2")
    assert [(a.unit_id, a.role, a.reason, a.released_by) for a in closed.assignments] == [
        ("E1", "engine", "not needed", "Desk 2"),
        ("A1", "ambulance", "available", None),
    ]
    assert desk.incidents.list_incidents() == ()
    assert desk.incidents.list_incidents(status=None) == (closed,)
    with pytest.raises(ConflictError, match="closed"):
        desk.assigning.assign(incident.incident_id, [("P1", None)])
    again = desk.incidents.edit(incident.incident_id, {"status": "open"})
    assert (again.status, again.closed_at) == ("open", None)
    actions = [entry.action for entry in desk.store.entries(subject_kind="incident", subject_id="2026-0000001")]
    assert actions == [
        "incident.open",
        "incident.assign",
        "incident.release",
        "incident.release",
        "incident.close",
        "incident.update",
    ]


def test_incidents_are_counted_by_year_and_listed_newest_first(desk):
    first, second = desk.incident(), desk.incident()
    desk.clock.tick(366 * 24 * 3600)
    third = desk.incident()
    assert [first, second, third] == ["2026-0000001", "2026-0000002", "2027-0000001"]
    assert [i.incident_id for i in desk.incidents.list_incidents(limit=2)] == [third, second]
    assert [i.incident_id for i in desk.incidents.list_incidents(before=second)] == [first]


def test_the_second_of_two_desks_is_told_who_has_the_unit(desk):
    one, other = desk.incident(), desk.incident()
    desk.assigning.assign(one, [("E1", None)], actor="Desk 1")
    with pytest.raises(UnitTakenError) as caught:
        desk.assigning.assign(other, [("E1", None)], actor="Desk 2")
    assert f"E1 is on incident {one} already: assigned by Desk 1 at 2026-03-02T12:00:00" in str(caught.value)
    assert caught.value.details == {
        "unit_id": "E1",
        "incident_id": one,
        "assigned_by": "Desk 1",
        "assigned_at": "2026-03-02T12:00:00.000000Z",
    }


def test_units_that_share_a_crew_can_t_both_go(desk):
    incident = desk.incident()
    desk.assigning.assign(incident, [("T1", None)], actor="Desk 1")
    with pytest.raises(UnitTakenError, match=r"crew of E1 \(one\) is out with T1 .*assigned by Desk 1"):
        desk.assigning.assign(incident, [("E1", None)])
    with pytest.raises(UnitTakenError):
        desk.assigning.assign(desk.incident(), [("A1", None), ("E1", None)])
    assert desk.units.get_unit("A1").incident_id is None
    told = {unit.unit_id: (unit.crew_out_with, unit.assignable) for unit in desk.units.list_units()}
    assert told == {"A1": (None, True), "E1": ("T1", False), "P1": (None, True), "T1": (None, False)}
    desk.assigning.release(incident, ["T1"])
    assert desk.units.get_unit("E1").assignable
    with pytest.raises(UnitTakenError):
        desk.assigning.assign(incident, [("E1", None), ("T1", None)])
    desk.assigning.assign(incident, [("E1", None)])


def test_all_units_are_assigned_or_none(desk):
    incident = desk.incident()
    desk.reports.set_status("P1", "off_duty")
    head = desk.store.head()
    with pytest.raises(TransitionError, match="P1 is off_duty: only a unit that is available or returning"):
        desk.assigning.assign(incident, [("A1", None), ("P1", None)])
    with pytest.raises(UnknownRecordError, match="'E11': did you mean 'E1'"):
        desk.assigning.assign(incident, [("A1", None), ("E11", None)])
    with pytest.raises(InputError, match="each once"):
        desk.assigning.assign(incident, [("A1", None), ("A1", None)])
    with pytest.raises(InputError, match="name the units"):
        desk.assigning.assign(incident, [])
    assert desk.store.head() == head
    assert desk.units.get_unit("A1").incident_id is None


def test_only_units_on_the_incident_are_released_from_it(desk):
    one, other = desk.incident(), desk.incident()
    desk.assigning.assign(one, [("E1", None), ("A1", None)])
    with pytest.raises(ConflictError, match=f"E1 is on incident {one}, not on {other}"):
        desk.assigning.release(other, ["E1"])
    with pytest.raises(ConflictError, match="P1 is on no incident"):
        desk.assigning.release(one, ["E1", "P1"])
    assert desk.units.get_unit("E1").incident_id == one
    with pytest.raises(InputError, match="can't be on_scene"):
        desk.assigning.release(one, ["E1"], status="on_scene")
    desk.reports.set_status("A1", "on_scene")
    desk.reports.set_status("A1", "transporting")
    with pytest.raises(TransitionError, match="available can't follow"):
        desk.assigning.release(one, ["E1", "A1"])
    assert desk.units.get_unit("E1").incident_id == one


def test_an_incident_that_others_changed_is_not_overwritten(desk):
    incident = desk.incidents.get_incident(desk.incident())
    changed = desk.incidents.edit(incident.incident_id, {"alarm": 2}, version=incident.version)
    assert changed.alarm == 2
    with pytest.raises(VersionConflictError, match="version 1, now 2"):
        desk.incidents.edit(incident.incident_id, {"note": "x"}, version=incident.version)
    assert desk.incidents.edit(incident.incident_id, {"alarm": 2}) == changed
    for wrong in ({"status": "asleep"}, {"opened_at": "x"}):
        with pytest.raises(InputError):
            desk.incidents.edit(incident.incident_id, wrong)


@pytest.mark.parametrize("incident_id", ["2026-9999999", "", "'"])
def test_an_unknown_incident_is_told(desk, incident_id):
    for ask in (
        lambda: desk.incidents.get_incident(incident_id),
        lambda: desk.incidents.edit(incident_id, {"alarm": 2}),
        lambda: desk.assigning.assign(incident_id, [("E1", None)]),
        lambda: desk.assigning.release(incident_id, ["E1"]),
    ):
        with pytest.raises(UnknownRecordError, match="no incident"):
            ask()


# --- closures ------------------------------------------------------------------------------------


def test_a_closure_comes_back_as_it_was_given(desk):
    spec = {"street": "Drift Rd", "from": "Hix Bridge Rd", "to": ["Kirby Rd", 1, 2.5, None]}
    kept = desk.closures.add(
        "stretch", spec, profiles=("car", "engine"), source="police", note="tree down", actor="Desk 1"
    )
    assert kept.spec == spec
    assert (kept.profiles, kept.status, kept.created_by, kept.version) == (("car", "engine"), "active", "Desk 1", 1)
    assert desk.closures.get_closure(kept.closure_id) == kept
    assert desk.closures.list_closures() == (kept,)


def test_a_closure_begins_and_ends_by_itself(desk):
    kept = desk.closures.add("stretch", "x", starts=START + timedelta(hours=1), ends=START + timedelta(hours=2))
    assert kept.status == "upcoming"
    for hours, status in ((0, "upcoming"), (1, "active"), (1.5, "active"), (2, "expired"), (3, "expired")):
        moment = START + timedelta(hours=hours)
        assert desk.closures.get_closure(kept.closure_id, at=moment).status == status
        assert bool(desk.closures.list_closures(at=moment)) == (status != "expired")
    assert desk.closures.list_closures(at=START + timedelta(hours=3), expired=True)[0].status == "expired"


def test_a_closure_is_changed_and_expired(desk):
    kept = desk.closures.add("stretch", "x", ends=START + timedelta(hours=2))
    desk.clock.tick(60)
    longer = desk.closures.edit(kept.closure_id, {"ends": None, "note": "longer"}, actor="Desk 2", version=1)
    assert (longer.ends, longer.note, longer.version) == (None, "longer", 2)
    with pytest.raises(VersionConflictError):
        desk.closures.edit(kept.closure_id, {"note": "y"}, version=1)
    assert desk.closures.edit(kept.closure_id, {"note": "longer"}) == longer
    over = desk.closures.expire(kept.closure_id, actor="Desk 1")
    assert (over.status, over.expired_by, over.version) == ("expired", "Desk 1", 3)
    assert desk.closures.expire(kept.closure_id, actor="Desk 2") == over
    assert desk.closures.list_closures() == ()
    actions = [entry.action for entry in desk.store.entries(subject_kind="closure")]
    assert actions == ["closure.add", "closure.update", "closure.expire"]


def test_wrong_closures_are_refused(desk):
    with pytest.raises(InputError, match="can't end"):
        desk.closures.add("stretch", "x", starts=START, ends=START)
    with pytest.raises(InputError, match="kind is blank"):
        desk.closures.add(" ", "x")
    with pytest.raises(InputError, match="finite"):
        desk.closures.add("polygon", [float("nan")])
    kept = desk.closures.add("stretch", "x", ends=START + timedelta(hours=2))
    with pytest.raises(InputError, match="can't end"):
        desk.closures.edit(kept.closure_id, {"starts": START + timedelta(hours=3)})
    with pytest.raises(InputError, match="can't be taken away"):
        desk.closures.edit(kept.closure_id, {"starts": None})
    with pytest.raises(InputError, match="'colour' of a closure"):
        desk.closures.edit(kept.closure_id, {"colour": "red"})
    for ask in (desk.closures.get_closure, desk.closures.expire, lambda i: desk.closures.edit(i, {"note": "x"})):
        with pytest.raises(UnknownRecordError, match="no closure 'c-0'"):
            ask("c-0")
    assert desk.closures.list_closures() == (kept,)
