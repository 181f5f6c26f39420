"""The same cases through geo-dispatch and through Nominatim, the geocoder of OpenStreetMap, in one table.

    python tests/benchmarks/locate/against_nominatim.py TOWN.gpkg --peer-python PYTHON --peer-project DIRECTORY [--save]

Both must know the same OpenStreetMap file; README.md beside this file says how the peer is set up. Without the peer, its
committed figures stand in the table, marked with their date. Cases are made from the town: names, addresses and crossings by
``scripts/make_cases.py``, relations here, by geometry alone: the place on the other side of the nearest road, behind the
place as seen from that road, or at a distance in a direction. Before anything is timed each side must find a few names as they
are written; a peer that can't is not set up, and refused. Nothing fails on time; the table is for reading.
"""

from __future__ import annotations

import argparse
import datetime
import json
import math
import random
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from geo_dispatch.errors import CoordinateError
from geo_dispatch.geometry import compass_point
from geo_dispatch.locate import Case, Locator, read_cases
from geo_dispatch.routing.snap import Snapper
from geo_dispatch.town.store import open_town
from geo_dispatch.town.town import Town

HERE = Path(__file__).parent
SAVED = HERE / "nominatim_figures.json"
_PLAIN = ("address/clean", "address/typo", "place/clean", "place/typo", "intersection/clean", "intersection/typo")
_BEYOND_M = 40.0
_RELATION_TOLERANCE_M = 250.0
_WIDEST_M = 450.0  # counties and lakes are left out: an answer anywhere in them would be right
_SAID = (("half a mile", 804.672), ("a quarter mile", 402.336), ("200 yards", 182.88))
_FIRST_CHECKS = 20
_LEAST_FOUND = 0.5


@dataclass(frozen=True)
class Answers:
    """Who answered, and for each case the position, None when there is none, and milliseconds."""

    name: str
    positions: list[tuple[float, float] | None]
    elapsed_ms: list[float]


def plain_cases(town: Path, seed: int, each: int) -> list[Case]:
    """Return addresses, places and crossings, clean and misspelt, and "corner of" for the clean crossings."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cases.jsonl"
        script = HERE.parents[2] / "scripts" / "make_cases.py"
        subprocess.run([sys.executable, str(script), str(town), "--out", str(path), "--seed", str(seed)], check=True)
        cases = read_cases(path)
    cases = [case for case in cases if case.tolerance_m <= _WIDEST_M]
    found = [case for group in _PLAIN for case in [c for c in cases if c.group == group][:each]]
    corners = [case for case in found if case.group == "intersection/clean"]
    said = [f"corner of {case.text.replace(' & ', ' and ')}" for case in corners]
    return found + [Case(t, c.position, c.tolerance_m, group="corner of") for t, c in zip(said, corners, strict=True)]


def relation_cases(town: Town, cases: Sequence[Case], seed: int, each: int) -> Iterator[Case]:
    """Yield what stands in a relation to a place whose name is its own.

    Parameters
    ----------
    town
        The town.
    cases
        Plain cases, the clean places of which are leaned on.
    seed, each
        Of the choice, and how many of each relation at most.
    """
    chance = random.Random(seed)
    snapper = Snapper(town, max_distance_m=120.0)
    for case in [c for c in cases if c.group == "place/clean"][:each]:
        yield Case(f"near {case.text}", case.position, case.tolerance_m + 100.0, group="near")
        said, distance_m = chance.choice(_SAID)
        turn_deg = 45.0 * chance.randrange(8)
        x, y = town.projection.to_xy(*case.position)
        turn = math.radians(turn_deg)
        there = town.projection.to_lonlat(x + distance_m * math.sin(turn), y + distance_m * math.cos(turn))
        text = f"{said} {compass_point(turn_deg)} of {case.text}"
        yield Case(text, there, 0.3 * distance_m + 100.0, group="distance and direction")
        try:
            snap = snapper.snap(case.position)
        except CoordinateError:
            continue
        road_x, road_y = town.projection.to_xy(snap.lon, snap.lat)
        if (depth := math.hypot(x - road_x, y - road_y)) < 5.0:
            continue  # mapped on the road: it has no behind
        for group, text, beyond in (("across from", "across from", -15.0), ("behind", "behind", depth + _BEYOND_M)):
            share = beyond / depth
            there = town.projection.to_lonlat(road_x + share * (x - road_x), road_y + share * (y - road_y))
            yield Case(f"{text} {case.text}", there, _RELATION_TOLERANCE_M, group=group)


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


def ask_peer(python: Path, project: Path, texts: Sequence[str]) -> Answers:
    """Answer with the peer, in its own environment."""
    command = [str(python), str(HERE / "peers" / "ask_nominatim.py"), str(project)]
    ran = subprocess.run(command, input=json.dumps(texts), capture_output=True, text=True, check=False)
    if ran.returncode:
        raise SystemExit(f"the peer failed:\n{ran.stderr}")
    found = json.loads(ran.stdout)
    places = [tuple(place) if place else None for place, _ in found["answers"]]
    return Answers(f"{found['name']} {found['version']}", places, [elapsed for _, elapsed in found["answers"]])


def is_right(position: tuple[float, float] | None, case: Case) -> bool:
    """Tell whether an answer is within the case's tolerance of the truth."""
    if position is None:
        return False
    truth = case.position
    x = math.radians(position[0] - truth.lon) * math.cos(math.radians(truth.lat))
    return math.hypot(x, math.radians(position[1] - truth.lat)) * 6_371_008.8 <= case.tolerance_m


def scores(cases: Sequence[Case], answers: Answers) -> dict[str, dict[str, float]]:
    """Return by group how many, the share answered rightly and not at all, and the median time."""
    rows: dict[str, list[tuple[bool, bool, float]]] = defaultdict(list)
    for case, position, elapsed in zip(cases, answers.positions, answers.elapsed_ms, strict=True):
        rows[case.group].append((is_right(position, case), position is None, elapsed))
    return {
        group: {
            "n": len(found),
            "top1": round(float(np.mean([right for right, _, _ in found])), 4),
            "none": round(float(np.mean([none for _, none, _ in found])), 4),
            "p50_ms": round(float(np.median([elapsed for _, _, elapsed in found])), 2),
        }
        for group, found in rows.items()
    }


def check(cases: Sequence[Case], answers: Answers) -> None:
    """Refuse whoever can't find names as they are written: it does not know the same town."""
    plain = [at for at, case in enumerate(cases) if case.group == "place/clean"][:_FIRST_CHECKS]
    share = sum(is_right(answers.positions[at], cases[at]) for at in plain) / max(len(plain), 1)
    if share < _LEAST_FOUND:
        raise SystemExit(
            f"{answers.name} finds {share:.0%} of {len(plain)} places by their own names: it does not hold the data of this "
            "town file; import the same OpenStreetMap file (README.md beside this script)"
        )


def print_table(cases: Sequence[Case], ours: dict[str, dict[str, float]], peer: dict[str, object] | None) -> None:
    """Print both sides in one table."""
    groups = peer["groups"] if peer else {}
    tolerance = {case.group: sorted(c.tolerance_m for c in cases if c.group == case.group) for case in cases}
    name = peer["name"] if peer else "peer"
    print(
        f"| class | n | right within m | geo-dispatch: top-1 | no answer | p50 ms | {name}: top-1 | no answer | p50 ms |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    for group, row in ours.items():
        spread = tolerance[group]
        within = f"{spread[0]:.0f}" if spread[0] == spread[-1] else f"{spread[0]:.0f} to {spread[-1]:.0f}"
        other = groups.get(group)  # type: ignore[attr-defined]
        cells = f"{other['top1']:.1%} | {other['none']:.1%} | {other['p50_ms']:.1f}" if other else "- | - | -"
        print(
            f"| {group} | {row['n']} | {within} | {row['top1']:.1%} | {row['none']:.1%} | {row['p50_ms']:.1f} | {cells} |"
        )


def main() -> int:
    """Ask both, and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("town", type=Path)
    parser.add_argument("--peer-python", type=Path, help="Python of the environment that has nominatim-api")
    parser.add_argument("--peer-project", type=Path, help="project directory of the import")
    parser.add_argument("--each", type=int, default=150, help="cases of each class at most")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--save", action="store_true", help=f"keep the peer's figures in {SAVED.name}")
    given = parser.parse_args()
    town = open_town(given.town)
    cases = plain_cases(given.town, given.seed, given.each)
    cases += relation_cases(town, cases, given.seed, given.each)
    texts = [case.text for case in cases]
    mine = ask_ours(town, texts)
    check(cases, mine)
    peer: dict[str, object] | None = json.loads(SAVED.read_text(encoding="utf-8")) if SAVED.is_file() else None
    if given.peer_python and given.peer_project:
        other = ask_peer(given.peer_python, given.peer_project, texts)
        check(cases, other)
        today = datetime.datetime.now(tz=datetime.UTC).date().isoformat()
        peer = {"name": other.name, "date": today, "town": town.meta.name, "groups": scores(cases, other)}
        if given.save:
            SAVED.write_text(json.dumps(peer, indent=1) + "\n", encoding="utf-8")
    else:
        print(
            "the peer was not asked: give --peer-python and --peer-project (README.md beside this script says how to set it up)"
        )
        if peer:
            print(f"its figures are those measured by this script on {peer['date']} for {peer['town']}\n")
    print_table(cases, scores(cases, mine), peer)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
