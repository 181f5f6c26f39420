"""The places of a town that are worth naming to a driver, with their weight and what they are called."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from geo_dispatch.data_tables import load_table
from geo_dispatch.town.town import Town

__all__ = ["Catalogue", "Seen", "figures"]


@cache
def figures() -> dict[str, Any]:
    """Return the table of weights and distances."""
    return load_table("geo_dispatch.directions.landmarks", "salience")


@dataclass(frozen=True, slots=True)
class Seen:
    """A place that may be named: `kind` is its category, `called` its name or None, `weight` how much it is worth, `x` and `y` metres in the town's CRS."""

    place_id: str
    kind: str
    called: str | None
    weight: float
    x: float
    y: float


class Catalogue:
    """The places worth naming of one town, found by position.

    Parameters
    ----------
    town
        The town; its pack's `landmarks` promote and ban.
    """

    def __init__(self, town: Town) -> None:
        rules = _rules(town)
        self.seen: tuple[Seen, ...] = tuple(_places(town, rules))
        self._x = np.array([one.x for one in self.seen])
        self._y = np.array([one.y for one in self.seen])
        self._by_x = np.argsort(self._x, kind="stable")
        self._rising_x = self._x[self._by_x]
        # A place is taken for another of its name; one without a name, for any of its kind.
        self._alike: dict[tuple[str, str], list[int]] = {}
        for row, one in enumerate(self.seen):
            for key in (("kind", one.kind), *([("name", _plain(one.called))] if one.called is not None else [])):
                self._alike.setdefault(key, []).append(row)

    def near(self, x: float, y: float, within_m: float) -> list[tuple[float, Seen]]:
        """Return the places within a distance of a point, nearest first, with it, metres.

        Parameters
        ----------
        x, y
            The point, metres in the town's CRS.
        within_m
            The distance.
        """
        rows = self._rows_between(x - within_m, x + within_m)
        if not len(rows):
            return []
        away: npt.NDArray[np.float64] = np.hypot(self._x[rows] - x, self._y[rows] - y)
        order = np.argsort(away, kind="stable")
        return [(float(away[at]), self.seen[rows[at]]) for at in order if away[at] <= within_m]

    def near_line(
        self, points: npt.NDArray[np.float64], within_m: float
    ) -> tuple[tuple[Seen, ...], npt.NDArray[np.float64]]:
        """Return the places about a line, and the distance of each from each point of it, metres, shape ``(n_points, n_places)``.

        Parameters
        ----------
        points
            Points of the line, metres in the town's CRS, shape ``(n, 2)``.
        within_m
            No place within this distance of a point is left out.
        """
        if not len(points):
            return (), np.zeros((0, 0))
        (low_x, low_y), (high_x, high_y) = points.min(axis=0) - within_m, points.max(axis=0) + within_m
        rows = self._rows_between(low_x, high_x)
        rows = rows[(self._y[rows] >= low_y) & (self._y[rows] <= high_y)]
        away = np.hypot(self._x[rows] - points[:, :1], self._y[rows] - points[:, 1:])
        return tuple(self.seen[row] for row in rows), away

    def _rows_between(self, low_x: float, high_x: float) -> npt.NDArray[np.int64]:
        """Return the places between two eastings, rising; a metre more on either side, for the rounding of differences."""
        begin, end = np.searchsorted(self._rising_x, (low_x - 1.0, high_x + 1.0))
        return np.sort(self._by_x[begin:end])

    def is_alone(self, one: Seen, points: npt.NDArray[np.float64]) -> bool:
        """Tell whether no other place that drivers would take for it lies along a way.

        Parameters
        ----------
        one
            The place.
        points
            Points of the way, metres, shape ``(n, 2)``.
        """
        within = float(figures()["alike_m"])
        key = ("kind", one.kind) if one.called is None else ("name", _plain(one.called))
        rows = [row for row in self._alike[key] if self.seen[row] is not one]
        if not rows:
            return True
        x, y = self._x[rows], self._y[rows]
        if bool((np.hypot(one.x - x, one.y - y) <= within).any()):
            return False
        return not bool((np.hypot(points[:, :1] - x, points[:, 1:] - y) <= within).any())


def _plain(text: str) -> str:
    return re.sub(r"[^0-9a-z]", "", text.casefold())


def _rules(town: Town) -> dict[str, tuple[str, str | None]]:
    """Map places by id and by name to what the pack says of them: promote or ban, and what to call it."""
    table = town.table("landmarks")
    found: dict[str, tuple[str, str | None]] = {}
    for row in range(len(table)):
        told = (str(table.text("use")[row]), table.text("called")[row])
        for key in (table.text("place_id")[row], table.text("place")[row]):
            if key:
                found[key] = told
    return found


def _places(town: Town, rules: dict[str, tuple[str, str | None]]) -> Iterator[Seen]:
    table = town.table("places")
    weights: dict[str, float] = figures()["weights"]
    text = {name: table.text(name) for name in ("place_id", "name", "brand", "category", "kind", "source", "tags")}
    verified = table.numbers("verified")
    for row in range(len(table)):
        value = {name: column[row] for name, column in text.items()}
        x, y = float(table.x[row]), float(table.y[row])
        if not math.isfinite(x):
            continue
        use, called = rules.get(str(value["place_id"])) or rules.get(value["name"] or "") or (None, None)
        weight = weights.get(value["category"] or "", 0.0)
        if use == "promote":
            weight = float(figures()["promoted"])
        elif use == "ban" or not _may_be_named(value) or (value["source"] == "pack" and not verified[row]):
            continue
        name = called or value["brand"] or _own_name(value["name"], str(value["category"]))
        if weight <= 0:
            continue
        if name is None:
            weight *= float(figures()["nameless"])
        yield Seen(str(value["place_id"]), str(value["category"]), name, weight, x, y)


def _own_name(name: str | None, category: str) -> str | None:
    """Return a place's name; None for one that is only filed under its kind and address ("Town hall, 12 South Street, Addison").

    Examples
    --------
    >>> _own_name("Town hall, 12 South Street, Addison", "town_hall"), _own_name("Corner Store", "convenience")
    (None, 'Corner Store')
    """
    plain = (name or "").partition(",")[0].strip().casefold()
    return None if plain in ("", category.replace("_", " ")) else name


def _may_be_named(value: dict[str, str | None]) -> bool:
    """Tell whether nothing says that a place is closed for good, private, or no longer there."""
    words = set(re.findall(r"[a-z]+", (value["name"] or "").casefold()))
    if words & set(figures()["never_in_name"]):
        return False
    tags = json.loads(value["tags"] or "{}")
    if tags.get("access") in ("private", "no"):
        return False
    return not any(key.split(":")[0] in figures()["never_tags"] for key in (*tags, (value["kind"] or "").split("=")[0]))
