"""Ask one package everything on one graph, in a process of its own; answers into a file, figures as JSON beside it.

Usage: python one_package.py PACKAGE GRAPH.npz TASKS.npz ANSWERS.npz SECONDS
"""

from __future__ import annotations

import importlib
import json
import resource
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[4]))

import itertools

from tests.benchmarks.routing.peers.graphs import Plain
from tests.benchmarks.routing.peers.tasks import NEAREST, Tasks

WHERE = {
    "ours": "tests.benchmarks.routing.peers.ours:Ours",
    "networkx": "tests.benchmarks.routing.peers.packages:Networkx",
    "scipy": "tests.benchmarks.routing.peers.packages:Scipy",
    "rustworkx": "tests.benchmarks.routing.peers.packages:Rustworkx",
    "networkit": "tests.benchmarks.routing.peers.packages:Networkit",
    "pandana": "tests.benchmarks.routing.peers.packages:Pandana",
    "routingkit-cch": "tests.benchmarks.routing.peers.packages:RoutingkitCch",
}


def memory_mb() -> float:
    """Return the most memory this process has held, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


class Clock:
    """Times calls until a budget is spent, but at least once after a first call that does not count."""

    def __init__(self, budget_s: float) -> None:
        self._budget_s = budget_s

    def each(self, calls: Iterable[Callable[[], Any]]) -> tuple[list[float], list[Any]]:
        """Return milliseconds and answers of the calls that fitted; the first is asked twice, and timed the second time."""
        began, took, answers = time.perf_counter(), [], []
        for number, call in enumerate(calls):
            if number == 0:
                start = time.perf_counter()
                call()
                if time.perf_counter() - start > self._budget_s:  # too slow to be asked twice
                    took.append((time.perf_counter() - start) * 1000)
                    answers.append(call())
                    break
            start = time.perf_counter()
            answers.append(call())
            took.append((time.perf_counter() - start) * 1000)
            if time.perf_counter() - began > self._budget_s:
                break
        return took, answers


def figures(took: list[float]) -> dict[str, float]:
    """Return median and 95th percentile, and how often it was asked."""
    return {"p50_ms": float(np.median(took)), "p95_ms": float(np.percentile(took, 95)), "n": len(took)}


def main() -> None:
    """Ask everything."""
    name, graph_file, tasks_file, answers_file, budget = sys.argv[1:6]
    module, _, attribute = WHERE[name].partition(":")
    graph, tasks = Plain.load(Path(graph_file)), Tasks.load(Path(tasks_file))
    kind = getattr(importlib.import_module(module), attribute)
    importlib.import_module(kind.needs)
    getattr(kind, "prepare", lambda: None)()
    before, clock = memory_mb(), Clock(float(budget))
    began = time.perf_counter()
    package = kind(graph)
    made_s = time.perf_counter() - began
    answers: dict[str, np.ndarray] = {}
    found: dict[str, Any] = {"package": name, "made_s": made_s, "made_mb": memory_mb() - before}

    took, routes = clock.each([lambda a=int(a), b=int(b): package.route(a, b) for a, b in tasks.pairs])
    found["route"] = figures(took)
    answers["route"] = np.asarray([seconds for seconds, _ in routes])
    answers["route_sum"] = np.asarray([_along(graph, path) for _, path in routes])

    took, times = clock.each(
        [lambda u=u, c=int(c): package.units(u, c) for u, c in zip(tasks.units, tasks.calls, strict=True)]
    )
    found["units"] = figures(took)
    answers["units"] = np.asarray(times)

    getattr(package, "prepare_sweep", lambda: None)()
    took, times = clock.each([lambda: package.sweep(tasks.stations, NEAREST)] * 5)
    found["sweep"] = figures(took)
    answers["sweep"] = np.asarray(times[0])

    answers["matrix"], found["matrix"] = _matrix(package, tasks, float(budget))

    took, detours = [], []
    began = time.perf_counter()
    for (a, b), link in zip(tasks.pairs, tasks.closed, strict=True):
        call = package.closure(int(link), int(a), int(b))
        start = time.perf_counter()
        detours.append(call())
        took.append((time.perf_counter() - start) * 1000)
        package.reopen()
        if time.perf_counter() - began > float(budget):
            break
    found["closure"] = figures(took)
    answers["closure"] = np.asarray(detours)
    found["notes"] = getattr(package, "notes", lambda: {})()
    found["all_mb"] = memory_mb() - before
    np.savez(answers_file, **answers)
    Path(answers_file).with_suffix(".json").write_text(json.dumps(found))  # stdout has what packages print


def _along(graph: Plain, path: list[int]) -> float:
    """Return the seconds along a way, so that a way is checked and not only its time; inf where it leaves the roads."""
    total, first = 0.0, graph.first
    for a, b in itertools.pairwise(path):
        heads = graph.head[first[a] : first[a + 1]]
        place = int(np.searchsorted(heads, b))
        if place == len(heads) or heads[place] != b:
            return float("inf")
        total += float(graph.weight_s[first[a] + place])
    return total


def _matrix(package: Any, tasks: Tasks, budget_s: float) -> tuple[np.ndarray, dict[str, float]]:
    """Ask for as many rows as a quick trial of four says will fit; the figure is scaled to all."""
    start = time.perf_counter()
    few = package.matrix(tasks.origins[:4], tasks.destinations)
    rows = int(min(len(tasks.origins), max(4, 4 * budget_s / max(time.perf_counter() - start, 1e-9))))
    start = time.perf_counter()
    times = few if rows == 4 else package.matrix(tasks.origins[:rows], tasks.destinations)
    if rows == 4:
        package.matrix(tasks.origins[:4], tasks.destinations)
    took = (time.perf_counter() - start) * 1000
    return np.asarray(times), {
        "p50_ms": took * len(tasks.origins) / rows,
        "p95_ms": took * len(tasks.origins) / rows,
        "n": rows,
    }


if __name__ == "__main__":
    main()
