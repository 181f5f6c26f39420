"""A gazetteer without a map: places, and nothing else."""

from __future__ import annotations

import geopandas as gpd
import pytest
from shapely.geometry import shape

from geo_dispatch.locate import Locator, warm
from geo_dispatch.locate.answer import Candidate
from geo_dispatch.schema import TOWN_TABLES, conform
from geo_dispatch.town.town import town_from_layers
from tests.towns import EPSG, ORIGIN, PROJECTION, point


@pytest.fixture(scope="module")
def bare() -> Locator:
    rows = [{"place_id": "a", "name": "Gull Cafe"}, {"place_id": "b", "name": "Odd Fellows Hall"}]
    frame = gpd.GeoDataFrame(rows, geometry=[point(0, 0), point(150, 0)], crs=4326)
    return Locator(town_from_layers({"places": conform(frame, TOWN_TABLES["places"])}, name="Bare", epsg=EPSG))


def best(locator: Locator, text: str) -> Candidate:
    answer = locator.locate(text)
    assert answer.candidates, text
    return answer.candidates[0]


def xy(candidate: Candidate) -> tuple[float, float]:
    x, y = PROJECTION.to_xy(candidate.lon, candidate.lat)
    return x - ORIGIN[0], y - ORIGIN[1]


def test_a_direction_is_placed_as_far_as_it_was_measured(bare: Locator) -> None:
    found = best(bare, "north of the Gull Cafe")
    x, y = xy(found)
    assert abs(x) < 60
    assert 50 < y < 200, "where no road is known, distances do not grow as where roads are sparse"
    assert found.cross_streets == ()


def test_two_clauses_make_a_smaller_region_than_one(bare: Locator) -> None:
    one = shape(best(bare, "near the Gull Cafe").region90)
    both = shape(best(bare, "near the Gull Cafe, across from Odd Fellows Hall").region90)
    assert 0 < both.area < one.area


def test_blocks_vary_more_than_yards(bare: Locator) -> None:
    blocks = shape(best(bare, "2 blocks north of the Gull Cafe").region90)
    yards = shape(best(bare, "206 yards north of the Gull Cafe").region90)
    assert blocks.area > 1.3 * yards.area


def test_a_name_alone_and_an_unknown_one(bare: Locator) -> None:
    assert xy(best(bare, "Gull Cafe")) == pytest.approx((0, 0), abs=1.0)
    assert bare.locate("north of the Heron Cannery").status == "unknown"


def test_what_is_kept_beside_a_town_can_be_made_without_roads(bare: Locator) -> None:
    warm(bare.town)
    assert best(bare, "Gull Cafe").probability > 0.8
