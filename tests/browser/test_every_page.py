"""What holds for every page: nothing from elsewhere, no error, a policy that is kept, names for screen readers."""

from __future__ import annotations

import urllib.error
import urllib.request

import pytest
from playwright.sync_api import Error, expect

from geo_dispatch.console.pages import PAGES
from tests.browser.axe import assert_accessible
from tests.browser.conftest import NO_WEBGL


@pytest.mark.parametrize("path", PAGES)
def test_a_page_opens_without_fault_and_is_accessible_in_every_theme(open_page, shot, path):
    page = open_page(path)
    expect(page.get_by_text("fictional sample town").first).to_be_visible()
    page.wait_for_load_state("load")
    shot(page, PAGES[path])
    assert_accessible(page)
    assert page.title() != ""


@pytest.mark.parametrize("path", PAGES)
def test_a_page_without_webgl_still_opens(open_page, path):
    page = open_page(path, script=NO_WEBGL)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("canvas")).to_have_count(0)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_without_scripts_says_where_the_answers_are(open_page, path):
    page = open_page(path, java_script_enabled=False)
    assert "JavaScript" in page.locator("body").inner_text()


def test_the_watch_sees_what_a_page_must_not_do(open_page):
    page = open_page("/")
    watch = page.context.watch
    page.evaluate("fetch('https://example.org/x').catch(() => 0)")
    page.evaluate("document.body.setAttribute('onclick', '1')")
    page.evaluate("console.error('told')")
    page.wait_for_timeout(200)
    assert any("told" in fault for fault in watch.faults)
    assert any("Content Security Policy" in fault for fault in watch.faults)
    watch.faults.clear()
    watch.external.clear()


def test_nothing_but_this_machine_can_be_reached(open_page):
    page = open_page("/")
    page.context.watch.allow(".*")
    with pytest.raises(Error, match="ERR_"):
        page.goto("http://192.0.2.1/", timeout=5000)
    assert page.context.watch.external != []
    page.context.watch.external.clear()


def test_a_server_stopped_and_started_again_is_at_the_same_address(sample_town, tmp_path):
    from tests.browser.server import Server

    own = Server(sample_town, tmp_path).start()
    try:
        url = own.url
        own.kill()
        with pytest.raises(urllib.error.URLError):
            urllib.request.urlopen(f"{url}/healthz", timeout=2)
        assert own.start().url == url
        assert own.ask("GET", "/readyz")["store"]["status"] == "ok"
    finally:
        own.stop()
