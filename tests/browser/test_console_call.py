"""The console's call side in a real browser: the line, candidates, questions, places on the map."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from geo_dispatch.cli.demo import DemoCall, list_calls
from tests.browser.axe import assert_accessible
from tests.browser.conftest import NO_WEBGL

AMBIGUOUS = "Daniel Street, hurry"


def line(page: Page):
    """Return the field that the caller's words go into."""
    return page.locator("#line")


def say(page: Page, words: str, key: str = "Enter") -> None:
    """Type as a dispatcher does."""
    line(page).fill(words)
    line(page).press(key)


def table_of(where: Locator, group: str) -> Locator:
    """Return the rows of the map's table under a heading."""
    return where.locator("table", has=where.page.locator("caption", has_text=group)).locator("tbody tr")


def wait_drawn(page: Page) -> None:
    """Wait until the map shows the answer to the last line."""
    page.wait_for_function("() => performance.getEntriesByName('enter-to-map').length > 0")


@pytest.fixture
def console(open_page) -> Page:
    page = open_page("/console")
    expect(line(page)).to_be_focused()
    return page


@pytest.mark.parametrize("call", list_calls(), ids=lambda call: call.words[0][:30])
def test_each_call_of_the_demo_is_shown_as_the_server_answers_it(console, server, call: DemoCall):
    for words in call.words:
        say(console, words)
    answer = server.ask("POST", "/v1/locate", {"text": list(call.words)})
    expect(console.locator(".state")).to_contain_text(answer["status"].upper())
    labels = [candidate["label"] for candidate in answer["candidates"]]
    if labels:
        expect(console.locator(".candidates ol h3").first).to_have_text(labels[0])
    if answer["question"]:
        expect(console.locator(".question .ask")).to_have_text(answer["question"]["text"])
    for said in call.answers:
        asked = console.locator(".question .ask").inner_text()
        say(console, said)
        expect(console.locator(".said li").last).to_contain_text(asked)
    if call.answers:
        answered = server.ask("POST", "/v1/locate", {"text": list(call.words), "answers": list(call.answers)})
        expect(console.locator(".candidates ol h3").first).to_have_text(answered["candidates"][0]["label"])


def test_nothing_typed_fast_is_lost_or_garbled(open_page):
    # Without the map: it is drawn by the processor here, which shows how fast that is and nothing of the line.
    page = open_page("/console", script=NO_WEBGL)
    expect(line(page)).to_be_focused()
    lines = [f"{number} Main" for number in range(1, 201)]
    for words in lines:
        page.keyboard.type(words)
        page.keyboard.press("Shift+Enter")
    expect(page.locator("#said-title")).to_contain_text("Call 200", timeout=30_000)
    expect(page.locator(".outcome")).to_have_attribute("aria-busy", "false")
    assert page.locator(".said q").all_inner_texts() == lines[-1:]
    page.keyboard.press("Alt+l")
    assert page.locator(".log li button").all_inner_texts() == lines[::-1]
    outcomes = page.locator(".log li span").all_inner_texts()
    assert {outcome.partition(":")[0] for outcome in outcomes} <= {"Located", "Ambiguous"}
    page.keyboard.press("Alt+[")
    expect(page.locator(".said q")).to_have_text(lines[-2])


def test_what_is_typed_while_the_server_answers_slowly_stays_in_order(console):
    held = []

    def hold(route):
        held.append(route)

    console.route("**/v1/locate", hold)
    for words in ("South Main Road", "by the school", "corner of Bridge Street"):
        say(console, words)
    console.keyboard.type("typed ahead")
    for number in range(3):
        expect(console.locator(".said q")).to_have_count(number + 1)
        held[number].continue_()
    expect(console.locator(".candidates ol > li").first).to_be_visible()
    expect(console.locator(".said q")).to_have_text(["South Main Road", "by the school", "corner of Bridge Street"])
    expect(line(console)).to_have_value("typed ahead")


def test_names_that_may_be_mixed_up_are_to_be_read_back(console, shot):
    say(console, AMBIGUOUS)
    danger = console.locator(".danger")
    expect(danger).to_contain_text("READ BACK BEFORE UNITS GO")
    expect(danger).to_contain_text("not Daniel Avenue")
    expect(danger).to_contain_text("in the next town")
    shot(console, "console-ambiguous")
    console.keyboard.press("Alt+v")
    expect(danger).not_to_contain_text("BEFORE UNITS GO")


def test_everything_is_done_by_keys(console):
    say(console, AMBIGUOUS)
    expect(console.locator(".candidates ol > li")).to_have_count(2)
    console.keyboard.press("Escape")
    expect(line(console)).not_to_be_focused()
    console.keyboard.press("b")
    expect(console.locator(".said li").last).to_contain_text("Halsey")
    expect(console.locator(".candidates ol h3").first).to_have_text("Daniel Street, Halsey")
    console.keyboard.press("1")
    expect(console.locator(".card.taken h3")).to_have_text("Daniel Street, Halsey")
    console.keyboard.press("Backspace")
    expect(console.locator(".card.taken")).to_have_count(0)
    console.keyboard.press("/")
    expect(line(console)).to_be_focused()
    say(console, ".2")
    expect(console.locator(".card.taken")).to_have_count(1)


def test_a_click_places_the_caller_and_so_do_keys_and_coordinates(console):
    expect(console.locator(".map-side[aria-busy=false]")).to_be_visible()
    console.locator(".map-holder canvas").click(position={"x": 200, "y": 300})
    expect(console.locator(".card.taken")).to_contain_text("by hand")
    first = console.locator(".card.taken h3").inner_text()
    console.keyboard.press("Escape") if line(console).evaluate("e => e === document.activeElement") else None
    console.keyboard.press("p")
    expect(console.locator(".crosshair")).to_be_focused()
    for _ in range(4):
        console.keyboard.press("Shift+ArrowUp")
    console.keyboard.press("Enter")
    expect(console.locator(".card.taken h3")).not_to_have_text(first)
    say(console, ".at -69.5349228,40.8902803")
    expect(console.locator(".card.taken")).to_contain_text("South Main Road")
    console.context.watch.allow("404")
    say(console, ".at 40.8902803,-69.5349228")
    expect(console.locator("#line-said")).to_contain_text("swapped")


def test_a_huge_paste_is_refused_and_kept(console):
    line(console).fill("x" * 10_001)
    line(console).press("Enter")
    expect(console.locator("#line-said")).to_contain_text("10,001 characters")
    assert len(line(console).input_value()) == 10_001


def test_words_of_a_caller_are_text_whatever_they_hold(console):
    say(console, "<img src=x onerror=alert(1)> South Main Road <script>alert(2)</script>")
    expect(console.locator(".said q")).to_contain_text("<script>alert(2)</script>")
    expect(console.locator(".candidates ol > li").first).to_be_visible()
    assert console.locator("img, .said script").count() == 0


def test_without_webgl_the_table_holds_what_the_map_does(open_page):
    page = open_page("/console", script=NO_WEBGL)
    say(page, AMBIGUOUS)
    expect(table_of(page.locator(".map-view"), "Candidates")).to_have_count(2)


def test_the_sheet_of_keys_opens_and_closes(console, shot):
    console.keyboard.press("Escape")
    console.keyboard.press("?")
    sheet = console.get_by_role("dialog", name="Keys")
    expect(sheet).to_contain_text("begins a new call")
    shot(console, "console-keys")
    assert_accessible_now(console)
    console.keyboard.press("Escape")
    expect(sheet).not_to_be_visible()


def assert_accessible_now(page: Page) -> None:
    """Fail for violations as the page is, without changing its theme."""
    from tests.browser.axe import violations

    assert violations(page) == []


def test_a_call_is_accessible_in_every_theme(console, shot):
    say(console, AMBIGUOUS)
    expect(console.locator(".candidates ol > li")).to_have_count(2)
    console.locator("#line").evaluate("e => e.blur()")
    console.keyboard.press("t")
    expect(table_of(console.locator(".map-table"), "Candidates")).to_have_count(2)
    assert_accessible(console)


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (2560, 1440), (683, 384)])
def test_the_screen_holds_at_every_size(open_page, shot, width, height):
    page = open_page("/console", width=width, height=height)
    say(page, "there's a fire behind the Blue Heron Market on State Road")
    expect(page.locator(".state")).to_contain_text("LOCATED")
    wait_drawn(page)
    shot(page, f"console-{width}x{height}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
