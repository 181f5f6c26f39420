"""Tables of what has a name or a number, of boundaries, and of the base map; sources and town file share them."""

from geo_dispatch.schema.tables import SOURCE_TABLES, TOWN_TABLES, define

__all__: list[str] = []

_RESTRICTION = """
restriction_id int relation id
kind str no_left_turn, only_straight_on ...
from_osmid int way it starts on
via_node int osmid of the via node; -1 when via is ways
via_osmids json way ids of a via-way restriction
to_osmid int way it leads to
except_vehicles str raw except value, ";" between
applies_to str vehicle named in the key, as in restriction:hgv; None = all
conditional str raw restriction:conditional value
complete bool all members were in the source
"""
_PLACE = """
place_id str stable id: n123, w456, r789 (OSM), or pack:NAME
name str name
names json [{"name", "kind"}] of every other name: alt_name, old_name, short_name, loc_name, official_name, brand, nickname
brand str brand
operator str operator
ref str reference, as a fire station's number
kind str main tag, as in "amenity=school"
category str our category, as in school, fire_station, fuel, supermarket, church, beach
phone str telephone as written in the source
website str address of the website
opening_hours str OSM opening_hours text
house_number str addr:housenumber
street str addr:street
postcode str addr:postcode
city str addr:city
source str osm, ng911, pack
verified bool False when the pack says unverified
area_m2 float area of the footprint; NaN for a point
tags json every other tag
"""
_ADDRESS = """
address_id str stable id
number int house number; -1 when it has none
number_suffix str letter or fraction behind the number
number_text str as written
unit str flat, suite
street str street name as written
place_name str house or business name on the address
postcode str ZIP
city str postal community
municipality str town by the source, else by its boundaries
state str state
site_type str single family dwelling, fire station, school ...
esn str emergency service number / response zone
aliases json other street names of this address
source str osm, ng911
"""
_RANGE = """
range_id int 0, 1, 2 ...
street str street name as written
number_start int number at the start of the line
number_end int number at its end
parity str odd, even, both
side str left, right, or None when the line is the side
postcode str ZIP
municipality str town, if the source tells
source str osm, ng911
"""
_BOUNDARY = """
boundary_id str stable id
name str name as signed: "Westport"
kind str own, town (inside the own area), neighbour, state, county, village, zone
admin_level int OSM admin_level; -1 none
municipality str the town's own name when it is one
state str state name
population float inhabitants; NaN unknown
tags json other tags
"""
_MARKER = """
marker_id str stable id
route str route number, if known
number float number on the post
text str as written
direction str N, E, S, W, if signed
source str osm, ng911, pack
"""
_EXIT = """
exit_id str stable id
number str exit number as signed now
old_number str former number
route str route numbers of the road it leaves
name str name
destination str what the sign says
node int osmid of the junction node
source str osm, pack
"""
_BASEMAP = """
osm_id str n, w or r and the id
kind str as in water, wood, beach, residential, building
name str name
house_number str house number
rank int 0 = show first
"""

for _registry in (SOURCE_TABLES, TOWN_TABLES):
    _town = _registry is TOWN_TABLES
    _where = "municipality str town it lies in\nstate str state it lies in\n" if _town else ""
    define(_registry, "turn_restrictions", "Point", "Turn restrictions, at their via node", _RESTRICTION)
    define(_registry, "places", "Point", "Landmarks and businesses, at their entrance or centre", _PLACE + _where)
    define(
        _registry, "place_areas", "MultiPolygon", "Footprints of places that have one", "place_id str row of places\n"
    )
    define(
        _registry,
        "addresses",
        "Point",
        "Address points",
        _ADDRESS + ("street_id int row of streets; -1 when no street has that name\n" if _town else ""),
    )
    define(
        _registry,
        "address_ranges",
        "LineString",
        "House numbers along a line, for interpolation",
        _RANGE + ("street_id int row of streets; -1 when no street has that name\n" if _town else ""),
    )
    define(_registry, "boundaries", "MultiPolygon", "Towns, states, villages, zones", _BOUNDARY)
    define(_registry, "mile_markers", "Point", "Mile markers", _MARKER + _where)
    define(_registry, "exits", "Point", "Numbered exits", _EXIT + _where)
    define(_registry, "basemap_water", "MultiPolygon", "Water areas", _BASEMAP)
    define(_registry, "basemap_waterways", "LineString", "Rivers and streams; coastline", _BASEMAP)
    define(_registry, "basemap_landuse", "MultiPolygon", "Land use and cover", _BASEMAP)
    define(_registry, "basemap_buildings", "MultiPolygon", "Buildings", _BASEMAP)
    define(_registry, "basemap_lines", "LineString", "Railways, piers, paths, power lines", _BASEMAP)

define(
    TOWN_TABLES,
    "streets",
    "MultiLineString",
    "One row for each street of each municipality, and one for each numbered route",
    'street_id int 0, 1, 2 ...\nname str name as signed\nnames json [{"name", "kind"}] of every other name and ref\n'
    "kind str road (name and municipality) or route (number)\nmunicipality str town; None for a route\nstate str state\n"
    "length_m float metres of centre line\nsegment_ids json road segments of it\naddress_count int address points on it\n"
    "min_number int lowest house number, points and ranges; -1 none\nmax_number int highest; -1 none\n",
)
define(
    TOWN_TABLES,
    "intersections",
    "Point",
    "Nodes where two or more streets meet",
    'intersection_id int 0, 1, 2 ...\nnode int osmid\nname str names, " & " between\nstreet_ids json rows of streets\n'
    "cluster_id int crossings of one pair of streets within 120 m share it\nmunicipality str town\nstate str state\n",
)
