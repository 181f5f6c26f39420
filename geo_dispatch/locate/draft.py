"""A candidate in the making, and what the finders of candidates share."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from geo_dispatch.geometry import LonLat
from geo_dispatch.locate.answer import CandidateKind, Why, WhyStatus
from geo_dispatch.locate.cells import Cells
from geo_dispatch.locate.cross import CrossStreets
from geo_dispatch.locate.gather import STREET
from geo_dispatch.locate.localities import Localities
from geo_dispatch.locate.match import Matcher, NameMatch
from geo_dispatch.locate.names import NameIndex
from geo_dispatch.locate.normalise import street_key
from geo_dispatch.locate.place_shapes import PlaceShapes
from geo_dispatch.locate.reading import Reading
from geo_dispatch.locate.shapes import StreetLine, street_line
from geo_dispatch.locate.tables import Model, load_model
from geo_dispatch.town.town import Town

__all__ = ["KIND", "Draft", "Finder", "clusters", "name_why", "same_place"]

_MANY = 80
KIND = "kind of place"
"""Reading of words that name a kind of place: "the gas station"."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A candidate before it is weighed against the others.

    Attributes
    ----------
    weight
        Relative weight among the candidates.
    known
        Probability that the words mean this, were it the only candidate.
    topic
        What a question would tell it apart by, first its name.
    similarity
        Of the worst name match it rests on.
    segments
        Road segments that its region runs along; empty: the region is a circle.
    streets
        Rows of streets it lies on, for cross streets.
    other_towns
        Further towns that it may be said to be in: those of the streets that cross.
    in_town
        Whether it is in the towns that were said; None when none was.
    of_route
        Whether it is an exit or a mile that is on file.
    by_kind
        Whether only its kind was said.
    cells
        Where the place may be, when relations to it were said; its regions are made of them.
    compass
        Direction from what was named, where that tells candidates apart: "north".
    anchor_lonlat
        Where that is, degrees.
    """

    kind: CandidateKind
    label: str
    topic: str
    lon: float
    lat: float
    weight: float
    known: float
    similarity: float
    radius90_m: float
    municipality: str | None = None
    city: str | None = None
    postcode: str | None = None
    place_id: str | None = None
    address: str | None = None
    segments: tuple[int, ...] = ()
    streets: tuple[int, ...] = ()
    cross_streets: tuple[str, ...] | None = None
    why: tuple[Why, ...] = ()
    warnings: tuple[str, ...] = field(default=())
    other_towns: tuple[str, ...] = ()
    in_town: bool | None = None
    of_route: bool = False
    by_kind: bool = False
    cells: Cells | None = None
    compass: str = ""
    anchor_lonlat: tuple[float, float] | None = None

    @property
    def position(self) -> LonLat:
        """Return where it is."""
        return LonLat(self.lon, self.lat)


class Finder:
    """What all finders of candidates need: the town, its names and localities.

    Parameters
    ----------
    town
        The town.
    """

    def __init__(self, town: Town) -> None:
        self.town = town
        self.index = NameIndex(town)
        self.matcher = Matcher(self.index)
        self.localities = Localities(town)
        self.model: Model = load_model()
        self.cross = CrossStreets(town)
        self.shapes = PlaceShapes(town)
        self._lines: dict[int, StreetLine] = {}

    def line(self, street: int) -> StreetLine:
        """Return the centre lines of a street."""
        found = self._lines.get(street)
        if found is None:
            if len(self._lines) > 2000:
                self._lines.clear()
            found = self._lines[street] = street_line(self.town, self.town.street_segments(street))
        return found

    def segment_set(self, street: int) -> frozenset[int]:
        """Return the road segments of a street."""
        return frozenset(self.town.street_segments(street).tolist())

    def weigh(self, similarity: float) -> float:
        """Return the relative weight of a name match."""
        return math.exp(-self.model.competition * (1.0 - similarity))

    def known(self, match: NameMatch, factor: float = 1.0) -> float:
        """Return how likely a name match is what was meant, were it the only one, 0 to 1."""
        return match.known * factor

    def street_rows(self, match: NameMatch) -> list[tuple[int, float]]:
        """Return the streets of a name, with the factor of the kind of name it is to them, below 1 for lesser ones.

        The roads that merely bear a route's number are left out when the route itself is there.
        """
        found: dict[int, tuple[float, str]] = {}
        for target, row, kind in self.index.postings(match.name):
            if target == STREET:
                factor = self.model.name_kinds.get(kind, self.model.name_kinds["other"])
                if row not in found or found[row][0] < factor:
                    found[row] = (factor, kind)
        kinds = self.town.table("streets").text("kind")
        has_route = any(kinds[row] == "route" for row in found)
        return [(row, factor) for row, (factor, kind) in found.items() if not (has_route and kind == "ref")]

    def streets_matching(
        self, phrase: str, *, faint: bool = False
    ) -> Iterator[tuple[NameMatch, list[tuple[int, float]]]]:
        """Yield the street names that a phrase may be, best first, with the streets of each; faint: see `Matcher`."""
        followed = 0
        for match in self.matcher.list_matches(phrase, faint=faint):
            rows = self.street_rows(match)
            if rows:
                followed += 1
                yield match, rows
            if followed >= self.model.names_followed:
                return

    def shown_name(self, street: int, match: NameMatch) -> str:
        """Return a street's name, with the other name it was matched by in brackets."""
        table = self.town.table("streets")
        main = table.text("name")[street] or match.text
        if street_key(main) == match.text:
            return main
        for other in table.json("names", street) or []:
            if street_key(str(other.get("name", ""))) == match.text and other.get("kind") != "ref":
                return f"{main} ({other['name']})"
        return main

    def locality_name(self, street: int) -> str | None:
        """Return the town a street is in."""
        name: str | None = self.town.table("streets").text("municipality")[street]
        return name

    def prior(self, municipality: str | None) -> float:
        """Return the weight of a place by its town: callers are more often in the town itself."""
        own = self._own
        return 1.0 if not own or municipality in own else self.model.neighbour_weight

    @property
    def _own(self) -> frozenset[str]:
        boundaries = self.town.boundaries
        rows = boundaries.list_rows("own")
        inside = boundaries.list_rows("town")
        names = {boundaries.table.text(c)[r] for c in ("name", "municipality") for r in (*rows, *inside)}
        return frozenset(name for name in names if name)


def name_why(said: str, match: NameMatch, shown: str, what: str) -> Why:
    """Say how a name was matched."""
    effects = {
        "exact": f"{shown} is on file",
        "everyday": f"{shown} is on file, but the words may mean any such thing",
        "type_not_said": f"matches {shown}; the street type was not said",
        "type_differs": f"closest is {shown}; the street type differs from what was said",
        "direction_not_said": f"matches {shown}; the direction was not said",
        "direction_differs": f"closest is {shown}; the direction differs from what was said",
        "misspelt": f"taken as {shown} ({match.similarity:.0%} alike)",
        "first_letter": f"closest is {shown}, a short name that begins with another letter",
        "same_sound": f"sounds like {shown}",
        "sounds_alike": f"closest in sound is {shown}; some sounds differ",
        "brand": f"what people call {shown}",
        "other_word": f"closest is {shown}; one of the words differs",
        "fragment": f"part of the name {shown}",
        "beginning": f"part of the name {shown}",
        "part": f"part of the name {shown}",
        "leftover": f"{shown} is on file; the other words are not part of its name",
    }
    differs = match.way in ("type_differs", "direction_differs", "other_word", "first_letter")
    status: WhyStatus = "contradicted" if differs else "supported"
    return Why(said, what, effects[match.way], status)


def clusters(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64], reach_m: float) -> list[list[int]]:
    """Group points: those nearer than a reach to any of a group belong to it.

    Examples
    --------
    >>> clusters(np.array([0.0, 5.0, 100.0]), np.array([0.0, 0.0, 0.0]), 10.0)
    [[0, 1], [2]]
    """
    if len(x) > _MANY:
        return _many_clusters(x, y, reach_m)
    left = list(range(len(x)))
    groups: list[list[int]] = []
    while left:
        group, frontier = [], [left.pop(0)]
        while frontier:
            here = frontier.pop()
            group.append(here)
            near = [k for k in left if math.hypot(x[k] - x[here], y[k] - y[here]) <= reach_m]
            frontier += near
            left = [k for k in left if k not in near]
        groups.append(sorted(group))
    return groups


def _many_clusters(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64], reach_m: float) -> list[list[int]]:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial import KDTree

    pairs = KDTree(np.column_stack([x, y])).query_pairs(reach_m, output_type="ndarray")
    links = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(x), len(x)))
    count, label = connected_components(links, directed=False)
    groups: list[list[int]] = [[] for _ in range(count)]
    for row, group in enumerate(label.tolist()):
        groups[group].append(row)
    return sorted(groups)


def same_place(town: Town, one: Draft, other: Draft) -> bool:
    """Tell whether two drafts are the same place found twice."""
    same_road = one.kind in ("street", "address") and one.streets and one.streets == other.streets
    if one.kind != other.kind or (one.label != other.label and not same_road):
        return False
    if one.kind == "area":
        return one.municipality == other.municipality  # a settlement's point and its outline
    if one.cells is not None and one.compass != other.compass:
        return False
    x, y = town.projection.to_xy(one.lon, one.lat)
    u, v = town.projection.to_xy(other.lon, other.lat)
    return math.hypot(x - u, y - v) < 50.0


def with_reading(draft: Draft, reading: Reading) -> Draft:
    """Scale a draft by the weight of its reading."""
    return replace(draft, weight=draft.weight * reading.weight)


def spread_m(x: Sequence[float], y: Sequence[float]) -> float:
    """Return the largest distance of points from their mean, metres."""
    mx, my = float(np.mean(x)), float(np.mean(y))
    return max(math.hypot(a - mx, b - my) for a, b in zip(x, y, strict=True))
