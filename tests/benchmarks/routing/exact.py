"""Routing on built towns: every time equals an independent search's, and every turn restriction is obeyed.

Usage: python tests/benchmarks/routing/exact.py TOWN.gpkg ... [--times 10000] [--seed 1]

For each town: times between random points for every vehicle profile, half of them around random closures (one-way closures and
closures to through traffic among them), by matrix, transposed matrix, many-to-one and single routes, against networkx's Dijkstra on a
turn-expanded graph of its own making; then a car is driven along every trip that a restriction forbids. Restrictions that could not be
put on the roads are listed with the reason. Ends with code 1 if anything differs by more than 1e-6 s, or is broken.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from geo_dispatch.routing import RoadPoint, RoadPoints, RoadSearch, Router, list_profiles
from geo_dispatch.routing.vehicles import NOTHING_CLOSED
from geo_dispatch.town.store import open_town
from geo_dispatch.town.town import Town
from tests.routing.obeyed import check_town
from tests.routing.vehicle_oracle import oracle_of, random_blockage

TOLERANCE_S = 1e-6
_ROWS = 6


def random_points(town: Town, usable: np.ndarray, count: int, rng: np.random.Generator) -> list[RoadPoint]:
    """Draw points on usable roads, two in eight at an end of a segment."""
    found = []
    for segment in rng.choice(np.flatnonzero(usable), count).tolist():
        length = float(town.network.segment_length_m[segment])
        found.append(RoadPoint(segment, float(rng.choice([0.0, length, *rng.uniform(0, length, 6)]))))
    return found


def largest_difference_s(ours: np.ndarray, theirs: np.ndarray) -> float:
    """Return the largest difference; inf where only one of them has a way."""
    if not np.array_equal(np.isfinite(ours), np.isfinite(theirs)):
        return math.inf
    both = np.isfinite(ours)
    return float(np.abs(ours[both] - theirs[both]).max(initial=0.0))


def compare(search: RoadSearch, expected: np.ndarray, origins: list[RoadPoint], destinations: list[RoadPoint]) -> float:
    """Return the largest difference of all kinds of search to expected times."""
    starts, ends = RoadPoints.of(origins), RoadPoints.of(destinations)
    few = min(3, len(destinations))
    differences = [
        largest_difference_s(search.matrix(starts, ends)[0], expected),
        largest_difference_s(search.matrix(starts, RoadPoints.of(destinations[:few]))[0], expected[:, :few]),
    ]
    for column in range(few):
        to_one = search.many_to_one(starts, destinations[column])
        differences.append(largest_difference_s(to_one, expected[:, column]))
        path = search.one_to_one(origins[0], destinations[column])
        one = np.asarray([math.inf if path is None else path.time_s])
        differences.append(largest_difference_s(one, expected[:1, column]))
    return max(differences)


def check_times(town: Town, times: int, seed: int) -> float:
    """Compare times of every profile, print them, and return the largest difference in seconds."""
    router, rng = Router(town), np.random.default_rng(seed)
    profiles = list_profiles()
    columns = max(1, math.ceil(times / (len(profiles) * 2 * _ROWS)))
    worst, compared, without_way = 0.0, 0, 0
    for profile in profiles:
        vehicle = router.vehicle(profile)
        rules = [s for rule in router.restrictions.binding(vehicle.situation) for s in rule.forbidden]
        largest = 0.0
        for blockage in (NOTHING_CLOSED, random_blockage(town.network, rng, share=0.01)):
            search = vehicle.search(blockage)
            usable = search.graph.usable_segments()
            origins, destinations = (random_points(town, usable, n, rng) for n in (_ROWS, columns))
            oracle = oracle_of(town.network, vehicle, rules, blockage)
            expected = np.asarray([oracle.times_s(origin, destinations) for origin in origins])
            largest = max(largest, compare(search, expected, origins, destinations))
            compared += expected.size
            without_way += int(np.isinf(expected).sum())
        print(f"  {profile:14} largest difference {largest:.1e} s", flush=True)
        worst = max(worst, largest)
    print(
        f"  {compared} times ({without_way} without a way), half around random closures: largest difference {worst:.1e} s"
    )
    return worst


def check_restrictions(town: Town) -> None:
    """Drive what restrictions forbid, and list those that could not be mapped."""
    restrictions = Router(town).restrictions
    total = len(restrictions.rules) + len(restrictions.unmapped)
    print(f"  {total} turn restrictions, {len(restrictions.rules)} on the roads: ", end="", flush=True)
    counted = check_town(town)
    print(", ".join(f"{count} {what}" for what, count in counted.items()) + ", 0 broken")
    by_reason: dict[str, list[str]] = {}
    for rule in restrictions.unmapped:
        by_reason.setdefault(rule.reason, []).append(f"r{rule.restriction_id} {rule.kind}")
    for reason, rules in sorted(by_reason.items()):
        print(f"    not mapped: {reason}: {', '.join(rules)}")
    nothing = [f"r{rule.restriction_id} {rule.kind}" for rule in restrictions.rules if not rule.forbidden]
    if nothing:
        print(f"    nothing to forbid, since one-way roads do it already: {', '.join(nothing)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("towns", nargs="+", type=Path)
    parser.add_argument("--times", type=int, default=10_000, help="Times to compare for each town.")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    worst = 0.0
    for path in options.towns:
        town = open_town(path)
        network = town.network
        began = time.perf_counter()
        print(f"\n{town.meta.name} ({path.name}): {network.node_count} nodes, {network.arc_count} edges")
        worst = max(worst, check_times(town, options.times, options.seed))
        check_restrictions(town)
        print(f"  checked in {time.perf_counter() - began:.0f} s")
    sys.exit(1 if worst > TOLERANCE_S else 0)


if __name__ == "__main__":
    main()
