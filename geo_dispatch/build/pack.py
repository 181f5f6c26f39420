"""Town packs: folders of YAML and CSV files in which a town writes down what no map knows.

``docs/town-pack.md`` describes them. Reading checks every row; places given in words stay open here, as
`PackReference`, for the build to look up in the town.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, cast

from geo_dispatch.build.pack_checks import check_run_cards, odd_capabilities, odd_run_cards
from geo_dispatch.build.pack_files import CheckedRow, find_pack_files, read_meta, read_rows
from geo_dispatch.build.pack_models import PACK_ROWS, Calendar, PackMeta, PackRow, Place
from geo_dispatch.errors import PackError, ProfileError
from geo_dispatch.routing.profiles import get_profile
from geo_dispatch.schema import TOWN_TABLES, Problem, Provenance, conform
from geo_dispatch.yaml_lines import did_you_mean

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
    """A checked pack: rows of town-file tables, and what is still to be looked up."""

    folder: Path
    name: str
    state: str
    fictional: bool
    notice: str | None
    layers: dict[str, GeoDataFrame]
    references: tuple[PackReference, ...]
    corrections: tuple[PlaceCorrection, ...]
    provenance: tuple[Provenance, ...]
    problems: tuple[Problem, ...] = field(default=())
    timezone: str | None = None
    emergency_number: str = "911"
    calendars: tuple[Calendar, ...] = ()


def read_pack(folder: Path) -> TownPack:
    """Read and check a town pack.

    Parameters
    ----------
    folder
        The folder with ``pack.yaml`` and any of the other files.

    Returns
    -------
    TownPack
        A layer for each table that the pack has rows for.

    Raises
    ------
    PackError
        If the folder, ``pack.yaml``, a key or a value is missing, unknown or wrong: one line that begins with file
        and line.
    """
    if not folder.is_dir():
        kind = "is a file, not a folder" if folder.exists() else "no such folder"
        raise PackError(f"{folder}: {kind}: name the folder that holds pack.yaml")
    files = find_pack_files(folder)
    if "pack" not in files:
        raise PackError(f"{folder}: has no pack.yaml: add one with the town's name and state")
    meta = read_meta(files.pop("pack"))
    rows = {table: list(read_rows(table, path)) for table, path in files.items()}
    for found in rows.values():
        _check_ids(found)
    calendars = tuple(cast(Calendar, row.model) for row in rows.pop(Calendar.table, []))
    _check_stations(rows)
    _check_services(rows)
    _check_profiles(rows.get("units", []))
    check_run_cards(rows)
    layers, references, corrections = _layers(rows)
    return TownPack(
        folder=folder,
        name=meta.name,
        state=meta.state,
        fictional=meta.fictional,
        notice=meta.notice,
        layers=layers,
        references=tuple(references),
        corrections=tuple(corrections),
        provenance=(_provenance(folder, meta, rows),),
        problems=tuple(_odd(rows)),
        timezone=meta.timezone,
        emergency_number=meta.emergency_number,
        calendars=calendars,
    )


def _check_ids(rows: list[CheckedRow]) -> None:
    seen: dict[str, str] = {}
    for row in rows:
        key = row.model.id_key
        value = getattr(row.model, key) if key else None
        if value is None:
            continue
        if value in seen:
            raise PackError(f"{row.source}: {key} {value!r} is used at {seen[value]} too: ids must differ")
        seen[value] = row.source


def _check_stations(rows: dict[str, list[CheckedRow]]) -> None:
    known = [row.model.station_id for row in rows.get("stations", [])]  # type: ignore[attr-defined]
    for row in rows.get("units", []):
        station = row.model.station_id  # type: ignore[attr-defined]
        if station not in known:
            hint = did_you_mean(station, known) or f": the stations are {', '.join(known) or 'none'}"
            raise PackError(f"{row.source}: station_id {station!r} is not in stations{hint}")


def _check_services(rows: dict[str, list[CheckedRow]]) -> None:
    """Refuse a note or a rule that names an office which the directory lacks."""
    known = [row.model.service_id for row in rows.get("directory", [])]  # type: ignore[attr-defined]
    for table in ("notes", "jurisdictions"):
        for row in rows.get(table, []):
            service = row.model.service_id  # type: ignore[attr-defined]
            if service is not None and service not in known:
                hint = did_you_mean(service, known) or f": the services are {', '.join(known) or 'none'}"
                raise PackError(f"{row.source}: service_id {service!r} is not in directory{hint}")


def _check_profiles(units: list[CheckedRow]) -> None:
    """Refuse a vehicle profile that there is none of: a mistyped one would leave the unit without routes."""
    for row in units:
        profile = row.model.profile  # type: ignore[attr-defined]
        try:
            if profile is not None:
                get_profile(profile)
        except ProfileError as error:
            raise PackError(f"{row.source}: {error}") from None


def _layers(
    rows: dict[str, list[CheckedRow]],
) -> tuple[dict[str, GeoDataFrame], list[PackReference], list[PlaceCorrection]]:
    import geopandas as gpd
    from shapely.geometry import Point

    layers: dict[str, GeoDataFrame] = {}
    references: list[PackReference] = []
    corrections: list[PlaceCorrection] = []
    for table, found in rows.items():
        records: list[dict[str, object]] = []
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
        if records:
            frame = gpd.GeoDataFrame(records, geometry=gpd.GeoSeries(points, crs=4326), crs=4326)
            layers[table] = conform(frame, TOWN_TABLES[table])
    return layers, references, corrections


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
