"""The town file: one GeoPackage, and the memory-mapped index beside it.

The GeoPackage is the source of truth. The index (``TOWN.gpkg.index/``) is derived from it, keyed by its
sha256 and the index version, never edited, and made again whenever it is absent or stale.

References
----------
OGC GeoPackage 1.3, https://www.geopackage.org/spec130/
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo_dispatch.errors import OutputError, SourceFileError, TownFileError, TownFormatError
from geo_dispatch.progress import NO_PROGRESS, Progress
from geo_dispatch.schema import FORMAT_VERSION, LATER_TABLES, TOWN_TABLES, Table, conform, empty_layer
from geo_dispatch.town.columns import ArrayFile, Arrays
from geo_dispatch.town.town import Town, TownMeta, meta_from_rows, rows_from_meta

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

__all__ = [
    "check_writable",
    "file_sha256",
    "index_folder",
    "index_is_current",
    "open_town",
    "read_layers",
    "write_town",
]

INDEX_VERSION = 5
"""Raised whenever `geo_dispatch.town.arrays` changes its result."""

_MANIFEST = "manifest.json"
_TOWN_ARRAYS = "town.arrays"
_GPKG_VERSION = "1.3"  # read and validated by every GDAL since 3.3; 1.4 changed the triggers of spatial indexes
_SEARCHED = ("nodes", "edges", "streets", "intersections", "addresses", "address_ranges", "places")


def index_folder(path: Path) -> Path:
    """Return the folder of a town file's index."""
    return path.with_name(path.name + ".index")


def file_sha256(path: Path) -> str:
    """Return the sha256 of a file, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# --- writing -----------------------------------------------------------------------------------


def _temporary_beside(path: Path) -> tuple[int, str]:
    """Make a temporary file in the folder of `path`; refuse when none can be made there."""
    if not path.parent.is_dir():
        raise OutputError(f"{path}: the folder {path.parent} does not exist: create it, or choose another --out")
    if path.is_dir():
        raise OutputError(f"{path} is a folder: give the name of a file to write")
    try:
        return tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part.gpkg", dir=path.parent)
    except OSError as error:
        raise OutputError(f"{path}: can't write in {path.parent} ({error.strerror}): choose another --out") from None


def check_writable(path: Path) -> None:
    """Refuse a town file's path that can't be written, before hours are spent on what goes there.

    Raises
    ------
    OutputError
        If its folder is missing or read-only, or the path is a folder.
    """
    handle, name = _temporary_beside(path)
    os.close(handle)
    Path(name).unlink()


@contextlib.contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary name in the same folder that becomes `path` when all went well, and vanishes when not."""
    handle, name = _temporary_beside(path)
    os.close(handle)
    temporary = Path(name)
    try:
        temporary.unlink()
        yield temporary
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    except OSError as error:
        raise OutputError(
            f"{path}: can't be written ({error.strerror or error}): free space or choose another --out"
        ) from None
    finally:
        for leftover in temporary.parent.glob(temporary.name + "*"):
            leftover.unlink(missing_ok=True)


def write_town(
    path: Path, layers: Mapping[str, GeoDataFrame], meta: TownMeta, *, progress: Progress = NO_PROGRESS
) -> None:
    """Write a town file, and its index beside it.

    Parameters
    ----------
    path
        The GeoPackage to write; an existing one stays whole until the new one is complete.
    layers
        A conforming frame for each of `geo_dispatch.schema.TOWN_TABLES` except ``meta``.
    meta
        What the file says of itself.
    progress
        Told of each table.

    Raises
    ------
    OutputError
        If the file can't be written; an older file is untouched.
    """
    full = {**layers, "meta": _meta_frame(meta, layers["boundaries"])}
    progress.stage("writing the town file", total=len(TOWN_TABLES))
    with _replacing(path) as temporary, _unsynchronised():
        for name, table in TOWN_TABLES.items():
            _write_table(temporary, full[name], table)
            progress.advance()
    _write_index(path, full, meta, progress)


@contextlib.contextmanager
def _unsynchronised() -> Iterator[None]:
    """Let SQLite leave the disk to the system while a temporary file is written; it is synced once, at the end."""
    import pyogrio

    option = "OGR_SQLITE_SYNCHRONOUS"
    before = pyogrio.get_gdal_config_option(option)
    pyogrio.set_gdal_config_options({option: "OFF"})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({option: before})


def _write_table(path: Path, frame: GeoDataFrame, table: Table) -> None:
    import pyogrio
    from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, GeometryError

    try:
        pyogrio.write_dataframe(
            frame,
            path,
            layer=table.name,
            driver="GPKG",
            append=path.exists(),
            geometry_type=table.geometry,
            promote_to_multi=table.geometry.startswith("Multi"),
            dataset_options=None if path.exists() else {"VERSION": _GPKG_VERSION},
            layer_options={
                "DESCRIPTION": table.meaning,
                "GEOMETRY_NAME": "geom",
                "SPATIAL_INDEX": "YES" if table.name in _SEARCHED or table.name.startswith("basemap_") else "NO",
            },
        )
    except (DataLayerError, DataSourceError, FeatureError, GeometryError) as error:
        free = shutil.disk_usage(path.parent).free
        raise OutputError(
            f"{path.parent}: the table {table.name} can't be written ({error}); {free // 2**20} MiB are free there: "
            "free space or choose another --out"
        ) from None


def _meta_frame(meta: TownMeta, boundaries: GeoDataFrame) -> GeoDataFrame:
    import geopandas as gpd

    rows = rows_from_meta(meta)
    own = boundaries[boundaries["kind"] == "own"].geometry
    area = own.iloc[0] if len(own) else None
    shapes = [area if key == "name" else None for key in rows]
    return gpd.GeoDataFrame({"key": list(rows), "value": list(rows.values())}, geometry=shapes, crs=4326)


# --- the index ---------------------------------------------------------------------------------


def _stat_key(path: Path) -> dict[str, int]:
    stat = path.stat()
    return {"size": stat.st_size, "mtime_ns": stat.st_mtime_ns}


def _write_index(path: Path, layers: Mapping[str, GeoDataFrame], meta: TownMeta, progress: Progress) -> None:
    """Write the index to a temporary folder, then put it in place; failing that, the town file still stands."""
    from geo_dispatch.town.arrays import arrays_of_layers

    progress.stage("indexing")
    arrays = arrays_of_layers(layers, meta.epsg)
    target = index_folder(path)
    temporary = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=path.parent))
    try:
        temporary.chmod(0o755)
        ArrayFile.write(temporary / _TOWN_ARRAYS, arrays)
        manifest = {
            "index_version": INDEX_VERSION,
            "format_version": meta.format_version,
            "sha256": file_sha256(path),
            "arrays_bytes": (temporary / _TOWN_ARRAYS).stat().st_size,
            **_stat_key(path),
            "meta": rows_from_meta(meta),
        }
        (temporary / _MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
        if target.exists():
            shutil.rmtree(target)
        temporary.replace(target)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _read_manifest(path: Path) -> dict[str, Any] | None:
    """Return the manifest of a current index, else None."""
    try:
        manifest: dict[str, Any] = json.loads((index_folder(path) / _MANIFEST).read_text(encoding="utf-8"))
        arrays_bytes = (index_folder(path) / _TOWN_ARRAYS).stat().st_size
    except (OSError, ValueError):
        return None
    if manifest.get("arrays_bytes") != arrays_bytes:
        return None
    if manifest.get("index_version") != INDEX_VERSION or manifest.get("format_version") != FORMAT_VERSION:
        return None
    touched = any(manifest.get(key) != value for key, value in _stat_key(path).items())
    if touched and manifest.get("sha256") != file_sha256(path):
        return None
    return manifest


def index_is_current(path: Path) -> bool:
    """Tell whether a town file has an index that belongs to it."""
    return path.is_file() and _read_manifest(path) is not None


class _BesideTown:
    """Keeps derived arrays in the index folder; in memory when that can't be written."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, name: str, version: int) -> Arrays | None:
        try:
            return ArrayFile(self._folder / f"{name}-{version}.arrays")
        except (OSError, ValueError):
            return None

    def keep(self, name: str, version: int, arrays: Arrays) -> Arrays:
        try:
            handle, temporary = tempfile.mkstemp(prefix=f".{name}.", dir=self._folder)
            os.close(handle)
        except OSError:
            return arrays
        try:
            ArrayFile.write(Path(temporary), arrays)
            Path(temporary).chmod(0o644)
            Path(temporary).replace(self._folder / f"{name}-{version}.arrays")
        except OSError:
            Path(temporary).unlink(missing_ok=True)
            return arrays
        return self.find(name, version) or arrays


# --- reading -----------------------------------------------------------------------------------


def open_town(path: Path, *, progress: Progress = NO_PROGRESS) -> Town:
    """Open a town file; its index is used when current, and made again with a notice when not.

    Parameters
    ----------
    path
        The GeoPackage.
    progress
        Told when the index must be made again.

    Returns
    -------
    Town
        The town, its arrays mapped from the index.

    Raises
    ------
    SourceFileError
        If there is no such file.
    TownFileError
        If it is not a town file, or damaged.
    TownFormatError
        If its format is newer than this program, or too old to read.
    """
    if not path.is_file():
        raise SourceFileError(f"{path}: no such town file: make one with `geo-dispatch build`, or check the name")
    if not os.access(path, os.R_OK):
        raise SourceFileError(f"{path}: can't be read (permission denied): ask its owner for the right to read it")
    manifest = _read_manifest(path)
    if manifest is None:
        meta = _read_meta(path)
        progress.note(f"the index of {path.name} is absent or stale: making it again")
        layers = read_layers(path)
        try:
            _write_index(path, layers, meta, progress)
        except OSError as error:
            from geo_dispatch.town.arrays import arrays_of_layers

            progress.note(f"the index can't be written beside {path.name} ({error.strerror}): kept in memory")
            return Town(meta, arrays_of_layers(layers, meta.epsg))
        manifest = _read_manifest(path)
        if manifest is None:
            raise TownFileError(f"{path}: changed while it was being read: try again")
    folder = index_folder(path)
    arrays = ArrayFile(folder / _TOWN_ARRAYS)
    return Town(meta_from_rows(manifest["meta"]), arrays, derived=_BesideTown(folder))


def _read_meta(path: Path) -> TownMeta:
    """Read the table meta with sqlite alone, so that any file of another kind is told apart first."""
    with path.open("rb") as file:
        if file.read(16) != b"SQLite format 3\x00":
            raise TownFileError(f"{path}: not a GeoPackage: give a file made by `geo-dispatch build`")
    try:
        with contextlib.closing(sqlite3.connect(f"file:{path.resolve()}?mode=ro&immutable=1", uri=True)) as connection:
            rows = dict(connection.execute("SELECT key, value FROM meta"))
            tables = {name for (name,) in connection.execute("SELECT table_name FROM gpkg_contents")}
    except sqlite3.Error as error:
        raise TownFileError(
            f"{path}: not a town file or damaged ({error}): give a file made by `geo-dispatch build`"
        ) from None
    version = rows.get("format_version", "")
    if not version.isdigit():
        raise TownFileError(f"{path}: the table meta has no format_version: give a file made by `geo-dispatch build`")
    if int(version) > FORMAT_VERSION:
        raise TownFormatError(
            f"{path}: town file format {version} is newer than this program reads ({FORMAT_VERSION}): "
            "update geo-dispatch, or build the town again"
        )
    if int(version) < FORMAT_VERSION:
        raise TownFormatError(
            f"{path}: town file format {version} is older than this program reads ({FORMAT_VERSION}): build the town again"
        )
    missing = sorted(set(TOWN_TABLES) - LATER_TABLES - tables)
    if missing:
        raise TownFileError(f"{path}: the tables {', '.join(missing)} are missing: build the town again")
    return meta_from_rows(rows)


def read_layers(path: Path) -> dict[str, GeoDataFrame]:
    """Read every table of a town file.

    Raises
    ------
    TownFileError
        If a table can't be read.
    """
    import pyogrio
    from pyogrio.errors import DataLayerError, DataSourceError

    layers = {}
    there = {name for name, _ in pyogrio.list_layers(path)}
    for name, table in TOWN_TABLES.items():
        if name in LATER_TABLES and name not in there:
            layers[name] = empty_layer(table)
            continue
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", RuntimeWarning)  # what GDAL remarks on a damaged file is said below
                layers[name] = conform(pyogrio.read_dataframe(path, layer=name), table)
        except (DataLayerError, DataSourceError) as error:
            raise TownFileError(f"{path}: the table {name} can't be read ({error}): build the town again") from None
    return layers
