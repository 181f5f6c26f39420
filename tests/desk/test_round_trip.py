"""What the last two steps of a route say, given to locate, finds the destination; ``tests/benchmarks/directions/round_trip.py`` asks at length."""

from __future__ import annotations

import random

import pytest

from geo_dispatch.errors import GeoDispatchError
from geo_dispatch.geometry import LonLat, geodesic_m
from geo_dispatch.service import Service


@pytest.mark.parametrize(("voice", "least"), [("public", 40), ("radio", 37)])
def test_of_forty_addresses(sample_service: Service, voice: str, least: int) -> None:
    addresses, rng = sample_service.town.table("addresses"), random.Random(11)
    found = tried = 0
    while tried < 40:
        goal, start = rng.randrange(len(addresses)), rng.randrange(len(addresses))
        number, street, town = (addresses.text(name)[goal] for name in ("number_text", "street", "municipality"))
        if not number or not street:
            continue
        ends = [LonLat(float(addresses.lon[row]), float(addresses.lat[row])) for row in (start, goal)]
        try:
            steps = sample_service.route_to(ends[0], ends[1], say=f"{number} {street}, {town}").steps
        except GeoDispatchError:
            continue
        tried += 1
        said = " ".join(step.radio if voice == "radio" else step.instruction for step in steps[-2:])
        candidates = sample_service.locate(said).candidates
        found += bool(candidates) and geodesic_m(candidates[0].lon, candidates[0].lat, *ends[1]) <= 75
    assert found >= least
