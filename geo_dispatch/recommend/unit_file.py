"""Units as they are now, from a CSV file."""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from geo_dispatch.data_tables import load_table
from geo_dispatch.errors import CaseFileError, InputError
from geo_dispatch.geometry import LonLat, parse_lonlat
from geo_dispatch.live.statuses import load_workflow
from geo_dispatch.live.times import utc_text
from geo_dispatch.recommend.call import CallUnit
from geo_dispatch.routing import get_profile
from geo_dispatch.yaml_lines import did_you_mean

__all__ = ["read_unit_file"]

_NAMES = {
    "id": "unit_id",
    "unit": "unit_id",
    "time": "position_at",
    "position_time": "position_at",
    "at": "position_at",
}
_TEXTS = ("name", "crew_group", "staffing", "station_id", "neighbour")
_NUMBERS = ("call_over_s", "weight_t", "height_m", "width_m", "length_m", "accuracy_m")
_COLUMNS = (
    "unit_id", "lon", "lat", "position_at", "status", "kind", "profile", "capabilities", "crew", *_TEXTS, *_NUMBERS,
)  # fmt: skip


def read_unit_file(
    path: Path,
    *,
    known: Mapping[str, CallUnit],
    capabilities: Collection[str],
    at: datetime,
    check_position: Callable[[str, str, LonLat], None],
) -> tuple[CallUnit, ...]:
    """Read units from a CSV file with a header.

    Parameters
    ----------
    path
        The file. ``unit_id`` is needed; a unit of the town has from the town what the file leaves blank, one that the town
        doesn't know needs ``kind`` and ``capabilities`` (with blanks or semicolons between). ``lon``, ``lat``, ``position_at``,
        ``accuracy_m`` are its position, a position without a time is of now; ``status`` is one of the live store's.
    known
        The town's units by id.
    capabilities
        Those that there are: of run cards and of the town's units; anything goes when empty.
    at
        The moment of the call, with a time zone; times without one are by the same clock.
    check_position
        Refuses positions where a unit of a kind can't be, by an `InputError`.

    Returns
    -------
    tuple of CallUnit
        In the order of the file.

    Raises
    ------
    CaseFileError
        If the file or a value can't be used; the message names file and line.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(enumerate(csv.reader(file), start=1))
    except OSError as problem:
        raise CaseFileError(f"{path}: can't be read ({problem.strerror or problem}): check the path") from None
    except UnicodeDecodeError:
        raise CaseFileError(f"{path}: is not UTF-8 text: save it as CSV in UTF-8") from None
    except csv.Error as problem:
        raise CaseFileError(f"{path}: is not CSV ({problem}): give a header and a line for each unit") from None
    reader = _Reader(known, capabilities, at, check_position)
    header = _header(path, rows[0][1] if rows else [])
    seen: dict[str, int] = {}
    units = []
    for line, row in rows[1:]:
        if not any(cell.strip() for cell in row):
            continue
        try:
            unit = reader.unit(_values(header, row))
            if unit.unit_id in seen:
                raise InputError(f"unit {unit.unit_id!r} is already on line {seen[unit.unit_id]}: give each one line")
        except InputError as problem:
            raise CaseFileError(f"{path}:{line}: {problem}") from None
        seen[unit.unit_id] = line
        units.append(unit)
    if not units:
        raise CaseFileError(f"{path}: holds no units: give a line unit_id,lon,lat,status for each")
    return tuple(units)


def _header(path: Path, cells: Sequence[str]) -> list[str]:
    names = [_NAMES.get(cell.strip().lower(), cell.strip().lower()) for cell in cells]
    if "unit_id" not in names:
        raise CaseFileError(f"{path}:1: lacks the column unit_id: the header may name {', '.join(_COLUMNS)}")
    for name in names:
        if name not in _COLUMNS:
            raise CaseFileError(
                f"{path}:1: no column is called {name!r}{did_you_mean(name, _COLUMNS)}: the header may name {', '.join(_COLUMNS)}"
            )
        if names.count(name) > 1:
            raise CaseFileError(f"{path}:1: names the column {name} twice: leave one out")
    return names


def _values(header: Sequence[str], row: Sequence[str]) -> dict[str, str]:
    if len(row) != len(header):
        raise InputError(f"has {len(row)} values where the header has {len(header)}")
    return {name: cell.strip() for name, cell in zip(header, row, strict=True) if cell.strip()}


class _Reader:
    def __init__(
        self,
        known: Mapping[str, CallUnit],
        capabilities: Collection[str],
        at: datetime,
        check_position: Callable[[str, str, LonLat], None],
    ) -> None:
        self._known, self._capabilities, self._at, self._check = known, capabilities, at, check_position
        self._tolerance_s = float(load_table("geo_dispatch.live", "limits")["future_tolerance_s"])
        self._kinds = load_table("geo_dispatch.live", "kinds")["kinds"]

    def unit(self, given: Mapping[str, str]) -> CallUnit:
        """Read one unit; raises InputError."""
        unit_id = given.get("unit_id", "")
        if not unit_id:
            raise InputError("has no unit_id: give each unit its own")
        base = self._known.get(unit_id) or self._stranger(unit_id, given)
        told: dict[str, Any] = {name: given[name] for name in _TEXTS if name in given}
        told |= {name: _number(name, given[name]) for name in _NUMBERS if name in given}
        if "kind" in given:
            told["kind"] = _one_of("kind of unit", given["kind"], self._kinds)
        if "profile" in given:
            told["profile"] = get_profile(given["profile"]).id
        if "capabilities" in given:
            told["capabilities"] = self._able(given["capabilities"])
        if "crew" in given:
            told["crew"] = int(_number("crew", given["crew"]))
        if "status" in given:
            status = load_workflow().get_status(given["status"])
            told |= {"status": status.status, "assignable": status.assignable, "status_assumed": False}
        unit = replace(base, **told)
        return replace(unit, **self._position(unit, given))

    def _stranger(self, unit_id: str, given: Mapping[str, str]) -> CallUnit:
        missing = [name for name in ("kind", "capabilities", "status") if name not in given]
        if missing:
            raise InputError(
                f"the town has no unit {unit_id!r}{did_you_mean(unit_id, self._known)}: correct it, or give its {', '.join(missing)}"
            )
        return CallUnit(unit_id, given["kind"], (), "", assignable=False)

    def _able(self, text: str) -> tuple[str, ...]:
        words: Iterable[str] = text.replace(";", " ").replace("|", " ").replace(",", " ").split()
        return tuple(_one_of("capability", word, self._capabilities) if self._capabilities else word for word in words)

    def _position(self, unit: CallUnit, given: Mapping[str, str]) -> dict[str, Any]:
        if ("lon" in given) != ("lat" in given):
            raise InputError("has a lon or a lat alone: give both or neither")
        if "lon" not in given:
            if "position_at" in given:
                raise InputError("has a position_at without lon and lat: give them, or leave it blank")
            return {}
        position = parse_lonlat(f"{given['lon']},{given['lat']}")
        self._check(unit.unit_id, unit.kind, position)
        moment = self._moment(given.get("position_at"))
        placed = replace(unit, lon=position.lon, lat=position.lat, position_at=utc_text(moment))
        placed.age_s(self._at, tolerance_s=self._tolerance_s)
        return {"lon": position.lon, "lat": position.lat, "position_at": utc_text(moment)}

    def _moment(self, text: str | None) -> datetime:
        if text is None:
            return self._at
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise InputError(f"{text!r} is not a time: write 2026-07-04T09:00:00") from None
        return moment if moment.tzinfo else moment.replace(tzinfo=self._at.tzinfo)


def _number(name: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < 1e9:
        raise InputError(f"{name} {text!r} is no figure from 0 up: give a number")
    return value


def _one_of(what: str, word: str, known: Collection[str]) -> str:
    if word not in known:
        hint = did_you_mean(word, known) or f": those there are: {', '.join(known)}"
        raise InputError(f"there is no {what} {word!r}{hint}")
    return word
