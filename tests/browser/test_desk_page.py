"""The public page in Chromium: on a telephone's width, by keyboard, on paper, read aloud, and when things go wrong."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import assert_accessible, set_theme, violations
from tests.browser.conftest import NO_WEBGL
from tests.browser.server import Server

PHONE = {"width": 360, "height": 740}
PUBLIC = re.compile(r"/(desk|readyz|v1/(session|desk|route|services|events|places|reverse)|assets/.*|tiles/.*|map/.*)$")
WAY = "/desk?view=way&from=Blue+Heron+Market&to=Brantport+Town+Hall"
Opener = Callable[..., Page]
Shot = Callable[..., None]


def ask(page: Page, question: str) -> None:
    page.get_by_label("Your question").fill(question)
    page.keyboard.press("Enter")


def fits(page: Page, width: int) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "it scrolls sideways"


def test_each_kind_of_answer_on_a_telephone(open_page: Opener, shot: Shot) -> None:
    page = open_page("/desk", **PHONE)
    shot(page, "desk-phone-empty", full=True)
    kinds = {
        "when is the dump open on Saturday": ("Opening hours", "Transfer Station", "hours"),
        "my power is out": ("Whom to call", "390-555-0192", "contact"),
        "who plows Shore Highway": ("Who handles it", "Penwick Highways", "jurisdiction"),
        "burn permit": ("Rules and permits", "January 15 to May 1", "note"),
        "when is the harbor day parade": ("What's on", "Harbor Day", "event"),
        "where is the police station": ("Where it is", "Brantport Police Headquarters", "place"),
        "how do I get to the library from Blue Heron Market": ("Directions", "Brantport Free Library", "directions"),
        "who won the ball game last night": ("Not on file", "may know", "unknown"),
    }
    for question, (heading, words, name) in kinds.items():
        ask(page, question)
        expect(page.get_by_role("heading", level=2, name=heading)).to_be_visible()
        expect(page.get_by_role("article")).to_contain_text(words)
        fits(page, 360)
        assert violations(page) == [], name
        shot(page, f"desk-phone-{name}", full=True)
    expect(page.get_by_label("Who may know")).to_contain_text("390-555-0103")
    asked = {path for _, path in page.context.watch.requests}
    assert [path for path in asked if not PUBLIC.search(path)] == []


def test_whose_word_an_answer_is(open_page: Opener) -> None:
    page = open_page("/desk?q=" + quote("burn permit"))
    expect(page.get_by_role("article")).to_contain_text("Verified by the town")
    expect(page.get_by_role("article")).to_contain_text("2026-01-01, grade A: official")
    ask(page, "my power is out")
    expect(page.get_by_role("article")).to_contain_text("Unverified: nobody of the town has confirmed this")
    expect(page.get_by_role("link", name="390-555-0192").first).to_have_attribute("href", "tel:3905550192")


def test_an_emergency_comes_first(open_page: Opener, shot: Shot) -> None:
    page = open_page("/desk?q=" + quote("I smell gas"))
    expect(page.locator(".answer .banner.loud")).to_have_text("If this is happening now, call 911.")
    shot(page, "desk-emergency")


def test_words_that_mean_several_places_are_asked_back(open_page: Opener, shot: Shot) -> None:
    page = open_page("/desk?view=way&from=Main+St&to=Brantport+Town+Hall", **PHONE)
    page.context.watch.allow("409")
    expect(page.get_by_role("group", name="Which one is meant by “Main St”?")).to_contain_text("Which town")
    shot(page, "desk-phone-ambiguous", full=True)
    page.get_by_role("button", name="2. Main Street, Littlebourne").click()
    expect(page.get_by_role("heading", level=3)).to_have_text("From Main Street, Littlebourne to Brantport Town Hall")
    expect(page.locator("ol.steps li").first).to_contain_text("1.")


def test_a_way_in_two_languages_from_a_link_that_can_be_shared(open_page: Opener, shot: Shot) -> None:
    page = open_page(WAY)
    expect(page.locator("ol.steps li").last).to_contain_text("Arrive at")
    page.wait_for_load_state("networkidle")
    shot(page, "desk-way", full=True)
    page.get_by_label("Language of the steps").select_option("pt")
    expect(page.locator("ol.steps")).to_have_attribute("lang", "pt")
    expect(page.locator("ol.steps li").first).to_contain_text("Parta")
    assert "language=pt" in page.url
    page.go_back()
    expect(page.locator("ol.steps")).to_have_attribute("lang", "en")
    assert_accessible(page)


def test_a_click_on_the_map_is_a_start(open_page: Opener) -> None:
    page = open_page("/desk?view=way&to=Brantport+Town+Hall")
    page.get_by_label("From", exact=True).focus()
    canvas = page.locator("canvas.maplibregl-canvas")
    expect(canvas).to_be_visible()
    page.wait_for_load_state("networkidle")
    canvas.click(position={"x": 300, "y": 200})
    expect(page.get_by_label("From", exact=True)).not_to_have_value("")
    expect(page.locator("ol.steps li").last).to_contain_text("Arrive")


def test_by_keyboard_alone_and_read_out(open_page: Opener, shot: Shot) -> None:
    page = open_page("/desk", **PHONE)
    page.get_by_label("Your question").focus()
    page.keyboard.type("how do I get to the library from Blue Heron Market")
    page.keyboard.press("Enter")
    button = page.get_by_role("button", name="Text to read out")
    expect(button).to_be_visible()
    for _ in range(40):
        if button.evaluate("e => e === document.activeElement"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".aloud")).to_contain_text("From Blue Heron Market")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".aloud")).to_contain_text("1. ")
    text = page.get_by_label("The whole text").input_value()
    assert text.count("\n") == page.locator("ol.steps li").count()
    fits(page, 360)
    assert violations(page) == []
    shot(page, "desk-phone-read-out", full=True)


def test_on_paper_in_two_sizes(open_page: Opener, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    page = open_page(WAY)
    expect(page.locator("ol.steps li").last).to_contain_text("Arrive")
    page.wait_for_load_state("networkidle")
    set_theme(page, "dark")
    page.wait_for_load_state("networkidle")
    usual = page.pdf(format="Letter")
    page.get_by_label("Large print").check()
    large = page.pdf(format="Letter")
    assert _pages(large) > _pages(usual) >= 1
    assert page.evaluate("document.querySelector('.desk-map img').src").startswith("data:image/jpeg")
    assert page.evaluate(_PICTURE) > 8, "the picture of the map is drawn"
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Show the way")).to_be_hidden()
    expect(page.locator("ol.steps")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
    folder = request.config.getoption("--shots")
    if folder:
        Path(folder, "desk-usual.pdf").write_bytes(usual)
        Path(folder, "desk-large.pdf").write_bytes(large)


def test_lists_of_events_and_offices(open_page: Opener, shot: Shot) -> None:
    page = open_page("/desk?view=events", **PHONE)
    page.get_by_label("From").fill("2026-07-01")
    expect(page.get_by_text("Harbor Day").first).to_be_visible()
    page.get_by_label("Words of its name or place").fill("band concert")
    expect(page.locator(".events .card").first).to_contain_text("Band concert")
    expect(page.locator(".events .card.off")).to_contain_text("CANCELLED")
    assert violations(page) == []
    fits(page, 360)
    shot(page, "desk-phone-events", full=True)
    page.get_by_role("link", name="Offices").click()
    expect(page.get_by_role("heading", level=3, name="Town Clerk")).to_be_visible()
    page.get_by_label("Name, or what it is about").fill("trash")
    expect(page.locator(".cards > li")).to_have_count(1)
    expect(page.locator(".cards")).to_contain_text("Wed–Sun 7:30 am to 3:30 pm")
    assert violations(page) == []
    fits(page, 360)
    page.get_by_label("Name, or what it is about").fill("no such thing at all")
    expect(page.get_by_text("None on file")).to_be_visible()


def test_what_is_written_is_shown_as_text(open_page: Opener) -> None:
    script = "<img src=x onerror=document.title='run'><script>document.title='run'</script>"
    page = open_page("/desk?q=" + quote(script))
    expect(page.get_by_label("Your question")).to_have_value(script)
    expect(page.get_by_role("article")).to_be_visible()
    assert page.locator("main img[src=x], main script").count() == 0
    assert not page.title().startswith("run")


def test_a_huge_paste_is_refused_and_kept(open_page: Opener) -> None:
    page = open_page("/desk")
    page.get_by_label("Your question").fill("where is it " * 10_000)
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("at most 500 characters")
    assert len(page.get_by_label("Your question").input_value()) > 100_000
    assert ("POST", "/v1/desk") not in page.context.watch.requests


def test_a_server_that_is_lost_says_so_and_nothing_written_is_lost(
    open_page: Opener, sample_town: Path, tmp_path: Path
) -> None:
    own = Server(sample_town, tmp_path, GEO_DISPATCH_SIGN_IN="off").start()
    try:
        page = open_page("/desk", at=own.url)
        page.context.watch.allow("ERR_CONNECTION_REFUSED")
        page.context.watch.allow("ERR_CONNECTION_RESET")
        expect(page.get_by_role("heading", level=1)).to_have_text("Brantport information")
        own.kill()
        ask(page, "burn permit")
        expect(page.get_by_role("alert")).to_contain_text("can't be reached")
        expect(page.get_by_label("Your question")).to_have_value("burn permit")
        own.start()
        page.get_by_role("button", name="Try again").click()
        expect(page.get_by_role("article")).to_contain_text("January 15 to May 1")
    finally:
        own.stop()


def test_three_themes_and_twice_the_size(open_page: Opener, shot: Shot) -> None:
    page = open_page("/desk?q=" + quote("where is the nearest gas station"), width=640, height=512)
    expect(page.get_by_role("article")).to_contain_text("Puffin Fuel")
    page.wait_for_load_state("networkidle")
    for theme in ("light", "dark", "contrast"):
        set_theme(page, theme)
        page.wait_for_load_state("networkidle")
        shot(page, f"desk-{theme}", full=True)
    assert_accessible(page)
    page.get_by_label("Large print").check()
    fits(page, 640)
    page.set_viewport_size({"width": 320, "height": 512})
    fits(page, 320)
    page.get_by_label("Where do you start?").fill("Blue Heron Market")
    page.keyboard.press("Enter")
    expect(page.get_by_role("article")).to_contain_text("nearest by road")


def test_without_webgl_everything_is_in_words(open_page: Opener) -> None:
    page = open_page(WAY, script=NO_WEBGL)
    expect(page.locator("ol.steps li").last).to_contain_text("Arrive")
    expect(page.get_by_text("can't draw the map")).to_be_visible()
    assert urlsplit(page.url).path == "/desk"


def _pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", io.BytesIO(pdf).read()))


_PICTURE = """async () => { const i = document.querySelector(".desk-map img"); await i.decode();
  const c = document.createElement("canvas"); c.width = i.naturalWidth; c.height = i.naturalHeight;
  const x = c.getContext("2d"); x.drawImage(i, 0, 0); const d = x.getImageData(0, 0, c.width, c.height).data;
  const seen = new Set(); for (let p = 0; p < d.length; p += 4) seen.add([d[p] >> 3, d[p + 1] >> 3, d[p + 2] >> 3].join()); return seen.size; }"""
