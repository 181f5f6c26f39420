"""What must hold of every study: more stations, more time, and fewer closures never reach less."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_dispatch.coverage import Coverage, Responder, Scenario, Study
from geo_dispatch.routing import Router
from tests.coverage.conftest import grid_drawing, station
from tests.towns import box

positions = st.tuples(st.integers(0, 1600), st.integers(0, 1600))
responders = st.builds(
    lambda place, turnout, profile: (place, turnout, profile),
    positions,
    st.integers(0, 120),
    st.sampled_from(["engine", "car", "ambulance"]),
)
thresholds = st.lists(st.integers(60, 260), min_size=1, max_size=4, unique=True).map(sorted)
few = settings(max_examples=40, deadline=None, derandomize=True)


@cache
def town_study() -> Study:
    town = grid_drawing().town("Gridport", box(-500, -500, 2500, 2500))
    return Study(town, Router(town))


def made(drawn: list[tuple[tuple[int, int], int, str]]) -> tuple[Responder, ...]:
    return tuple(
        station(f"s{number}", *place, turnout_s=float(turnout), profile=profile)
        for number, (place, turnout, profile) in enumerate(drawn)
    )


def reached(found: Coverage) -> np.ndarray:
    document = found.document()
    return np.asarray([document[what]["reached"] for what in ("addresses", "road_m", "population")])


@few
@given(st.lists(responders, min_size=2, max_size=4), thresholds)
def test_a_further_station_never_reaches_less(drawn, limits):
    study, rows = town_study(), made(drawn)
    scenario = Scenario(responders=rows[:-1], thresholds_s=tuple(map(float, limits)))
    before, after = study.run(scenario), study.run(replace(scenario, responders=rows))
    assert (after.response_s <= before.response_s).all()
    assert (reached(after) >= reached(before) - 0.11).all()  # metres are told to 0.1
    assert (after.due.response_s[:, 1] <= before.due.response_s[:, -1]).all() or before.due.k == 1


@few
@given(st.lists(responders, min_size=1, max_size=3), thresholds)
def test_more_time_never_reaches_less(drawn, limits):
    found = town_study().run(Scenario(responders=made(drawn), thresholds_s=tuple(map(float, limits))))
    assert (np.diff(reached(found), axis=1) >= 0).all()
    for row in found.document()["by_area"]:
        assert (np.diff(row["addresses"]["reached"]) >= 0).all()
    assert (
        found.stretches.length_m.sum() == np.float64(found.pieces.length_m.sum()).round(6)
        or abs(found.stretches.length_m.sum() - found.pieces.length_m.sum()) < 1e-6
    )


@few
@given(st.lists(responders, min_size=1, max_size=3), thresholds, st.integers(0, 39))
def test_closing_a_road_never_reaches_more(drawn, limits, segment):
    study = town_study()
    scenario = Scenario(responders=made(drawn), thresholds_s=tuple(map(float, limits)))
    ids = study.town.network.segments.numbers("segment_id")
    before, after = study.run(scenario), study.run(replace(scenario, closures=(f"segment:{ids[segment]}",)))
    assert (after.response_s >= before.response_s - 1e-9).all()
    assert (reached(after) <= reached(before) + 0.11).all()


@few
@given(st.lists(responders, min_size=1, max_size=3), thresholds, st.integers(1, 60))
def test_more_turnout_never_reaches_more(drawn, limits, seconds):
    study, rows = town_study(), made(drawn)
    scenario = Scenario(responders=rows, thresholds_s=tuple(map(float, limits)))
    later = tuple(replace(row, turnout_s=row.turnout_s + seconds) for row in rows)
    before, after = study.run(scenario), study.run(replace(scenario, responders=later))
    finite = np.isfinite(before.response_s)
    assert np.allclose((after.response_s - before.response_s)[finite], seconds)
    assert (reached(after) <= reached(before) + 0.11).all()
