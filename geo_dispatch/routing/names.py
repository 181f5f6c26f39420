"""What roads and bridges are called in answers."""

from __future__ import annotations

from geo_dispatch.routing.snap import Snap
from geo_dispatch.town.town import Town

__all__ = ["RoadNames"]


class RoadNames:
    """Names the roads of one town.

    Parameters
    ----------
    town
        The town.
    """

    def __init__(self, town: Town) -> None:
        self._segments = town.network.segments

    def road(self, segment: int) -> str:
        """Return a road's name, else its number, else what kind of road it is."""
        segments = self._segments
        name = segments.text("name")[segment] or segments.text("ref")[segment]
        kind = (segments.text("highway")[segment] or "road").replace("_", " ")
        return name or f"unnamed {kind} road".replace("road road", "road")

    def bridge(self, segment: int) -> str:
        """Return the name of a bridge, else that of its road."""
        return self._segments.text("bridge_name")[segment] or f"that of {self.road(segment)}"

    def spot(self, snap: Snap) -> str:
        """Return the road and position of a snapped point."""
        return f"{self.road(snap.segment)} ({snap.lon:.5f},{snap.lat:.5f})"
