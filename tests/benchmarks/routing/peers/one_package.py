"""Ask one package everything on one graph, in a process of its own; answers into a file, figures as JSON beside it.

Usage: python one_package.py PACKAGE GRAPH.npz TASKS.npz ANSWERS.npz SECONDS SIDES      (SIDES of matrices: 300,1000)

It needs numpy and the package, and the project only where the package is the project.
"""

from __future__ import annotations

import importlib
import itertools
import json
import resource
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[4]))

from tests.benchmarks.routing.peers.graphs import Ints, Plain
from tests.benchmarks.routing.peers.tasks import NEAREST, Tasks

WHERE = {
    "ours": "tests.benchmarks.routing.peers.ours:Ours",
    "ours-plain": "tests.benchmarks.routing.peers.ours_plain:OursPlain",
    "networkx": "tests.benchmarks.routing.peers.packages:Networkx",
    "scipy": "tests.benchmarks.routing.peers.packages:Scipy",
    "rustworkx": "tests.benchmarks.routing.peers.packages:Rustworkx",
    "networkit": "tests.benchmarks.routing.peers.packages:Networkit",
    "pandana": "tests.benchmarks.routing.peers.packages:Pandana",
    "routingkit-cch": "tests.benchmarks.routing.peers.packages:RoutingkitCch",
    "osrm-ch": "tests.benchmarks.routing.peers.osrm_engine:OsrmCh",
    "osrm-mld": "tests.benchmarks.routing.peers.osrm_engine:OsrmMld",
    "valhalla": "tests.benchmarks.routing.peers.valhalla_engine:Valhalla",
}


def holds_mb() -> float:
    """Return the memory that this process holds now, MB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6


def processor_s() -> float:
    """Return the seconds of processor that this process and the tools it ran have taken."""
    tools = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + tools.ru_utime + tools.ru_stime


def timed(call: Callable[[], Any]) -> tuple[float, Any]:
    """Return the seconds of processor that a call took, and its answer."""
    start = processor_s()
    answer = call()
    return processor_s() - start, answer


def most_mb() -> float:
    """Return the most memory that this process has held since `forget_most`, or that a tool it ran has held, MB."""
    status = Path("/proc/self/status").read_text()
    own = int(status.partition("VmHWM:")[2].split()[0]) * 1024 / 1e6
    return max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 / 1e6)


def forget_most() -> None:
    """Let `most_mb` count from here on: what was compiled before does not count."""
    Path("/proc/self/clear_refs").write_text("5")


class Clock:
    """Times calls by the processor until a budget is spent; the first is asked twice, and the second time counts, unless once is all that fits."""

    def __init__(self, budget_s: float) -> None:
        self._budget_s = budget_s

    def each(self, calls: Iterable[Callable[[], Any]]) -> tuple[list[float], list[Any]]:
        """Return milliseconds and answers of the calls that fitted."""
        began, took, answers = time.perf_counter(), [], []
        for number, call in enumerate(calls):
            seconds, answer = timed(call)
            if number == 0 and seconds <= self._budget_s:
                seconds, answer = timed(call)
            answers.append(answer)
            took.append(seconds * 1000)
            if time.perf_counter() - began > self._budget_s:
                break
        return took, answers


def figures(took: list[float]) -> dict[str, float]:
    """Return median and 95th percentile, and how often it was asked."""
    return {"p50_ms": float(np.median(took)), "p95_ms": float(np.percentile(took, 95)), "n": len(took)}


def main() -> None:
    """Ask everything."""
    name, graph_file, tasks_file, answers_file, budget, sides = sys.argv[1:7]
    module, _, attribute = WHERE[name].partition(":")
    graph, tasks = Plain.load(Path(graph_file)), Tasks.load(Path(tasks_file))
    kind = getattr(importlib.import_module(module), attribute)
    importlib.import_module(kind.needs)
    getattr(kind, "prepare", lambda: None)()
    forget_most()
    before, clock = holds_mb(), Clock(float(budget))
    made_s, package = timed(lambda: kind(graph, tasks.ends) if getattr(kind, "wants_ends", False) else kind(graph))
    answers: dict[str, np.ndarray] = {}
    found: dict[str, Any] = {
        "package": name,
        "rounded_share": getattr(kind, "rounded_share", 0.0),
        "made_s": made_s,
        "made_most_mb": most_mb() - before,
        "made_mb": holds_mb() - before,
    }

    took, routes = clock.each([lambda a=int(a), b=int(b): package.route(a, b) for a, b in tasks.pairs])
    found["route"] = figures(took)
    answers["route"] = np.asarray([seconds for seconds, _ in routes])
    answers["route_sum"] = np.asarray([_along(graph, path) for _, path in routes])

    took, times = clock.each(
        [lambda u=u, c=int(c): package.units(u, c) for u, c in zip(tasks.units, tasks.calls, strict=True)]
    )
    found["units"] = figures(took)
    answers["units"] = np.asarray(times)

    if hasattr(package, "sweep"):
        getattr(package, "prepare_sweep", lambda: None)()
        took, times = clock.each([lambda: package.sweep(tasks.stations, NEAREST)] * 5)
        found["sweep"] = figures(took)
        answers["sweep"] = np.asarray(times[0])

    for side in map(int, sides.split(",")):
        answers[f"matrix_{side}"], found[f"matrix_{side}"] = _matrix(
            package, tasks.origins[:side], tasks.destinations[:side], float(budget)
        )

    took, detours = [], []
    began = time.perf_counter()
    for (a, b), link in zip(tasks.pairs, tasks.closed, strict=True):
        seconds, detour = timed(package.closure(int(link), int(a), int(b)))
        detours.append(detour)
        took.append(seconds * 1000)
        package.reopen()
        if time.perf_counter() - began > float(budget):
            break
    found["closure"] = figures(took)
    answers["closure"] = np.asarray(detours)
    found["notes"] = getattr(package, "notes", dict)()
    found["all_mb"] = most_mb() - before
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


def _matrix(package: Any, origins: Ints, destinations: Ints, budget_s: float) -> tuple[np.ndarray, dict[str, float]]:
    """Ask for as many rows as a quick trial of four says will fit; the figure is scaled to all."""
    took, times = timed(lambda: package.matrix(origins[:4], destinations))
    rows = int(min(len(origins), max(4, 4 * budget_s / max(took, 1e-9))))
    if rows > 4 or took < budget_s:  # else the trial is all that fits
        took, times = timed(lambda: package.matrix(origins[:rows], destinations))
    scaled = took * 1000 * len(origins) / rows
    return np.asarray(times), {"p50_ms": scaled, "p95_ms": scaled, "n": rows}


if __name__ == "__main__":
    main()
