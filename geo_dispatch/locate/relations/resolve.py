"""From clauses to parts: which things of the town each clause may relate to."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from geo_dispatch.locate.circle import Circle
from geo_dispatch.locate.draft import Draft, Finder
from geo_dispatch.locate.reading import Reading
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
_MOST_PREFIXES = 6
_STOPS = (",", "and", "&")
_BOUNDS = ("northbound", "eastbound", "southbound", "westbound")
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
        for clause in self._whole(clauses):
            if clause.kind in ("on", "head"):
                unknown += [clause] if clause.kind == "on" and clause not in used else []
            elif clause.kind in ("bound", "ground"):
                parts.append(Part(clause, clause.kind))  # type: ignore[arg-type]
            elif _of_listener(clause):
                continue
            elif clause.kind == "toward" or too_far(clause):
                unknown.append(clause)
            else:
                around = [anchor for part in parts if part.role in ("at", "area") for anchor in part.anchors]
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
                parts.append(_part(clause, "area", [a for a in anchors if a.draft.kind == "area"]))
            elif not anchors[0].is_street:
                things.append((clause, [a for a in anchors if not a.is_street and a.draft.kind != "area"]))
            elif not streets:
                streets = named[:8]
                parts.append(_part(clause, "on", streets))
            else:
                crossed = [c for a in named for c in at_crossings(self._finder, a, streets)]
                if crossed:
                    near = replace(clause, kind="near", said="at")
                    parts.append(_part(near, "relation", drop_twins(crossed, _TWIN_M)))
        areas = [anchor for part in parts if part.role == "area" for anchor in part.anchors]
        for clause, found in things:
            kept = self._nearest(drop_twins(found, _TWIN_M), streets, circle, areas)
            parts.append(_part(replace(clause, kind="at", said="at"), "at", kept))
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
                return [_of_its_street(anchor, named[0]) for anchor in found]
        return []

    def _prefix(self, words: Sequence[str]) -> tuple[list[Anchor], int]:
        """Return what words name, or else what their longest beginning does, or else a name spotted among them."""
        found, kinds = self._anchors.list_anchors(words)
        if found and found[0].draft.similarity >= 0.8:
            return found, kinds
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
        if clause.kind == "feature":
            return self._featured(clause, streets)
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
            if not anchors:
                return self._nameless(clause, found[0][0], streets)
        if not anchors:
            return None
        anchors = drop_twins(_on_this_side(anchors, bound), _TWIN_M)
        kept = self._nearest(anchors, streets, circle, around)
        # Those far from the circle or the street hardly count; with neither, any of those left out may be meant.
        left_out = circle is None and not streets and not around
        total = sum(anchor.draft.weight for anchor in (anchors if left_out else kept))
        if clause.kind in ("near", "beside") and all(anchor.draft.of_route for anchor in kept):
            clause = replace(clause, kind="near_exit")  # a mile is near on a highway
        role: Role = "at" if clause.kind == "at" else "relation"
        return Part(clause, role, tuple(kept), tuple(anchor.draft.weight / total for anchor in kept), of_kind)

    def _featured(self, clause: Clause, streets: list[Anchor]) -> Part | None:
        """Read "at the rotary": by that name where there is one, else every such thing."""
        named = [a for a in self._anchors.list_anchors(clause.objects[0])[0] if a.draft.similarity >= 0.95]
        streets_named = [a for a in named if a.is_street]
        if streets_named and named[0].is_street:
            return _part(clause, "on", streets_named)
        anchors = [a for a in named if not a.of_kind] or self._features.list_features(clause.objects[0], streets)
        if not anchors:
            return None
        kept = anchors[: load_relations().most_anchors]
        return Part(
            replace(clause, kind="at", said="at"), "at", tuple(kept), (1 / len(anchors),) * len(kept), len(anchors)
        )

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
            return _part(clause, "area", areas)
        roads = [a for a in anchors if a.is_street and a.draft.similarity >= _SURE]
        if roads and clause.kind == "direction" and "side" in clause.said.split():  # "on the north side of Main Street"
            return _part(clause, "on", roads[:8])
        if roads and not streets and clause.kind in ("near", "off", "next_to", "across", "past", "before", "along"):
            return _part(clause, "on", roads[:8])
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


def _of_its_street(feature: Anchor, street: Anchor) -> Anchor:
    """Name a feature by the street it was said with."""
    draft, town = feature.draft, feature.draft.municipality
    topic = f"{street.draft.topic} {draft.topic}"
    label = f"{topic}, {town}" if town else topic
    why = (*street.draft.why, *draft.why)
    known = min(draft.known, street.draft.known)
    return replace(feature, draft=replace(draft, topic=topic, label=label, why=why, known=known))


def _of_listener(clause: Clause) -> bool:
    """Tell whether a clause relates to somebody else: "north of you" says nothing here."""
    return any(" ".join(words) in load_relations().inverse["listener"] for words in clause.objects)


def _on_this_side(anchors: list[Anchor], bound: Clause | None) -> list[Anchor]:
    """Leave out markers of the other direction of travel ("Mile 6 of PW 83 northbound") where one was said."""
    if bound is None or bound.bearing_deg is None:
        return anchors
    wanted = _BOUNDS[round(bound.bearing_deg / 90.0) % 4]
    others = [word for word in _BOUNDS if word != wanted]
    kept = [a for a in anchors if not any(a.draft.topic.endswith(word) for word in others)]
    return kept or anchors


def _part(clause: Clause, role: Role, anchors: Sequence[Anchor]) -> Part:
    """Make a part of all the anchors given."""
    kept = anchors[: load_relations().most_anchors]
    total = sum(anchor.draft.weight for anchor in kept)
    return Part(clause, role, tuple(kept), tuple(anchor.draft.weight / total for anchor in kept))


def too_far(clause: Clause) -> bool:
    """Tell whether a stated distance leads too far to be weighed."""
    table = load_relations()
    return (clause.distance_m or 0.0) * (1 + 2 * table.stated_share) > table.furthest_m
