"""What /metrics tells: counts by route, and nothing of what callers say."""

from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families


def read(client):
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def asked(figures, **labels):
    return figures.get(("geo_dispatch_requests_total", tuple(sorted(labels.items()))), 0.0)


def test_every_answer_is_counted_by_route_and_status(client):
    good = {"method": "POST", "route": "/v1/locate", "status": "200"}
    bad = {**good, "status": "422"}
    before = read(client)
    client.post("/v1/locate", json={"text": "Town Hall"})
    client.post("/v1/locate", json={"text": "Town Hall"})
    client.post("/v1/locate", json={})
    after = read(client)
    assert asked(after, **good) - asked(before, **good) == 2
    assert asked(after, **bad) - asked(before, **bad) == 1
    counted = ("geo_dispatch_request_seconds_count", (("method", "POST"), ("route", "/v1/locate")))
    assert after[counted] - before.get(counted, 0.0) == 3


def test_refusals_of_the_guards_and_addresses_that_are_not_there_are_counted_without_the_address(client):
    other = {"method": "GET", "route": "(other)"}
    before = read(client)
    client.get("/secret-words-of-a-caller")
    client.get("/healthz", headers={"host": "evil.example"})
    after = read(client)
    assert asked(after, status="404", **other) - asked(before, status="404", **other) == 1
    assert asked(after, status="421", **other) - asked(before, status="421", **other) == 1
    assert "secret-words" not in client.get("/metrics").text
    assert "evil.example" not in client.get("/metrics").text


def test_ids_in_addresses_are_told_by_their_pattern(client):
    client.get("/v1/units/NO-SUCH-UNIT")
    figures = read(client)
    assert asked(figures, method="GET", route="/v1/units/{unit_id}", status="404") >= 1
    assert not any("NO-SUCH-UNIT" in str(key) for key in figures)


def test_made_up_methods_make_no_series_of_their_own(client):
    client.request("PURGE", "/healthz")
    assert not any("PURGE" in str(key) for key in read(client))


def test_the_state_of_town_and_store_is_told(client):
    figures = read(client)
    assert figures["geo_dispatch_ready", ()] == 1.0
    assert figures["geo_dispatch_store_usable", ()] == 1.0
    assert figures["geo_dispatch_road_segments", ()] > 0
    assert any(name == "geo_dispatch_town_info" and ("town", "Tinyport") in labels for name, labels in figures)
