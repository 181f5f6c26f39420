"""Units, incidents, closures and the record over HTTP, and what happens when the store is lost."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from geo_dispatch.api import live_responses as models
from geo_dispatch.app import create_app
from geo_dispatch.config import Settings
from geo_dispatch.errors import RunCardError, StoreFormatError
from geo_dispatch.live.closures import Closures
from geo_dispatch.live.store import LiveStore
from geo_dispatch.schema import FORMAT_VERSION, TOWN_TABLES, conform
from geo_dispatch.town.store import write_town
from geo_dispatch.town.town import TownMeta
from tests.api.test_answers import position
from tests.api.test_problems import check
from tests.towns import EPSG, box, lonlat, point, tiny_layers

DESK = {"Desk": "Desk 1"}


def rows(table: str, shapes: list, *found: dict):
    import geopandas as gpd

    return conform(gpd.GeoDataFrame(list(found), geometry=shapes, crs=4326), TOWN_TABLES[table])


def staffed_layers(**changes):
    """Return Tinyport with two stations' worth of units, run cards and a neighbour."""
    units = [
        {
            "unit_id": "E1",
            "kind": "engine",
            "capabilities": '["engine"]',
            "crew": 3,
            "crew_group": "one",
            "weight_t": 19.0,
        },
        {"unit_id": "T1", "kind": "tanker", "capabilities": '["tanker"]', "crew": -1, "crew_group": "one"},
        {"unit_id": "A1", "kind": "ambulance", "capabilities": '["ambulance"]', "crew": 2, "profile": "car"},
        {"unit_id": "B1", "kind": "boat", "capabilities": '["boat"]', "crew": 2},
        {"unit_id": "N1", "kind": "engine", "capabilities": '["engine"]', "crew": 4, "neighbour": "Nextville"},
    ]
    cards = [
        {"card_id": "c", "call_type": "crash", "requirements": '[{"capability": "engine", "count": 1}]', "alarm": 1},
        {"card_id": "c-ice", "call_type": "crash", "requirements": '[{"capability": "engine", "count": 2}]', "alarm": 1,
         "weather": '["ice"]'},
        {"card_id": "c-west", "call_type": "crash", "requirements": '[{"capability": "boat", "count": 2}]', "alarm": 1,
         "area": "West"},
        {"card_id": "m", "call_type": "medical", "requirements": '[{"capability": "ambulance", "count": 1}]', "alarm": 1},
        {"card_id": "m2", "call_type": "medical", "requirements": '[{"capability": "ambulance", "count": 1}]', "alarm": 2,
         "extends": "m"},
    ]  # fmt: skip
    for row in units:
        row |= {"name": row["unit_id"], "station_id": "fire-1"}
    for row in cards:
        row["name"] = row["card_id"]
    aid = {"name": "Nextville", "state": "Testonia", "relation": "mutual aid", "call_over_s": 90.0,
           "provides": '[{"capability": "engine", "count": 1}]'}  # fmt: skip
    home = point(30, 510)
    own = {
        "stations": rows("stations", [home], {"station_id": "fire-1", "name": "Fire Station 1", "kind": "fire"}),
        "units": rows("units", [home] * len(units), *units),
        "run_cards": rows("run_cards", [None, None, box(-500, -500, 250, 1500), None, None], *cards),
        "neighbours": rows("neighbours", [None], aid),
    }
    return {**tiny_layers(), **own, **changes}


def write_staffed_town(path: Path, **changes) -> Path:
    meta = TownMeta(
        "Tinyport", "Testonia", EPSG, FORMAT_VERSION, "2026-01-01", "0", fictional=True, notice=None, attribution=()
    )
    write_town(path, staffed_layers(**changes), meta)
    return path


@pytest.fixture(scope="module")
def staffed_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_staffed_town(tmp_path_factory.mktemp("staffed") / "tinyport.gpkg")


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "live.sqlite"


@pytest.fixture
def live(staffed_file: Path, state: Path) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(town=str(staffed_file), state=f"sqlite:///{state}"))) as opened:
        yield opened


def opened(live: TestClient, call_type: str = "crash", **more) -> str:
    answer = live.post(
        "/v1/incidents", json={"call_type": call_type, "place": position(500, 500), **more}, headers=DESK
    )
    assert answer.status_code == 201, answer.text
    return models.IncidentResponse.model_validate(answer.json()).incident.incident_id


def test_units_of_the_town_file_are_listed(live):
    units = {unit.unit_id: unit for unit in models.UnitsResponse.model_validate(live.get("/v1/units").json()).units}
    assert list(units) == ["A1", "B1", "E1", "N1", "T1"]
    assert (units["E1"].crew, units["T1"].crew, units["E1"].weight_t, units["A1"].weight_t) == (3, None, 19.0, None)
    assert (units["N1"].neighbour, units["N1"].call_over_s, units["E1"].call_over_s) == ("Nextville", 90.0, None)
    assert units["E1"].home is not None
    assert units["E1"].status_assumed
    assert models.UnitResponse.model_validate(live.get("/v1/units/A1").json()).unit == units["A1"]


def test_a_call_from_opened_to_closed(live):
    answer = live.post(
        "/v1/incidents", json={"call_type": "crash", "place": "Main Street and Elm Street"}, headers=DESK
    )
    incident = answer.json()["incident"]
    assert (incident["lon"], incident["lat"]) == pytest.approx(lonlat(500, 1000), abs=1e-4)
    assert incident["label"].startswith("Main Street")
    where = f"/v1/incidents/{incident['incident_id']}"
    wanted = {"units": [{"unit_id": "E1", "role": "engine"}, {"unit_id": "A1"}]}
    assigned = models.IncidentResponse.model_validate(live.post(f"{where}/assign", json=wanted, headers=DESK).json())
    assert [(row.unit_id, row.role, row.assigned_by) for row in assigned.incident.assignments] == [
        ("E1", "engine", "Desk 1"),
        ("A1", None, "Desk 1"),
    ]
    assert (
        live.put("/v1/units/E1/status", json={"status": "on_scene"}).json()["unit"]["incident_id"]
        == incident["incident_id"]
    )
    problem = check(live.patch(where, json={"status": "closed"}), 409, "conflict")
    assert problem["units"] == ["E1", "A1"]
    released = live.post(f"{where}/release", json={"units": ["E1", "A1"], "reason": "done"}, headers={"Desk": "Desk 2"})
    assert {row["released_by"] for row in released.json()["incident"]["assignments"]} == {"Desk 2"}
    assert live.patch(where, json={"status": "closed"}).json()["incident"]["status"] == "closed"
    assert live.get("/v1/incidents").json()["incidents"] == []
    listed = models.IncidentsResponse.model_validate(live.get("/v1/incidents?status=all").json())
    assert listed.incidents[0].closed_at is not None


def test_the_second_desk_is_told_who_has_the_unit(live):
    first, second = opened(live), opened(live)
    live.post(f"/v1/incidents/{first}/assign", json={"units": [{"unit_id": "E1"}]}, headers=DESK)
    taken = live.post(f"/v1/incidents/{second}/assign", json={"units": [{"unit_id": "E1"}]}, headers={"Desk": "Desk 2"})
    problem = check(taken, 409, "unit-taken")
    assert (problem["incident_id"], problem["assigned_by"], problem["status"]) == (first, "Desk 1", 409)
    assert "assigned by Desk 1" in problem["detail"]
    crew = check(live.post(f"/v1/incidents/{second}/assign", json={"units": [{"unit_id": "T1"}]}), 409, "unit-taken")
    assert "the crew of T1 (one) is out with E1" in crew["detail"]


def test_an_illegal_status_is_refused_with_those_that_are_allowed(live):
    problem = check(live.put("/v1/units/A1/status", json={"status": "on_scene"}), 409, "transition")
    assert problem["allowed"] == ["dispatched", "out_of_service", "off_duty"]
    assert (problem["unit_status"], problem["status"]) == ("available", 409)
    check(live.put("/v1/units/A1/status", json={"status": "asleep"}), 422, "input")


@pytest.mark.parametrize("unit", ["E1", "B1"])
def test_positions_where_no_unit_can_be_are_refused(live, unit):
    problem = check(live.put(f"/v1/units/{unit}/position", json=position(200_000, 0)), 422, "unit-report")
    assert f"{unit} can't be there" in problem["detail"]
    assert "outside Tinyport's road network" in problem["detail"]
    assert live.get(f"/v1/units/{unit}").json()["unit"]["position"] is None


def test_swapped_positions_and_the_future_are_told(live):
    lon, lat = lonlat(0, 0)
    problem = check(live.put("/v1/units/E1/position", json={"lon": lat, "lat": lon}), 422, "unit-report")
    assert "swapped" in problem["detail"]
    late = {**position(0, 0), "at": "2099-01-01T00:00:00Z"}
    assert "in the future" in check(live.put("/v1/units/E1/position", json=late), 422, "unit-report")["detail"]
    for at in ("2026-01-01T00:00:00", 1767225600, "yesterday"):
        check(live.put("/v1/units/E1/position", json={**position(0, 0), "at": at}), 422, "input")


@pytest.mark.parametrize(
    ("body", "slug", "part"),
    [
        ({"call_type": "crahs"}, "run-card", "did you mean 'crash'"),
        ({"alarm": 3}, "run-card", "no run card has alarm 3 of crash: there are 1"),
        ({"weather": ["snow"]}, "run-card", "the flags are ice"),
    ],
)
def test_a_call_that_no_card_could_fit_is_refused(live, body, slug, part):
    asked = {"call_type": "crash", "place": position(0, 0), **body}
    assert part in check(live.post("/v1/incidents", json=asked), 422, slug)["detail"]
    where = f"/v1/incidents/{opened(live)}"
    check(live.patch(where, json=body), 422, slug)


def test_a_place_that_is_none_opens_no_incident(live):
    check(live.post("/v1/incidents", json={"call_type": "crash", "place": "zzyzx qwert"}), 404, "unknown-place")
    check(live.post("/v1/incidents", json={"call_type": "crash", "place": "Elm Street"}), 409, "ambiguous-place")
    check(live.post("/v1/incidents", json={"call_type": "crash", "place": {"lon": 2, "lat": 48}}), 404, "coordinate")
    assert live.get("/v1/incidents").json()["incidents"] == []


def test_an_incident_is_moved_and_its_old_version_refused(live):
    where = f"/v1/incidents/{opened(live, note='a tree')}"
    moved = live.patch(where, json={"place": "Town Hall", "weather": ["ice"], "version": 1}, headers=DESK).json()[
        "incident"
    ]
    assert (moved["lon"], moved["lat"]) == pytest.approx(lonlat(480, 1030), abs=1e-4)
    assert (moved["note"], moved["weather"], moved["version"]) == ("a tree", ["ice"], 2)
    assert check(live.patch(where, json={"note": None, "version": 1}), 409, "changed")["version"] == 2
    assert live.patch(where, json={"note": None}).json()["incident"]["note"] is None


def test_units_are_added_changed_and_retired(live):
    asked = {"unit_id": "E9", "name": "Engine 9", "kind": "engine", "capabilities": ["engine"], "station_id": "fire-1"}
    assert live.post("/v1/units", json=asked, headers=DESK).status_code == 201
    check(live.post("/v1/units", json=asked), 409, "changed")
    assert live.patch("/v1/units/E9", json={"crew": 3, "version": 1}).json()["unit"]["crew"] == 3
    check(live.patch("/v1/units/E9", json={"crew": 4, "version": 1}), 409, "changed")
    assert (
        "did you mean 'engine'"
        in check(live.patch("/v1/units/E9", json={"capabilities": ["engin"]}), 422, "input")["detail"]
    )
    assert "fire-1" in check(live.patch("/v1/units/E9", json={"station_id": "fire-2"}), 422, "input")["detail"]
    check(live.patch("/v1/units/E9", json={"profile": "hovercraft"}), 422, "profile")
    check(live.patch("/v1/units/E9", json={"name": None}), 422, "input")
    assert "did you mean 'engine'" in check(live.patch("/v1/units/E9", json={"kind": "engin"}), 422, "input")["detail"]
    check(live.patch("/v1/units/E9", json={"home_lon": 1}), 422, "input")
    assert live.patch("/v1/units/E9", json={"retired": True}).json()["unit"]["retired"]
    assert "E9" not in live.get("/v1/units").text
    assert "E9" in live.get("/v1/units?retired=true").text


def test_unknown_ids_are_404(live):
    check(live.get("/v1/units/E11"), 404, "unknown-record")
    check(live.put("/v1/units/E11/status", json={"status": "available"}), 404, "unknown-record")
    check(live.put("/v1/units/E11/position", json=position(0, 0)), 404, "unknown-record")
    check(live.get("/v1/incidents/2026-1"), 404, "unknown-record")
    check(live.post("/v1/incidents/2026-1/assign", json={"units": [{"unit_id": "E1"}]}), 404, "unknown-record")
    check(live.get("/v1/closures/c-1"), 404, "unknown-record")
    check(live.delete("/v1/closures/c-1"), 404, "unknown-record")


def test_a_closure_holds_for_the_next_route_until_it_is_ended(live):
    ends = {"from": position(0, 1000), "to": position(1000, 1000)}
    points = {"origins": [ends["from"]], "destinations": [ends["to"]]}
    free = live.post("/v1/route", json=ends).json()
    kept = live.post(
        "/v1/closures", json={"kind": "stretch", "spec": "Main St from Elm St to North Rd", "note": "fire"}
    )
    around = live.post("/v1/route", json=ends).json()
    assert around["length_m"] > free["length_m"] + 900
    assert [row["what"] for row in around["avoided"]] == ["Main St from Elm St to North Rd"]
    assert "fire" not in str(around["avoided"] + around["warnings"])  # the public asks for routes too
    assert live.post("/v1/matrix", json=points).json()["travel_time_s"][0][0] == pytest.approx(around["travel_time_s"])
    live.delete(f"/v1/closures/{kept.json()['closure']['closure_id']}")
    assert live.post("/v1/route", json=ends).json() == free


def test_a_closure_that_names_no_road_stops_no_route_and_is_told(live, state):
    ends = {"from": position(0, 1000), "to": position(1000, 1000)}
    check(live.post("/v1/closures", json={"kind": "stretch", "spec": "Elm Str"}), 404, "closure")
    store = LiveStore(f"sqlite:///{state}")
    Closures(store).add("stretch", "Elm Str")  # as of another town file, where there was such a road
    store.close()
    answer = live.post("/v1/route", json=ends)
    assert answer.status_code == 200
    assert any("is not kept to" in text and "Elm Str" not in text for text in answer.json()["warnings"])


def test_a_closure_is_looked_at_kept_and_seen_on_the_map(live):
    text = "Main St from Elm St to North Rd; for=car; ends=2036-07-04T12:00; note=fire"
    look = live.post("/v1/closures/preview", json={"text": text})
    assert look.status_code == 200
    assert look.json()["closure"] == {
        "kind": "closed", "spec": "Main St from Elm St to North Rd", "profiles": ["car"], "starts": None,
        "ends": "2036-07-04T12:00:00-04:00", "source": None, "note": "fire",
    }  # fmt: skip
    assert live.get("/v1/closures/roads").json()["features"] == []
    kept = live.post("/v1/closures", json=look.json()["closure"]).json()["closure"]
    (feature,) = live.get("/v1/closures/roads").json()["features"]
    assert (feature["id"], feature["properties"]["status"]) == (kept["closure_id"], "active")
    assert feature["geometry"] == look.json()["feature"]["geometry"]
    assert feature["properties"]["length_m"] > 100
    assert feature["properties"]["streets"] == ["Main Street"]


def test_a_click_on_the_map_becomes_a_closure(live):
    look = live.post("/v1/closures/preview", json={"points": [position(500, 1010)]}).json()
    assert look["closure"]["spec"].startswith("Main Street")
    assert live.post("/v1/closures", json=look["closure"]).status_code == 201


def test_an_area_is_told_with_its_roads(live):
    area = box(-50, 900, 1100, 1100)
    look = live.post("/v1/closures/preview", json={"text": area.wkt + "; note=flood"}).json()
    assert look["feature"]["properties"]["area"]["type"] in ("Polygon", "MultiPolygon")
    assert look["label"] == "the area given (flood)"


def test_a_closure_that_closes_no_road_is_listed_without_and_told(live, state):
    store = LiveStore(f"sqlite:///{state}")
    kept = Closures(store).add("stretch", "Elm Str")
    store.close()
    answer = live.get("/v1/closures/roads").json()
    assert answer["features"][0]["geometry"] is None
    assert f"the closure {kept.closure_id} closes no road" in answer["warnings"][0]


@pytest.mark.parametrize(
    ("body", "status", "kind", "told"),
    [
        ({"text": "Elm Str"}, 404, "closure", "Elm Str"),
        ({"text": "Main St; when=Mo-Fr 07:00-09:00"}, 404, "closure", "starts= and ends="),
        ({"text": "Main St; untill=noon"}, 404, "closure", "KEY=VALUE"),
        ({"points": [{"lon": 10, "lat": 10}]}, 404, "coordinate", "10"),
        ({"points": []}, 422, "input", "points"),
        ({}, 422, "input", "text or points"),
        ({"text": "Main St", "points": [{"lon": 0, "lat": 0}]}, 422, "input", "text or points"),
    ],
)
def test_a_closure_that_can_not_be_looked_at_says_why(live, body, status, kind, told):
    assert told in str(check(live.post("/v1/closures/preview", json=body), status, kind))


def test_what_a_dispatcher_notes_of_a_closure_is_in_no_answer_about_routes(live):
    """No way at all: the refusal names the closures that cause it."""
    shut = {"kind": "street", "note": "assault at number 12", "source": "caller Doe"}
    for street in ("Main Street", "Elm Street", "North Road"):
        assert live.post("/v1/closures", json={**shut, "spec": street}).status_code in (201, 404)
    for ask in ("/v1/route", "/v1/matrix", "/v1/desk"):
        body = {
            "/v1/route": {"from": position(0, 1000), "to": position(1000, 1000)},
            "/v1/matrix": {"origins": [position(0, 1000)], "destinations": [position(1000, 1000)]},
            "/v1/desk": {"text": "How do I get to the Town Hall?", "from": position(0, 1000)},
        }[ask]
        answer = live.post(ask, json=body)
        assert "assault" not in answer.text
        assert "Doe" not in answer.text


def test_closures_over_http(live):
    asked = {"kind": "street", "spec": "Main Street", "profiles": ["car"], "ends": "2099-01-01T00:00:00-05:00"}
    answer = live.post("/v1/closures", json=asked, headers=DESK)
    kept = models.ClosureResponse.model_validate(answer.json()).closure
    assert (answer.status_code, kept.spec, kept.ends, kept.status) == (
        201,
        "Main Street",
        "2099-01-01T05:00:00.000000Z",
        "active",
    )
    where = f"/v1/closures/{kept.closure_id}"
    assert live.patch(where, json={"note": "tree", "version": 1}).json()["closure"]["version"] == 2
    assert live.get("/v1/closures").json()["closures"] == [live.get(where).json()["closure"]]
    later = {**asked, "starts": "2098-01-01T00:00:00Z"}
    assert live.post("/v1/closures", json=later).json()["closure"]["status"] == "upcoming"
    assert live.delete(where, headers=DESK).json()["closure"]["status"] == "expired"
    assert len(live.get("/v1/closures").json()["closures"]) == 1
    assert len(live.get("/v1/closures?expired=true").json()["closures"]) == 2
    check(live.post("/v1/closures", json={**asked, "profiles": ["hovercraft"]}), 422, "profile")
    check(live.post("/v1/closures", json={**asked, "ends": "2001-01-01T00:00:00Z"}), 422, "input")
    deep: dict = {}
    for _ in range(30):
        deep = {"a": deep}
    check(live.post("/v1/closures", json={**asked, "spec": deep}), 404, "closure")
    before = live.get("/v1/audit").json()["head"]
    check(live.patch(where, json={"spec": "Xyzzy Lane"}), 404, "closure")
    asked = {"kind": "stretch", "spec": "Main Street from Elm Street to Xyzzy Lane"}
    assert "Xyzzy" in check(live.post("/v1/closures", json=asked), 404, "closure")["detail"]
    assert live.get("/v1/audit").json()["head"] == before


def test_the_record_is_paged(live):
    incident = opened(live)
    first = models.AuditResponse.model_validate(live.get("/v1/audit?limit=4").json())
    assert ([row.seq for row in first.entries], first.next) == ([1, 2, 3, 4], 4)
    rest = models.AuditResponse.model_validate(live.get(f"/v1/audit?after={first.next}").json())
    assert rest.next is None
    assert rest.entries[0].prev_hash == first.entries[-1].hash
    assert (rest.entries[-1].hash, rest.entries[-1].actor) == (rest.head.hash, "Desk 1")
    only = live.get(f"/v1/audit?subject_kind=incident&subject_id={incident}").json()["entries"]
    assert [row["action"] for row in only] == ["incident.open"]


def test_names_as_people_write_them_can_be_used(live):
    for name in ("Engine 9", "Wagen Ü-1 (alt)", "9.1"):
        asked = {"unit_id": name, "name": name, "kind": "engine"}
        assert live.post("/v1/units", json=asked).status_code == 201
        assert (
            live.put(f"/v1/units/{quote(name)}/status", json={"status": "off_duty"}).json()["unit"]["unit_id"] == name
        )
        assert live.get("/v1/audit", params={"subject_id": name}).json()["entries"][1]["action"] == "unit.status"
    check(live.post("/v1/units", json={"unit_id": "E/9", "name": "x", "kind": "engine"}), 422, "input")


@pytest.mark.parametrize("name", ["", " ", "a\tb", "x" * 61, "Dësk"])
def test_names_of_desks_that_can_t_be_kept_are_refused(live, name):
    answer = live.put("/v1/units/A1/status", json={"status": "off_duty"}, headers={"Desk": name.encode("utf-8")})
    check(answer, 422, "input")


# --- losing the store ----------------------------------------------------------------------------


def lost(live: TestClient) -> TestClient:
    """Wait until the server has seen that its store is gone."""
    for _ in range(100):
        if live.get("/readyz").json().get("store", {}).get("status") == "unavailable":
            return live
        time.sleep(0.05)
    pytest.fail("the loss was not seen")


def test_without_its_store_the_service_goes_on_read_only_and_says_so(live, state):
    live.put("/v1/units/A1/position", json=position(10, 1000))
    time.sleep(1.5)  # what is known is remembered once a second
    state.rename(state.with_name("elsewhere"))
    lost(live)
    ready = live.get("/readyz")
    assert ready.status_code == 200
    assert "is gone" in ready.json()["store"]["detail"]
    assert str(state.parent) not in ready.text, "where the store lies is nothing for everybody"
    assert "LIVE STORE LOST" in ready.json()["warnings"][0]
    units = live.get("/v1/units").json()
    assert [unit["unit_id"] for unit in units["units"]] == ["A1", "B1", "E1", "N1", "T1"]
    assert units["units"][0]["position"]["stale"]
    assert "as it was at" in units["warnings"][0]
    assert "LIVE STORE LOST" in units["warnings"][1]
    assert live.get("/v1/units/A1").json()["unit"]["unit_id"] == "A1"
    assert live.get("/v1/incidents").json()["incidents"] == []
    assert live.get("/v1/closures").json()["closures"] == []
    assert live.post("/v1/route", json={"from": position(0, 1000), "to": position(900, 1000)}).status_code == 200
    check(live.put("/v1/units/A1/status", json={"status": "off_duty"}), 503, "store-unavailable")
    check(live.post("/v1/incidents", json={"call_type": "crash", "place": position(0, 0)}), 503, "store-unavailable")
    check(live.post("/v1/closures", json={"kind": "street", "spec": "Main Street"}), 503, "store-unavailable")
    check(live.get("/v1/audit"), 503, "store-unavailable")
    route = live.post("/v1/route", json={"from": position(0, 0), "to": position(0, 900)})
    assert route.status_code == 200
    assert any("LIVE STORE LOST" in text for text in route.json()["warnings"])
    state.with_name("elsewhere").rename(state)
    for _ in range(100):
        if live.get("/readyz").json()["store"]["status"] == "ok":
            break
        live.app.state.desk.feed.look()
    assert live.put("/v1/units/A1/status", json={"status": "off_duty"}).status_code == 200
    assert not live.get("/readyz").json()["warnings"]


def test_a_store_that_can_t_be_reached_at_the_start_stops_nothing(staffed_file):
    app = create_app(Settings(town=str(staffed_file), state="postgresql://nobody:secret@127.0.0.1:1/none"))
    with TestClient(app) as opened:
        check(opened.get("/v1/units"), 503, "store-unavailable")
        assert opened.post("/v1/route", json={"from": position(0, 0), "to": position(0, 900)}).status_code == 200
        ready = lost(opened).get("/readyz").text
    assert "secret" not in ready


def test_no_store_is_no_live_routes(staffed_file):
    with TestClient(create_app(Settings(town=str(staffed_file), state="none"))) as opened:
        check(opened.get("/v1/units"), 404, "not-found")
        assert "/v1/units" not in opened.get("/openapi.json").json()["paths"]


def test_a_store_of_another_town_or_a_newer_program_stops_the_start(staffed_file, tiny_file, state):
    settings = Settings(town=str(staffed_file), state=f"sqlite:///{state}")
    create_app(settings).state.desk.stop()
    engine = sa.create_engine(f"sqlite:///{state}")
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE store_meta SET value = 'Elsewhere' WHERE key = 'town'"))
    with pytest.raises(StoreFormatError, match="belongs to Elsewhere"):
        create_app(settings)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0099'"))
    engine.dispose()
    with pytest.raises(StoreFormatError, match="newer geo-dispatch"):
        create_app(settings)


def test_run_cards_spoilt_behind_the_build_s_back_stop_the_start(tmp_path):
    cards = staffed_layers()["run_cards"].copy()
    cards.loc[4, "extends"] = "m2"
    path = write_staffed_town(tmp_path / "spoilt.gpkg", run_cards=cards)
    with pytest.raises(RunCardError, match="m2 -> m2"):
        create_app(Settings(town=str(path), state=f"sqlite:///{tmp_path / 'x.sqlite'}"))


def test_run_cards_come_from_the_town_file_whole(live):
    listed = models.CardsResponse.model_validate(live.get("/v1/run-cards").json())
    cards = {card.card_id: card for card in listed.run_cards}
    assert list(cards) == ["c", "c-ice", "c-west", "m", "m2"]
    assert [(part.capability, part.count) for part in cards["m2"].requirements] == [("ambulance", 2)]
    assert (cards["c-west"].area, cards["c-ice"].weather, cards["m2"].extends) == ("West", ["ice"], "m")
    assert "on_scene" in {status.status for status in listed.statuses}
    assert live.app.state.desk.neighbours[0].provides[0].capability == "engine"


@pytest.mark.parametrize(
    ("x", "more", "chosen"),
    [(900, "", "c"), (0, "", "c-west"), (0, "&weather=ice", "c-ice"), (900, "&at=2026-03-02T12:00:00Z", "c")],
)
def test_the_card_for_a_call_is_chosen_with_reasons(live, x, more, chosen):
    lon, lat = lonlat(x, 500)
    answer = live.get(f"/v1/run-cards/selected?call_type=crash&lon={lon}&lat={lat}{more}")
    card = models.CardResponse.model_validate(answer.json()).run_card
    assert card.card_id == chosen
    assert {row.card_id for row in card.passed_over} == {"c", "c-ice", "c-west"} - {chosen}


def test_a_call_without_a_card_is_told(live):
    lon, lat = lonlat(0, 500)
    asked = f"/v1/run-cards/selected?lon={lon}&lat={lat}&call_type="
    assert check(live.get(f"{asked}crahs"), 422, "run-card")["call_types"] == ["crash", "medical"]
    assert check(live.get(f"{asked}crash&alarm=2"), 422, "run-card")["alarms"] == [1]
    check(live.get("/v1/run-cards/selected?lon=2&lat=48&call_type=crash"), 404, "coordinate")


def test_everything_is_seen_at_one_moment(live):
    incident = opened(live)
    live.post(f"/v1/incidents/{incident}/assign", json={"units": [{"unit_id": "E1"}]})
    now, warnings = live.app.state.desk.snapshot()
    assert warnings == ()
    assert now.seq == live.get("/v1/audit").json()["head"]["seq"]
    assert [row.incident_id for row in now.incidents] == [incident]
    assert {unit.unit_id: unit.assignable for unit in now.units} == {
        "A1": True,
        "B1": True,
        "E1": False,
        "N1": True,
        "T1": False,
    }
