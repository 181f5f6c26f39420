"""Cases for evaluation: texts whose true place is known, as lines of JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from geo_dispatch.errors import CaseFileError, InputError
from geo_dispatch.geometry import LonLat
from geo_dispatch.locate.circle import Circle, parse_circle

__all__ = ["Case", "read_cases", "write_cases"]


@dataclass(frozen=True, slots=True)
class Case:
    """A text, the true place, and how near an answer must be to count, metres."""

    text: str
    position: LonLat
    tolerance_m: float
    circle: Circle | None = None
    group: str = "all"


def read_cases(path: Path) -> list[Case]:
    """Read cases from a file of JSON lines.

    Parameters
    ----------
    path
        Each line ``{"text", "lon", "lat", "tolerance_m"[, "circle", "class"]}``; empty lines are skipped. A circle is
        ``"LON,LAT,RADIUS_M[,CONFIDENCE]"`` or an object with the keys lon, lat, radius_m, confidence.

    Raises
    ------
    CaseFileError
        If the file can't be read or a line is wrong; the message names file and line.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "is not UTF-8 text"
        raise CaseFileError(f"{path}: {reason}: give a file of JSON lines") from None
    cases = [_case(path, number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not cases:
        raise CaseFileError(
            f'{path}: holds no cases: give lines like {{"text": "12 Main St", "lon": -71.08, "lat": 41.58, "tolerance_m": 50}}'
        )
    return cases


def write_cases(cases: Iterable[Case]) -> str:
    r"""Write cases as the lines of JSON that `read_cases` reads.

    Parameters
    ----------
    cases
        In the order of the lines.

    Examples
    --------
    >>> write_cases([Case("12 Main St", LonLat(-71.08, 41.58), 50.0, group="address")])
    '{"text": "12 Main St", "lon": -71.08, "lat": 41.58, "tolerance_m": 50.0, "class": "address"}\n'
    """
    rows = []
    for case in cases:
        row: dict[str, Any] = {"text": case.text, "lon": case.position.lon, "lat": case.position.lat}
        row |= {"tolerance_m": case.tolerance_m, "class": case.group}
        if case.circle is not None:
            row["circle"] = asdict(case.circle)
        rows.append(json.dumps(row, ensure_ascii=False))
    return "".join(f"{row}\n" for row in rows)


def _case(path: Path, number: int, line: str) -> Case:
    where = f"{path}:{number}"
    try:
        row: Any = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        raise CaseFileError(f"{where}: not JSON ({error}): one object on each line") from None
    if not isinstance(row, dict):
        raise CaseFileError(f"{where}: not an object: one {{...}} on each line")
    missing = [key for key in ("text", "lon", "lat", "tolerance_m") if key not in row]
    if missing:
        raise CaseFileError(f"{where}: lacks {', '.join(missing)}")
    unknown = sorted(set(row) - {"text", "lon", "lat", "tolerance_m", "circle", "class"})
    if unknown:
        raise CaseFileError(f"{where}: unknown key {unknown[0]!r}: keys are text, lon, lat, tolerance_m, circle, class")
    if not isinstance(row["text"], str) or not row["text"].strip():
        raise CaseFileError(f"{where}: text is empty or no text")
    lon, lat = _number(where, row, "lon", 180.0), _number(where, row, "lat", 90.0)
    tolerance = _number(where, row, "tolerance_m", 1e6)
    if tolerance <= 0:
        raise CaseFileError(f"{where}: tolerance_m {tolerance:g} is not above 0")
    return Case(
        row["text"], LonLat(lon, lat), tolerance, _circle(where, row.get("circle")), str(row.get("class") or "all")
    )


def _number(where: str, row: dict[str, Any], key: str, limit: float) -> float:
    value = row[key]
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or abs(value) > limit:
        raise CaseFileError(f"{where}: {key} {value!r} is not a number within {limit:g}")
    return float(value)


def _circle(where: str, value: object) -> Circle | None:
    try:
        if value is None:
            return None
        if isinstance(value, str):
            return parse_circle(value)
        if isinstance(value, dict) and {"lon", "lat", "radius_m"} <= set(value) <= {
            "lon",
            "lat",
            "radius_m",
            "confidence",
        }:
            return Circle(**{key: float(number) for key, number in value.items()})
    except (InputError, ValueError, TypeError) as error:
        raise CaseFileError(f"{where}: circle: {error}") from None
    raise CaseFileError(f"{where}: circle {value!r} is not LON,LAT,RADIUS_M[,CONFIDENCE] nor an object with those keys")
