"""The hierarchy equals plain search on built towns, bit for bit: random questions, profiles and closures; then random updates.

Usage: python tests/benchmarks/routing/equality.py TOWN.gpkg ... [--times 100000] [--updates 1000] [--seed 1]

For each town: times by matrix, many-to-one and single routes for every vehicle profile, three in four around random closures, by both engines;
then random closures one after another, after each of which the weights must equal a fresh customisation. Ends with code 1 if
anything differs.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from geo_dispatch.routing import Router, list_profiles
from geo_dispatch.routing.hierarchy import HierarchySearch
from geo_dispatch.routing.hierarchy.customise import customise
from geo_dispatch.town.store import open_town
from geo_dispatch.town.town import Town
from tests.routing.equal_engines import compare_engines


def check_updates(town: Town, updates: int, seed: int) -> int:
    """Close random segments and open others, again and again; return after how many the weights were not those of a fresh start."""
    search = Router(town, engine="hierarchy").vehicle("engine").search().engine
    assert isinstance(search, HierarchySearch)
    metrics, topology, network = search.hierarchy.metrics, search.hierarchy.topology, town.network
    rng, wrong, seconds = np.random.default_rng(seed), 0, []
    for _ in range(updates):
        segments = rng.choice(network.segment_count, int(rng.integers(1, 4)))
        arcs = np.concatenate([network.segment_forward_arc[segments], network.segment_backward_arc[segments]])
        closed = np.unique(arcs[arcs >= 0]).astype(np.int64)
        began = time.perf_counter()
        with metrics.using(closed) as metric:
            seconds.append(time.perf_counter() - began)
            up_s, down_s = customise(topology, metric.link_s)
            wrong += metric.up_s.tobytes() != up_s.tobytes() or metric.down_s.tobytes() != down_s.tobytes()
    began = time.perf_counter()
    customise(topology, metrics.base.link_s)
    fresh = time.perf_counter() - began
    middle, late = np.percentile(seconds, [50, 95]) * 1e3
    print(
        f"  {updates} updates, {wrong} unlike a fresh customisation; {middle:.2f} ms, 95% {late:.2f} ms; fresh {fresh * 1e3:.0f} ms"
    )
    return wrong


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("towns", nargs="+", type=Path)
    parser.add_argument("--times", type=int, default=100_000, help="Times to compare for each town.")
    parser.add_argument("--updates", type=int, default=1_000, help="Random updates for each town.")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    wrong, profiles = 0, list_profiles()
    for path in options.towns:
        town = open_town(path)
        began = time.perf_counter()
        print(
            f"\n{town.meta.name} ({path.name}): {town.network.node_count} nodes, {town.network.arc_count} edges",
            flush=True,
        )
        found = compare_engines(town, profiles, queries=-(-options.times // len(profiles)), seed=options.seed, rows=40)
        print(
            f"  {found.queries} times of {len(profiles)} profiles, {found.queries - found.with_way} without a way, "
            f"{found.by_hierarchy / found.queries:.0%} by the hierarchy: {found.differing} differ",
            flush=True,
        )
        wrong += found.differing + check_updates(town, options.updates, options.seed)
        print(f"  checked in {time.perf_counter() - began:.0f} s")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
