"""A small town with something of every kind that callers name."""

from __future__ import annotations

from functools import cache

import geopandas as gpd

from geo_dispatch.schema import TOWN_TABLES, conform, empty_layer
from geo_dispatch.town.town import Town, town_from_layers
from tests.towns import EPSG, Drawing, box, line, point

STEP = 300.0
WEST_EAST = ("Juniper Road", "Kettle Lane", "Larch Street", "Meadow Road", "Nickerson Avenue", "Orchard Street")
SOUTH_NORTH = ("Anchor Street", "Bramble Road", "Cooper Lane", "Dunham Street", "Elder Avenue", "Fisher Road")
SHOPS = (
    ("Pelican Market", "supermarket"), ("Quick Fuel", "fuel"), ("Rowan School", "school"), ("Saint Anne Church", "church"),
    ("Thistle Cafe", "cafe"), ("Union Bank", "bank"), ("Village Hardware", "hardware"), ("Whaler Tavern", "bar"),
    ("Xavier Pharmacy", "pharmacy"), ("Yellow Door Bakery", "bakery"), ("Zephyr Motel", "hotel"), ("Amos Library", "library"),
    ("Bluefin Restaurant", "restaurant"), ("Clover Daycare", "childcare"), ("Dolphin Laundry", "laundry"),
    ("Egret Clinic", "clinic"), ("Falcon Garage", "car_repair"), ("Gable Post Office", "post_office"),
)  # fmt: skip


def _grid() -> Drawing:
    """Draw a grid of six by six named roads 300 m apart, and a divided route 500 m west of it."""
    size = len(WEST_EAST)
    nodes = {f"n{x}{y}": (x * STEP, y * STEP) for x in range(size) for y in range(size)}
    nodes |= {f"a{y}": (-500.0, y * 500.0 - 500.0) for y in range(5)} | {
        f"b{y}": (-530.0, y * 500.0 - 500.0) for y in range(5)
    }
    nodes |= {"u": (1500.0, 1500.0 + 250), "v": (1500.0, 1500.0 + 330), "w": (1500.0, 2200.0)}
    nodes |= {"p": (1380.0, 1790.0), "q": (1620.0, 1790.0)}
    drawing = Drawing(nodes)
    for y, name in enumerate(WEST_EAST):
        drawing.road(" ".join(f"n{x}{y}" for x in range(size)), name)
    for x, name in enumerate(SOUTH_NORTH):
        drawing.road(" ".join(f"n{x}{y}" for y in range(size)), name)
    drawing.road("a0 a1 a2 a3 a4", "State Highway", ref="TS 88", highway="trunk", direction="forward")
    drawing.road("b4 b3 b2 b1 b0", "State Highway", ref="TS 88", highway="trunk", direction="forward")
    drawing.road("n02 a2", "Larch Street").road("a2 b2", "Larch Street")
    drawing.road("n55 u", "Harbor Road").road("u v", "Harbor Road", bridge="yes", bridge_name="Herring Bridge", layer=1)
    drawing.road("v w", "Harbor Road").road("p q", "Creek Path Road")
    return drawing


def _fill(drawing: Drawing) -> None:
    number = 0
    for y, name in enumerate(WEST_EAST):
        for x in range(30, 1500, 30):
            if x % 300:
                number += 1
                drawing.address(number % 190 + 1, name, x, y * STEP + (18 if number % 2 else -18))
    for at, (name, category) in enumerate(SHOPS):
        x, y = (at % 5) * STEP + 130.0 + 7 * at % 60, (at // 5 + 1) * STEP + (22.0 if at % 2 else -22.0)
        identity = f"s{at}"
        drawing.add(
            "places", point(x, y), place_id=identity, name=name, names="[]", kind=f"amenity={category}", category=category, source="osm", area_m2=400.0
        )  # fmt: skip
        drawing.add("place_areas", box(x - 10, y - 10, x + 10, y + 10), place_id=identity)
    named = [(f"{first} Beach", "beach", 300.0) for first in ("Osprey", "Sandpiper", "Tern", "Urchin")]
    named += [(f"{first} Park", "park", 900.0) for first in ("Heron", "Ibis", "Jay", "Kite")]
    for name, category, y in named:
        identity, x = name.split()[0], 1900.0
        area = {"area_m2": 40_000.0, "kind": f"leisure={category}", "category": category}
        drawing.add("places", point(x, y), place_id=identity, name=name, names="[]", source="osm", **area)
        drawing.add("place_areas", box(x - 100, y - 100, x + 100, y + 100), place_id=identity)
    for name in ("Lily Pond", "Mallard Pond", "Newt Pond", "Otter Pond"):
        drawing.add("basemap_water", box(1800, 1200, 2100, 1500), osm_id=f"w{name}", kind="water", name=name, rank=0)
    for name in ("Osprey Trail", "Pine Trail", "Quail Trail", "Raven Trail"):
        drawing.add("basemap_lines", line([(1650, 0), (1700, 800)]), osm_id=f"l{name}", kind="path", name=name, rank=0)
    for identity, x in (("e1", -500.0), ("e2", -530.0)):
        drawing.add("exits", point(x, 500.0), exit_id=identity, number="12", route="TS 88", destination="Larch Street")
    for mile, y in ((1.0, -300.0), (1.5, 505.0), (2.0, 1309.0)):
        drawing.add("mile_markers", point(-500.0, y), marker_id=f"m{mile}", route="TS 88", number=mile, text=str(mile))
    drawing.add(
        "boundaries", box(2600, -3000, 6000, 4000), boundary_id="r2", name="Eastham", kind="town", admin_level=8, state="Testonia"
    )  # fmt: skip


@cache
def audit_layers() -> dict[str, gpd.GeoDataFrame]:
    """Return the tables of the town, called Gridport."""
    drawing = _grid()
    _fill(drawing)
    layers = dict(drawing.layers("Gridport", box(-1500, -1500, 2600, 3500)))
    rows = [
        {"alias": "the Pond", "kind": "nickname", "target_kind": "place", "target": "Heron Park", "target_id": "Heron"}
    ]
    frame = gpd.GeoDataFrame(rows, geometry=[point(1900, 900)], crs=4326)
    layers["aliases"] = conform(frame, TOWN_TABLES["aliases"])
    return {name: layers[name] if name in layers else empty_layer(table) for name, table in TOWN_TABLES.items()}


@cache
def audit_town() -> Town:
    """Return the town in memory."""
    return town_from_layers(audit_layers(), name="Gridport", epsg=EPSG, state="Testonia")
