"""Coverage equals routes: every address, every metre, inclusive thresholds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from geo_dispatch.coverage import Changes, Scenario, Study
from geo_dispatch.coverage.stretches import metres_within
from geo_dispatch.errors import CoordinateError, InputError, NotFoundError
from geo_dispatch.geometry import LonLat
from geo_dispatch.routing import RoadPoint, RoadPoints
from tests.coverage.conftest import EAST, ISLAND, WEST, station
from tests.towns import lonlat


def router_times(study: Study, responders, positions) -> np.ndarray:
    """Return response times by the router's matrix, one vehicle at a time."""
    rows = [
        study.router.matrix([row.position], positions, profile=row.profile).travel_time_s[0] + row.turnout_s
        for row in responders
    ]
    return np.asarray(rows)


@pytest.mark.parametrize("profiles", [("engine", "engine"), ("engine", "car")])
def test_every_address_as_by_the_router(study, scenario, profiles):
    responders = tuple(replace(row, profile=p) for row, p in zip((WEST, EAST), profiles, strict=True))
    found = study.run(replace(scenario, responders=responders))
    positions = [LonLat(*pair) for pair in zip(found.demand.lon.tolist(), found.demand.lat.tolist(), strict=True)]
    wanted = np.sort(router_times(study, responders, positions), axis=0)
    assert np.allclose(found.due.response_s.T, wanted, atol=1e-9)


@pytest.mark.parametrize("profiles", [("engine", "engine"), ("engine", "car")])
def test_roads_are_cut_where_thresholds_fall(grid_study, profiles):
    responders = (station("a", 350, 410, profile=profiles[0]), station("b", 1250, 1190, profile=profiles[1]))
    limits = (90.0, 110.0, 130.0)
    found = grid_study.run(Scenario(responders=responders, thresholds_s=limits))
    rows = found.stretches
    assert rows.length_m.sum() == pytest.approx(found.pieces.length_m.sum(), abs=1e-6)
    bands = [rows.length_m[rows.band == band].sum() for band in range(len(limits) + 1)]
    assert min(bands) > 0
    document = found.document()
    assert document["road_m"]["reached"] == pytest.approx(np.cumsum(bands)[:-1], abs=0.06)
    search = {row.id: grid_study.router.search(row.profile) for row in responders}
    starts = [grid_study.router.snap(row.position, profile=row.profile).point for row in responders]
    for at in np.random.default_rng(5).choice(len(rows.segment), 60).tolist():
        for share in (0.01, 0.5, 0.99):
            along = rows.from_m[at] + share * (rows.to_m[at] - rows.from_m[at])
            length = grid_study.town.network.segment_length_m[rows.segment[at]]
            if min(along, length - along) < 0.11:
                continue  # nearer to a node the router takes it for the node
            point = RoadPoint(int(rows.segment[at]), float(along))
            ways = [
                row.turnout_s + search[row.id].matrix(RoadPoints.of([start]), RoadPoints.of([point]))[0][0, 0]
                for row, start in zip(responders, starts, strict=True)
            ]
            assert int(np.searchsorted(limits, min(ways))) == rows.band[at]
            assert ways[rows.responder[at]] == pytest.approx(min(ways), abs=1e-6) or share != 0.5
            if profiles[0] == profiles[1]:
                told = rows.from_s[at] + share * (rows.to_s[at] - rows.from_s[at])
                assert min(ways) == pytest.approx(told, abs=1e-6)


def test_a_time_that_equals_the_threshold_is_within_it(study, scenario):
    times = study.run(scenario).response_s
    exact = float(np.sort(times)[len(times) // 2])
    found = study.run(replace(scenario, thresholds_s=(exact,))).document()
    assert found["addresses"]["reached"] == [int((times <= exact).sum())]
    assert found["addresses"]["reached"] != [int((times < exact).sum())]


def test_the_margin_is_not_counted(study, scenario):
    found = study.run(scenario)
    assert len(found.demand) == 54
    names = found.town.network.segments.text("name")
    assert "Far Lane" not in {names[row] for row in found.stretches.segment.tolist()}


def test_what_is_lost_when_one_is_out(study, scenario):
    both = study.run(scenario)
    alone = study.run(replace(scenario, responders=(WEST,)))
    without = both.document()["first_due"][1]["without"]
    lost = np.subtract(both.document()["addresses"]["reached"], alone.document()["addresses"]["reached"])
    assert without["addresses_lost"] == lost.tolist()
    road = np.subtract(both.document()["road_m"]["reached"], alone.document()["road_m"]["reached"])
    assert without["road_m_lost"] == pytest.approx(road, abs=0.3)
    assert without["p90_response_s"] == alone.document()["addresses"]["p90_response_s"]


def test_chance_of_being_free(study, scenario):
    responders = (replace(WEST, chance=0.5), replace(EAST, chance=0.8))
    found = study.run(replace(scenario, responders=responders, thresholds_s=(100.0, 3600.0)))
    n = len(found.demand)
    assert found.document()["expected"]["addresses"][1] == pytest.approx(n * (1 - 0.5 * 0.2))
    assert study.run(scenario).document()["expected"] is None


def test_areas_sum_to_the_whole(grid_study):
    found = grid_study.run(Scenario(responders=(station("a", 350, 410),), thresholds_s=(90.0, 150.0)))
    document = found.document()
    kinds = {row["kind"] for row in document["by_area"]}
    assert {"village", "esz"} <= kinds
    esz = [row for row in document["by_area"] if row["kind"] == "esz"]
    assert sum(row["addresses"]["n"] for row in esz) == document["addresses"]["n"]
    assert np.sum([row["addresses"]["reached"] for row in esz], axis=0).tolist() == document["addresses"]["reached"]
    village = next(row for row in document["by_area"] if row["kind"] == "village")
    assert village["name"] == "Southwest"
    assert 0 < village["road_m"]["total"] < document["road_m"]["total"]


def test_gaps_hold_every_late_address_once(grid_study):
    found = grid_study.run(Scenario(responders=(station("a", 10, 10),), thresholds_s=(90.0, 120.0)))
    late = np.flatnonzero(found.response_s > 120.0 + 1e-6)
    assert sorted(np.concatenate([gap.rows for gap in found.gaps]).tolist()) == late.tolist()
    assert found.gaps[0].streets
    assert sum(gap.road_m for gap in found.gaps) <= found.stretches.length_m[found.stretches.band == 2].sum() + 1e-6


def test_closures_cut_off(study, scenario):
    found = study.run(replace(scenario, responders=(WEST,), closures=("North Road", "Oak Avenue")))
    assert not np.isfinite(found.response_s).any()
    document = found.document()
    assert document["addresses"]["p90_response_s"] is None
    assert any("cut off" in text for text in document["warnings"])
    assert document["gaps"][0]["reachable"] is False


def test_scenarios_change_stations(study, scenario):
    moved = replace(scenario, stations=Changes(moved={"east": WEST.position}))
    found = study.run(moved)
    assert np.allclose(found.travel_s[0], found.travel_s[1])
    gone = study.run(replace(scenario, stations=Changes(removed=("east",))))
    assert [row.id for row in gone.responders] == ["west"]
    busy = study.run(replace(scenario, without_units=("west",)))
    assert [row.id for row in busy.responders] == ["east"]
    more = study.run(replace(scenario, stations=Changes(added=(station("new", 500, 10),))))
    assert [row.id for row in more.responders] == ["west", "east", "new"]
    assert (more.response_s <= study.run(scenario).response_s).all()


def test_staffing_counts_when_a_time_is_given(study, scenario):
    from datetime import datetime

    night = replace(scenario, stations=Changes(shifts={"east": "Mo-Su 08:00-20:00"}))
    assert len(study.run(night).responders) == 2
    at = study.run(replace(night, at=datetime(2026, 7, 8, 3)))
    assert [row.id for row in at.responders] == ["west"]
    assert any("not staffed" in text and "east" in text for text in at.warnings)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"responders": ()}, "no stations"),
        ({"thresholds_s": (0.0,)}, "threshold of 0 s"),
        ({"thresholds_s": (86400.0,)}, "threshold of 86400 s"),
        ({"thresholds_s": ()}, "no threshold"),
        ({"responders": (WEST, WEST)}, "'west' is given twice"),
        ({"responders": (replace(WEST, turnout_s=-5.0),)}, "turnout of -5"),
        ({"responders": (replace(WEST, turnout_s=float("nan")),)}, "turnout of nan"),
        ({"responders": (replace(WEST, chance=1.5),)}, "1.5"),
        ({"stations": Changes(removed=("wset",))}, "'wset'"),
        ({"stations": Changes(removed=("west", "east"))}, "nobody is left"),
        ({"turnout_s": 1e9}, "turnout of 1e"),
        ({"units": Changes(removed=("E1",))}, "units"),
    ],
)
def test_bad_input_is_named(study, scenario, change, says):
    with pytest.raises(InputError, match=says):
        study.run(replace(scenario, **change))


def test_a_station_outside_is_named(study, scenario):
    with pytest.raises(CoordinateError, match=r"'far'.*outside"):
        study.run(replace(scenario, responders=(WEST, station("far", 90_000, 0))))


def test_a_station_that_is_cut_off_is_warned_of(study, scenario):
    found = study.run(replace(scenario, responders=(WEST, ISLAND)))
    assert any(text.startswith("island reaches 0 of 54") for text in found.warnings)
    alone = study.run(replace(scenario, responders=(ISLAND,))).document()
    assert alone["addresses"]["reached"] == [0, 0, 0]


def test_a_town_without_stations_says_how_to_give_them(study):
    with pytest.raises(NotFoundError, match=r"--stations FILE.csv.*--stations-from"):
        study.run(Scenario())


def test_stretches_and_addresses_as_features(study, scenario):
    document = study.run(scenario).document(include=("stretches", "addresses"))
    lines = document["stretches"]["features"]
    assert sum(row["properties"]["length_m"] for row in lines) == pytest.approx(document["road_m"]["total"], abs=1)
    assert {row["properties"]["station"] for row in lines} == {"west", "east"}
    assert all(len(row["geometry"]["coordinates"]) >= 2 for row in lines)
    points = document["address_points"]["features"]
    assert len(points) == document["addresses"]["n"]
    assert points[0]["properties"]["address"]
    assert lonlat(0, 0)[0] == pytest.approx(points[0]["geometry"]["coordinates"][0], abs=0.02)


@pytest.mark.parametrize("k", [1, 2, 3])
def test_metres_that_several_reach(grid_study, k):
    from geo_dispatch.coverage.depth import metres_reached_by

    responders = (
        station("a", 350, 410), station("b", 1250, 1190, profile="car"), station("c", 820, 790), station("d", 810, 60, turnout_s=20.0)
    )  # fmt: skip
    pieces = grid_study.run(Scenario(responders=responders, thresholds_s=(100.0,))).pieces
    for limit in (70.0, 100.0, 130.0):
        share = (np.arange(2000) + 0.5) / 2000
        counted = np.zeros((len(pieces.segment), len(share)), dtype=int)
        for row, vehicle in enumerate(pieces.vehicle.tolist()):
            with np.errstate(invalid="ignore"):
                up = pieces.up_s[row][:, None] + share * pieces.up_over_s[vehicle][:, None]
                down = pieces.down_s[row][:, None] + (1 - share) * pieces.down_over_s[vehicle][:, None]
            counted += np.fmin(np.nan_to_num(up, nan=np.inf), np.nan_to_num(down, nan=np.inf)) <= limit
        wanted = (counted >= k).mean(axis=1) * pieces.length_m
        assert metres_reached_by(pieces, limit, k) == pytest.approx(wanted, abs=1.0)
        if k == 1:
            assert metres_reached_by(pieces, limit, 1) == pytest.approx(metres_within(pieces, limit), abs=1e-6)
