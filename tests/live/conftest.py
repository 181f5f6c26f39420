"""A live store on each database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from geo_dispatch.live.assigning import Assigning
from geo_dispatch.live.closures import Closures
from geo_dispatch.live.incidents import Incidents
from geo_dispatch.live.recommendations import Recommendations
from geo_dispatch.live.reports import Reports
from geo_dispatch.live.store import LiveStore
from geo_dispatch.live.units import Units
from tests.live.stores import KINDS, TOWN, Clock, Pool, fleet, new_address


@pytest.fixture(scope="session")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pool]:
    opened = Pool(tmp_path_factory.mktemp("store"))
    yield opened
    opened.close()


@pytest.fixture(params=KINDS)
def address(request: pytest.FixtureRequest, pool: Pool, tmp_path: Path) -> Iterator[str]:
    """The address of a store with tables and nothing in them."""
    with pool.address(request.param, tmp_path) as found:
        yield found


@pytest.fixture(params=KINDS)
def new_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database."""
    with new_address(request.param, tmp_path) as found:
        yield found


class Desk:
    """One desk at a store: all that can be done there."""

    def __init__(self, address: str, clock: Clock | None = None) -> None:
        self.clock = clock or Clock()
        self.store = LiveStore(address, clock=self.clock)
        self.store.prepare(TOWN)
        self.units = Units(self.store)
        self.reports = Reports(self.store)
        self.incidents = Incidents(self.store)
        self.assigning = Assigning(self.store)
        self.closures = Closures(self.store)
        self.recommendations = Recommendations(self.store)

    def incident(self, call_type: str = "crash") -> str:
        return self.incidents.open_incident(call_type, lon=-71.0, lat=41.5, label="Main Street").incident_id


@pytest.fixture
def desk(address: str) -> Iterator[Desk]:
    opened = Desk(address)
    opened.units.seed(fleet())
    yield opened
    opened.store.close()
