"""From clauses to candidates: every clause is weighed at every cell, and one wrong clause erases nothing.

    P(x | words) ~ P_prior(x) * product over clauses k of [ (1 - e) * sum over anchors a of w_a f_k(x; a) + e * u ]

u is one cell of the whole town. The product is written out from the clause that says most where the caller is: its anchors are the
first candidates, each with the cells around it; what remains if that clause is wrong (e * u) goes to the anchors of the next.
The order in which clauses were said means nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from geo_dispatch.locate.answer import Why, WhyStatus
from geo_dispatch.locate.cells import Cells, place_cells
from geo_dispatch.locate.circle import Circle
from geo_dispatch.locate.draft import Draft, Finder
from geo_dispatch.locate.reading import Reading
from geo_dispatch.locate.relations.anchors import Anchor
from geo_dispatch.locate.relations.clause import Clause
from geo_dispatch.locate.relations.clauses import parse_clauses
from geo_dispatch.locate.relations.grounds import Grounds
from geo_dispatch.locate.relations.layout import Layout, lay_out
from geo_dispatch.locate.relations.models import FloatArray, Setting
from geo_dispatch.locate.relations.modes import describe, split_modes
from geo_dispatch.locate.relations.parts import Part, PartWeigher, Weighed
from geo_dispatch.locate.relations.resolve import Resolved, Resolver, too_far
from geo_dispatch.locate.relations.samples import IntArray, RoadSamples
from geo_dispatch.locate.tables.relations import load_relations
from geo_dispatch.locate.tables.scene import load_scene
from geo_dispatch.town.town import Town

__all__ = ["RelationEngine"]

_ON_REACH_M = 400.0
_SHIFT_LEAST = 0.3


@dataclass(frozen=True, slots=True)
class _Lead:
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


class RelationEngine:
    """Finds where a caller may be who says how that relates to places, crossings and streets.

    Parameters
    ----------
    finder
        The town and its names.
    find_drafts
        Finds the drafts of a reading without relations.
    grounds
        The town's kinds of ground.
    """

    def __init__(
        self, finder: Finder, find_drafts: Callable[[Reading], Iterable[Draft]], grounds: Grounds | None = None
    ) -> None:
        self._finder = finder
        self._resolver = Resolver(finder, find_drafts)
        self._samples = RoadSamples(finder.town)
        self._grounds = grounds or Grounds(finder.town)
        self._weigher = PartWeigher(finder, self._samples, self._grounds)

    def list_drafts(
        self, tokens: Sequence[str], *, circle: Circle | None = None, at: bool = False, loose: bool = False
    ) -> list[Draft]:
        """Return candidates for words with relations; none when no relation is said or nothing named is on file.

        Parameters
        ----------
        tokens
            Folded words and signs, numbers as digits.
        circle
            The phone's position: of many things of a kind, those nearest to it are considered.
        at
            Take a kind of place that no relation stands before as where the caller is: "the gas station on main".
        loose
            Read clauses also where none is a relation.
        """
        return self.weigh(parse_clauses(tokens, at=at, loose=loose), circle=circle, only_kinds=at)

    def weigh(
        self, clauses: Sequence[Clause], *, circle: Circle | None = None, only_kinds: bool = False
    ) -> list[Draft]:
        """Return candidates for clauses, of one text or of several; none when nothing they name is on file.

        Parameters
        ----------
        clauses
            What was said.
        circle
            The phone's position.
        only_kinds
            Take what stands free only as a kind of place.
        """
        if not clauses:
            return []
        resolved = self._resolver.resolve(clauses, circle, only_kinds=only_kinds)
        most = load_relations().most_clauses
        ranked = sorted(resolved.parts, key=lambda part: (_width_m(part), part.clause.text))
        leading = [part for part in ranked if part.leads]
        if not leading or (only_kinds and all(part.role == "on" for part in leading)):
            return []
        kept = [*leading[:most], *(part for part in ranked if not part.leads)][: most + 2]
        unused = tuple(part.clause for part in ranked if part not in kept)
        return self._fuse(kept, replace(resolved, unknown=(*resolved.unknown, *unused)))

    def _lay_out(self, parts: Sequence[Part], settings: Sequence[tuple[Setting, ...]]) -> Layout:
        """Lay out the cells that any clause leaves possible."""
        table = load_relations()
        own = [(part, setting) for part, ones in zip(parts, settings, strict=True) for setting in ones]
        reaches = [(setting.anchor, self._weigher.reach(part, setting)) for part, setting in own]
        step = max(math.ceil(max((reach for _, reach in reaches), default=0.0) / table.thin_from_m), 1)
        along = None
        if not reaches:  # only streets are left to lead
            segments = [s for part in parts if part.role == "on" for a in part.anchors for s in a.draft.segments]
            along = self._samples.of_segments(np.unique(np.asarray(segments, dtype=np.int64)))
            step = max(math.ceil(len(along) / table.most_along), 1)
        centres = [(a.x, a.y, min(2 * reach, _ON_REACH_M)) for a, reach in reaches]
        more = self._ground_cells(parts, centres, along)
        return lay_out(self._samples, reaches, [setting.front for _, setting in own], step, more=more, along=along)

    def _ground_cells(
        self, parts: Sequence[Part], centres: list[tuple[float, float, float]], along: IntArray | None
    ) -> tuple[FloatArray, FloatArray] | None:
        """Lay cells over the ground that was said, around what else was."""
        kinds = [part.clause.objects[0][0] for part in parts if part.role == "ground"]
        if not kinds:
            return None
        reach = load_scene().ground[kinds[0]].reach_m
        around = [(x, y, reach) for x, y, _ in centres]
        if along is not None and len(along):
            every = along[:: max(len(along) // 12, 1)]
            around = [(float(self._samples.x[at]), float(self._samples.y[at]), _ON_REACH_M) for at in every]
        return self._grounds.lay_cells(kinds[0], around) if around else None

    def _fuse(self, parts: Sequence[Part], resolved: Resolved) -> list[Draft]:
        settings = [self._weigher.settings(part, resolved.streets) for part in parts]
        layout = self._lay_out(parts, settings)
        if not len(layout):
            return []
        weighed = [
            self._weigher.weigh(part, own, layout, layout.step) for part, own in zip(parts, settings, strict=True)
        ]
        drafts: list[Draft] = []
        leads = list(_leads(weighed))
        shares = [self._shares(lead) for lead in leads]
        best = max((share for found in shares for share, _ in found), default=0.0)
        named = max(anchor.draft.weight for lead in leads for anchor in lead.lead.part.anchors)
        for lead, found in zip(leads, shares, strict=True):
            made: list[Draft] = []
            for at, (share, mass) in enumerate(found):
                if best > 0 and share >= load_relations().share_least * best:
                    made += self._drafts_of(resolved, layout, lead, at, mass, named * share / best)
            drafts = self._absorbed(drafts, made)
        return drafts

    def _absorbed(self, drafts: list[Draft], further: Sequence[Draft]) -> list[Draft]:
        """Join candidates of the next clause with those of the clauses before it that lie at the same place."""
        projection = self._finder.town.projection
        done = list(drafts)
        for draft in further:
            x, y = projection.to_xy(draft.lon, draft.lat)
            for at, other in enumerate(drafts):
                away = math.dist((x, y), projection.to_xy(other.lon, other.lat))
                if away <= max(other.radius90_m, self._finder.model.near_crossing_m):
                    done[at] = replace(done[at], weight=done[at].weight + draft.weight)
                    break
            else:
                done.append(draft)
        return done

    def _shares(self, lead: _Lead) -> list[tuple[float, FloatArray]]:
        """Return the probability of each anchor of a lead, up to one factor, and how it lies over its cells."""
        factor, found = lead.factor, []
        for share, (at, values) in zip(lead.lead.part.shares, lead.lead.found, strict=True):
            mass = values * factor[at]
            found.append((share * float(mass.sum()) * lead.weight, mass))
        return found

    def _drafts_of(
        self, resolved: Resolved, layout: Layout, lead: _Lead, row: int, mass: FloatArray, share: float
    ) -> list[Draft]:
        """Make candidates of one anchor: one, or one for each direction from it."""
        part, (at, values) = lead.lead.part, lead.lead.found[row]
        anchor = part.anchors[row]
        bound = any(other.part.role == "bound" for other in lead.others)
        half = np.full(len(at), load_relations().carriageway_half_m) if bound else layout.half_m[at]
        margin = load_relations().carriageway_half_m if bound else self._samples.setback_m
        total = float(mass.sum())
        cells = Cells(layout.x[at], layout.y[at], mass / total, margin, half, ~layout.off_road[at])
        draft = self._weighed_draft(resolved, lead, row, at, cells, share)
        shift = 0.5 * float(np.abs(cells.mass - values / max(float(values.sum()), 1e-12)).sum())
        small = anchor.draft.radius90_m < 2 * load_relations().cell_m
        if part.role in ("at", "on") and (shift < _SHIFT_LEAST or small):
            return [draft]
        if part.role in ("at", "on"):
            return [self._placed(resolved, lead, anchor, draft, cells, "")]
        setting, rivals, likely = lead.lead.settings[row], len(part.anchors), share > load_relations().apart_least
        return [
            replace(self._placed(resolved, lead, anchor, draft, mode, compass), weight=draft.weight * of_mode)
            for mode, of_mode, compass in split_modes(
                part.clause, setting, cells, rivals=rivals, others=bool(lead.others) and likely
            )
        ]

    def _weighed_draft(
        self, resolved: Resolved, lead: _Lead, row: int, at: IntArray, cells: Cells, share: float
    ) -> Draft:
        """Return an anchor's draft with its reasons, its weight, and how well it is known."""
        table, finder, part = load_relations(), self._finder, lead.lead.part
        draft = part.anchors[row].draft
        # The other clauses, where this candidate is: how much better than anywhere in town do they fit?
        fits = [float(cells.mass @ np.log(np.maximum(other.ratio[at], 1e-9))) for other in lead.others]
        good = [fit > math.log(table.contradicted_ratio) for fit in fits]
        why = [
            *draft.why,
            *([] if part.role != "relation" else [describe(part.clause, lead.lead.settings[row], "supported")]),
        ]
        why += [_fit(other, fits_here) for other, fits_here in zip(lead.others, good, strict=True)]
        why += [Why(clause.text, "relation", _unused(clause), "neutral") for clause in resolved.unknown]
        misnamed = [clause for clause in resolved.unknown if clause.kind != "toward"]
        known = draft.known * (1 - table.epsilon) * finder.model.context_unknown ** len(misnamed)
        known *= math.prod(sum(w.part.shares) for w in (lead.lead, *lead.others) if w.part.shares)
        known *= 1.0 if all(good) else table.contradicted_known
        weight = finder.model.readings["relation"] * share
        bad = [other.part.clause for other, fits_here in zip(lead.others, good, strict=True) if not fits_here]
        warnings = tuple(_warnings([lead.lead.part, *(other.part for other in lead.others)], bad))
        return replace(draft, known=known, why=tuple(why), warnings=(*draft.warnings, *warnings), weight=weight)

    def _placed(
        self, resolved: Resolved, lead: _Lead, anchor: Anchor, draft: Draft, cells: Cells, compass: str
    ) -> Draft:
        """Put a candidate where its cells are, and name it."""
        town, part = self._finder.town, lead.lead.part
        x, y, radius = place_cells(cells)
        position = town.projection.to_lonlat(x, y)
        here = town.boundaries.find_municipality(position.lon, position.lat)
        name = (here.name if here else None) or draft.municipality
        side = f", {compass} of it" if compass else ""
        street = "" if part.role == "on" else self._street_at(x, y, resolved.streets)
        said = f"{part.clause.said} " if part.role == "relation" else ""
        ground = "".join(f"{other.part.clause.said}, " for other in lead.others if other.part.role == "ground")
        bound = "".join(f", {other.part.clause.said}" for other in lead.others if other.part.role == "bound")
        label = f"{ground}{said}{anchor.name}{side}{f', on {street}' if street else ''}{bound}"
        return replace(
            draft,
            kind="segment" if part.role == "on" else "relative",
            label=f"{label}, {name}" if name and name not in label else label,
            lon=position.lon,
            lat=position.lat,
            radius90_m=radius,
            municipality=name,
            address=None,
            segments=(),
            streets=draft.streets if part.role == "on" else (),
            cross_streets=None,
            cells=cells,
            compass=compass,
            anchor_lonlat=_lonlat(town, anchor) if compass else None,
        )

    def _street_at(self, x: float, y: float, streets: Sequence[Anchor]) -> str:
        """Return which of the streets said is here; empty for none."""
        for street in streets:
            nearest = self._finder.line(street.draft.streets[0]).nearest(x, y)
            if nearest.distance_m <= load_relations().street_reach_m:
                return street.draft.topic
        return ""


def _leads(weighed: Sequence[Weighed]) -> Iterator[_Lead]:
    """Write the product of the clauses out: by the first that leads, then what is left if that one is wrong, and so on."""
    epsilon, weight = load_relations().epsilon, 1.0
    for at, one in enumerate(weighed):
        if one.part.leads:
            yield _Lead(one, tuple(weighed[:at]), tuple(weighed[at + 1 :]), weight)
            weight *= epsilon


def _width_m(part: Part) -> float:
    """Return how vague a clause is, metres: how far around what it names the caller may be, more for many such things."""
    if not part.leads:
        return math.inf
    many = math.sqrt(len(part.anchors))
    if part.role == "on":
        return 1e6 * many
    if part.role == "at":
        return many * min(anchor.draft.radius90_m for anchor in part.anchors)
    clause, table = part.clause, load_relations()
    if clause.distance_m is not None:
        return many * max(table.stated_share * clause.distance_m, table.stated_least_m) * 2
    if clause.kind == "between":
        return many * max(math.dist(*anchor.ends) for anchor in part.anchors)
    return many * table.distance.get(clause.kind, table.distance["near"]).p90_m


def _fit(other: Weighed, fits: bool) -> Why:
    """Say how another clause fits a candidate."""
    status: WhyStatus = "supported" if fits else "contradicted"
    effect = "it fits this place" if fits else "it does not fit this place"
    reading = {"bound": "direction of travel", "ground": "ground", "area": "area"}.get(other.part.role, "relation")
    return Why(other.part.clause.text, reading, effect, status)


def _warnings(parts: Sequence[Part], contradicted: Sequence[Clause]) -> Iterator[str]:
    for part in parts:
        if part.of_kind > len(part.anchors) and part.clause.objects:
            said = " ".join(part.clause.objects[0])
            yield f"{part.of_kind} places on file are “{said}”: only {len(part.anchors)} were considered"
    for clause in contradicted:
        yield f"“{clause.text}” does not fit the rest of the words"


def _lonlat(town: Town, anchor: Anchor) -> tuple[float, float]:
    position = town.projection.to_lonlat(anchor.x, anchor.y)
    return position.lon, position.lat


def _unused(clause: Clause) -> str:
    if clause.kind == "toward":
        return "says where the caller is going, not where they are: not used"
    return "too far to be weighed: not used" if too_far(clause) else "nothing of that name is on file: not used"
