"""Names of the server, pages of other servers, and headers over https."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from geo_dispatch.app import create_app
from geo_dispatch.config import Settings
from tests.api.test_problems import check

ASKED = {"text": "Town Hall"}


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8000", "127.0.0.1:8000", "[::1]:8000", "a.localhost", "10.1.2.3"]
)
def test_its_own_names_are_let_in(client, host):
    assert client.get("/healthz", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "evil.example:8000", "127.0.0.1.evil.example", ""]
)
def test_a_name_of_elsewhere_is_refused(client, host):
    """A page elsewhere may have its own name point to this machine, and would then be of the same origin."""
    problem = check(client.get("/healthz", headers={"host": host}), 421, "host")
    assert "GEO_DISPATCH_TRUSTED_HOSTS" in problem["detail"]
    assert "evil" not in problem["detail"]


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://testserver:1"},
        {"origin": "http://testserver", "sec-fetch-site": "cross-site"},
    ],
)
def test_pages_of_other_servers_may_change_nothing(client, headers):
    check(client.post("/v1/locate", json=ASKED, headers=headers), 403, "cross-site")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "http://testserver"},
        {"origin": "http://testserver", "sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "none"},
    ],
)
def test_its_own_pages_and_programs_may(client, headers):
    assert client.post("/v1/locate", json=ASKED, headers=headers).status_code == 200


def test_no_page_elsewhere_may_read_answers_unless_it_is_named(client, tiny_file):
    headers = {"origin": "https://maps.example"}
    assert "access-control-allow-origin" not in client.get("/v1/places", headers=headers).headers
    settings = Settings(town=str(tiny_file), state="none", cors_origins=("https://maps.example",))
    named = TestClient(create_app(settings))
    answer = named.post("/v1/locate", json=ASKED, headers=headers)
    assert answer.headers["access-control-allow-origin"] == "https://maps.example"
    assert "access-control-allow-credentials" not in answer.headers
    check(named.post("/v1/locate", json=ASKED, headers={"origin": "https://evil.example"}), 403, "cross-site")


def test_only_a_named_proxy_is_believed_about_https(client, tiny_file):
    told = {"x-forwarded-proto": "https", "x-forwarded-for": "203.0.113.9"}
    assert "strict-transport-security" not in client.get("/healthz", headers=told).headers
    settings = Settings(town=str(tiny_file), state="none", trusted_proxies=("10.9.0.0/16",))
    app = create_app(settings)
    behind = TestClient(app, client=("10.9.0.5", 40000))
    assert behind.get("/healthz", headers=told).headers["strict-transport-security"]
    beside = TestClient(app, client=("10.8.0.5", 40000))
    assert "strict-transport-security" not in beside.get("/healthz", headers=told).headers


@pytest.mark.parametrize(
    "path", ["/", "/console", "/docs", "/healthz", "/v1/places", "/nothing", "/assets/none.js", "/openapi.json"]
)
def test_every_answer_has_a_strict_policy(client, path):
    headers = client.get(path).headers
    policy = dict(part.strip().partition(" ")[::2] for part in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert "unsafe" not in policy.get("script-src", "")
    assert path == "/docs" or "unsafe" not in headers["content-security-policy"]
    assert not [word for word in headers["content-security-policy"].split() if "//" in word or word == "*"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-opener-policy"] == headers["cross-origin-resource-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
