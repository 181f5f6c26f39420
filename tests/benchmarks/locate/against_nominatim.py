"""The same cases through geo-dispatch and through Nominatim, the geocoder of OpenStreetMap, in one table; addok beside it.

    python tests/benchmarks/locate/against_nominatim.py TOWN.gpkg [--nominatim PYTHON DIRECTORY] [--addok PYTHON SOCKET] [--save]

All must know the same OpenStreetMap file; README.md beside this file says how the peers are set up. Of a peer that is not
given, the committed figures stand in the table, marked with their date. Cases are made from the town by `geo_dispatch.audit`, from names
that no tuning saw. Before anything is timed each side must find a few names as they
are written; a peer that can't is not set up, and refused. Nothing fails on time; the table is for reading.
"""

from __future__ import annotations

import argparse
import datetime
import json
import math
import subprocess
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from geo_dispatch.audit import audit_cases
from geo_dispatch.locate import Case, Locator
from geo_dispatch.town.store import open_town
from geo_dispatch.town.town import Town

HERE = Path(__file__).parent
SAVED = HERE / "peer_figures.json"
_KINDS = ("address/exact", "address/typo", "place/exact", "place/typo", "crossing/exact", "crossing/typo")
_KINDS += ("near", "next_to", "across", "behind", "distance_straight")
_WIDEST_M = 2000.0  # of a county any answer would be right
_FIRST_CHECKS = 20
_LEAST_FOUND = 0.5


Groups = dict[str, dict[str, float]]
"""By class: how many, share right and share without an answer, and the median time."""


@dataclass(frozen=True)
class Answers:
    """Who answered, and for each case the position, None when there is none, and milliseconds."""

    name: str
    positions: list[tuple[float, float] | None]
    elapsed_ms: list[float]


def make_cases(town: Town, seed: int, each: int) -> list[Case]:
    """Return the cases of an audit that both sides could know, crossings by how they are said."""
    _, drawn = audit_cases(town, each=each, seed=seed, kinds=_KINDS)
    return [replace(case, group=_group(case)) for case in drawn.cases if case.tolerance_m <= _WIDEST_M]


def _group(case: Case) -> str:
    if case.group != "crossing/exact":
        return case.group
    spoken = case.text.casefold().startswith(("corner of", "the corner of", "the intersection of", "intersection of"))
    return "crossing/exact, corner or intersection of" if spoken else "crossing/exact, A & B"


def ask_ours(town: Town, texts: Sequence[str]) -> Answers:
    """Answer with geo-dispatch."""
    locator = Locator(town)
    for text in texts[:20]:
        locator.locate(text)
    done = Answers("geo-dispatch", [], [])
    for text in texts:
        began = time.perf_counter()
        answer = locator.locate(text)
        done.elapsed_ms.append((time.perf_counter() - began) * 1000)
        first = answer.candidates[0] if answer.candidates else None
        done.positions.append((first.lon, first.lat) if first else None)
    return done


def ask_peer(script: str, python: str, where: str, texts: Sequence[str]) -> Answers:
    """Answer with a peer, in its own environment: its last line tells who it is and what it found."""
    command = [python, str(HERE / "peers" / script), where]
    ran = subprocess.run(command, input=json.dumps(texts), capture_output=True, text=True, check=False)
    if ran.returncode:
        raise SystemExit(f"{script} failed:\n{ran.stderr}")
    found = json.loads(ran.stdout.splitlines()[-1])
    places = [tuple(place) if place else None for place, _ in found["answers"]]
    return Answers(f"{found['name']} {found['version']}", places, [elapsed for _, elapsed in found["answers"]])


def error_m(position: tuple[float, float] | None, case: Case) -> float:
    """Return how far an answer is from the truth, metres on a sphere; infinity when there is none."""
    if position is None:
        return math.inf
    truth = case.position
    x = math.radians(position[0] - truth.lon) * math.cos(math.radians(truth.lat))
    return math.hypot(x, math.radians(position[1] - truth.lat)) * 6_371_008.8


def scores(cases: Sequence[Case], answers: Answers) -> Groups:
    """Return by group how many, the shares answered rightly and not at all, the median error of answers, and the median time."""
    rows: dict[str, list[tuple[float, float, float]]] = defaultdict(list)
    for case, position, elapsed in zip(cases, answers.positions, answers.elapsed_ms, strict=True):
        rows[case.group].append((error_m(position, case), case.tolerance_m, elapsed))
    found = {}
    for group, listed in rows.items():
        error, tolerance, elapsed = (np.array(column) for column in zip(*listed, strict=True))
        found[group] = {
            "n": len(listed),
            "top1": round(float(np.mean(error <= tolerance)), 4),
            "none": round(float(np.mean(np.isinf(error))), 4),
            "error_m": round(float(np.median(error[np.isfinite(error)])), 1) if np.isfinite(error).any() else -1.0,
            "p50_ms": round(float(np.median(elapsed)), 2),
        }
    return found


def check(cases: Sequence[Case], answers: Answers) -> None:
    """Refuse whoever can't find names as they are written: it does not know the same town."""
    plain = [at for at, case in enumerate(cases) if case.group == "place/exact"][:_FIRST_CHECKS]
    share = sum(error_m(answers.positions[at], cases[at]) <= cases[at].tolerance_m for at in plain) / max(len(plain), 1)
    if share < _LEAST_FOUND:
        raise SystemExit(
            f"{answers.name} finds {share:.0%} of {len(plain)} places by their own names: it does not hold the data of this "
            "town file; import the same OpenStreetMap file (README.md beside this script)"
        )


def print_table(cases: Sequence[Case], ours: Groups, peers: Sequence[dict[str, Any]]) -> None:
    """Print all sides in one table."""
    tolerance = {case.group: sorted(c.tolerance_m for c in cases if c.group == case.group) for case in cases}
    names = ["geo-dispatch", *(peer["name"] for peer in peers)]
    print(
        "| class | n | right within m | "
        + " | ".join(f"{name}: top-1 | no answer | error m | p50 ms" for name in names)
        + " |"
    )
    print("|---|---|---|" + "---|---|---|---|" * len(names))
    for group, row in ours.items():
        spread = tolerance[group]
        within = f"{spread[0]:.0f}" if spread[0] == spread[-1] else f"{spread[0]:.0f} to {spread[-1]:.0f}"
        cells = [_cells(row), *(_cells(peer["groups"].get(group)) for peer in peers)]
        print(f"| {group} | {row['n']} | {within} | {' | '.join(cells)} |")


def _cells(row: dict[str, float] | None) -> str:
    if row is None:
        return "- | - | - | -"
    error = f"{row['error_m']:.0f}" if row["error_m"] >= 0 else "-"
    return f"{row['top1']:.1%} | {row['none']:.1%} | {error} | {row['p50_ms']:.1f}"


def main() -> int:
    """Ask all, and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("town", type=Path)
    parser.add_argument(
        "--nominatim", nargs=2, metavar=("PYTHON", "DIRECTORY"), help="its Python, and the import's project"
    )
    parser.add_argument(
        "--addok", nargs=2, metavar=("PYTHON", "SOCKET"), help="its Python, and the socket of its Redis"
    )
    parser.add_argument("--each", type=int, default=150, help="cases of each class at most")
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--save", action="store_true", help=f"keep the peers' figures in {SAVED.name}")
    given = parser.parse_args()
    town = open_town(given.town)
    cases = make_cases(town, given.seed, given.each)
    texts = [case.text for case in cases]
    mine = ask_ours(town, texts)
    check(cases, mine)
    saved: dict[str, dict[str, Any]] = json.loads(SAVED.read_text(encoding="utf-8")) if SAVED.is_file() else {}
    for peer in ("nominatim", "addok"):
        if (how := getattr(given, peer)) is not None:
            answers = ask_peer(f"ask_{peer}.py", *how, texts)
            check(cases, answers)
            today = datetime.datetime.now(tz=datetime.UTC).date().isoformat()
            saved[peer] = {
                "name": answers.name,
                "date": today,
                "town": town.meta.name,
                "groups": scores(cases, answers),
            }
            continue
        print(f"{peer} was not asked: give --{peer} (README.md beside this script says how to set it up)")
        if peer in saved:
            print(f"  its figures are those measured by this script on {saved[peer]['date']} for {saved[peer]['town']}")
    if given.save:
        SAVED.write_text(json.dumps(saved, indent=1) + "\n", encoding="utf-8")
    print_table(cases, scores(cases, mine), list(saved.values()))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
