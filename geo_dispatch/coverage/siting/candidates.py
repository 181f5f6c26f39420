"""Where a station could stand: the stations there are, every junction, address points, or a file; thinned by a stated rule."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from geo_dispatch.errors import InputError
from geo_dispatch.geometry import FloatArray, IntArray, LonLat
from geo_dispatch.routing import NamedPoint
from geo_dispatch.town.town import Town

__all__ = ["KINDS", "Candidates", "Site", "candidates", "candidates_of_points", "spread"]


@dataclass(frozen=True, slots=True)
class Site:
    """A place where a station could stand; `station` is the id of the one that stands there now."""

    id: str
    label: str
    position: LonLat
    station: str | None = None


@dataclass(frozen=True, slots=True)
class Candidates:
    """Sites to choose from.

    Attributes
    ----------
    kind
        What they are.
    sites
        In a fixed order.
    considered
        How many there were before thinning.
    rule
        How they were thinned, in words; None when they were not.
    """

    kind: str
    sites: tuple[Site, ...]
    considered: int
    rule: str | None


def candidates(town: Town, kind: str, *, most: int = 500) -> Candidates:
    """List the candidate sites of a kind inside the town's own area.

    Parameters
    ----------
    town
        The town.
    kind
        ``"junctions"`` (nodes where three roads or more end), ``"addresses"`` or ``"places"``.
    most
        How many are left by `spread`.

    Returns
    -------
    Candidates
        With the rule of thinning.

    Raises
    ------
    InputError
        If there is no such kind, or the town has none of it.
    """
    if kind not in KINDS:
        raise InputError(f"there are no candidates {kind!r}: give one of {', '.join(KINDS)}, or a CSV file id,lon,lat")
    lon, lat, site = KINDS[kind](town)
    inside = np.isfinite(lon) & np.isfinite(lat)
    area = town.boundaries.own_area
    if not area.is_empty:
        shapely.prepare(area)
        inside &= np.asarray(shapely.contains_xy(area, np.nan_to_num(lon), np.nan_to_num(lat)))
    rows = np.flatnonzero(inside)
    if not len(rows):
        raise InputError(f"{town.meta.name} has no {kind} inside its boundary: choose other candidates")
    return _thinned(town, kind, [(lon[row], lat[row]) for row in rows], lambda k: site(int(rows[k])), most)


def candidates_of_points(town: Town, points: Sequence[NamedPoint], *, most: int = 500) -> Candidates:
    """Make candidate sites of positions that the user gives.

    Parameters
    ----------
    town
        The town.
    points
        With ids of the user's.
    most
        How many are left by `spread`.

    Returns
    -------
    Candidates
        With the rule of thinning.

    Raises
    ------
    InputError
        If there is none.
    """
    if not points:
        raise InputError("there is no candidate: give a line id,lon,lat for each")
    lonlat = [tuple(point.position) for point in points]
    return _thinned(town, "file", lonlat, lambda k: (points[k].id, points[k].id), most)


def spread(x: FloatArray, y: FloatArray, most: int) -> IntArray:
    """Choose points that lie apart: the one nearest the middle, then ever the one farthest from those chosen.

    Parameters
    ----------
    x, y
        Metres, shape ``(n,)``.
    most
        How many.

    Returns
    -------
    ndarray
        Rows in rising order. Every point lies within twice the least possible distance of a chosen one (Gonzalez 1985,
        doi:10.1016/0304-3975(85)90224-5).

    Examples
    --------
    >>> spread(np.array([0.0, 1.0, 2.0, 10.0]), np.zeros(4), 2).tolist()
    [2, 3]
    """
    if len(x) <= most:
        return np.arange(len(x), dtype=np.int64)
    row = int(np.argmin(np.hypot(x - x.mean(), y - y.mean())))
    away = np.full(len(x), np.inf)
    chosen: list[int] = []
    for _ in range(most):
        chosen.append(row)
        np.minimum(away, np.hypot(x - x[row], y - y[row]), out=away)
        row = int(away.argmax())
    return np.sort(np.asarray(chosen, dtype=np.int64))


def _thinned(
    town: Town,
    kind: str,
    lonlat: Sequence[tuple[float, ...]],
    site: Callable[[int], tuple[str, str]],
    most: int,
) -> Candidates:
    if most < 1:
        raise InputError(f"at most {most} candidates are asked for: give 1 or more")
    lon, lat = np.asarray([pair[0] for pair in lonlat]), np.asarray([pair[1] for pair in lonlat])
    rows = spread(*town.projection.arrays_to_xy(lon, lat), most)
    rule = None
    if len(rows) < len(lon):
        rule = (
            f"{len(rows)} of {len(lon)} {kind}: from the one nearest the middle, ever the one farthest "
            "(straight line) from those taken"
        )
    sites = tuple(Site(*site(int(row)), LonLat(float(lon[row]), float(lat[row]))) for row in rows)
    return Candidates(kind, sites, len(lon), rule)


_Described = tuple[FloatArray, FloatArray, Callable[[int], tuple[str, str]]]


def _junctions(town: Town) -> _Described:
    """Return the nodes where three roads or more end, named by their streets."""
    network = town.network
    ends = np.concatenate([network.segment_from, network.segment_to]).astype(np.int64)
    segments = np.tile(np.arange(network.segment_count), 2)
    node = np.flatnonzero(np.bincount(ends, minlength=network.node_count) >= 3)
    order = np.argsort(ends, kind="stable")
    first = np.searchsorted(ends[order], np.arange(network.node_count + 1))
    names = network.segments.text("name")

    def site(row: int) -> tuple[str, str]:
        at = int(node[row])
        here = segments[order[first[at] : first[at + 1]]]
        streets = list(dict.fromkeys(name for segment in here if (name := names[int(segment)])))
        return f"node {int(network.node_osmid[at])}", " and ".join(streets[:2]) or "junction of unnamed roads"

    return np.asarray(network.node_lon)[node], np.asarray(network.node_lat)[node], site


def _addresses(town: Town) -> _Described:
    table = town.table("addresses")
    ids, numbers, streets = (table.text(name) for name in ("address_id", "number_text", "street"))

    def site(row: int) -> tuple[str, str]:
        return str(ids[row]), " ".join(part for part in (numbers[row], streets[row]) if part) or "address"

    return *_positions(table.lon, table.lat), site


def _places(town: Town) -> _Described:
    table = town.table("places")
    ids, names, kinds = (table.text(name) for name in ("place_id", "name", "category"))

    def site(row: int) -> tuple[str, str]:
        return str(ids[row]), str(names[row] or kinds[row] or "place")

    return *_positions(table.lon, table.lat), site


def _positions(lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64]) -> tuple[FloatArray, FloatArray]:
    return np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)


KINDS: Final = {"junctions": _junctions, "addresses": _addresses, "places": _places}
