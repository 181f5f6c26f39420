"""What there is to say about a route: what was avoided, and what to know before driving it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from geo_dispatch.routing.access import ENDS, conditional_access_keys
from geo_dispatch.routing.closure_places import ClosedRoads
from geo_dispatch.routing.conditions import value_now
from geo_dispatch.routing.names import RoadNames
from geo_dispatch.routing.path import Avoided, PathPart
from geo_dispatch.routing.search import FoundPath
from geo_dispatch.routing.snap import Snap
from geo_dispatch.routing.vehicles import Blockage, Lift, Vehicle
from geo_dispatch.town.town import Town
from geo_dispatch.units import format_distance

__all__ = ["FAR_SNAP_M", "Obstacle", "Remarks"]

FAR_SNAP_M = 150.0
"""A position farther than this from the road it is driven to gets a warning."""
_WORTH_SAYING_S = 5.0
"""A shorter detour is not mentioned."""
_LISTED = 4
_DANGERS = ("flood", "hazard")
_SEASONS = ("seasonal", "winter_")


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What keeps a vehicle off a road: a closure, a limit, or its being private."""

    kind: Literal["closure", "limit", "private"]
    what: str
    reason: str
    closure_id: str | None = None


class Remarks:
    """Says what there is to say about routes of one town.

    Parameters
    ----------
    town
        The town.
    """

    def __init__(self, town: Town) -> None:
        self._town = town
        self.names = RoadNames(town)

    # --- what was avoided --------------------------------------------------------------------------

    def avoided(
        self,
        vehicle: Vehicle,
        start: Snap,
        end: Snap,
        time_s: float,
        *,
        blockage: Blockage,
        closures: Sequence[ClosedRoads],
    ) -> tuple[Avoided, ...]:
        """Name what a faster way would have used, why it may not be, and the seconds that costs."""
        kinds = self._kinds(vehicle, blockage)
        limit_s = time_s - _WORTH_SAYING_S
        shortcut = self._lifted(vehicle, start, end, blockage, kinds, limit_s) if kinds and limit_s > 0 else None
        if shortcut is None:
            return ()
        met = {obstacle.kind for obstacle in self.obstacles(vehicle, shortcut, closures, kinds)}
        found: list[Avoided] = []
        for kind in kinds if len(met) > 1 else ():
            alone = self._lifted(vehicle, start, end, blockage, (kind,), limit_s)
            if alone is not None:
                found += self._told(vehicle, alone, time_s, closures, (kind,))
        return tuple(found or self._told(vehicle, shortcut, time_s, closures, kinds))

    @staticmethod
    def _kinds(vehicle: Vehicle, blockage: Blockage) -> tuple[Lift, ...]:
        """Return the kinds of rules that keep this vehicle off any road."""
        kinds: dict[Lift, bool] = {
            "closures": not blockage.is_empty,
            "limits": bool(vehicle.too_small.any()),
            "private": bool((vehicle.use.segment_use == ENDS).any()),
        }
        return tuple(kind for kind, any_road in kinds.items() if any_road)

    @staticmethod
    def _lifted(
        vehicle: Vehicle, start: Snap, end: Snap, blockage: Blockage, kinds: tuple[Lift, ...], limit_s: float
    ) -> FoundPath | None:
        """Return the fastest way with some kinds of rules left aside, if it is faster than a limit."""
        search = vehicle.search(blockage, lifted=frozenset(kinds))
        found = search.one_to_one(start.point, end.point, limit_s=limit_s)
        return found if found is not None and found.time_s <= limit_s else None

    def _told(
        self,
        vehicle: Vehicle,
        shortcut: FoundPath,
        time_s: float,
        closures: Sequence[ClosedRoads],
        kinds: tuple[Lift, ...],
    ) -> list[Avoided]:
        detour = round(time_s - shortcut.time_s, 1)
        by_reason: dict[str, dict[str, None]] = {}
        for obstacle in self.obstacles(vehicle, shortcut, closures, kinds):
            by_reason.setdefault(obstacle.reason, {})[obstacle.what] = None
        return [Avoided(" and ".join(names), reason, detour) for reason, names in by_reason.items()]

    def obstacles(
        self, vehicle: Vehicle, path: FoundPath, closures: Sequence[ClosedRoads], kinds: tuple[Lift, ...]
    ) -> list[Obstacle]:
        """Return what a path runs into that the vehicle must keep off, each once, in the order met."""
        found: list[Obstacle] = []
        segments = self._town.network.arc_segment[path.arcs].tolist()
        for place, (arc, segment) in enumerate(zip(path.arcs.tolist(), segments, strict=True)):
            if "closures" in kinds:
                found += [
                    Obstacle("closure", row.closure.label, "closed" if row.closure.kind == "closed" else
                             "closed to through traffic", row.closure.id)
                    for row in closures
                    if row.arcs[min(int(np.searchsorted(row.arcs, arc)), len(row.arcs) - 1)] == arc
                ]  # fmt: skip
            if "limits" in kinds and vehicle.too_small[segment]:
                reason = vehicle.limits.why(segment, vehicle.size, vehicle.profile.name.lower())
                found.append(Obstacle("limit", self.names.road(segment), reason))
            inside = 0 < place < len(segments) - 1
            if "private" in kinds and inside and vehicle.use.segment_use[segment] == ENDS:
                found.append(Obstacle("private", self.names.road(segment), self._why_private(segment)))
        return list(dict.fromkeys(found))

    def _why_private(self, segment: int) -> str:
        segments = self._town.network.segments
        for key in ("motor_vehicle", "access"):
            value = segments.text(key)[segment]
            if value is not None:
                return f"no through traffic ({key}={value})"
        service = segments.text("service")[segment]
        return f"no through traffic ({(service or segments.text('highway')[segment] or 'road').replace('_', ' ')})"

    # --- what to know ------------------------------------------------------------------------------

    def warnings(self, vehicle: Vehicle, start: Snap, end: Snap, parts: tuple[PathPart, ...]) -> tuple[str, ...]:
        """List what to know before driving: far or private ends, unknown limits, fords, floods, gates, rules at times."""
        driven = list(dict.fromkeys(part.segment for part in parts))
        return tuple(
            dict.fromkeys(
                [
                    *self._far_ends(vehicle, start, end),
                    *self._private_and_fords(driven),
                    *self._unposted_bridges(vehicle, driven),
                    *self._at_times(vehicle, driven),
                    *self._gates(vehicle, parts),
                ]
            )
        )

    def _far_ends(self, vehicle: Vehicle, start: Snap, end: Snap) -> list[str]:
        return [
            f"The {what} is {format_distance(snap.distance_m)} from the nearest road that "
            f"{_article(vehicle.profile.name.lower())} can use, {self.names.road(snap.segment)}."
            for snap, what in ((start, "start"), (end, "destination"))
            if snap.distance_m > FAR_SNAP_M
        ]

    def _private_and_fords(self, driven: list[int]) -> list[str]:
        segments = self._town.network.segments
        said: list[str] = []
        for column, only, text in (
            ("access", {"private"}, "{} is private: for the start or end of this trip only."),
            ("ford", None, "{} crosses a ford."),
        ):
            emergency = segments.text("emergency")
            found = segments.text(column).present(driven)
            rows = [s for s, value in found if value != "no" and (only is None or value in only)]
            if only is not None:
                rows = [s for s in rows if emergency[s] in (None, "no")]
            said += [text.format(_capital(self.names.road(s))) for s in rows]
        return said

    def _unposted_bridges(self, vehicle: Vehicle, driven: list[int]) -> list[str]:
        """Name the bridges of unknown strength that a heavy vehicle drives over."""
        size, limit = vehicle.size.weight_t, vehicle.profile.warn_unposted_bridge_from_t
        if limit is None or size is None or size < limit:
            return []
        limits = vehicle.limits
        bridges = [s for s in driven if limits.is_bridge[s] and not np.isfinite(limits.weight_t[s])]
        names = list(dict.fromkeys(self.names.bridge(s) for s in bridges))
        if not names:
            return []
        listed = ", ".join(names[:_LISTED]) + (f" and {len(names) - _LISTED} more" if len(names) > _LISTED else "")
        bridges_said = "a bridge" if len(names) == 1 else f"{len(names)} bridges"
        return [f"No weight limit is on file for {bridges_said} on the way: {listed}; this vehicle has {size:g} t."]

    def _at_times(self, vehicle: Vehicle, driven: list[int]) -> list[str]:
        """Tell of roads that may be closed or flooded now, where that can't be known."""
        column = self._town.network.segments.text("conditional")
        said = []
        for segment, text in column.present(driven):
            tags: dict[str, str] = json.loads(text)
            every = [name for key in vehicle.profile.access_keys for name in conditional_access_keys(key)]
            keys = [key for key in every if key in tags]
            unsure = [key for key in keys if not value_now(tags[key], vehicle.situation)[1]]
            seasons = () if keys and not unsure else _SEASONS  # then the rule itself says when
            told = [*unsure, *(key for key in tags if key.startswith((*_DANGERS, *seasons)))]
            if told:
                rules = "; ".join(f"{key.removesuffix(':conditional').replace('_', ' ')}: {tags[key]}" for key in told)
                road = _capital(self.names.road(segment))
                said.append(f"{road} can't be used at all times ({rules}): ask how it is now.")
        return said

    def _gates(self, vehicle: Vehicle, parts: tuple[PathPart, ...]) -> list[str]:
        network = self._town.network
        barrier = network.nodes.text("barrier")
        nodes = np.asarray(network.arc_to)[[part.arc for part in parts[:-1]]].tolist()
        kinds = dict(barrier.present(nodes))
        return [
            f"There is {_article(kinds[node].replace('_', ' '))} on {self.names.road(part.segment)}."
            for part, node in zip(parts[:-1], nodes, strict=True)
            if kinds.get(node) in vehicle.profile.barrier_mentioned
        ]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _article(noun: str) -> str:
    return f"{'an' if noun[:1] in 'aeiou' else 'a'} {noun}"
