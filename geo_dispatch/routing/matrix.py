"""Origin-destination matrices, and the CSV files they are read from and written to."""

from __future__ import annotations

import csv
import math
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from geo_dispatch.errors import CaseFileError, CoordinateError, OutputError
from geo_dispatch.geometry import FloatArray, LonLat, parse_lonlat
from geo_dispatch.routing.snap import Snaps

__all__ = ["Matrix", "NamedPoint", "read_points_csv", "write_matrix_csv"]

_COLUMNS = ("id", "lon", "lat")


@dataclass(frozen=True, slots=True)
class Matrix:
    """Travel times and lengths from every origin to every destination.

    Attributes
    ----------
    profile
        Id of the vehicle profile.
    travel_time_s, length_m
        Seconds, and metres of that fastest way, shape ``(n_origins, n_destinations)``; ``inf`` where there is no way.
    origins, destinations
        Where the positions were moved to on the roads.
    """

    profile: str
    travel_time_s: FloatArray
    length_m: FloatArray
    origins: Snaps
    destinations: Snaps


@dataclass(frozen=True, slots=True)
class NamedPoint:
    """A position with an id of the user's."""

    id: str
    position: LonLat


def read_points_csv(path: Path) -> tuple[NamedPoint, ...]:
    """Read positions from a CSV file with the columns id, lon, lat.

    Parameters
    ----------
    path
        UTF-8 text with a header line; other columns are ignored.

    Returns
    -------
    tuple
        At least one point, in the order of the file.

    Raises
    ------
    CaseFileError
        If the file can't be read, lacks a column, repeats an id or holds no or an unreadable position; the message
        names file and line.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return _read_rows(path, csv.reader(file))
    except OSError as problem:
        raise CaseFileError(f"{path}: can't be read ({problem.strerror or problem}): check the path") from None
    except UnicodeDecodeError:
        raise CaseFileError(f"{path}: is not UTF-8 text: save it as CSV in UTF-8") from None
    except csv.Error as problem:
        raise CaseFileError(
            f"{path}: is not CSV ({problem}): give a header id,lon,lat and a line for each point"
        ) from None


def _read_rows(path: Path, rows: Iterable[Sequence[str]]) -> tuple[NamedPoint, ...]:
    numbered = iter(enumerate(rows, start=1))
    header = [name.strip().lower() for name in next(numbered, (1, []))[1]]
    missing = [name for name in _COLUMNS if name not in header]
    if missing:
        raise CaseFileError(f"{path}:1: lacks the column {', '.join(missing)}: the header must name id, lon and lat")
    at = [header.index(name) for name in _COLUMNS]
    points: list[NamedPoint] = []
    seen: dict[str, int] = {}
    for line, row in numbered:
        if not any(cell.strip() for cell in row):
            continue
        if len(row) <= max(at):
            raise CaseFileError(f"{path}:{line}: has {len(row)} values where the header has {len(header)}")
        name, lon, lat = (row[i].strip() for i in at)
        if not name:
            raise CaseFileError(f"{path}:{line}: has no id: give each point its own")
        if name in seen:
            raise CaseFileError(f"{path}:{line}: id {name!r} is already on line {seen[name]}: give each point its own")
        try:
            position = parse_lonlat(f"{lon},{lat}")
        except CoordinateError as problem:
            raise CaseFileError(f"{path}:{line}: {problem}") from None
        seen[name] = line
        points.append(NamedPoint(name, position))
    if not points:
        raise CaseFileError(f"{path}: holds no points: give a line id,lon,lat for each")
    return tuple(points)


def write_matrix_csv(
    path: Path, matrix: Matrix, *, origins: Sequence[NamedPoint], destinations: Sequence[NamedPoint]
) -> None:
    """Write a matrix as CSV: origin, destination, travel_time_s, length_m; blank where there is no way.

    Parameters
    ----------
    path
        File to write; replaced as a whole once everything is written.
    matrix
        Times and lengths.
    origins, destinations
        Whose ids the rows and columns stand for.

    Raises
    ------
    OutputError
        If the file can't be written.
    ValueError
        If the ids don't match the matrix's shape.
    """
    if matrix.travel_time_s.shape != (len(origins), len(destinations)):
        raise ValueError(
            f"the matrix has shape {matrix.travel_time_s.shape}, the ids {(len(origins), len(destinations))}"
        )
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with partial.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("origin", "destination", "travel_time_s", "length_m"))
            for row, origin in enumerate(origins):
                times, lengths = matrix.travel_time_s[row].tolist(), matrix.length_m[row].tolist()
                writer.writerows(
                    (origin.id, destination.id, _number(times[column]), _number(lengths[column]))
                    for column, destination in enumerate(destinations)
                )
        partial.replace(path)
    except OSError as problem:
        partial.unlink(missing_ok=True)
        raise OutputError(f"{path}: can't be written ({problem.strerror or problem}): choose another --out") from None


def _number(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".") if math.isfinite(value) else ""
