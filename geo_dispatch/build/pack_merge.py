"""Put a town pack into a town: corrections first, then its rows, each looked up where it says it is.

Nothing is guessed: what the built town does not know, or knows twice, stays without a position and is listed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo_dispatch.build.area import locate_in_towns
from geo_dispatch.errors import InputError, PackError
from geo_dispatch.geometry import Projection
from geo_dispatch.locate import Locator
from geo_dispatch.locate.normalise import street_key
from geo_dispatch.schema import TOWN_TABLES, Problem, conform
from geo_dispatch.town.town import town_from_layers

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from shapely.geometry.base import BaseGeometry

    from geo_dispatch.build.area import TownArea
    from geo_dispatch.build.pack import PackReference, PlaceCorrection, TownPack

__all__ = ["apply_pack"]

Layers = dict[str, "GeoDataFrame"]
Found = tuple["BaseGeometry | None", "str | None"]
"""Where a reference leads, and the id of what it leads to."""

_LABELLED = ("places", "exits", "mile_markers")
_ONE_EXIT_M = 2000.0
_ALONG_M = 40.0
_FAR_M = 1000.0
"""Farther from any road than this is probably in the sea."""


def apply_pack(layers: Layers, pack: TownPack, area: TownArea, clip: BaseGeometry) -> list[Problem]:
    """Add a pack's rows to the tables of a town, in place.

    Parameters
    ----------
    layers
        The tables of the town; changed.
    pack
        A checked pack.
    area
        The town.
    clip
        The town with its margin, EPSG:4326.

    Returns
    -------
    list of Problem
        The pack's own, one ``pack_unresolved`` for each row that the town does not know the place of, and one
        ``pack_outside`` for each that lies outside the town and its margin.

    Raises
    ------
    PackError
        If a row's longitude and latitude are exchanged.
    """
    known = _already_known(layers["places"], pack)
    problems = [*pack.problems, *_outside(pack, clip, layers["edges"], area.epsg)]
    for table, frame in pack.layers.items():
        layers[table] = _append(layers[table], frame, table)
    offset = {table: len(layers[table]) - len(frame) for table, frame in pack.layers.items()}
    problems += _correct_places(layers, pack)
    if pack.references:
        town = town_from_layers(layers, name=area.name, epsg=area.epsg, state=pack.state)
        problems += _resolve(pack, offset, layers, _Finder(layers, Locator(town), area.epsg))
    problems += _join_known(layers, offset.get("places", 0), known, pack)
    for table in _LABELLED:
        layers[table] = _label(layers[table], layers["boundaries"], table)
    gone = layers["places"]["place_id"].isin([p.object_id for p in problems if p.kind == "pack_place_gone"])
    layers["places"] = layers["places"][~gone].reset_index(drop=True)
    areas = layers["place_areas"]
    layers["place_areas"] = areas[areas["place_id"].isin(layers["places"]["place_id"])].reset_index(drop=True)
    return problems


def _positions(pack: TownPack) -> Iterator[tuple[str, str, shapely.Point]]:
    """Yield the file and line, the label and the point of every row that gives coordinates."""
    for table, frame in pack.layers.items():
        identity = TOWN_TABLES[table].column_names[0]
        for source, label, point in zip(pack.sources[table], frame[identity], frame.geometry, strict=True):
            if isinstance(point, shapely.Point) and not point.is_empty:
                yield source, str(label), point


def _outside(pack: TownPack, clip: BaseGeometry, edges: GeoDataFrame, epsg: int) -> Iterator[Problem]:
    """Yield the rows whose coordinates lie outside the town and its margin, or far from any road; refuse exchanged ones."""
    tree: shapely.STRtree | None = None
    projection = Projection(epsg)
    for source, label, point in _positions(pack):
        at = f"lon {point.x:g}, lat {point.y:g}"
        if not clip.intersects(point):
            if clip.intersects(shapely.Point(point.y, point.x)):
                raise PackError(
                    f"{source}: {label!r} at {at} has longitude and latitude exchanged: "
                    f"write lon: {point.y:g}, lat: {point.x:g}"
                )
            yield Problem(
                "pack_outside", source, f"{label!r} at {at}: correct the position, or build with a wider --margin-m"
            )
            continue
        if tree is None:
            roads = np.asarray(edges.geometry.to_crs(epsg))
            tree = shapely.STRtree(roads)
        here = shapely.Point(*(float(v[0]) for v in projection.arrays_to_xy(np.array([point.x]), np.array([point.y]))))
        away = float(shapely.distance(roads[tree.nearest(here)], here)) if len(roads) else 0.0
        if away > _FAR_M:
            yield Problem(
                "pack_far_from_road",
                source,
                f"{label!r} at {at} is {away / 1000:.1f} km from any road: check the position",
            )


def _already_known(places: GeoDataFrame, pack: TownPack) -> dict[int, int]:
    """Map rows of the pack's places to the one place of the map that bears the same name."""
    frame = pack.layers.get("places")
    if frame is None:
        return {}
    found = {}
    for row, (name, town) in enumerate(zip(frame["name"], frame["municipality"], strict=True)):
        rows = _place_rows(places, str(name), town)
        if len(rows) == 1:
            found[row] = rows[0]
    return found


def _join_known(layers: Layers, first: int, known: Mapping[int, int], pack: TownPack) -> list[Problem]:
    """Fill what the map leaves blank of a place from the pack's row of the same name, and drop that row."""
    places, problems = layers["places"], []
    for row, twin in known.items():
        for column in (
            "brand",
            "operator",
            "ref",
            "phone",
            "website",
            "opening_hours",
            "house_number",
            "street",
            "postcode",
        ):
            at = places.columns.get_loc(column)
            if places.iat[twin, at] is None:
                places.iat[twin, at] = places.iat[first + row, at]
        for column, empty in (("names", "[]"), ("tags", "{}")):
            at = places.columns.get_loc(column)
            own, more = (json.loads(places.iat[one, at] or empty) for one in (twin, first + row))
            both = {**more, **own} if empty == "{}" else [*own, *(entry for entry in more if entry not in own)]
            places.iat[twin, at] = json.dumps(both, ensure_ascii=False) if both else None
        detail = f"{places['name'].iat[twin]!r} is on the map: its position is kept, and what it lacks is filled in"
        problems.append(Problem("pack_place_joined", pack.sources["places"][row], detail))
    layers["places"] = places.drop(index=[first + row for row in known]).reset_index(drop=True)
    return problems


def _append(frame: GeoDataFrame, more: GeoDataFrame, table: str) -> GeoDataFrame:
    import pandas as pd

    if len(frame) == 0:
        return conform(more, TOWN_TABLES[table])
    return conform(pd.concat([frame, more], ignore_index=True), TOWN_TABLES[table])


def _label(frame: GeoDataFrame, boundaries: GeoDataFrame, table: str) -> GeoDataFrame:
    """Fill in the municipality and state of rows that a pack added, by their position."""
    towns, states = locate_in_towns(boundaries, frame.geometry.to_numpy())
    for column, values in (("municipality", towns), ("state", states)):
        told = frame[column].tolist()
        frame[column] = np.array([t or v for t, v in zip(told, values, strict=True)], dtype=object)
    return conform(frame, TOWN_TABLES[table])


def _place_rows(places: GeoDataFrame, target: str, municipality: str | None) -> list[int]:
    """Return the rows of places with an id or a name."""
    by_id = np.flatnonzero(places["place_id"].to_numpy() == target)
    if len(by_id):
        return [int(by_id[0])]
    key = street_key(target)
    rows = []
    for row, (name, names, town) in enumerate(
        zip(places["name"], places["names"], places["municipality"], strict=True)
    ):
        others = [entry["name"] for entry in json.loads(names or "[]")]
        if key in {street_key(text) for text in (name, *others) if text} and municipality in (None, town):
            rows.append(row)
    return rows


def _correct_places(layers: Layers, pack: TownPack) -> list[Problem]:
    problems = []
    places = layers["places"]
    for correction in pack.corrections:
        rows = _place_rows(places, correction.target, correction.municipality)
        if len(rows) != 1:
            what = "no place of the map has this name or id" if not rows else f"{len(rows)} places have this name"
            problems.append(Problem("pack_unresolved", correction.source, f"{correction.target!r}: {what}"))
            continue
        _correct(places, rows[0], correction)
        if correction.gone:
            place = str(places["place_id"].iat[rows[0]])
            problems.append(Problem("pack_place_gone", place, f"{correction.source}: {correction.target} is left out"))
    return problems


def _correct(places: GeoDataFrame, row: int, correction: PlaceCorrection) -> None:
    changes = dict(correction.changes)
    lon, lat = changes.pop("lon", None), changes.pop("lat", None)
    for column, value in changes.items():
        if column == "name" and places["name"].iat[row] not in (None, value):
            # The old name stays findable: callers go on using it.
            others = json.loads(places["names"].iat[row] or "[]")
            others.append({"name": places["name"].iat[row], "kind": "old_name"})
            places.iat[row, places.columns.get_loc("names")] = json.dumps(others, ensure_ascii=False)
        if column not in ("source",):
            places.iat[row, places.columns.get_loc(column)] = value
    if isinstance(lon, float) and isinstance(lat, float):
        places.iat[row, places.columns.get_loc("geometry")] = shapely.Point(lon, lat)


class _Finder:
    """Looks a pack's references up in the town as built so far."""

    def __init__(self, layers: Layers, locator: Locator, epsg: int) -> None:
        self._layers = layers
        self._epsg = epsg
        self._locator = locator
        self._finders: dict[str, Callable[[PackReference], Found]] = {
            "station": self._station,
            "street": lambda reference: self._street(reference, "road"),
            "route": lambda reference: self._street(reference, "route"),
            "place": self._place,
            "area": self._area,
            "town": self._area,
            "exit": self._exit,
        }

    def find(self, reference: PackReference) -> Found:
        """Return where a reference leads; (None, None) when the town does not know it, or knows it twice."""
        return self._finders.get(reference.kind, self._words)(reference)

    def _station(self, reference: PackReference) -> Found:
        stations = self._layers["stations"]
        rows = stations[stations["station_id"] == reference.text]
        return (rows.geometry.iat[0], reference.text) if len(rows) else (None, None)

    def _street(self, reference: PackReference, kind: str) -> Found:
        streets = self._layers["streets"]
        key = street_key(reference.text)
        rows = []
        for row, (name, names, own, town) in enumerate(
            zip(*(streets[c] for c in ("name", "names", "kind", "municipality")), strict=True)
        ):
            texts = [name, *(entry["name"] for entry in json.loads(names or "[]"))]
            if own == kind and key in map(street_key, texts) and reference.municipality in (None, town):
                rows.append(row)
        if kind == "road" and len(rows) > 1:
            home = [row for row in rows if streets["municipality"].iat[row] in self._own_towns()]
            rows = home or rows
        if len(rows) != 1:
            return None, None
        line = streets.geometry.iat[rows[0]]
        return shapely.line_interpolate_point(shapely.line_merge(line), 0.5, normalized=True), str(
            streets["street_id"].iat[rows[0]]
        )

    def _own_towns(self) -> set[str]:
        boundaries = self._layers["boundaries"]
        return set(boundaries.loc[boundaries["kind"].isin(["own", "town"]), "municipality"].dropna())

    def _place(self, reference: PackReference) -> Found:
        rows = _place_rows(self._layers["places"], reference.text, reference.municipality)
        if len(rows) != 1:
            return self._words(reference)
        places = self._layers["places"]
        return places.geometry.iat[rows[0]], str(places["place_id"].iat[rows[0]])

    def _area(self, reference: PackReference) -> Found:
        boundaries = self._layers["boundaries"]
        wanted = reference.text.casefold()
        for column in ("name", "municipality"):
            rows = boundaries[boundaries[column].fillna("").str.casefold() == wanted]
            if len(rows) == 1:
                return rows.geometry.iat[0], str(rows["boundary_id"].iat[0])
        if TOWN_TABLES[reference.table].geometry == "Point":
            return self._place(reference)
        places, areas = self._layers["places"], self._layers["place_areas"]
        for row in _place_rows(places, reference.text, reference.municipality):
            shape = areas[areas["place_id"] == places["place_id"].iat[row]]
            if len(shape) == 1:
                return shape.geometry.iat[0], str(places["place_id"].iat[row])
        return self._along(reference)

    def _along(self, reference: PackReference) -> Found:
        """Return the strip of land along every street or route of a name: a card may hold for a highway."""
        streets = self._layers["streets"]
        rows = streets[[street_key(name) == street_key(reference.text) for name in streets["name"]]]
        if len(rows) == 0:
            return None, None
        return rows.to_crs(self._epsg).buffer(_ALONG_M).to_crs(4326).union_all(), str(rows["street_id"].iat[0])

    def _exit(self, reference: PackReference) -> Found:
        """Return an exit by its number; its ramps of both directions are one exit when within 2 km."""
        exits = self._layers["exits"]
        rows = exits[(exits["number"] == reference.text) & ~exits.geometry.is_empty & exits.geometry.notna()]
        if len(rows) == 0:
            return self._words(reference)
        projection = Projection(self._epsg)
        x, y = projection.arrays_to_xy(rows.geometry.x.to_numpy(), rows.geometry.y.to_numpy())
        if np.hypot(np.ptp(x), np.ptp(y)) > _ONE_EXIT_M:
            return None, None
        return rows.geometry.iat[0], str(rows["exit_id"].iat[0])

    def _words(self, reference: PackReference) -> Found:
        text = f"{reference.text}, {reference.municipality}" if reference.municipality else reference.text
        try:
            answer = self._locator.locate(text)
        except InputError:
            return None, None
        if answer.status != "located":
            return None, None
        best = answer.candidates[0]
        return shapely.Point(best.lon, best.lat), best.place_id or best.label


def _resolve(pack: TownPack, offset: dict[str, int], layers: Layers, finder: _Finder) -> list[Problem]:
    problems = []
    # Stations first: units lie at them.
    for reference in sorted(pack.references, key=lambda r: r.table != "stations"):
        frame = layers[reference.table]
        row = offset[reference.table] + reference.row
        shape, target_id = finder.find(reference)
        if shape is None:
            detail = f"{reference.table}: the town knows no single {reference.kind} {reference.text!r}: left without a position"
            problems.append(Problem("pack_unresolved", reference.source, detail))
            continue
        identity = {"aliases": "target_id", "landmarks": "place_id"}.get(reference.table)
        if identity is not None:
            frame.iat[row, frame.columns.get_loc(identity)] = target_id
        if frame.geometry.iat[row] is None or frame.geometry.iat[row].is_empty:
            frame.iat[row, frame.columns.get_loc("geometry")] = _fit(shape, reference.table)
    return problems


def _fit(shape: BaseGeometry, table: str) -> BaseGeometry | None:
    """Make a shape fit its table: points for point tables, areas for area tables."""
    if TOWN_TABLES[table].geometry == "Point":
        return shape if shape.geom_type == "Point" else shape.representative_point()
    if isinstance(shape, shapely.Polygon):
        return shapely.MultiPolygon([shape])
    return shape if isinstance(shape, shapely.MultiPolygon) else None
