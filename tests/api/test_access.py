"""Who may do what over HTTP: every route with every role, sessions, keys, and programs of this machine."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from geo_dispatch.api.access_table import capability_of
from geo_dispatch.data_tables import load_table
from geo_dispatch.live.access.roles import get_role, list_capabilities, list_roles
from tests.api.access_clients import (
    HERE,
    LOCAL,
    OTHER,
    PASSWORD,
    accounts_of,
    add_account,
    client_of,
    guarded_app,
    keyed,
    routes_of,
    signed_in,
)
from tests.api.test_answers import position
from tests.api.test_live import write_staffed_town
from tests.api.test_problems import check

OPEN_FILES = {"/openapi.json", "/docs/assets", "/assets"}
INCIDENT = {"call_type": "crash", "place": position(500, 500)}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_staffed_town(tmp_path_factory.mktemp("guarded") / "tinyport.gpkg")


@pytest.fixture
def app(town: Path, tmp_path: Path) -> Iterator[FastAPI]:
    with guarded_app(town, tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def local_app(town: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    with guarded_app(town, tmp_path_factory.mktemp("local"), sign_in="auto") as made:
        yield made


def described(route) -> bool:
    return route.include_in_schema


def test_every_route_with_every_role(app):
    """Roles are tried with keys, so that nobody is signed out on the way; what is let in fails later, for want of a body."""
    app.state.desk.feed.close_listeners()  # the stream ends at once
    clients = {role.role: keyed(app, role.role) for role in list_roles()}
    routes = routes_of(app)
    assert len(routes) > 45
    for method, route in routes:
        needed = capability_of(method, route.path, described=described(route))
        address = re.sub(r"{theme}", "dark", re.sub(r"{(zoom|x|y)}", "0", route.path))
        address = re.sub(r"{\w+}", "X1", address)
        for role, client in clients.items():
            body = (
                {"json": []} if method in ("POST", "PUT", "PATCH") else {}
            )  # none takes a list, and so nothing begins
            answer = client.request(method, address, **body)
            told = f"{role}: {method} {address}: {answer.status_code} {answer.text[:200]}"
            if needed in get_role(role).may:
                own_session = route.path.startswith("/v1/session") and answer.status_code == 401
                assert own_session or answer.status_code not in (401, 403), told
            else:
                assert answer.status_code == (401 if role == "public" else 403), told
                kind = answer.json()["type"].rpartition(":")[2]
                assert kind == ("sign-in" if role == "public" else "role"), told
                assert role not in answer.json()["roles"], told


def test_every_route_is_in_the_table_and_the_table_has_no_other(app):
    table = load_table("geo_dispatch.api", "access")
    there = {f"{method} {route.path}" for method, route in routes_of(app) if described(route)}
    assert set(table["routes"]) == there
    assert set(table["routes"].values()) <= set(list_capabilities())
    limited = [route for routes in table["limited"].values() for route in routes]
    assert {route for route in limited if table["routes"].get(route) != "ask"} == set()


def test_nothing_else_is_served_but_files(app):
    others = {route.path for route in app.routes if isinstance(route, Route | Mount) and hasattr(route, "path")}
    others -= {route.path for _, route in routes_of(app)}
    assert others == OPEN_FILES
    hidden = {route.path for _, route in routes_of(app) if not described(route)}
    assert all(not path.startswith(("/v1", "/metrics", "/tiles")) for path in hidden)


def test_what_nobody_wrote_down_is_for_administrators(town, tmp_path):
    with guarded_app(town, tmp_path) as app:

        @app.get("/v1/forgotten")
        def forgotten() -> str:
            return "told"

        @app.get("/v1/hidden", include_in_schema=False)
        def hidden() -> str:
            return "told"

        for path in ("/v1/forgotten", "/v1/hidden"):
            assert keyed(app, "supervisor").get(path).status_code == 403
            assert client_of(app).get(path).status_code == 401
            assert keyed(app, "administrator").get(path).status_code == 200


# --- sessions ------------------------------------------------------------------------------------


def test_a_dispatcher_signs_in_works_and_signs_out(app):
    add_account(app, "dispatcher", "silva")
    client = client_of(app)
    assert client.get("/v1/session").json()["state"] == "out"
    check(client.get("/v1/units"), 401, "sign-in")
    answer = client.post("/v1/session", json={"name": " Silva ", "password": PASSWORD})
    told = answer.json()
    assert (told["state"], told["name"], told["role"], told["must_change"]) == ("in", "silva", "dispatcher", False)
    assert "live.change" in told["capabilities"]
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("geo-dispatch-8000=")
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie
    assert client.get("/v1/units").status_code == 200
    own = {"x-csrf-token": told["csrf"], "Desk": "Desk 1"}
    made = client.post("/v1/incidents", json=INCIDENT, headers=own)
    assert made.json()["incident"]["opened_by"] == "silva @ Desk 1"
    assert client.delete("/v1/session", headers=own).json()["state"] == "out"
    check(client.get("/v1/units"), 401, "sign-in")


def test_a_cookie_over_https_is_for_this_host_only(town, tmp_path):
    with guarded_app(town, tmp_path, trusted_proxies=("10.9.0.5",)) as app:
        add_account(app, "dispatcher", "silva")
        client = client_of(app, at=("10.9.0.5", 1), base="http://127.0.0.1:8000")
        told = {"x-forwarded-proto": "https", "x-forwarded-for": "203.0.113.9"}
        answer = client.post("/v1/session", json={"name": "silva", "password": PASSWORD}, headers=told)
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-geo-dispatch-8000=")
        assert "Secure" in cookie
        row = next(row for row in app.state.desk._store.entries(limit=100) if row.action == "session.open")
        assert row.data["address"] == "203.0.113.9"


def test_a_wrong_name_and_a_wrong_password_are_told_alike(app):
    add_account(app, "dispatcher", "silva")
    client = client_of(app)
    first = check(client.post("/v1/session", json={"name": "silva", "password": OTHER}), 401, "sign-in")
    second = check(client.post("/v1/session", json={"name": "costa", "password": OTHER}), 401, "sign-in")
    assert first == second
    assert client.post("/v1/session", json={"name": "x", "password": OTHER}).headers["www-authenticate"] == "Bearer"


def test_a_first_password_is_good_for_being_changed_only(app):
    add_account(app, "dispatcher", "silva", must_change=True)
    client = signed_in(app, "silva")
    told = client.get("/v1/session").json()
    assert (told["must_change"], told["capabilities"]) == (True, ["ask"])
    check(client.get("/v1/units"), 403, "password-due")
    assert client.post("/v1/locate", json={"text": "Town Hall"}).status_code == 200
    change = {"old": PASSWORD, "new": "password1234"}
    check(client.put("/v1/session/password", json=change), 422, "account")
    check(client.put("/v1/session/password", json={**change, "old": OTHER}), 422, "account")
    check(client.put("/v1/session/password", json={"old": PASSWORD, "new": PASSWORD}), 422, "account")
    fresh = client.put("/v1/session/password", json={"old": PASSWORD, "new": OTHER})
    assert fresh.json()["must_change"] is False
    assert client.get("/v1/units").status_code == 200
    assert fresh.json()["csrf"] != client.headers["x-csrf-token"]


def test_changing_the_password_ends_all_other_sessions(app):
    add_account(app, "dispatcher", "silva")
    here, there = signed_in(app, "silva"), signed_in(app, "silva")
    assert here.put("/v1/session/password", json={"old": PASSWORD, "new": OTHER}).status_code == 200
    assert here.get("/v1/units").status_code == 200
    check(there.get("/v1/units"), 401, "sign-in")


def test_signing_out_everywhere(app):
    add_account(app, "dispatcher", "silva")
    here, there = signed_in(app, "silva"), signed_in(app, "silva")
    assert here.delete("/v1/session?everywhere=true").status_code == 200
    check(there.get("/v1/units"), 401, "sign-in")


def test_two_tabs_are_one_session(app):
    add_account(app, "dispatcher", "silva")
    first = signed_in(app, "silva")
    second = client_of(app)
    second.cookies.update(first.cookies)
    second.headers["x-csrf-token"] = second.get("/v1/session").json()["csrf"]
    assert second.post("/v1/incidents", json=INCIDENT).status_code == 201
    assert first.post("/v1/incidents", json=INCIDENT).status_code == 201


def test_another_role_holds_with_the_next_request(app):
    add_account(app, "dispatcher", "silva")
    client = signed_in(app, "silva")
    accounts_of(app).accounts.set_role("silva", "planner", actor=None)
    problem = check(client.get("/v1/units"), 403, "role")
    assert problem["roles"] == ["dispatcher", "supervisor", "administrator"]
    assert "planner may not do that, but: dispatcher" in problem["detail"]


# --- the record ----------------------------------------------------------------------------------


def test_sign_ins_are_read_by_those_who_read_the_whole_record(app):
    add_account(app, "dispatcher", "silva")
    signed_in(app, "silva").post("/v1/incidents", json=INCIDENT)
    seen = keyed(app, "dispatcher").get("/v1/audit?limit=1000").json()["entries"]
    assert {row["subject_kind"] for row in seen} == {"store", "unit", "incident"}
    check_none = keyed(app, "dispatcher").get("/v1/audit?subject_kind=account").json()["entries"]
    assert check_none == []
    whole = keyed(app, "supervisor").get("/v1/audit?limit=1000").json()["entries"]
    assert {"account", "key"} <= {row["subject_kind"] for row in whole}
    assert PASSWORD not in str(whole)


def test_a_key_is_named_in_the_record(app):
    made = keyed(app, "dispatcher").post("/v1/incidents", json=INCIDENT, headers={"Desk": "E1"})
    assert made.json()["incident"]["opened_by"] == "key dispatcher @ E1"


# --- programs of this machine --------------------------------------------------------------------


def test_a_program_of_this_machine_needs_nothing(local_app):
    program = client_of(local_app, at=LOCAL)
    told = program.get("/v1/session").json()
    assert (told["state"], told["name"], told["role"], told["via"]) == (
        "in",
        "this machine",
        "administrator",
        "machine",
    )
    made = program.post("/v1/incidents", json=INCIDENT, headers={"Desk": "Desk 1"})
    assert made.json()["incident"]["opened_by"] == "this machine @ Desk 1"
    assert client_of(local_app, at=("::1", 1), base="http://[::1]:8000").get("/v1/units").status_code == 200
    assert client_of(local_app, at=("::ffff:127.0.0.1", 1)).get("/v1/units").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": HERE},
        {"referer": f"{HERE}/console"},
        {"sec-fetch-site": "same-origin"},
        {"sec-fetch-mode": "cors"},
        {"sec-ch-ua": "x"},
        {"cookie": "a=b"},
        {"user-agent": "Mozilla/5.0 (X11; Linux x86_64)"},
        {"x-forwarded-for": "127.0.0.1"},
        {"x-forwarded-host": "127.0.0.1"},
        {"forwarded": "for=127.0.0.1"},
        {"x-real-ip": "127.0.0.1"},
        {"via": "1.1 proxy"},
        {"cf-connecting-ip": "203.0.113.9"},
        {"host": "192.0.2.1:8000"},
        {"host": "a.localhost:8000"},
        {"authorization": "Bearer x"},
        {"authorization": "Basic eDp5"},
    ],
)
def test_a_browser_and_what_comes_through_a_proxy_are_no_such_program(local_app, headers):
    assert client_of(local_app, at=LOCAL).get("/v1/units").status_code == 200
    check(client_of(local_app, at=LOCAL).get("/v1/units", headers=headers), 401, "sign-in")


def test_nobody_elsewhere_is_a_program_of_this_machine(local_app):
    check(client_of(local_app).get("/v1/units", headers={"x-forwarded-for": "127.0.0.1"}), 401, "sign-in")


@pytest.mark.parametrize(
    "settings",
    [
        {"sign_in": "on"},
        {"host": "0.0.0.0"},
        {"trusted_proxies": ("10.0.0.1",)},
        {"trusted_hosts": ("dispatch.example",)},
    ],
)
def test_programs_of_this_machine_must_say_who_they_are_where_others_come_too(town, tmp_path, settings):
    with guarded_app(town, tmp_path, **{"sign_in": "auto", **settings}) as app:
        check(client_of(app, at=LOCAL).get("/v1/units"), 401, "sign-in")


def test_without_a_live_store_there_are_no_accounts(town, tmp_path):
    with guarded_app(town, tmp_path, sign_in="auto", state="none") as app:
        browser = client_of(app, at=LOCAL)
        browser.headers["sec-fetch-site"] = "same-origin"
        assert browser.get("/v1/session").json()["can_sign_in"] is False
        problem = check(browser.post("/v1/session", json={"name": "x", "password": PASSWORD}), 401, "sign-in")
        assert "--state" in problem["detail"]
        assert "--state" in check(browser.post("/v1/recommend", json={}), 401, "sign-in")["detail"]
        assert browser.post("/v1/locate", json={"text": "Town Hall"}).status_code == 200
        assert client_of(app, at=LOCAL).post("/v1/recommend", json={}).status_code == 422


def test_a_server_that_asks_nobody(town, tmp_path):
    with guarded_app(town, tmp_path, sign_in="off") as app:
        told = client_of(app).get("/v1/session").json()
        assert (told["state"], told["role"]) == ("off", "administrator")
        made = client_of(app).post("/v1/incidents", json=INCIDENT, headers={"Desk": "Desk 1"})
        assert made.json()["incident"]["opened_by"] == "Desk 1"


# --- the store is lost ---------------------------------------------------------------------------


def test_who_is_signed_in_goes_on_while_the_store_is_lost(town, tmp_path):
    with guarded_app(town, tmp_path) as app:
        add_account(app, "dispatcher", "silva")
        client, program = signed_in(app, "silva"), keyed(app, "dispatcher")
        assert client.get("/v1/units").status_code == program.get("/v1/units").status_code == 200
        with TestClient(app, base_url=HERE):  # follows the store
            for _ in range(100):
                if app.state.desk._state._snapshot is not None:
                    break
                time.sleep(0.05)
            (tmp_path / "live.sqlite").rename(tmp_path / "away")
            app.state.desk.feed.look()
            for one in (client, program):
                assert one.get("/v1/run-cards").status_code == 200
                told = one.post("/v1/recommend", json={"place": position(500, 500), "call_type": "crash"})
                assert told.status_code == 200, told.text
                assert "LIVE STORE LOST" in one.get("/v1/units").text
            check(client_of(app).get("/v1/units"), 401, "sign-in")
            nobody = client_of(app)
            given = {"name": "silva", "password": PASSWORD}
            check(nobody.post("/v1/session", json=given), 503, "store-unavailable")
            nobody.cookies.set("geo-dispatch-8000", "x" * 43)
            check(nobody.get("/v1/units"), 503, "store-unavailable")
            assert nobody.post("/v1/locate", json={"text": "Town Hall"}).status_code == 200
