"""Which town: its own area, the towns around it, and which of them each thing lies in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from geo_dispatch.errors import BoundaryError, PlaceNameError, SourceFileError
from geo_dispatch.geometry import Projection, utm_epsg
from geo_dispatch.schema import SOURCE_TABLES, conform

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

__all__ = [
    "TownArea",
    "area_of_extract",
    "area_of_file",
    "area_of_name",
    "label_boundaries",
    "locate_in_towns",
    "same_town",
]

Area = shapely.Polygon | shapely.MultiPolygon

_NAME_COLUMNS = ("name", "town", "town20", "municipality", "municipal", "city")
_TOWN_LEVELS = (7, 8, 9)
_COUNTY_LEVEL = 6
_STATE_LEVEL = 4
_PREFIX = re.compile(r"^(town|city|village|county|township|borough) of ", re.IGNORECASE)
_SUFFIX = re.compile(r" (town|city|village|county|township|borough)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TownArea:
    """The town that a file is about.

    ``polygon`` is its own area, EPSG:4326; ``boundary_id`` names the boundary of the source it came from, if any;
    ``whole_extract`` is True when nobody said which town, so that the area is the source's own extent; ``notice`` is what the
    user must know of how the area was found.
    """

    name: str
    polygon: Area
    state: str | None = None
    boundary_id: str | None = None
    whole_extract: bool = False
    notice: str | None = None

    @property
    def epsg(self) -> int:
        """Return the projected CRS of the town: the UTM zone of its centre."""
        centre = self.polygon.representative_point()
        return utm_epsg(centre.x, centre.y)

    def with_margin(self, margin_m: float) -> Area:
        """Return the area widened by a margin in metres, EPSG:4326."""
        if margin_m <= 0:
            return self.polygon
        projection = Projection(self.epsg)
        metric = _transform(self.polygon, projection.arrays_to_xy)
        wide = metric.simplify(min(50.0, margin_m / 20)).buffer(margin_m, quad_segs=4)
        return _area(_transform(wide, projection.arrays_to_lonlat))


def _transform(shape: BaseGeometry, function: Any) -> BaseGeometry:
    return shapely.transform(shape, lambda xy: np.column_stack(function(xy[:, 0].copy(), xy[:, 1].copy())))


def _area(shape: BaseGeometry) -> Area:
    """Keep the polygons of a shape."""
    if isinstance(shape, shapely.Polygon | shapely.MultiPolygon):
        return shape
    return shapely.MultiPolygon([part for part in shapely.get_parts(shape) if isinstance(part, shapely.Polygon)])


def _plain(name: str) -> str:
    return _SUFFIX.sub("", _PREFIX.sub("", name.strip())).casefold()


def same_town(one: str, other: str) -> bool:
    """Tell whether two names are of one town, but for "Town of" and the like.

    >>> same_town("Westport", "TOWN OF WESTPORT"), same_town("Westport", "Westport Point")
    (True, False)
    """
    return _plain(one) == _plain(other)


def area_of_file(path: Path, name: str | None) -> TownArea:
    """Read the town's area from a file of polygons.

    Parameters
    ----------
    path
        Any vector file that GDAL reads.
    name
        Name of the town; of several features, those with this name in any text column are taken, or all when none has it.

    Returns
    -------
    TownArea
        Named `name`, else after the feature, else after the file.

    Raises
    ------
    SourceFileError
        If the file can't be read.
    BoundaryError
        If it holds no area.
    """
    import pyogrio
    from pyogrio.errors import DataLayerError, DataSourceError

    if not path.is_file():
        raise SourceFileError(f"{path}: no such boundary file: check --boundary")
    try:
        frame = pyogrio.read_dataframe(path)
    except (DataSourceError, DataLayerError) as error:
        raise SourceFileError(
            f"{path}: can't be read as a vector file ({error}): give GeoJSON, GeoPackage or a shapefile"
        ) from None
    if not hasattr(frame, "geometry") or len(frame) == 0:
        raise BoundaryError(f"{path}: holds no feature: give a file with the town's boundary as a polygon")
    frame = frame.to_crs(4326) if frame.crs is not None else frame.set_crs(4326)
    notice = None
    texts = [
        c
        for c in frame.columns
        if c != "geometry" and not np.issubdtype(np.asarray(frame[c].to_numpy()).dtype, np.number)
    ]
    if name is not None and len(frame) > 1:
        wanted = _plain(name)
        match = np.array(
            [any(isinstance(row[c], str) and _plain(row[c]) == wanted for c in texts) for _, row in frame.iterrows()]
        )
        frame, notice = (frame[match], None) if match.any() else (frame, _all_of(path, name, len(frame)))
    kinds = sorted(set(frame.geom_type.dropna()))
    polygons = frame[frame.geom_type.isin(["Polygon", "MultiPolygon"])]
    if len(polygons) == 0:
        raise BoundaryError(
            f"{path}: the boundary is a {' and a '.join(kinds) or 'feature without geometry'}, not an area: "
            "give the town's outline as a Polygon or MultiPolygon"
        )
    polygon = _area(shapely.union_all(shapely.make_valid(polygons.geometry.to_numpy())))
    if polygon.area == 0:
        raise BoundaryError(f"{path}: the boundary has no area: give the town's outline as a Polygon")
    own = next((str(polygons[c].iloc[0]) for c in polygons.columns if c.casefold() in _NAME_COLUMNS), None)
    own = own.title() if own and own.isupper() else own
    return TownArea(name or (own if len(polygons) == 1 and own else path.name.split(".")[0]), polygon, notice=notice)


def _all_of(path: Path, name: str, count: int) -> str:
    return f"no feature of {path.name} is named {name!r}: all {count} of them together are taken as the town"


def area_of_name(boundaries: GeoDataFrame, name: str) -> TownArea:
    """Find the administrative boundary of a name in a source.

    Raises
    ------
    PlaceNameError
        If no boundary has the name, or several do.
    """
    areas = boundaries[boundaries.geom_type.isin(["Polygon", "MultiPolygon"]) & (boundaries["admin_level"] >= 0)]
    exact = areas[areas["name"].str.casefold() == name.strip().casefold()]
    if len(exact) == 0:
        exact = areas[[_plain(str(n)) == _plain(name) for n in areas["name"]]]
    towns = exact[exact["admin_level"].isin(_TOWN_LEVELS)]
    found = towns if len(towns) else exact
    if len(found) == 0:
        known = ", ".join(sorted({str(n) for n in areas["name"].dropna()})[:12]) or "none"
        raise PlaceNameError(
            f"{name!r} is not the name of a complete administrative boundary in the source, which has: {known}: "
            "use one of these with --name, or give --boundary FILE"
        )
    if len(found) > 1:
        rows = ", ".join(
            f"{row['name']} ({row['boundary_id']}, level {row['admin_level']})" for _, row in found.iterrows()
        )
        raise PlaceNameError(f"{name!r} is the name of {len(found)} boundaries: {rows}: give --boundary FILE")
    row = found.iloc[0]
    return TownArea(str(row["name"]), row.geometry, row["state"], boundary_id=row["boundary_id"])


def area_of_extract(segments: GeoDataFrame, name: str) -> TownArea:
    """Take the extent of the roads as the town, when nobody said which town.

    Raises
    ------
    BoundaryError
        If there are no roads.
    """
    if len(segments) == 0:
        raise BoundaryError("the source holds no roads: give an extract that covers the town")
    west, south, east, north = segments.total_bounds
    return TownArea(name, shapely.box(west, south, east, north), whole_extract=True)


def label_boundaries(
    boundaries: GeoDataFrame, area: TownArea, clip: BaseGeometry, *, state: str | None, else_state: str | None = None
) -> GeoDataFrame:
    """Say of each boundary what it is to the town: own, town (inside it), neighbour, county, state, village, zone.

    Parameters
    ----------
    boundaries
        A source's boundaries.
    area
        The town.
    clip
        The town with its margin, EPSG:4326; boundaries that don't touch it are left out.
    state
        The town's state, when known.
    else_state
        Its state when neither `state`, the area nor a boundary tells it.

    Returns
    -------
    geopandas.GeoDataFrame
        The table ``boundaries``; the town's own area is the first row.
    """
    import geopandas as gpd
    import pandas as pd

    frame = boundaries[boundaries.intersects(clip)].copy()
    twin = frame[frame["boundary_id"] == area.boundary_id].head(1)
    frame = frame[frame["boundary_id"] != area.boundary_id] if area.boundary_id else frame
    states = frame[frame["admin_level"] == _STATE_LEVEL]
    own_box = area.polygon
    kinds, names, found_states = [], [], []
    for _, row in frame.iterrows():
        kind = row["kind"]
        point = row.geometry.representative_point()
        if row["admin_level"] in _TOWN_LEVELS:
            # The boundary given on the command line and the source's own are the same town when they overlap nearly wholly.
            shared = row.geometry.intersection(own_box).area
            if not area.whole_extract and shared > 0.8 * max(own_box.area, row.geometry.area):
                twin = frame.loc[[row.name]]
                continue
            kind = "town" if shared > 0.5 * row.geometry.area else "neighbour"
        elif row["admin_level"] == _COUNTY_LEVEL:
            kind = "county"
        elif row["admin_level"] == _STATE_LEVEL:
            kind = "state"
        elif kind in ("own", "neighbour", "town"):
            kind = "zone"
        kinds.append((row.name, kind))
        names.append(_SUFFIX.sub("", _PREFIX.sub("", str(row["name"]))) if kind in ("town", "neighbour") else None)
        around = states[states.intersects(point)]
        found_states.append(row["state"] or (around["name"].iloc[0] if len(around) else None))
    kept = frame.loc[[index for index, _ in kinds]].copy()
    kept["kind"] = [kind for _, kind in kinds]
    kept["municipality"] = names
    kept["state"] = [
        s if s is not None else (state if k in ("town", "county") else None)
        for s, (_, k) in zip(found_states, kinds, strict=True)
    ]
    around = states[states.intersects(own_box.representative_point())]
    own_state = state or area.state or (around["name"].iloc[0] if len(around) else else_state)
    own = gpd.GeoDataFrame(
        {
            "boundary_id": [area.boundary_id or "own"],
            "name": [area.name],
            "kind": ["own"],
            "admin_level": [int(twin["admin_level"].iat[0]) if len(twin) else -1],
            "municipality": [None if area.whole_extract else area.name],
            "state": [own_state],
            "population": [float(twin["population"].iat[0]) if len(twin) else float("nan")],
            "tags": [twin["tags"].iat[0] if len(twin) else None],
        },
        geometry=[area.polygon],
        crs=4326,
    )
    table = SOURCE_TABLES["boundaries"]
    parts = [part for part in (conform(own, table), conform(kept, table)) if len(part)]
    return conform(pd.concat(parts, ignore_index=True), table)


def locate_in_towns(
    boundaries: GeoDataFrame, points: npt.NDArray[np.object_]
) -> tuple[list[str | None], list[str | None]]:
    """Return the municipality and the state of each point.

    Parameters
    ----------
    boundaries
        The table ``boundaries``, labelled.
    points
        Shapely points, EPSG:4326, shape ``(n,)``; None where unknown.

    Returns
    -------
    tuple of list
        Municipality (the smallest town inside the own area that holds the point, else the own area, else a neighbour) and state; None where unknown.
    """
    towns = boundaries[boundaries["kind"].isin(["town", "own", "neighbour"])]
    # Later rows win: neighbours, then the own area, then the towns inside it; the smaller of two last.
    rank = towns["kind"].map({"neighbour": 0, "own": 1, "town": 2}).to_numpy()
    towns = towns.iloc[np.lexsort((-shapely.area(towns.geometry.to_numpy()), rank))]
    states = boundaries[boundaries["kind"] == "state"]
    municipality = np.full(len(points), None, dtype=object)
    state = np.full(len(points), None, dtype=object)
    tree = shapely.STRtree(points)
    for _, row in states.iterrows():
        state[tree.query(row.geometry, predicate="intersects")] = row["name"]
    for _, row in towns.iterrows():
        inside = tree.query(row.geometry, predicate="intersects")
        if row["municipality"] is not None:
            municipality[inside] = row["municipality"]
        if row["state"] is not None:
            state[inside] = row["state"]
    return municipality.tolist(), state.tolist()
