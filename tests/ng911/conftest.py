"""Tiny layers, drawn by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import LineString, Point

EAST, NORTH = 0.0012, 0.0009
"""About 100 m in degrees at 41.5° north."""
ORIGIN = (-71.1, 41.5)

Cells = Sequence[tuple[float, float]]


def at(x: float, y: float) -> tuple[float, float]:
    """Return degrees of a cell of a 100 m grid."""
    return (ORIGIN[0] + x * EAST, ORIGIN[1] + y * NORTH)


@pytest.fixture
def write_roads(tmp_path: Path) -> Callable[..., Path]:
    """Write lines given in grid cells, with columns of values, as a GeoPackage."""

    def write(
        lines: Sequence[Cells], *, name: str = "roads.gpkg", crs: int = 4326, **columns: Sequence[object]
    ) -> Path:
        shapes = [LineString([at(*cell) for cell in line]) for line in lines]
        frame = gpd.GeoDataFrame({key: list(values) for key, values in columns.items()}, geometry=shapes, crs=4326)
        frame.to_crs(crs).to_file(tmp_path / name)
        return tmp_path / name

    return write


@pytest.fixture
def write_points(tmp_path: Path) -> Callable[..., Path]:
    """Write points given in grid cells, with columns of values, as a GeoPackage."""

    def write(cells: Cells, *, name: str = "points.gpkg", crs: int = 4326, **columns: Sequence[object]) -> Path:
        shapes = [Point(at(*cell)) for cell in cells]
        frame = gpd.GeoDataFrame({key: list(values) for key, values in columns.items()}, geometry=shapes, crs=4326)
        frame.to_crs(crs).to_file(tmp_path / name)
        return tmp_path / name

    return write


@pytest.fixture
def write_map(tmp_path: Path) -> Callable[[str], Path]:
    """Write a field map."""

    def write(text: str) -> Path:
        path = tmp_path / "fields.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write
