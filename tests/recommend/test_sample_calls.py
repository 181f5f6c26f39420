"""Calls in the sample town: the neck, the posted bridge, the causeway, a stale unit across the river, a card that can't be filled."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from geo_dispatch.errors import CoordinateError, InputError, RunCardError, UnitReportError
from geo_dispatch.geometry import LonLat
from geo_dispatch.service import document
from tests.recommend.conftest import NOON

WEST_OF_WICKS, EAST_OF_WICKS = LonLat(-69.5790, 40.8885), LonLat(-69.5480, 40.8880)


def of(answer, unit_id):
    return next(row for row in answer.considered if row.unit == unit_id)


def sent(answer):
    return {row.unit: row for row in answer.assignment}


def streets(service, path):
    return {service.town.network.segments.text("name")[part.segment] for part in path.parts}


def test_the_neck_is_reached_through_the_other_state(service, desk, units):
    plan = desk.plan("12 Gannet Neck Road", "crash", units=units(), at=NOON)
    assert plan.answer.run_card.card_id == "mva-neck"
    assert {row.role for row in plan.answer.assignment} == {"engine", "rescue", "ambulance", "police"}
    assert len(plan.answer.assignment) == 5
    for row in plan.found.assignment:
        towns = service.town.network.municipalities_of(part.segment for part in row.path.parts)
        assert "Littlebourne" in towns, row.unit.unit_id
    assert not plan.answer.shortfall


def test_engine_and_car_differ_at_the_posted_bridge(service, desk, units):
    plan = desk.plan(WEST_OF_WICKS, "crash", units=units(E2=None), at=NOON)
    ways = {row.unit.unit_id: streets(service, row.path) for row in plan.found.assignment}
    bridge = {
        row.unit.unit_id
        for row in plan.found.assignment
        if any(service.town.network.segments.text("bridge_name")[p.segment] == "Wicks Bridge" for p in row.path.parts)
    }
    assert set(ways) == {"E1", "A2", "P11"} or set(ways) == {"E1", "A2", "P12"}
    assert bridge == set(ways) & {"P11", "P12"}
    engine = sent(plan.answer)["E1"]
    assert [avoided.what for avoided in engine.route.avoided] == ["Wicks Bridge Road"]
    assert "posted 7.3 t" in engine.route.avoided[0].reason
    alone = desk.recommend(WEST_OF_WICKS, "alarm", units=units(), at=NOON)
    assert sent(alone).keys() == {"E2", "L1"}
    assert (
        "slower than E2, engine (Wicks Bridge Road: posted 7.3 t, this engine has 19 t, detour"
        in of(alone, "E1").reason
    )


def test_the_closed_causeway_leaves_nobody_a_way(desk, units):
    where = LonLat(-69.5833, 40.8187)
    free = desk.recommend(where, "medical", units=units(), at=NOON)
    assert sent(free).keys() == {"A2"}
    shut = desk.recommend(where, "medical", units=units(), at=NOON, closures=["Plover Island Causeway; note=flooded"])
    assert shut.assignment == ()
    for name in ("A1", "A2"):
        row = of(shut, name)
        assert not row.eligible
        assert row.travel_time_s is None
        assert "Plover Island Causeway (flooded) is closed" in row.reason
    assert shut.shortfall[0].missing == 1
    assert "A1 has no way there; A2 has no way there" in shut.shortfall[0].reason
    for_cars = desk.recommend(where, "medical", units=units(), at=NOON, closures=["Plover Island Causeway; for=car"])
    assert sent(for_cars).keys() == {"A2"}


def test_a_stale_unit_across_the_river_may_be_anywhere_since(desk, units):
    told = {"lon": EAST_OF_WICKS.lon, "lat": EAST_OF_WICKS.lat}
    fresh = units(A1={**told, "position_at": (NOON - timedelta(seconds=20)).isoformat()})
    stale = units(A1={**told, "position_at": (NOON - timedelta(minutes=9)).isoformat()})
    sure = sent(desk.recommend(WEST_OF_WICKS, "medical", units=replace_other(fresh), at=NOON))["A1"]
    answer = desk.recommend(WEST_OF_WICKS, "medical", units=replace_other(stale), at=NOON)
    doubtful = sent(answer)["A1"]
    assert doubtful.interval_s[0] < sure.interval_s[0]
    assert doubtful.interval_s[1] > sure.interval_s[1] + 200
    assert doubtful.interval_s[0] <= doubtful.response_time_s <= doubtful.interval_s[1]
    assert any("A1's position is 9 min old" in text for text in answer.warnings)
    # With the other ambulance near, the nearer of the two at their last positions goes; the stale one is told why not.
    both = desk.recommend(WEST_OF_WICKS, "medical", units=stale, at=NOON)
    assert sent(both).keys() == {"A2"}
    assert of(both, "A1").eligible
    assert "its position is 9 min old, it may be there in" in of(both, "A1").reason
    nearer = next(flip for flip in both.flips_if if flip.what.startswith("A1 is as near as it can be"))
    assert (nearer.instead_of, nearer.then) == (("A2",), ("A1",))


def replace_other(rows):
    return tuple(
        row if row.unit_id != "A2" else replace(row, status="out_of_service", assignable=False) for row in rows
    )


def test_a_card_that_can_t_be_filled_names_who_can_help(desk, units):
    busy = {"status": "on_scene", "incident_id": "2026-0000007"}
    answer = desk.recommend(
        "Main Street and Bridge Street", "structure_fire", units=units(A1=busy, A2={"status": "off_duty"}), at=NOON
    )
    assert [(row.capability, row.needed, row.missing) for row in answer.shortfall] == [("ambulance", 1, 1)]
    short = answer.shortfall[0]
    assert short.reason == "A1 is on scene on incident 2026-0000007; A2 is off duty"
    assert [(aid["neighbour"], aid["count"], aid["call_over_s"]) for aid in short.mutual_aid] == [
        ("Littlebourne", 1, 90.0)
    ]
    assert sent(answer).keys() == {"E1", "E2", "L1", "C1"}
    assert of(answer, "A1").reason == "is on scene on incident 2026-0000007"


def test_units_that_share_a_crew_are_not_both_sent(desk, units):
    answer = desk.recommend("Highland Fire Station", "brush_fire", units=units(), at=NOON)
    assert sent(answer).keys() == {"E1", "T2"}
    assert of(answer, "E2").reason == "shares its crew (highland) with T2, which goes"
    assert any("T2 takes the crew of E2" in text for text in answer.warnings)


def test_travel_times_are_those_of_the_routes(service, desk, units):
    plan = desk.plan(EAST_OF_WICKS, "crash", units=units(), at=NOON)
    for row in plan.found.assignment:
        assert row.travel_time_s == pytest.approx(row.path.travel_time_s, abs=1e-6)
        assert row.interval_s[0] < row.response_time_s < row.interval_s[1]


def test_a_neighbours_unit_goes_only_where_our_own_do_not_fill_the_card(desk, units):
    first = units()[0]
    lent = replace(first, unit_id="N1", neighbour="Littlebourne", call_over_s=90.0, lon=EAST_OF_WICKS.lon, lat=EAST_OF_WICKS.lat,
                   position_at=NOON.isoformat(), station_id=None, home_lon=None, home_lat=None)  # fmt: skip
    own = desk.recommend(EAST_OF_WICKS, "alarm", units=(*units(E1=None), lent), at=NOON)
    assert sent(own).keys() == {"E2", "L1"}
    assert "is Littlebourne's: our own units fill the card; it is there" in of(own, "N1").reason
    called = desk.recommend(EAST_OF_WICKS, "alarm", units=(*units(E1=None, E2=None), lent), at=NOON)
    assert sent(called)["N1"].response_time_s == pytest.approx(90 + 10 + sent(called)["N1"].travel_time_s)
    assert any("N1 is Littlebourne's: 90 s to call them are counted" in text for text in called.warnings)


def test_the_margin_is_where_the_choice_flips(desk, units):
    answer = desk.recommend(EAST_OF_WICKS, "medical", units=units(), at=NOON)
    flip = next(row for row in answer.flips_if if row.margin_s is not None)
    assert (flip.instead_of, flip.then) == (("A1",), ("A2",))
    home = next(unit for unit in units() if unit.unit_id == "A1")
    for slack, goes in ((-1.0, "A1"), (1.0, "A2")):
        late = replace(home, call_over_s=flip.margin_s + slack)  # its own town's, called as long as that
        rest = tuple(unit for unit in units() if unit.unit_id != "A1")
        assert sent(desk.recommend(EAST_OF_WICKS, "medical", units=(*rest, late), at=NOON)).keys() == {goes}


def test_a_closed_bridge_that_flips_the_choice_is_told(desk, units):
    answer = desk.recommend("12 Gannet Neck Road", "medical", units=units(), at=NOON)
    closing = [flip for flip in answer.flips_if if flip.what.endswith("is closed")]
    for flip in closing:
        name = flip.what.removesuffix(" is closed")
        spec = name if "segment" not in name else f"segment:{name.split('segment ')[1].rstrip(')')}"
        then = desk.recommend("12 Gannet Neck Road", "medical", units=units(), at=NOON, closures=[spec])
        assert tuple(sorted(sent(then).keys() - sent(answer).keys())) == flip.then
    assert closing


def test_a_wide_place_is_carried_through(desk, units):
    answer = desk.recommend("South Main Road, Brantport", "medical", units=units(), at=NOON)
    assert answer.place["kind"] == "street"
    assert any("the place is known to" in text for text in answer.warnings)
    assert any("is a whole street" in text for text in answer.warnings)
    there = [flip for flip in answer.flips_if if flip.probability is not None]
    assert all(0 < flip.probability < 1 and "near" in flip.what for flip in there)
    row = answer.assignment[0]
    assert row.interval_s[1] - row.interval_s[0] > 200


def test_what_is_left_uncovered_counts_by_travel_time(service, desk, units):
    answer = desk.recommend(EAST_OF_WICKS, "medical", units=units(), at=NOON)
    assert sent(answer).keys() == {"A1"}
    table = service.town.table("addresses")
    known = np.flatnonzero(np.isfinite(table.lon))[::9]
    homes = {unit.unit_id: unit for unit in units()}
    spots = [LonLat(float(table.lon[row]), float(table.lat[row])) for row in known]
    times = {}
    for name in ("A1", "A2"):
        unit = homes[name]
        found = service.router.matrix(
            [unit.home], spots, profile="ambulance", size=unit.size, at=NOON.replace(tzinfo=None)
        )
        times[name] = found.travel_time_s[0]
    lost = int(((times["A1"] <= 480) & ~(times["A2"] <= 480)).sum())
    assert answer.coverage_after.threshold_s == 480
    assert answer.coverage_after.addresses_lost == pytest.approx(lost * 9, rel=0.08)
    assert answer.coverage_after.road_m_lost > 0
    move = answer.move_up[0]
    assert (move.unit, move.station) == ("A2", "fire-1")
    assert 0 < move.addresses_restored <= answer.coverage_after.addresses_lost
    assert move.travel_time_s > 60


def test_the_document_has_what_the_contract_names(desk, units):
    shown = document(desk.recommend(EAST_OF_WICKS, "crash", units=units(), at=NOON))
    assert list(shown) == [
        "place", "call_type", "run_card", "assignment", "considered", "shortfall", "coverage_after", "move_up", "flips_if",
        "record_id", "warnings",
    ]  # fmt: skip
    assert list(shown["assignment"][0]) == ["unit", "role", "travel_time_s", "response_time_s", "interval_s", "route"]
    assert list(shown["considered"][0]) == ["unit", "eligible", "reason", "travel_time_s"]
    assert list(shown["coverage_after"]) == ["addresses_lost", "road_m_lost", "threshold_s"]
    assert [row["unit"] for row in shown["considered"]] == sorted(unit.unit_id for unit in units())


def test_calls_that_can_t_be_are_refused(desk, units):
    with pytest.raises(RunCardError, match="did you mean 'structure_fire'"):
        desk.recommend(EAST_OF_WICKS, "structure_fir", units=units(), at=NOON)
    with pytest.raises(CoordinateError):
        desk.recommend(LonLat(-60.0, 40.0), "medical", units=units(), at=NOON)
    late = units(
        A1={"lon": EAST_OF_WICKS.lon, "lat": EAST_OF_WICKS.lat, "position_at": (NOON + timedelta(hours=1)).isoformat()}
    )
    with pytest.raises(UnitReportError, match=r"the position of A1 is of .* 3600 s after"):
        desk.recommend(EAST_OF_WICKS, "medical", units=late, at=NOON)
    with pytest.raises(InputError, match="two units 'A1'"):
        desk.recommend(EAST_OF_WICKS, "medical", units=(*units(), units()[2]), at=NOON)
    nobody = desk.recommend(EAST_OF_WICKS, "medical", units=(), at=NOON)
    assert nobody.assignment == ()
    assert any("there are no units" in text for text in nobody.warnings)
