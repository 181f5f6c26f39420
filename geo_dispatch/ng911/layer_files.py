"""Layer files: anything geopandas reads, and CSV with coordinates, as EPSG:4326 with every oddity told."""

from __future__ import annotations

import gzip
import hashlib
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from geo_dispatch.errors import SourceFileError
from geo_dispatch.schema import Problem

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

__all__ = ["LayerFile", "read_layer_file"]

GeometryKind = Literal["line", "point"]

_TYPES = {"line": ("LineString", "MultiLineString"), "point": ("Point", "MultiPoint")}
_LON_NAMES = ("lon", "longitude", "long", "lng", "x", "point_x")
_LAT_NAMES = ("lat", "latitude", "y", "point_y")
_CHUNK = 1 << 20


@dataclass(slots=True)
class LayerFile:
    """One layer as read: rows with a geometry in EPSG:4326, and what was odd about it."""

    path: Path
    frame: GeoDataFrame
    sha256: str
    rows_read: int
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_layer_file(
    path: Path,
    *,
    geometry: GeometryKind,
    layer: str | None = None,
    crs: str | None = None,
    lon: str | None = None,
    lat: str | None = None,
) -> LayerFile:
    """Read one layer.

    Parameters
    ----------
    path
        Any file geopandas reads, the same as ``.gz``, a zipped shapefile, or CSV (also ``.csv.gz``) with coordinates.
    geometry
        What its features must be.
    layer
        Name of the layer, for files that hold several.
    crs
        CRS of the coordinates when the file states none (CSV: EPSG:4326 when left out).
    lon, lat
        Columns of a CSV's coordinates; found by their usual names when left out.

    Returns
    -------
    LayerFile
        Single-part 2D geometries, none missing or empty, with the row number in the column ``_row``.

    Raises
    ------
    SourceFileError
        If the file is missing, empty, damaged, of another kind, in no known CRS, or its coordinates are swapped.
    """
    sha256 = _checked_sha256(path)
    is_csv = path.name.lower().endswith((".csv", ".csv.gz", ".csv.zip"))
    if is_csv and geometry == "line":
        raise SourceFileError(f"{path}: a CSV can't hold road lines: give a GeoPackage, shapefile or GeoJSON")
    result = LayerFile(
        path, _read_csv(path, lon, lat, crs) if is_csv else _read_vector(path, layer, geometry), sha256, 0
    )
    result.rows_read = len(result.frame)
    if result.rows_read == 0:
        raise SourceFileError(f"{path}: holds no features: check that it is the right file")
    result.frame["_row"] = range(1, result.rows_read + 1)
    _keep_usable(result, geometry)
    _to_degrees(result, crs)
    return result


def _checked_sha256(path: Path) -> str:
    """Hash a file, and read it through its compression, so that a truncated one is refused."""
    try:
        if path.is_dir() and path.suffix.lower() != ".gdb":
            raise SourceFileError(f"{path}: is a folder: name the file in it")
        files = sorted(item for item in path.rglob("*") if item.is_file()) if path.is_dir() else [path]
        digest = hashlib.sha256()
        for file in files:
            if file == path and file.stat().st_size == 0:
                raise SourceFileError(f"{path}: the file is empty: download or export it again")
            with file.open("rb") as stream:
                while chunk := stream.read(_CHUNK):
                    digest.update(chunk)
        if path.suffix.lower() == ".gz":
            with gzip.open(path) as stream:
                while stream.read(_CHUNK):
                    pass
        if path.suffix.lower() == ".zip":
            with zipfile.ZipFile(path) as archive:
                broken = archive.testzip()
            if broken:
                raise SourceFileError(f"{path}: {broken} in it is damaged: download it again")
    except FileNotFoundError:
        raise SourceFileError(f"{path}: no such file: check the path") from None
    except (EOFError, gzip.BadGzipFile, zipfile.BadZipFile, zlib.error) as failure:
        raise SourceFileError(f"{path}: truncated or damaged ({failure}): download it again") from None
    except OSError as failure:
        raise SourceFileError(f"{path}: can't be read ({failure.strerror or failure})") from None
    return digest.hexdigest()


def _read_vector(path: Path, layer: str | None, geometry: GeometryKind) -> GeoDataFrame:
    import geopandas as gpd
    import pyogrio

    name = f"/vsigzip/{path.resolve()}" if path.suffix.lower() == ".gz" else str(path)
    try:
        chosen = _choose_layer(path, pyogrio.list_layers(name), layer, geometry)
        frame = gpd.read_file(name, layer=chosen, engine="pyogrio")
    except pyogrio.errors.DataSourceError as failure:
        reason = str(failure).split("; ")[0].replace(f"'{name}'", "it")
        raise SourceFileError(
            f"{path}: not a layer that can be read ({reason}): give a GeoPackage, shapefile, GeoJSON or FileGDB"
        ) from None
    except (pyogrio.errors.DataLayerError, pyogrio.errors.FeatureError, pyogrio.errors.GeometryError) as failure:
        raise SourceFileError(f"{path}: damaged ({failure}): export it again") from None
    if not isinstance(frame, gpd.GeoDataFrame):
        raise SourceFileError(f"{path}: a table without geometry: give a layer of {geometry}s")
    if frame.geometry.name != "geometry":
        frame = frame.rename_geometry("geometry")
    return frame


def _choose_layer(path: Path, layers: list[tuple[str, str | None]], wanted: str | None, geometry: GeometryKind) -> str:
    names = [str(name) for name, _ in layers]
    if wanted is not None:
        if wanted not in names:
            raise SourceFileError(f"{path}: has no layer {wanted!r}: it has {', '.join(names)}")
        return wanted
    if len(names) == 1:
        return names[0]
    kind = "Line" if geometry == "line" else "Point"
    fitting = [str(name) for name, type_ in layers if kind in str(type_)]
    if len(fitting) != 1:
        raise SourceFileError(f"{path}: holds the layers {', '.join(names)}: name one with 'layer:' in the field map")
    return fitting[0]


def _read_csv(path: Path, lon: str | None, lat: str | None, crs: str | None) -> GeoDataFrame:
    import geopandas as gpd
    import pandas as pd

    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, na_values=[""], encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise SourceFileError(f"{path}: not UTF-8 text: save the CSV as UTF-8") from None
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as failure:
        raise SourceFileError(f"{path}: not a CSV table ({' '.join(str(failure).split())})") from None
    table.columns = [str(name).strip() for name in table.columns]
    column_lon = _coordinate_column(path, list(table.columns), lon, _LON_NAMES, "longitude")
    column_lat = _coordinate_column(path, list(table.columns), lat, _LAT_NAMES, "latitude")
    x = pd.to_numeric(table[column_lon], errors="coerce").to_numpy(dtype="float64")
    y = pd.to_numeric(table[column_lat], errors="coerce").to_numpy(dtype="float64")
    points = gpd.GeoSeries(gpd.points_from_xy(x, y))
    points[pd.isna(x) | pd.isna(y)] = None
    try:
        return gpd.GeoDataFrame(table, geometry=points, crs=crs or 4326)
    except ValueError:
        raise SourceFileError(f"{path}: crs {crs!r} of the field map is not known: write it as EPSG:4326") from None


def _coordinate_column(path: Path, present: list[str], wanted: str | None, usual: tuple[str, ...], what: str) -> str:
    folded = {name.casefold(): name for name in present}
    for name in (wanted,) if wanted else usual:
        if name.casefold() in folded:
            return folded[name.casefold()]
    raise SourceFileError(
        f"{path}: has no {what} column: map {what[:3]} in the field map's addresses; it has {', '.join(present)}"
    )


def _keep_usable(result: LayerFile, geometry: GeometryKind) -> None:
    """Drop rows without geometry, refuse other geometry types, take multi-parts apart, drop heights."""
    import shapely

    frame, name = result.frame, result.path.name
    absent = frame.geometry.isna() | frame.geometry.is_empty
    for row in frame.loc[absent, "_row"]:
        result.problems.append(Problem("no_geometry", f"{name} row {row}", "no coordinates; left out"))
    frame = frame[~absent]
    if len(frame) == 0:
        raise SourceFileError(f"{result.path}: none of its {result.rows_read:,} rows has coordinates")
    other = ~frame.geom_type.isin(_TYPES[geometry])
    if other.all():
        found = frame.geom_type.iloc[0]
        hint = (
            "roads and addresses may have been exchanged"
            if found in (*_TYPES["line"], *_TYPES["point"])
            else "wrong layer"
        )
        raise SourceFileError(f"{result.path}: holds {found} features where {geometry}s are needed: {hint}")
    for row, found in zip(frame.loc[other, "_row"], frame.geom_type[other], strict=True):
        result.problems.append(Problem("wrong_geometry", f"{name} row {row}", f"{found}, not a {geometry}; left out"))
    frame = frame[~other]
    multi = frame.geom_type.str.startswith("Multi")
    parts = shapely.get_num_geometries(frame.geometry.to_numpy())
    for row, count in zip(frame.loc[multi & (parts > 1), "_row"], parts[multi & (parts > 1)], strict=True):
        result.problems.append(Problem("multi_part", f"{name} row {row}", f"{count} parts; taken apart"))
    frame = frame.explode(ignore_index=True) if multi.any() else frame.reset_index(drop=True)
    result.frame = frame.set_geometry(shapely.force_2d(frame.geometry.to_numpy()), crs=frame.crs)


def _to_degrees(result: LayerFile, crs: str | None) -> None:
    """Bring the frame to EPSG:4326; refuse swapped or unknown coordinates; drop single rows that lie nowhere."""
    import numpy as np
    from pyproj.exceptions import CRSError

    frame, path = result.frame, result.path
    west, south, east, north = frame.total_bounds
    degrees = west >= -180.5 and east <= 180.5 and south >= -90.5 and north <= 90.5
    try:
        if frame.crs is None and crs is not None:
            frame = frame.set_crs(crs)
        elif frame.crs is None and degrees:
            frame = frame.set_crs(4326)
            result.notes.append(
                f"{path.name} states no CRS; its coordinates look like degrees and are read as EPSG:4326"
            )
        elif frame.crs is None:
            raise SourceFileError(
                f"{path}: states no CRS, and {west:.0f}, {south:.0f} are not degrees: add 'crs: EPSG:...' to the field map"
            )
        elif frame.crs.is_geographic and not degrees and crs is not None:
            frame = frame.set_crs(crs, allow_override=True)
        if frame.crs is None or frame.crs.to_epsg() != 4326:
            frame = frame.to_crs(4326)
    except CRSError:
        raise SourceFileError(f"{path}: crs {crs!r} of the field map is not known: write it as EPSG:4326") from None
    bounds = frame.geometry.bounds
    middle = (float(np.nanmedian(bounds["minx"])), float(np.nanmedian(bounds["miny"])))
    if (abs(middle[1]) > 90 and abs(middle[0]) <= 90) or (middle[1] < -62 and abs(middle[0]) <= 85):
        raise SourceFileError(
            f"{path}: longitude and latitude are swapped (longitude {middle[0]:.5g}, latitude {middle[1]:.5g}): exchange them"
        )
    if abs(middle[1]) > 90 or abs(middle[0]) > 180 or not np.isfinite(middle).all():
        raise SourceFileError(
            f"{path}: {middle[0]:.0f}, {middle[1]:.0f} are not degrees: add 'crs: EPSG:...' of the layer to the field map"
        )
    inside = (bounds["minx"] >= -180) & (bounds["maxx"] <= 180) & (bounds["miny"] >= -90) & (bounds["maxy"] <= 90)
    for row in frame.loc[~inside, "_row"]:
        result.problems.append(
            Problem("no_position", f"{path.name} row {row}", "coordinates outside the earth; left out")
        )
    result.frame = frame[inside].reset_index(drop=True)
