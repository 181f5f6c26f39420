"""How often somebody may ask."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI

from geo_dispatch.api.rates import Rates
from geo_dispatch.errors import TooManyError
from tests.api.access_clients import LOCAL, PASSWORD, add_account, client_of, guarded_app, keyed, signed_in
from tests.api.test_problems import check

ASKED = {"text": "Town Hall"}


@pytest.fixture
def app(tiny_file: Path, tmp_path: Path) -> Iterator[FastAPI]:
    with guarded_app(tiny_file, tmp_path, sign_in="auto", questions_per_minute=3, sign_ins_per_minute=4) as made:
        for rates in made.state.access.rates.values():
            rates._clock = lambda: 0.0
        yield made


def test_a_bucket_fills_again_and_refusals_cost_nothing():
    now = [0.0]
    rates = Rates(6, "questions", clock=lambda: now[0])
    for _ in range(6):
        rates.take("a")
    for moment in (0.0, 1.0, 9.9):
        now[0] = moment
        with pytest.raises(TooManyError) as caught:
            rates.take("a")
        assert caught.value.details["retry_after_s"] == (10 if moment == 0.0 else 9 if moment == 1.0 else 1)
    rates.take("b")
    now[0] = 10.0
    rates.take("a")
    with pytest.raises(TooManyError):
        rates.take("a")
    now[0] = 10_000.0
    for _ in range(6):
        rates.take("a")
    with pytest.raises(TooManyError):
        rates.take("a")


def test_no_more_addresses_are_kept_than_fit(monkeypatch):
    monkeypatch.setattr("geo_dispatch.api.rates._MOST", 10)
    rates = Rates(1, "questions", clock=lambda: 0.0)
    for number in range(1000):
        rates.take(f"a{number}")
    assert len(rates._left) == 10
    with pytest.raises(TooManyError):
        rates.take("a999")


def test_the_public_asks_so_often_and_no_more(app):
    client = client_of(app)
    for _ in range(3):
        assert client.post("/v1/locate", json=ASKED).status_code == 200
    answer = client.post("/v1/desk", json=ASKED)
    problem = check(answer, 429, "too-many")
    assert "more than 3 questions a minute" in problem["detail"]
    assert answer.headers["retry-after"] == str(problem["retry_after_s"]) == "20"
    assert client.get("/healthz").status_code == 200
    assert client.get("/map/tilejson.json").status_code == 200
    assert client_of(app, at=("192.0.2.8", 1)).post("/v1/locate", json=ASKED).status_code == 200


def test_saying_that_one_is_somebody_else_helps_nobody(app):
    client = client_of(app)
    codes = [
        client.post("/v1/locate", json=ASKED, headers={"x-forwarded-for": f"203.0.113.{number}"}).status_code
        for number in range(4)
    ]
    assert codes == [200, 200, 200, 429]


def test_who_is_known_asks_without_end(app):
    add_account(app, "dispatcher")
    program = client_of(app, at=LOCAL)
    for client in (signed_in(app, "dispatcher"), keyed(app, "desk"), program):
        assert {client.post("/v1/locate", json=ASKED).status_code for _ in range(6)} == {200}


def test_passwords_from_one_address_are_counted_whatever_the_name(app):
    add_account(app, "dispatcher")
    client = client_of(app)
    for number in range(4):
        check(client.post("/v1/session", json={"name": f"x{number}", "password": "x"}), 401, "sign-in")
    right = {"name": "dispatcher", "password": PASSWORD}
    check(client.post("/v1/session", json=right), 429, "too-many")
    assert client_of(app, at=("192.0.2.8", 1)).post("/v1/session", json=right).status_code == 200
