"""Callers who name the place itself: an address, a place, a crossing, in their own spelling."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from geo_dispatch.audit.callers import Caller, Maker, area_tolerance_m, fill
from geo_dispatch.audit.garble import GARBLES
from geo_dispatch.audit.ground import Ground
from geo_dispatch.audit.landmarks import is_label
from geo_dispatch.locate.no_names import is_no_name
from geo_dispatch.locate.normalise import street_key

__all__ = ["Named", "Truth", "named_makers"]

_TWIN_M = 150.0
_Points = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Truth:
    """A thing on file: its names, what stands before and behind them, where it is, and the town it is in."""

    before: str
    names: tuple[str, ...]
    behind: str
    x: float
    y: float
    tolerance_m: float
    municipality: str


class Named:
    """What a town has on file and can be named without doubt.

    Names or crossings that are not unique are told apart by their town where that does it, else left out and counted.

    Parameters
    ----------
    ground
        The town.
    """

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._pools: dict[str, list[Truth]] = {}
        self.left_out: dict[str, int] = defaultdict(int)

    def list_truths(self, kind: str) -> list[Truth]:
        """Return the addresses, places or crossings of this half of the names."""
        make = {"address": self._addresses, "place": self._places, "crossing": self._crossings}[kind]
        found = self._pools.get(kind)
        if found is None:
            found = self._pools[kind] = [truth for truth in make() if self._ground.ours(*truth.names)]
        return found

    def _addresses(self) -> list[Truth]:
        table = self._ground.town.table("addresses")
        streets, suffixes, towns_of = table.text("street"), table.text("number_suffix"), table.text("municipality")
        keys = {code: street_key(word) for code, word in enumerate(streets.vocabulary())}
        numbers = table.numbers("number")
        found: dict[tuple[int, str, str], list[int]] = defaultdict(list)
        towns: dict[tuple[int, str], set[str]] = defaultdict(set)
        for row in range(len(table)):
            number, code = int(numbers[row]), int(streets.codes[row])
            if number <= 0 or code < 0 or not math.isfinite(table.lon[row]):
                self.left_out["address without number or street"] += 1
                continue
            if is_no_name(str(streets[row])):
                self.left_out["address on a street that has no name"] += 1
                continue
            key = f"{keys[code]}|{(suffixes[row] or '').casefold()}"
            found[number, key, towns_of[row] or ""].append(row)
            towns[number, key].add(towns_of[row] or "")
        truths = []
        for (number, key, place), rows in found.items():
            several = len(towns[number, key]) > 1
            if _spread_m([(float(table.x[r]), float(table.y[r])) for r in rows]) > _TWIN_M or (several and not place):
                self.left_out["address on file at several places"] += len(rows)
                continue
            row = rows[0]
            suffix = suffixes[row] or ""
            before = f"{number}{' ' if '/' in suffix else ''}{suffix} "
            behind = f", {place}" if several else ""
            where = (float(table.x[row]), float(table.y[row]))
            truths.append(Truth(before, (str(streets[row]),), behind, *where, self._tolerance("address"), place))
        return truths

    def _places(self) -> list[Truth]:
        table = self._ground.town.table("places")
        names, areas, rows_of = table.text("name"), table.numbers("area_m2"), self._ground.places.rows_of_name
        truths, seen = [], set()
        for row in range(len(table)):
            name = names[row] or ""
            key = street_key(name)
            if not key or key in seen or not math.isfinite(table.lon[row]):
                continue
            seen.add(key)
            if is_label(name):
                self.left_out["place with a label instead of a name"] += 1
                continue
            points = [(float(table.x[r]), float(table.y[r])) for r in rows_of[key] if math.isfinite(table.x[r])]
            if _spread_m(points) > 2 * _TWIN_M:
                self.left_out["place whose name others have, far apart"] += len(rows_of[key])
                continue
            if self._ground.street_counts[key]:
                self.left_out["place with the name of a street"] += 1
                continue
            tolerance = area_tolerance_m(self._ground, float(areas[row]), "place") + _TWIN_M
            where = (float(table.x[row]), float(table.y[row]))
            truths.append(Truth("", (name,), "", *where, tolerance, table.text("municipality")[row] or ""))
        return truths

    def _crossings(self) -> list[Truth]:
        table, streets = self._ground.town.table("intersections"), self._ground.town.table("streets")
        names, ids = streets.text("name"), table.text("street_ids")
        towns = table.text("municipality")
        pairs: dict[tuple[str, str], list[tuple[int, str, str]]] = defaultdict(list)
        for row in range(len(table)):
            roads = [names[s] or "" for s in json.loads(ids[row] or "[]") if self._ground.is_road(s)]
            for at, one in enumerate(roads):
                for other in roads[at + 1 :]:
                    low, high = sorted((street_key(one), street_key(other)))
                    if low != high:
                        pairs[low, high].append((row, one, other))
        truths = []
        for found in pairs.values():
            by_town: dict[str, list[tuple[int, str, str]]] = defaultdict(list)
            for entry in found:
                by_town[towns[entry[0]] or ""].append(entry)
            for place, entries in by_town.items():
                points = [(float(table.x[row]), float(table.y[row])) for row, _, _ in entries]
                if _spread_m(points) > _TWIN_M or (len(by_town) > 1 and not place):
                    self.left_out["crossing met at several places"] += 1
                    continue
                _, one, other = entries[0]
                behind = f", {place}" if len(by_town) > 1 else ""
                truths.append(Truth("", (one, other), behind, *points[0], self._tolerance("crossing"), place))
        return truths

    def _tolerance(self, kind: str) -> float:
        return float(self._ground.table["tolerance_m"][kind])


def _spread_m(points: _Points) -> float:
    """Return the largest distance of points from the first, metres."""
    return max(math.dist(points[0], point) for point in points)


def named_makers(ground: Ground, named: Named) -> dict[str, Maker]:
    """Return the makers of callers who name a thing, by kind and variant: ``address/typo``.

    Parameters
    ----------
    ground
        The town.
    named
        What can be named there.
    """
    makers: dict[str, Maker] = {}
    for kind in ("address", "place", "crossing"):
        for variant in ("exact", *GARBLES):
            makers[f"{kind}/{variant}"] = _maker(ground, named, kind, variant)
    makers["locality"] = _in_town(named)
    return makers


def _maker(ground: Ground, named: Named, kind: str, variant: str) -> Maker:
    def make(rng: Random) -> Caller | None:
        truths = named.list_truths(kind)
        truth = rng.choice(truths) if truths else None
        names = _garbled(ground, rng, truth.names, variant) if truth else None
        if truth is None or names is None:
            return None
        said = fill(ground, rng, "crossing", one=names[0], other=names[1]) if kind == "crossing" else names[0]
        text = f"{truth.before}{said}{truth.behind}"
        return Caller(text, truth.x, truth.y, truth.tolerance_m, truth.names)

    return make


def _garbled(ground: Ground, rng: Random, names: tuple[str, ...], variant: str) -> tuple[str, ...] | None:
    """Garble names: one slip in one of them, or two in one name and one in each of two."""
    if variant == "exact":
        return names
    if variant == "two_typos" and len(names) > 1:
        said = [GARBLES["typo"](name, rng, ground.index) for name in names]
    elif variant == "typo" and len(names) > 1:
        which = rng.randrange(len(names))
        said = [GARBLES[variant](n, rng, ground.index) if at == which else n for at, n in enumerate(names)]
    else:
        said = [GARBLES[variant](name, rng, ground.index) for name in names]
        if variant == "abbreviated" and any(said):  # a name without short forms stays
            said = [text or name for text, name in zip(said, names, strict=True)]
    return tuple(text for text in said if text) if all(said) else None


def _in_town(named: Named) -> Maker:
    """Make callers who say the town as well."""

    def make(rng: Random) -> Caller | None:
        kind = rng.choice(["address", "place", "crossing"])
        truths = named.list_truths(kind)
        truth = rng.choice(truths) if truths else None
        if truth is None or not truth.municipality:
            return None
        said = " & ".join(truth.names)
        behind = rng.choice([", {}", " in {}"]).format(truth.municipality)
        names = (*truth.names, truth.municipality)
        return Caller(f"{truth.before}{said}{behind}", truth.x, truth.y, truth.tolerance_m, names)

    return make
