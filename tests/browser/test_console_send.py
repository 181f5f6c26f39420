"""Whom to send, at the console: recommended, shown with reasons, assigned once, and what is said when others were first."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import assert_accessible
from tests.browser.server import Server
from tests.browser.test_console_call import line, say, wait_drawn

PLACE = "Brantport Town Hall"


@pytest.fixture(scope="module")
def own(sample_town, tmp_path_factory):
    """Return a server whose units nobody else assigns."""
    started = Server(sample_town, tmp_path_factory.mktemp("own"), GEO_DISPATCH_SIGN_IN="off").start()
    yield started
    started.stop()


@pytest.fixture
def console(open_page, own):
    """Return the console; every unit is free again afterwards."""
    page = open_page("/console", at=own.url)
    expect(line(page)).to_be_focused()
    yield page
    for incident in own.ask("GET", "/v1/incidents?status=open")["incidents"]:
        out = [row["unit_id"] for row in incident["assignments"] if row["released_at"] is None]
        if out:
            own.ask("POST", f"/v1/incidents/{incident['incident_id']}/release", {"units": out})
        own.ask("PATCH", f"/v1/incidents/{incident['incident_id']}", {"status": "closed"})


def recommend(page: Page, words: str = PLACE, kind: str = "medical") -> None:
    """Take the first place for the words, and say what the matter is."""
    say(page, words)
    say(page, ".1")
    say(page, f".kind {kind}")
    expect(page.locator("table.going tbody tr").first).to_be_visible()


def test_units_are_those_that_the_server_recommends(console, own, shot):
    recommend(console, kind="structure_fire")
    place = own.ask("POST", "/v1/locate", {"text": PLACE})["candidates"][0]
    answer = own.ask(
        "POST", "/v1/recommend", {"place": {"lon": place["lon"], "lat": place["lat"]}, "call_type": "structure_fire"}
    )
    units = [row["unit"] for row in answer["assignment"]]
    assert console.locator("table.going tbody th").all_inner_texts() == units
    expect(console.locator(".shortfall")).to_contain_text("MISSING 1 of 1 tanker")
    expect(console.locator(".shortfall")).to_contain_text(answer["shortfall"][0]["mutual_aid"][0]["phone"])
    expect(console.locator(".directions li").first).to_have_text(answer["assignment"][0]["route"]["steps"][0]["radio"])
    expect(console.locator(".cost")).to_contain_text(f"{answer['coverage_after']['addresses_lost']:,} addresses")
    wait_drawn(console)
    shot(console, "console-route")
    console.keyboard.press("Alt+.")
    expect(console.locator("tr.shown th")).to_have_text(units[1])
    expect(console.locator(".directions h3")).to_contain_text(units[1])
    assert_accessible(console)


def test_from_words_to_units_on_the_way_by_keys_alone(console, own):
    console.keyboard.type(PLACE)
    console.keyboard.press("Enter")
    expect(console.locator(".candidates ol > li").first).to_be_visible()
    console.keyboard.press("Escape")
    console.keyboard.press("1")
    console.keyboard.press("m")
    chooser = console.get_by_role("dialog", name="What is the matter?")
    letter = chooser.get_by_role("button", name="Medical").locator("kbd").inner_text()
    console.keyboard.press(letter)
    expect(console.locator("table.going tbody tr")).to_have_count(1)
    unit = console.locator("table.going tbody th").inner_text()
    console.keyboard.press("s")
    expect(console.locator(".assigned")).to_contain_text(unit)
    [incident] = own.ask("GET", "/v1/incidents?status=open")["incidents"]
    assert [row["unit_id"] for row in incident["assignments"]] == [unit]
    assert (incident["note"], incident["call_type"]) == (PLACE, "medical")
    console.keyboard.press("/")
    say(console, "South Main Road")
    expect(console.locator("#said-title")).to_have_text("Call 2")


def test_a_unit_that_another_desk_took_is_said_and_nobody_is_sent(console, own):
    recommend(console)
    unit = console.locator("table.going tbody th").inner_text()
    other = own.ask("POST", "/v1/incidents", {"call_type": "medical", "place": "Littlebourne Town Hall"})["incident"]
    own.ask("POST", f"/v1/incidents/{other['incident_id']}/assign", {"units": [{"unit_id": unit}]}, Desk="Desk 2")
    console.context.watch.allow("409")
    console.keyboard.press("Alt+s")
    trouble = console.locator(".action .banner")
    expect(trouble).to_contain_text(f"NOBODY WAS SENT: {unit} is on incident {other['incident_id']} by Desk 2")
    console.keyboard.press("Alt+r")
    expect(console.locator("table.going tbody th")).not_to_have_text(unit)
    console.keyboard.press("Alt+s")
    expect(console.locator(".assigned")).to_be_visible()
    assert len(own.ask("GET", "/v1/incidents?status=open")["incidents"]) == 2, "the incident opened at first is used"


def test_an_answer_lost_on_the_way_opens_no_second_incident(console, own):
    recommend(console)
    lost = []

    def lose(route):
        if lost:
            return route.continue_()
        lost.append(route.fetch().status)
        return route.abort()

    console.route("**/v1/incidents", lose)
    console.context.watch.allow("ERR_FAILED")
    console.keyboard.press("Alt+s")
    expect(console.locator(".action .banner")).to_contain_text("may or may not have been done")
    console.keyboard.press("Alt+s")
    expect(console.locator(".assigned")).to_be_visible()
    assert lost == [201]
    assert len(own.ask("GET", "/v1/incidents?status=open")["incidents"]) == 1


def test_nobody_goes_before_the_place_is_read_back(console, own):
    recommend(console, "Daniel Street, hurry")
    console.keyboard.press("Alt+s")
    expect(console.locator(".action")).to_contain_text("Read the place back first")
    assert own.ask("GET", "/v1/incidents?status=open")["incidents"] == []
    console.keyboard.press("Alt+v")
    console.keyboard.press("Alt+s")
    expect(console.locator(".assigned")).to_be_visible()


def test_an_incident_that_is_open_here_is_offered(console, own):
    first = own.ask("POST", "/v1/incidents", {"call_type": "medical", "place": PLACE})["incident"]["incident_id"]
    recommend(console)
    expect(console.locator(".open-here")).to_contain_text(first)
    console.keyboard.press("Alt+=")
    console.keyboard.press("Alt+s")
    expect(console.locator(".assigned")).to_contain_text(first)
    assert len(own.ask("GET", "/v1/incidents?status=open")["incidents"]) == 1


def test_when_no_unit_can_go_the_reasons_are_open(console, own, shot):
    for unit in own.ask("GET", "/v1/units")["units"]:
        if "ambulance" in unit["capabilities"]:
            own.ask("PUT", f"/v1/units/{unit['unit_id']}/status", {"status": "out_of_service"})
    try:
        say(console, PLACE)
        say(console, ".1")
        say(console, ".kind medical")
        expect(console.locator(".send .unknown")).to_contain_text("NO UNIT CAN GO")
        expect(console.locator(".others[open] li").first).to_be_visible()
        shot(console, "console-no-unit")
    finally:
        for unit in own.ask("GET", "/v1/units")["units"]:
            if unit["status"] == "out_of_service":
                own.ask("PUT", f"/v1/units/{unit['unit_id']}/status", {"status": "available"})
