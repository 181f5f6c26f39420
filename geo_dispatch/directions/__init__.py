"""Directions: manoeuvres and the words for them."""

from geo_dispatch.directions.cues import ArrivalCue, Cues, Landmark
from geo_dispatch.directions.language import Voice, get_language, list_languages
from geo_dispatch.directions.steps import Step, directions

__all__ = ["ArrivalCue", "Cues", "Landmark", "Step", "Voice", "directions", "get_language", "list_languages"]
