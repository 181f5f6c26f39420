"""The independent search for a vehicle of a router, closures and all."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from geo_dispatch.routing import RoadPoint
from geo_dispatch.routing.access import OPEN
from geo_dispatch.routing.graph import RoadGraph, make_graph
from geo_dispatch.routing.turn_costs import TurnCosts
from geo_dispatch.routing.vehicles import NOTHING_CLOSED, Blockage, Vehicle
from geo_dispatch.town.network import Network
from tests.routing.turn_oracle import TurnOracle


@dataclass
class ClosedOracle:
    """Searches around what is closed: under the rules of the open roads, and with those settled anew where that leaves no way."""

    shut: TurnOracle
    open_roads: TurnOracle
    settled_anew: TurnOracle

    def times_s(self, origin: RoadPoint, destinations: list[RoadPoint]) -> list[float]:
        """Return the seconds from one point to each of others, inf where there is no way."""
        rows = (oracle.times_s(origin, destinations) for oracle in (self.shut, self.open_roads, self.settled_anew))
        return [
            anew if math.isinf(shut) and math.isfinite(before) else shut
            for shut, before, anew in zip(*rows, strict=True)
        ]


def oracle_of(
    network: Network, vehicle: Vehicle, rules: list[tuple[int, ...]], blockage: Blockage = NOTHING_CLOSED
) -> ClosedOracle:
    """Make the oracle of a vehicle that must obey some forbidden sequences."""
    costs = TurnCosts(network)
    factors = vehicle.profile.turns
    first = costs.pairs.first_pair
    free, forced = (costs.seconds(factors, forced=np.full(len(costs.pairs.before), value)) for value in (False, True))
    after = costs.pairs.after

    def pair(a: int, b: int) -> int:
        row = int(first[a]) + b - int(network.first_arc[network.arc_to[a]])
        assert int(after[row]) == b
        return row

    through = ((np.asarray(vehicle.use.segment_use) == OPEN) & ~vehicle.too_small)[network.arc_segment]

    def oracle(graph: RoadGraph) -> TurnOracle:
        return TurnOracle(
            graph,
            lambda a, b, only_way: float((forced if only_way else free)[pair(a, b)]),
            lambda a, b: a != b and int(network.arc_segment[a]) == int(network.arc_segment[b]),
            rules,
            through,
        )

    use, turns = vehicle._rules_left(frozenset())
    made = {"turns": turns, "time_s": vehicle._time_s, "local_only": blockage.local_only}
    before = make_graph(network, use, **made)  # type: ignore[arg-type]
    anew = make_graph(network, use, closed=blockage.closed, **made)  # type: ignore[arg-type]
    usable = np.ones(network.arc_count, dtype=bool)
    usable[blockage.closed] = False
    shut = replace(before, arc_time_s=np.where(usable, before.arc_time_s, np.inf))
    if not len(blockage.closed):
        only = oracle(before)
        return ClosedOracle(only, only, only)
    return ClosedOracle(oracle(shut), oracle(before), oracle(anew))


def random_blockage(network: Network, rng: np.random.Generator, *, share: float = 0.01) -> Blockage:
    """Close some segments both ways, some arcs one way, and let some others serve local traffic only."""
    count = max(1, int(network.segment_count * share))
    segments = rng.choice(network.segment_count, size=count, replace=False)
    both = np.concatenate([network.segment_forward_arc[segments], network.segment_backward_arc[segments]])
    one_way = rng.choice(network.arc_count, size=max(1, count // 4), replace=False)
    local = rng.choice(network.arc_count, size=max(1, count // 2), replace=False)
    closed = np.unique(np.concatenate([both[both >= 0], one_way])).astype(np.int64)
    return Blockage(closed, np.unique(local).astype(np.int64))
