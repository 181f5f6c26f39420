"""Turn-by-turn steps of a path."""

from __future__ import annotations

import math
from dataclasses import dataclass

from geo_dispatch.directions.manoeuvres import Manoeuvre, find_manoeuvres
from geo_dispatch.directions.turns import Junctions
from geo_dispatch.directions.wording import Voice, say, word_list
from geo_dispatch.geometry import compass_point
from geo_dispatch.routing import Path, PathPart
from geo_dispatch.town.town import Town
from geo_dispatch.units import format_distance

__all__ = ["Step", "directions"]

_SIDE_FROM_M = 3.0
"""A destination nearer to the road's middle line than this has no side."""
_NAMELESS_BRIDGE_M = 100.0


@dataclass(frozen=True, slots=True)
class Step:
    """One step of directions.

    Attributes
    ----------
    instruction, radio
        What to say to the public (or in the voice asked for), and over the radio.
    street
        Name of the road driven; None when it has none.
    length_m, travel_time_s
        From here to the next step; 0 for the arrival.
    manoeuvre
        What is done, as in "turn_left".
    landmark
        What to look out for; None when nothing is known.
    lon, lat
        Where it is done, degrees.
    """

    instruction: str
    radio: str
    street: str | None
    length_m: float
    travel_time_s: float
    manoeuvre: str
    landmark: str | None
    lon: float
    lat: float


def directions(town: Town, path: Path, *, text: Voice = "public", destination: str | None = None) -> tuple[Step, ...]:
    """Describe a path turn by turn.

    Parameters
    ----------
    town
        The town.
    path
        A path found in it.
    text
        Voice of ``Step.instruction``; ``Step.radio`` is always there.
    destination
        What the destination is called, for the last step.

    Returns
    -------
    tuple
        Steps whose lengths and times sum to the path's; the first departs, the last arrives.
    """
    junctions = Junctions(town)
    manoeuvres, last = find_manoeuvres(junctions, path)
    ends = [m.first for m in manoeuvres[1:]] + [len(path.parts)]
    teller = _Teller(town, junctions, path, text)
    steps: list[Step] = []
    for manoeuvre, end in zip(manoeuvres, ends, strict=True):
        steps.append(
            teller.step(manoeuvre, path.parts[manoeuvre.first : end], said=steps[-1].street if steps else None)
        )
    if path.length_m == 0:
        steps = []
    return (*steps, teller.arrival(destination, path.parts[last]))


class _Teller:
    """Puts the manoeuvres of one path into words."""

    def __init__(self, town: Town, junctions: Junctions, path: Path, voice: Voice) -> None:
        self.town = town
        self.network = town.network
        self.junctions = junctions
        self.path = path
        self.voice = voice

    def step(self, manoeuvre: Manoeuvre, parts: tuple[PathPart, ...], *, said: str | None) -> Step:
        """Put one manoeuvre into words; ``said`` is the street that the step before named."""
        first = parts[0]
        length = math.fsum(part.length_m for part in parts)
        street = self.junctions.name(manoeuvre.street)
        fields = {
            "street": self.spoken(manoeuvre.street),
            "from_street": None if manoeuvre.before is None else self.junctions.name(manoeuvre.before),
            "ordinal": self._ordinal(manoeuvre.exit_count),
            "exit": self._exit_number(manoeuvre),
            "sign": self._sign(manoeuvre.street),
        }
        if street is None or fields["from_street"] != said:
            fields["from_street"] = None
        if manoeuvre.kind == "depart":
            driven = parts[next((n for n, part in enumerate(parts) if part.segment == manoeuvre.street), 0) :]
            fields["compass"] = compass_point(self.junctions.bearing_at_deg(driven[0]))
            fields["toward"] = next((name for part in driven if (name := self.junctions.cross_street(part))), None)
        lon, lat = self.network.point_along(first.segment, first.from_m)
        before = self.path.parts[: manoeuvre.first]
        words = {
            voice: say(
                voice,
                manoeuvre.kind,
                fields,
                distance=format_distance(length),
                bridges=self._bridges(parts),
                towns=self._towns_entered(before[-1] if before else None, parts),
            )
            for voice in ("public", "radio")
        }
        time = math.fsum(part.time_s for part in parts)
        return Step(words[self.voice], words["radio"], street, length, time, manoeuvre.kind, None, lon, lat)

    def arrival(self, destination: str | None, last: PathPart) -> Step:
        """Put the arrival into words; ``last`` is the part on whose street it is."""
        snap = self.path.destination
        side: str | None = None
        if snap.distance_m >= _SIDE_FROM_M and snap.segment == last.segment:
            side = snap.side if not last.reversed else ("left" if snap.side == "right" else "right")
        fields = {"place": destination, "side": side}
        said = {voice: say(voice, "arrive", fields) for voice in ("public", "radio")}
        street = self.junctions.name(last.segment)
        return Step(said[self.voice], said["radio"], street, 0.0, 0.0, "arrive", None, snap.lon, snap.lat)

    def spoken(self, segment: int) -> str:
        """Return the name of a road with its route numbers, or words for a road without a name."""
        name, refs = self.junctions.name(segment), self.junctions.refs(segment)
        if name:
            return f"{name} ({refs})" if refs and refs not in name else name
        segments = self.network.segments
        junction = word_list("unnamed_junction").get(segments.text("junction")[segment])
        service = word_list("unnamed_service").get(segments.text("service")[segment])
        kinds = word_list("unnamed_highway")
        return str(junction or service or kinds.get(segments.text("highway")[segment], kinds["default"]))

    def _ordinal(self, count: int) -> str | None:
        ordinals = word_list("ordinals")
        return ordinals[min(count, len(ordinals)) - 1] if count else None

    def _exit_number(self, manoeuvre: Manoeuvre) -> str | None:
        nodes = self.network.nodes
        if manoeuvre.node is None or nodes.text("highway")[manoeuvre.node] != "motorway_junction":
            return None
        number: str | None = nodes.text("ref")[manoeuvre.node]
        return number

    def _sign(self, segment: int) -> str | None:
        segments = self.network.segments
        said = [segments.text(column)[segment] for column in ("destination_ref", "destination")]
        parts = [part.strip() for value in said if value for part in value.split(";") if part.strip()]
        return ", ".join(dict.fromkeys(parts)) or None

    def _bridges(self, parts: tuple[PathPart, ...]) -> list[str]:
        """Name the bridges that are crossed; a nameless one only when it is long enough to be noticed."""
        segments = self.network.segments
        found: dict[str, None] = {}
        nameless = 0.0
        for part in parts:
            if segments.text("bridge")[part.segment] in (None, "no"):
                nameless = 0.0
                continue
            name = segments.text("bridge_name")[part.segment]
            if name:
                found[name] = None
                continue
            nameless += part.length_m
            quiet = self.junctions.is_freeway(part.segment) or self.junctions.is_ramp(part.segment)
            if nameless >= _NAMELESS_BRIDGE_M and not quiet:
                found[str(word_list("unnamed_bridge"))] = None
        return list(found)

    def _towns_entered(self, before: PathPart | None, parts: tuple[PathPart, ...]) -> list[str]:
        """Name the town one is in at the end when it is another than before, with the state where that changes too."""
        segments = self.network.segments
        town_of, state_of = segments.text("municipality"), segments.text("state")
        start = parts[0] if before is None else before
        known = [part.segment for part in parts if town_of[part.segment] is not None]
        if not known or town_of[start.segment] is None:
            return []
        town, state = town_of[known[-1]], state_of[known[-1]]
        if town == town_of[start.segment] and state == state_of[start.segment]:
            return []
        if any(word in town for word in word_list("not_towns")):
            return []
        other_state = state is not None and state_of[start.segment] not in (None, state)
        return [f"{town}, {state}" if other_state else str(town)]
