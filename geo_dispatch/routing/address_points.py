"""Where the addresses of a town lie on its roads, worked out once and kept beside the town file."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from geo_dispatch.routing.search import RoadPoints
from geo_dispatch.routing.snap import Snapper
from geo_dispatch.town.columns import Arrays
from geo_dispatch.town.town import Town

__all__ = ["address_points"]

_VERSION = 1


def address_points(town: Town, snapper: Snapper, *, usable: npt.NDArray[np.bool_] | None = None) -> RoadPoints:
    """Move every address to the nearest road, of those that count.

    Parameters
    ----------
    town
        The town.
    snapper
        Of the town.
    usable
        Which segments count, shape ``(n_segments,)``; all when None.

    Returns
    -------
    RoadPoints
        One for each row of ``addresses``; ``segment`` -1 where it has no position, or no road is near enough.
    """
    table = town.table("addresses")
    lon, lat = np.asarray(table.lon), np.asarray(table.lat)
    kept = town.derived("address_points", _VERSION, lambda: _snapped(snapper, lon, lat))
    segment, along = np.asarray(kept["segment"]), np.asarray(kept["along_m"])
    if usable is None or not len(segment):
        return RoadPoints(segment, along)
    again = np.flatnonzero((segment >= 0) & ~usable[segment])
    segment, along = segment.copy(), along.copy()
    moved = snapper.snap_many(lon[again], lat[again], usable=usable)
    segment[again], along[again] = moved.segment, moved.along_m
    return RoadPoints(segment, along)


def _snapped(snapper: Snapper, lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64]) -> Arrays:
    known = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
    segment, along = np.full(len(lon), -1, dtype=np.int64), np.full(len(lon), np.nan)
    if len(known):
        found = snapper.snap_many(lon[known], lat[known])
        segment[known], along[known] = found.segment, found.along_m
    return {"segment": segment, "along_m": along}
