"""What roads are called, and what lies on the way: signs, exits, bridges, town lines."""

from __future__ import annotations

from collections.abc import Sequence

from geo_dispatch.directions.language import Language, Noun
from geo_dispatch.directions.manoeuvres import Manoeuvre
from geo_dispatch.directions.turns import Junctions
from geo_dispatch.routing import PathPart

__all__ = ["Roads"]

_NAMELESS_BRIDGE_M = 100.0
_NO_TOWNS = ("County", "Parish", "Census Area", "Unorganized Territory")
"""Areas with such a word in their name are no towns to enter."""


class Roads:
    """Tells what a driver reads and crosses.

    Parameters
    ----------
    junctions
        The town's junctions.
    """

    def __init__(self, junctions: Junctions) -> None:
        self.junctions = junctions
        self._nodes = junctions.network.nodes

    def spoken(self, segment: int, language: Language) -> Noun:
        """Return the name of a road with its route numbers, or words for a road without a name."""
        name, refs = self.junctions.name(segment), self.junctions.refs(segment)
        if name:
            return language.proper(f"{name} ({refs})" if refs and refs not in name else name)
        return language.road(self._kind(segment))

    def _kind(self, segment: int) -> str:
        road = self.junctions.road(segment)
        if road.is_ring:
            return "rotary"
        if road.is_ramp:
            return "ramp"
        if road.service in ("driveway", "parking_aisle", "alley", "drive-through"):
            return road.service
        if road.highway in ("service", "track"):
            return road.highway
        return "connector" if road.is_slip else "road"

    def ring(self, segment: int) -> str | None:
        """Return the name of a rotary; None without one."""
        road = self.junctions.road(segment)
        return road.name if road.is_ring else None

    def exit_number(self, manoeuvre: Manoeuvre) -> str | None:
        """Return the number of the exit that a ramp is; None where there is none on file."""
        if manoeuvre.node is None or self._nodes.text("highway")[manoeuvre.node] != "motorway_junction":
            return None
        number: str | None = self._nodes.text("ref")[manoeuvre.node]
        return number

    def sign(self, segment: int) -> str | None:
        """Return what the signs over a road say, numbers first; None where that is not on file."""
        segments = self.junctions.network.segments
        said = [segments.text(column)[segment] for column in ("destination_ref", "destination")]
        parts = [part.strip() for value in said if value for part in value.split(";") if part.strip()]
        return ", ".join(dict.fromkeys(parts)) or None

    def onto(self, parts: Sequence[PathPart]) -> str | None:
        """Return the name of the road that a ramp, the beginning of ``parts``, leads to."""
        beyond = next((part for part in parts if not self.junctions.is_ramp(part.segment)), None)
        return None if beyond is None else self.junctions.name(beyond.segment)

    def bridges(self, parts: Sequence[PathPart], language: Language) -> list[Noun]:
        """Name the bridges that are crossed; a nameless one only when it is long enough to be noticed."""
        found: dict[str, Noun] = {}
        nameless = 0.0
        for part in parts:
            road = self.junctions.road(part.segment)
            if road.bridge is None:
                nameless = 0.0
                continue
            if road.bridge:
                found[road.bridge] = language.proper(road.bridge)
                continue
            nameless += part.length_m
            quiet = road.is_freeway or road.is_ramp
            if nameless >= _NAMELESS_BRIDGE_M and not quiet and (bridge := language.thing("a_bridge")):
                found[bridge] = bridge
        return list(found.values())

    def town_entered(self, before: PathPart | None, parts: Sequence[PathPart]) -> str | None:
        """Name the town one is in at the end when it is another than before, with the state where that changes too."""
        start = self.junctions.road((parts[0] if before is None else before).segment)
        road_of = self.junctions.road
        last = next(
            (road for part in reversed(parts) if (road := road_of(part.segment)).municipality is not None), None
        )
        if last is None or last.municipality is None or start.municipality is None:
            return None
        same = (last.municipality, last.state) == (start.municipality, start.state)
        if same or any(word in last.municipality for word in _NO_TOWNS):
            return None
        other_state = last.state is not None and start.state not in (None, last.state)
        return f"{last.municipality}, {last.state}" if other_state else last.municipality
