"""The town's turn restrictions as sequences of arcs that may not be driven one after another.

References
----------
OSM wiki: Relation:restriction, Conditional_restrictions.
"""

from __future__ import annotations

import json
from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from geo_dispatch.routing.bearings import arc_bearings
from geo_dispatch.routing.conditions import Situation, holds, read_conditional
from geo_dispatch.town.network import Network
from geo_dispatch.town.town import Town

__all__ = ["ArcSequence", "Restrictions", "TurnRule", "UnmappedRule"]

ArcSequence = tuple[int, ...]
"""Arcs driven one after another, two or more."""

_LOOK_M = 20.0
_TARGET_DEG = {"left": -90.0, "right": 90.0, "straight": 0.0, "u": 180.0}
_FITS_DEG = 60.0
"""Of several turns between two ways, those that differ less than this from the kind's are meant, or else the nearest."""


@dataclass(frozen=True, slots=True)
class TurnRule:
    """One turn restriction, mapped to the network.

    Attributes
    ----------
    restriction_id, kind
        Relation id, and ``no_left_turn`` and the like.
    applies_to
        The vehicle it is for; None for all.
    exempt
        The vehicles it does not hold for.
    conditional
        When it holds; None always.
    forbidden
        Sequences of arcs that it forbids; none where one-way roads leave nothing to forbid.
    """

    restriction_id: int
    kind: str
    applies_to: str | None
    exempt: frozenset[str]
    conditional: str | None
    forbidden: tuple[ArcSequence, ...]

    def binds(self, situation: Situation) -> bool:
        """Tell whether a vehicle must obey it: what can't be known (snow, school days) binds; no time given does not."""
        classes = situation.profile.classes
        if self.exempt & classes or not (self.applies_to is None or self.applies_to in classes):
            return False
        if self.conditional is None:
            return True
        parts = read_conditional(self.conditional)
        binding = not any(part.value == self.kind for part in parts)
        for part in parts:
            held = holds(part.condition, situation)
            if part.value == self.kind:
                binding = binding or held is True or (held is None and situation.at is not None)
            elif held is True:
                binding = False
        return binding


@dataclass(frozen=True, slots=True)
class UnmappedRule:
    """A turn restriction that could not be put on the network, and why."""

    restriction_id: int
    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class _Relation:
    """The rows of the table that are one rule."""

    restriction_id: int
    kind: str
    applies_to: str | None
    exempt: str | None
    conditional: str | None
    complete: bool
    from_ways: tuple[int, ...]
    via_node: int
    via_ways: tuple[int, ...]
    to_ways: tuple[int, ...]


class Restrictions:
    """The turn restrictions of a town, put on its network once.

    Parameters
    ----------
    town
        The town.

    Attributes
    ----------
    rules
        Those that could be mapped.
    unmapped
        Those that could not, each with the reason.
    """

    def __init__(self, town: Town) -> None:
        relations = _relations(town)
        mapper = _Mapper(town.network) if relations else None
        rules: list[TurnRule] = []
        unmapped: list[UnmappedRule] = []
        for relation in relations:
            assert mapper is not None
            try:
                forbidden = tuple(sorted(mapper.sequences(relation)))
            except _CannotMapError as reason:
                unmapped.append(UnmappedRule(relation.restriction_id, relation.kind, str(reason)))
                continue
            exempt = frozenset(word.strip() for word in (relation.exempt or "").split(";") if word.strip())
            rules.append(
                TurnRule(
                    relation.restriction_id, relation.kind, relation.applies_to, exempt, relation.conditional, forbidden
                )
            )
        self.rules, self.unmapped = tuple(rules), tuple(unmapped)

    def binding(self, situation: Situation) -> tuple[TurnRule, ...]:
        """Return the rules that a vehicle must obey now."""
        return tuple(rule for rule in self.rules if rule.binds(situation))


def _relations(town: Town) -> list[_Relation]:
    table = town.table("turn_restrictions")
    kind, applies_to, exempt = table.text("kind"), table.text("applies_to"), table.text("except_vehicles")
    conditional = table.text("conditional")
    columns = {
        name: table.numbers(name) for name in ("restriction_id", "from_osmid", "via_node", "to_osmid", "complete")
    }
    groups: dict[tuple[int, str | None, str | None], list[int]] = defaultdict(list)
    for row in range(len(table)):
        groups[int(columns["restriction_id"][row]), kind[row], applies_to[row]].append(row)
    found = []
    for (identity, kind_of, vehicle), rows in groups.items():
        first = rows[0]
        found.append(
            _Relation(
                restriction_id=identity,
                kind=kind_of or "",
                applies_to=vehicle,
                exempt=exempt[first],
                conditional=conditional[first],
                complete=all(bool(columns["complete"][row]) for row in rows),
                from_ways=tuple(dict.fromkeys(int(columns["from_osmid"][row]) for row in rows)),
                via_node=int(columns["via_node"][first]),
                via_ways=tuple(json.loads(table.text("via_osmids")[first] or "[]")),
                to_ways=tuple(dict.fromkeys(int(columns["to_osmid"][row]) for row in rows)),
            )
        )
    return found


class _CannotMapError(Exception):
    """Why a restriction can't be put on the network."""


class _Mapper:
    """Finds the arcs that turn restrictions speak of."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.bearings = arc_bearings(network, look_m=_LOOK_M)
        osmid = network.segments.numbers("osmid")[network.arc_segment]
        self._order = np.argsort(osmid, kind="stable")
        self._sorted = osmid[self._order]
        nodes = np.argsort(network.node_osmid, kind="stable")
        self._node_order, self._node_sorted = nodes, np.asarray(network.node_osmid)[nodes]

    def sequences(self, relation: _Relation) -> set[ArcSequence]:
        """Return the sequences of arcs that a restriction forbids."""
        if relation.kind.endswith("_on_red"):
            raise _CannotMapError("it forbids turning on red only")
        if not relation.complete:
            raise _CannotMapError("its ways and nodes are not all in the data, or it is malformed")
        for way in (*relation.from_ways, *relation.via_ways, *relation.to_ways):
            if not len(self._arcs(way)):
                raise _CannotMapError(f"way {way} is no road of the town file")
        chains = self._over_ways(relation) if relation.via_ways else self._at_node(relation)
        chains = self._fitting(chains, relation.kind)
        if relation.kind.startswith("no_"):
            return chains
        if not chains:
            raise _CannotMapError("one-way roads leave no way to do what it demands")
        return self._all_others(chains)

    def _arcs(self, way: int) -> list[int]:
        begin, end = np.searchsorted(self._sorted, [way, way + 1])
        return [int(arc) for arc in self._order[begin:end]]

    def _at_node(self, relation: _Relation) -> set[ArcSequence]:
        network = self.network
        place = int(np.searchsorted(self._node_sorted, relation.via_node))
        if place >= len(self._node_sorted) or self._node_sorted[place] != relation.via_node:
            raise _CannotMapError(f"node {relation.via_node} is no node of the town file's roads")
        node = int(self._node_order[place])
        for way in (*relation.from_ways, *relation.to_ways):
            if not any(node in (network.arc_from[arc], network.arc_to[arc]) for arc in self._arcs(way)):
                raise _CannotMapError(f"way {way} does not meet node {relation.via_node}")
        entering = [arc for way in relation.from_ways for arc in self._arcs(way) if network.arc_to[arc] == node]
        leaving = [arc for way in relation.to_ways for arc in self._arcs(way) if network.arc_from[arc] == node]
        return {(a, b) for a in entering for b in leaving}

    def _over_ways(self, relation: _Relation) -> set[ArcSequence]:
        network = self.network
        via = {arc for way in relation.via_ways for arc in self._arcs(way)}
        meets = {int(network.arc_from[arc]) for arc in via} | {int(network.arc_to[arc]) for arc in via}
        for way in (*relation.from_ways, *relation.to_ways):
            ends = {int(n) for arc in self._arcs(way) for n in (network.arc_from[arc], network.arc_to[arc])}
            if not ends & meets:
                raise _CannotMapError(f"way {way} does not meet the ways between")
        entering = [a for way in relation.from_ways for a in self._arcs(way) if int(network.arc_to[a]) in meets]
        leaving = [b for way in relation.to_ways for b in self._arcs(way) if int(network.arc_from[b]) in meets]
        chains = set()
        for a in entering:
            for b in leaving:
                between = self._along(via, int(network.arc_to[a]), int(network.arc_from[b]))
                used = {int(network.segments.numbers("osmid")[network.arc_segment[arc]]) for arc in between or ()}
                if between and used == set(relation.via_ways):
                    chains.add((a, *between, b))
        return chains

    def _along(self, allowed: set[int], start: int, end: int) -> list[int] | None:
        """Return the fewest arcs from one node to another among those allowed; None when there is no way."""
        came: dict[int, int] = {}
        waiting = deque([start])
        while waiting and end not in came:
            node = waiting.popleft()
            for arc in self.network.arcs_from(node):
                head = int(self.network.arc_to[arc])
                if arc in allowed and head not in came and head != start:
                    came[head] = arc
                    waiting.append(head)
        if end not in came:
            return None
        arcs: list[int] = []
        while end != start:
            arcs.append(came[end])
            end = int(self.network.arc_from[came[end]])
        return arcs[::-1]

    def _fitting(self, chains: Iterable[ArcSequence], kind: str) -> set[ArcSequence]:
        """Keep the chains that turn as the kind says, where a way passes through and so gives several."""
        all_chains = set(chains)
        target = _TARGET_DEG.get(kind.split("_")[1] if "_" in kind else "")
        if len(all_chains) < 2 or target is None:
            return all_chains
        off = {chain: abs((self._turn_deg(chain) - target + 180.0) % 360.0 - 180.0) for chain in all_chains}
        nearest = min(off.values())
        return {chain for chain, degrees in off.items() if degrees <= max(nearest + 1.0, _FITS_DEG)}

    def _turn_deg(self, chain: ArcSequence) -> float:
        return float(self.bearings.leaving_deg[chain[-1]] - self.bearings.arriving_deg[chain[0]])

    def _all_others(self, chains: set[ArcSequence]) -> set[ArcSequence]:
        """Return what is left when only these chains may be driven from where they start."""
        wanted: dict[ArcSequence, set[int]] = defaultdict(set)
        for chain in chains:
            for length in range(1 if len(chain) == 2 else 2, len(chain)):
                wanted[chain[:length]].add(chain[length])
        return {
            (*begun, arc)
            for begun, allowed in wanted.items()
            for arc in self.network.arcs_from(int(self.network.arc_to[begun[-1]]))
            if arc not in allowed
        }
