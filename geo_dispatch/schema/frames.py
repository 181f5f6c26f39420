"""Frames of tables, and what a source delivers besides them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from geo_dispatch.schema.tables import SOURCE_TABLES, Table

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

__all__ = ["Problem", "Provenance", "SourceLayers", "conform", "empty_layer"]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something odd in a source that was handled: counted, and the first few named.

    ``kind`` is a short stable slug ("missing_node"), ``detail`` says in words what was done about it, ``count`` how many
    objects it stands for.
    """

    kind: str
    object_id: str
    detail: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where data came from."""

    name: str
    location: str
    timestamp: str | None
    sha256: str | None
    licence: str
    attribution: str
    counts: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class SourceLayers:
    """What one source delivers: a GeoDataFrame for each table of `SOURCE_TABLES` (absent = empty).

    ``problems`` holds every oddity met; ``counts`` plain numbers such as objects read.
    """

    layers: dict[str, GeoDataFrame]
    provenance: list[Provenance]
    counts: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def layer(self, name: str) -> GeoDataFrame:
        """Return a layer, empty with the right columns when the source had none.

        Raises
        ------
        KeyError
            If `SOURCE_TABLES` has no such table.
        """
        table = SOURCE_TABLES[name]
        found = self.layers.get(name)
        return empty_layer(table) if found is None else found


_DTYPES = {"int": "int64", "float": "float64", "str": "object", "bool": "bool", "json": "object"}
_FILL: dict[str, object] = {"int": -1, "float": float("nan"), "str": None, "bool": False, "json": None}


def empty_layer(table: Table) -> GeoDataFrame:
    """Make a GeoDataFrame of a table without rows, EPSG:4326.

    Examples
    --------
    >>> len(empty_layer(SOURCE_TABLES["road_nodes"]))
    0
    """
    import geopandas as gpd
    import pandas as pd

    data = {column.name: pd.Series([], dtype=_DTYPES[column.type]) for column in table.columns}
    return gpd.GeoDataFrame(data, geometry=gpd.GeoSeries([], crs=4326), crs=4326)


def conform(frame: GeoDataFrame, table: Table) -> GeoDataFrame:
    """Give a frame exactly a table's columns, order and types; absent ones are filled, others dropped.

    Parameters
    ----------
    frame
        Any GeoDataFrame with its geometry in EPSG:4326.
    table
        The table it is to become.

    Returns
    -------
    geopandas.GeoDataFrame
        A new frame with a fresh 0..n-1 index.

    Raises
    ------
    ValueError
        If a column holds values that can't become its type.
    """
    import geopandas as gpd
    import pandas as pd

    if len(frame) == 0:
        return empty_layer(table)
    data: dict[str, object] = {}
    for column in table.columns:
        if column.name in frame.columns:
            values = frame[column.name].reset_index(drop=True)
        else:
            values = pd.Series([None] * len(frame), dtype="object")
        if column.type in ("str", "json"):
            values = values.astype("object").where(values.notna(), None)
        else:
            filled = values.astype("object").where(values.notna(), _FILL[column.type])
            values = filled.astype(_DTYPES[column.type])
        data[column.name] = values
    geometry = gpd.GeoSeries(frame.geometry.to_numpy(), crs=4326)
    return gpd.GeoDataFrame(data, geometry=geometry, crs=4326)
