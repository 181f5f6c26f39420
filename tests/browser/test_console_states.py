"""What the console's call side does when things go wrong: no server, late answers, two tabs of one user, a call while nobody is signed in."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.server import Server
from tests.browser.test_console_call import line, say
from tests.browser.test_console_send import recommend

FIRST, SECOND = "corner of South Main and Bridge Street", "Blue Heron Market on State Road"


@pytest.fixture
def own(sample_town, tmp_path):
    started = Server(sample_town, tmp_path, GEO_DISPATCH_SIGN_IN="off").start()
    yield started
    started.stop()


def test_calls_typed_while_the_server_is_lost_are_sent_when_it_is_back(own, open_page, shot):
    page = open_page("/console", at=own.url)
    page.context.watch.allow(".*")  # the map, the stream and the call side each say it in words of their own
    expect(line(page)).to_be_focused()
    own.kill()
    say(page, FIRST, "Shift+Enter")
    say(page, SECOND, "Shift+Enter")
    lost = page.locator(".banner", has_text="NO ANSWER FROM THE SERVER")
    expect(lost).to_contain_text("2 typed lines are kept")
    shot(page, "console-lost")
    own.start()
    expect(page.locator("#said-title")).to_have_text("Call 2", timeout=30_000)
    expect(page.locator(".candidates ol h3").first).to_contain_text("Blue Heron Market")
    expect(lost).not_to_be_visible()
    page.keyboard.press("Alt+[")
    expect(page.locator(".said q")).to_have_text(FIRST)
    expect(page.locator(".candidates ol h3").first).to_contain_text("Bridge Street")


def test_an_answer_that_comes_late_never_replaces_a_newer_one(open_page):
    page = open_page("/console")
    say(page, "South Main Road")
    expect(page.locator(".candidates ol > li").first).to_be_visible()
    held = []

    def hold(route):
        held.append(route)

    page.route("**/v1/locate", hold)
    say(page, "by the school")
    expect(page.locator(".said li")).to_have_count(2)
    page.get_by_role("button", name="Take back South Main Road").click()
    expect(page.locator(".said li")).to_have_count(1)
    page.wait_for_timeout(100)
    page.locator(".said li button").click()
    expect(page.locator(".state.empty")).to_be_visible()
    for route in reversed(held):
        route.continue_()
    page.wait_for_timeout(500)
    expect(page.locator(".candidates")).to_have_count(0)


def test_two_tabs_of_one_user_keep_calls_of_their_own_and_never_send_a_unit_twice(own, open_page):
    one = open_page("/console", at=own.url)
    two = one.context.new_page()
    two.goto("/console")
    one.context.watch.allow("409")
    recommend(one)
    recommend(two, "Blue Heron Market on State Road")
    unit = one.locator("table.going tbody th").inner_text()
    assert two.locator("table.going tbody th").inner_text() == unit
    one.keyboard.press("Alt+s")
    expect(one.locator(".assigned")).to_contain_text(unit)
    expect(one.locator(".said q")).to_have_text("Brantport Town Hall")
    two.keyboard.press("Alt+s")
    expect(two.locator(".action .banner")).to_contain_text(f"NOBODY WAS SENT: {unit} is on incident")
    [out] = [row for row in own.ask("GET", "/v1/units")["units"] if row["unit_id"] == unit]
    assert out["status"] == "dispatched"
