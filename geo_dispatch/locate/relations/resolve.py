"""From clauses to parts: which things of the town each clause may relate to."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from geo_dispatch.locate.circle import Circle
from geo_dispatch.locate.draft import Draft, Finder
from geo_dispatch.locate.reading import Reading
from geo_dispatch.locate.relations.adjust import (
    ahead,
    make_part,
    of_its_street,
    of_listener,
    on_this_side,
    too_far,
)
from geo_dispatch.locate.relations.anchors import Anchor, AnchorFinder, at_crossings, drop_twins
from geo_dispatch.locate.relations.clause import Clause
from geo_dispatch.locate.relations.features import RoadFeatures
from geo_dispatch.locate.relations.pairs import list_pairs
from geo_dispatch.locate.relations.parts import Part, Role
from geo_dispatch.locate.spot import spot_readings
from geo_dispatch.locate.tables.relations import load_relations
from geo_dispatch.locate.tables.scene import load_scene

__all__ = ["Resolved", "Resolver"]

_TWIN_M = 25.0
_SURE = 0.84
_EXACT = 0.97
_CLEARLY = 0.05
_MOST_PREFIXES = 6
_ROUTE = re.compile(r"\d{1,3}[a-z]?")
_STOPS = (",", "and", "&")
_END_KINDS = frozenset({"end", "beginning"})


@dataclass(frozen=True, slots=True)
class Resolved:
    """Parts of a text; streets that the caller is on; clauses that name nothing on file, or are not used."""

    parts: tuple[Part, ...]
    streets: tuple[Anchor, ...]
    unknown: tuple[Clause, ...]


class Resolver:
    """Finds what clauses relate to.

    Parameters
    ----------
    finder
        The town and its names.
    find_drafts
        Finds the drafts of a reading without relations.
    """

    def __init__(self, finder: Finder, find_drafts: Callable[[Reading], Iterable[Draft]]) -> None:
        self._finder = finder
        self._find_drafts = find_drafts
        self._anchors = AnchorFinder(finder, find_drafts)
        self._features = RoadFeatures(finder)

    def resolve(self, clauses: Sequence[Clause], circle: Circle | None, *, only_kinds: bool = False) -> Resolved:
        """Return the parts of clauses.

        Parameters
        ----------
        clauses
            What was said; their order means nothing.
        circle
            The phone's position: of many things of a kind, those nearest to it are considered.
        only_kinds
            Take what a head or "at" clause names only as a kind of place.
        """
        unknown: list[Clause] = []
        streets, parts, used = self._standing(clauses, circle)
        bound = next((clause for clause in clauses if clause.kind == "bound"), None)
        around = [anchor for part in parts if part.role in ("at", "area") for anchor in part.anchors]
        # Features last: of all the stop signs those near what else was said are considered.
        for clause in sorted(self._whole(clauses), key=lambda c: c.kind == "feature"):
            if clause.kind in ("on", "head"):
                unknown += [clause] if clause.kind == "on" and clause not in used else []
            elif clause.kind in ("bound", "ground"):
                parts.append(Part(clause, clause.kind))  # type: ignore[arg-type]
            elif of_listener(clause):
                continue
            elif clause.kind == "toward" or too_far(clause):
                unknown.append(clause)
            else:
                clause = ahead(clause, bound)
                if clause.kind == "feature":
                    beside = [anchor for other in parts if other.role == "relation" for anchor in other.anchors]
                    part = self._featured(clause, streets, circle, [*around, *beside])
                else:
                    part = self._part(clause, streets, circle, bound, around, only_kinds=only_kinds)
                if part is None:
                    unknown.append(clause)
                else:
                    parts.append(part)
        return Resolved(
            tuple(parts), tuple(streets), tuple(sorted(unknown, key=lambda clause: (clause.text, clause.kind)))
        )

    def _whole(self, clauses: Sequence[Clause]) -> list[Clause]:
        """Cut what a clause is said of where a comma or "and" ends it, unless all of it is a name."""
        found: list[Clause] = []
        for clause in clauses:
            found.append(clause)
            if clause.kind in ("between", "bound", "ground", "head", "on", "feature") or len(clause.objects) != 1:
                continue
            words = clause.objects[0]
            at = next((k for k, word in enumerate(words) if word in _STOPS), None)
            if at is None or self._names(words):
                continue
            head, tail = words[:at], tuple(word for word in words[at + 1 :] if word != ",")
            if not head or not self._names(head):
                continue
            found[-1] = replace(clause, objects=(head,))
            if tail and words[at] != "," and self._names(tail):
                found.append(replace(clause, objects=(tail,)))
        return found

    def _names(self, words: Sequence[str]) -> bool:
        anchors, _ = self._anchors.list_anchors(words)
        return any(anchor.draft.similarity >= _SURE for anchor in anchors)

    def _standing(
        self, clauses: Sequence[Clause], circle: Circle | None
    ) -> tuple[list[Anchor], list[Part], set[Clause]]:
        """Read what "on" and free words name: streets that the caller is on, and parts of all else; also the clauses used."""
        streets: list[Anchor] = []
        parts: list[Part] = []
        used: set[Clause] = set()
        things: list[tuple[Clause, list[Anchor]]] = []
        for clause in sorted(clauses, key=lambda c: (c.kind != "on", c.text)):
            if clause.kind not in ("on", "head"):
                continue
            least = _SURE if clause.kind == "head" else 0.8
            anchors = self._of_street(clause.objects[0]) or self._prefix(clause.objects[0])[0]
            anchors = [a for a in anchors if a.draft.similarity >= least]
            if not anchors:
                continue
            used.add(clause)
            named = [a for a in anchors if a.is_street]
            if anchors[0].draft.kind == "area":
                parts.append(make_part(clause, "area", [a for a in anchors if a.draft.kind == "area"]))
            elif not anchors[0].is_street:
                things.append((clause, [a for a in anchors if not a.is_street and a.draft.kind != "area"]))
            elif not streets:
                streets = named[:8]
                parts.append(make_part(clause, "on", streets))
            else:
                crossed = [c for a in named for c in at_crossings(self._finder, a, streets)]
                if crossed:
                    near = replace(clause, kind="near", said="at")
                    parts.append(make_part(near, "relation", drop_twins(crossed, _TWIN_M)))
        areas = [anchor for part in parts if part.role == "area" for anchor in part.anchors]
        for clause, found in things:
            kept = self._nearest(drop_twins(found, _TWIN_M), streets, circle, areas)
            parts.append(make_part(replace(clause, kind="at", said="at"), "at", kept))
        return streets, parts, used

    def _of_street(self, words: Sequence[str]) -> list[Anchor]:
        """Return the features of a street that is named before them: "the Old Harbor Road bridge"."""
        for size in (1, 2):
            feature, street = tuple(words[-size:]), tuple(words[:-size])
            if not street or load_scene().find_feature(feature) is None:
                continue
            whole = self._anchors.list_anchors(words)[0]
            if any(not a.of_kind and a.draft.similarity >= _EXACT for a in whole):
                return []
            named = [a for a in self._anchors.list_anchors(street)[0] if a.is_street and a.draft.similarity >= _SURE]
            best = max((a.draft.similarity for a in named), default=0.0)
            named = [a for a in named if a.draft.similarity >= best - 0.01]
            found = self._features.list_features(feature, named, only_there=True) if named else []
            if found:
                return [of_its_street(anchor, named[0]) for anchor in found]
        return []

    def _prefix(self, words: Sequence[str]) -> tuple[list[Anchor], int]:
        """Return what words name, or else what their longest beginning does, or else a name spotted among them."""
        if len(words) == 1 and _ROUTE.fullmatch(words[0]):
            words = ("route", words[0])
        found, kinds = self._anchors.list_anchors(words)
        if found and found[0].draft.similarity >= 0.8:
            return found, kinds
        typed = self._anchors.list_of_type(words)
        if typed:
            return typed, 0
        for size in range(len(words) - 1, max(0, len(words) - 1 - _MOST_PREFIXES), -1):
            if words[size - 1] in ("a", "the", *_STOPS):
                continue
            part, kinds = self._anchors.list_anchors(words[:size])
            if part and part[0].draft.similarity >= 0.9:
                return part, kinds
        for reading in spot_readings(list(words), self._finder.index):
            drafts = [d for d in self._find_drafts(reading) if d.similarity >= 0.9]
            if drafts:
                return [self._anchors.anchor(draft) for draft in drafts], 0
        return found, 0

    def _part(
        self,
        clause: Clause,
        streets: list[Anchor],
        circle: Circle | None,
        bound: Clause | None,
        around: Sequence[Anchor],
        *,
        only_kinds: bool,
    ) -> Part | None:
        found = [
            ((anchors, 0) if (anchors := self._of_street(words)) else self._prefix(words)) for words in clause.objects
        ]
        of_kind = max(kinds for _, kinds in found)
        if clause.kind == "between":
            anchors = list_pairs(self._finder, found[0][0], found[1][0], streets)
        elif clause.kind in _END_KINDS:
            named = [a for a in found[0][0] if a.is_street][:4]
            anchors = self._features.list_ends(named, dead=clause.kind == "end")
        else:
            anchors = self._things(clause, found[0][0], streets, only_kinds=only_kinds)
            if not anchors or (not streets and _is_rather_street(found[0][0])):
                other = self._nameless(clause, found[0][0], streets)
                if other is not None or not anchors:
                    return other
        if not anchors:
            return None
        anchors = drop_twins(on_this_side(anchors, bound), _TWIN_M)
        kept = self._nearest(anchors, streets, circle, around)
        # Those far from the circle or the street hardly count; with neither, any of those left out may be meant.
        left_out = circle is None and not streets and not around
        total = sum(anchor.draft.weight for anchor in (anchors if left_out else kept))
        if clause.kind in ("near", "beside") and (bound or all(anchor.draft.of_route for anchor in kept)):
            clause = replace(clause, kind="near_exit")  # a mile is near on a highway
        role: Role = "at" if clause.kind == "at" else "relation"
        return Part(clause, role, tuple(kept), tuple(anchor.draft.weight / total for anchor in kept), of_kind)

    def _featured(
        self, clause: Clause, streets: list[Anchor], circle: Circle | None, around: Sequence[Anchor]
    ) -> Part | None:
        """Read "at the rotary": by that name where there is one, else every such thing."""
        named = [a for a in self._anchors.list_anchors(clause.objects[0])[0] if a.draft.similarity >= 0.95]
        streets_named = [a for a in named if a.is_street]
        if streets_named and named[0].is_street:
            return make_part(clause, "on", streets_named)
        anchors = [a for a in named if not a.of_kind] or self._features.list_features(clause.objects[0], streets)
        if not anchors:
            return None
        kept = self._nearest(anchors, streets, circle, around)
        known = len(kept) if circle is not None or streets or around else len(anchors)
        return Part(replace(clause, kind="at", said="at"), "at", tuple(kept), (1 / known,) * len(kept), known)

    def _things(
        self, clause: Clause, anchors: Sequence[Anchor], streets: list[Anchor], *, only_kinds: bool
    ) -> list[Anchor]:
        """Return what a relation may be to: places and crossings, and streets where they cross the one the caller is on."""
        found: list[Anchor] = []
        for anchor in anchors:
            if anchor.draft.kind == "street":
                found += at_crossings(self._finder, anchor, streets)
            elif anchor.draft.kind != "area":
                found.append(anchor)
        if clause.kind == "at" and only_kinds:  # what has a name is found by it
            found = [anchor for anchor in found if anchor.of_kind]
        lines = self._features.list_lines(clause.objects[0], streets)
        if not found or lines:
            found = lines or self._features.list_features(clause.objects[0], streets)
        return found

    def _nameless(self, clause: Clause, anchors: Sequence[Anchor], streets: list[Anchor]) -> Part | None:
        """Take an area for where the caller is, and a street that nothing crosses for the one they are on."""
        areas = [a for a in anchors if a.draft.kind == "area" and a.draft.similarity >= _SURE]
        if areas:
            return make_part(clause, "area", areas)
        roads = [a for a in anchors if a.is_street and a.draft.similarity >= _SURE]
        if roads and clause.kind == "direction" and "side" in clause.said.split():  # "on the north side of Main Street"
            return make_part(clause, "on", roads[:8])
        if roads and not streets and clause.kind in ("near", "off", "next_to", "across", "past", "before", "along"):
            return make_part(clause, "on", roads[:8])
        return None

    def _nearest(
        self, anchors: list[Anchor], streets: list[Anchor], circle: Circle | None, areas: Sequence[Anchor]
    ) -> list[Anchor]:
        """Keep as many as can be considered: those nearest to the circle, else to the streets or areas said, else the best."""
        most = load_relations().most_anchors
        if len(anchors) <= most:
            return anchors
        if circle is not None:
            cx, cy = self._finder.town.projection.to_xy(circle.lon, circle.lat)
            anchors = sorted(anchors, key=lambda a: (a.x - cx) ** 2 + (a.y - cy) ** 2)
        elif streets:
            lines = [self._finder.line(street.draft.streets[0]) for street in streets[:4]]
            anchors = sorted(anchors, key=lambda a: min(line.nearest(a.x, a.y).distance_m for line in lines))
        elif areas:
            names = {area.draft.topic for area in areas}
            anchors = sorted(
                anchors,
                key=lambda a: (
                    a.draft.municipality not in names,
                    min(math.dist((a.x, a.y), (b.x, b.y)) for b in areas),
                ),
            )
        return anchors[:most]


def _is_rather_street(anchors: Sequence[Anchor]) -> bool:
    """Tell whether a street fits the words clearly better than any thing: "Great Marsh Road" is not the Great Marsh."""
    street = max((a.draft.similarity for a in anchors if a.is_street), default=0.0)
    thing = max((a.draft.similarity for a in anchors if not a.is_street and a.draft.kind != "area"), default=0.0)
    return street > thing + _CLEARLY
