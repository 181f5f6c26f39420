"""The service: ends of routes, first due station, documents."""

from __future__ import annotations

import json
import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import PurePosixPath

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_dispatch.directions.language import Noun
from geo_dispatch.errors import (
    AmbiguousPlaceError,
    CoordinateError,
    InputError,
    NoRouteError,
    NotFoundError,
    UnknownPlaceError,
)
from geo_dispatch.geometry import LonLat
from geo_dispatch.locate import Why
from geo_dispatch.routing import NamedPoint
from geo_dispatch.service import Service, document
from geo_dispatch.town.town import Town, town_from_layers
from tests.towns import EPSG, lonlat, point, tiny_layers, tiny_town

GIRAFFE = ("'purple giraffe': not used",)


@pytest.fixture(scope="module")
def service() -> Service:
    return Service(tiny_town())


@pytest.fixture(scope="module")
def staffed() -> Service:
    """Return a town with two fire stations, one of them on the island, and a police station without a position."""
    import geopandas as gpd

    rows = [
        {"station_id": "fire-1", "name": "Oak Station", "kind": "fire"},
        {"station_id": "fire-2", "name": "Island Station", "kind": "fire"},
        {"station_id": "fire-3", "name": "South Station", "kind": "fire"},
        {"station_id": "police-1", "name": "Police", "kind": "police"},
    ]
    shapes = [point(0, 500), point(2000, 0), point(500, 0), None]
    layers = {**tiny_layers(), "stations": gpd.GeoDataFrame(rows, geometry=shapes, crs=4326)}
    return Service(town_from_layers(layers, name="Tinyport", epsg=EPSG, state="Testonia"))


def at(x: float, y: float) -> LonLat:
    return LonLat(*lonlat(x, y))


def test_words_and_positions_stand_for_places(service):
    crossing = service.whereabouts("Main Street and Elm Street")
    assert crossing.position == pytest.approx(at(500, 1000), abs=1e-5)
    given_position = at(500, 900)
    assert service.whereabouts(given_position).position == given_position
    assert service.whereabouts(f" {given_position.lon} , {given_position.lat}").position == pytest.approx(
        given_position
    )


@pytest.mark.parametrize("where", ["2.35,48.86", "41.535,-71.03", "999,999", LonLat(0.0, 0.0)])
def test_positions_elsewhere_are_refused(service, where):
    with pytest.raises(CoordinateError):
        service.whereabouts(where)


def test_unknown_words_raise_with_the_question(service):
    with pytest.raises(UnknownPlaceError, match="'zzyzx' matches nothing in Tinyport: ask: ") as caught:
        service.route("zzyzx", at(0, 0))
    assert caught.value.details["question"]["text"]


def test_ambiguous_words_raise_with_the_candidates(service, monkeypatch):
    answer = service.locate("Main Street and Elm Street")
    twice = replace(answer, status="ambiguous", candidates=answer.candidates[:1] * 2)
    monkeypatch.setattr(service.locator, "locate", lambda *_, **__: twice)
    with pytest.raises(AmbiguousPlaceError, match=r"could be 2 places: 1\. Main Street & Elm Street") as caught:
        service.whereabouts("Main Street and Elm Street")
    assert len(caught.value.details["candidates"]) == 2


@pytest.mark.parametrize(
    ("told", "doubts"),
    [
        ({}, ()),
        ({"warnings": ("placed between 2002 and 2098",)}, ("placed between 2002 and 2098",)),
        ({"unmatched": ("boston",)}, ("'boston' was not used",)),
        ({"why": Why("purple giraffe", "name", "not used", "neutral"), "unmatched": ("purple",)}, GIRAFFE),
        ({"why": Why("main avenue", "street", "another type", "contradicted")}, ("'main avenue': another type",)),
        (
            {"why": Why("16", "number", "between", "neutral"), "warnings": ("16 is not on file",)},
            ("16 is not on file",),
        ),
    ],
)
def test_a_route_tells_what_is_doubtful_about_its_ends(service, staffed, monkeypatch, told, doubts):
    answer = service.locate("14 Main Street")
    best = replace(answer.candidates[0], why=(*answer.candidates[0].why, *filter(None, [told.get("why")])))
    given = {key: value for key, value in told.items() if key != "why"}
    doubtful = replace(answer, candidates=(best,), **given)
    for asked in (service, staffed):
        monkeypatch.setattr(asked.locator, "locate", lambda *_, **__: doubtful)
    place = at(500, 500)
    assert service.route("words", place).warnings == tuple(f"from: {doubt}" for doubt in doubts)
    assert service.route(place, "words").warnings == tuple(f"to: {doubt}" for doubt in doubts)
    assert staffed.first_due("words").plan.answer.warnings == tuple(f"to: {doubt}" for doubt in doubts)


def test_one_place_that_is_not_sure_is_not_called_several(service, monkeypatch):
    answer = replace(service.locate("14 Main Street"), status="ambiguous")
    monkeypatch.setattr(service.locator, "locate", lambda *_, **__: answer)
    with pytest.raises(AmbiguousPlaceError, match=r"may be 14 Main Street, Tinyport \(.*\), which is not sure"):
        service.whereabouts("words")


def test_the_towns_notice_is_no_doubt_about_an_end(service):
    town = tiny_town()
    noticed = Service(Town(replace(town.meta, notice="Drawn for tests."), town.arrays))
    assert noticed.route("14 Main Street", "Town Hall").warnings == ("Drawn for tests.",)


@pytest.mark.parametrize(
    ("words", "part"),
    [("Elm Street", "a whole street, Elm Street"), ("14 Main Street", "only known to be around 14 Main Street")],
)
def test_a_route_does_not_end_somewhere_along_a_street(service, monkeypatch, words, part):
    answer = service.locate(words)
    best = replace(answer.candidates[0], radius90_m=max(300.1, answer.candidates[0].radius90_m))
    located = replace(answer, status="located", candidates=(best,))
    monkeypatch.setattr(service.locator, "locate", lambda *_, **__: located)
    for ends in ((words, at(0, 0)), (at(0, 0), words)):
        with pytest.raises(AmbiguousPlaceError, match=part) as caught:
            service.route(*ends)
        assert "Ask: " in str(caught.value)
        assert caught.value.details["question"]["text"] in str(caught.value)
        assert caught.value.details["candidates"]


def test_a_coordinate_in_words_is_one_spot_however_rough(service, monkeypatch):
    answer = service.locate("Town Hall")
    rough = replace(answer.candidates[0], kind="coordinate", radius90_m=2000.0)
    monkeypatch.setattr(service.locator, "locate", lambda *_, **__: replace(answer, candidates=(rough,)))
    assert service.whereabouts("Town Hall").label == rough.label


def test_a_coordinate_elsewhere_is_told_as_such(service):
    answer = service.locate("0,0")
    assert answer.status == "unknown"
    assert "0,0 is outside Tinyport's road network" in answer.warnings[0]


def test_blank_text_and_limits_are_refused(service):
    with pytest.raises(InputError, match="blank"):
        service.locate("  ")
    with pytest.raises(InputError, match="limit is 0"):
        service.locate("Elm Street", limit=0)


def test_first_due_is_the_quickest_by_road_not_the_nearest(staffed):
    due = staffed.first_due("Main Street and North Road")
    assert due.station_id == "fire-1"
    assert due.plan.answer.length_m == pytest.approx(500, rel=0.01)
    assert due.plan.origin.label == "Oak Station"
    assert "Main Street" in due.plan.answer.steps[-1].instruction


def test_first_due_without_a_station_or_a_way(staffed, service):
    with pytest.raises(NotFoundError, match="no fire station"):
        service.first_due("Main Street and North Road")
    with pytest.raises(NotFoundError, match="no police station"):
        staffed.first_due("Main Street and North Road", kind="police")


def test_matrix_names_the_point_that_is_elsewhere(service):
    with pytest.raises(CoordinateError, match="origin 'x'"):
        service.matrix([NamedPoint("x", LonLat(0, 0))], [NamedPoint("y", at(0, 0))])
    with pytest.raises(InputError, match="no destination"):
        service.matrix([NamedPoint("y", at(0, 0))], [])


def test_answers_are_the_same_from_many_threads(service):
    def ask(number: int) -> str:
        answers = (
            service.locate(f"{2 + 4 * (number % 10)} Main Street"),
            service.reverse(at(50 * (number % 20), 1000)),
            service.route(at(50 * (number % 20), 1000), at(500, 0)),
        )
        documents = [document(answer) for answer in answers]
        documents[0].pop("elapsed_ms")
        return json.dumps(documents)

    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(ask, range(60)))
    assert together == [ask(number) for number in range(60)]


def test_info_counts_what_the_file_holds(service):
    told = service.info()
    assert told.name == "Tinyport"
    assert told.counts["places"] == 3
    assert told.counts["road_segments"] == tiny_town().network.segment_count
    assert told.profiles[0] == "car"
    json.dumps(document(told), allow_nan=False)


def test_a_route_without_a_time_is_about_now():
    closure = ["Main St from Elm St to North Rd; when=Mo-Fr 07:00-09:00"]
    early, late = (Service(tiny_town(), clock=lambda hour=hour: datetime(2026, 11, 25, hour)) for hour in (8, 10))
    ends = at(0, 1000), at(1000, 1000)
    assert early.route(*ends, closures=closure).length_m > 1900
    assert late.route(*ends, closures=closure).length_m == pytest.approx(1000, rel=0.01)
    asked = late.route(*ends, closures=closure, at=datetime(2026, 11, 25, 8))
    assert document(asked) == document(early.route(*ends, closures=closure))


def test_no_way_is_an_error(service):
    with pytest.raises(NoRouteError):
        service.route(at(0, 0), at(2100, 0))


# --- documents ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Thing:
    type_: str
    value: object


def test_documents_hold_plain_values_only():
    thing = Thing(
        "x",
        {
            "array": np.array([[1.0, np.inf], [np.nan, 2.0]]),
            "whole": np.arange(2, dtype=np.int32),
            "flags": np.array([True]),
            "number": np.float32(0.5),
            "count": np.int32(3),
            "noun": Noun("Elm Street"),
            "flag": np.bool_(True),
            "path": PurePosixPath("a/b"),
            "set": {"b", "a"},
            "position": LonLat(1.0, 2.0),
            "none": None,
            "nested": (Thing("y", math.inf),),
        },
    )
    made = document(thing)
    assert made == {
        "type": "x",
        "value": {
            "array": [[1.0, None], [None, 2.0]],
            "whole": [0, 1],
            "flags": [True],
            "number": 0.5,
            "count": 3,
            "noun": "Elm Street",
            "flag": True,
            "path": "a/b",
            "set": ["a", "b"],
            "position": [1.0, 2.0],
            "none": None,
            "nested": [{"type": "y", "value": None}],
        },
    }
    json.dumps(made, allow_nan=False)
    assert {type(value) for value in made["value"].values()} <= {str, int, float, bool, list, type(None)}


def test_what_has_no_json_form_is_refused():
    with pytest.raises(TypeError, match="object has no JSON form"):
        document({"a": object()})


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=20,
    )
)
def test_any_plain_value_becomes_strict_json(value):
    json.dumps(document(value), allow_nan=False)
