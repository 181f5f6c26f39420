"""Small towns for unit tests: drawn as lines, put through the real assembly."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import Any

import geopandas as gpd
import shapely

from geo_dispatch.build.area import TownArea
from geo_dispatch.build.assemble import assemble
from geo_dispatch.build.merge import clip_layers
from geo_dispatch.geometry import Projection
from geo_dispatch.schema import SOURCE_TABLES, SourceLayers, conform
from geo_dispatch.town.town import Town, town_from_layers

EPSG = 32619
ORIGIN = (330_000.0, 4_600_000.0)  # metres in EPSG:32619; the towns below count metres east and north of it
PROJECTION = Projection(EPSG)


def lonlat(x: float, y: float) -> tuple[float, float]:
    """Return degrees of a point given in metres east and north of the drawing's origin."""
    position = PROJECTION.to_lonlat(ORIGIN[0] + x, ORIGIN[1] + y)
    return position.lon, position.lat


def line(points: Sequence[tuple[float, float]]) -> shapely.LineString:
    return shapely.LineString([lonlat(*point) for point in points])


def point(x: float, y: float) -> shapely.Point:
    return shapely.Point(lonlat(x, y))


def box(west: float, south: float, east: float, north: float) -> shapely.MultiPolygon:
    corners = [(west, south), (east, south), (east, north), (west, north)]
    return shapely.MultiPolygon([shapely.Polygon([lonlat(*corner) for corner in corners])])


def frame(table: str, rows: Sequence[Mapping[str, Any]], shapes: Sequence[Any]) -> gpd.GeoDataFrame:
    """Make a conforming source layer of rows and shapes."""
    return conform(gpd.GeoDataFrame(list(rows), geometry=list(shapes), crs=4326), SOURCE_TABLES[table])


class Drawing:
    """A town drawn in metres: roads between named nodes, addresses, places, boundaries.

    Roads are given as node names; nodes as positions. Every pair of consecutive nodes becomes a segment.
    """

    def __init__(self, nodes: Mapping[str, tuple[float, float]]) -> None:
        self.nodes = dict(nodes)
        self.ids = {name: 100 + number for number, name in enumerate(nodes)}
        self.node_tags: dict[str, dict[str, Any]] = {}
        self.segments: list[dict[str, Any]] = []
        self.segment_shapes: list[shapely.LineString] = []
        self.rows: dict[str, list[dict[str, Any]]] = {}
        self.shapes: dict[str, list[Any]] = {}
        self._ways = 0

    def road(self, path: str, name: str | None = None, **tags: Any) -> Drawing:
        """Draw a road along node names with spaces between, e.g. ``"a b c"``."""
        self._ways += 1
        defaults = {"highway": "residential", "direction": "both", "layer": 0, "osmid": 1000 + self._ways, "name": name}
        names = path.split()
        for start, end in pairwise(names):
            row = {**defaults, **tags, "segment_id": len(self.segments)}
            self.segments.append({**row, "from_node": self.ids[start], "to_node": self.ids[end]})
            self.segment_shapes.append(line([self.nodes[start], self.nodes[end]]))
        return self

    def add(self, table: str, shape: Any, **columns: Any) -> Drawing:
        """Add a row to any source table."""
        self.rows.setdefault(table, []).append(columns)
        self.shapes.setdefault(table, []).append(shape)
        return self

    def address(self, number: int, street: str, x: float, y: float, **columns: Any) -> Drawing:
        return self.add(
            "addresses",
            point(x, y),
            address_id=f"a{len(self.rows.get('addresses', []))}",
            number=number,
            number_text=str(number),
            street=street,
            source="osm",
            **columns,
        )

    def place(self, name: str | None, category: str, x: float, y: float, **columns: Any) -> Drawing:
        names = json.dumps(columns.pop("names", []))
        kind = columns.pop("kind", f"amenity={category}")
        identity = f"n{len(self.rows.get('places', [])) + 1}"
        return self.add(
            "places",
            point(x, y),
            place_id=identity,
            name=name,
            names=names,
            kind=kind,
            category=category,
            **{"source": "osm", **columns},
        )

    def source(self) -> SourceLayers:
        """Return the drawing as a source delivers it."""
        nodes = [
            {"osmid": self.ids[name], "x": lonlat(*xy)[0], "y": lonlat(*xy)[1], **self.node_tags.get(name, {})}
            for name, xy in self.nodes.items()
        ]
        layers = {
            "road_nodes": frame("road_nodes", nodes, [point(*xy) for xy in self.nodes.values()]),
            "road_segments": frame("road_segments", self.segments, self.segment_shapes),
        }
        for table, rows in self.rows.items():
            layers[table] = frame(table, rows, self.shapes[table])
        return SourceLayers(layers, [])

    def layers(
        self, name: str, outline: shapely.MultiPolygon, *, margin_m: float = 8000.0
    ) -> dict[str, gpd.GeoDataFrame]:
        """Return the tables of the town, assembled by the real builder."""
        area = TownArea(name, outline, "Testonia")
        clip = area.with_margin(margin_m)
        return assemble(clip_layers(self.source(), clip), area, clip, state="Testonia").layers

    def town(self, name: str, outline: shapely.MultiPolygon, *, margin_m: float = 8000.0) -> Town:
        return town_from_layers(self.layers(name, outline, margin_m=margin_m), name=name, epsg=EPSG, state="Testonia")


def tiny_drawing() -> Drawing:
    """Draw a small town.

    ::

        y=1000  a----b----c          Main Street runs a-b-c, ref TS 9; Elm Street b-e-h; Oak Avenue d-e-f
                |    |    |          North Road a-d-g; South Lane g-h-i is one way from g to i
        y=500   d----e----f          c-f is unnamed; f-i is private (Gate Lane)
                |    |    :          j-k is an island with no way to it (Far Lane)
        y=0     g--->h--->i     j--k
    """
    drawing = Drawing(
        {
            "a": (0, 1000), "b": (500, 1000), "c": (1000, 1000),
            "d": (0, 500), "e": (500, 500), "f": (1000, 500),
            "g": (0, 0), "h": (500, 0), "i": (1000, 0),
            "j": (2000, 0), "k": (2300, 0),
        }
    )  # fmt: skip
    drawing.road(
        "a b c", "Main Street", ref="TS 9", highway="secondary", maxspeed_forward_kph=56.0, maxspeed_backward_kph=56.0
    )
    drawing.road("b e h", "Elm Street")
    drawing.road("d e f", "Oak Avenue")
    drawing.road("a d g", "North Road", alt_names=json.dumps([{"name": "Old Post Road", "kind": "old_name"}]))
    drawing.road("g h i", "South Lane", direction="forward")
    drawing.road("c f")
    drawing.road("f i", "Gate Lane", highway="service", access="private")
    drawing.road("j k", "Far Lane")
    for number in range(2, 100, 4):
        drawing.address(number, "Main Street", number * 10, 1020)
        drawing.address(number + 1, "Main St", number * 10, 980)
    for number in range(10, 50, 10):
        drawing.address(number, "Elm Street", 520, 1000 - number * 20)
    drawing.place("Town Hall", "townhall", 480, 1030, phone="555-0100")
    drawing.place(
        "Corner Store",
        "convenience",
        520,
        480,
        kind="shop=convenience",
        names=[{"name": "The Corner", "kind": "loc_name"}],
    )
    drawing.place("Fire Station 1", "fire_station", 30, 510)
    drawing.add(
        "boundaries",
        box(1500, -1000, 4000, 3000),
        boundary_id="r2",
        name="Nextville",
        kind="town",
        admin_level=8,
        state="Testonia",
    )
    return drawing


@cache
def tiny_layers() -> dict[str, gpd.GeoDataFrame]:
    """Return the tables of the small town, called Tinyport."""
    return tiny_drawing().layers("Tinyport", box(-1000, -1000, 1500, 3000))


@cache
def tiny_town() -> Town:
    """Return the small town in memory, called Tinyport; Nextville lies east of it."""
    return town_from_layers(tiny_layers(), name="Tinyport", epsg=EPSG, state="Testonia")
