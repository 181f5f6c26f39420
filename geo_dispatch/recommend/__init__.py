"""Recommendations: which units go to a call, when they are there, why not others, and what sending them costs the rest of town."""

from geo_dispatch.recommend.answer import Assigned, Considered, CoverAfter, Flip, MoveUp, Recommendation, Shortfall
from geo_dispatch.recommend.assignment import Filled, fill_card
from geo_dispatch.recommend.call import Call, CallPlace, CallUnit
from geo_dispatch.recommend.recommender import Recommender
from geo_dispatch.recommend.unit_file import read_unit_file

__all__ = [
    "Assigned",
    "Call",
    "CallPlace",
    "CallUnit",
    "Considered",
    "CoverAfter",
    "Filled",
    "Flip",
    "MoveUp",
    "Recommendation",
    "Recommender",
    "Shortfall",
    "fill_card",
    "read_unit_file",
]
