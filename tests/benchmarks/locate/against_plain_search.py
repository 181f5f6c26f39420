"""How often places are found, and how fast, beside a plain fuzzy search over the same names in the same run.

    python tests/benchmarks/locate/against_plain_search.py TOWN.gpkg [--strangers OTHER.gpkg] [--seed 2]

Cases are made from the town itself by `geo_dispatch.audit`. The peer is `rapidfuzz.process.extractOne` with
`fuzz.ratio` over every address, place and crossing written out: what one would write in an afternoon. With
``--strangers``, names of another town that this one lacks are asked for too: the right answer is then "unknown" or a low
probability. Nothing here fails on time; the table is for reading.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import time
from collections import defaultdict
from pathlib import Path

import numpy as np

from geo_dispatch.audit import audit_cases
from geo_dispatch.locate import Case, Locator, evaluate
from geo_dispatch.locate.names import NameIndex
from geo_dispatch.locate.normalise import street_key
from geo_dispatch.town.store import open_town
from geo_dispatch.town.town import Town


def written_out(town: Town) -> tuple[list[str], list[tuple[float, float]]]:
    """Return every address, place and crossing as one text, and where it is."""
    texts: list[str] = []
    where: list[tuple[float, float]] = []
    table = town.table("addresses")
    for row in range(len(table)):
        if math.isfinite(table.lon[row]) and int(table.numbers("number")[row]) > 0:
            town_name = table.text("municipality")[row]
            texts.append(f"{int(table.numbers('number')[row])} {table.text('street')[row]}, {town_name}")
            where.append((float(table.lon[row]), float(table.lat[row])))
    for name in ("places", "intersections"):
        table = town.table(name)
        for row, text in enumerate(table.text("name")):
            if text and math.isfinite(table.lon[row]):
                texts.append(text)
                where.append((float(table.lon[row]), float(table.lat[row])))
    return [text.casefold() for text in texts], where


def metres(one: tuple[float, float], case: Case) -> float:
    """Return the distance from a position to a case's truth, on a sphere."""
    (lon, lat), truth = one, case.position
    x = math.radians(lon - truth.lon) * math.cos(math.radians(truth.lat))
    return math.hypot(x, math.radians(lat - truth.lat)) * 6_371_008.8


def peer_scores(town: Town, cases: list[Case]) -> dict[str, tuple[float, float]]:
    """Return top-1 share and p95 latency in ms of the plain search, by class."""
    from rapidfuzz import fuzz, process

    texts, where = written_out(town)
    hits: dict[str, list[bool]] = defaultdict(list)
    spent: dict[str, list[float]] = defaultdict(list)
    for case in cases:
        began = time.perf_counter()
        found = process.extractOne(case.text.casefold(), texts, scorer=fuzz.ratio)
        spent[case.group].append((time.perf_counter() - began) * 1000)
        hits[case.group].append(metres(where[found[2]], case) <= case.tolerance_m)
    return {group: (sum(hits[group]) / len(hits[group]), float(np.quantile(spent[group], 0.95))) for group in hits}


def strangers(town: Town, other: Town, rng: random.Random) -> list[str]:
    """Return names of another town's streets, addresses and places that this town lacks."""
    index = NameIndex(town)
    texts = []
    for table, count in (("streets", 400), ("places", 300)):
        names = [n for n in other.table(table).text("name").vocabulary() if index.find(street_key(n)) is None]
        chosen = rng.sample(names, min(count, len(names)))
        texts += chosen
        if table == "streets":
            texts += [f"{rng.randint(1, 999)} {name}" for name in chosen]
            texts += [f"{one} & {two}" for one, two in zip(chosen, reversed(chosen), strict=True)]
    return texts


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("town", type=Path)
    parser.add_argument("--strangers", type=Path)
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--each", type=int, default=500, help="cases of each class")
    parser.add_argument("--peer-cases", type=int, default=60, help="cases of each class that the plain search gets")
    given = parser.parse_args()
    town = open_town(given.town)
    locator = Locator(town)
    _, drawn = audit_cases(town, each=given.each, seed=given.seed, kinds=("address", "place", "crossing"))
    cases = list(drawn.cases)
    locator.locate("warm up")
    report = evaluate(locator, cases)
    few: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        if len(few[case.group]) < given.peer_cases:
            few[case.group].append(case)
    peer = peer_scores(town, [case for group in few.values() for case in group])
    print(
        f"| {town.meta.name} | n | top-1 | top-3 | unknown | confident and wrong | in 90% region | p50 ms | p95 ms | plain: top-1 | p95 ms |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    for score in report.by_class:
        share, p95 = peer[score.group]
        covered = "" if score.region90_coverage is None else f"{score.region90_coverage:.1%}"
        print(
            f"| {score.group} | {score.n} | {score.top1:.1%} | {score.top3:.1%} | {score.unknown:.1%} | "
            f"{score.confident_and_wrong} | {covered} | {score.p50_ms:.1f} | {score.p95_ms:.1f} | {share:.1%} | {p95:.1f} |"
        )
    bins = [b for b in report.overall.calibration if b.n]
    print(
        "\ncalibration:",
        json.dumps([[b.n, round(b.mean_probability or 0, 3), round(b.hit_rate or 0, 3)] for b in bins]),
    )
    if given.strangers:
        texts = strangers(town, open_town(given.strangers), random.Random(given.seed))
        answers = [locator.locate(text) for text in texts]
        first = [answer.candidates[0].probability if answer.candidates else 0.0 for answer in answers]
        unknown = sum(answer.status == "unknown" for answer in answers)
        print(
            f"\nnames that {town.meta.name} lacks: {len(texts)}; unknown {unknown / len(texts):.1%}; "
            f"first candidate above 0.5: {sum(p > 0.5 for p in first)}, above 0.8: {sum(p > 0.8 for p in first)}"
        )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
