"""What a clause relates to: the places, crossings and streets that its words may name."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from geo_dispatch.locate.answer import Why
from geo_dispatch.locate.draft import KIND, Draft, Finder, clusters
from geo_dispatch.locate.grammar import text_of
from geo_dispatch.locate.parse import list_readings
from geo_dispatch.locate.place_shapes import PlaceShape
from geo_dispatch.locate.reading import Reading
from geo_dispatch.locate.tables.relations import load_categories, load_relations
from geo_dispatch.locate.weigh import apply_reading

__all__ = ["Anchor", "AnchorFinder", "at_crossings", "crossings", "drop_twins"]

_MOST_KEPT = 2048
_EXACT = 0.97


@dataclass(frozen=True, slots=True)
class Anchor:
    """A thing named: the draft it was found as, and where it is.

    Attributes
    ----------
    draft
        As `locate` finds it by itself.
    x, y
        Metres in the town's CRS.
    radius_m
        Radius of a circle of its area; 0 for a point.
    outline
        Its footprint, when it is too large to be a point.
    ends
        The two points that the caller is between, when it is a pair.
    streets
        Rows of the street between them, when it is known.
    """

    draft: Draft
    x: float
    y: float
    radius_m: float
    ends: tuple[tuple[float, float], ...] = ()
    streets: tuple[int, ...] = ()
    outline: PlaceShape | None = None

    @property
    def extent_m(self) -> float:
        """Return how far from its point it reaches, metres."""
        return self.radius_m if self.outline is None else self.outline.extent_m

    @property
    def name(self) -> str:
        """Return what to call it."""
        draft = self.draft
        return draft.address if draft.kind == "address" and draft.address else draft.topic

    @property
    def of_kind(self) -> bool:
        """Tell whether it was found as a place of a kind ("the school"), not by its name."""
        return any(why.reading == KIND for why in self.draft.why)

    @property
    def is_street(self) -> bool:
        """Tell whether it is a street."""
        return self.draft.kind == "street" and bool(self.draft.segments)


class AnchorFinder:
    """Finds what words in a clause may name.

    Parameters
    ----------
    finder
        The town and its names.
    find_drafts
        Finds the drafts of a reading.
    """

    def __init__(self, finder: Finder, find_drafts: Callable[[Reading], Iterable[Draft]]) -> None:
        self._finder = finder
        self._find_drafts = find_drafts
        places = finder.town.table("places")
        self._category = places.text("category")
        self._codes = {text: code for code, text in enumerate(self._category.vocabulary())}
        self._kept_rows: dict[int, list[int]] = {}
        self._kept: dict[tuple[str, ...], tuple[list[Anchor], int]] = {}
        self._radius = {
            place_id: math.sqrt(float(area) / math.pi)
            for place_id, area in zip(places.text("place_id"), places.numbers("area_m2"), strict=True)
            if place_id and math.isfinite(area)
        }

    def list_anchors(self, words: Sequence[str]) -> tuple[list[Anchor], int]:
        """Return what the words may name, best first, and how many places of the kind there are if they name a kind.

        Parameters
        ----------
        words
            Folded words of one object of a clause.
        """
        found = self._kept.get(tuple(words))
        if found is None:
            if len(self._kept) > _MOST_KEPT:
                self._kept.clear()
            found = self._kept[tuple(words)] = self._search(words)
        return found

    def _search(self, words: Sequence[str]) -> tuple[list[Anchor], int]:
        drafts: list[Draft] = []
        kinds = 0
        for reading in list_readings(list(words), self._finder.localities):
            found = [d for d in self._find_drafts(reading) if d.similarity >= 0.8]
            drafts += found
            if reading.kind == "name" and not reading.context:
                of_kind = list(self._of_category(reading))
                if any(d.kind == "place" and d.similarity >= _EXACT for d in found):  # "Mill Pond" is that pond first
                    of_kind = [replace(d, weight=d.weight * self._finder.model.kind_weight) for d in of_kind]
                drafts += of_kind
                kinds = max(kinds, len(of_kind))
        anchors = [self.anchor(draft) for draft in drafts]
        anchors.sort(key=lambda a: (-a.draft.weight * a.draft.known, a.draft.label, a.draft.lon))
        kept: dict[tuple[str, int, int], Anchor] = {}
        for anchor in anchors:
            kept.setdefault((anchor.draft.topic, int(anchor.x // 50), int(anchor.y // 50)), anchor)
        best = max((anchor.draft.weight for anchor in kept.values()), default=0.0)
        return [anchor for anchor in kept.values() if anchor.draft.weight >= 0.01 * best], kinds

    def anchor(self, draft: Draft) -> Anchor:
        """Return a draft as something that a clause relates to."""
        x, y = self._finder.town.projection.to_xy(draft.lon, draft.lat)
        outline = self._finder.shapes.find(draft.place_id) if draft.kind == "place" else None
        return Anchor(draft, x, y, self._radius.get(draft.place_id or "", 0.0), outline=outline)

    def _of_category(self, reading: Reading) -> Iterator[Draft]:
        """Yield the places of a kind: "the gas station"."""
        text = reading.phrases[0]
        for article in ("the ", "a ", "an ", "that ", "this "):
            text = text.removeprefix(article)
        category = _category_names().get(text)
        code = self._codes.get(category or "")
        if code is None:
            return
        finder = self._finder
        for row in self._rows_of(code):
            yield apply_reading(finder, self._draft(row, text), reading)

    def _rows_of(self, code: int) -> list[int]:
        """Return the places of a category, a school's buildings and grounds once."""
        found = self._kept_rows.get(code)
        if found is None:
            places = self._finder.town.table("places")
            name, area = places.text("name"), places.numbers("area_m2")
            rows = np.flatnonzero((self._category.codes == code) & np.isfinite(places.x)).tolist()
            rows.sort(key=lambda row: (not name[row], not math.isfinite(area[row]), row))
            groups = clusters(places.x[rows], places.y[rows], self._finder.model.merge_places_m) if rows else []
            found = self._kept_rows[code] = sorted(rows[group[0]] for group in groups)
        return found

    def _draft(self, row: int, text: str) -> Draft:
        finder, places = self._finder, self._finder.town.table("places")
        town = places.text("municipality")[row]
        name = places.text("name")[row] or places.text("brand")[row] or f"the {text}"
        number, street = places.text("house_number")[row], places.text("street")[row]
        return Draft(
            kind="place",
            label=f"{name}, {town}" if town else name,
            topic=name,
            lon=float(places.lon[row]),
            lat=float(places.lat[row]),
            weight=finder.prior(town),
            known=load_relations().category_known,
            similarity=1.0,
            radius90_m=finder.model.radius90_m["place_point"],
            municipality=town,
            city=places.text("city")[row],
            postcode=places.text("postcode")[row],
            place_id=places.text("place_id")[row],
            address=f"{number} {street}" if number and street else None,
            why=(Why(text, KIND, f"{name} is on file as one", "supported"),),
        )


@lru_cache(maxsize=1)
def _category_names() -> dict[str, str]:
    """Return the categories by their names in canonical words."""
    return {text_of(name.split()): category for name, category in load_categories().items()}


def crossings(finder: Finder, one: int, other: int) -> list[tuple[float, float]]:
    """Return where two streets cross, metres in the town's CRS, divided roads once."""
    table = finder.town.table("intersections")
    rows = sorted(set(finder.index.crossings(one).tolist()) & set(finder.index.crossings(other).tolist()))
    if not rows or one == other:
        return []
    groups = clusters(table.x[rows], table.y[rows], finder.model.merge_crossings_m)
    return [
        (float(np.mean([table.x[rows[k]] for k in group])), float(np.mean([table.y[rows[k]] for k in group])))
        for group in groups
    ]


def at_crossings(finder: Finder, anchor: Anchor, streets: Sequence[Anchor]) -> list[Anchor]:
    """Take a street where it crosses the streets that the caller is on; nothing when it crosses none."""
    return [
        Anchor(anchor.draft, x, y, 0.0)
        for street in streets
        if street.draft.streets and anchor.draft.streets
        for x, y in crossings(finder, anchor.draft.streets[0], street.draft.streets[0])[:4]
    ]


def drop_twins(anchors: Sequence[Anchor], reach_m: float) -> list[Anchor]:
    """Keep anchors at one spot once: a road under two names is one."""
    kept: list[Anchor] = []
    for anchor in anchors:
        if all(math.hypot(anchor.x - other.x, anchor.y - other.y) > reach_m for other in kept):
            kept.append(anchor)
    return kept
