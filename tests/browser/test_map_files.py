"""Map files in Chromium, opened from the disk with nothing else to be reached: drawn, accessible, worked by keyboard, told in a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from geo_dispatch.cli.main import run
from tests.browser.axe import assert_accessible, set_theme
from tests.browser.watch import Watch

COMMANDS = {
    "locate": ["locate", "{town}", "near the bridge on Bridge Street"],
    "route": ["route", "{town}", "Brantport Town Hall", "Littlebourne Town Hall"],
    "recommend": ["recommend", "{town}", "Brantport Town Hall", "--call-type", "structure_fire"],
}
FilePage = Callable[..., Page]


@pytest.fixture(scope="module")
def maps(sample_town: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return a file of each command that draws one."""
    folder = tmp_path_factory.mktemp("maps")
    found = {name: folder / f"{name}.html" for name in COMMANDS}
    for name, words in COMMANDS.items():
        run([word.format(town=sample_town) for word in words] + ["--map", str(found[name])])
    return found


@pytest.fixture
def file_page(browser: Browser) -> Iterator[FilePage]:
    """Return what opens a file in a context of its own; checked for requests and errors when the test ends."""
    opened = []

    def open_file(path: Path, width: int = 1366, height: int = 768) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, offline=True)
        watch = Watch(context, "file:///")
        page = context.new_page()
        page.goto(path.as_uri())
        opened.append((context, watch, path))
        return page

    yield open_file
    for context, watch, path in opened:
        context.close()
        watch.check()
        assert watch.requests == [("GET", str(path))], "a map file needs nothing but itself"


@pytest.mark.parametrize("name", COMMANDS)
def test_a_map_file_is_whole_and_accessible(
    name: str, maps: dict[str, Path], file_page: FilePage, shot: Callable[..., None]
) -> None:
    page = file_page(maps[name])
    assert maps[name].stat().st_size < 3_000_000
    assert page.evaluate(_COLOURS) > 8, "the base map is drawn"
    assert_accessible(page)
    for theme in ("light", "dark", "contrast"):
        set_theme(page, theme)
        shot(page, f"map-{name}-{theme}")
    page.set_viewport_size({"width": 400, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    shot(page, f"map-{name}-phone", full=True)


def test_themes_repaint_the_ground_and_the_lines(maps: dict[str, Path], file_page: FilePage) -> None:
    page = file_page(maps["route"])
    seen = set()
    for theme in ("light", "dark", "contrast"):
        set_theme(page, theme)
        seen.add((page.evaluate(_MIDDLE), page.locator("path.way").evaluate("e => getComputedStyle(e).stroke")))
    assert len(seen) == 3


def test_the_keyboard_moves_the_map_and_the_legend_hides_layers(maps: dict[str, Path], file_page: FilePage) -> None:
    page = file_page(maps["route"])
    page.locator(".leaflet-container").focus()
    before = page.locator(".leaflet-map-pane").evaluate("e => e.style.transform")
    page.keyboard.press("ArrowUp")
    page.wait_for_function("was => document.querySelector('.leaflet-map-pane').style.transform !== was", arg=before)
    assert page.locator("path.way").count() == 1
    box = page.get_by_label("Route, from A to B")
    box.focus()
    page.keyboard.press("Space")
    assert page.locator("path.way").count() == 0
    page.keyboard.press("Space")
    assert page.locator("path.way").count() == 1
    names = page.get_by_label("Names of streets and places")
    names.uncheck()
    assert page.locator(".leaflet-labels-pane canvas").count() == 0
    set_theme(page, "dark")
    names.check()
    assert page.locator(".leaflet-labels-pane canvas").count() == 1


def test_every_pin_is_a_row(maps: dict[str, Path], file_page: FilePage) -> None:
    page = file_page(maps["recommend"])
    pins = [text for text in page.locator(".leaflet-marker-pane .pin").all_inner_texts() if text]
    assert sorted(pins) == sorted(page.locator("tbody button.step").all_inner_texts())


def test_on_paper_it_is_light_and_without_buttons(
    maps: dict[str, Path], file_page: FilePage, shot: Callable[..., None]
) -> None:
    page = file_page(maps["route"])
    set_theme(page, "dark")
    page.emulate_media(media="print")
    assert page.locator("body").evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(255, 255, 255)"
    assert not page.locator(".leaflet-control-zoom").is_visible()
    assert not page.get_by_label("Colours").is_visible()


_COLOURS = """() => { const c = document.querySelector(".leaflet-tile-pane canvas"), d = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
  const seen = new Set(); for (let i = 0; i < d.length; i += 4) { seen.add([d[i], d[i + 1], d[i + 2]].join()); } return seen.size; }"""
_MIDDLE = """() => { const c = document.querySelector(".leaflet-tile-pane canvas");
  return [...c.getContext("2d").getImageData(c.width / 2, c.height / 2, 60, 60).data].reduce((sum, part) => sum + part, 0); }"""
