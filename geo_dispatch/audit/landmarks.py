"""The places that callers may name, and what they call them."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from geo_dispatch.locate.normalise import street_key

if TYPE_CHECKING:
    from geo_dispatch.audit.ground import Ground

__all__ = ["Landmark", "Landmarks", "is_label"]


def is_label(name: str) -> bool:
    """Tell whether a place's name is a label made of its kind and address, which nobody says.

    >>> is_label("Fuel, 12 Court St, Middlebury"), is_label("Lees Market")
    (True, False)
    """
    return "," in name


@dataclass(frozen=True, slots=True)
class Landmark:
    """A place that callers may name.

    Attributes
    ----------
    row
        Of ``places``.
    name
        As callers say it: its own name, or "the library in Shoreham" where the file has only a label.
    town
        The town that is part of what they say; empty for a name. Callers elsewhere would not say it so.
    x, y
        Metres in the town's CRS.
    prominence
        How readily it is named, relative to others.
    """

    row: int
    name: str
    town: str
    x: float
    y: float
    prominence: float


class Landmarks:
    """The places of one town that callers may name.

    Parameters
    ----------
    ground
        The town, and the half of the names.
    """

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._places = ground.town.table("places")

    @cached_property
    def all(self) -> list[Landmark]:
        """Return those of this half with a name that nothing else bears, or the only ones of their kind in a town."""
        table, places = self._ground.table, self._places
        kinds, categories, area = places.text("kind"), places.text("category"), places.numbers("area_m2")
        found = []
        for row in range(len(places)):
            category = categories[row] or ""
            if not math.isfinite(places.x[row]) or category in table["never_named"]:
                continue
            if (kinds[row] or "").startswith(("place=", "boundary=", "waterway=", "natural=")):
                continue
            name, town = self._spoken(row)
            if name and self._ground.ours(name) and not area[row] > table["largest_landmark_m2"]:
                weight = float(table["prominence"].get(category, 1))
                found.append(Landmark(row, name, town, float(places.x[row]), float(places.y[row]), weight))
        return found

    def _spoken(self, row: int) -> tuple[str, str]:
        """Return what callers call a place, and the town they say with it; empty when nothing tells it from others."""
        name = self._places.text("name")[row]
        if name and not is_label(name):
            return (name, "") if self.is_own_name(name) else ("", "")
        kind, town = self.only_in_town.get(row, ("", ""))
        return (f"the {kind} in {town}", town) if kind else ("", "")

    def list_near(self, x: float, y: float, reach_m: float) -> list[tuple[float, Landmark]]:
        """Return distance and landmark of all within a reach, by row.

        Parameters
        ----------
        x, y
            Metres in the town's CRS.
        reach_m
            The furthest.
        """
        if not self.all:
            return []
        near = [self.all[at] for at in sorted(self._tree.query_ball_point((x, y), reach_m))]
        if any(mark.town for mark in near):
            here = self._ground.town_at(x, y)
            near = [mark for mark in near if mark.town in ("", here)]
        return [(math.hypot(mark.x - x, mark.y - y), mark) for mark in near]

    def is_near(self, x: float, y: float, reach_m: float) -> bool:
        """Tell whether any landmark lies within a reach."""
        return bool(self.all) and float(self._tree.query((x, y))[0]) <= reach_m

    @cached_property
    def by_street(self) -> dict[int, list[Landmark]]:
        """Return the landmarks that stand at each named road, by its row of ``streets``."""
        found: dict[int, list[Landmark]] = defaultdict(list)
        for mark in self.all:
            road = self._ground.find_road(mark.x, mark.y)
            if road is not None and self._ground.is_road(road.street):
                found[road.street].append(mark)
        return dict(found)

    @cached_property
    def _tree(self) -> Any:
        from scipy.spatial import cKDTree

        return cKDTree(np.asarray([(mark.x, mark.y) for mark in self.all]).reshape(-1, 2))

    @cached_property
    def rows_of_name(self) -> dict[str, list[int]]:
        """Return the places that bear a name or brand, by its canonical words."""
        places = self._places
        found: dict[str, list[int]] = defaultdict(list)
        for row in range(len(places)):
            texts = {places.text(column)[row] for column in ("name", "brand")}
            texts |= {
                str(other.get("name", "")) for other in places.json("names", row) or [] if isinstance(other, dict)
            }
            for key in sorted({street_key(text) for text in texts if text}):
                found[key].append(row)
        return found

    @cached_property
    def _alias_keys(self) -> Counter[str]:
        return Counter(street_key(text) for text in self._ground.town.table("aliases").text("alias") if text)

    def is_own_name(self, name: str) -> bool:
        """Tell whether one place alone has a name, and no street."""
        key = street_key(name)
        alone = len(self.rows_of_name.get(key, ())) == 1 and not self._alias_keys[key]
        return bool(key) and alone and self._ground.street_counts[key] == 0

    @cached_property
    def only_on_street(self) -> dict[int, tuple[str, str]]:
        """Return the places that are the only one of their kind on their street: kind in words and street, by row."""
        ground, streets = self._ground, self._places.text("street")
        found: dict[tuple[str, str], list[int]] = defaultdict(list)
        for row, kind in self._of_kinds():
            road = ground.find_road(float(self._places.x[row]), float(self._places.y[row]))
            if road is None or not ground.is_road(road.street) or not ground.is_only(road.street):
                continue
            street = ground.street_name(road.street)
            if streets[row] and street_key(streets[row]) != street_key(street):
                street = ""  # at a corner, callers may say either road
            found[kind, street].append(row)
        return {rows[0]: key for key, rows in found.items() if len(rows) == 1 and key[1]}

    @cached_property
    def only_in_town(self) -> dict[int, tuple[str, str]]:
        """Return the places that are the only one of their kind in a town: kind in words and town, by row."""
        towns = self._places.text("municipality")
        found: dict[tuple[str, str], list[int]] = defaultdict(list)
        for row, kind in self._of_kinds():
            if towns[row]:
                found[kind, towns[row] or ""].append(row)
        return {rows[0]: key for key, rows in found.items() if len(rows) == 1}

    def _of_kinds(self) -> list[tuple[int, str]]:
        """Return the places of kinds that have a word of their own, and that word."""
        kinds = self._ground.table["kinds"]
        return [
            (row, str(kinds[category]))
            for row, category in enumerate(self._places.text("category"))
            if category in kinds and math.isfinite(self._places.x[row])
        ]
