"""Who lives there: census polygons spread over the addresses in them, else each address stands for itself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely

from geo_dispatch.coverage.demand import Demand
from geo_dispatch.errors import InputError, SourceFileError
from geo_dispatch.geometry import FloatArray

__all__ = ["Population", "population"]

_COLUMNS = ("population", "pop", "pop100", "p1_001n", "p0010001", "total_pop", "poptotal", "pop20", "pop10")
"""Names that census files give the count of people, in any case of letters."""


@dataclass(frozen=True, slots=True)
class Population:
    """People by address.

    Attributes
    ----------
    total
        Of all polygons that lie in the town, those that hold no address included.
    weight
        People at each address, shape ``(n_addresses,)``.
    basis
        What that is based on, in words.
    unplaced
        People of polygons that hold no address: counted in the total, reached by nobody.
    warnings
        What is doubtful about it.
    """

    total: float
    weight: FloatArray
    basis: str
    unplaced: float = 0.0
    warnings: tuple[str, ...] = ()


def population(demand: Demand, polygons: Path | None = None) -> Population:
    """Return the people of a town by address.

    Parameters
    ----------
    demand
        The town's addresses.
    polygons
        A file of census areas with a column of people; addresses stand for people when None. The people of an area are
        spread evenly over the addresses in it.

    Raises
    ------
    SourceFileError
        If the file can't be read.
    InputError
        If it has no column of people, no areas, or none of them holds an address of the town.
    """
    if polygons is None:
        basis = "addresses as proxy: each counts as one"
        return Population(float(len(demand)), np.ones(len(demand)), basis)
    shapes, people, column = _read(polygons)
    area = np.full(len(demand), -1, dtype=np.int64)
    tree = shapely.STRtree(shapes)
    address, polygon = tree.query(shapely.points(demand.lon, demand.lat), predicate="intersects")
    area[address[::-1]] = polygon[::-1]
    count = np.bincount(area[area >= 0], minlength=len(shapes))
    if not count.any():
        raise InputError(
            f"{polygons}: none of its {len(shapes)} areas holds an address of the town: give census areas that overlap it"
        )
    share = np.divide(people, count, out=np.zeros(len(people)), where=count > 0)
    weight = np.where(area >= 0, share[area], 0.0)
    outline = shapely.MultiPoint(np.column_stack([demand.lon, demand.lat])).convex_hull
    empty = (count == 0) & (people > 0) & shapely.within(shapely.point_on_surface(shapes), outline)
    unplaced = float(people[empty].sum())
    warnings = []
    outside = int((area < 0).sum())
    if outside:
        warnings.append(
            f"{outside} of {len(demand)} addresses lie in no census area of {polygons.name}: they count nobody"
        )
    if unplaced:
        warnings.append(f"{unplaced:.0f} people live in census areas without an address: they count as not reached")
    basis = (
        f"{polygons.name}, column {column}, spread evenly over the addresses in each of {int((count > 0).sum())} areas"
    )
    return Population(float(weight.sum()) + unplaced, weight, basis, unplaced, tuple(warnings))


def _read(path: Path) -> tuple[FloatArray, FloatArray, str]:
    """Return shapes in degrees, people, and the column they stand in."""
    import geopandas as gpd
    from pyogrio.errors import DataSourceError

    try:
        frame = gpd.read_file(path)
    except (DataSourceError, OSError) as error:
        raise SourceFileError(
            f"{path}: can't be read as census areas ({error}): give a GeoPackage, GeoJSON or Shapefile"
        ) from None
    if not isinstance(frame, gpd.GeoDataFrame) or frame.geometry.isna().all():
        raise InputError(f"{path}: holds no areas: give polygons with a column of people")
    by_name = {str(name).lower(): str(name) for name in frame.columns}
    column = next((by_name[name] for name in _COLUMNS if name in by_name), None)
    if column is None:
        raise InputError(
            f"{path}: has no column of people: name it population (it has {', '.join(map(str, frame.columns))})"
        )
    frame = frame[~(frame.geometry.isna() | frame.geometry.is_empty)]
    if frame.crs is None:
        raise InputError(f"{path}: does not tell its coordinate system: give it one")
    frame = frame.to_crs(4326)
    people = np.asarray(frame[column], dtype=np.float64)
    if not np.isfinite(people).all() or (people < 0).any():
        raise InputError(f"{path}: its column {column} holds what is no count of people: give 0 or more in every row")
    return np.asarray(shapely.make_valid(frame.geometry.to_numpy())), people, column
