"""From clauses to candidates: every clause is weighed at every cell, and one wrong clause erases nothing.

    P(x | words) ~ P_prior(x) * product over clauses k of [ (1 - e) * sum over anchors a of w_a f_k(x; a) + e * u ]

u is one cell of the whole town. Candidates are the anchors of the first relation, each with the cells around it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from geo_dispatch.locate.answer import Why
from geo_dispatch.locate.cells import Cells, place_cells
from geo_dispatch.locate.circle import Circle
from geo_dispatch.locate.draft import Draft, Finder
from geo_dispatch.locate.reading import Reading
from geo_dispatch.locate.relations.anchors import Anchor, AnchorFinder, at_crossings, drop_twins
from geo_dispatch.locate.relations.clauses import Clause, parse_clauses
from geo_dispatch.locate.relations.layout import Layout, find_front, lay_out
from geo_dispatch.locate.relations.models import FloatArray, Setting, likelihood, reach_m, widening
from geo_dispatch.locate.relations.modes import describe, split_modes
from geo_dispatch.locate.relations.pairs import list_pairs
from geo_dispatch.locate.relations.samples import IntArray, RoadSamples
from geo_dispatch.locate.tables.relations import load_relations

__all__ = ["RelationEngine"]

_TWIN_M = 25.0


@dataclass(frozen=True, slots=True)
class _Part:
    """One relation clause with what it may relate to; shares sum to 1 or, when some were left out, less."""

    clause: Clause
    anchors: list[Anchor]
    shares: list[float]
    of_kind: int


@dataclass(frozen=True, slots=True)
class _Case:
    """One understanding of the words: relations, the streets said and the clause that says so, and what nothing is known of.

    ``factors`` are the likelihood ratios of each relation, then of the streets, at every cell.
    """

    parts: list[_Part]
    streets: list[Anchor]
    on: Clause | None
    unknown: list[Clause]
    factors: list[FloatArray]


class RelationEngine:
    """Finds where a caller may be who says how that relates to places, crossings and streets.

    Parameters
    ----------
    finder
        The town and its names.
    find_drafts
        Finds the drafts of a reading without relations.
    """

    def __init__(self, finder: Finder, find_drafts: Callable[[Reading], Iterable[Draft]]) -> None:
        self._finder = finder
        self._anchors = AnchorFinder(finder, find_drafts)
        self._samples = RoadSamples(finder.town)

    def list_drafts(self, tokens: Sequence[str], *, circle: Circle | None = None, at: bool = False) -> list[Draft]:
        """Return candidates for words with relations; none when no relation is said or nothing named is on file.

        Parameters
        ----------
        tokens
            Folded words and signs, numbers as digits.
        circle
            The phone's position: of many things of a kind, those nearest to it are considered.
        at
            Take a kind of place that no relation stands before as where the caller is: "the gas station on main".
        """
        clauses = parse_clauses(tokens, at=at)
        if not clauses:
            return []
        streets, on = self._streets(clauses)
        parts: list[_Part] = []
        unknown = [clause for clause in clauses if clause.kind == "on" and not streets]
        for clause in clauses:
            if clause.kind in ("on", "head"):
                continue
            full = len(parts) >= load_relations().most_clauses
            part = None if full or _too_far(clause) else self._part(clause, streets, circle)
            if part is None:
                unknown.append(clause)
            else:
                parts.append(part)
        if not parts:
            return []
        return self._fuse(parts, streets, on, unknown)

    def _streets(self, clauses: Sequence[Clause]) -> tuple[list[Anchor], Clause | None]:
        """Return the streets that the caller may be on, and the clause that says so."""
        for clause in sorted(clauses, key=lambda c: c.kind != "on"):
            if clause.kind not in ("on", "head"):
                continue
            anchors, _ = self._anchors.list_anchors(clause.objects[0])
            least = 0.84 if clause.kind == "head" else 0.8
            streets = [a for a in anchors if a.is_street and a.draft.similarity >= least]
            if streets and (clause.kind == "on" or anchors[0].is_street):
                return streets[:8], clause
        return [], None

    def _part(self, clause: Clause, streets: list[Anchor], circle: Circle | None) -> _Part | None:
        found = [self._anchors.list_anchors(words) for words in clause.objects]
        of_kind = max(kinds for _, kinds in found)
        if clause.kind == "between":
            anchors = list_pairs(self._finder, found[0][0], found[1][0], streets)
        else:
            anchors = []
            for anchor in found[0][0]:
                anchors += at_crossings(self._finder, anchor, streets) if anchor.draft.kind == "street" else [anchor]
            if clause.kind == "at":  # what has a name is found by it
                anchors = [anchor for anchor in anchors if anchor.of_kind]
        if not anchors:
            return None
        anchors = drop_twins(anchors, _TWIN_M)
        kept = self._nearest(anchors, streets, circle)
        # Those far from the circle or the street hardly count; with neither, any of those left out may be meant.
        left_out = circle is None and not streets
        total = sum(anchor.draft.weight for anchor in (anchors if left_out else kept))
        return _Part(clause, kept, [anchor.draft.weight / total for anchor in kept], of_kind)

    def _nearest(self, anchors: list[Anchor], streets: list[Anchor], circle: Circle | None) -> list[Anchor]:
        """Keep as many as can be considered: those nearest to the circle, else to the streets said, else the best."""
        most = load_relations().most_anchors
        if len(anchors) <= most:
            return anchors
        if circle is not None:
            cx, cy = self._finder.town.projection.to_xy(circle.lon, circle.lat)
            anchors = sorted(anchors, key=lambda a: (a.x - cx) ** 2 + (a.y - cy) ** 2)
        elif streets:
            lines = [self._finder.line(street.draft.streets[0]) for street in streets[:4]]
            anchors = sorted(anchors, key=lambda a: min(line.nearest(a.x, a.y).distance_m for line in lines))
        return anchors[:most]

    def _settings(self, part: _Part, streets: list[Anchor]) -> list[Setting]:
        said = tuple(row for street in streets for row in street.draft.streets)
        settings = []
        for anchor in part.anchors:
            front = -1 if anchor.ends else find_front(self._finder.town, self._samples, anchor, streets)
            settings.append(Setting(anchor, said, front, widening(self._samples, anchor)))
        return settings

    def _fuse(self, parts: list[_Part], streets: list[Anchor], on: Clause | None, unknown: list[Clause]) -> list[Draft]:
        town, samples = self._finder.town, self._samples
        settings = [self._settings(part, streets) for part in parts]
        reaches = [(s.anchor, reach_m(part.clause, s)) for part, own in zip(parts, settings, strict=True) for s in own]
        fronts = {at: s.front for at, s in enumerate(s for own in settings for s in own)}
        step = max(math.ceil(max(reach for _, reach in reaches) / load_relations().thin_from_m), 1)
        layout = lay_out(samples, reaches, fronts, step)
        everywhere = len(samples) / step
        found = [
            [likelihood(town, samples, layout, part.clause, setting) for setting in own]
            for part, own in zip(parts, settings, strict=True)
        ]
        factors = [self._mixture(layout, part.shares, one, everywhere) for part, one in zip(parts, found, strict=True)]
        if streets:
            factors.append(self._on_streets(layout, streets, everywhere))
        case = _Case(parts, streets, on if streets else None, unknown, factors)
        drafts: list[Draft] = []
        others = np.prod(factors[1:], axis=0) if len(factors) > 1 else np.ones(len(layout))
        masses = [(values * others[at], share) for (at, values), share in zip(found[0], parts[0].shares, strict=True)]
        best = max((float(mass.sum()) * share for mass, share in masses), default=0.0)
        for setting, (at, _), (mass, share) in zip(settings[0], found[0], masses, strict=True):
            total = float(mass.sum())
            if total * share < 1e-4 * best or not len(at):
                continue
            cells = Cells(layout.x[at], layout.y[at], mass / total, samples.setback_m)
            drafts += self._modes(case, setting, cells, at, total * share / best)
        return drafts

    def _mixture(
        self, layout: Layout, shares: list[float], found: list[tuple[IntArray, FloatArray]], everywhere: float
    ) -> FloatArray:
        """Return the likelihood ratio of a clause at each cell against a cell anywhere in town."""
        epsilon = load_relations().epsilon
        density = np.zeros(len(layout))
        for share, (at, values) in zip(shares, found, strict=True):
            density[at] += share * values
        ratio: FloatArray = epsilon + (1 - epsilon) * everywhere * density
        return ratio

    def _on_streets(self, layout: Layout, streets: list[Anchor], everywhere: float) -> FloatArray:
        """Return the likelihood ratio of "on that street" at each cell; beside it off the road counts in part."""
        table, town = load_relations(), self._finder.town
        total = sum(street.draft.weight for street in streets)
        density = np.zeros(len(layout))
        front = np.where(layout.front >= 0, self._samples.segment[layout.front], -1)
        for street in streets:
            segments = np.asarray(street.draft.segments)
            length = float(np.asarray(town.network.segment_length_m)[segments].sum()) / table.spacing_m
            length *= everywhere / len(self._samples)
            fits = np.isin(layout.segment, segments) + table.off_road["on"] * np.isin(front, segments)
            density += street.draft.weight / total * fits / max(length, 1.0)
        ratio: FloatArray = table.epsilon + (1 - table.epsilon) * everywhere * density
        return ratio

    def _modes(self, case: _Case, setting: Setting, cells: Cells, at: IntArray, share: float) -> list[Draft]:
        """Make candidates of one anchor: one, or one for each direction from it."""
        table, finder, draft = load_relations(), self._finder, setting.anchor.draft
        clause = case.parts[0].clause
        # The other clauses, where this candidate is: how much better than anywhere in town do they fit?
        fits = [float(cells.mass @ np.log(np.maximum(f[at], 1e-9))) for f in case.factors[1:]]
        supported = [fit > math.log(table.contradicted_ratio) for fit in fits]
        others = [part.clause for part in case.parts[1:]] + ([case.on] if case.on is not None else [])
        why = [*draft.why, *([] if clause.kind == "at" else [describe(clause, setting, "supported")])]
        for other, good in zip(others, supported, strict=True):
            effect = "it fits this place" if good else "it does not fit this place"
            why.append(Why(other.text, "relation", effect, "supported" if good else "contradicted"))
        why += [Why(c.text, "relation", _unused(c), "neutral") for c in case.unknown]
        known = draft.known * (1 - table.epsilon) * finder.model.context_unknown ** len(case.unknown)
        known *= math.prod(sum(part.shares) for part in case.parts)
        known *= 1.0 if all(supported) else table.contradicted_known
        weight = finder.model.readings["relation"] * max(a.draft.weight for a in case.parts[0].anchors) * share
        warnings = tuple(self._warnings(case.parts, [c for c, good in zip(others, supported, strict=True) if not good]))
        draft = replace(draft, known=known, why=tuple(why), warnings=warnings)
        if clause.kind == "at":
            return [replace(draft, weight=weight)]
        rivals = len(case.parts[0].anchors)
        return [
            replace(self._placed(case, draft, mode, compass), weight=weight * mass)
            for mode, mass, compass in split_modes(clause, setting, cells, rivals=rivals)
        ]

    def _placed(self, case: _Case, draft: Draft, cells: Cells, compass: str) -> Draft:
        """Put a candidate where its cells are, and name it."""
        town = self._finder.town
        x, y, radius = place_cells(cells)
        position = town.projection.to_lonlat(x, y)
        here = town.boundaries.find_municipality(position.lon, position.lat)
        name = draft.municipality or (here.name if here else None)
        side = f", {compass} of it" if compass else ""
        street = self._street_at(x, y, case.streets)
        label = f"{case.parts[0].clause.said} {draft.topic}{side}{f', on {street}' if street else ''}"
        return replace(
            draft,
            kind="relative",
            label=f"{label}, {name}" if name else label,
            lon=position.lon,
            lat=position.lat,
            radius90_m=radius,
            municipality=name,
            address=None,
            segments=(),
            streets=(),
            cross_streets=None,
            cells=cells,
            compass=compass,
        )

    def _street_at(self, x: float, y: float, streets: Sequence[Anchor]) -> str:
        """Return which of the streets said is here; empty for none."""
        for street in streets:
            nearest = self._finder.line(street.draft.streets[0]).nearest(x, y)
            if nearest.distance_m <= load_relations().street_reach_m:
                return street.draft.topic
        return ""

    def _warnings(self, parts: list[_Part], contradicted: list[Clause]) -> list[str]:
        found = [
            f"{part.of_kind} places on file are “{' '.join(part.clause.objects[0])}”: only {len(part.anchors)} were considered"
            for part in parts
            if part.of_kind > len(part.anchors)
        ]
        return found + [f"“{clause.text}” does not fit the rest of the words" for clause in contradicted]


def _too_far(clause: Clause) -> bool:
    """Tell whether a stated distance leads too far to be weighed."""
    table = load_relations()
    return (clause.distance_m or 0.0) * (1 + 2 * table.stated_share) > table.furthest_m


def _unused(clause: Clause) -> str:
    return "too far to be weighed: not used" if _too_far(clause) else "nothing of that name is on file: not used"
