"""Tables that a town pack fills."""

from geo_dispatch.schema.tables import TOWN_TABLES, define

__all__: list[str] = []

_FACT = """
source_url str where the fact was read
source_date str date of that page
grade str A official, B newspaper or own page, C copy, D weak
verified bool False until someone confirmed it
note str what else to know
"""
define(
    TOWN_TABLES,
    "stations",
    "Point",
    "Fire, police, ambulance stations",
    "station_id str id\nname str name\nkind str fire, police, ems, highway, harbormaster\nagency str agency\naddress str address\n"
    "phone str business telephone\n" + _FACT,
)
define(
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
define(
    TOWN_TABLES,
    "run_cards",
    "MultiPolygon",
    "What goes to which call type; geometry is the area, null = everywhere",
    "card_id str id\ncall_type str call type\nname str spoken name\nalarm int alarm level\nwhen str times it holds\n"
    "area str name of the area; None = everywhere\nweather json [flag that must be set]\n"
    'extends str card_id of the card whose requirements these are added to\nrequirements json [{"capability", "count"}]\n'
    + _FACT,
)
define(
    TOWN_TABLES,
    "aliases",
    "Point",
    "Other names people use; the point is the target's, once resolved",
    "alias str what people say\nkind str nickname, old_name, abbreviation, mishearing, route_name, old_exit\n"
    "target_kind str street, place, area, route, exit, intersection, address\ntarget str name of the target\n"
    "target_id str its id once resolved; None = not found in this town\n" + _FACT,
)
define(
    TOWN_TABLES,
    "hazards",
    "Point",
    "Hazards and premise notes; never shown to desk or public",
    "hazard_id str id\nname str name\nkind str flood, bridge_limit, premise, access ...\ndescription str what to know\n"
    "where_text str place in words\nrestricted bool only for dispatch roles\nmaxweight_t float limit of the road there, tonnes; NaN none given\n"
    "maxheight_m float clearance there, metres\nmaxwidth_m float width limit there, metres\n" + _FACT,
)
define(
    TOWN_TABLES,
    "directory",
    "Point",
    "Offices and services (Open Referral HSDS terms)",
    "service_id str id\nname str name\norganization str organisation\ncategory str category\nphone str telephone\nemail str address\n"
    "url str page\naddress str address\nhours str OSM opening_hours text\njurisdiction str town, state, neighbour, utility ...\n"
    "handles json [topics it handles]\nalternate_names json [other name]\nfees str what it costs\nhow_to str how to apply or what to bring\n"
    "hours_note str what else to know of its hours\nareas json [name of an area it serves]; none = the town\n"
    "languages json [BCP 47 tag]\nemergency bool answers emergencies\n" + _FACT,
)
define(
    TOWN_TABLES,
    "events",
    "Point",
    "Events",
    "event_id str id\nname str name\nstarts str ISO 8601\nends str ISO 8601\nrrule str recurrence rule\nwhere_text str place in words\n"
    "description str what it is\nclosures json closures it brings\ntimezone str IANA zone of starts and ends; None = the town's\n"
    "uid str iCalendar UID\nexdates json [start that is left out, ISO 8601]\nrdates json [further start, ISO 8601]\n"
    "status str confirmed, tentative, cancelled\nurl str page\norganizer str organisation or role\n"
    "recurrence_id str start of the occurrence that this row replaces, ISO 8601; None = a row of its own\n"
    "calendar_id str calendar it was read from; None = written in the pack\n" + _FACT,
)
define(
    TOWN_TABLES,
    "notes",
    "Point",
    "What people ask about and no office alone answers: bylaws, permits, access, seasons; public",
    "note_id str id\ntitle str title\ntext str what to know\ncategory str bylaw, permit, access, season, road, service, history, other\n"
    "topics json [topic it answers]\nservice_id str row of directory: who knows more\nstarts str day it begins to hold, ISO 8601\n"
    "ends str last day it holds, ISO 8601\nwhere_text str place in words\n" + _FACT,
)
define(
    TOWN_TABLES,
    "jurisdictions",
    "MultiPolygon",
    "Who handles what where; geometry is the area, null = everywhere",
    "rule_id str id\ntopics json [topic]\nroads json [name of a road it holds on]; none = anywhere\nrefs json [route number it holds on]\n"
    "area str name of the area it holds in; None = everywhere\nmunicipality str town it holds in; None = any\n"
    "service_id str row of directory: who handles it\n" + _FACT,
)
define(
    TOWN_TABLES,
    "landmarks",
    "Point",
    "Places that directions are to name, or never to name",
    "place str name of the place\nuse str promote, ban\ncalled str what directions call it; None = its name\n"
    "place_id str row of places once resolved; None = not found in this town\n" + _FACT,
)
define(
    TOWN_TABLES,
    "neighbours",
    "MultiPolygon",
    "Whom to call for the towns around",
    "name str town\nstate str state\nagency str agency\nphone str telephone\nrelation str borders, mutual aid, dispatches for us ...\n"
    'provides json [{"capability", "count"}] it can send\ncall_over_s float seconds that calling it takes; NaN unknown\n'
    + _FACT,
)
