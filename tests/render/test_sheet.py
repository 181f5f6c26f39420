"""Route sheets: self-contained, printable, complete in words, the same bytes again."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from geo_dispatch.data_tables import load_table
from geo_dispatch.directions import directions
from geo_dispatch.render import route_sheet_page
from geo_dispatch.routing import Router
from tests.render.test_maps import ADDRESS, FETCHED, at
from tests.towns import tiny_town

SVG = "{http://www.w3.org/2000/svg}"


def sheet(**options: object) -> str:
    town = tiny_town()
    path = Router(town).route(at(30, 1010), at(515, 200))
    return route_sheet_page(town, path, directions(town, path), title="Town <Hall> to the store", **options)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def page() -> str:
    return sheet(warnings=["Bridge <out>"])


def test_nothing_is_fetched_and_no_script_runs(page: str) -> None:
    assert not FETCHED.search(page)
    assert not ADDRESS.search(page.replace("http://www.w3.org/2000/svg", ""))
    assert "<script" not in page


def test_it_holds_two_maps_and_every_step_in_words(page: str) -> None:
    pictures = [ElementTree.fromstring(text) for text in re.findall(r"<svg xmlns.*?</svg>", page, re.S)]
    assert len(pictures) == 2
    for picture in pictures:
        assert picture.find(f"{SVG}title") is not None
        assert {element.text for element in picture.iter(f"{SVG}text")} >= {"B"}
    identities = re.findall(r' id="([^"]+)"', page)
    assert len(identities) == len(set(identities))
    town = tiny_town()
    path = Router(town).route(at(30, 1010), at(515, 200))
    for step in directions(town, path):
        assert step.instruction in page
    assert "Town &lt;Hall&gt; to the store" in page
    assert "Bridge &lt;out&gt;" in page


def test_large_print_radio_and_portuguese() -> None:
    plain = sheet()
    assert '<html lang="en" class="">' in plain
    assert '<html lang="en" class="large">' in sheet(large=True)
    assert 'class="radio"' not in plain
    assert 'class="radio"' in sheet(radio=True)
    assert '<html lang="pt"' in sheet(language="pt")
    assert "Indicações" in sheet(language="pt")


def test_every_language_has_every_word() -> None:
    table = load_table("geo_dispatch.render", "sheet_words")
    assert {frozenset(words) for words in table.values()} == {frozenset(table["en"])}


def test_the_same_route_gives_the_same_bytes_of_moderate_size(page: str) -> None:
    assert sheet(warnings=["Bridge <out>"]) == page
    assert len(page) < 1_500_000


def test_it_prints(page: str, tmp_path: Path) -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("chromium is not installed: apt-get install chromium")
    (tmp_path / "sheet.html").write_text(page, encoding="utf-8")
    flags = "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-component-update --disable-sync --no-pdf-header-footer"
    subprocess.run(
        [chromium, *flags.split(), f"--user-data-dir={tmp_path / 'profile'}", f"--print-to-pdf={tmp_path / 'sheet.pdf'}", (tmp_path / "sheet.html").as_uri()],
        check=True, capture_output=True, timeout=90,
    )  # fmt: skip
    assert (tmp_path / "sheet.pdf").read_bytes().startswith(b"%PDF")
