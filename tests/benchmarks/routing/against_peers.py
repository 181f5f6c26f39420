"""One table of every shortest-path package on the same graphs: answers checked first, then times, memory and how cost grows.

Usage: python tests/benchmarks/routing/against_peers.py TOWN.gpkg ... [--junctions] [--tiles 3] [--grid 300] [--packages networkx,scipy]
                      [--matrix 300,1000] [--rounds 40] [--seconds 20] [--python PYTHON3.12] [--json table.json]

Times are of the processor, one thread each, so that other work on the machine does not count. Each package runs in a process of its own on the
states and links that a car is routed on, turns included, and is asked: a route with its way; 12 units to a call; all nodes from the 2 nearest of 5 stations; matrices; a closure in the middle of a route, and the detour.
Every answer must equal scipy's, and every way must add up to its time; a package that fails is named, and its times are left out. The ratios
are to networkx in the same run. `--tiles N` lays the last town out N times N times, for the cost as size grows; `--grid N` is a graph that
hierarchies do badly on; `--junctions` adds each town's plain roads, turns free, which engines that expand turns themselves are made for.
Packages that are not installed are left out:
    pip install rustworkx networkit pandana routingkit-cch
    pip install osrm-bindings pyvalhalla osmium numpy      (Python 3.12 or later: where this one is older, name the other by `--python`)
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from tests.benchmarks.routing.peers.graphs import Plain, grid, of_junctions, of_town, tiled
from tests.benchmarks.routing.peers.one_package import WHERE
from tests.benchmarks.routing.peers.table import TOLERANCE_S, differences, slopes, table, told
from tests.benchmarks.routing.peers.tasks import Tasks, draw, questions, with_closures

HERE = Path(__file__).resolve().parent
REFERENCE = "scipy"
ELSEWHERE = ("osrm-ch", "osrm-mld", "valhalla")
"""Packages that have no wheel for older interpreters."""


def ask(package: str, folder: Path, options: argparse.Namespace) -> dict[str, Any] | str:
    """Run one package; returns its figures, or why there are none."""
    answers = folder / f"{package}-answers.npz"
    interpreter = options.python if options.python and package in ELSEWHERE else sys.executable
    command = [
        str(interpreter),
        str(HERE / "peers" / "one_package.py"),
        package,
        str(folder / "graph.npz"),
        str(folder / "tasks.npz"),
        str(answers),
        str(options.seconds),
        ",".join(map(str, options.matrix)),
    ]
    one_thread = os.environ | {"OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=one_thread)
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or [f"code {done.returncode}"]
        return "not installed" if "ModuleNotFoundError" in last[0] else last[0]
    found: dict[str, Any] = json.loads(answers.with_suffix(".json").read_text())
    return found


def compare(graph: Plain, options: argparse.Namespace) -> dict[str, Any]:
    """Ask every package about one graph, and print the table."""
    asked = questions(options.matrix)
    print(f"\n{graph.name}: {graph.size:,} nodes, {len(graph.tail):,} links", flush=True)
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        graph.save(folder / "graph.npz")
        _tasks(graph, options).save(folder / "tasks.npz")
        for package in [REFERENCE, *(p for p in options.packages if p != REFERENCE)]:
            figures = ask(package, folder, options)
            if isinstance(figures, str):
                print(f"  {package:15} left out: {figures}", flush=True)
                continue
            found[package] = _checked(package, figures, folder, asked)
            print(told(package, figures), flush=True)
    print("\n" + table(found, asked), flush=True)
    return {"nodes": graph.size, "links": len(graph.tail), "packages": found}


def _checked(package: str, figures: dict[str, Any], folder: Path, asked: dict[str, str]) -> dict[str, Any]:
    """Take out the times of answers that are wrong, and say so."""
    apart = differences(folder / f"{package}-answers.npz", folder / f"{REFERENCE}-answers.npz", asked)
    wrong = [
        question
        for question, (seconds, share) in apart.items()
        if seconds > TOLERANCE_S and share > figures["rounded_share"]
    ]
    for question in wrong:
        print(f"  {package:15} WRONG in '{asked[question]}' by {apart[question][0]:.3g} s", flush=True)
        figures.pop(question)
    figures["largest_difference_s"], figures["largest_share"] = np.max(list(apart.values()), axis=0).tolist()
    return figures | {"wrong": wrong}


def _tasks(graph: Plain, options: argparse.Namespace) -> Tasks:
    """Draw the questions; each closure lies on the way that scipy finds."""
    from tests.benchmarks.routing.peers.packages import Scipy

    tasks = draw(graph, rounds=options.rounds, side=max(options.matrix), seed=options.seed)
    search = Scipy(graph)
    return with_closures(tasks, graph, [search.route(int(a), int(b))[1] for a, b in tasks.pairs])


def _known(text: str) -> list[str]:
    names = text.split(",")
    if unknown := sorted(set(names) - set(WHERE)):
        raise argparse.ArgumentTypeError(f"unknown: {', '.join(unknown)}; there are {', '.join(WHERE)}")
    return names


def main() -> None:
    """Compare on every graph asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("towns", nargs="*", type=Path, help="Built towns.")
    parser.add_argument("--packages", type=_known, default=list(WHERE), help=f"Some of {','.join(WHERE)}.")
    parser.add_argument("--junctions", action="store_true", help="Ask on each town's plain roads too, turns free.")
    parser.add_argument("--tiles", type=int, default=0, help="Lay the last town out this many times in each direction.")
    parser.add_argument("--grid", type=int, default=0, help="Side of the square grid, in nodes.")
    parser.add_argument(
        "--matrix",
        type=lambda text: [int(side) for side in text.split(",")],
        default=[300, 1000],
        help="Sides of matrices.",
    )
    parser.add_argument("--rounds", type=int, default=40, help="Routes, calls and closures asked.")
    parser.add_argument("--seconds", type=float, default=20, help="Longest time for one question of one package.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--python", type=Path, help=f"Interpreter for {', '.join(ELSEWHERE)}.")
    parser.add_argument("--json", type=Path, help="Write all figures here.")
    options = parser.parse_args()
    tables: dict[str, Any] = {}
    graph = None
    for path in options.towns:
        graph = of_town(path)
        tables[graph.name] = compare(graph, options)
    if options.tiles and graph:
        graph = tiled(graph, options.tiles)
        tables[graph.name] = compare(graph, options)
    if len(tables) > 1:
        print("\ncost as size grows (exponent of the number of nodes; 1 = in proportion):\n")
        print(slopes(list(tables.values()), questions(options.matrix)), flush=True)
    others = [of_junctions(path) for path in options.towns] if options.junctions else []
    for graph in [*others, *([grid(options.grid)] if options.grid else [])]:
        tables[graph.name] = compare(graph, options)
    if options.json:
        options.json.write_text(json.dumps(tables, indent=1))
    if any(row["wrong"] for one in tables.values() for row in one["packages"].values()):
        sys.exit(1)


if __name__ == "__main__":
    main()
