"""The driver who follows only the text: that he understands it, can't cheat, and arrives."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from geo_dispatch.build import BuildRequest, build_town
from geo_dispatch.directions import directions
from geo_dispatch.directions.landmarks import TownCues
from geo_dispatch.errors import GeoDispatchError
from geo_dispatch.geometry import LonLat, geodesic_m
from geo_dispatch.progress import NO_PROGRESS
from geo_dispatch.routing import Router
from geo_dispatch.town.store import open_town
from geo_dispatch.town.town import Town
from tests.directions.driver import Driver, LostError
from tests.directions.reader import Told, read, read_arrival
from tests.towns import lonlat, tiny_town


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Head east on Main Street (TS 9) toward Elm Street and go 0.3 mi.", Told("depart", "Main Street (TS 9)", compass="east")),
        ("Turn left just past Lees Market onto Elm Street and go 200 ft, then immediately bear right.", Told("turn", "Elm Street", "left", at_once=True)),
        ("At the end of Stem Road, at the church, turn right onto Cross Street and stay on it for 2.7 mi, entering Tiverton.", Told("turn", "Cross Street", "right", ends=True)),
        ("Take the second left onto the unnamed road and go 500 ft. It is a dead end.", Told("turn", "the unnamed road", "left", count=2)),
        ("Take the second Crescent Drive on the left and go 200 ft.", Told("turn", "Crescent Drive", "left", again=2)),
        ("Take the ramp on the left onto Shore Highway and go 0.4 mi.", Told("ramp", None, "left")),
        ("Take exit 3 toward Adder Brook, Central Village and go 0.5 mi.", Told("ramp", exit="3")),
        ("At the rotary (Pike Rotary), take the second exit onto North Street and go 0.4 mi.", Told("rotary", "North Street", count=2)),
        ("Keep right at the fork, toward US 6 and go 0.5 mi.", Told("keep", None, "right")),
        ("Make a U-turn onto Wide Road and go 0.3 mi.", Told("u_turn", "Wide Road")),
    ],
)  # fmt: skip
def test_the_driver_understands(text: str, told: Told) -> None:
    assert replace(read(text), drive_m=0.0, slack_m=0.0) == told


def test_the_driver_knows_how_far_and_how_roughly() -> None:
    assert read("Turn left onto Elm Street and go 0.3 mi.").drive_m == pytest.approx(482.8, abs=0.1)
    assert read("Turn left onto Elm Street and go 0.3 mi.").slack_m == pytest.approx(80.5, abs=0.1)
    assert read("Turn left onto the unnamed road and go 0.31 mi.").slack_m == pytest.approx(8.0, abs=0.1)


@pytest.mark.parametrize("text", ["Do as you please and go 0.3 mi.", "Turn left onto Elm Street."])
def test_the_driver_does_not_guess(text: str) -> None:
    with pytest.raises(ValueError, match=r"don't know what to do|no distance"):
        read(text)


def test_the_driver_understands_the_end() -> None:
    arrival = read_arrival(
        "Arrive at 14 Elm Street, on your left, just past Lees Market. If you reach Oak Avenue, you've gone too far."
    )
    assert (arrival.number, arrival.side, arrival.where, arrival.too_far) == (
        "14",
        "left",
        "just past Lees Market",
        "Oak Avenue",
    )
    far = read_arrival("Arrive at your destination, on your right, about 0.5 mi north of Elm Street.")
    assert (far.number, far.past_m, far.past) == (None, pytest.approx(804.7, abs=0.1), "Elm Street")


def test_words_alone_lead_him() -> None:
    driver = Driver(tiny_town())
    start = LonLat(*lonlat(30, 1000))
    texts = [
        "Head east on Main Street (TS 9) and go 0.3 mi.",
        "Turn right onto Elm Street and go 0.25 mi.",
        "Arrive at your destination.",
    ]
    assert geodesic_m(*driver.follow(start, texts), *lonlat(500, 600)) < 15
    wrong = [texts[0], texts[1].replace("right", "left"), texts[2]]
    with pytest.raises(LostError, match="found no place to turn left onto Elm Street"):
        driver.follow(start, wrong)
    with pytest.raises(LostError, match="no place to turn right onto Far Lane"):
        driver.follow(start, [texts[0], texts[1].replace("Elm Street", "Far Lane"), texts[2]])


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Town:
    folder = Path(__file__).resolve().parents[2] / "data" / "towns" / "sample"
    file = tmp_path_factory.mktemp("sample") / "sample.gpkg"
    build_town(BuildRequest(out=file, osm=(folder / "sample.osm.pbf",), pack=folder / "pack"), progress=NO_PROGRESS)
    return open_town(file)


def test_on_the_sample_town_he_arrives(sample: Town) -> None:
    """60 routes; the share over 500 routes of three towns is in docs/directions.md."""
    router, driver, cues, rng = Router(sample), Driver(sample), TownCues(sample), random.Random(5)
    addresses = sample.table("addresses")
    arrived, tried = 0, 0
    while tried < 60:
        start, end = (
            LonLat(float(addresses.lon[row]), float(addresses.lat[row])) for row in rng.sample(range(len(addresses)), 2)
        )
        try:
            way = router.route(start, end)
        except GeoDispatchError:
            continue
        steps = directions(sample, way, cues=cues)
        tried += 1
        try:
            stop = driver.follow(
                LonLat(steps[0].lon, steps[0].lat),
                [step.instruction for step in steps],
                odometer=rng.uniform(0.97, 1.03),
            )
        except LostError:
            continue
        arrived += geodesic_m(*stop, way.destination.lon, way.destination.lat) <= 75.0
    assert arrived >= 58
