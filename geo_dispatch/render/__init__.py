"""Rendering: GeoJSON and shareable maps."""
