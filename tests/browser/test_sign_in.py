"""Signing in as a person does: the first password, other roles, a session that ends under somebody's hands, two tabs, forged cookies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from geo_dispatch.live.access.accounts import Accounts
from geo_dispatch.live.access.sessions import SessionLimits, Sessions
from geo_dispatch.live.store import LiveStore
from tests.browser.axe import THEMES, assert_accessible, violations
from tests.browser.server import Server

PASSWORD = "a heron over the marsh"
OTHER = "three grey wharves at noon"
ROLES = {"silva": "dispatcher", "costa": "planner", "reed": "desk"}


class Guarded(Server):
    """A server that asks who somebody is, and what it said on stderr at its first start."""

    store: LiveStore

    @property
    def first_password(self) -> str:
        return re.search(r"as administrator with the password (\S+)", self.log.read_text(encoding="utf-8"))[1]


@pytest.fixture(scope="module")
def guarded(sample_town: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    folder = tmp_path_factory.mktemp("guarded")
    started = Guarded(sample_town, folder)
    started.start()
    started.store = LiveStore(f"sqlite:///{folder / 'live.sqlite'}")
    accounts = Accounts(started.store)
    for name, role in ROLES.items():
        accounts.add(name, role, PASSWORD, must_change=False, actor=None)
    yield started
    started.store.close()
    started.stop()


def sign_in(page: Page, name: str, password: str = PASSWORD) -> None:
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_the_first_sign_in_asks_for_a_password_of_ones_own(open_page, shot, guarded):
    page = open_page("/sign-in", at=guarded.url)
    page.context.watch.allow("401|422")
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    shot(page, "sign-in")
    assert_accessible(page)
    sign_in(page, "administrator", "wrong")
    expect(page.get_by_role("alert")).to_contain_text("The name or the password is wrong")
    expect(page.get_by_label("Password", exact=True)).to_be_focused()
    shot(page, "sign-in-wrong")
    sign_in(page, "administrator", guarded.first_password)
    expect(page.get_by_role("heading", name="Choose a password of your own")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Present password").fill(guarded.first_password)
    page.get_by_label("New password", exact=True).fill("password1234")
    page.get_by_label("New password again").fill("password1234")
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_role("alert")).to_contain_text("among the first that are tried")
    shot(page, "sign-in-first-password")
    page.get_by_label("New password", exact=True).fill(OTHER)
    page.get_by_label("New password again").fill(OTHER)
    page.get_by_role("button", name="Change password").click()
    page.wait_for_url("**/console")
    assert page.evaluate("document.cookie") == ""


def test_signing_in_by_keyboard_alone_and_out_again(open_page, shot, guarded):
    page = open_page("/sign-in?next=/sign-in", at=guarded.url)
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    page.keyboard.type("reed")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk")
    page.goto("/sign-in")
    expect(page.get_by_role("status")).to_contain_text("reed is signed in as information desk")
    page.get_by_text("information desk", exact=True).click()
    assert_accessible(page)
    shot(page, "sign-in-account")
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()


def test_a_narrow_window_shows_all_of_it(open_page, shot, guarded):
    for path in ("/sign-in", "/console"):
        page = open_page(path, at=guarded.url, width=360, height=640)
        expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
        dialog = page.get_by_role("dialog")
        box = (dialog if path == "/console" else page.locator("form.access")).bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360
        shot(page, f"sign-in-narrow{path.replace('/', '-')}")


def test_nobody_is_led_elsewhere_after_signing_in(open_page, guarded):
    page = open_page("/sign-in?next=//evil.example/x", at=guarded.url)
    sign_in(page, "reed")
    page.wait_for_url("**/desk")


def test_wrong_passwords_make_it_wait_and_say_how_long(open_page, shot, guarded):
    Accounts(guarded.store).add("pires", "desk", PASSWORD, must_change=False, actor=None)
    page = open_page("/sign-in", at=guarded.url)
    page.context.watch.allow("401|429")
    for _ in range(6):
        sign_in(page, "pires", "wrong")
        expect(page.get_by_role("alert")).to_contain_text("is wrong")
        expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_enabled()
    sign_in(page, "pires")
    expect(page.get_by_role("alert")).to_contain_text("s left")
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_disabled()
    shot(page, "sign-in-wait")
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_enabled(timeout=15_000)
    sign_in(page, "pires")
    page.wait_for_url("**/desk")


# --- over a page that is for some roles only ------------------------------------------------------


def test_a_page_for_dispatchers_asks_who_it_is_and_goes_on(open_page, shot, guarded):
    page = open_page("/console", at=guarded.url)
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("This page is for dispatchers, supervisors and administrators")
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_be_visible()
    shot(page, "sign-in-over-console")
    sign_in(page, "silva")
    expect(dialog).to_be_hidden()
    expect(page.get_by_text("silva", exact=False).first).to_be_visible()
    shot(page, "console-signed-in")


def test_the_dialog_is_accessible_in_every_theme(open_page, guarded):
    page = open_page("/console", at=guarded.url)
    expect(page.get_by_role("dialog")).to_be_visible()
    for theme in THEMES:
        page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
        assert violations(page) == [], theme


def test_another_roles_page_says_whom_it_is_for(open_page, shot, guarded):
    page = open_page("/sign-in?next=/console", at=guarded.url)
    sign_in(page, "costa")
    page.wait_for_url("**/console")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("This page is for dispatchers, supervisors and administrators")
    expect(dialog).to_contain_text("costa is signed in as planner")
    shot(page, "sign-in-another-role")
    dialog.get_by_role("button", name="Sign in as somebody else").click()
    sign_in(page, "silva")
    expect(dialog).to_be_hidden()


def test_a_session_that_ends_under_somebodys_hands_keeps_what_is_typed(open_page, shot, guarded):
    page = open_page("/sign-in?next=/console", at=guarded.url)
    page.context.watch.allow("401")
    sign_in(page, "silva")
    page.wait_for_url("**/console")
    expect(page.get_by_text("dispatcher", exact=True)).to_be_visible()
    words = page.locator(".call-line input")
    words.focus()
    page.keyboard.type("down by the ")
    Accounts(guarded.store).set_password("silva", PASSWORD, must_change=False, actor="administrator")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("What you typed stays")
    page.keyboard.type("old wharf")
    expect(words).to_have_value("down by the old wharf")
    shot(page, "sign-in-lost")
    expect(page.get_by_label("Name", exact=True)).to_have_value("silva")
    page.keyboard.press("F8")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(words).to_have_value("down by the old wharf")


def test_two_tabs_are_signed_in_and_out_together(open_page, guarded):
    first = open_page("/sign-in?next=/console", at=guarded.url)
    first.context.watch.allow("401")  # what was under way when the other tab signed out
    sign_in(first, "silva")
    first.wait_for_url("**/console")
    second = first.context.new_page()
    second.goto("/console")
    expect(second.get_by_text("dispatcher", exact=True)).to_be_visible()
    second.get_by_text("dispatcher", exact=True).click()
    second.get_by_role("button", name="Sign out", exact=True).click()
    for page in (first, second):
        expect(page.get_by_role("dialog")).to_be_visible()
    sign_in(second, "silva")
    for page in (first, second):
        expect(page.get_by_role("dialog")).to_be_hidden()
    # The first tab still has the token of the session before: a change is sent again with the new one.
    told = first.evaluate("async () => (await fetch('/v1/session')).status")
    assert told == 200


def test_a_forged_or_stolen_cookie_opens_nothing(open_page, guarded):
    page = open_page("/console", at=guarded.url)
    page.context.watch.allow("401")
    port = guarded.url.rpartition(":")[2]
    sessions = Sessions(guarded.store, SessionLimits(3600, 3600))
    token = sessions.open("silva", "127.0.0.1")
    sessions.close(sessions.find(token))
    for value in ("x" * 43, token, "", "' OR 1=1 --"):
        cookie = {"name": f"geo-dispatch-{port}", "value": value or "-", "url": guarded.url}
        page.context.add_cookies([cookie])
        page.goto("/console")
        expect(page.get_by_role("dialog")).to_contain_text("Sign in")
        assert page.evaluate("async () => (await fetch('/v1/units')).status") == 401


def test_a_browser_without_a_session_reads_nothing_that_is_not_the_publics(open_page, guarded):
    page = open_page("/desk", at=guarded.url)
    page.context.watch.allow("401")
    for path in ("/v1/units", "/v1/incidents", "/v1/closures", "/v1/audit", "/v1/stream", "/v1/run-cards", "/metrics"):
        assert page.evaluate("async path => (await fetch(path)).status", path) == 401, path
    assert page.evaluate("async () => (await fetch('/v1/places')).status") == 200
