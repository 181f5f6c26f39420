"""Coverage of a whole region in one process: seconds and memory.

Usage: python tests/benchmarks/coverage/region.py REGION.gpkg --stations-from "fire station"
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

import itertools

from geo_dispatch.service import Service
from geo_dispatch.service.coverage_desk import CoverageDesk
from geo_dispatch.town.store import open_town


def memory_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("town", type=Path)
    parser.add_argument("--stations-from")
    given = parser.parse_args()
    marks = [("start", time.perf_counter(), memory_mb())]
    service = Service(open_town(given.town), file=given.town)
    desk = CoverageDesk(service)
    scenario = desk.scenario(None, {}, places=given.stations_from)
    marks.append(("town opened", time.perf_counter(), memory_mb()))
    coverage = desk.run(scenario)
    marks.append(("first study (addresses to roads, compiling)", time.perf_counter(), memory_mb()))
    coverage = desk.run(scenario)
    marks.append(("second study", time.perf_counter(), memory_mb()))
    document = coverage.document()
    marks.append(("document", time.perf_counter(), memory_mb()))
    print(
        f"{service.town.meta.name}: {document['addresses']['n']} addresses, {len(document['stations'])} stations, "
        f"{service.town.network.segment_count} road segments, {document['road_m']['total'] / 1000:.0f} km"
    )
    for (_, before, _), (name, now, memory) in itertools.pairwise(marks):
        print(f"  {name:<45} {now - before:6.2f} s  {memory:6.0f} MB at most so far")
    for limit, share, road in zip(
        document["thresholds_s"], document["addresses"]["share"], document["road_m"]["share"], strict=True
    ):
        print(f"  within {limit:.0f} s: {share:.2%} of addresses, {road:.2%} of road")
    return 0


if __name__ == "__main__":
    sys.exit(main())
