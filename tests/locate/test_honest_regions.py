"""Regions hold as much as they say and no more, and who is sure is near."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import shapely
from shapely.geometry import shape

from geo_dispatch.locate import Locator
from geo_dispatch.locate.cells import Cells, cells_region, highest
from geo_dispatch.locate.doubts import doubt_width
from geo_dispatch.locate.draft import Draft
from geo_dispatch.locate.normalise import fold, tokenise
from geo_dispatch.locate.relations.clauses import parse_clauses
from geo_dispatch.locate.relations.pairs import keep_shortest
from tests.locate.drawing import coast_town
from tests.towns import ORIGIN, PROJECTION


@pytest.fixture(scope="module")
def locator() -> Locator:
    return Locator(coast_town())


def held(locator: Locator, cells: Cells, share: float) -> tuple[float, float]:
    """Return the share of the cells that a region holds, and its area in square degrees."""
    region = shape(cells_region(locator.town, cells, share))
    lon, lat = PROJECTION.arrays_to_lonlat(cells.x, cells.y)
    return float(cells.mass[shapely.intersects_xy(region, lon, lat)].sum()), float(region.area)


def test_a_region_counts_all_the_cells_in_the_squares_it_draws(locator: Locator) -> None:
    rng = np.random.default_rng(5)
    x, y = rng.normal(ORIGIN[0] + 1000, 60, 3000), rng.normal(ORIGIN[1] + 1000, 60, 3000)
    cells = Cells(x, y, rng.dirichlet(np.ones(3000)))  # many cells in each square, light and heavy ones mixed
    share, area = held(locator, cells, 0.9)
    heaviest = cells.take(highest(cells, 0.9))
    whole, wider = held(locator, heaviest, 1.0)
    assert 0.9 <= share < 0.96
    assert whole == pytest.approx(1.0)
    assert area < 0.8 * wider  # the heaviest cells lie in nearly every square
    half, smaller = held(locator, cells, 0.5)
    assert 0.5 <= half < 0.6
    assert smaller < area


def _draft(x: np.ndarray, mass: np.ndarray, beyond: float) -> Draft:
    here = PROJECTION.to_lonlat(*ORIGIN)
    cells = Cells(ORIGIN[0] + x, np.full(len(x), ORIGIN[1]), mass, beyond=beyond)
    return Draft("relative", "near it", "it", here.lon, here.lat, 1.0, 0.98, 1.0, 100.0, cells=cells)


@pytest.mark.parametrize(
    ("far", "beyond", "sure"), [(0.0, 0.0, True), (0.005, 0.01, True), (0.2, 0.0, False), (0.0, 0.2, False)]
)
def test_no_place_is_sure_whose_point_may_be_far_from_it(
    locator: Locator, far: float, beyond: float, *, sure: bool
) -> None:
    draft = _draft(np.array([0.0, 900.0]), np.array([1.0 - far, far]), beyond)
    assert (doubt_width(locator._finder, draft).known > 0.8) is sure


def test_a_circle_is_judged_as_its_cells_would_be(locator: Locator) -> None:
    point = replace(_draft(np.zeros(1), np.ones(1), 0.0), cells=None)
    assert doubt_width(locator._finder, replace(point, radius90_m=250.0)).known == 0.98
    assert doubt_width(locator._finder, replace(point, radius90_m=500.0)).known <= 0.8


@pytest.mark.parametrize("clause", ["next to the fire headquarters", "near Saint Johns Church"])
@pytest.mark.parametrize("named", ["10 Drift Road", "Lees Market", "Drift Road and Main Road"])
def test_what_was_named_in_full_stays_before_a_landmark_that_contradicts_it(
    locator: Locator, named: str, clause: str
) -> None:
    alone = locator.locate(named).candidates[0]
    answer = locator.locate(f"{named}, {clause}")
    first = answer.candidates[0]
    apart = math.dist(PROJECTION.to_xy(first.lon, first.lat), PROJECTION.to_xy(alone.lon, alone.lat))
    assert apart < 60
    assert first.probability < 0.8


@pytest.mark.parametrize("lead", ["he's", "she's", "they're", "it's", "I'm", "um, we're"])
def test_whoever_is_spoken_of_is_no_street(lead: str) -> None:
    assert [clause.kind for clause in parse_clauses(tokenise(fold(f"{lead} across from Lees Market")))] == ["across"]


def test_the_name_of_a_landmark_may_be_mistyped(locator: Locator) -> None:
    answer = locator.locate("across from the Dukin on Hix Bridge Road")
    assert "Dunkin" in answer.candidates[0].label


def test_two_clauses_that_agree_are_surer_than_either(locator: Locator) -> None:
    one = locator.locate("across from Lees Market").candidates[0]
    both = locator.locate("across from Lees Market on Main Road").candidates[0]
    assert both.probability > one.probability + 0.02


def test_of_stretches_between_two_roads_those_that_hold_another_are_left_out() -> None:
    a, b, c, other = (0.0, 0.0), (500.0, 0.0), (900.0, 0.0), (-300.0, 0.0)
    kept = keep_shortest([(a, c, (1,)), (b, c, (1,)), (b, other, (1,)), (a, other, (1,))])
    assert kept == [(a, other, (1,)), (b, c, (1,))]


def test_the_first_of_two_roads_that_meet_twice_is_not_taken_for_the_only_one() -> None:
    a, c, other = (0.0, 0.0), (400.0, 0.0), (-300.0, 0.0)
    assert len(keep_shortest([(a, c, (1,)), (a, other, (1,)), (a, other, (2,))])) == 3
