"""Which clause candidates are made of first, and how the others fit them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from geo_dispatch.locate.answer import Why, WhyStatus
from geo_dispatch.locate.relations.adjust import too_far
from geo_dispatch.locate.relations.clause import Clause
from geo_dispatch.locate.relations.models import FloatArray
from geo_dispatch.locate.relations.parts import Part, Weighed
from geo_dispatch.locate.tables.relations import load_relations

__all__ = ["Lead", "fit_why", "list_leads", "list_warnings", "unused_effect", "width_m"]

_SEEN_M = 10_000.0


@dataclass(frozen=True, slots=True)
class Lead:
    """The clause that candidates are made of, those before it (taken to be wrong: in the weight), and those behind it."""

    lead: Weighed
    before: tuple[Weighed, ...]
    behind: tuple[Weighed, ...]
    weight: float

    @property
    def others(self) -> tuple[Weighed, ...]:
        """Return all other clauses."""
        return (*self.before, *self.behind)

    @property
    def factor(self) -> FloatArray:
        """Return the product of the clauses behind it at every cell."""
        ratios = [other.ratio for other in self.behind]
        found: FloatArray = np.prod(ratios, axis=0) if ratios else np.ones(len(self.lead.ratio))
        return found


def list_leads(weighed: Sequence[Weighed]) -> Iterator[Lead]:
    """Write the product of the clauses out: by the first that leads, then what is left if that one is wrong, and so on."""
    weight = 1.0
    for at, one in enumerate(weighed):
        if one.part.leads:
            yield Lead(one, tuple(weighed[:at]), tuple(weighed[at + 1 :]), weight)
            weight *= one.part.wrong_share


def width_m(part: Part) -> float:
    """Return how vague a clause is, metres: how far around what it names the caller may be, more for many such things."""
    return math.sqrt(len(part.anchors)) * _width_of_one_m(part) if part.leads else math.inf


def _width_of_one_m(part: Part) -> float:
    """Return the same as if it named one thing."""
    clause, table = part.clause, load_relations()
    if part.role == "on":
        return 1e6
    if part.role == "at":
        return min(anchor.draft.radius90_m for anchor in part.anchors)
    if clause.distance_m is not None:
        return max(table.stated_share * clause.distance_m, table.stated_least_m) * 2
    if clause.kind == "between":
        return max(math.dist(*anchor.ends) for anchor in part.anchors)
    # A sight says less than where one stands to what is named.
    return _SEEN_M if clause.kind == "sees" else table.distance.get(clause.kind, table.distance["near"]).p90_m


def fit_why(other: Weighed, fits: bool) -> Why:
    """Say how another clause fits a candidate."""
    status: WhyStatus = "supported" if fits else "contradicted"
    effect = "it fits this place" if fits else "it does not fit this place"
    reading = {"bound": "direction of travel", "ground": "ground", "area": "area"}.get(other.part.role, "relation")
    return Why(other.part.clause.text, reading, effect, status)


def list_warnings(parts: Sequence[Part], contradicted: Sequence[Clause]) -> Iterator[str]:
    """Yield what to warn of: things left out of many, and clauses that do not fit."""
    for part in parts:
        if part.of_kind > len(part.anchors) and part.clause.objects:
            said = " ".join(part.clause.objects[0])
            yield f"{part.of_kind} places on file are “{said}”: only {len(part.anchors)} were considered"
    for clause in contradicted:
        yield f"“{clause.text}” does not fit the rest of the words"


def unused_effect(clause: Clause) -> str:
    """Say why a clause is not used."""
    if clause.kind == "toward":
        return "says where the caller is going, not where they are: not used"
    return "too far to be weighed: not used" if too_far(clause) else "nothing of that name is on file: not used"
