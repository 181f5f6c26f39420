"""Routing on built towns: the same answers as networkx, and how long they take.

Usage: python tests/benchmarks/routing/against_networkx.py TOWN.gpkg ... [--pairs 1000]

For each town: random node pairs routed by the search and by networkx's Dijkstra on the exported graph (largest difference
in seconds), then on random positions the warm time of a route with its path and directions, of 12 origins to one
place, of a 100 x 1000 and a 1000 x 1000 matrix, and of making the router with its index present. Ratios are to networkx in the same run.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import networkx as nx
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from geo_dispatch.directions import directions
from geo_dispatch.errors import GeoDispatchError
from geo_dispatch.geometry import LonLat
from geo_dispatch.routing import Router, warm
from geo_dispatch.town.export import to_networkx
from geo_dispatch.town.store import open_town
from geo_dispatch.town.town import Town
from tests.routing.real_towns import compare


def timed_ms(action: Callable[[], object]) -> float:
    begin = time.perf_counter()
    action()
    return (time.perf_counter() - begin) * 1e3


def positions(town: Town, count: int, seed: int) -> list[LonLat]:
    """Draw positions beside roads."""
    rng = np.random.default_rng(seed)
    network = town.network
    nodes = rng.integers(0, network.node_count, count)
    shift = rng.normal(0, 3e-4, (count, 2))
    return [
        LonLat(float(network.node_lon[n]) + dx, float(network.node_lat[n]) + dy)
        for n, (dx, dy) in zip(nodes, shift, strict=True)
    ]


def quantiles(times_ms: list[float]) -> str:
    return f"p50 {statistics.median(times_ms):7.1f} ms   p95 {np.quantile(times_ms, 0.95):7.1f} ms"


def measure(path: Path, pairs: int) -> None:
    town = open_town(path)
    network = town.network
    warm(town)
    print(
        f"\n{town.meta.name}: {network.node_count} nodes, {network.segment_count} segments, {network.arc_count} edges"
    )
    result = compare(town, pairs, seed=1)
    print(
        f"  {result.pairs} pairs, {result.with_way} with a way: largest difference {result.largest_s:.2e} s, in a matrix {result.largest_matrix_s:.2e} s"
    )
    print(f"  router made in {timed_ms(lambda: Router(town)):.1f} ms")
    router = Router(town)
    print(f"  first profile made ready in {timed_ms(router.search):.1f} ms")
    spots = positions(town, 2200, seed=2)
    routes: list[float] = []
    told: list[float] = []
    for origin, destination in zip(spots[:200], spots[200:400], strict=True):
        begin = time.perf_counter()
        try:
            found = router.route(origin, destination)
        except GeoDispatchError:
            continue
        routes.append((time.perf_counter() - begin) * 1e3)
        told.append(timed_ms(lambda path=found: directions(town, path)))  # type: ignore[misc]
    print(f"  route with path      {quantiles(routes)}   ({len(routes)} of 200 have a way)")
    print(f"  its directions       {quantiles(told)}")
    graph = to_networkx(town)
    osmid = network.node_osmid
    rng = np.random.default_rng(4)
    theirs = []
    for a, b in rng.integers(0, network.node_count, (12, 2)):
        begin = time.perf_counter()
        try:
            nx.dijkstra_path(graph, int(osmid[a]), int(osmid[b]), weight="travel_time")
        except nx.NetworkXNoPath:
            continue
        theirs.append((time.perf_counter() - begin) * 1e3)
    print(
        f"  networkx route       {quantiles(theirs)}   ratio {statistics.median(theirs) / statistics.median(routes):.0f}"
    )
    units = [timed_ms(lambda i=i: router.matrix(spots[i : i + 12], [spots[-1 - i]])) for i in range(30)]  # type: ignore[misc]
    print(f"  12 units to a call   {quantiles(units)}")
    print(f"  100 x 1000 matrix    {timed_ms(lambda: router.matrix(spots[:100], spots[200:1200])) / 1e3:.2f} s")
    print(f"  1000 x 1000 matrix   {timed_ms(lambda: router.matrix(spots[:1000], spots[1000:2000])) / 1e3:.2f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("towns", nargs="+", type=Path)
    parser.add_argument("--pairs", type=int, default=1000)
    options = parser.parse_args()
    for path in options.towns:
        measure(path, options.pairs)


if __name__ == "__main__":
    main()
