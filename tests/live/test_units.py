"""Units: taken from the town file, edited, their statuses and positions."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo_dispatch.data_tables import load_table
from geo_dispatch.errors import (
    ConflictError,
    InputError,
    TransitionError,
    UnitReportError,
    UnknownRecordError,
    VersionConflictError,
)
from geo_dispatch.live.models import Home, UnitSeed
from geo_dispatch.live.statuses import load_workflow, workflow_of
from tests.live.stores import START, fleet

WORKFLOW = load_workflow()


def test_units_of_the_town_file_are_there_and_their_status_is_assumed(desk):
    units = {unit.unit_id: unit for unit in desk.units.list_units()}
    assert list(units) == ["A1", "E1", "P1", "T1"]
    assert units["E1"].capabilities == ("engine", "pump")
    assert units["E1"].weight_t == 19.0
    assert units["A1"].home == Home(-71.0, 41.5)
    assert units["E1"].home is None
    assert units["T1"].crew is None
    assert all(unit.status == "available" and unit.status_assumed and unit.assignable for unit in units.values())
    assert all(unit.position is None for unit in units.values())


def test_seeding_again_changes_nothing(desk):
    head = desk.store.head()
    assert desk.units.seed(fleet()) == ()
    assert desk.store.head() == head


def test_the_town_file_s_changes_are_taken_over_unless_the_unit_was_edited(desk):
    desk.units.edit("E1", {"crew": 3}, actor="Captain")
    changed = [replace(unit, weight_t=21.0) for unit in fleet()] + [UnitSeed("E9", "Engine 9", "engine")]
    notes = desk.units.seed(changed[1:])
    assert desk.units.get_unit("A1").weight_t == 21.0
    assert desk.units.get_unit("E9").name == "Engine 9"
    assert notes == ("unit E1 is no longer in the town file: retire it, or leave it",)
    notes = desk.units.seed(changed)
    assert notes == ("unit E1 was edited here: the town file's change of it is passed over",)
    assert desk.units.get_unit("E1").weight_t == 19.0


def test_two_units_with_one_id_are_refused_and_nothing_is_kept(desk):
    head = desk.store.head()
    with pytest.raises(InputError, match="two units 'X1'"):
        desk.units.seed([*fleet(), UnitSeed("X1", "One", "engine"), UnitSeed("X1", "Other", "engine")])
    assert desk.store.head() == head


def test_units_are_added_and_edited(desk):
    added = desk.units.add(UnitSeed("B1", "Boat 1", "boat", capabilities=("boat",)), actor="Chief")
    assert added.edited
    with pytest.raises(VersionConflictError, match="a unit 'B1' already"):
        desk.units.add(UnitSeed("B1", "Boat again", "boat"))
    edited = desk.units.edit("B1", {"capabilities": ("boat", "rescue"), "crew": 2}, version=added.version)
    assert edited.capabilities == ("boat", "rescue")
    assert edited.version == added.version + 1
    with pytest.raises(VersionConflictError, match=r"unit B1 was changed since .*version 1, now 2"):
        desk.units.edit("B1", {"crew": 5}, version=added.version)
    assert desk.units.edit("B1", {"crew": 2}) == edited
    with pytest.raises(InputError, match="'crow' of a unit can't be changed: did you mean 'crew'"):
        desk.units.edit("B1", {"crow": 2})
    entry = desk.store.entries(subject_kind="unit", subject_id="B1")[-1]
    assert entry.data == {
        "changes": {"capabilities": ["boat", "rescue"], "crew": 2},
        "before": {"capabilities": ["boat"], "crew": None},
    }


def test_a_retired_unit_is_out_of_use_and_can_come_back(desk):
    desk.units.edit("P1", {"retired": True})
    assert "P1" not in [unit.unit_id for unit in desk.units.list_units()]
    assert "P1" in [unit.unit_id for unit in desk.units.list_units(retired=True)]
    assert not desk.units.get_unit("P1").assignable
    with pytest.raises(UnknownRecordError, match="retired"):
        desk.reports.set_status("P1", "off_duty")
    desk.units.edit("P1", {"retired": False})
    assert desk.units.get_unit("P1").assignable
    incident = desk.incident()
    desk.assigning.assign(incident, [("P1", None)])
    with pytest.raises(TransitionError, match=f"on incident {incident}: release it"):
        desk.units.edit("P1", {"retired": True})


@pytest.mark.parametrize("unit_id", ["E11", "", "e1", "x" * 500, "'; DROP TABLE units; --"])
def test_an_unknown_unit_is_told_with_those_there_are(desk, unit_id):
    for ask in (
        lambda: desk.units.get_unit(unit_id),
        lambda: desk.reports.set_status(unit_id, "off_duty"),
        lambda: desk.reports.set_position(unit_id, -71.0, 41.5),
        lambda: desk.units.edit(unit_id, {"crew": 1}),
    ):
        with pytest.raises(UnknownRecordError, match="there is no unit"):
            ask()


# --- statuses ------------------------------------------------------------------------------------


def test_a_status_is_kept_with_who_and_when(desk):
    since = desk.clock.tick(60) - timedelta(seconds=20)
    unit = desk.reports.set_status("P1", "out_of_service", actor="Desk 1", at=since, note="flat tyre")
    assert (unit.status, unit.status_by, unit.status_assumed) == ("out_of_service", "Desk 1", False)
    assert unit.status_at == "2026-03-02T12:00:40.000000Z"
    entry = desk.store.entries(subject_kind="unit", subject_id="P1")[-1]
    assert entry.actor == "Desk 1"
    assert entry.data["from"] == "available"
    assert entry.data["note"] == "flat tyre"


def test_the_same_status_again_changes_nothing_but_confirms_an_assumed_one(desk):
    confirmed = desk.reports.set_status("P1", "available", actor="Desk 1")
    assert not confirmed.status_assumed
    head = desk.store.head()
    desk.clock.tick(100)
    again = desk.reports.set_status("P1", "available", actor="Desk 2")
    assert (again.status_at, again.status_by) == (confirmed.status_at, "Desk 1")
    assert desk.store.head() == head


def test_an_unknown_status_is_told_with_those_there_are(desk):
    with pytest.raises(InputError, match="did you mean 'on_scene'"):
        desk.reports.set_status("P1", "on_scen")
    with pytest.raises(InputError, match="the statuses are available, dispatched"):
        desk.reports.set_status("P1", "xyz")


def test_a_status_of_incidents_needs_one(desk):
    desk.reports.set_status("P1", "available")
    with pytest.raises(TransitionError) as caught:
        desk.reports.set_status("P1", "dispatched")
    assert "assign it to one" in str(caught.value)
    assert caught.value.details["allowed"] == ["out_of_service", "off_duty"]


@pytest.mark.parametrize("before", WORKFLOW.statuses)
@pytest.mark.parametrize("after", WORKFLOW.statuses)
def test_every_transition_is_allowed_or_refused_as_the_table_says(before, after):
    if after in WORKFLOW.statuses[before].next:
        WORKFLOW.check("E1", before, after)
        return
    with pytest.raises(TransitionError) as caught:
        WORKFLOW.check("E1", before, after)
    assert caught.value.details["allowed"] == list(WORKFLOW.statuses[before].next)
    assert ", ".join(WORKFLOW.statuses[before].next) in str(caught.value)


def test_every_status_leads_back_to_available():
    for status in WORKFLOW.statuses:
        seen, todo = {status}, [status]
        while todo:
            new = set(WORKFLOW.statuses[todo.pop()].next) - seen
            seen |= new
            todo += new
        assert "available" in seen, status


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("initial",), "sleeping"),
        (("statuses", "on_scene", "next"), ["nowhere"]),
        (("statuses", "en_route", "assignable"), True),
        (("statuses", "available", "next"), ["off_duty"]),
        (("released",), "on_scene"),
        (("assigned",), "available"),
    ],
)
def test_a_wrong_table_of_statuses_is_refused(path, value):
    import copy

    table = copy.deepcopy(load_table("geo_dispatch.live", "statuses"))
    inside = table
    for key in path[:-1]:
        inside = inside[key]
    inside[path[-1]] = value
    with pytest.raises(InputError):
        workflow_of(table)


def _done(desk, incident, step) -> bool:
    try:
        if step == "assign":
            desk.assigning.assign(incident, [("P1", None)])
        elif step == "release":
            desk.assigning.release(incident, ["P1"])
        else:
            desk.reports.set_status("P1", step)
    except ConflictError:
        return False
    return True


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(st.sampled_from([*WORKFLOW.statuses, "assign", "release"]), max_size=12))
def test_whatever_is_reported_status_and_assignment_go_together(desk, steps):
    """A unit's status is one of incidents exactly when it is on one; refused reports leave no trace."""
    incident = desk.incident()
    for step in steps:
        head = desk.store.head()
        desk.clock.tick()
        if not _done(desk, incident, step):
            assert desk.store.head() == head
        unit = desk.units.get_unit("P1")
        assert WORKFLOW.statuses[unit.status].on_incident == (unit.incident_id is not None)
    unit = desk.units.get_unit("P1")
    if unit.incident_id is not None:
        desk.assigning.release(unit.incident_id, ["P1"], status="out_of_service")
    desk.store.verify()


# --- times ---------------------------------------------------------------------------------------


def test_a_time_in_the_future_is_refused_beyond_what_clocks_differ(desk):
    soon = START + timedelta(seconds=30)
    assert desk.reports.set_position("P1", -71.0, 41.5, at=soon).position.at == "2026-03-02T12:00:00.000000Z"
    with pytest.raises(UnitReportError, match=r"position of P1.*120 s in the future.*set the clock"):
        desk.reports.set_position("P1", -71.0, 41.5, at=START + timedelta(seconds=120))
    with pytest.raises(UnitReportError, match="status of P1"):
        desk.reports.set_status("P1", "off_duty", at=START + timedelta(days=1))
    with pytest.raises(InputError, match="no time zone"):
        desk.reports.set_status("P1", "off_duty", at=datetime(2026, 3, 2, 12))


def test_a_status_can_t_begin_before_the_present_one(desk):
    desk.clock.tick(100)
    desk.reports.set_status("P1", "out_of_service")
    desk.clock.tick(100)
    with pytest.raises(UnitReportError, match="has been out_of_service since"):
        desk.reports.set_status("P1", "available", at=START + timedelta(seconds=50))


# --- positions -----------------------------------------------------------------------------------


def test_a_position_has_an_age_and_becomes_stale(desk):
    desk.reports.set_position("P1", -71.01, 41.51, accuracy_m=8.0, source="locator", at=START - timedelta(seconds=5))
    fresh = desk.units.get_unit("P1").position
    assert (fresh.lon, fresh.lat, fresh.accuracy_m, fresh.source) == (-71.01, 41.51, 8.0, "locator")
    assert (fresh.age_s, fresh.stale) == (5.0, False)
    desk.clock.tick(600)
    old = desk.units.get_unit("P1").position
    assert (old.age_s, old.stale) == (605.0, True)


def test_an_older_position_does_not_replace_a_newer_one(desk):
    desk.reports.set_position("P1", -71.01, 41.51)
    with pytest.raises(UnitReportError, match="older than the one on file"):
        desk.reports.set_position("P1", -71.02, 41.52, at=START - timedelta(seconds=1))
    assert desk.units.get_unit("P1").position.lon == -71.01


@pytest.mark.parametrize(
    ("lon", "lat", "accuracy_m"),
    [
        (181.0, 0.0, None),
        (0.0, 91.0, None),
        (float("nan"), 0.0, None),
        (0.0, float("inf"), None),
        (0.0, 0.0, -1.0),
        (0.0, 0.0, 1e6),
        (0.0, 0.0, float("nan")),
    ],
)
def test_what_is_no_position_is_refused(desk, lon, lat, accuracy_m):
    with pytest.raises(UnitReportError):
        desk.reports.set_position("P1", lon, lat, accuracy_m=accuracy_m)
    assert desk.units.get_unit("P1").position is None


def test_servers_whose_clocks_differ_a_little_do_not_refuse_each_other(desk):
    desk.clock.tick(10)
    desk.reports.set_position("P1", -71.0, 41.5)
    desk.reports.set_status("P1", "off_duty")
    desk.clock.tick(-2)
    assert desk.reports.set_position("P1", -71.1, 41.6).position.lon == -71.1
    assert desk.reports.set_status("P1", "available").status_at == "2026-03-02T12:00:10.000000Z"
