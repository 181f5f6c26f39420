"""Town packs: folders of YAML and CSV files in which a town writes down what no map knows.

``docs/town-pack.md`` describes them. Reading checks every row; places given in words stay open here, as
`PackReference`, for the build to look up in the town.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from geo_dispatch.build.pack_calendars import download_calendar, read_calendars
from geo_dispatch.build.pack_checks import check_rows, odd_capabilities, odd_run_cards
from geo_dispatch.build.pack_files import CheckedRow, Faults, find_pack_files, read_meta, read_rows
from geo_dispatch.build.pack_models import PACK_ROWS, Calendar, PackMeta, PackRow, Place
from geo_dispatch.errors import PackError
from geo_dispatch.schema import TOWN_TABLES, Problem, Provenance, conform

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

__all__ = ["PackReference", "PlaceCorrection", "TownPack", "read_pack"]

_FACT_KEYS = ("source_url", "source_date", "grade", "note")


@dataclass(frozen=True, slots=True)
class PackReference:
    """A row whose position is told in words, to be looked up in the built town.

    Parameters
    ----------
    table, row
        The layer and the position of the row in it.
    kind
        address, place, words, station, area, town; for an alias the target's kind: street, place, route, exit ...
    text
        The words.
    municipality, state
        Where to look, when the row tells.
    source
        File and line, as ``stations.yaml:12``.
    """

    table: str
    row: int
    kind: str
    text: str
    municipality: str | None
    state: str | None
    source: str


@dataclass(frozen=True, slots=True)
class PlaceCorrection:
    """What a pack says about a place that the map has.

    Parameters
    ----------
    target
        Name or place_id of the place.
    gone
        The place no longer exists.
    changes
        Columns of ``places`` and their new values; ``lon`` and ``lat`` when it is to be moved.
    where
        Kind and words of its new position, when it is told in words.
    municipality
        Where to look for it, when the row tells.
    source
        File and line.
    """

    target: str
    gone: bool
    changes: dict[str, object]
    where: tuple[str, str] | None
    municipality: str | None
    source: str


@dataclass(frozen=True, slots=True)
class TownPack:
    """A checked pack: rows of town-file tables with the file and line of each, and what is still to be looked up."""

    folder: Path
    name: str
    state: str
    fictional: bool
    notice: str | None
    layers: dict[str, GeoDataFrame]
    sources: dict[str, tuple[str, ...]]
    references: tuple[PackReference, ...]
    corrections: tuple[PlaceCorrection, ...]
    provenance: tuple[Provenance, ...]
    problems: tuple[Problem, ...] = field(default=())
    timezone: str | None = None
    emergency_number: str = "911"


def read_pack(folder: Path, *, lenient: bool = False, download: Callable[[str], bytes] = download_calendar) -> TownPack:
    """Read and check a town pack.

    Parameters
    ----------
    folder
        The folder with ``pack.yaml`` and any of the other files.
    lenient
        Leave out what is wrong, and list it among the problems, instead of refusing the pack. Without a ``pack.yaml`` that can be
        read it is refused all the same.
    download
        Gets a calendar from its address.

    Returns
    -------
    TownPack
        A layer for each table that the pack has rows for.

    Raises
    ------
    PackError
        If the folder, ``pack.yaml``, a key or a value is missing, unknown or wrong: a line for each fault, up to 50, that begins
        with file and line.
    """
    if not folder.is_dir():
        kind = "is a file, not a folder" if folder.exists() else "no such folder"
        raise PackError(f"{folder}: {kind}: name the folder that holds pack.yaml")
    faults = Faults()
    files = find_pack_files(folder, faults)
    if "pack" not in files:
        raise PackError(f"{folder}: has no pack.yaml: add one with the town's name and state")
    meta = read_meta(files.pop("pack"))
    rows = {table: read_rows(table, path, faults) for table, path in files.items()}
    check_rows(rows, faults, thorough=lenient)
    calendars = rows.pop(Calendar.table, [])
    dated = read_calendars(folder, calendars, faults, download=download)
    if not lenient:
        faults.refuse()
    if dated:
        rows["events"] = [*rows.get("events", []), *dated]
    layers, sources, references, corrections = _layers(rows)
    return TownPack(
        folder=folder,
        name=meta.name,
        state=meta.state,
        fictional=meta.fictional,
        notice=meta.notice,
        layers=layers,
        sources=sources,
        references=tuple(references),
        corrections=tuple(corrections),
        provenance=(_provenance(folder, meta, rows),),
        problems=(*(_dropped(line) for line in faults.lines), *_odd(rows)),
        timezone=meta.timezone,
        emergency_number=meta.emergency_number,
    )


def _dropped(line: str) -> Problem:
    source, _, said = line.partition(": ")
    return Problem("pack_dropped", source, said)


def _layers(
    rows: dict[str, list[CheckedRow]],
) -> tuple[dict[str, GeoDataFrame], dict[str, tuple[str, ...]], list[PackReference], list[PlaceCorrection]]:
    import geopandas as gpd
    from shapely.geometry import Point

    layers: dict[str, GeoDataFrame] = {}
    sources: dict[str, tuple[str, ...]] = {}
    references: list[PackReference] = []
    corrections: list[PlaceCorrection] = []
    for table, found in rows.items():
        records: list[dict[str, object]] = []
        lines: list[str] = []
        points: list[Point | None] = []
        for row in found:
            if isinstance(row.model, Place) and row.model.corrects is not None:
                corrections.append(_correction(row.model, row.source))
                continue
            model = row.model
            point = None if model.lon is None or model.lat is None else Point(model.lon, model.lat)
            where = model.where()
            if where is not None and (point is None or table == "aliases"):
                here = PackReference(table, len(records), *where, model.municipality, model.state, row.source)
                references.append(here)
            records.append(_record(table, model))
            points.append(point)
            lines.append(row.source)
        if records:
            frame = gpd.GeoDataFrame(records, geometry=gpd.GeoSeries(points, crs=4326), crs=4326)
            layers[table] = conform(frame, TOWN_TABLES[table])
            sources[table] = tuple(lines)
    return layers, sources, references, corrections


def _record(table: str, model: PackRow) -> dict[str, object]:
    """Return a row's columns: lists as JSON text, ids that were left out made."""
    values = model.model_dump()
    known = set(TOWN_TABLES[table].column_names)
    record: dict[str, object] = {}
    for key, value in values.items():
        if key not in known:
            continue
        if key == "relation":
            record[key] = "; ".join(value)
        elif isinstance(value, (list, dict)):
            record[key] = json.dumps(value, ensure_ascii=False) if value else None
        else:
            record[key] = value
    if table == "places":
        told = {key: values[key] for key in _FACT_KEYS if values[key] is not None}
        record["tags"] = json.dumps({**values["tags"], **told}, ensure_ascii=False) if values["tags"] or told else None
        record["place_id"] = values["place_id"] or f"pack:{values['name']}"
    if table == "exits":
        record["exit_id"] = values["exit_id"] or f"pack:{values['route']} exit {values['number']}"
    if table == "mile_markers":
        parts = (values["route"], f"mile {values['number']:g}", values["direction"])
        record["marker_id"] = values["marker_id"] or "pack:" + " ".join(part for part in parts if part)
        record["text"] = values["text"] or f"{values['number']:g}"
    if table in ("places", "exits", "mile_markers"):
        record["source"] = "pack"
    return record


def _correction(model: Place, source: str) -> PlaceCorrection:
    given = {key for key in model.model_fields_set if key in TOWN_TABLES["places"].column_names}
    record = _record("places", model)
    changes: dict[str, object] = {key: record[key] for key in sorted(given - {"place_id"})}
    if model.lon is not None and model.lat is not None:
        changes |= {"lon": model.lon, "lat": model.lat}
    where = model.where() if model.lon is None else None
    return PlaceCorrection(str(model.corrects), model.gone, changes, where, model.municipality, source)


def _provenance(folder: Path, meta: PackMeta, rows: dict[str, list[CheckedRow]]) -> Provenance:
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        if path.suffix == ".ics" or (
            path.stem in ("pack", "calendars", *PACK_ROWS) and path.suffix in (".yaml", ".csv")
        ):
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return Provenance(
        name=f"Town pack: {meta.name}, {meta.state}",
        location=folder.resolve().name,
        timestamp=meta.date,
        sha256=digest.hexdigest(),
        licence=meta.licence or "not stated",
        attribution=meta.attribution or "",
        counts={table: len(found) for table, found in rows.items()},
    )


def _odd(rows: dict[str, list[CheckedRow]]) -> Iterator[Problem]:
    """Yield what is allowed but worth a look: capabilities that no unit has, rows that say nowhere."""
    yield from odd_capabilities(rows)
    yield from odd_run_cards(rows)
    for table in ("stations", "hazards", "places", "exits", "mile_markers"):
        for row in rows.get(table, []):
            corrects = isinstance(row.model, Place) and row.model.corrects is not None
            if row.model.lon is None and row.model.where() is None and not corrects:
                yield Problem("row_without_position", row.source, "gives no lon and lat, address, place or words")
