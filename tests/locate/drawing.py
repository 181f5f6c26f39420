"""A small coastal town for locating: every kind of place, names twice, a divided highway with exits and mile markers."""

from __future__ import annotations

import json
from functools import cache

from geo_dispatch.schema import TOWN_TABLES, conform
from geo_dispatch.town.town import Town, town_from_layers
from tests.towns import EPSG, Drawing, box, line, lonlat, point


def _drawing() -> Drawing:
    """Draw it.

    ::

        y=2000  A---------B---------C   |   N-----O     Main Road A-B-C; Drift Road B-E-H; Main Road again in Eastham N-O
                |         |         |   |   |           Hix Bridge Road D-E-F; Old County Road A-D-G
        y=1000  D----L----E----M----F   |   P           Daniel Street L-l, Daniel Avenue M-m
                |         |         |   |               State Highway (TS 88) divided, x=-500 and x=-540
        y=0     G---------H---------I   |
    """
    drawing = Drawing(
        {
            "A": (0, 2000), "B": (1000, 2000), "C": (2000, 2000),
            "D": (0, 1000), "L": (500, 1000), "E": (1000, 1000), "M": (1500, 1000), "F": (2000, 1000),
            "G": (0, 0), "H": (1000, 0), "I": (2000, 0),
            "l": (500, 600), "m": (1500, 600),
            "N": (3200, 2000), "O": (4200, 2000), "P": (3200, 1000),
            "x1": (-500, 3000), "x2": (-500, 1000), "x3": (-500, -1000),
            "y1": (-540, 3000), "y2": (-540, 1000), "y3": (-540, -1000),
            "r1": (2400, 500), "r2": (2400, -500),
        }
    )  # fmt: skip
    drawing.road("A B C", "Main Road", highway="secondary")
    drawing.road("B E H", "Drift Road")
    drawing.road("D L E M F", "Hix Bridge Road")
    drawing.road("A D G", "Old County Road", alt_names=json.dumps([{"name": "Turnpike Road", "kind": "old_name"}]))
    drawing.road("G H I", "Lee's River Way")
    drawing.road("L l", "Daniel Street")
    drawing.road("M m", "Daniel Avenue")
    drawing.road("C F I", "North Main Road")
    drawing.road("N O", "Main Road", highway="secondary")
    drawing.road("N P", "Bay Street")
    drawing.road("x3 x2 x1", "State Highway", ref="TS 88", highway="trunk", direction="forward")
    drawing.road("y1 y2 y3", "State Highway", ref="TS 88", highway="trunk", direction="forward")
    drawing.road("D x2", "Hix Bridge Road")
    drawing.road("x2 y2", "Hix Bridge Road")
    drawing.road("r1 r2", "Ridge Road")
    _fill(drawing)
    return drawing


def _fill(drawing: Drawing) -> None:
    for number in range(2, 100, 4):
        drawing.address(number, "Main Road", number * 20, 2020)
        drawing.address(number + 1, "Main Rd", number * 20, 1980)
    for number in (10, 12, 14):
        drawing.address(number, "Drift Road", 1020, 2000 - number * 20)
    drawing.address(16, "Drift Road", 1020, 1700, number_suffix="A")
    drawing.address(18, "Drift Road", 1020, 1640, number_suffix="1/2")
    drawing.address(7, "Drift Road", 980, 1800, unit="1")
    drawing.address(7, "Drift Road", 982, 1802, unit="2")
    for number in (4, 10, 30):
        drawing.address(number, "Main Road", 3200 + number * 20, 2020)
    drawing.address(5, "Daniel Street", 480, 900)
    drawing.address(9, "Daniel Avenue", 1480, 900)
    drawing.add(
        "address_ranges",
        line([(2400, 500), (2400, -500)]),
        range_id=0,
        street="Ridge Road",
        number_start=100,
        number_end=200,
        parity="even",
        source="ng911",
    )
    drawing.place("Lees Market", "supermarket", 1010, 1950, phone="555-0101", house_number="8", street="Main Road")
    drawing.place(
        "Saint John the Baptist Church", "church", 1900, 950, names=[{"name": "St. John's", "kind": "short_name"}]
    )
    drawing.place("Dunkin'", "cafe", 300, 1980, brand="Dunkin'")
    drawing.place("Dunkin'", "cafe", 1700, 1020, brand="Dunkin'")
    drawing.place("Fire Headquarters", "fire_station", 30, 1500, operator="Testport Fire", ref="1")
    drawing.place("Testport Town Hall", "town_hall", 1900, 1500, kind="amenity=townhall")
    drawing.place("Town Hall", "bus_stop", 1960, 1500, kind="highway=bus_stop")
    drawing.place("Corner Store", "convenience", 100, 1980, kind="shop=convenience")
    for x in (150, 1850):
        drawing.place("Fuel Stop" if x < 1000 else "Other Fuel", "fuel", x, 1200, kind="amenity=fuel")
    drawing.place("Head of Testport", "village", 1000, 1000, kind="place=village")
    drawing.add(
        "exits",
        point(-500, 1000),
        exit_id="e1",
        number="12",
        old_number="3",
        route="TS 88",
        destination="Hix Bridge Road",
    )
    drawing.add("exits", point(-540, 1000), exit_id="e2", number="12", old_number="3", route="TS 88")
    for mile, y in ((1.0, -500.0), (2.0, 1109.0), (3.0, 2718.0)):
        drawing.add(
            "mile_markers",
            point(-500, y),
            marker_id=f"m{mile}",
            route="TS 88",
            number=mile,
            text=str(mile),
            direction="N",
        )
    drawing.add(
        "boundaries",
        box(2800, -3000, 6000, 4000),
        boundary_id="r2",
        name="Eastham",
        kind="town",
        admin_level=8,
        state="Testonia",
    )


@cache
def coast_town() -> Town:
    """Return the town in memory, called Testport; Eastham lies east of it."""
    import geopandas as gpd

    layers = dict(_drawing().layers("Testport", box(-1500, -1500, 2800, 3500)))
    rows = [
        {"alias": "the Cornell", "kind": "nickname", "target_kind": "place", "target": "Lees Market"},
        {"alias": "the Pike", "kind": "nickname", "target_kind": "street", "target": "Old County Road"},
        {"alias": "the landing", "kind": "nickname", "target_kind": "area", "target": "No Such Landing"},
    ]
    frame = gpd.GeoDataFrame(rows, geometry=[point(1000, 1950), point(0, 1000), point(1900, 100)], crs=4326)
    layers["aliases"] = conform(frame, TOWN_TABLES["aliases"])
    return town_from_layers(layers, name="Testport", epsg=EPSG, state="Testonia")


__all__ = ["box", "coast_town", "line", "lonlat", "point"]
