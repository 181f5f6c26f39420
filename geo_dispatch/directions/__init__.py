"""Directions: manoeuvres and the words for them."""

from geo_dispatch.directions.steps import Step, directions
from geo_dispatch.directions.wording import Voice

__all__ = ["Step", "Voice", "directions"]
