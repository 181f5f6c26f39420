"""Snapping: nearest road, side, limits."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_dispatch.errors import CoordinateError
from geo_dispatch.geometry import LonLat
from geo_dispatch.routing import Snapper
from geo_dispatch.town.town import Town
from tests.routing.random_towns import random_town
from tests.towns import lonlat, tiny_town


def at(x: float, y: float) -> LonLat:
    return LonLat(*lonlat(x, y))


def name_of(town: Town, segment: int) -> str | None:
    name: str | None = town.network.segments.text("name")[segment]
    return name


@pytest.mark.parametrize(
    ("x", "y", "street", "along_m", "distance_m", "side"),
    [
        (100, 1030, "Main Street", 100, 30, "left"),  # Main Street is drawn eastwards
        (100, 970, "Main Street", 100, 30, "right"),
        (520, 800, "Elm Street", 200, 20, "left"),  # Elm Street is drawn southwards: east is left
        (480, 800, "Elm Street", 200, 20, "right"),
        (-40, 900, "North Road", 100, 40, "right"),
    ],
)
def test_nearest_road_side_and_distance(
    x: float, y: float, street: str, along_m: float, distance_m: float, side: str
) -> None:
    found = Snapper(tiny_town()).snap(at(x, y))
    assert name_of(tiny_town(), found.segment) == street
    assert found.along_m == pytest.approx(along_m, abs=0.5)
    assert found.distance_m == pytest.approx(distance_m, abs=0.1)
    assert found.side == side


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_equals_brute_force_over_all_lines(seed: int) -> None:
    town = random_town(seed, private_share=0)
    network = town.network
    rng = np.random.default_rng(seed)
    west, south, east, north = town.extent
    lon, lat = rng.uniform(west - 0.003, east + 0.003, 12), rng.uniform(south - 0.003, north + 0.003, 12)
    usable = rng.random(network.segment_count) < 0.6
    usable[0] = True
    found = Snapper(town).snap_many(lon, lat, usable=usable)
    lines = np.asarray([shapely.LineString(network.segment_xy(s)) for s in range(network.segment_count)])
    x, y = town.projection.arrays_to_xy(lon, lat)
    for row in range(12):
        distances = np.where(usable, shapely.distance(lines, shapely.Point(x[row], y[row])), np.inf)
        assert found.distance_m[row] == pytest.approx(distances.min(), abs=1e-6)
        assert usable[found.segment[row]]
        assert distances[found.segment[row]] == pytest.approx(distances.min(), abs=1e-6)
        expected = network.point_along(int(found.segment[row]), float(found.along_m[row]))
        assert (found.lon[row], found.lat[row]) == pytest.approx(expected, abs=1e-9)


def test_one_and_many_agree() -> None:
    snapper = Snapper(tiny_town())
    positions = [at(x, y) for x, y in [(3, 500), (700, 720), (2100, 40)]]
    many = snapper.snap_many([p.lon for p in positions], [p.lat for p in positions])
    for row, position in enumerate(positions):
        one = snapper.snap(position)
        assert (one.segment, one.along_m) == (many.segment[row], many.along_m[row])
        assert one.side == ("left" if many.left[row] else "right")


def test_far_from_every_road_is_refused() -> None:
    with pytest.raises(CoordinateError, match=r"no usable road within 0\.3 mi"):
        Snapper(tiny_town(), max_distance_m=500).snap(at(1700, 900))
    found = Snapper(tiny_town(), max_distance_m=500).snap_many(*([v] for v in at(1700, 900)))
    assert found.segment.tolist() == [-1]
    assert np.isnan(found.lon).all()


def test_outside_and_swapped_are_refused() -> None:
    snapper = Snapper(tiny_town())
    with pytest.raises(CoordinateError, match="outside Tinyport's road network"):
        snapper.snap(LonLat(-70.0, 42.9))
    inside = at(100, 900)
    with pytest.raises(CoordinateError, match="swapped"):
        snapper.snap(LonLat(inside.lat, inside.lon))


def test_nan_finds_nothing() -> None:
    found = Snapper(tiny_town()).snap_many([float("nan")], [41.0])
    assert found.segment.tolist() == [-1]
