"""Routing: snapping, vehicle profiles, search and matrices over a town's roads."""

from geo_dispatch.routing.matrix import Matrix, NamedPoint, read_points_csv, write_matrix_csv
from geo_dispatch.routing.path import Avoided, Path, PathPart
from geo_dispatch.routing.profiles import VehicleProfile, get_profile, list_profiles
from geo_dispatch.routing.router import Router, warm
from geo_dispatch.routing.scipy_search import ScipySearch
from geo_dispatch.routing.search import FoundPath, RoadPoint, RoadPoints, RoadSearch, Sweep
from geo_dispatch.routing.snap import Snap, Snapper, Snaps

__all__ = [
    "Avoided",
    "FoundPath",
    "Matrix",
    "NamedPoint",
    "Path",
    "PathPart",
    "RoadPoint",
    "RoadPoints",
    "RoadSearch",
    "Router",
    "ScipySearch",
    "Snap",
    "Snapper",
    "Snaps",
    "Sweep",
    "VehicleProfile",
    "get_profile",
    "list_profiles",
    "read_points_csv",
    "warm",
    "write_matrix_csv",
]
