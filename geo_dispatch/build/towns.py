"""Which town each thing lies in: by boundaries, or by the addresses near it where no boundary tells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import shapely

from geo_dispatch.build.area import locate_in_towns
from geo_dispatch.locate.normalise import street_key

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from scipy.spatial import cKDTree

__all__ = ["Towns"]

_NEAREST = 8


class Towns:
    """Names the town and state of points.

    Parameters
    ----------
    boundaries
        The table ``boundaries``, labelled.
    addresses
        The layer ``addresses`` of the sources. Where their points inside the own area name several towns and no boundary
        inside it tells any, the towns of the addresses near a point count instead of the boundaries.
    epsg
        The town's projected CRS.
    """

    def __init__(self, boundaries: GeoDataFrame, addresses: GeoDataFrame, epsg: int) -> None:
        self._boundaries = boundaries
        self._epsg = epsg
        known = addresses[addresses["municipality"].notna()]
        self.by_addresses = _several_towns(boundaries, known)
        self._tree: cKDTree | None = None
        if self.by_addresses:
            from scipy.spatial import cKDTree

            metric = known.to_crs(epsg).geometry
            self._tree = cKDTree(np.column_stack([metric.x, metric.y]))
            self._towns = known["municipality"].tolist()
            self._streets = [street_key(street or "") for street in known["street"]]

    def of(
        self, points: npt.NDArray[np.object_], *, names: Sequence[str | None] | None = None
    ) -> tuple[list[str | None], list[str | None]]:
        """Return the municipality and the state of each point; None where unknown.

        Parameters
        ----------
        points
            Shapely points, EPSG:4326, shape ``(n,)``; None or empty where unknown.
        names
            Street names of the points: of the eight nearest addresses, those on that street count first.
        """
        towns, states = locate_in_towns(self._boundaries, points)
        if self._tree is None:
            return towns, states
        somewhere = ~(shapely.is_missing(points) | shapely.is_empty(points))
        for row, town in zip(
            np.flatnonzero(somewhere).tolist(), self._near(points[somewhere], names, somewhere), strict=True
        ):
            towns[row] = town
        return towns, states

    def _near(
        self, points: npt.NDArray[np.object_], names: Sequence[str | None] | None, somewhere: npt.NDArray[np.bool_]
    ) -> list[str | None]:
        import geopandas as gpd

        if self._tree is None or not len(points):
            return []
        metric = gpd.GeoSeries(points, crs=4326).to_crs(self._epsg)
        count = min(_NEAREST, len(self._towns))
        _, near = self._tree.query(np.column_stack([metric.x, metric.y]), k=count)
        said = [None] * len(points) if names is None else [n for n, here in zip(names, somewhere, strict=True) if here]
        result: list[str | None] = []
        for name, rows in zip(said, near.reshape(len(points), count).tolist(), strict=True):
            same = [self._towns[row] for row in rows if name is not None and self._streets[row] == street_key(name)]
            result.append(Counter(same or [self._towns[row] for row in rows]).most_common(1)[0][0])
        return result

    def fill(self, frame: GeoDataFrame) -> GeoDataFrame:
        """Return a copy with municipality and state by position; what the source tells is kept.

        Parameters
        ----------
        frame
            Points, EPSG:4326.
        """
        municipality, state = self.of(frame.geometry.to_numpy())
        frame = frame.copy()
        for column, values in (("municipality", municipality), ("state", state)):
            told = frame[column].tolist() if column in frame.columns else [None] * len(frame)
            frame[column] = np.array([t if t else v for t, v in zip(told, values, strict=True)], dtype=object)
        return frame


def _several_towns(boundaries: GeoDataFrame, known: GeoDataFrame) -> bool:
    """Tell whether address points of the own area name several towns where no boundary inside it tells any."""
    if boundaries["kind"].eq("town").any():
        return False
    own = shapely.union_all(boundaries.loc[boundaries["kind"] == "own"].geometry.to_numpy())
    shapely.prepare(own)
    inside = shapely.intersects(own, known.geometry.to_numpy())
    return int(known.loc[inside, "municipality"].nunique()) > 1
