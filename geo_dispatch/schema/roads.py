"""Tables of the road network."""

from geo_dispatch.schema.tables import SOURCE_TABLES, TOWN_TABLES, define

__all__: list[str] = []

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
define(SOURCE_TABLES, "road_nodes", "Point", "Ends of road segments, and nothing else", _NODE)
define(
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
define(
    TOWN_TABLES,
    "nodes",
    "Point",
    "Junctions and road ends",
    _NODE
    + "street_count int road segments that end here\nmunicipality str town it lies in\nstate str state it lies in\n",
)
define(
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
