"""Routing: snapping, vehicle profiles, turns, closures, search and matrices over a town's roads."""

from geo_dispatch.routing.address_points import address_points
from geo_dispatch.routing.calibration import Calibration, IntervalFactors, calibration_of, read_calibration
from geo_dispatch.routing.closure_places import ClosedRoads, read_area
from geo_dispatch.routing.closures import Closure, closure_of_record, parse_closure
from geo_dispatch.routing.drawn_stretches import DrawnStretch, DrawnStretches
from geo_dispatch.routing.matrix import Matrix, NamedPoint, read_points_csv, write_matrix_csv
from geo_dispatch.routing.path import Avoided, Path, PathPart
from geo_dispatch.routing.profiles import VehicleProfile, VehicleSize, get_profile, list_profiles
from geo_dispatch.routing.restrictions import Restrictions, TurnRule, UnmappedRule
from geo_dispatch.routing.router import Closures, Router, warm
from geo_dispatch.routing.scipy_search import ScipySearch
from geo_dispatch.routing.search import FoundPath, RoadPoint, RoadPoints, RoadSearch, Sweep
from geo_dispatch.routing.snap import Snap, Snapper, Snaps
from geo_dispatch.routing.unit_vehicles import UnitVehicle, unit_vehicle

__all__ = [
    "Avoided",
    "Calibration",
    "ClosedRoads",
    "Closure",
    "Closures",
    "DrawnStretch",
    "DrawnStretches",
    "FoundPath",
    "IntervalFactors",
    "Matrix",
    "NamedPoint",
    "Path",
    "PathPart",
    "Restrictions",
    "RoadPoint",
    "RoadPoints",
    "RoadSearch",
    "Router",
    "ScipySearch",
    "Snap",
    "Snapper",
    "Snaps",
    "Sweep",
    "TurnRule",
    "UnitVehicle",
    "UnmappedRule",
    "VehicleProfile",
    "VehicleSize",
    "address_points",
    "calibration_of",
    "closure_of_record",
    "get_profile",
    "list_profiles",
    "parse_closure",
    "read_area",
    "read_calibration",
    "read_points_csv",
    "unit_vehicle",
    "warm",
    "write_matrix_csv",
]
