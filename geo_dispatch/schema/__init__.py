"""The tables of a town file, and of the layers that sources deliver: names, columns, types, meaning.

One vocabulary for every source (OpenStreetMap, NG911 layers, town packs) and for the GeoPackage.
Geometry is EPSG:4326. Text that is absent is None, numbers that are absent are NaN (float) or the
column is a float; ``json`` columns hold a JSON document as text.

References
----------
OGC GeoPackage 1.3; osmnx graph conventions (x, y, osmid, u, v, key, length, speed_kph, travel_time);
NENA-STA-006 (NG9-1-1 GIS data model) and CLDXF-US for address parts; Open Referral HSDS 3 for services.
"""

from geo_dispatch.schema import roads, gazetteer, pack, records  # noqa: F401, I001  the tables are defined in this order
from geo_dispatch.schema.frames import Problem, Provenance, SourceLayers, conform, empty_layer
from geo_dispatch.schema.tables import FORMAT_VERSION, LATER_TABLES, SOURCE_TABLES, TOWN_TABLES, Column, Table

__all__ = [
    "FORMAT_VERSION",
    "LATER_TABLES",
    "SOURCE_TABLES",
    "TOWN_TABLES",
    "Column",
    "Problem",
    "Provenance",
    "SourceLayers",
    "Table",
    "conform",
    "empty_layer",
]
