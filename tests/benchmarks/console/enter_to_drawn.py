"""From Enter to the answer in the list and on the map, in Chromium, for crossings and addresses of a town.

Usage: python tests/benchmarks/console/enter_to_drawn.py TOWN.gpkg ... [--calls 40]

Each call is typed and waited for. The list is measured until the frame after the answer, the map until everything that was asked for is drawn, tiles included. Without a graphics
card the processor draws: the time to the map is that of this machine then, and a fraction of it at a desk.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from tests.browser.conftest import _FLAGS, CHROMIUM
from tests.browser.server import Server

MEASURES = ("enter-to-list", "enter-to-map")


def words_of(town: Path, count: int) -> list[str]:
    """Return crossings and addresses of a town, always the same ones."""
    with closing(sqlite3.connect(f"file:{town}?mode=ro", uri=True)) as file:
        crossings = file.execute("select name from intersections where name not like '% & % & %'").fetchall()
        addresses = file.execute(
            "select number_text || ' ' || street || ', ' || municipality from addresses "
            "where number_text is not null and street is not null and municipality is not null"
        ).fetchall()
    chooser = random.Random(7)
    half = min(count // 2, len(crossings))
    found = chooser.sample(crossings, half) + chooser.sample(addresses, min(count - half, len(addresses)))
    chooser.shuffle(found)
    return [words for (words,) in found]


def measure(page: Page, calls: list[str]) -> dict[str, list[float]]:
    """Type each call as a new one, and wait until the map shows its answer; milliseconds."""
    for number, words in enumerate(calls, 1):
        page.locator("#line").fill(words)
        page.keyboard.press("Shift+Enter")
        page.wait_for_function("n => performance.getEntriesByName('enter-to-map').length >= n", arg=number)
    taken = "name => performance.getEntriesByName(name).map(entry => entry.duration)"
    return {name: page.evaluate(taken, name) for name in MEASURES}


def main() -> None:
    """Measure each town and print a row."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("towns", nargs="+", type=Path)
    parser.add_argument("--calls", type=int, default=40)
    given = parser.parse_args()
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_FLAGS)
        for town in given.towns:
            server = Server(town.resolve(), Path(folder) / town.stem, GEO_DISPATCH_SIGN_IN="off").start()
            try:
                page = browser.new_page(base_url=server.url, viewport={"width": 1366, "height": 768})
                page.goto("/console")
                page.locator(".map-side[aria-busy=false]").wait_for()
                for name, found in measure(page, words_of(town, given.calls)).items():
                    p50, p95 = np.percentile(found, (50, 95))
                    print(f"{town.stem:12} {name:14} n {len(found):4}   p50 {p50:6.0f} ms   p95 {p95:6.0f} ms")
            finally:
                server.stop()


if __name__ == "__main__":
    main()
