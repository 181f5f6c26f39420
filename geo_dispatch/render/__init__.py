"""Rendering: maps and documents from answers."""

from geo_dispatch.render.maps import place_map, route_map
from geo_dispatch.render.scene import warm

__all__ = ["place_map", "route_map", "warm"]
