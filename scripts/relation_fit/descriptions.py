"""Descriptions of places whose position is known: two formats of JSON lines.

A town's own, one object on a line, positions as longitude, latitude::

    {"text": "It is across from Lees Market, a block north of the church.", "goal": [-71.081, 41.582],
     "landmarks": [{"name": "Lees Market", "at": [-71.0807, 41.5823]}, {"name": "church", "at": [-71.081, 41.5811]}]}

``start``, where the listener is, may be given too. And that of RVS (https://github.com/OnlpLab/RVS), as published: ``content``,
``rvs_goal_point``, ``rvs_start_point`` and ``landmarks`` by role, positions as latitude, longitude.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geo_dispatch.errors import InputError
from geo_dispatch.geometry import LonLat, parse_lonlat

__all__ = ["Description", "Landmark", "read_descriptions", "split_sentences"]

_NOT_LANDMARKS = ("end_point", "start_point")
_END = re.compile(r"(?<=[.!?;])[\"')]*\s+|\n+")
_SHORT = re.compile(r"(?:^|\s)(\S*\s)?(?:st|mt|ste|dr|mr|mrs|ms|no)\.$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Landmark:
    """A thing that a description may lean on."""

    name: str
    position: LonLat


@dataclass(frozen=True, slots=True)
class Description:
    """Words, the place they describe, and what they may lean on.

    Attributes
    ----------
    line
        Line in its file.
    text
        The words.
    goal
        The place described.
    landmarks
        Things named; each has a place of its own, never that of the goal.
    start
        Where the listener is, None when not known.
    """

    line: int
    text: str
    goal: LonLat
    landmarks: tuple[Landmark, ...]
    start: LonLat | None = None

    def sentences(self) -> list[str]:
        """Return the text's sentences."""
        return split_sentences(self.text)


def split_sentences(text: str) -> list[str]:
    """Return the sentences of a text.

    >>> split_sentences("It's on 26th St. The church is near. By St. Mary's; not far!")
    ["It's on 26th St.", 'The church is near.', "By St. Mary's;", 'not far!']
    """
    found: list[str] = []
    for part in _END.split(text):
        before = _SHORT.search(found[-1]) if found else None
        # "St. Mary's", but not "26th St. The church": a street's name stands before its type.
        if before and not (before[1] or "x")[0].isdigit() and not (before[1] or "x")[0].isupper():
            found[-1] = f"{found[-1]} {part.strip()}"
        elif part.strip():
            found.append(part.strip())
    return found


def read_descriptions(path: Path) -> list[Description]:
    """Read descriptions from a file of JSON lines, in either format.

    Raises
    ------
    InputError
        If the file can't be read, a line is not as described above, or no line is there.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} can't be read: {error}") from None
    found = list(_read(path, lines))
    if not found:
        raise InputError(f"{path} holds no descriptions: write one JSON object on each line")
    return found


def _read(path: Path, lines: list[str]) -> Iterator[Description]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            yield _rvs(number, row) if "rvs_goal_point" in row else _own(number, row)
        except (ValueError, KeyError, TypeError, IndexError) as error:
            reason = f"it lacks {error}" if isinstance(error, KeyError) else error
            raise InputError(
                f"{path}, line {number} is not a description: {reason}; give one JSON object with text, goal [lon, lat] "
                "and landmarks, a list of name and at [lon, lat]"
            ) from None


def _own(number: int, row: dict[str, Any]) -> Description:
    landmarks = tuple(Landmark(str(entry["name"]), _position(entry["at"])) for entry in row["landmarks"])
    start = _position(row["start"]) if row.get("start") is not None else None
    return Description(number, str(row["text"]), _position(row["goal"]), landmarks, start)


def _rvs(number: int, row: dict[str, Any]) -> Description:
    goal, start = (_position(row[key][::-1]) for key in ("rvs_goal_point", "rvs_start_point"))
    landmarks = tuple(
        dict.fromkeys(
            Landmark(str(name), position)
            for role, (point, name) in row["landmarks"].items()
            if role not in _NOT_LANDMARKS and (position := _position(point[::-1])) != goal
        )
    )
    return Description(number, str(row["content"]), goal, landmarks, start)


def _position(pair: list[float]) -> LonLat:
    if len(pair) != 2:
        raise ValueError(f"{pair} is not a pair of longitude and latitude")
    return parse_lonlat(f"{float(pair[0])},{float(pair[1])}")
