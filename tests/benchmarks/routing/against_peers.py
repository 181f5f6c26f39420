"""One table of every shortest-path package on the same graphs: answers checked first, then times, memory and how cost grows.

Usage: python tests/benchmarks/routing/against_peers.py TOWN.gpkg ... [--tiles 3] [--grid 300] [--packages networkx,scipy]
                                                        [--matrix 1000] [--rounds 40] [--seconds 20] [--json table.json]

Each package runs in a process of its own on the states and links that a car is routed on, turns included, and is asked: a route with its
way; 12 units to a call; all nodes from the 2 nearest of 5 stations; a matrix; a closure in the middle of a route, and the detour.
Every answer must equal scipy's, and every way must add up to its time; a package that fails is named, and its times are left out. The ratios
are to networkx in the same run. `--tiles N` lays the last town out N times N times, for the cost as size grows; `--grid N` is a graph that
hierarchies do badly on. Packages that are not installed are left out:
    pip install rustworkx networkit pandana routingkit-cch
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from tests.benchmarks.routing.peers.graphs import Plain, grid, of_town, tiled
from tests.benchmarks.routing.peers.one_package import WHERE
from tests.benchmarks.routing.peers.tasks import Tasks, draw, with_closures

HERE = Path(__file__).resolve().parent
TOLERANCE_S = 1e-6
QUESTIONS = {
    "route": "route with its way",
    "units": "12 units to a call",
    "sweep": "all nodes, 2 nearest of 5",
    "matrix": "matrix",
    "closure": "closure, then the detour",
}
REFERENCE, BASE = "scipy", "networkx"


def ask(package: str, graph: Path, tasks: Path, answers: Path, seconds: float) -> dict[str, Any] | str:
    """Run one package; returns its figures, or why there are none."""
    command = [
        sys.executable,
        str(HERE / "peers" / "one_package.py"),
        package,
        str(graph),
        str(tasks),
        str(answers),
        str(seconds),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or [f"code {done.returncode}"]
        return "not installed" if "ModuleNotFoundError" in last[0] else last[0]
    found: dict[str, Any] = json.loads(answers.with_suffix(".json").read_text())
    return found


def differences(ours: Path, reference: Path) -> dict[str, float]:
    """Return the largest difference of each question's answers, seconds; inf where only one has a way."""
    found = {}
    with np.load(ours) as a, np.load(reference) as b:
        for question in QUESTIONS:
            mine, theirs = a[question], b[question]
            rows = min(len(mine), len(theirs))
            found[question] = _largest(mine[:rows], theirs[:rows])
        found["route"] = max(found["route"], _largest(a["route_sum"], a["route"]))
    return found


def _largest(a: np.ndarray, b: np.ndarray) -> float:
    if a.shape != b.shape or not np.array_equal(np.isfinite(a), np.isfinite(b)):
        return float("inf")
    both = np.isfinite(a)
    return float(np.abs(a[both] - b[both]).max(initial=0.0))


def compare(graph: Plain, options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Ask every package about one graph, and print the table."""
    files = {name: folder / f"{name}.npz" for name in ("graph", "tasks")}
    graph.save(files["graph"])
    tasks = _tasks(graph, options)
    tasks.save(files["tasks"])
    print(
        f"\n{graph.name}: {graph.size:,} nodes, {len(graph.tail):,} links; matrix {options.matrix} x {options.matrix}",
        flush=True,
    )
    found: dict[str, Any] = {}
    for package in [REFERENCE, *(p for p in options.packages if p != REFERENCE)]:
        answers = folder / f"{package}-answers.npz"
        figures = ask(package, files["graph"], files["tasks"], answers, options.seconds)
        if isinstance(figures, str):
            print(f"  {package:15} left out: {figures}", flush=True)
            continue
        apart = differences(answers, folder / f"{REFERENCE}-answers.npz")
        wrong = {question: apart[question] for question in QUESTIONS if apart[question] > TOLERANCE_S}
        for question, seconds in wrong.items():
            print(f"  {package:15} WRONG in '{QUESTIONS[question]}' by {seconds:.3g} s", flush=True)
            figures.pop(question)
        figures["largest_difference_s"], figures["wrong"] = max(apart.values()), sorted(wrong)
        found[package] = figures
        print(_line(package, figures), flush=True)
    _ratios(found)
    return {"nodes": graph.size, "links": len(graph.tail), "packages": found}


def _tasks(graph: Plain, options: argparse.Namespace) -> Tasks:
    """Draw the questions; each closure lies on the way that scipy finds."""
    from tests.benchmarks.routing.peers.packages import Scipy

    tasks = draw(graph, rounds=options.rounds, side=options.matrix, seed=options.seed)
    search = Scipy(graph)
    return with_closures(tasks, graph, [search.route(int(a), int(b))[1] for a, b in tasks.pairs])


def _line(package: str, figures: dict[str, Any]) -> str:
    cells = [f"  {package:15} made {figures['made_s']:8.2f} s, {figures['all_mb']:7.0f} MB"]
    for question in QUESTIONS:
        if question in figures:
            row = figures[question]
            cells.append(
                f"{question} {_ms(row['p50_ms'])}" + (f" (p95 {_ms(row['p95_ms'])})" if question == "closure" else "")
            )
    notes = "".join(f"; {name} {value}" for name, value in figures["notes"].items())
    return "; ".join(cells) + notes


def _ms(value: float) -> str:
    return f"{value:,.0f} ms" if value >= 100 else f"{value:.3g} ms"


def _ratios(found: dict[str, Any]) -> None:
    """Print how many times faster each package is than networkx."""
    if BASE not in found:
        return
    print(f"  times faster than {BASE}:")
    for package, figures in found.items():
        cells = [
            f"{question} {found[BASE][question]['p50_ms'] / figures[question]['p50_ms']:,.1f}"
            for question in QUESTIONS
            if question in figures and question in found[BASE]
        ]
        print(f"    {package:15} " + "; ".join(cells), flush=True)


def slopes(tables: list[dict[str, Any]]) -> None:
    """Print how cost grows with size: the slope of log time over log nodes, by least squares."""
    print("\ncost as size grows (exponent of the number of nodes; 1 = in proportion):")
    for package in WHERE:
        rows = [(table["nodes"], table["packages"][package]) for table in tables if package in table["packages"]]
        if len(rows) < 2:
            continue
        cells = []
        for question in QUESTIONS:
            points = [(nodes, row[question]["p50_ms"]) for nodes, row in rows if question in row]
            if len(points) > 1:
                x, y = np.log(np.asarray(points)).T
                cells.append(f"{question} {np.polyfit(x, y, 1)[0]:.2f}")
        x, y = np.log(np.asarray([(nodes, row["made_s"]) for nodes, row in rows])).T
        print(f"  {package:15} " + "; ".join([*cells, f"made {np.polyfit(x, y, 1)[0]:.2f}"]))


def main() -> None:
    """Compare on every graph asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("towns", nargs="+", type=Path)
    parser.add_argument("--packages", type=lambda text: text.split(","), default=list(WHERE))
    parser.add_argument("--tiles", type=int, default=0, help="Lay the last town out this many times in each direction.")
    parser.add_argument("--grid", type=int, default=0, help="Side of the square grid, in nodes.")
    parser.add_argument("--matrix", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=20, help="Longest time for one question of one package.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, help="Write all figures here.")
    options = parser.parse_args()
    tables: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        graphs: list[Plain] = []
        for path in options.towns:
            graphs = [of_town(path)]
            tables[path.stem] = compare(graphs[0], options, Path(folder))
        if options.tiles and graphs:
            big = tiled(graphs[0], options.tiles)
            tables[big.name] = compare(replace(big), options, Path(folder))
        if len(tables) > 1:
            slopes(list(tables.values()))
        if options.grid:
            square = grid(options.grid)
            tables[square.name] = compare(square, options, Path(folder))
    if options.json:
        options.json.write_text(json.dumps(tables, indent=1))
    if any(row["wrong"] for table in tables.values() for row in table["packages"].values()):
        sys.exit(1)


if __name__ == "__main__":
    main()
