"""What the API answers, and that it is what the schemas say."""

from __future__ import annotations

import json

import pytest

from geo_dispatch.api import responses
from geo_dispatch.service import document
from tests.cli.towns_on_disk import NOTICE
from tests.towns import lonlat


def position(x: float, y: float) -> dict[str, float]:
    lon, lat = lonlat(x, y)
    return {"lon": lon, "lat": lat}


def test_locate_answers_an_intersection(client):
    answer = client.post("/v1/locate", json={"text": "Main Street and Elm Street"})
    assert answer.status_code == 200
    found = responses.LocateResponse.model_validate(answer.json())
    assert found.status == "located"
    best = found.candidates[0]
    assert (best.lon, best.lat) == pytest.approx(lonlat(500, 1000), abs=1e-5)
    assert best.kind == "intersection"
    assert best.why
    assert NOTICE in found.warnings


def test_words_that_match_nothing_are_unknown_and_200(client):
    answer = client.post("/v1/locate", json={"text": "zzyzx qwertyuiop"})
    assert answer.status_code == 200
    found = responses.LocateResponse.model_validate(answer.json())
    assert found.status == "unknown"
    assert found.candidates == []
    assert found.question is not None


def test_limit_and_circle_are_used(client):
    text = {"text": "Main Street", "limit": 1, "circle": {**position(500, 1000), "radius_m": 100}}
    found = responses.LocateResponse.model_validate(client.post("/v1/locate", json=text).json())
    assert len(found.candidates) == 1


@pytest.mark.parametrize("confidence", [None, 0.8])
def test_a_circle_may_be_the_commands_text(client, app, confidence):
    lon, lat = lonlat(500, 1000)
    circle = {"lon": lon, "lat": lat, "radius_m": 300, **({} if confidence is None else {"confidence": confidence})}
    text = ",".join(map(str, circle.values()))
    answers = [client.post("/v1/locate", json={"text": "Main Street", "circle": given}) for given in (circle, text)]
    first, second = ({**answer.json(), "elapsed_ms": 0} for answer in answers)
    assert [answer.status_code for answer in answers] == [200, 200]
    assert first == second
    without = client.post("/v1/locate", json={"text": "Main Street"}).json()
    assert first["candidates"] != without["candidates"]


def test_reverse_names_the_road(client):
    answer = client.get("/v1/reverse", params=position(500, 990))
    assert answer.status_code == 200
    responses.ReverseResponse.model_validate(answer.json())
    assert "Main St" in json.dumps(answer.json())
    assert "Tinyport" in json.dumps(answer.json())


@pytest.mark.parametrize("keys", [("from", "to"), ("origin", "destination")])
def test_route_between_words_and_positions(client, keys):
    body = {keys[0]: "Main Street and North Road", keys[1]: position(1000, 500)}
    answer = client.post("/v1/route", json=body)
    assert answer.status_code == 200, answer.text
    found = responses.RouteResponse.model_validate(answer.json())
    assert found.length_m == pytest.approx(1500, rel=0.01)
    assert sum(step.length_m for step in found.steps) == pytest.approx(found.length_m, rel=1e-6)
    assert found.travel_time_interval_s[0] <= found.travel_time_s <= found.travel_time_interval_s[1]
    assert found.geometry.coordinates[0] == pytest.approx(lonlat(0, 1000), abs=1e-4)


def test_route_tells_what_is_doubtful_about_its_ends(client):
    body = {"from": "16 Main Street", "to": position(1000, 500)}
    warnings = client.post("/v1/route", json=body).json()["warnings"]
    assert warnings == ["from: 16 Main Street, Tinyport, is not on file: placed between 14 and 18", NOTICE]


CLOSURES = (
    ["Main St from Elm St to North Rd; note=parade"],
    [{"spec": "Main St from Elm St to North Rd", "note": "parade", "id": "p1", "starts": "2026-07-04T09:00:00"}],
)


@pytest.mark.parametrize("closures", CLOSURES)
def test_route_and_matrix_around_a_closure(client, closures):
    ends = {"from": position(0, 1000), "to": position(1000, 1000)}
    body = {**ends, "closures": closures, "at": "2026-07-04T10:00:00", "profile": "engine"}
    answer = client.post("/v1/route", json=body)
    assert answer.status_code == 200, answer.text
    found = responses.RouteResponse.model_validate(answer.json())
    assert found.profile == "engine"
    assert found.length_m > 1900
    assert [(a.what, a.reason) for a in found.avoided] == [("Main St from Elm St to North Rd (parade)", "closed")]
    points = {"origins": [ends["from"]], "destinations": [ends["to"]]}
    times = client.post("/v1/matrix", json={**points, "closures": closures, "at": body["at"], "profile": "engine"})
    assert times.json()["travel_time_s"][0][0] == pytest.approx(found.travel_time_s)


def test_an_area_may_be_a_geojson_object(client):
    (west, south), (east, north) = lonlat(700, 980), lonlat(800, 1020)
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    body = {
        "from": position(0, 1000),
        "to": position(1000, 1000),
        "closures": [{"spec": {"type": "Polygon", "coordinates": [ring]}}],
    }
    answer = client.post("/v1/route", json=body).json()
    assert answer["length_m"] > 1900
    assert answer["avoided"][0]["what"] == "the area given"


def test_a_closure_of_times_is_none_before_it_starts(client):
    body = {"from": position(0, 1000), "to": position(1000, 1000), "closures": CLOSURES[1], "at": "2026-07-04T08:00:00"}
    assert client.post("/v1/route", json=body).json()["length_m"] == pytest.approx(1000, rel=0.01)


def test_no_way_because_of_a_closure_names_it(client):
    body = {"from": position(0, 0), "to": position(900, 0), "closures": [{"spec": "South Lane", "id": "c1"}]}
    answer = client.post("/v1/route", json=body)
    assert answer.status_code == 404
    assert answer.json()["type"] == "urn:geo-dispatch:problem:no-route"
    assert answer.json()["causes"] == [
        {"kind": "closure", "what": "South Lane", "reason": "closed", "closure_id": "c1"}
    ]


@pytest.mark.parametrize(
    "closure", ["Elm Str", {"spec": "Elm St from Oak Ave to Far Lane"}, {"spec": "Elm St", "when": "?"}]
)
def test_a_closure_that_names_nothing_is_a_problem(client, closure):
    answer = client.post("/v1/route", json={"from": position(0, 0), "to": position(900, 0), "closures": [closure]})
    assert answer.status_code == 404
    assert answer.json()["type"] == "urn:geo-dispatch:problem:closure"


@pytest.mark.parametrize(
    "closure", [5, None, {"note": "x"}, {"spec": "Elm St", "sort": 1}, {"spec": "Elm St", "starts": 5}]
)
def test_what_is_no_closure_is_refused(client, closure):
    answer = client.post("/v1/route", json={"from": position(0, 0), "to": position(900, 0), "closures": [closure]})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"].startswith("#/closures/0")


def test_matrix_has_rows_for_origins_and_null_where_there_is_no_way(client):
    body = {
        "origins": [{"id": "west", **position(0, 1000)}, position(500, 0)],
        "destinations": [{"id": "east", **position(1000, 1000)}, {"id": "island", **position(2100, 0)}],
    }
    answer = client.post("/v1/matrix", json=body)
    assert answer.status_code == 200, answer.text
    found = responses.MatrixResponse.model_validate(answer.json())
    assert found.origins == ["west", "1"]
    assert found.destinations == ["east", "island"]
    assert found.length_m[0][0] == pytest.approx(1000, rel=0.01)
    assert found.travel_time_s[0][1] is None


def test_places_are_a_feature_collection(client):
    found = responses.PlacesResponse.model_validate(client.get("/v1/places").json())
    assert found.number_matched == found.number_returned == 3
    assert [feature.properties["name"] for feature in found.features] == ["Corner Store", "Fire Station 1", "Town Hall"]
    assert found.attribution == ["drawn by hand"]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"q": "town hall"}, ["Town Hall"]),
        ({"q": "twon hall"}, ["Town Hall"]),
        ({"q": "the corner"}, ["Corner Store"]),
        ({"q": "!!"}, []),
        ({"category": "fire_station"}, ["Fire Station 1"]),
        ({"category": "zoo"}, []),
        ({"limit": 1}, ["Corner Store"]),
        ({"limit": 1, "offset": 2}, ["Town Hall"]),
        ({"bbox": "0,0,1,1"}, []),
        ({"bbox": "-71.1,41,-71,42", "limit": 1}, ["Corner Store"]),
        ({"bbox": "-71,41,-71.1,42"}, []),
        ({"bbox": "179,-90,-1,90", "limit": 1}, ["Corner Store"]),
        ({"bbox": "-180,-90,180,90", "q": "station"}, ["Fire Station 1"]),
    ],
)
def test_places_are_chosen_by_name_category_and_box(client, query, names):
    found = client.get("/v1/places", params=query).json()
    assert [feature["properties"]["name"] for feature in found["features"]] == names


def test_health_and_readiness(client):
    responses.Health.model_validate(client.get("/healthz").json())
    ready = responses.Readiness.model_validate(client.get("/readyz").json())
    assert (ready.town, ready.fictional, ready.notice) == ("Tinyport", True, NOTICE)


def test_an_answer_is_the_services_document(client, app):
    asked = {"text": "12 Main Street"}
    over_http = client.post("/v1/locate", json=asked).json()
    direct = document(app.state.service.locate("12 Main Street"))
    over_http.pop("elapsed_ms")
    direct.pop("elapsed_ms")
    assert over_http == direct


def test_a_box_upside_down_is_warned_of(client):
    found = client.get("/v1/places", params={"bbox": "-72,42,-71,41"}).json()
    assert found["features"] == []
    assert "nothing lies inside" in found["warnings"][0]


def test_a_dialogue_is_one_request(client):
    said = {
        "text": ["Elm Street", "near the town hall"],
        "answers": [{"question": "street", "answer": "Elm Street"}, "not sure"],
    }
    answer = client.post("/v1/locate", json=said).json()
    assert answer["candidates"]
    turned = client.post("/v1/locate", json={**said, "text": said["text"][::-1]}).json()
    assert {**answer, "elapsed_ms": 0} == {**turned, "elapsed_ms": 0}


@pytest.mark.parametrize("wrong", [[1], [{"question": "town"}], [{"answer": "x"}], [""], "yes", [None]])
def test_answers_that_are_none_are_422(client, wrong):
    answer = client.post("/v1/locate", json={"text": "Elm Street", "answers": wrong})
    assert answer.status_code == 422, answer.text


def test_an_answer_to_a_question_of_no_town_is_404(client):
    asked = {"text": "Elm Street", "answers": [{"question": "sees:nothing", "answer": "yes"}]}
    answer = client.post("/v1/locate", json=asked)
    assert answer.status_code == 404
    assert "sees:nothing" in answer.json()["detail"]


def test_route_in_another_language_voice_and_unit(client):
    body = {"from": position(30, 1000), "to": position(500, 200), "text": "screen", "language": "pt", "units": "metric"}
    first = client.post("/v1/route", json=body).json()["steps"][0]
    assert first["instruction"] == first["screen"] == "Leste · Main Street (TS 9) · 450 m"
    assert first["radio"].startswith("Para leste na Main Street")
    problem = client.post("/v1/route", json={**body, "language": "xx"})
    assert problem.status_code == 422
    assert "no directions in the language 'xx': give one of en (English), pt" in problem.text
