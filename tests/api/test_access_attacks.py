"""What somebody tries who means harm."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest
from fastapi import FastAPI

from geo_dispatch.api.access_table import capability_of
from geo_dispatch.api.stream import follow
from geo_dispatch.live.access import passwords
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

INCIDENT = {"call_type": "crash", "place": position(500, 500)}
COOKIE = "geo-dispatch-8000"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_staffed_town(tmp_path_factory.mktemp("attacked") / "tinyport.gpkg")


@pytest.fixture
def app(town: Path, tmp_path: Path) -> Iterator[FastAPI]:
    with guarded_app(town, tmp_path, sign_ins_per_minute=1000) as made:
        yield made


@pytest.fixture(scope="module")
def local_app(town: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    """An application that lets programs of its own machine in."""
    with guarded_app(town, tmp_path_factory.mktemp("local"), sign_in="auto") as made:
        yield made


# --- cookies --------------------------------------------------------------------------------------


def test_forged_cookies_are_nobodys(app):
    add_account(app, "administrator")
    real = signed_in(app, "administrator").cookies[COOKIE]
    kept = accounts_of(app)._sessions.find(real).session
    for value in (
        "x",
        "x" * 43,
        real[:-1],
        real + "x",
        real.swapcase(),
        kept,
        "administrator",
        "'--",
        "%00",
        "é".encode().hex(),
    ):
        client = client_of(app)
        client.cookies.set(COOKIE, value)
        check(client.get("/v1/units"), 401, "sign-in")
        assert client.get("/v1/session").json()["state"] == "out"
        assert f'{COOKIE}=""' in client.get("/v1/session").headers["set-cookie"]
    for name in ("geo-dispatch-8001", "geo-dispatch", f"__Host-{COOKIE}", "session"):
        client = client_of(app)
        client.cookies.set(name, real)
        check(client.get("/v1/units"), 401, "sign-in")


def test_a_session_given_before_signing_in_is_not_taken_over(app):
    """Session fixation: who plants a cookie in somebody's browser has nothing when they sign in."""
    add_account(app, "dispatcher", "silva")
    add_account(app, "desk", "mallory")
    planted = signed_in(app, "mallory").cookies[COOKIE]
    for value in ("planted" * 6, planted):
        victim = client_of(app)
        victim.cookies.set(COOKIE, value)
        answer = victim.post("/v1/session", json={"name": "silva", "password": PASSWORD})
        fresh = answer.headers["set-cookie"].partition("=")[2].partition(";")[0]
        assert fresh not in (value, planted)
        attacker = client_of(app)
        attacker.cookies.set(COOKIE, value)
        check(attacker.get("/v1/units"), 401, "sign-in")


def test_every_sign_in_has_another_token(app):
    add_account(app, "dispatcher", "silva")
    tokens = {signed_in(app, "silva").cookies[COOKIE] for _ in range(10)}
    assert len(tokens) == 10
    assert min(len(token) for token in tokens) >= 43


# --- requests that a page elsewhere makes a browser send ------------------------------------------------


def test_no_change_is_made_without_the_sessions_token(app):
    add_account(app, "administrator")
    add_account(app, "administrator", "other")
    client = signed_in(app, "administrator")
    others = client_of(app).post("/v1/session", json={"name": "other", "password": PASSWORD}).json()["csrf"]
    changing = [
        (method, route.path.format(unit_id="E1", incident_id="X1", closure_id="X1", job_id="X1"))
        for method, route in routes_of(app)
        if method != "GET" and capability_of(method, route.path, described=route.include_in_schema) != "ask"
    ]
    changing += [("DELETE", "/v1/session"), ("PUT", "/v1/session/password")]
    assert len(changing) > 15
    before = app.state.desk._store.head()
    for token in ("", "x", others, others.upper()):
        client.headers["x-csrf-token"] = token
        for method, address in changing:
            body = {} if method == "DELETE" else {"json": {"old": PASSWORD, "new": OTHER}}
            if "password" not in address and method != "DELETE":
                body = {"json": {}}
            check(client.request(method, address, **body), 403, "csrf")
    assert app.state.desk._store.head() == before
    assert client.get("/v1/session").json()["state"] == "in"


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"origin": "null"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_a_page_elsewhere_changes_nothing_even_with_cookie_and_token(app, headers):
    add_account(app, "dispatcher")
    client = signed_in(app, "dispatcher")
    check(client.post("/v1/incidents", json=INCIDENT, headers=headers), 403, "cross-site")
    check(client.post("/v1/session", json={"name": "x", "password": "y"}, headers=headers), 403, "cross-site")
    check(client.delete("/v1/session", headers=headers), 403, "cross-site")


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"])
def test_a_form_signs_nobody_in(app, kind):
    """Login CSRF: a form of another page can send only these."""
    add_account(app, "desk", "mallory")
    given = json.dumps({"name": "mallory", "password": PASSWORD})
    answer = client_of(app).post("/v1/session", content=given, headers={"content-type": kind})
    check(answer, 415, "media-type")
    assert "set-cookie" not in answer.headers


# --- being somebody else ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {"x-forwarded-for": "127.0.0.1"},
        {"x-forwarded-for": "127.0.0.1, ::1"},
        {"forwarded": 'for="[::1]"'},
        {"x-real-ip": "127.0.0.1"},
        {"x_forwarded_for": "127.0.0.1"},
        {"x-forwarded-user": "administrator"},
        {"remote-user": "administrator"},
        {"x-remote-user": "administrator"},
        {"x-original-url": "/healthz"},
        {"x-rewrite-url": "/healthz"},
        {"x-http-method-override": "GET"},
        {"desk": "administrator"},
        {"authorization": "Bearer"},
        {"authorization": "Bearer "},
        {"authorization": "Bearer null"},
        {"authorization": "Basic YWRtaW5pc3RyYXRvcjp4"},
        {"authorization": "Bearer gdk_000000000000_" + "0" * 64},
    ],
)
def test_headers_make_nobody_somebody(local_app, headers):
    check(client_of(local_app).get("/v1/units", headers=headers), 401, "sign-in")


def test_a_trusted_proxys_client_cant_claim_this_machines_address(town, tmp_path):
    with guarded_app(town, tmp_path, sign_in="auto", trusted_proxies=("10.9.0.5",)) as app:
        client = client_of(app, at=("10.9.0.5", 1))
        for told in ("127.0.0.1", "127.0.0.1, 203.0.113.9", "203.0.113.9, 127.0.0.1"):
            check(client.get("/v1/units", headers={"x-forwarded-for": told}), 401, "sign-in")


@pytest.mark.parametrize(
    "path",
    [
        "/v1//units",
        "//v1/units",
        "/V1/units",
        "/v1/./units",
        "/v1/../v1/units",
        "/v1/units;x",
        "/v1/units%00",
        "/v1%2funits",
        "/v1/units/",
        "/v1/session/../units",
    ],
)
def test_no_other_spelling_of_an_address_is_let_in(app, path):
    answer = client_of(app).get(path, follow_redirects=False)
    assert answer.status_code in (307, 401, 404, 405), answer.text
    for method in ("HEAD", "OPTIONS", "TRACE", "get", "PROPFIND"):
        assert client_of(app).request(method, "/v1/units").status_code != 200 or method == "OPTIONS"


def test_nobody_gives_themselves_a_role(app):
    add_account(app, "desk", "mallory")
    client = client_of(app)
    given = {"name": "mallory", "password": PASSWORD, "role": "administrator"}
    assert client.post("/v1/session", json=given).status_code == 422
    client = signed_in(app, "mallory")
    check(client.post("/v1/incidents", json=INCIDENT), 403, "role")
    check(client.get("/v1/audit"), 403, "role")
    problem = check(client.put("/v1/units/E1/status", json={"status": "available"}), 403, "role")
    assert "information desk may not do that, but: dispatcher" in problem["detail"]


def test_a_key_changes_no_password_and_signs_nobody_out(app):
    add_account(app, "administrator")
    client = keyed(app, "administrator")
    check(client.put("/v1/session/password", json={"old": PASSWORD, "new": OTHER}), 401, "sign-in")
    assert client.delete("/v1/session").json()["state"] == "out"
    assert client.get("/v1/units").status_code == 200


def test_a_desks_name_is_no_accounts_in_the_record(app):
    add_account(app, "dispatcher", "silva")
    made = keyed(app, "dispatcher").post("/v1/incidents", json=INCIDENT, headers={"Desk": "silva"})
    assert made.json()["incident"]["opened_by"] == "key dispatcher @ silva"


# --- passwords ----------------------------------------------------------------------------------------


def test_a_huge_password_is_refused_before_anything_is_hashed(app):
    add_account(app, "dispatcher", "silva")
    client = client_of(app)
    with mock.patch.object(passwords, "_hasher", side_effect=AssertionError("hashed")):
        for size, status, kind in ((1001, 422, "input"), (1_000_000, 422, "input"), (3_000_000, 413, "too-large")):
            check(client.post("/v1/session", json={"name": "silva", "password": "x" * size}), status, kind)
            check(client.post("/v1/session", json={"name": "x" * size, "password": "x"}), status, kind)


@pytest.mark.parametrize(
    "name", ["", " ", "\x00", "silva\x00", "ſilva", "' OR '1'='1", "<script>", "a" * 100, "\U0001f600", "../silva"]
)
def test_names_that_are_none_are_told_like_wrong_ones(app, name):
    add_account(app, "dispatcher", "silva")
    answer = client_of(app).post("/v1/session", json={"name": name, "password": PASSWORD})
    assert answer.status_code == (422 if name == "" else 401)
    if name:
        assert answer.json()["detail"].startswith("the name or the password is wrong")


@pytest.mark.parametrize("field", ["name", "password"])
def test_text_that_is_no_unicode_is_refused(app, field):
    given = '{"name": "silva", "password": "x"}'.replace(': "', ': "\\ud800', 1 if field == "name" else 2)
    answer = client_of(app).post("/v1/session", content=given, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 401, 422)


def test_an_unknown_name_costs_the_same_work(app):
    """As many hashes, of the same figures, whether there is such an account or not: so it takes as long."""
    from argon2 import PasswordHasher

    add_account(app, "dispatcher", "silva")
    looked: list[str] = []

    class Counting(PasswordHasher):
        def verify(self, kept, password):
            looked.append(kept.rsplit("$", 2)[0])
            return super().verify(kept, password)

    with mock.patch.object(passwords, "_hasher", return_value=Counting(1, 8, 1)):
        for name in ("silva", "nobody", "no such name"):
            check(client_of(app).post("/v1/session", json={"name": name, "password": OTHER}), 401, "sign-in")
        accounts_of(app).accounts.add("chief", "administrator", PASSWORD, must_change=False, actor=None)
        accounts_of(app).accounts.set_disabled("silva", True, actor=None)
        check(client_of(app).post("/v1/session", json={"name": "silva", "password": PASSWORD}), 401, "sign-in")
    assert len(looked) == 4
    assert len(set(looked)) == 1


def test_the_present_password_cant_be_guessed_in_an_open_session(app):
    add_account(app, "dispatcher", "silva")
    client = signed_in(app, "silva")
    codes = [
        client.put("/v1/session/password", json={"old": f"guess {number}", "new": OTHER}).status_code
        for number in range(8)
    ]
    assert codes == [422] * 6 + [429] * 2
    assert client.get("/v1/units").status_code == 200


def test_attempts_at_the_same_moment_all_count(app):
    add_account(app, "dispatcher", "silva")
    codes: list[int] = []

    def guess(number: int) -> None:
        given = {"name": "silva", "password": f"guess {number}"}
        codes.append(client_of(app, at=(f"192.0.2.{number}", 1)).post("/v1/session", json=given).status_code)

    threads = [threading.Thread(target=guess, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes.count(401) <= 6
    assert set(codes) <= {401, 429}
    given = {"name": "silva", "password": PASSWORD}
    problem = check(client_of(app).post("/v1/session", json=given), 429, "too-many")
    assert "unlock" in problem["detail"]
    accounts_of(app).accounts.unlock("silva", actor=None)
    assert client_of(app).post("/v1/session", json=given).status_code == 200


# --- answers and the stream -----------------------------------------------------------------------------


def test_no_answer_and_no_log_holds_a_secret(app, caplog):
    add_account(app, "dispatcher", "silva")
    caplog.set_level("DEBUG")
    client = signed_in(app, "silva")
    client.put("/v1/session/password", json={"old": PASSWORD, "new": "password1234"})
    bad = client.post("/v1/session", json={"name": "silva", "password": [PASSWORD]})
    assert bad.status_code == 422
    shown = (
        bad.text
        + caplog.text
        + client.get("/v1/session").text
        + client.get("/openapi.json").text.replace(PASSWORD, "", 3)
    )
    assert client.cookies[COOKIE] not in shown
    assert "password1234" not in shown
    assert PASSWORD not in caplog.text + bad.text


def test_the_stream_ends_with_the_session_and_tells_no_sign_ins(app):
    import asyncio

    add_account(app, "administrator")
    add_account(app, "dispatcher", "silva")
    feed = app.state.desk.feed
    allowed = [True]

    async def may() -> bool:
        return allowed[0]

    async def read() -> str:
        told = ""
        async for part in follow(feed, 0, heartbeat_s=0.05, accounts=False, may_go_on=may):
            told += part
            if "heartbeat" in part.partition("data:")[0]:
                allowed[0] = False
        return told

    feed.look()
    told = asyncio.run(asyncio.wait_for(read(), 20))
    assert "event: unit.add" in told
    assert "account" not in told


def test_looking_whether_a_session_still_holds_is_no_use_of_it(app):
    import asyncio

    from geo_dispatch.api import access

    add_account(app, "administrator")
    add_account(app, "dispatcher", "silva")
    token = signed_in(app, "silva").cookies[COOKIE]
    who = accounts_of(app).find_session(token)
    request = mock.Mock(cookies={COOKIE: token}, headers={}, scope={"headers": [(b"host", b"127.0.0.1:8000")]})
    request.state.who = who
    with mock.patch.object(access, "_LOOK_EVERY_S", 0.0):
        still = app.state.access.still_may(request, "live.read")
        time.sleep(0.01)
        assert asyncio.run(still()) is True
        accounts_of(app).accounts.set_role("silva", "planner", actor=None)
        assert asyncio.run(still()) is False
        accounts_of(app).accounts.set_role("silva", "dispatcher", actor=None)
        accounts_of(app).accounts.set_disabled("silva", True, actor=None)
        assert asyncio.run(still()) is False


def test_programs_of_this_machine_are_told_from_pages_by_more_than_one_sign(local_app):
    """A page that leaves out what it can leave out still sends what its browser adds."""
    browser = {"user-agent": "Mozilla/5.0", "accept": "*/*", "sec-fetch-site": "none", "sec-fetch-mode": "navigate"}
    for left_out in browser:
        sent = {name: value for name, value in browser.items() if name != left_out}
        check(client_of(local_app, at=LOCAL, base=HERE).get("/v1/units", headers=sent), 401, "sign-in")
