"""Coverage as a GeoPackage that QGIS opens in colour: roads by band, addresses, stations, gaps."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import quoteattr

import geopandas as gpd
import shapely

from geo_dispatch.coverage import Coverage
from geo_dispatch.coverage.features import address_features, stretch_features
from geo_dispatch.render.report.draw import BandStyle, band_styles

__all__ = ["write_layers"]

_STYLES = """
CREATE TABLE layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
 f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN,
 description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME DEFAULT CURRENT_TIMESTAMP)
"""
"""The table in which QGIS keeps the styles of a GeoPackage's layers."""


def write_layers(coverage: Coverage, path: Path) -> None:
    """Write the layers stretches, addresses, stations and gaps with their styles.

    Parameters
    ----------
    coverage
        What a scenario came to.
    path
        The GeoPackage; replaced as a whole.

    Raises
    ------
    OSError
        If it can't be written.
    """
    part = path.with_name(f".{path.stem}.{os.getpid()}.part.gpkg")
    part.unlink(missing_ok=True)
    try:
        for name, frame in _frames(coverage).items():
            if len(frame):
                frame.to_file(part, layer=name, driver="GPKG", engine="pyogrio")
        _keep_styles(part, band_styles(coverage.thresholds_s))
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _frames(coverage: Coverage) -> dict[str, gpd.GeoDataFrame]:
    stretches = gpd.GeoDataFrame.from_features(stretch_features(coverage)["features"], crs=4326)
    addresses = gpd.GeoDataFrame.from_features(address_features(coverage)["features"], crs=4326)
    if len(addresses):
        addresses["response_s"], addresses["station"] = (
            [row[0] for row in addresses[name]] for name in ("response_s", "stations")
        )
        addresses = addresses.drop(columns="stations")
    stations = gpd.GeoDataFrame(
        [{"id": row.id, "name": row.name, "turnout_s": row.turnout_s} for row in coverage.responders],
        geometry=[shapely.Point(row.position) for row in coverage.responders],
        crs=4326,
    )
    gaps = gpd.GeoDataFrame(
        [
            {"gap": number, **{**row.document(), "streets": " / ".join(row.streets)}}
            for number, row in enumerate(coverage.gaps, start=1)
        ],
        geometry=[shapely.Point(row.lon, row.lat) for row in coverage.gaps],
        crs=4326,
    )
    return {"stretches": stretches, "addresses": addresses, "stations": stations, "gaps": gaps}


def _keep_styles(path: Path, styles: Sequence[BandStyle]) -> None:
    with sqlite3.connect(path) as database:
        database.execute(_STYLES)
        database.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES ('layer_styles', 'attributes', 'layer_styles')"
        )
        for layer, qml in (("stretches", _qml(styles, "line")), ("addresses", _qml(styles, "marker"))):
            database.execute(
                "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, styleQML, "
                "styleSLD, useAsDefault, description, owner) VALUES ('', '', ?, 'geom', 'response time', ?, '', 1, 'bands of response time', '')",
                (layer, qml),
            )
    database.close()


def _qml(styles: Sequence[BandStyle], kind: str) -> str:
    """Return a QGIS style: one symbol for each band."""
    categories, symbols = [], []
    for band, style in enumerate(styles):
        categories.append(f'<category render="true" symbol="{band}" value="{band}" label={quoteattr(style.text)}/>')
        red, green, blue = (int(style.colour[at : at + 2], 16) for at in (1, 3, 5))
        colour = f"{red},{green},{blue},255"
        options = (
            {
                "line_color": colour,
                "line_width": f"{style.width * 0.26:.2f}",
                "line_width_unit": "MM",
                "capstyle": "round",
            }
            | ({"line_style": "dash"} if style.dash and band == len(styles) - 1 else {"line_style": "solid"})
            if kind == "line"
            else {"color": colour, "name": "circle", "size": "1.4", "size_unit": "MM", "outline_style": "no"}
        )
        option = "".join(f'<Option name="{name}" type="QString" value="{value}"/>' for name, value in options.items())
        layer = "SimpleLine" if kind == "line" else "SimpleMarker"
        symbols.append(
            f'<symbol name="{band}" type="{kind}" alpha="1" clip_to_extent="1" force_rhr="0"><layer class="{layer}" enabled="1" pass="0" '
            f'locked="0"><Option type="Map">{option}</Option></layer></symbol>'
        )
    return (
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'><qgis version=\"3.34\" styleCategories=\"Symbology\">"
        '<renderer-v2 type="categorizedSymbol" attr="band" enableorderby="0" forceraster="0" symbollevels="0">'
        f"<categories>{''.join(categories)}</categories><symbols>{''.join(symbols)}</symbols></renderer-v2></qgis>"
    )
