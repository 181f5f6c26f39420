"""Standards: their figures as published, road miles by length, demand zones, and shares that can be recounted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from geo_dispatch.coverage import Coverage, Scenario, Study
from geo_dispatch.coverage.density import density_of, zone_of
from geo_dispatch.coverage.road_miles import METRES_PER_MILE, road_miles
from geo_dispatch.coverage.standards import standards_of
from geo_dispatch.data_tables import load_table
from tests.coverage.conftest import station


@pytest.fixture(scope="session")
def covered(grid_study: Study) -> Coverage:
    return grid_study.run(Scenario(responders=(station("corner", 0, 0, turnout_s=80.0),)))


def test_the_figures_are_those_of_the_standards() -> None:
    """Hold the published numbers, so that nobody changes one unawares."""
    table = load_table("geo_dispatch.coverage", "standards")
    assert [row["seconds"] for row in table["nfpa_1710"]["objectives"]] == [240, 360, 480, 240, 480]
    assert table["nfpa_1710"]["turnout_s"] == {"fire": 80, "ems": 60}
    zones = [(row["zone"], row["staff"], row["minutes"], row["percent"]) for row in table["nfpa_1720"]["zones"]]
    assert zones == [("urban", 15, 9, 90), ("suburban", 10, 10, 80), ("rural", 6, 14, 80)]
    assert [row["road_miles"] for row in table["iso_fsrs"]["objectives"]] == [1.5, 2.5]
    for part in ("nfpa_1710", "nfpa_1720", "iso_fsrs"):
        assert {"edition", "source", "who", "not_judged"} <= set(table[part])


def test_road_miles_follow_the_grid(covered: Coverage) -> None:
    """On a grid the shortest way from a corner is east plus north, whatever the speeds."""
    east, north = np.asarray(covered.town.projection.arrays_to_xy(covered.demand.lon, covered.demand.lat))
    corner = covered.town.projection.to_xy(*covered.responders[0].position)
    expected = (east - corner[0]) + 400.0 * np.round((north - corner[1]) / 400.0)
    found = road_miles(covered, (1000.0, 1e6))
    assert found.address_m == pytest.approx(expected, abs=25.0)  # some are nearer to the street across
    assert found.road_m[1] == pytest.approx(found.total_m)
    assert 0 < found.road_m[0] < found.total_m


def test_nobody_has_a_ladder(covered: Coverage) -> None:
    assert road_miles(covered, (1000.0,), rows=()).road_m == (0.0,)
    ladder = next(row for row in standards_of(covered).statements if row.id == "iso-ladder")
    assert ladder.within == 0
    assert "no ladder is on file" in ladder.note


def test_density_counts_people_by_square_mile(covered: Coverage) -> None:
    density = density_of(covered)
    assert density.people.tolist() == [2.5] * len(covered.demand)
    x, y = covered.town.projection.arrays_to_xy(covered.demand.lon, covered.demand.lat)
    cell = [(int(e // METRES_PER_MILE), int(n // METRES_PER_MILE)) for e, n in zip(x, y, strict=True)]
    assert density.per_square_mile.tolist() == [2.5 * cell.count(own) for own in cell]
    assert "addresses as proxy" in density.basis


def test_remote_is_told_by_distance_not_density() -> None:
    assert zone_of(np.asarray([5000.0, 700.0, 0.0])).tolist() == ["urban", "suburban", "rural"]


def test_statements_can_be_recounted(covered: Coverage) -> None:
    found = standards_of(covered)
    by_id = {row.id: row for row in found.statements}
    first = by_id["nfpa1710-first-engine"]
    assert first.within == int((covered.travel_s[0] <= 240).sum())
    assert first.counted == len(covered.demand)
    assert first.meets == (first.within / first.counted >= 0.9)
    second = by_id["nfpa1710-second-company"]
    assert (second.within, second.meets) == (0, False)  # there is one station
    zones = found.document()["zones"]
    assert sum(zones.values()) == len(covered.demand)
    for zone in ("urban", "suburban", "rural"):
        assert by_id[f"nfpa1720-{zone}"].counted == zones[zone]
    engine = by_id["iso-engine"]
    assert engine.within == int((found.miles.address_m <= 1.5 * METRES_PER_MILE).sum())
    assert engine.meets is None  # the schedule counts a share of points, not yes or no


def test_a_slower_clock_meets_no_more(grid_study: Study, covered: Coverage) -> None:
    later = grid_study.run(replace(covered.scenario, turnout_s=600.0))
    now, then = ({row.id: row.within for row in standards_of(found).statements} for found in (covered, later))
    assert all(then[id_] <= count for id_, count in now.items())
    assert then["nfpa1710-first-engine"] == now["nfpa1710-first-engine"]  # that clock is travel


def test_ambulances_are_held_against_their_own_objectives(grid_study: Study) -> None:
    ems = grid_study.run(Scenario(kind="ems", profile="ambulance", responders=(station("corner", 0, 0, kind="ems"),)))
    found = standards_of(ems)
    assert [row.id for row in found.statements] == ["nfpa1710-first-responder", "nfpa1710-als"]
    assert list(found.sources) == ["nfpa_1710"]
