"""OpenStreetMap: the one reader of its files and dialect, and the clients that download it."""

from geo_dispatch.osm.reader import read_osm

__all__ = ["read_osm"]
