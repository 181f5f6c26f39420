"""A server on the sample town, Chromium beside it, and a page that may ask nobody else."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from geo_dispatch.build import BuildRequest, build_town
from geo_dispatch.console.pages import STATIC
from geo_dispatch.town.store import open_town
from tests.browser.server import ROOT, Server
from tests.browser.watch import Watch

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or ""
_FLAGS = [
    "--no-sandbox", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-gpu", "--enable-unsafe-swiftshader", "--use-angle=swiftshader",
]  # fmt: skip
NO_WEBGL = """const context = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...more) { return /webgl/.test(kind) ? null : context.call(this, kind, ...more); };"""
"""A script that makes a browser one without WebGL."""


@pytest.fixture(scope="session")
def sample_town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the built sample town with its index, one for all workers."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "browser-town"
    folder.mkdir(exist_ok=True)
    out, source = folder / "sample.gpkg", ROOT / "data" / "towns" / "sample"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "done").is_file():
            build_town(BuildRequest(out=out, osm=(source / "sample.osm.pbf",), pack=source / "pack"))
            open_town(out)
            (folder / "done").touch()
    return out


@pytest.fixture(scope="session")
def server(sample_town: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Return a server on the sample town without sign-in."""
    _need_pages()
    started = Server(sample_town, tmp_path_factory.mktemp("server"), GEO_DISPATCH_SIGN_IN="off").start()
    yield started
    started.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return Chromium; it reaches 127.0.0.1 and nothing else.

    Opened for each module anew: while Playwright is open, its event loop runs, and the tests of other folders start their own.
    """
    if not Path(CHROMIUM).is_file():
        pytest.skip("chromium is absent: install it (Debian: apt install chromium), or set CHROMIUM to its path")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=CHROMIUM, args=_FLAGS, proxy={"server": "http://127.0.0.1:9", "bypass": "127.0.0.1"}
        )
        yield opened
        opened.close()


Opener = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, server: Server) -> Iterator[Opener]:
    """Return what opens a page in a browser context of its own: `open_page("/desk", width=360, height=740)`.

    `at` is another server's address, `script` runs before the page's own; further options go to Playwright's `new_context`. What was watched
    is at `page.context.watch`, and is checked when the test ends.
    """
    contexts: list[tuple[BrowserContext, Watch]] = []

    def opened(
        path: str, *, width: int = 1366, height: int = 768, at: str = "", script: str = "", **options: object
    ) -> Page:
        base = at or server.url
        context = browser.new_context(
            base_url=base, viewport={"width": width, "height": height}, service_workers="block", **options
        )
        context.set_default_timeout(15_000)
        watch = Watch(context, base)
        context.watch = watch
        contexts.append((context, watch))
        if script:
            context.add_init_script(script)
        page = context.new_page()
        page.goto(path)
        return page

    yield opened
    for context, _ in contexts:
        context.close()
    for _, watch in contexts:
        watch.check()


@pytest.fixture
def shot(request: pytest.FixtureRequest) -> Callable[[Page, str], None]:
    """Return what takes a screenshot when `--shots FOLDER` is given: `shot(page, "desk-phone")`."""
    folder = request.config.getoption("--shots")

    def take(page: Page, name: str, *, full: bool = False) -> None:
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=Path(folder) / f"{name}.png", full_page=full)

    return take


def _need_pages() -> None:
    if not (STATIC / "index.html").is_file():
        pytest.skip("the pages are not built: scripts/environment builds them where npm's registry can be reached")
