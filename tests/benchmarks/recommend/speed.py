"""How long recommendations take on built towns.

Usage: python tests/benchmarks/recommend/speed.py TOWN.gpkg ... [--rounds 60]

Twelve units of a small department at random positions on roads, a card of five, warm, time of the processor (other work on the machine does not count); each call is a new one. Printed are
the choice with reasons and routes, the same with three positions that are ten minutes old, and all with cover, move-up and what would
change the choice; and the slowest of as many assignments alone.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from geo_dispatch.geometry import LonLat
from geo_dispatch.live.run_cards import Requirement, SelectedCard
from geo_dispatch.recommend import Call, CallPlace, CallUnit, Recommender, fill_card
from geo_dispatch.routing import Router
from geo_dispatch.town.store import open_town
from geo_dispatch.town.town import Town

NOW = datetime(2026, 7, 8, 16, tzinfo=UTC)
KINDS = (
    *[("engine", ("engine",))] * 3, ("ladder", ("ladder", "rescue")), ("tanker", ("tanker",)),
    ("ambulance", ("ambulance", "als")), *[("ambulance", ("ambulance",))] * 2, *[("police", ("police",))] * 3,
    ("chief", ("command",)),
)  # fmt: skip
REQUIRED = (Requirement("engine", 2), Requirement("ladder", 1), Requirement("ambulance", 1), Requirement("command", 1))
CARD = SelectedCard("sf1", "Structure fire", "structure_fire", 1, REQUIRED, (), ())


def spots(town: Town, seed: int) -> Iterator[LonLat]:
    """Draw positions on roads."""
    rng, network = np.random.default_rng(seed), town.network
    while True:
        segment = int(rng.integers(network.segment_count))
        yield LonLat(*network.point_along(segment, float(network.segment_length_m[segment]) * float(rng.random())))


def call(where: Iterator[LonLat], old: int) -> Call:
    """Draw a call, with some units whose position is ten minutes old."""
    units = []
    for row, (kind, able) in enumerate(KINDS):
        spot = next(where)
        at = "2026-07-08T15:50:00+00:00" if row < old else "2026-07-08T15:59:50+00:00"
        units.append(
            CallUnit(f"U{row}", kind, able, "available", True, crew=3, lon=spot.lon, lat=spot.lat, position_at=at)
        )
    place = next(where)
    return Call(CallPlace(place.lon, place.lat, "the call"), CARD, NOW, datetime(2026, 7, 8, 12), tuple(units))


def measure(town: Town, rounds: int) -> None:
    """Print what each kind of question takes."""
    recommender = Recommender(town, Router(town))
    for label, old, everything in (
        ("choice", 0, False),
        ("choice, 3 old positions", 3, False),
        ("everything", 0, True),
    ):
        where, times = spots(town, 1), []
        for number in range(rounds + 6):
            asked = call(where, old)
            begin = time.process_time()
            recommender.recommend(asked, consequences=everything)
            if number >= 6:
                times.append((time.process_time() - begin) * 1e3)
        p50, p95 = np.quantile(times, [0.5, 0.95])
        print(f"  {label:<26} p50 {p50:7.1f} ms   p95 {p95:7.1f} ms")
    rng, times = np.random.default_rng(2), []
    slots = [row.capability for row in REQUIRED for _ in range(row.count)]
    for _ in range(rounds):
        seconds = rng.uniform(60, 900, len(KINDS)).tolist()
        begin = time.process_time()
        fill_card(slots, [set(able) for _, able in KINDS], seconds)
        times.append((time.process_time() - begin) * 1e3)
    print(f"  {'assignment alone':<26} p50 {np.median(times):7.2f} ms   p95 {np.quantile(times, 0.95):7.2f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("towns", nargs="+", type=Path)
    parser.add_argument("--rounds", type=int, default=60)
    given = parser.parse_args()
    for path in given.towns:
        town = open_town(path)
        print(f"{path.name}: {town.network.arc_count} arcs")
        measure(town, given.rounds)


if __name__ == "__main__":
    main()
