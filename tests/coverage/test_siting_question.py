"""Siting over drawn towns: candidates, what is kept, what is left out, and the document."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from geo_dispatch.coverage import Scenario, Study
from geo_dispatch.coverage.siting import SitingQuestion, site_stations
from geo_dispatch.coverage.siting.candidates import candidates, spread
from geo_dispatch.errors import CoordinateError, InputError, NotFoundError
from geo_dispatch.geometry import LonLat
from geo_dispatch.routing import NamedPoint, Router
from tests.coverage.conftest import ISLAND, WEST, station
from tests.towns import Drawing, box, lonlat, tiny_town


@pytest.fixture
def corner(grid_study: Study) -> Scenario:
    """One station in the southwest corner of the grid."""
    return Scenario(responders=(station("corner", 0, 0),))


def test_junctions_are_where_three_roads_end(grid_study: Study) -> None:
    found = candidates(grid_study.town, "junctions")
    assert len(found.sites) == 25 - 4  # two roads end at the corners
    assert found.rule is None
    assert {site.label for site in found.sites} >= {"Row 2 Street and Column 2 Avenue"}


def test_thinning_spreads_and_says_how(grid_study: Study) -> None:
    found = candidates(grid_study.town, "junctions", most=5)
    assert len(found.sites) == 5
    assert found.considered == 21
    assert found.rule is not None
    assert found.rule.startswith("5 of 21 junctions")
    xy = np.asarray(grid_study.town.projection.arrays_to_xy(*np.asarray([s.position for s in found.sites]).T)).T
    apart = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))
    assert apart[apart > 0].min() >= 800


def test_spread_keeps_all_when_there_are_few() -> None:
    assert spread(np.arange(3.0), np.zeros(3), 3).tolist() == [0, 1, 2]


def test_a_station_added_to_those_there_are(grid_study: Study, corner: Scenario) -> None:
    answer = site_stations(grid_study, corner, SitingQuestion("mclp", add=1, threshold_s=150, frontier=True))
    document = answer.document()
    assert [row["station_id"] for row in document["stations"]].count("corner") == 1
    assert len(document["stations"]) == 2
    assert document["objective"]["proved"]
    assert document["reached"]["addresses"] == document["objective"]["value"] > document["reached_now"]["addresses"]
    assert document["frontier"][0]["reached"] == document["reached_now"]["addresses"]
    assert document["frontier"][-1]["reached"] == document["objective"]["value"]
    assert sum(row["first_due"] for row in document["stations"]) == document["reached"]["n"]


def test_the_plan_reaches_what_coverage_says_it_does(grid_study: Study, corner: Scenario) -> None:
    """Hold the siting's figures against a coverage study of the plan."""
    answer = site_stations(grid_study, corner, SitingQuestion("mclp", stations=3, threshold_s=140, turnout_s=60))
    plan = [
        replace(WEST, station_id=site.id, name=site.label,
        position=site.position, turnout_s=60.0)
        for site in answer.chosen()
    ]  # fmt: skip
    covered = grid_study.run(replace(corner, responders=tuple(plan), thresholds_s=(140.0,))).document()
    assert covered["addresses"]["reached"] == [answer.document()["reached"]["addresses"]]
    assert answer.plan.objective == covered["addresses"]["reached"][0]


@pytest.mark.parametrize("model", ["lscp", "lscp-b", "mclp", "p-median", "p-center"])
def test_every_model_answers(grid_study: Study, corner: Scenario, model: str) -> None:
    number = None if model.startswith("lscp") else 2
    question = SitingQuestion(model, candidates="addresses", most=12, stations=number, threshold_s=200)
    document = site_stations(grid_study, corner, question).document()
    assert document["model"] == model
    assert document["stations"]
    assert document["objective"]["bound"] is not None
    assert document["candidates"]["n"] == 13


def test_what_no_candidate_reaches_is_left_out_and_told(grid_study: Study, corner: Scenario) -> None:
    only = (NamedPoint("here", LonLat(*lonlat(0, 0))),)
    question = SitingQuestion("lscp", candidates=only, threshold_s=100, turnout_s=60)
    document = site_stations(grid_study, corner, question).document()
    assert document["partial"]
    assert document["left_out"]["n"] == document["reached"]["n"] - document["reached"]["addresses"] > 0
    assert all(row["least_s"] > 100 for row in document["left_out"]["addresses"])
    assert any(text.startswith("partial:") for text in document["warnings"])


def test_addresses_cut_off_from_every_candidate() -> None:
    town = tiny_town()
    study = Study(town, Router(town))
    both = Scenario(responders=(ISLAND, WEST))
    document = site_stations(study, both, SitingQuestion("p-median", candidates="stations", stations=1)).document()
    assert [row["id"] for row in document["stations"]] == ["west"]
    island = Scenario(responders=(ISLAND,))
    document = site_stations(study, island, SitingQuestion("p-median", candidates="stations", stations=1)).document()
    assert document["partial"]
    assert document["reached"]["no_way"] == document["left_out"]["n"] == len(study.demand)
    with pytest.raises(InputError, match="no candidate has a way to any demand"):
        site_stations(study, island, SitingQuestion("p-center", candidates="stations", stations=1))


def test_a_town_without_stations_can_be_given_some(grid_study: Study) -> None:
    document = site_stations(grid_study, Scenario(), SitingQuestion("mclp", stations=1)).document()
    assert document["reached_now"] is None
    with pytest.raises(NotFoundError, match="no fire station"):
        site_stations(grid_study, Scenario(), SitingQuestion("mclp", add=1))


@pytest.mark.parametrize(
    ("question", "part"),
    [
        (SitingQuestion("best"), "no siting model 'best'"),
        (SitingQuestion("mclp"), "needs a number"),
        (SitingQuestion("lscp", stations=2), "finds the number itself"),
        (SitingQuestion("mclp", stations=2, add=1), "both given"),
        (SitingQuestion("mclp", add=0), "give 1 or more"),
        (SitingQuestion("mclp", stations=1, candidates="parks"), "no candidates 'parks'"),
        (SitingQuestion("mclp", stations=1, candidates="places"), "has no places"),
        (SitingQuestion("mclp", stations=1, threshold_s=0), "the threshold is 0 s"),
        (SitingQuestion("mclp", stations=400), "of 22 candidates"),
        (SitingQuestion("mclp", stations=1, most=0), "give 1 or more"),
        (SitingQuestion("mclp", stations=1, time_limit_s=0), "a time limit of 0 s"),
    ],
)
def test_questions_that_cannot_be_used(
    grid_study: Study, corner: Scenario, question: SitingQuestion, part: str
) -> None:
    with pytest.raises(InputError, match=part):
        site_stations(grid_study, corner, question)


def test_a_candidate_outside_is_named(grid_study: Study, corner: Scenario) -> None:
    far = (NamedPoint("moon", LonLat(10.0, 10.0)),)
    with pytest.raises(CoordinateError, match="candidate 'moon'"):
        site_stations(grid_study, corner, SitingQuestion("mclp", candidates=far, stations=1))


def test_a_town_without_addresses() -> None:
    drawing = Drawing({"a": (0.0, 0.0), "b": (500.0, 0.0)})
    drawing.road("a b", "Main Street")
    town = drawing.town("Emptyport", box(-500, -500, 1000, 500))
    question = SitingQuestion("mclp", candidates=(NamedPoint("here", LonLat(*lonlat(0, 0))),), stations=1)
    with pytest.raises(InputError, match="no demand"):
        site_stations(Study(town, Router(town)), Scenario(), question)
