"""Vector tiles of a town's own data, and the styles that draw them."""

from geo_dispatch.render.tiles.archive import MAX_ZOOM, MIN_ZOOM, TileArchive, warm
from geo_dispatch.render.tiles.styles import THEMES, map_style

__all__ = ["MAX_ZOOM", "MIN_ZOOM", "THEMES", "TileArchive", "map_style", "warm"]
