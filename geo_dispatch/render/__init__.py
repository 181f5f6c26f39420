"""Rendering: maps and documents from answers."""

from geo_dispatch.render.maps import place_map, route_map
from geo_dispatch.render.scene import warm
from geo_dispatch.render.sheet import route_sheet_page
from geo_dispatch.render.siting_map import siting_map
from geo_dispatch.render.tiles import warm as warm_tiles
from geo_dispatch.render.ways import Way, ways_map

__all__ = ["Way", "place_map", "route_map", "route_sheet_page", "siting_map", "warm", "warm_tiles", "ways_map"]
