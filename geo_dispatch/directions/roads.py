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
        self._segments = junctions.network.segments
        self._nodes = junctions.network.nodes

    def spoken(self, segment: int, language: Language) -> Noun:
        """Return the name of a road with its route numbers, or words for a road without a name."""
        name, refs = self.junctions.name(segment), self.junctions.refs(segment)
        if name:
            return language.proper(f"{name} ({refs})" if refs and refs not in name else name)
        return language.road(self._kind(segment))

    def _kind(self, segment: int) -> str:
        junctions = self.junctions
        highway, service = (self._segments.text(column)[segment] for column in ("highway", "service"))
        if junctions.is_ring(segment):
            return "rotary"
        if junctions.is_ramp(segment):
            return "ramp"
        if service in ("driveway", "parking_aisle", "alley", "drive-through"):
            return str(service)
        if highway in ("service", "track"):
            return str(highway)
        return "connector" if junctions.is_slip(segment) else "road"

    def ring(self, segment: int) -> str | None:
        """Return the name of a rotary; None without one."""
        name: str | None = self._segments.text("name")[segment]
        return name if self.junctions.is_ring(segment) else None

    def exit_number(self, manoeuvre: Manoeuvre) -> str | None:
        """Return the number of the exit that a ramp is; None where there is none on file."""
        if manoeuvre.node is None or self._nodes.text("highway")[manoeuvre.node] != "motorway_junction":
            return None
        number: str | None = self._nodes.text("ref")[manoeuvre.node]
        return number

    def sign(self, segment: int) -> str | None:
        """Return what the signs over a road say, numbers first; None where that is not on file."""
        said = [self._segments.text(column)[segment] for column in ("destination_ref", "destination")]
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
            if self._segments.text("bridge")[part.segment] in (None, "no"):
                nameless = 0.0
                continue
            name = self._segments.text("bridge_name")[part.segment]
            if name:
                found[name] = language.proper(name)
                continue
            nameless += part.length_m
            quiet = self.junctions.is_freeway(part.segment) or self.junctions.is_ramp(part.segment)
            if nameless >= _NAMELESS_BRIDGE_M and not quiet and (bridge := language.thing("a_bridge")):
                found[bridge] = bridge
        return list(found.values())

    def town_entered(self, before: PathPart | None, parts: Sequence[PathPart]) -> str | None:
        """Name the town one is in at the end when it is another than before, with the state where that changes too."""
        town_of, state_of = self._segments.text("municipality"), self._segments.text("state")
        start = parts[0] if before is None else before
        known = [part.segment for part in parts if town_of[part.segment] is not None]
        if not known or town_of[start.segment] is None:
            return None
        town, state = str(town_of[known[-1]]), state_of[known[-1]]
        if town == town_of[start.segment] and state == state_of[start.segment]:
            return None
        if any(word in town for word in _NO_TOWNS):
            return None
        other_state = state is not None and state_of[start.segment] not in (None, state)
        return f"{town}, {state}" if other_state else town
