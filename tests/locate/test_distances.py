"""Distances in words."""

from __future__ import annotations

import pytest

from geo_dispatch.locate.distances import find_distance


@pytest.mark.parametrize(
    ("text", "distance_m"),
    [
        ("half a mile south of town hall", 804.7),
        ("a half mile from", 804.7),
        ("3 quarters of a mile past", 1207.0),
        ("1 1/2 miles north", 2414.0),
        ("1/4 mile", 402.3),
        ("a mile and a half down", 2414.0),
        ("2 and a half miles", 4023.4),
        ("200 yards", 182.9),
        ("a couple hundred feet from", 61.0),
        ("300 ft east of", 91.4),
        ("2.5 km", 2500.0),
    ],
)
def test_it_is_read(text: str, distance_m: float) -> None:
    found = find_distance(text.split())
    assert found is not None
    assert found.distance_m == pytest.approx(distance_m, rel=1e-3)
    assert text.startswith(found.text)


@pytest.mark.parametrize("text", ["mile marker 3", "main street", "mile", "nine mile road", "12 main street"])
def test_other_words_are_none(text: str) -> None:
    assert find_distance(text.split()) is None
