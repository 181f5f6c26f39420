"""/docs without the internet, a complete OpenAPI description, and headers."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from geo_dispatch.api import (
    closure_models,
    coverage_responses,
    job_models,
    live_responses,
    recommend_models,
    responses,
    session_models,
)
from geo_dispatch.api.desk_models import DeskResponse, EventsResponse, ServicesResponse

MODELS = {
    "coverage": coverage_responses.CoverageResponse,
    "coverage_compare": coverage_responses.CompareResponse,
    "replay": job_models.JobStarted,
    "busy": job_models.JobStarted,
    "coverage_edges": job_models.JobStarted,
    "read_scenario": coverage_responses.ScenarioFileResponse,
    "coverage_siting": job_models.JobStarted,
    "list_jobs": job_models.JobsOut,
    "get_job": job_models.JobOut,
    "cancel_job": job_models.JobOut,
    "get_session": session_models.SessionResponse,
    "sign_in": session_models.SessionResponse,
    "sign_out": session_models.SessionResponse,
    "change_password": session_models.SessionResponse,
    "desk": DeskResponse,
    "list_events": EventsResponse,
    "list_services": ServicesResponse,
    "list_units": live_responses.UnitsResponse,
    "get_unit": live_responses.UnitResponse,
    "add_unit": live_responses.UnitResponse,
    "edit_unit": live_responses.UnitResponse,
    "set_unit_status": live_responses.UnitResponse,
    "set_unit_position": live_responses.UnitResponse,
    "list_incidents": live_responses.IncidentsResponse,
    "get_incident": live_responses.IncidentResponse,
    "open_incident": live_responses.IncidentResponse,
    "edit_incident": live_responses.IncidentResponse,
    "assign_units": live_responses.IncidentResponse,
    "release_units": live_responses.IncidentResponse,
    "list_closures": live_responses.ClosuresResponse,
    "get_closure": live_responses.ClosureResponse,
    "add_closure": live_responses.ClosureResponse,
    "edit_closure": live_responses.ClosureResponse,
    "expire_closure": live_responses.ClosureResponse,
    "list_closure_roads": closure_models.ClosureRoadsResponse,
    "preview_closure": closure_models.ClosurePreviewResponse,
    "list_audit": live_responses.AuditResponse,
    "list_run_cards": live_responses.CardsResponse,
    "select_run_card": live_responses.CardResponse,
    "recommend": recommend_models.RecommendResponse,
    "locate": responses.LocateResponse,
    "reverse": responses.ReverseResponse,
    "route": responses.RouteResponse,
    "matrix": responses.MatrixResponse,
    "list_places": responses.PlacesResponse,
    "health": responses.Health,
    "readiness": responses.Readiness,
}


def test_docs_fetch_nothing_from_elsewhere(client):
    page = client.get("/docs")
    assert page.status_code == 200
    fetched = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert not [address for address in fetched if "//" in address]
    for address in fetched:
        if not address.startswith("data:"):
            assert client.get(f"/{address}").status_code == 200, address
    assert "'unsafe-inline'" not in re.findall(r"script-src[^;]*", page.headers["content-security-policy"])[0]
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "validatorUrl: null" in client.get("/docs/start.js").text
    assert "//" not in re.findall(r'url: "([^"]+)"', client.get("/docs/start.js").text)[0]


def test_not_ready_before_the_first_questions_are_asked(app):
    from starlette.testclient import TestClient

    from geo_dispatch.app import create_app
    from geo_dispatch.config import Settings

    fresh = TestClient(create_app(Settings(town=str(app.state.service.info().file), state="none")))
    answer = fresh.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["type"] == "urn:geo-dispatch:problem:not-ready"
    assert fresh.get("/healthz").status_code == 200


OTHER_KINDS = {
    ("/tiles/{zoom}/{x}/{y}.mvt", "200"): "application/vnd.mapbox-vector-tile",
    ("/v1/stream", "200"): "text/event-stream",
    ("/v1/events.ics", "200"): "text/calendar",
    ("/metrics", "200"): "text/plain",
}


def test_every_operation_is_described(client):
    schema = client.get("/openapi.json").json()
    assert set(schema["paths"]) == {
        "/v1/locate",
        "/v1/reverse",
        "/v1/route",
        "/v1/recommend",
        "/tiles/{zoom}/{x}/{y}.mvt",
        "/map/tilejson.json",
        "/map/style/{theme}.json",
        "/v1/session",
        "/v1/session/password",
        "/v1/desk",
        "/v1/services",
        "/v1/events",
        "/v1/events.ics",
        "/v1/hsds/services",
        "/v1/open311/services.json",
        "/v1/matrix",
        "/v1/coverage",
        "/v1/coverage/compare",
        "/v1/coverage/edges",
        "/v1/coverage/siting",
        "/v1/replay",
        "/v1/busy",
        "/v1/coverage/scenario",
        "/v1/jobs",
        "/v1/jobs/{job_id}",
        "/metrics",
        "/v1/places",
        "/v1/units",
        "/v1/units/{unit_id}",
        "/v1/units/{unit_id}/status",
        "/v1/units/{unit_id}/position",
        "/v1/incidents",
        "/v1/incidents/{incident_id}",
        "/v1/incidents/{incident_id}/assign",
        "/v1/incidents/{incident_id}/release",
        "/v1/closures",
        "/v1/closures/roads",
        "/v1/closures/preview",
        "/v1/closures/{closure_id}",
        "/v1/audit",
        "/v1/run-cards",
        "/v1/run-cards/selected",
        "/v1/stream",
        "/healthz",
        "/readyz",
    }
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            assert operation["summary"], path
            assert operation["description"], path
            assert operation["operationId"], path
            for status, answer in operation["responses"].items():
                if status in ("204", "304"):
                    continue
                kind = "application/json" if status in ("200", "201", "202") else "application/problem+json"
                kind = OTHER_KINDS.get((path, status), kind)
                assert set(answer["content"]) == {kind}, (path, status)
                assert answer["content"][kind]["schema"], (path, status)
            if method in ("post", "put", "patch"):
                assert operation["requestBody"]["content"]["application/json"]["example"]
                assert {"400", "413", "415", "422", "500"} <= set(operation["responses"])
    assert {operation["operationId"] for methods in schema["paths"].values() for operation in methods.values()} == {
        *MODELS,
        "stream",
        "events_ics",
        "hsds_services",
        "open311_services",
        "tile",
        "tilejson",
        "map_style",
        "metrics",
    }
    references = set(re.findall(r'"#/components/schemas/([^"]+)"', client.get("/openapi.json").text))
    assert references <= set(schema["components"]["schemas"])


@pytest.mark.parametrize("name", MODELS)
def test_examples_are_what_the_models_say(client, name):
    for methods in client.get("/openapi.json").json()["paths"].values():
        for operation in methods.values():
            if operation["operationId"] == name:
                answer = next(
                    operation["responses"][status]
                    for status in ("200", "201", "202")
                    if status in operation["responses"]
                )
                MODELS[name].model_validate(answer["content"]["application/json"]["example"])
                return
    pytest.fail(f"{name} is not described")


@pytest.mark.parametrize("path", ["/healthz", "/v1/places", "/docs", "/openapi.json", "/nothing"])
def test_security_headers_are_on_every_answer(client, path):
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


def test_answers_are_not_kept_by_caches(client):
    assert client.get("/v1/places").headers["cache-control"] == "no-store"


def test_the_server_starts_without_heavy_libraries():
    heavy = {"geopandas", "pandas", "osmnx", "osmium", "folium", "pyogrio", "networkx", "matplotlib", "rich"}
    code = f"import sys, geo_dispatch.app; print(sorted({heavy!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
