"""A drawn town with units, run cards and quarters."""

from __future__ import annotations

import pytest

from geo_dispatch.live.models import UnitSeed
from geo_dispatch.live.run_cards import Requirement, RunCard, RunCards
from geo_dispatch.locate import Locator
from geo_dispatch.replay import ReplayTown
from geo_dispatch.routing import Router
from tests.audit.drawn import audit_town
from tests.towns import lonlat


def _unit(unit_id: str, kind: str, x: float, y: float, *capabilities: str, **more: str) -> UnitSeed:
    lon, lat = lonlat(x, y)
    return UnitSeed(
        unit_id, unit_id, kind, capabilities=(kind, *capabilities), profile=kind, home_lon=lon, home_lat=lat, **more
    )


UNITS = (
    _unit("E1", "engine", 10, 0, crew_group="west"),
    _unit("R1", "ambulance", 10, 5, crew_group="west"),
    _unit("E2", "engine", 1490, 1500),
    _unit("A2", "ambulance", 1490, 1495),
    _unit("P1", "police", 700, 605),
)


@pytest.fixture(scope="session")
def at() -> ReplayTown:
    """Return the town, its units in two corners and the middle."""
    town = audit_town()
    cards = RunCards(
        [
            RunCard("f", "fire", "Fire", (Requirement("engine", 2), Requirement("police", 1))),
            RunCard("m", "medical", "Medical", (Requirement("ambulance", 1),)),
            RunCard("p", "police", "Police", (Requirement("police", 1),)),
        ],
        lon=lonlat(0, 0)[0],
        lat=lonlat(0, 0)[1],
    )
    return ReplayTown(town, Locator(town), Router(town), cards, UNITS)
