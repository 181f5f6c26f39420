"""Callers at things that are no address: exits, mile markers, bridges, the only bank on a street, nicknames."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable
from functools import cached_property
from random import Random

import shapely

from geo_dispatch.audit.callers import Caller, Maker, area_tolerance_m, fill, lead
from geo_dispatch.audit.ground import Ground
from geo_dispatch.locate.normalise import street_key

__all__ = ["spot_makers"]

_Numbered = list[tuple[tuple[str, str], list[tuple[float, float]]]]


def spot_makers(ground: Ground) -> dict[str, Maker]:
    """Return the makers of callers at such things.

    Parameters
    ----------
    ground
        The town.
    """
    spots = _Spots(ground)
    return {
        "exit": spots.exit,
        "mile_marker": spots.mile_marker,
        "bridge": spots.bridge,
        "under_bridge": spots.under_bridge,
        "category": spots.category,
        "nickname": spots.nickname,
    }


class _Spots:
    """Makers of callers at things on file; each method makes one caller or None."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._town = ground.town

    def _tolerance(self, kind: str) -> float:
        return float(self._ground.table["tolerance_m"][kind])

    def _numbered(self, table: str, number: Callable[[int], str]) -> _Numbered:
        """Return the points of the exits or markers of each number and route: there is one on each carriageway."""
        rows = self._town.table(table)
        routes = rows.text("route")
        found: dict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
        for row in range(len(rows)):
            if routes[row] and number(row) and math.isfinite(rows.x[row]):
                found[number(row), routes[row]].append((float(rows.x[row]), float(rows.y[row])))
        return sorted(found.items())

    @cached_property
    def _exits(self) -> _Numbered:
        numbers = self._town.table("exits").text("number")
        return self._numbered("exits", lambda row: numbers[row] or "")

    @cached_property
    def _markers(self) -> _Numbered:
        numbers = self._town.table("mile_markers").numbers("number")
        return self._numbered("mile_markers", lambda row: f"{numbers[row]:g}" if math.isfinite(numbers[row]) else "")

    def _of_route(self, rng: Random, kind: str, pool: _Numbered) -> Caller | None:
        if not pool:
            return None
        (number, route), points = rng.choice(pool)
        apart = max(math.dist(points[0], point) for point in points)
        if apart > self._ground.table["ramps_m"]:
            return None
        text = fill(self._ground, rng, kind, number=number, route=route)
        return Caller(text, *rng.choice(points), self._tolerance(kind) + apart, (number, route))

    def exit(self, rng: Random) -> Caller | None:
        """At a numbered exit, on either carriageway."""
        return self._of_route(rng, "exit", self._exits)

    def mile_marker(self, rng: Random) -> Caller | None:
        """At a mile marker."""
        return self._of_route(rng, "mile_marker", self._markers)

    # --- bridges ---------------------------------------------------------------------------------

    @cached_property
    def _bridges(self) -> list[tuple[int, str, str]]:
        """Return the bridges that can be told apart: segment, street, and the bridge's own name or ""."""
        network, texts = self._town.network, self._town.network.segments
        raised, names = texts.text("bridge"), texts.text("bridge_name")
        of_street: dict[str, list[int]] = defaultdict(list)
        for segment in range(network.segment_count):
            street = int(network.segment_street[segment])
            if raised[segment] and street >= 0:
                of_street[self._ground.street_name(street)].append(segment)
        found = []
        for street_name, segments in of_street.items():
            middles = [self._middle(segment) for segment in segments]
            alone = all(math.dist(middles[0], middle) <= self._tolerance("bridge") for middle in middles)
            for segment in segments:
                name = names[segment] or ""
                if alone or name:
                    found.append((segment, street_name if alone else "", name))
        return found

    def _middle(self, segment: int) -> tuple[float, float]:
        network = self._town.network
        length = float(network.segment_length_m[segment])
        return self._town.projection.to_xy(*network.point_along(segment, length / 2))

    def bridge(self, rng: Random) -> Caller | None:
        """On a bridge."""
        if not self._bridges:
            return None
        network = self._town.network
        segment, street, name = rng.choice(self._bridges)
        length = float(network.segment_length_m[segment])
        at = self._town.projection.to_xy(*network.point_along(segment, rng.random() * length))
        if name and (not street or rng.random() < 0.5):
            text, said = fill(self._ground, rng, "named_bridge", bridge=name), name
        else:
            text, said = fill(self._ground, rng, "on_bridge", street=street), street
        return Caller(lead(self._ground, rng, text), *at, self._tolerance("bridge") + length / 2, (said,))

    def under_bridge(self, rng: Random) -> Caller | None:
        """On a road under a bridge."""
        network = self._town.network
        pool = [entry for entry in self._bridges if entry[1]]
        if not pool:
            return None
        segment, street, _ = rng.choice(pool)
        line = shapely.LineString(network.segment_xy(segment))
        ends = {int(network.segment_from[segment]), int(network.segment_to[segment])}
        for other in sorted(self._ground.road_tree.query(line, predicate="intersects").tolist()):
            if ends & {int(network.segment_from[other]), int(network.segment_to[other])}:
                continue
            met = line.intersection(shapely.LineString(network.segment_xy(other)))
            point = met.representative_point()
            text = fill(self._ground, rng, "under_bridge", street=street)
            return Caller(
                lead(self._ground, rng, text), float(point.x), float(point.y), self._tolerance("bridge"), (street,)
            )
        return None

    # --- kinds and nicknames ---------------------------------------------------------------------

    def category(self, rng: Random) -> Caller | None:
        """At the only place of a kind on a street, or in a town."""
        in_town = rng.random() < self._ground.table["in_town_share"]
        pool = self._ground.places.only_in_town if in_town else self._ground.places.only_on_street
        row = rng.choice(list(pool)) if pool else -1
        kind, where = pool.get(row, ("", ""))
        if not kind or not self._ground.ours(kind, where):
            return None
        places = self._town.table("places")
        tolerance = area_tolerance_m(self._ground, float(places.numbers("area_m2")[row]), "place")
        said = {"kind": kind, "town" if in_town else "street": where}
        text = fill(self._ground, rng, "category_in" if in_town else "category", **said)
        text = text if text.startswith("the ") else lead(self._ground, rng, text)
        return Caller(text, float(places.x[row]), float(places.y[row]), tolerance, (kind, where))

    @cached_property
    def _aliases(self) -> list[int]:
        aliases = self._town.table("aliases")
        kinds = aliases.text("target_kind")
        single = Counter(street_key(text or "") for text in aliases.text("alias"))
        return [
            row
            for row, alias in enumerate(aliases.text("alias"))
            if alias and single[street_key(alias)] == 1 and kinds[row] and math.isfinite(aliases.x[row])
        ]

    def nickname(self, rng: Random) -> Caller | None:
        """At a thing by the name people of the town use: the thing, or a house on it when it is a street."""
        if not self._aliases:
            return None
        row = rng.choice(self._aliases)
        aliases = self._town.table("aliases")
        alias, kind = str(aliases.text("alias")[row]), aliases.text("target_kind")[row]
        if kind not in ("street", "route"):
            text = rng.choice([alias, f"at {alias}"])
            at = (float(aliases.x[row]), float(aliases.y[row]))
            return Caller(text, *at, self._tolerance("nickname") * (3 if kind == "area" else 1), (alias,))
        target = aliases.text("target_id")[row] or ""
        rows = self._town.street_addresses(int(target)) if target.isdigit() else ()
        if not len(rows):
            return None
        addresses, home = self._town.table("addresses"), int(rng.choice(list(rows)))
        number = int(addresses.numbers("number")[home])
        at = (float(addresses.x[home]), float(addresses.y[home]))
        if number <= 0 or not math.isfinite(at[0]):
            return None
        said = alias.removeprefix("the ") if rng.random() < 0.3 else alias
        return Caller(f"{number} {said}", *at, self._tolerance("address"), (alias,))
