"""Tables about the town file itself."""

from geo_dispatch.schema.tables import TOWN_TABLES, define

__all__: list[str] = []

define(
    TOWN_TABLES,
    "provenance",
    "MultiPolygon",
    "Each source; geometry is its extent",
    "source_id int 0, 1, 2 ...\nname str name\nlocation str URL or file name\ntimestamp str date of the data\nsha256 str of the file as read\n"
    "licence str licence\nattribution str text that must be shown\ncounts json what was read\n",
)
define(TOWN_TABLES, "meta", "MultiPolygon", "Key and value; the geometry is the town", "key str key\nvalue str value\n")
