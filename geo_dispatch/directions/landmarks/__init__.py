"""Landmarks along a route: what is worth naming where a driver must decide, on the way, and at the end."""

from geo_dispatch.directions.landmarks.town_cues import TownCues

__all__ = ["TownCues"]
