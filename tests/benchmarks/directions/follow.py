"""Second round trip: a driver who is given nothing but the sentences of the directions follows them over the roads; does he arrive?

Usage: python tests/benchmarks/directions/follow.py TOWN.gpkg [...] [--routes 500] [--seed 1] [--failures 20] [--named]

The driver (tests/directions/driver.py) reads English text and sees the roads with their signs; his odometer is up to 3% off. Starts are points on roads; destinations
are addresses, places and points on roads in turn. He has arrived when he stops within 75 m of the destination's point on the road.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from geo_dispatch.directions import directions
from geo_dispatch.directions.landmarks import TownCues
from geo_dispatch.errors import GeoDispatchError
from geo_dispatch.geometry import LonLat, geodesic_m
from geo_dispatch.routing import Router
from geo_dispatch.town.store import open_town
from tests.benchmarks.directions.round_trip import goals
from tests.directions.driver import Driver, LostError

ARRIVED_M = 75.0


def run(path: Path, routes: int, seed: int, failures: int, *, named: bool) -> None:
    """Drive random routes of one town, and print the share that arrives and what failed."""
    town = open_town(path)
    router, driver, cues = Router(town), Driver(town), TownCues(town)
    rng, starts = random.Random(seed), random.Random(seed + 1)
    usable = [row for row in range(town.network.segment_count) if town.network.segment_length_m[row] > 30]
    stream = goals(town, rng)
    outcome: Counter[str] = Counter()
    shown = 0
    while sum(outcome.values()) < routes:
        goal, segment = next(stream), starts.choice(usable)
        start = LonLat(
            *town.network.point_along(segment, starts.random() * float(town.network.segment_length_m[segment]))
        )
        odometer = starts.uniform(0.97, 1.03)
        try:
            way = router.route(start, goal.position)
        except GeoDispatchError:
            continue
        if way.length_m < 100:
            continue
        steps = directions(town, way, destination=goal.label if named else None, cues=cues)
        texts = [step.instruction for step in steps]
        end = (way.destination.lon, way.destination.lat)
        try:
            stop = driver.follow(LonLat(steps[0].lon, steps[0].lat), texts, odometer=odometer)
            away = geodesic_m(*stop, *end)
            result, why = ("arrived", "") if away <= ARRIVED_M else ("elsewhere", f"stopped {away:.0f} m away")
        except LostError as error:
            result, why = "lost", str(error)
        except ValueError as error:
            result, why = "not understood", str(error)
        outcome[result] += 1
        if result != "arrived" and shown < failures:
            shown += 1
            print(f"\n{result}: {why} (odometer {odometer:.3f}; to {goal.kind} {goal.label})", file=sys.stderr)
            for step in steps:
                print(f"   {step.lon:.5f},{step.lat:.5f} {step.length_m:6.0f} m  {step.instruction}", file=sys.stderr)
    total = sum(outcome.values())
    print(
        f"{town.meta.name}{' named' if named else ''}: {outcome['arrived'] / total:.1%} of {total} arrive within {ARRIVED_M:.0f} m; {dict(outcome)}"
    )


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("towns", nargs="+", type=Path)
    parser.add_argument("--routes", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--failures", type=int, default=20)
    parser.add_argument("--named", action="store_true", help="Call the destination by its name or address.")
    given = parser.parse_args()
    for town in given.towns:
        run(town, given.routes, given.seed, given.failures, named=given.named)


if __name__ == "__main__":
    main()
