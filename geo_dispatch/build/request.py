"""What a build is asked for, and what it reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo_dispatch.errors import InputError

if TYPE_CHECKING:
    from geo_dispatch.osm.online import OnlineSettings

__all__ = ["DEFAULT_MARGIN_M", "BuildReport", "BuildRequest"]

DEFAULT_MARGIN_M = 8000.0
"""How far beyond the town line the network is loaded, metres: a village may be reached only through the next town."""

_MAX_MARGIN_M = 200_000.0


@dataclass(frozen=True, slots=True)
class BuildRequest:
    """One build.

    Attributes
    ----------
    out
        The town file to write.
    place
        Name of a town for the online geocoder; None when files are given.
    osm
        OpenStreetMap files.
    boundary
        File with the town's outline.
    margin_m
        How far beyond the town line the network is loaded, metres.
    roads, addresses, fields
        NG911 layers, and the field map for them.
    pack
        Folder of a town pack.
    speeds
        Calibrated travel times, as `geo-dispatch calibrate` writes them.
    lenient
        Leave out what is wrong in the pack, and list it, instead of refusing it.
    name
        Name of the town; picks the boundary in the source when no boundary file is given.
    online
        Settings of the online services; needed with `place`.
    cache_dir
        Where downloads are kept; needed with `place`.
    """

    out: Path
    place: str | None = None
    osm: tuple[Path, ...] = ()
    boundary: Path | None = None
    margin_m: float = DEFAULT_MARGIN_M
    roads: tuple[Path, ...] = ()
    addresses: tuple[Path, ...] = ()
    fields: Path | None = None
    pack: Path | None = None
    speeds: Path | None = None
    lenient: bool = False
    name: str | None = None
    online: OnlineSettings | None = None
    cache_dir: Path | None = None

    def check(self) -> None:
        """Refuse a request that can't be carried out.

        Raises
        ------
        InputError
            If there is no source, or options contradict each other.
        """
        if not (self.place or self.osm or self.roads):
            raise InputError(
                'nothing to build from: give a PLACE ("Westport, Massachusetts, USA"), --osm FILE or --roads FILE'
            )
        if self.name is not None and not self.name.strip():
            raise InputError("--name is blank: give the town's name, or leave it out")
        if self.out.suffix.casefold() != ".gpkg":
            raise InputError(f"--out {self.out}: a town file is a GeoPackage: give a name that ends in .gpkg")
        if self.place and self.osm:
            raise InputError(
                f"both the place {self.place!r} and --osm were given: use one; --name says which town is in a file"
            )
        if not 0 <= self.margin_m <= _MAX_MARGIN_M:
            raise InputError(
                f"--margin-m {self.margin_m:g} is outside 0 to {_MAX_MARGIN_M:g} metres: 8000 is the default"
            )
        if self.lenient and not self.pack:
            raise InputError("--lenient is about a town pack, and none was given: add --pack DIR, or leave it out")
        if self.fields and not (self.roads or self.addresses):
            raise InputError(f"--fields {self.fields} goes with --roads or --addresses, and neither was given")
        self.read_speeds()

    def read_speeds(self) -> dict[str, Any] | None:
        """Return the calibrated travel times as the town file keeps them; None without any.

        Raises
        ------
        SpeedsFileError
            If the file can't be used.
        """
        if self.speeds is None:
            return None
        from geo_dispatch.routing import read_calibration

        return read_calibration(self.speeds).document()


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did.

    Attributes
    ----------
    town, path, bytes
        Name of the town; the file, and its size.
    counts
        Rows of each table.
    read
        What was read of the sources, before cutting to the town.
    problems
        How many oddities of each kind were handled, with the first few of each.
    warnings
        What the town's GIS person must read.
    connectivity
        Who is cut off, from `geo_dispatch.build.connectivity.connectivity`.
    confusable
        Streets that sound or read alike, from `geo_dispatch.build.confusable.confusable_streets`.
    unnamed_roads
        Public roads without name or number, from `geo_dispatch.build.confusable.unnamed_roads`.
    seconds
        Wall time by stage, and in all.
    """

    town: str
    path: str
    bytes: int
    counts: Mapping[str, int]
    read: Mapping[str, int]
    problems: Mapping[str, Mapping[str, Any]]
    warnings: tuple[str, ...]
    connectivity: Mapping[str, Any]
    confusable: Mapping[str, Any]
    unnamed_roads: Mapping[str, Any]
    seconds: Mapping[str, float] = field(default_factory=dict)
