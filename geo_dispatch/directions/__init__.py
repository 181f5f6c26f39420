"""Directions: manoeuvres and the words for them."""

from geo_dispatch.directions.cues import ArrivalCue, Cues, Landmark
from geo_dispatch.directions.described import Described, Step
from geo_dispatch.directions.language import Voice, get_language, list_languages
from geo_dispatch.directions.steps import describe, directions

__all__ = [
    "ArrivalCue",
    "Cues",
    "Described",
    "Landmark",
    "Step",
    "Voice",
    "describe",
    "directions",
    "get_language",
    "list_languages",
]
