"""Car speeds by class, limit and surface."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_dispatch.data_tables import load_table
from geo_dispatch.routing.speeds import edge_speeds_kph

TABLE = load_table("geo_dispatch.routing", "speeds")


@pytest.mark.parametrize(
    ("given_row", "expected_kph"),
    [
        ({"highway": "motorway"}, 99),
        ({"highway": "motorway", "maxspeed_kph": 104.6}, 104.6 * 0.95),
        ({"highway": "residential", "maxspeed_kph": 40.0}, 32),
        ({"highway": "residential", "maxspeed_kph": math.nan}, 32),
        ({"highway": "residential", "maxspeed_kph": 0.0}, 32),
        ({"highway": "never_heard_of"}, 30),
        ({"highway": "service", "service": "parking_aisle"}, 10),
        ({"highway": "service", "service": "driveway", "maxspeed_kph": 88.5}, 13),
        ({"highway": "tertiary", "surface": "gravel"}, 45),
        ({"highway": "tertiary", "surface": "asphalt"}, 48),
        ({"highway": "track", "tracktype": "grade5"}, 10),
        ({"highway": "track", "surface": "mud", "tracktype": "grade2"}, 8),
        ({"highway": "primary", "junction": "roundabout"}, 30),
        ({"highway": "unclassified", "ford": "yes"}, 8),
        ({"highway": "unclassified", "ford": "no"}, 41),
        ({"highway": "residential", "maxspeed_kph": 3.0}, 5),
    ],
)
def test_speed_of_one_edge(given_row: dict[str, object], expected_kph: float) -> None:
    columns = {key: [value] for key, value in given_row.items()}
    highway = columns.pop("highway")
    assert edge_speeds_kph(highway, **columns)[0] == pytest.approx(expected_kph)  # type: ignore[arg-type]


@given(
    st.lists(
        st.tuples(
            st.sampled_from([*TABLE["highway_kph"], None, "x"]),
            st.sampled_from([*TABLE["surface_cap_kph"], None, "asphalt"]),
            st.one_of(st.floats(-10, 300), st.just(math.nan)),
        ),
        max_size=30,
    )
)
def test_speeds_are_finite_and_at_least_the_floor(rows: list[tuple[str | None, str | None, float]]) -> None:
    speed = edge_speeds_kph([r[0] for r in rows], surface=[r[1] for r in rows], maxspeed_kph=[r[2] for r in rows])
    assert speed.shape == (len(rows),)
    assert np.isfinite(speed).all()
    assert (speed >= 5).all()


def test_columns_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match="2 edges"):
        edge_speeds_kph(["primary", "primary"], maxspeed_kph=[50.0])


def test_every_road_class_that_is_read_has_a_speed() -> None:

    roads = load_table("geo_dispatch.osm", "roads")
    assert set(roads["roads"]) | set(roads["roads_if_open"]) <= set(TABLE["highway_kph"])
