"""A drawn town with two stations, and the studies of it."""

from __future__ import annotations

import pytest

from geo_dispatch.coverage import Responder, Scenario, Study
from geo_dispatch.geometry import LonLat
from geo_dispatch.routing import Router
from tests.towns import Drawing, box, lonlat, tiny_town


def station(name: str, x: float, y: float, **more) -> Responder:
    given = {"turnout_s": 60.0, "profile": "engine", "kind": "fire", **more}
    return Responder(None, name, name.title(), given.pop("kind"), LonLat(*lonlat(x, y)), **given)


WEST = station("west", 20, 510)
EAST = station("east", 990, 760, turnout_s=90.0)
ISLAND = station("island", 2100, 5)


@pytest.fixture(scope="session")
def study() -> Study:
    town = tiny_town()
    return Study(town, Router(town))


@pytest.fixture
def scenario() -> Scenario:
    return Scenario(responders=(WEST, EAST), thresholds_s=(80.0, 100.0, 130.0))


def grid_drawing(size: int = 5, *, step: float = 400.0) -> Drawing:
    """Draw a grid of streets with an address every 90 m, a village polygon in its southwest, and one street one way."""
    nodes = {f"n{row}_{column}": (column * step, row * step) for row in range(size) for column in range(size)}
    drawing = Drawing(nodes)
    for row in range(size):
        path = " ".join(f"n{row}_{column}" for column in range(size))
        drawing.road(path, f"Row {row} Street", direction="forward" if row == 2 else "both")
        for number in range(int((size - 1) * step / 90)):
            drawing.address(number * 2 + 2, f"Row {row} Street", number * 90 + 30, row * step + 12, esn=f"Z{row % 2}")
    for column in range(size):
        drawing.road(" ".join(f"n{row}_{column}" for row in range(size)), f"Column {column} Avenue")
    drawing.add(
        "boundaries", box(-50, -50, 900, 900), boundary_id="v1", name="Southwest", kind="village", state="Testonia"
    )
    return drawing


@pytest.fixture(scope="session")
def grid_study() -> Study:
    town = grid_drawing().town("Gridport", box(-500, -500, 2500, 2500))
    return Study(town, Router(town))
