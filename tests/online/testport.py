"""Testport: a made-up town for the fake server, small, with one of each thing that is downloaded."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

import shapely

from tests.online.fake_osm_server import FakeOsmServer, OsmObjects, make_place

WEST, SOUTH, EAST, NORTH = -71.10, 41.50, -71.05, 41.54
"""Testport's line, about 4.2 km by 4.4 km."""
STREETS = ("Main Road", "Harbor Street", "Mill Lane", "Church Street", "Depot Road", "Ferry Street")


@dataclass
class DrawnTown:
    """The town's objects, and the ids that tests look for."""

    objects: OsmObjects
    town: int
    neighbour: int
    state: int
    country: int
    restriction: int
    pond: int
    route: int
    long_road: int
    far_road: int
    near_road: int
    tree: int
    milestone: int

    @property
    def places(self) -> list[dict[str, Any]]:
        """Return what the geocoder knows: Testport, and Twinfield in two states."""
        box = shapely.box(WEST, SOUTH, EAST, NORTH)
        twins = [
            make_place(
                f"Twinfield, {county}, {state}, United States",
                shapely.box(lon, 42, lon + 0.1, 42.1),
                osm_id=number,
                importance=importance,
            )
            for county, state, lon, number, importance in (
                ("Kent County", "Rhode Island", -71.6, 801, 0.41),
                ("Lamoille County", "Vermont", -72.6, 802, 0.40),
            )
        ]
        hamlet = make_place(
            "Pinpoint, Bristol County, Massachusetts, United States",
            shapely.Point(-71.2, 41.6),
            osm_id=803,
            osm_type="node",
            kind="place/hamlet",
            place_rank=20,
        )
        pub = make_place(
            "Testport Tavern, Testport, Massachusetts, United States",
            shapely.box(-71.08, 41.52, -71.0799, 41.5201),
            osm_id=804,
            osm_type="way",
            kind="amenity/pub",
            place_rank=30,
            importance=0.01,
        )
        testport = make_place(
            "Testport, Bristol County, Massachusetts, United States", box, osm_id=self.town, importance=0.45
        )
        return [testport, *twins, hamlet, pub]

    def server(self) -> FakeOsmServer:
        """Make a server that knows the town; not started."""
        return FakeOsmServer(objects=self.objects, places=self.places)


def draw_testport() -> DrawnTown:
    """Draw the town."""
    osm = OsmObjects()
    grid = _streets(osm)
    _addresses(osm)
    centre = osm.node(-71.075, 41.52, amenity="fire_station", name="Testport Fire Department", addr__housenumber="1")
    assert centre
    tree = osm.node(-71.0751, 41.5201, natural="tree")
    milestone = osm.node(-71.0752, 41.5202, highway="milestone", distance="12")

    # a road right through, far beyond the margin on both sides; one 3 km outside, one 30 km outside
    crossings = osm.ways[grid[3]]
    west = [osm.node(-71.5 + 0.02 * i, 41.521) for i in range(20)]
    east = [osm.node(-71.04 + 0.02 * i, 41.521) for i in range(22)]
    long_road = osm.way([*west, crossings[0], crossings[5], *east], highway="primary", name="Long Road", ref="US 6")
    near = [osm.node(-71.09, 41.4731), osm.node(-71.07, 41.4731)]
    near_road = osm.way(near, highway="residential", name="Near Road")
    far = [osm.node(-71.09, 41.23), osm.node(-71.07, 41.23)]
    far_road = osm.way(far, highway="residential", name="Far Road")

    restriction = osm.relation(
        [("way", grid[0], "from"), ("node", osm.ways[grid[0]][3], "via"), ("way", grid[6], "to")],
        type="restriction",
        restriction="no_left_turn",
    )
    route = osm.relation(
        [("way", far_road, ""), ("way", long_road, "")], type="route", route="road", ref="6", network="US:US"
    )
    pond = osm.relation(
        [("way", _ring(osm, -71.09, 41.51, 0.004), "outer"), ("way", _ring(osm, -71.09, 41.51, 0.001), "inner")],
        type="multipolygon",
        natural="water",
        name="Mill Pond",
    )
    coast = [osm.node(lon, 41.495) for lon in (-71.3, -71.2, -71.08, -71.0, -70.9)]
    osm.way(coast, natural="coastline")
    osm.way([osm.node(-71.2, 41.52), osm.node(-71.19, 41.52)], barrier="fence")

    town = _border(osm, WEST, SOUTH, EAST, NORTH, name="Testport", admin_level="8")
    neighbour = _border(osm, EAST, SOUTH, EAST + 0.06, NORTH, name="Nextham", admin_level="8")
    state = _border(osm, -73.0, 40.0, -69.0, 43.0, name="Massachusetts", admin_level="4")
    country = _border(osm, -120.0, 30.0, -60.0, 48.0, name="United States", admin_level="2")
    _border(osm, -72.0, 42.5, -71.9, 42.6, name="Elsewhere", admin_level="8")
    return DrawnTown(
        osm, town, neighbour, state, country, restriction, pond, route, long_road, far_road, near_road, tree, milestone
    )


def _streets(osm: OsmObjects) -> list[int]:
    """Draw a bent grid of six by six streets that share their crossings; return the way ids."""
    rng = random.Random(7)
    points = [
        [
            osm.node(-71.095 + 0.008 * i + rng.uniform(-1e-3, 1e-3), 41.504 + 0.006 * j + rng.uniform(-1e-3, 1e-3))
            for i in range(6)
        ]
        for j in range(6)
    ]
    osm.tags["node", points[2][3]]["highway"] = "traffic_signals"
    ways = [osm.way(row, highway="residential", name=STREETS[j]) for j, row in enumerate(points)]
    ways += [
        osm.way([row[i] for row in points], highway="tertiary", name=f"{STREETS[i]} Extension", maxspeed="25 mph")
        for i in range(6)
    ]
    return ways


def _addresses(osm: OsmObjects) -> None:
    """Put house numbers along each street, and a few buildings and shops."""
    for j, street in enumerate(STREETS):
        for number in range(2, 42, 2):
            osm.node(
                -71.095 + 0.001 * number,
                41.5045 + 0.006 * j,
                addr__housenumber=str(number),
                addr__street=street,
                addr__city="Testport",
            )
        _ring(osm, -71.07, 41.5055 + 0.006 * j, 0.0001, building="yes", name=f"Block {j}", shop="convenience")


def _ring(osm: OsmObjects, lon: float, lat: float, size: float, **tags: str) -> int:
    corners = [osm.node(lon + x * size, lat + y * size) for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
    return osm.way([*corners, corners[0]], **tags)


def _border(osm: OsmObjects, west: float, south: float, east: float, north: float, **tags: str) -> int:
    """Draw a boundary relation of four ways."""
    corners = [osm.node(*at) for at in ((west, south), (east, south), (east, north), (west, north))]
    sides = [osm.way([a, b]) for a, b in zip(corners, corners[1:] + corners[:1], strict=True)]
    return osm.relation([("way", side, "outer") for side in sides], type="boundary", boundary="administrative", **tags)
