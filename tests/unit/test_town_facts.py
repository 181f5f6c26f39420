"""Where a unit can be: on the town's roads or near them; boats on the water too."""

from __future__ import annotations

import pytest

from geo_dispatch.errors import UnitReportError
from geo_dispatch.geometry import LonLat
from geo_dispatch.service.town_facts import RoadReach, run_cards_of, unit_seeds_of
from tests.towns import Drawing, box, lonlat, tiny_town


@pytest.fixture(scope="module")
def reach() -> RoadReach:
    """A town on both shores of a bay 20 km wide."""
    drawing = Drawing({"a": (0, 0), "b": (2000, 0), "c": (22_000, 0), "d": (24_000, 0), "e": (22_000, 9000)})
    drawing.road("a b", "West Street").road("c d", "East Street").road("c e", "Long Street")
    return RoadReach(drawing.town("Bayport", box(-1000, -1000, 25_000, 10_000), margin_m=1000))


@pytest.mark.parametrize(
    ("kind", "x", "y", "fits"),
    [
        ("engine", 1000, 0, True),
        ("engine", 4500, 0, True),
        ("engine", 12_000, 0, False),
        ("police", 12_000, 4000, False),
        ("boat", 12_000, 0, True),
        ("boat", 120_000, 0, False),
        ("engine", 22_000, 4500, False),
    ],
)
def test_a_land_vehicle_is_near_a_road_and_a_boat_within_the_town(reach, kind, x, y, fits):
    position = LonLat(*lonlat(x, y))
    if fits:
        reach.check("X1", kind, position)
        return
    with pytest.raises(UnitReportError, match="X1 can't be"):
        reach.check("X1", kind, position)


def test_a_town_without_a_pack_has_no_units_and_no_cards():
    assert unit_seeds_of(tiny_town()) == ()
    assert len(run_cards_of(tiny_town())) == 0
