"""The region file: which towns, and what is asked of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from geo_dispatch.coverage.scenario import DEFAULT_THRESHOLDS_S, check_thresholds
from geo_dispatch.errors import CaseFileError
from geo_dispatch.routing import get_profile
from geo_dispatch.yaml_lines import LinedDocument, read_lined_yaml

__all__ = ["Region", "RegionTown", "read_region"]

_MOST_TOWNS = 5000


@dataclass(frozen=True, slots=True)
class RegionTown:
    """One town of a region.

    Attributes
    ----------
    name
        What it is called in tables; unlike all others.
    file
        Its town file.
    stations
        CSV of its stations; those of the town file when None.
    stations_from
        Category of the gazetteer whose places are its stations.
    scenario
        A scenario file, whose members count except kind, profile and thresholds, which are the region's.
    """

    name: str
    file: Path
    stations: Path | None = None
    stations_from: str | None = None
    scenario: Path | None = None


@dataclass(frozen=True, slots=True)
class Region:
    """Towns, and what is asked of all of them; see `geo_dispatch.coverage.Scenario`."""

    name: str
    towns: tuple[RegionTown, ...]
    kind: str = "fire"
    profile: str = "engine"
    thresholds_s: tuple[float, ...] = DEFAULT_THRESHOLDS_S


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _TownIn(_Part):
    file: Annotated[str, Field(min_length=1)]
    name: str | None = None
    stations: str | None = None
    stations_from: str | None = None
    scenario: str | None = None


class _RegionIn(_Part):
    name: Annotated[str, Field(min_length=1)]
    towns: Annotated[list[_TownIn], Field(min_length=1, max_length=_MOST_TOWNS)]
    kind: str = "fire"
    profile: str = "engine"
    thresholds_s: list[float] = list(DEFAULT_THRESHOLDS_S)
    stations_from: str | None = None


def read_region(path: Path) -> Region:
    """Read a region file.

    Parameters
    ----------
    path
        YAML; the files it names are relative to its folder.

    Returns
    -------
    Region
        At least one town, each name once, each file there.

    Raises
    ------
    CaseFileError
        If it can't be used; the message names file and line.
    InputError, ProfileError
        If a threshold or the profile can't be used.
    """
    document = read_lined_yaml(path, error=CaseFileError)
    if not isinstance(document.data, Mapping):
        raise CaseFileError(f"{path}:1: is not a region: write `name:` and `towns:` with a `file:` for each")
    try:
        given = _RegionIn.model_validate(document.data)
    except ValidationError as error:
        raise _wrong(document, error) from None
    towns, seen = [], dict[str, int]()
    for row, town in enumerate(given.towns):
        line = document.line(("towns", row))
        found = _town(town, path.parent, given.stations_from, f"{path}:{line}")
        if found.name in seen:
            raise CaseFileError(
                f"{path}:{line}: the town {found.name!r} is on line {seen[found.name]} already: name it otherwise"
            )
        seen[found.name] = line
        towns.append(found)
    limits = check_thresholds(given.thresholds_s)
    return Region(given.name, tuple(towns), given.kind, get_profile(given.profile).id, limits)


def _town(town: _TownIn, folder: Path, stations_from: str | None, at: str) -> RegionTown:
    paths: dict[str, Path] = {}
    for what in ("file", "stations", "scenario"):
        text = getattr(town, what)
        if text is None:
            continue
        paths[what] = folder / text
        if not paths[what].is_file():
            raise CaseFileError(
                f"{at}: {what} {paths[what]}: no such file: check the path, relative to the region file"
            )
    if town.stations is not None and town.stations_from is not None:
        raise CaseFileError(f"{at}: stations and stations_from both tell the stations: give one of them")
    file = paths["file"]
    places = None if town.stations is not None else (town.stations_from or stations_from)
    return RegionTown(town.name or file.stem, file, paths.get("stations"), places, paths.get("scenario"))


def _wrong(document: LinedDocument, error: ValidationError) -> CaseFileError:
    first = error.errors()[0]
    at = tuple(first["loc"])
    what = ".".join(str(part) for part in at) or "the file"
    return CaseFileError(f"{document.name}:{document.line(at)}: {what}: {first['msg']}: see docs/regions.md")
