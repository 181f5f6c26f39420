"""Closures clicked on a map: the roads meant, in words where words say the same."""

from __future__ import annotations

import numpy as np
import pytest

from geo_dispatch.errors import ClosureError, CoordinateError
from geo_dispatch.geometry import LonLat
from geo_dispatch.routing import DrawnStretches, Router
from tests.routing.test_closures import TOWN, at

ROUTER = Router(TOWN)
DRAWN = DrawnStretches(TOWN, ROUTER)


def closed(spec: str) -> dict[str, int]:
    """Return how many metres of each street are closed."""
    (found,) = ROUTER.closed_roads([spec])
    column, length = TOWN.network.segments.text("name"), TOWN.network.segment_length_m
    rows: dict[str, float] = {}
    for segment in np.unique(TOWN.network.arc_segment[found.arcs]).tolist():
        rows[column[segment] or ""] = rows.get(column[segment] or "", 0.0) + float(length[segment])
    return {name: round(metres, -1) for name, metres in rows.items()}


def test_one_click_closes_its_road_from_crossing_to_crossing():
    found = DRAWN.find([at(600, 590)])
    assert found.spec in (
        "Upper Street from Second Street to Third Street",
        "Upper Street from Third Street to Second Street",
    )
    assert closed(found.spec) == {"Upper Street": 400}


def test_two_clicks_close_the_road_between_them():
    found = DRAWN.find([at(100, 605), at(700, 600)])
    assert set(found.spec.split(" from ")[1].split(" to ")) == {"First Street", "Third Street"}
    assert closed(found.spec) == {"Upper Street": 800}


def test_a_click_at_a_crossing_does_not_close_what_lies_behind_it():
    assert closed(DRAWN.find([at(395, 600), at(805, 600)]).spec) == {"Upper Street": 400}


def test_a_one_way_road_may_be_clicked_against_its_direction():
    assert closed(DRAWN.find([at(780, -2), at(420, -2)]).spec) == closed(DRAWN.find([at(420, -2), at(780, -2)]).spec)


def test_a_whole_street_is_called_by_its_name():
    assert DRAWN.find([at(0, 300)]).spec == "First Street"


def test_a_way_over_several_streets_is_closed_by_ids_and_called_by_their_names():
    found = DRAWN.find([at(2, 300), at(200, 600)])
    assert found.spec.startswith("segment:")
    assert found.label == "First Street and Upper Street"
    assert closed(found.spec) == {"First Street": 600, "Upper Street": 400}


def test_what_is_at_sea_or_far_from_roads_is_refused():
    with pytest.raises(CoordinateError):
        DRAWN.find([LonLat(10, 10)])
    with pytest.raises(ClosureError, match="from the nearest road: click on the road"):
        DRAWN.find([at(600, 300)])
    with pytest.raises(ClosureError, match="give 1 to 20"):
        DRAWN.find([])
