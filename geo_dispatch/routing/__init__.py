"""Routing over the road network: snapping, vehicle profiles, search, paths, matrices."""
