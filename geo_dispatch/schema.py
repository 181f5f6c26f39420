"""The tables of a town file, and of the layers that sources deliver: names, columns, types, meaning.

One vocabulary for every source (OpenStreetMap, NG911 layers, town packs) and for the GeoPackage.
Geometry is EPSG:4326. Text that is absent is None, numbers that are absent are NaN (float) or the
column is a float; ``json`` columns hold a JSON document as text.

References
----------
OGC GeoPackage 1.3; osmnx graph conventions (x, y, osmid, u, v, key, length, speed_kph, travel_time);
NENA-STA-006 (NG9-1-1 GIS data model) and CLDXF-US for address parts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

__all__ = [
    "FORMAT_VERSION",
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

FORMAT_VERSION = 1
"""Version of the town file's tables; raised with every change that an older program would misread."""

ColumnType = Literal["int", "float", "str", "bool", "json"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, type and meaning (with unit)."""

    name: str
    type: ColumnType
    meaning: str


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its name, geometry type ("Point", "LineString", "MultiLineString", "MultiPolygon") and columns."""

    name: str
    geometry: str
    meaning: str
    columns: tuple[Column, ...]

    @property
    def column_names(self) -> tuple[str, ...]:
        """Return the column names, without geometry."""
        return tuple(column.name for column in self.columns)


def _columns(text: str) -> tuple[Column, ...]:
    """Read ``name type meaning`` lines."""
    rows = [line.split(None, 2) for line in text.splitlines() if line.strip()]
    return tuple(Column(name, type_, meaning) for name, type_, meaning in rows)  # type: ignore[arg-type]


# What a road has, whatever its source; shared by road_segments (sources) and edges (town file).
_ROAD = """
name str name as signed; None when unnamed
ref str route numbers, ";" between, as in "MA 88;US 6"
alt_names json [{"name", "kind"}], kind: alt_name, old_name, short_name, loc_name, official_name, name:left, ...
highway str OSM highway value; NG911 classes are mapped to one
junction str roundabout, circular, jughandle ...
service str driveway, alley, parking_aisle ...
lanes str raw lanes value
maxspeed str raw maxspeed value as found
bridge str raw bridge value; None when not a bridge
bridge_name str name of the bridge, when it has one of its own
tunnel str raw tunnel value
layer int level above ground, 0 = ground
access str raw access value
motor_vehicle str raw motor_vehicle (else motorcar, vehicle) value
emergency str raw emergency value
hgv str raw hgv value
maxweight_t float posted weight limit in tonnes; NaN unknown
maxheight_m float posted height limit in metres; NaN unknown
maxwidth_m float posted width limit in metres; NaN unknown
surface str raw surface value
tracktype str raw tracktype value
toll str raw toll value
ford str raw ford value
destination str what the signs say, ";" between
destination_ref str route numbers on the signs
conditional json {tag: value} of every *:conditional tag, and hazard or flood tags
municipality_left str municipality on the left of the digitised direction, if the source tells
municipality_right str same on the right
"""

TOWN_TABLES: dict[str, Table] = {}
SOURCE_TABLES: dict[str, Table] = {}


def _define(registry: dict[str, Table], name: str, geometry: str, meaning: str, columns: str) -> None:
    registry[name] = Table(name, geometry, meaning, _columns(columns))


_NODE = """
osmid int node id; negative where this program made it
x float longitude, degrees
y float latitude, degrees
highway str traffic_signals, stop, give_way, crossing, mini_roundabout, turning_circle, motorway_junction ...
barrier str gate, lift_gate, bollard ...
access str raw access value of the barrier
emergency str raw emergency value of the barrier
ref str exit number of a motorway junction
name str name of the junction
"""
_define(SOURCE_TABLES, "road_nodes", "Point", "Ends of road segments, and nothing else", _NODE)
_define(
    SOURCE_TABLES,
    "road_segments",
    "LineString",
    "Roads cut where they meet: no segment has a junction inside it",
    "segment_id int 0, 1, 2 ... in this layer\nosmid int way or line id\nfrom_node int osmid of its first node\n"
    "to_node int osmid of its last node\n"
    "direction str both, forward, backward, reversible (open one way at a time), none (no motor traffic either way)\n"
    "maxspeed_forward_kph float posted, parsed; NaN unknown\nmaxspeed_backward_kph float same against the line\n"
    + _ROAD,
)
_define(
    TOWN_TABLES,
    "nodes",
    "Point",
    "Junctions and road ends",
    _NODE
    + "street_count int road segments that end here\nmunicipality str town it lies in\nstate str state it lies in\n",
)
_define(
    TOWN_TABLES,
    "edges",
    "LineString",
    "Directed edges, geometry in the direction of travel; (u, v, key) is unique, as in an osmnx MultiDiGraph",
    "u int node it starts at\nv int node it ends at\nkey int tells parallel edges apart\nosmid int way or line id\n"
    "segment_id int road segment; both directions share it\noneway bool only one direction is open\n"
    "reversed bool runs against the digitised direction\nlength float metres, geodesic\n"
    "speed_kph float car speed assumed\ntravel_time float seconds for a car, length / speed\n"
    "street_id int row of streets; -1 when unnamed\nmunicipality str town its midpoint lies in\nstate str same\n"
    + _ROAD,
)
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
    _define(_registry, "turn_restrictions", "Point", "Turn restrictions, at their via node", _RESTRICTION)
    _define(_registry, "places", "Point", "Landmarks and businesses, at their entrance or centre", _PLACE + _where)
    _define(
        _registry, "place_areas", "MultiPolygon", "Footprints of places that have one", "place_id str row of places\n"
    )
    _define(
        _registry,
        "addresses",
        "Point",
        "Address points",
        _ADDRESS + ("street_id int row of streets; -1 when no street has that name\n" if _town else ""),
    )
    _define(
        _registry,
        "address_ranges",
        "LineString",
        "House numbers along a line, for interpolation",
        _RANGE + ("street_id int row of streets; -1 when no street has that name\n" if _town else ""),
    )
    _define(_registry, "boundaries", "MultiPolygon", "Towns, states, villages, zones", _BOUNDARY)
    _define(_registry, "mile_markers", "Point", "Mile markers", _MARKER + _where)
    _define(_registry, "exits", "Point", "Numbered exits", _EXIT + _where)
    _define(_registry, "basemap_water", "MultiPolygon", "Water areas", _BASEMAP)
    _define(_registry, "basemap_waterways", "LineString", "Rivers and streams; coastline", _BASEMAP)
    _define(_registry, "basemap_landuse", "MultiPolygon", "Land use and cover", _BASEMAP)
    _define(_registry, "basemap_buildings", "MultiPolygon", "Buildings", _BASEMAP)
    _define(_registry, "basemap_lines", "LineString", "Railways, piers, paths, power lines", _BASEMAP)

_FACT = """
source_url str where the fact was read
source_date str date of that page
grade str A official, B newspaper or own page, C copy, D weak
verified bool False until someone confirmed it
note str what else to know
"""
_define(
    TOWN_TABLES,
    "streets",
    "MultiLineString",
    "One row for each street of each municipality, and one for each numbered route",
    'street_id int 0, 1, 2 ...\nname str name as signed\nnames json [{"name", "kind"}] of every other name and ref\n'
    "kind str road (name and municipality) or route (number)\nmunicipality str town; None for a route\nstate str state\n"
    "length_m float metres of centre line\nsegment_ids json road segments of it\naddress_count int address points on it\n"
    "min_number int lowest house number, points and ranges; -1 none\nmax_number int highest; -1 none\n",
)
_define(
    TOWN_TABLES,
    "intersections",
    "Point",
    "Nodes where two or more streets meet",
    'intersection_id int 0, 1, 2 ...\nnode int osmid\nname str names, " & " between\nstreet_ids json rows of streets\n'
    "cluster_id int crossings of one pair of streets within 120 m share it\nmunicipality str town\nstate str state\n",
)
_define(
    TOWN_TABLES,
    "stations",
    "Point",
    "Fire, police, ambulance stations",
    "station_id str id\nname str name\nkind str fire, police, ems, highway, harbormaster\nagency str agency\naddress str address\n"
    "phone str business telephone\n" + _FACT,
)
_define(
    TOWN_TABLES,
    "units",
    "Point",
    "Vehicles and crews, at their station",
    "unit_id str radio name\nname str spoken name\nkind str engine, ladder, tanker, ambulance, police, highway, boat ...\n"
    "station_id str row of stations\nagency str agency\nprofile str vehicle profile\ncapabilities json [capability]\n"
    "crew int usual crew; -1 unknown\nweight_t float loaded weight\nheight_m float height\nwidth_m float width\nlength_m float length\n"
    "staffing str when it is staffed\ncrew_group str units with the same word share one crew\n"
    "neighbour str row of neighbours that must be called for it; None = own unit\n" + _FACT,
)
_define(
    TOWN_TABLES,
    "run_cards",
    "MultiPolygon",
    "What goes to which call type; geometry is the area, null = everywhere",
    "card_id str id\ncall_type str call type\nname str spoken name\nalarm int alarm level\nwhen str times it holds\n"
    "area str name of the area; None = everywhere\nweather json [flag that must be set]\n"
    'extends str card_id of the card whose requirements these are added to\nrequirements json [{"capability", "count"}]\n'
    + _FACT,
)
_define(
    TOWN_TABLES,
    "aliases",
    "Point",
    "Other names people use; the point is the target's, once resolved",
    "alias str what people say\nkind str nickname, old_name, abbreviation, mishearing, route_name, old_exit\n"
    "target_kind str street, place, area, route, exit, intersection, address\ntarget str name of the target\n"
    "target_id str its id once resolved; None = not found in this town\n" + _FACT,
)
_define(
    TOWN_TABLES,
    "hazards",
    "Point",
    "Hazards and premise notes; never shown to desk or public",
    "hazard_id str id\nname str name\nkind str flood, bridge_limit, premise, access ...\ndescription str what to know\n"
    "where_text str place in words\nrestricted bool only for dispatch roles\nmaxweight_t float limit of the road there, tonnes; NaN none given\n"
    "maxheight_m float clearance there, metres\nmaxwidth_m float width limit there, metres\n" + _FACT,
)
_define(
    TOWN_TABLES,
    "directory",
    "Point",
    "Offices and services (Open Referral HSDS terms)",
    "service_id str id\nname str name\norganization str organisation\ncategory str category\nphone str telephone\nemail str address\n"
    "url str page\naddress str address\nhours str OSM opening_hours text\njurisdiction str town, state, neighbour, utility ...\n"
    "handles json [topics it handles]\n" + _FACT,
)
_define(
    TOWN_TABLES,
    "events",
    "Point",
    "Events",
    "event_id str id\nname str name\nstarts str ISO 8601\nends str ISO 8601\nrrule str recurrence rule\nwhere_text str place in words\n"
    "description str what it is\nclosures json closures it brings\n" + _FACT,
)
_define(
    TOWN_TABLES,
    "neighbours",
    "MultiPolygon",
    "Whom to call for the towns around",
    "name str town\nstate str state\nagency str agency\nphone str telephone\nrelation str borders, mutual aid, dispatches for us ...\n"
    'provides json [{"capability", "count"}] it can send\ncall_over_s float seconds that calling it takes; NaN unknown\n'
    + _FACT,
)
_define(
    TOWN_TABLES,
    "provenance",
    "MultiPolygon",
    "Each source; geometry is its extent",
    "source_id int 0, 1, 2 ...\nname str name\nlocation str URL or file name\ntimestamp str date of the data\nsha256 str of the file as read\n"
    "licence str licence\nattribution str text that must be shown\ncounts json what was read\n",
)
_define(
    TOWN_TABLES, "meta", "MultiPolygon", "Key and value; the geometry is the town", "key str key\nvalue str value\n"
)


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
    >>> len(empty_layer(TOWN_TABLES["nodes"]))
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
