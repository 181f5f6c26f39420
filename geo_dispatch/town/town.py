"""The town in memory: immutable, indexed once."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from geo_dispatch.errors import CoordinateError, TownFileError
from geo_dispatch.geometry import LonLat, Projection
from geo_dispatch.hours import zone_at
from geo_dispatch.schema import FORMAT_VERSION, TOWN_TABLES
from geo_dispatch.town.boundary import Boundaries
from geo_dispatch.town.columns import Arrays, TableColumns
from geo_dispatch.town.network import Network

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

__all__ = ["DerivedStore", "Town", "TownMeta", "town_from_layers"]


@dataclass(frozen=True, slots=True)
class TownMeta:
    """What a town file says of itself.

    ``attribution`` must be shown with everything that is drawn or exported from it; ``notice`` is set for fictional towns.
    """

    name: str
    state: str | None
    epsg: int
    format_version: int
    built_at: str
    program_version: str
    fictional: bool
    notice: str | None
    attribution: tuple[str, ...]
    options: Mapping[str, Any] = field(default_factory=dict)
    report: Mapping[str, Any] = field(default_factory=dict)


class DerivedStore(Protocol):
    """Keeps arrays derived from a town (a name index, a snap grid) beside it."""

    def find(self, name: str, version: int) -> Arrays | None:
        """Return what was kept under a name and version, else None."""

    def keep(self, name: str, version: int, arrays: Arrays) -> Arrays:
        """Keep arrays, and return them as they will be found."""


class _Memory:
    """A `DerivedStore` that forgets with the process."""

    def find(self, name: str, version: int) -> Arrays | None:
        return None

    def keep(self, name: str, version: int, arrays: Arrays) -> Arrays:
        return arrays


class Town:
    """One town: its roads, gazetteer and boundaries. Never changes while it serves.

    Parameters
    ----------
    meta
        What the file says of itself.
    arrays
        Arrays made by `geo_dispatch.town.arrays.arrays_of_layers`, in memory or mapped.
    derived
        Where indexes derived from the town are kept; in memory when None.
    """

    def __init__(self, meta: TownMeta, arrays: Arrays, *, derived: DerivedStore | None = None) -> None:
        self.meta = meta
        self.arrays = arrays
        self.projection = Projection(meta.epsg)
        self.network = Network.of(arrays)
        self.boundaries = Boundaries(TableColumns(arrays, "boundaries"))
        self._tables: dict[str, TableColumns] = {}
        self._store: DerivedStore = derived or _Memory()
        self._derived: dict[str, Arrays] = {}

    def __repr__(self) -> str:
        return f"<Town {self.meta.name!r}: {self.network.segment_count} road segments>"

    def table(self, name: str) -> TableColumns:
        """Return a table of the town file by name, except ``edges``, which is `network`.

        Raises
        ------
        KeyError
            If there is no such table.
        """
        if name not in TOWN_TABLES or name == "edges":
            raise KeyError(name)
        return self._tables.setdefault(name, TableColumns(self.arrays, name))

    def derived(self, name: str, version: int, build: Callable[[], Arrays]) -> Arrays:
        """Return arrays derived from the town, built once and kept beside it.

        Parameters
        ----------
        name
            Name of the index, as in "names".
        version
            Raised whenever `build` changes its result.
        build
            Makes the arrays when none are kept.
        """
        found = self._derived.get(name)
        if found is None:
            found = self._store.find(name, version)
            if found is None:
                found = self._store.keep(name, version, build())
            self._derived[name] = found
        return found

    def street_segments(self, street: int) -> npt.NDArray[np.int32]:
        """Return the road segments of a street, shape ``(k,)``."""
        first = self.arrays["streets/first_segment"]
        return self.arrays["streets/segments"][int(first[street]) : int(first[street + 1])]

    def street_addresses(self, street: int) -> npt.NDArray[np.int32]:
        """Return the address rows of a street by rising house number, shape ``(k,)``."""
        first = self.arrays["streets/first_address"]
        return self.arrays["streets/addresses"][int(first[street]) : int(first[street + 1])]

    @cached_property
    def zone(self) -> ZoneInfo:
        """Return the time zone: that of the town's pack, else that of its position; UTC where nothing lies anywhere."""
        told = self.meta.options.get("timezone")
        if told:
            return ZoneInfo(told)
        try:
            west, south, east, north = self.extent
        except TownFileError:
            return ZoneInfo("UTC")
        return zone_at((west + east) / 2, (south + north) / 2)

    @cached_property
    def extent(self) -> tuple[float, float, float, float]:
        """Return the bounding box of the road network (west, south, east, north), degrees; of the places where there are no roads.

        Raises
        ------
        TownFileError
            If the town has neither.
        """
        lon, lat = self.network.vertex_lon, self.network.vertex_lat
        if not len(lon):
            known = np.isfinite(self.table("places").lon)
            lon, lat = self.table("places").lon[known], self.table("places").lat[known]
        if not len(lon):
            raise TownFileError(f"{self.meta.name} has neither roads nor places: build it from data that hold the town")
        return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())

    def check_covers(self, position: LonLat, *, slack_deg: float = 0.02) -> None:
        """Refuse a position that the town's road network does not cover.

        Parameters
        ----------
        position
            Longitude and latitude, degrees.
        slack_deg
            How far outside the network's bounding box is let pass, degrees.

        Raises
        ------
        CoordinateError
            If it lies outside; says so when longitude and latitude look swapped.
        """
        west, south, east, north = self.extent

        def inside(lon: float, lat: float) -> bool:
            return west - slack_deg <= lon <= east + slack_deg and south - slack_deg <= lat <= north + slack_deg

        if inside(position.lon, position.lat):
            return
        given = f"{position.lon:g},{position.lat:g}"
        if inside(position.lat, position.lon):
            raise CoordinateError(f"{given} has longitude and latitude swapped: give {position.lat:g},{position.lon:g}")
        raise CoordinateError(
            f"{given} is outside {self.meta.name}'s road network, which spans longitude {west:.4f} to {east:.4f}, "
            f"latitude {south:.4f} to {north:.4f}: give a position inside, or build the town with a wider --margin-m"
        )


def meta_from_rows(rows: Mapping[str, str]) -> TownMeta:
    """Read the key and value rows of the table ``meta``.

    Raises
    ------
    TownFileError
        If a key is missing.
    """
    try:
        return TownMeta(
            name=rows["name"],
            state=rows.get("state") or None,
            epsg=int(rows["epsg"]),
            format_version=int(rows["format_version"]),
            built_at=rows["built_at"],
            program_version=rows["program_version"],
            fictional=rows.get("fictional") == "true",
            notice=rows.get("notice") or None,
            attribution=tuple(json.loads(rows.get("attribution", "[]"))),
            options=json.loads(rows.get("options", "{}")),
            report=json.loads(rows.get("report", "{}")),
        )
    except KeyError as missing:
        raise TownFileError(f"the table meta lacks the key {missing}: rebuild the town file") from None


def rows_from_meta(meta: TownMeta) -> dict[str, str]:
    """Return the key and value rows of the table ``meta``."""
    return {
        "name": meta.name,
        "state": meta.state or "",
        "epsg": str(meta.epsg),
        "format_version": str(meta.format_version),
        "built_at": meta.built_at,
        "program_version": meta.program_version,
        "fictional": "true" if meta.fictional else "false",
        "notice": meta.notice or "",
        "attribution": json.dumps(list(meta.attribution)),
        "options": json.dumps(dict(meta.options), default=str),
        "report": json.dumps(dict(meta.report), default=str),
    }


def town_from_layers(layers: Mapping[str, GeoDataFrame], *, name: str, epsg: int, state: str | None = None) -> Town:
    """Make a town in memory of its tables, without a file.

    Parameters
    ----------
    layers
        Frames by table name; absent tables are empty.
    name
        Name of the town.
    epsg
        Its projected CRS, metres.
    state
        Its state.

    Returns
    -------
    Town
        As if read from a file.
    """
    from geo_dispatch.schema import conform, empty_layer
    from geo_dispatch.town.arrays import arrays_of_layers

    full = {
        table: conform(layers[table], TOWN_TABLES[table]) if table in layers else empty_layer(TOWN_TABLES[table])
        for table in TOWN_TABLES
    }
    meta = TownMeta(name, state, epsg, FORMAT_VERSION, "", "", fictional=False, notice=None, attribution=())
    return Town(meta, arrays_of_layers(full, epsg))
