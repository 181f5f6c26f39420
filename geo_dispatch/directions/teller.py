"""From the manoeuvres of a path to its steps in words."""

from __future__ import annotations

import math

from geo_dispatch.directions.context import is_dead_end
from geo_dispatch.directions.cues import Cues, Landmark
from geo_dispatch.directions.described import Step
from geo_dispatch.directions.drift import named_segment, names_on_the_way
from geo_dispatch.directions.language import Language, Noun, Voice
from geo_dispatch.directions.manoeuvres import Manoeuvre
from geo_dispatch.directions.roads import Roads
from geo_dispatch.directions.turns import Junctions
from geo_dispatch.directions.wording import fill, say
from geo_dispatch.geometry import compass_point
from geo_dispatch.routing import Path, PathPart
from geo_dispatch.units import MILE_M, Units

__all__ = ["Teller"]

_VOICES: tuple[Voice, ...] = ("public", "radio", "screen")
_SIDE_FROM_M = 3.0
"""A destination nearer to the road's middle line than this has no side."""
_LONG_M = 2 * MILE_M
"""A stretch from this length on wants reassurance."""
_AT_ONCE_M = 60.0
"""What follows within this distance is said in the same breath."""
_JUST_M = 15.0
"""Nearer than this behind a cross street is "just past" it; farther, the distance is told."""

Fields = dict[str, str | None]


class Teller:
    """Puts the manoeuvres of one path into words.

    Parameters
    ----------
    junctions
        The town's junctions.
    path
        The path.
    voice
        Of ``Step.instruction``.
    language, units
        Of the words, and of the distances in them.
    cues
        Who knows what can be seen along the way.
    """

    def __init__(
        self, junctions: Junctions, path: Path, voice: Voice, language: Language, units: Units, cues: Cues
    ) -> None:
        self.network = junctions.network
        self.junctions = junctions
        self.roads = Roads(junctions)
        self.path = path
        self.voice = voice
        self.language = language
        self.units = units
        self.cues = cues

    def step(self, manoeuvre: Manoeuvre, end: int, following: Manoeuvre | None, *, said: str | None) -> Step:
        """Put one manoeuvre into words; it is driven to part ``end``; ``said`` is the street that the step before named."""
        parts = self.path.parts[manoeuvre.first : end]
        length = math.fsum(part.length_m for part in parts)
        seen = None if manoeuvre.kind == "depart" else self.cues.at_decision(self.path, manoeuvre)
        is_long = length >= _LONG_M
        fields = self._fields(manoeuvre, parts, said)
        notes = self._notes(manoeuvre, parts, end, is_long=is_long)
        then = following.kind if following is not None and length < _AT_ONCE_M else None
        is_last = following is None and manoeuvre.kind != "depart"
        after: list[tuple[str, str | None]] = []
        if is_last and is_dead_end(self.junctions, parts):
            after.append(("dead_end", None))
        ahead = manoeuvre.street if following is None else following.street
        blind = self.junctions.name(ahead) is None and not self.junctions.is_ramp(ahead)
        distance = self.language.distance(length, self.units, fine=blind)  # no sign tells when one is there
        words = {
            voice: say(
                self.language, voice, manoeuvre.kind, {**fields, "where": self._where(seen)},
                distance=distance, is_long=is_long, notes=notes, then=then, after=after,
            )
            for voice in _VOICES
        }  # fmt: skip
        first = parts[0]
        return self._made(
            words, manoeuvre.kind, self.junctions.name(named_segment(self.junctions, manoeuvre.street, parts)), self._where(seen), length,
            math.fsum(part.time_s for part in parts), self.network.point_along(first.segment, first.from_m),
        )  # fmt: skip

    def _fields(self, manoeuvre: Manoeuvre, parts: tuple[PathPart, ...], said: str | None) -> Fields:
        """Return what is known of a manoeuvre."""
        language, roads, name = self.language, self.roads, self.junctions.name
        shown = named_segment(self.junctions, manoeuvre.street, parts)
        street = name(shown)
        left = None if manoeuvre.before is None else name(manoeuvre.before)
        fields: Fields = {
            "street": roads.spoken(shown, language),
            "from_street": language.proper(left) if left and street and left == said else None,
            "ordinal": self._ordinal(manoeuvre),
            "again": self.language.ordinal(manoeuvre.again),
            "exit": roads.exit_number(manoeuvre),
            "sign": roads.sign(manoeuvre.street),
        }
        if manoeuvre.ends and manoeuvre.before is not None:
            left_ramp = self.junctions.is_ramp(manoeuvre.before)
            fields["ends"] = (
                language.proper(left) if left and left == said else language.road("ramp" if left_ramp else "this")
            )
        if manoeuvre.kind.startswith("ramp_"):
            onto = roads.onto(self.path.parts[manoeuvre.first :])
            fields["onto"] = None if onto is None else language.proper(onto)
        if manoeuvre.kind.startswith("roundabout"):
            fields["ring"] = roads.ring(self.path.parts[manoeuvre.first].segment)
        if manoeuvre.kind == "depart":
            driven = parts[next((n for n, part in enumerate(parts) if part.segment == manoeuvre.street), 0) :]
            fields["compass"] = language.word("compass", compass_point(self.junctions.bearing_at_deg(driven[0])))
            toward = next((cross for part in driven if (cross := self.junctions.cross_street(part))), None)
            fields["toward"] = None if toward is None else language.proper(toward)
        return fields

    def _ordinal(self, manoeuvre: Manoeuvre) -> str | None:
        count = manoeuvre.exit_count or manoeuvre.count
        said = self.language.ordinal(count)
        return str(self.language.table["last_ordinal"]) if said is None and manoeuvre.exit_count else said

    def _notes(
        self, manoeuvre: Manoeuvre, parts: tuple[PathPart, ...], end: int, *, is_long: bool
    ) -> list[tuple[str, str]]:
        """Return what is passed, crossed and entered on the way to the next manoeuvre."""
        before = self.path.parts[manoeuvre.first - 1] if manoeuvre.first else None
        notes: list[tuple[str, str]] = []
        shown = named_segment(self.junctions, manoeuvre.street, parts)
        names = names_on_the_way(self.junctions, shown, parts)
        notes += [("becoming", self.language.proper(name)) for name in names[-1:]]
        if is_long and (seen := self.cues.along(self.path, manoeuvre.first, end)) and (thing := self._thing(seen)):
            notes.append(("passing", thing))
        notes += [("crossing", bridge) for bridge in self.roads.bridges(parts, self.language)]
        if town := self.roads.town_entered(before, parts):
            notes.append(("entering", town))
        return notes

    def arrival(self, destination: str | None, last: int) -> Step:
        """Put the arrival into words; ``path.parts[last]`` is on its street."""
        snap, part, language = self.path.destination, self.path.parts[last], self.language
        side: str | None = None
        if snap.distance_m >= _SIDE_FROM_M and snap.segment == part.segment:
            side = snap.side if not part.reversed else ("left" if snap.side == "right" else "right")
        cue, beyond = self.cues.at_arrival(self.path, last), self.cues.too_far(self.path, last)
        fields: Fields = {
            "place": destination,
            "side": None if side is None else language.word("sides", side),
            "number": None if destination is not None and cue.number in destination.split() else cue.number,
            "block": None if cue.block is None else str(cue.block),
            "cross_street": cue.cross_street,
            "where": None if _is_named(cue.landmark, destination) else self._where(cue.landmark),
        }
        if (
            beyond is not None
            and cue.landmark is not None
            and beyond.name is not None
            and beyond.name == cue.landmark.name
        ):
            beyond = None  # one street crosses twice: it would say two things
        thing = None if beyond is None else self._thing(beyond)
        after = [] if thing is None else [("too_far", thing)]
        words = {voice: say(language, voice, "arrive", fields, after=after) for voice in _VOICES}
        return self._made(
            words,
            "arrive",
            self.junctions.name(part.segment),
            self._where(cue.landmark),
            0.0,
            0.0,
            (snap.lon, snap.lat),
        )

    def _made(
        self,
        words: dict[Voice, str],
        kind: str,
        street: str | None,
        landmark: str | None,
        length_m: float,
        time_s: float,
        at: tuple[float, float],
    ) -> Step:
        return Step(
            words[self.voice], words["radio"], street, length_m, time_s, kind, landmark, *at, screen=words["screen"]
        )

    def _thing(self, seen: Landmark) -> Noun | None:
        return self.language.thing(seen.kind, seen.name)

    def _where(self, seen: Landmark | None) -> str | None:
        """Return the clause of a landmark, as "just past Lees Market"."""
        thing = None if seen is None else self._thing(seen)
        if seen is None or thing is None:
            return None
        if seen.kind == "street" and seen.relation == "just past" and seen.distance_m >= _JUST_M:
            compass = None if seen.compass is None else self.language.word("compass", seen.compass)
            distance = self.language.distance(seen.distance_m, self.units, fine=True)
            return fill(
                self.language.table["where"]["far past"], {"thing": thing, "distance": distance, "compass": compass}
            )
        return fill([self.language.word("where", seen.relation)], {"thing": thing})


def _is_named(seen: Landmark | None, destination: str | None) -> bool:
    """Tell whether a landmark is what the destination is called by already."""
    return seen is not None and seen.name is not None and destination is not None and seen.name in destination
