"""How clauses and what they name are adjusted by what else was said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from geo_dispatch.locate.relations.anchors import Anchor
from geo_dispatch.locate.relations.clause import Clause
from geo_dispatch.locate.relations.parts import Part, Role
from geo_dispatch.locate.tables.relations import load_relations

__all__ = ["ahead", "make_part", "of_its_street", "of_listener", "on_this_side", "too_far"]

_BOUNDS = ("northbound", "eastbound", "southbound", "westbound")


def ahead(clause: Clause, bound: Clause | None) -> Clause:
    """Give "past" and "before" the direction that is travelled."""
    if bound is None or bound.bearing_deg is None or clause.bearing_deg is not None:
        return clause
    turn = {"past": 0.0, "before": 180.0}.get(clause.kind)
    return clause if turn is None else replace(clause, bearing_deg=(bound.bearing_deg + turn) % 360.0)


def of_its_street(feature: Anchor, street: Anchor) -> Anchor:
    """Name a feature by the street it was said with."""
    draft, town = feature.draft, feature.draft.municipality
    topic = f"{street.draft.topic} {draft.topic}"
    label = f"{topic}, {town}" if town else topic
    why = (*street.draft.why, *draft.why)
    known = min(draft.known, street.draft.known)
    return replace(feature, draft=replace(draft, topic=topic, label=label, why=why, known=known))


def of_listener(clause: Clause) -> bool:
    """Tell whether a clause relates to somebody else: "north of you" says nothing here."""
    return any(" ".join(words) in load_relations().inverse["listener"] for words in clause.objects)


def on_this_side(anchors: list[Anchor], bound: Clause | None) -> list[Anchor]:
    """Leave out markers of the other direction of travel ("Mile 6 of PW 83 northbound") where one was said."""
    if bound is None or bound.bearing_deg is None:
        return anchors
    wanted = _BOUNDS[round(bound.bearing_deg / 90.0) % 4]
    others = [word for word in _BOUNDS if word != wanted]
    kept = [a for a in anchors if not any(a.draft.topic.endswith(word) for word in others)]
    return kept or anchors


def make_part(clause: Clause, role: Role, anchors: Sequence[Anchor]) -> Part:
    """Make a part of all the anchors given."""
    kept = anchors[: load_relations().most_anchors]
    total = sum(anchor.draft.weight for anchor in kept)
    return Part(clause, role, tuple(kept), tuple(anchor.draft.weight / total for anchor in kept))


def too_far(clause: Clause) -> bool:
    """Tell whether a stated distance leads too far to be weighed."""
    table = load_relations()
    return (clause.distance_m or 0.0) * (1 + 2 * table.stated_share) > table.furthest_m
