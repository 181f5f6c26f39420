"""Every failure is one problem document (RFC 9457)."""

from __future__ import annotations

import json
import logging

import pytest
from starlette.testclient import TestClient

from geo_dispatch import errors
from geo_dispatch.api import problems
from geo_dispatch.api.responses import ProblemResponse
from tests.api.test_answers import position
from tests.towns import lonlat

FAR = {"lon": 2.35, "lat": 48.86}


def check(answer, status, slug):
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = ProblemResponse.model_validate(answer.json())
    assert problem.status == status
    assert problem.type == f"urn:geo-dispatch:problem:{slug}"
    assert problem.detail
    assert "Traceback" not in answer.text
    return answer.json()


@pytest.mark.parametrize(
    ("body", "part"),
    [
        ({}, "#/text"),
        ({"text": ""}, "#/text"),
        ({"text": " \n "}, "#/text"),
        ({"text": "x" * 201}, "201 characters"),
        ({"text": "x" * 10_001}, "#/text"),
        ({"text": 5}, "#/text"),
        ({"text": "a", "limit": "5"}, "#/limit"),
        ({"text": "a", "limit": True}, "#/limit"),
        ({"text": "\x1c"}, "#/text"),
        ({"text": "a", "limit": 0}, "#/limit"),
        ({"text": "a", "circle": {"lon": 0, "lat": 0, "radius_m": 0}}, "#/circle/radius_m"),
        ({"text": "a", "circle": {"lon": 0, "lat": 0, "radius_m": 5, "confidence": 1}}, "#/circle/confidence"),
        ({"text": "a", "circle": {"lon": 0, "lat": 0, "radius_m": 5, "confidence": 5e-324}}, "#/circle/confidence"),
        ({"text": "a", "circle": {"lon": 0, "lat": 0, "radius_m": 5e-324}}, "#/circle/radius_m"),
        ({"text": "a", "colour": "red"}, "#/colour"),
        ([], "#/"),
        (None, "#/"),
    ],
)
def test_wrong_bodies_are_422_and_name_the_value(client, body, part):
    assert part in check(client.post("/v1/locate", json=body), 422, "input")["detail"]


@pytest.mark.parametrize(
    ("end", "part"),
    [
        ("", "#/from: give words (at most 10000 characters), LON,LAT or {lon,lat}: /docs"),
        (" ", "#/from: give words"),
        ("x" * 10_001, "#/from: give words"),
        (5, "#/from: give words"),
        (None, "#/from: give words"),
        ([1, 2], "#/from: give words"),
        ({"lon": 200, "lat": 1}, "#/from/lon: Input should be less than or equal to 180: /docs"),
        ({"lon": 1}, "#/from/lat: Field required: /docs"),
    ],
)
def test_a_wrong_end_of_a_route_is_told_in_one_message(client, end, part):
    problem = check(client.post("/v1/route", json={"from": end, "to": "Town Hall"}), 422, "input")
    assert problem["detail"].startswith(part)
    assert len(problem["errors"]) == 1


@pytest.mark.parametrize(
    ("circle", "part"),
    [
        ("1,2", "#/circle: '1,2' is not LON,LAT,RADIUS_M[,CONFIDENCE]"),
        ("-71,41,-5", "#/circle: circle radius -5"),
        ("-71,41,0.01", "#/circle/radius_m: "),
        ("", "#/circle: '' is not"),
        (5, "#/circle: give {lon,lat,radius_m,confidence} or LON,LAT,RADIUS_M[,CONFIDENCE]"),
        ({"lon": 1, "lat": 2}, "#/circle/radius_m: Field required"),
    ],
)
def test_a_wrong_circle_is_told_in_one_message(client, circle, part):
    problem = check(client.post("/v1/locate", json={"text": "Elm Street", "circle": circle}), 422, "input")
    assert problem["detail"].startswith(part)
    assert len(problem["errors"]) == 1


@pytest.mark.parametrize("query", ["", "lon=1", "lon=1&lat=91", "lon=x&lat=1", "lon=nan&lat=1", "lon=1&lat=1&zoom=3"])
def test_wrong_queries_are_422(client, query):
    check(client.get(f"/v1/reverse?{query}"), 422, "input")


@pytest.mark.parametrize("box", ["1,2,3", "a,b,c,d", "181,0,1,1", "0,0,1,91", "nan,0,1,1"])
def test_a_wrong_box_is_422(client, box):
    check(client.get("/v1/places", params={"bbox": box}), 422, "input")


def test_a_misspelt_parameter_is_not_passed_over(client):
    assert "categroy" in check(client.get("/v1/places?categroy=school"), 422, "input")["detail"]


def test_positions_outside_the_town_are_404(client):
    check(client.get("/v1/reverse", params=FAR), 404, "coordinate")
    check(client.post("/v1/route", json={"from": FAR, "to": position(0, 0)}), 404, "coordinate")
    named = check(
        client.post("/v1/matrix", json={"origins": [position(0, 0)], "destinations": [{"id": "far", **FAR}]}),
        404,
        "coordinate",
    )
    assert "destination 'far'" in named["detail"]


def test_swapped_coordinates_are_told(client):
    lon, lat = lonlat(0, 0)
    problem = check(client.get("/v1/reverse", params={"lon": lat, "lat": lon}), 404, "coordinate")
    assert "swapped" in problem["detail"]


def test_unknown_words_are_404_with_the_question(client):
    problem = check(client.post("/v1/route", json={"from": "zzyzx qwert", "to": "Town Hall"}), 404, "unknown-place")
    assert problem["question"]["text"]


def test_a_whole_street_is_409_with_the_question(client):
    asked = {"from": position(0, 0), "to": "Elm Street"}
    problem = check(client.post("/v1/route", json=asked), 409, "ambiguous-place")
    assert "house number" in problem["question"]["text"]
    assert problem["candidates"][0]["label"].startswith("Elm Street")


def test_no_way_is_404(client):
    check(client.post("/v1/route", json={"from": position(0, 0), "to": position(2100, 0)}), 404, "no-route")


def test_an_unknown_profile_is_422(client):
    asked = {"from": position(0, 0), "to": position(0, 900), "profile": "hovercraft"}
    assert "hovercraft" in check(client.post("/v1/route", json=asked), 422, "profile")["detail"]


def test_too_many_pairs_are_422(client):
    points = [position(0, 0)] * 45
    assert (
        "2025 pairs"
        in check(client.post("/v1/matrix", json={"origins": points, "destinations": points}), 422, "input")["detail"]
    )


def test_unknown_addresses_and_methods(client):
    check(client.get("/v1/nothing"), 404, "not-found")
    assert client.get("/v1/locate").headers["allow"] == "POST"
    check(client.get("/v1/locate"), 405, "method")
    check(client.delete("/healthz"), 405, "method")


def test_bodies_that_are_not_json(client):
    kind = {"content-type": "application/json"}
    for body in (b"{nope", b"{bad", b'{"text": "a"', b"\x00"):
        assert "not JSON" in check(client.post("/v1/locate", content=body, headers=kind), 400, "malformed")["detail"]
    check(client.post("/v1/locate", content=b"a=b", headers={"content-type": "text/plain"}), 415, "media-type")
    deep = client.post("/v1/locate", content=b"[" * 15_000, headers=kind)
    assert deep.status_code in (400, 422)


def test_bytes_that_are_no_text_are_refused(client):
    for body in (b'{"text": "\\ud800"}', b'{"text": "\xff"}', b'{"text": NaN}', b'{"\\ud800": 1, "text": "a"}'):
        answer = client.post("/v1/locate", content=body, headers={"content-type": "application/json"})
        assert answer.status_code in (400, 422), answer.text


def test_large_bodies_are_413_told_or_not(client):
    big = json.dumps({"text": "x" * 30_000}).encode()
    check(client.post("/v1/locate", content=big, headers={"content-type": "application/json"}), 413, "too-large")

    def chunks():
        yield big[:15_000]
        yield big[15_000:]

    check(client.post("/v1/locate", content=chunks(), headers={"content-type": "application/json"}), 413, "too-large")


def test_faults_are_500_logged_once_and_say_nothing_of_the_inside(app, monkeypatch, caplog):
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(app.state.service, "reverse", fail)
    with caplog.at_level(logging.INFO):
        answer = TestClient(app).get("/v1/reverse", params=position(0, 0))
    check(answer, 500, "internal")
    assert "secret" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert [record.levelname for record in caplog.records if record.exc_info] == ["ERROR"]


def test_what_callers_say_is_not_logged(client, caplog):
    with caplog.at_level(logging.DEBUG, logger="geo_dispatch"):
        client.post("/v1/locate", json={"text": "zebra crossing"})
        client.post("/v1/route", json={"from": "zebra crossing", "to": "Town Hall"})
    assert "zebra" not in caplog.text


@pytest.mark.parametrize("name", errors.__all__)
def test_every_error_has_a_problem(name):
    error = getattr(errors, name)("said", details={"candidates": []})
    problem = problems.problem_of(error)
    assert 400 <= problem.status < 600
    assert problem.detail == "said"
    if isinstance(error, errors.TownFileError | errors.RemoteError | errors.OutputError | errors.SourceFileError):
        assert problem.status >= 500
    elif isinstance(error, errors.CoordinateError | errors.ClosureError | errors.QuestionError):
        assert problem.status == 404
    elif isinstance(error, errors.InputError):
        assert problem.status == 422
    assert problem.document(instance="/v1/x")["instance"] == "/v1/x"
