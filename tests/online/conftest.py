"""Fixtures of the tests that download from the fake servers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from geo_dispatch.osm.online import OnlineSettings
from tests.online.fake_osm_server import FakeOsmServer
from tests.online.testport import DrawnTown, draw_testport


class Notes:
    """Progress that remembers."""

    def __init__(self) -> None:
        self.stages: list[tuple[str, int | None]] = []
        self.advanced = 0
        self.notes: list[str] = []

    def stage(self, name: str, *, total: int | None = None) -> None:
        self.stages.append((name, total))
        self.advanced = 0

    def advance(self, count: int = 1) -> None:
        self.advanced += count

    def note(self, message: str) -> None:
        self.notes.append(message)


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture(scope="session")
def testport() -> DrawnTown:
    return draw_testport()


@pytest.fixture
def server(testport: DrawnTown) -> Iterator[FakeOsmServer]:
    with testport.server() as running:
        yield running


@pytest.fixture
def settings(server: FakeOsmServer) -> OnlineSettings:
    return OnlineSettings(
        nominatim_url=server.nominatim_url,
        overpass_urls=(server.overpass_url,),
        contact="gis@example.org",
        timeout_s=10,
        retries=2,
        backoff_s=0.01,
        pause_s=0.0,
        max_tile_km2=25,
    )


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    monkeypatch.setenv("no_proxy", "127.0.0.1,localhost")


@pytest.fixture(autouse=True)
def osmnx_pauses(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Skip osmnx's own polite second before each request, and count it; tests marked by name keep it."""
    pauses: list[float] = []
    if "unmodified" not in request.node.name:
        from types import SimpleNamespace

        from osmnx import _nominatim

        monkeypatch.setattr(_nominatim, "time", SimpleNamespace(sleep=pauses.append))
    return pauses
