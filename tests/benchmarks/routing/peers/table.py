"""What packages answered, set against each other: differences, the table, and how cost grows with size."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from tests.benchmarks.routing.peers.graphs import Floats

TOLERANCE_S = 1e-6
BASE = "networkx"
NAMES = {"ours": "**ours**", "ours-plain": "ours, plain search"}


def differences(theirs: Path, reference: Path, asked: dict[str, str]) -> dict[str, tuple[float, float]]:
    """Return the largest difference of each question that a package answered: in seconds, and as a share of the right answer, of a second at least.

    A way counts as its time does; where only one of the two has a way, both are inf.
    """
    found = {}
    with np.load(theirs) as a, np.load(reference) as b:
        for question in asked:
            if question not in a:
                continue
            rows = min(len(a[question]), len(b[question]))
            right = b[question][:rows]
            least = np.maximum(np.nan_to_num(right, posinf=1.0), 1.0)
            answers = [a[question][:rows]] + ([a["route_sum"][:rows]] if question == "route" else [])
            found[question] = (
                max(_largest(answer, right) for answer in answers),
                max(_largest(answer / least, right / least) for answer in answers),
            )
    return found


def _largest(a: Floats, b: Floats) -> float:
    if a.shape != b.shape or not np.array_equal(np.isfinite(a), np.isfinite(b)):
        return float("inf")
    both = np.isfinite(a)
    return float(np.abs(a[both] - b[both]).max(initial=0.0))


def told(package: str, figures: dict[str, Any]) -> str:
    """Return one line about a package as soon as it has answered."""
    notes = "".join(f"; {name} {value}" for name, value in figures["notes"].items())
    return (
        f"  {package:15} made in {figures['made_s']:.2f} s; largest difference {figures['largest_difference_s']:.2g} s"
        + notes
    )


def table(found: dict[str, Any], asked: dict[str, str]) -> str:
    """Return a table in Markdown: medians, in brackets how many times faster than networkx in the same run, and memory."""
    heads = ["package", *asked.values(), "detour p95", "made", "holds; most while made"]
    lines = [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
    for package, figures in found.items():
        cells = [NAMES.get(package, package)]
        cells += [_cell(figures.get(question), found.get(BASE, {}).get(question)) for question in asked]
        cells.append(_ms(figures["closure"]["p95_ms"]) if "closure" in figures else "-")
        cells += [f"{figures['made_s']:,.2f} s", f"{figures['made_mb']:,.0f}; {figures['made_most_mb']:,.0f} MB"]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(row: dict[str, float] | None, base: dict[str, float] | None) -> str:
    if row is None:
        return "-"
    return _ms(row["p50_ms"]) + (f" ({_times(base['p50_ms'] / row['p50_ms'])})" if base else "")


def _times(ratio: float) -> str:
    return f"{ratio:,.0f}" if ratio >= 10 else f"{ratio:.2g}"


def _ms(value: float) -> str:
    if value >= 10_000:
        return f"{value / 1000:,.1f} s"
    return f"{value:,.0f} ms" if value >= 100 else f"{value:.3g} ms"


def slopes(tables: list[dict[str, Any]], asked: dict[str, str]) -> str:
    """Return how cost grows: the slope of log time, or memory, over log nodes, by least squares over the graphs a package took."""
    heads = ["package", "graphs", *asked.values(), "made", "holds"]
    lines = [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
    for package in dict.fromkeys(name for one in tables for name in one["packages"]):
        rows = [(one["nodes"], one["packages"][package]) for one in tables if package in one["packages"]]
        if len(rows) < 2:
            continue
        cells = [NAMES.get(package, package), str(len(rows))]
        for question in asked:
            cells.append(_slope([(nodes, row[question]["p50_ms"]) for nodes, row in rows if question in row]))
        cells.append(_slope([(nodes, row["made_s"]) for nodes, row in rows]))
        cells.append(_slope([(nodes, row["made_mb"]) for nodes, row in rows]))
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _slope(points: list[tuple[int, float]]) -> str:
    if len(points) < 2 or min(value for _, value in points) <= 0:
        return "-"
    x, y = np.log(np.asarray(points)).T
    return f"{np.polyfit(x, y, 1)[0]:.2f}"
