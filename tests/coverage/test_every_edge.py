"""Closing every road equals working the scenario out anew with it closed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from geo_dispatch.coverage import Scenario, Study
from geo_dispatch.coverage.every_edge import every_edge
from geo_dispatch.routing import Router
from tests.coverage.conftest import EAST, WEST, grid_drawing, station
from tests.towns import box, tiny_town


def hard_town():
    """Draw a grid with a private cut-through, a gated lane with open road behind it, a one-way trap and an island beyond a bridge."""
    drawing = grid_drawing(3)
    corner = {
        "p": (1000.0, 900.0),
        "q": (1300.0, 900.0),
        "r": (1300.0, 1300.0),
        "s": (-400.0, 0.0),
        "t": (-800.0, 0.0),
        "w": (0.0, 1200.0),
    }
    drawing.nodes.update(corner)
    drawing.ids.update({name: 500 + number for number, name in enumerate(corner)})
    drawing.road("n2_2 p q", "Private Way", highway="service", access="private")
    drawing.road("q r", "Behind Street")
    drawing.road("n0_0 s t", "Island Road", bridge="yes")
    drawing.road("n2_0 w n2_1", "Loop Lane", direction="forward")
    drawing.road("n1_1 n2_2", "Cut Through", highway="service", access="private")
    for number, (x, y) in enumerate(
        [(1000, 905), (1290, 1100), (-500, 5), (-790, 5), (1300, 1290), (100, 1150), (800, 800)]
    ):
        drawing.address(500 + number, "Odd Street", x, y)
    return drawing.town("Hardport", box(-1500, -500, 2500, 2500))


CASES = {
    "tiny": (tiny_town, (WEST, EAST)),
    "two vehicles": (tiny_town, (WEST, replace(EAST, profile="car", turnout_s=30.0))),
    "hard": (hard_town, (station("a", 30, 5), station("b", 795, 800, turnout_s=20.0))),
    "behind a gate": (hard_town, (station("a", 400, 400), station("b", 1300, 1290), station("c", -790, 1))),
}


@pytest.mark.parametrize("name", CASES)
def test_every_closure_equals_working_it_out_anew(name):
    make, responders = CASES[name]
    town = make()
    study = Study(town, Router(town))
    scenario = Scenario(responders=responders, thresholds_s=(90.0, 110.0, 150.0))
    before = study.run(scenario)
    found = every_edge(study, scenario)
    by_segment = {row.segment: row for row in found.rows}
    assert len(by_segment) + found.without_cost == found.segments
    on = np.stack([group.points.segment for group in before.groups])
    for segment in range(town.network.segment_count):
        closed = replace(scenario, closures=(f"segment:{town.network.segments.numbers('segment_id')[segment]}",))
        was, now = before.response_s, study.run(closed).response_s
        here = (on == segment).any(axis=0)
        row = by_segment.get(segment)
        if row is None:
            assert np.array_equal(was, now)
            continue
        lost = [int(((was <= t + 1e-6) & (now > t + 1e-6) & ~here).sum()) for t in scenario.thresholds_s]
        assert row.lost == tuple(lost)
        assert row.unreachable == int((np.isfinite(was) & ~np.isfinite(now) & ~here).sum())
        both = np.isfinite(was) & np.isfinite(now) & ~here
        assert row.added_min * 60 == pytest.approx((now[both] - was[both]).clip(0).sum(), abs=1e-6)
        assert row.sooner == int((now[~here] < was[~here]).sum())
        assert row.added_max_s == pytest.approx((now[both] - was[both]).max(initial=0.0), abs=1e-6)
        assert row.on_it == int((here & np.isfinite(was) & (now != was)).sum())


def test_the_worst_come_first_and_bridges_can(grid_study):
    found = every_edge(grid_study, Scenario(responders=(station("a", 350, 410),), thresholds_s=(90.0, 110.0)))
    ranks = [row.rank for row in found.rows]
    assert ranks == sorted(ranks)
    town = hard_town()
    hard = every_edge(Study(town, Router(town)), Scenario(responders=(station("a", 350, 410),)))
    first = hard.bridges_first()[0]
    assert (first.name, first.bridge) == ("Island Road", True)
    assert hard.document(limit=2, bridges_first=True)["edges"][0]["name"] == "Island Road"
    assert len(hard.document(limit=2)["edges"]) == 2


def test_progress_reaches_the_end_and_segments_can_be_chosen(grid_study):
    class Counted:
        stages, done = [], 0

        def stage(self, name, *, total=None):
            self.stages.append((name, total))

        def advance(self, count=1):
            self.done += count

        def note(self, message):
            pass

    progress = Counted()
    found = every_edge(
        grid_study, Scenario(responders=(station("a", 350, 410),)), segments=[0, 1, 2], progress=progress
    )
    assert found.segments == 3
    assert progress.done == progress.stages[-1][1] == 3
