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

    def near(self, x: float, y: float, within_m: float) -> list[tuple[float, Seen]]:
        """Return the places within a distance of a point, nearest first, with it, metres.

        Parameters
        ----------
        x, y
            The point, metres in the town's CRS.
        within_m
            The distance.
        """
        if not self.seen:
            return []
        away: npt.NDArray[np.float64] = np.hypot(self._x - x, self._y - y)
        rows = np.flatnonzero(away <= within_m)
        return [(float(away[row]), self.seen[row]) for row in rows[np.argsort(away[rows], kind="stable")]]

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
        for other in self.seen:
            if other is one or not _alike(one, other):
                continue
            if len(points) and float(np.min(np.hypot(points[:, 0] - other.x, points[:, 1] - other.y))) <= within:
                return False
            if math.hypot(one.x - other.x, one.y - other.y) <= within:
                return False
        return True


def _alike(one: Seen, other: Seen) -> bool:
    """Tell whether two places may be taken for one another: one name, or nameless and of one kind."""
    if one.called is None:
        return one.kind == other.kind
    return other.called is not None and _plain(one.called) == _plain(other.called)


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
