"""Closing every road of a town: how long it takes, and random roads against a search from scratch.

Usage: python tests/benchmarks/coverage/every_edge.py TOWN.gpkg [--stations-from CATEGORY] [--check 200] [--seed 1]

Each checked road is closed as `--close` closes it and the whole scenario worked out anew. Ends with code 1 if an address's time differs by more
than 1e-6 s.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from geo_dispatch.coverage import every_edge
from geo_dispatch.service import Service
from geo_dispatch.service.coverage_desk import CoverageDesk
from geo_dispatch.town.store import open_town


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("town", type=Path)
    parser.add_argument("--stations-from")
    parser.add_argument("--check", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    service = Service(open_town(given.town), file=given.town)
    desk = CoverageDesk(service)
    scenario = desk.scenario(None, {}, places=given.stations_from)
    study = desk.study
    every_edge(study, scenario, segments=[0])  # compiles
    began = time.perf_counter()
    found = every_edge(study, scenario)
    print(
        f"{service.town.meta.name}: {found.segments} roads, {len(study.demand)} addresses: {time.perf_counter() - began:.1f} s; "
        f"{found.without_cost} cost nothing, {found.searched_anew} searched from scratch"
    )
    rows = {row.segment: row for row in found.rows}
    base = study.run(scenario).response_s
    on = study.run(scenario).groups[0].points.segment
    usable = study.run(scenario).groups[0].graph.usable_segments()
    ids = service.town.network.segments.numbers("segment_id")
    wrong = 0
    for segment in (
        np.random.default_rng(given.seed).choice(np.flatnonzero(usable), given.check, replace=False).tolist()
    ):
        now = study.run(replace(scenario, closures=(f"segment:{ids[segment]}",))).response_s
        row, here = rows.get(segment), on == segment
        both = np.isfinite(base) & np.isfinite(now) & ~here
        added = (now[both] - base[both]).clip(0)
        gone = int((np.isfinite(base) & ~np.isfinite(now) & ~here).sum())
        lost = [int(((base <= t + 1e-6) & (now > t + 1e-6) & ~here).sum()) for t in found.thresholds_s]
        told = (
            (0, [0] * len(lost), 0.0, 0.0)
            if row is None
            else (row.unreachable, list(row.lost), row.added_min, row.added_max_s)
        )
        same = (
            told[:2] == (gone, lost)
            and abs(told[2] - added.sum() / 60) < 1e-6
            and abs(told[3] - added.max(initial=0)) < 1e-6
        )
        wrong += not same
        if not same:
            print(
                f"  segment {ids[segment]}: told {told}, from scratch {(gone, lost, added.sum() / 60, added.max(initial=0))}"
            )
    print(f"  {given.check} random roads against working it out anew: {wrong} differ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
