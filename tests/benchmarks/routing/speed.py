"""How long routing on built towns takes, with ratios to networkx and to scipy's plain call in the same run.

Usage: python tests/benchmarks/routing/speed.py TOWN.gpkg ... [--rounds 60] [--profile engine]

Warm times of the processor (other work on the machine does not count), on random positions: a route with its path, what it avoided and its warnings; its directions; 12 units to a call; a closure
in words to the next whole answer, and to the next 12 times; a 100 x 1,000 matrix. The closures are stretches of random streets, each new. The
peers search the same turn-expanded graph: networkx with its own Dijkstra (early exit at the goal), scipy by one plain call for one origin,
with predecessors. A ratio above 1 says how many times longer the peer took.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import networkx as nx
import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from geo_dispatch.directions import directions
from geo_dispatch.errors import ClosureError, GeoDispatchError
from geo_dispatch.geometry import LonLat
from geo_dispatch.routing import Router, warm
from geo_dispatch.routing.graph import RoadGraph
from geo_dispatch.town.store import open_town
from geo_dispatch.town.town import Town

UNITS = 12


def timed_ms(action: Callable[[], object]) -> float:
    begin = time.process_time()
    action()
    return (time.process_time() - begin) * 1e3


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
    return f"p50 {statistics.median(times_ms):8.2f} ms   p95 {np.quantile(times_ms, 0.95):8.2f} ms"


def told(what: str, times_ms: list[float], peers: dict[str, float]) -> None:
    ratios = "".join(f"   {peer} takes {ms / statistics.median(times_ms):.1f} times that" for peer, ms in peers.items())
    print(f"  {what:36} {quantiles(times_ms)}{ratios}", flush=True)


def answered(ask: Callable[[], object]) -> float | None:
    """Return the time of a question that has an answer."""
    begin = time.process_time()
    try:
        ask()
    except GeoDispatchError:
        return None
    return (time.process_time() - begin) * 1e3


def stretches(town: Town, seed: int) -> Iterator[str]:
    """Yield stretches of random streets between two crossings, as people write them."""
    rng = np.random.default_rng(seed)
    scout = Router(town)  # the one that is timed must not know them
    streets, network = town.table("streets"), town.network
    names = streets.text("name")
    while True:
        row = int(rng.integers(len(streets)))
        segments = town.street_segments(row)
        if len(segments) < 3 or names[row] is None:
            continue
        nodes = np.union1d(network.segment_from[segments], network.segment_to[segments])
        touching = np.flatnonzero(np.isin(network.segment_from, nodes) | np.isin(network.segment_to, nodes))
        others = {names[s] for s in network.segment_street[touching].tolist() if s >= 0} - {names[row], None}
        if len(others) < 2:
            continue
        start, end = rng.choice(sorted(others), 2, replace=False)  # type: ignore[type-var]
        spec = f"{names[row]} from {start} to {end}"
        try:
            scout.closed_roads([spec])
        except ClosureError:
            continue
        yield spec


def networkx_graph(graph: RoadGraph) -> nx.DiGraph:
    """Return the states and links as networkx holds them."""
    links = graph.forward
    tails = np.repeat(np.arange(graph.state_count), np.diff(links.first))
    model: nx.DiGraph = nx.DiGraph()
    model.add_weighted_edges_from(zip(tails.tolist(), links.head.tolist(), links.weight_s.tolist(), strict=True))
    return model


def peers_ms(graph: RoadGraph, rounds: int) -> dict[str, float]:
    """Return the median milliseconds of one search from state to state, by networkx and by scipy's plain call."""
    links, rng = graph.forward, np.random.default_rng(5)
    matrix = csr_array((links.weight_s, links.head, links.first), shape=(graph.state_count, graph.state_count))
    starts = rng.choice(np.flatnonzero(np.diff(links.first)), (rounds, 2))
    plain = [timed_ms(lambda a=a: dijkstra(matrix, indices=int(a), return_predecessors=True)) for a, _ in starts]  # type: ignore[misc]
    model = networkx_graph(graph)
    slow = []
    for a, b in starts[: max(5, rounds // 6)].tolist():
        begin = time.process_time()
        try:
            nx.dijkstra_path(model, a, b, weight="weight")
        except nx.NetworkXNoPath:
            continue
        slow.append((time.process_time() - begin) * 1e3)
    return {"networkx": statistics.median(slow), "scipy": statistics.median(plain)}


def measure(path: Path, rounds: int, profile: str) -> None:
    town = open_town(path)
    network = town.network
    warm(town)
    router = Router(town)
    print(f"\n{town.meta.name} ({path.name}), {profile}: {network.node_count} nodes, {network.arc_count} edges")
    first = timed_ms(lambda: router.vehicle(profile))
    graph = router.vehicle(profile).graph
    print(f"  first vehicle made ready in {first:.0f} ms: {graph.state_count} states, {len(graph.forward.head)} links")
    peers = peers_ms(graph, rounds)
    spots = positions(town, 2400, seed=2)
    pairs = list(itertools.pairwise(spots))[: rounds * 3]
    for a, b in pairs[:3]:
        answered(partial(router.route, a, b, profile=profile))
    whole = [ms for a, b in pairs if (ms := answered(partial(router.route, a, b, profile=profile))) is not None]
    told("route, path and remarks", whole, peers)
    paths = []
    for a, b in pairs[:rounds]:
        try:
            paths.append(router.route(a, b, profile=profile))
        except GeoDispatchError:
            continue
    told("its directions", [timed_ms(partial(directions, town, found)) for found in paths], {})
    calls = [(spots[i : i + UNITS], [spots[-1 - i]]) for i in range(rounds)]
    units = [timed_ms(partial(router.matrix, *call, profile=profile)) for call in calls]
    told("12 units to a call", units, {peer: UNITS * ms for peer, ms in peers.items()})
    closing = [
        ms
        for spec, (a, b) in zip(stretches(town, seed=3), pairs[:rounds], strict=False)
        if (ms := answered(partial(router.route, a, b, profile=profile, closures=[spec]))) is not None
    ]
    told("closure in words to the next route", closing, {})
    again = [
        timed_ms(partial(router.matrix, *call, profile=profile, closures=[spec]))
        for spec, call in zip(stretches(town, seed=4), calls, strict=False)
    ]
    told("closure in words to the next 12 times", again, {})
    big = [timed_ms(lambda: router.matrix(spots[:100], spots[200:1200], profile=profile)) for _ in range(2)]
    told("100 x 1,000 matrix", big, {peer: 100 * ms for peer, ms in peers.items()})


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("towns", nargs="+", type=Path)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--profile", default="engine")
    options = parser.parse_args()
    for path in options.towns:
        measure(path, options.rounds, options.profile)


if __name__ == "__main__":
    main()
