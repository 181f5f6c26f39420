"""Round trip: the last two steps of a route, as they are said, given to locate, must find the destination.

Usage: python tests/benchmarks/directions/round_trip.py TOWN.gpkg [...] [--routes 500] [--seed 1] [--voice public] [--named] [--failures 20]

Destinations are address points and places in turn; where a town has few addresses, points along its named roads too. Without ``--named`` the last step does not
call the destination by its name: only its number, side, what stands beside it, and what is passed. A destination is found when the first
candidate lies within 75 m of it.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from geo_dispatch.errors import GeoDispatchError
from geo_dispatch.geometry import LonLat, geodesic_m
from geo_dispatch.service import Service
from geo_dispatch.town.store import open_town
from geo_dispatch.town.town import Town

TOLERANCE_M = 75.0
FEW = 1000


@dataclass(frozen=True)
class Goal:
    """A destination: where it is, and what it is called."""

    kind: str
    position: LonLat
    label: str | None


def goals(town: Town, rng: random.Random) -> Iterator[Goal]:
    """Yield random destinations without end."""
    addresses, places, network = town.table("addresses"), town.table("places"), town.network
    named = [row for row, name in enumerate(places.text("name")) if name and np.isfinite(places.lon[row])]
    roads = [
        row for row, name in enumerate(network.segments.text("name")) if name and network.segment_length_m[row] > 60
    ]
    kinds = ["address"] if len(addresses) >= FEW else ["road", "place"]
    while True:
        kind = rng.choice(kinds)
        if kind == "address":
            row = rng.randrange(len(addresses))
            if addresses.numbers("number")[row] < 1 or not addresses.text("street")[row]:
                continue
            town_of = addresses.text("municipality")[row]
            label = f"{addresses.text('number_text')[row]} {addresses.text('street')[row]}{f', {town_of}' if town_of else ''}"
            yield Goal(kind, LonLat(float(addresses.lon[row]), float(addresses.lat[row])), label)
        elif kind == "place":
            row = rng.choice(named)
            yield Goal(kind, LonLat(float(places.lon[row]), float(places.lat[row])), places.text("name")[row])
        else:
            segment = rng.choice(roads)
            lon, lat = network.point_along(segment, rng.uniform(0.2, 0.8) * float(network.segment_length_m[segment]))
            yield Goal(kind, LonLat(lon, lat), None)


def run(path: Path, count: int, seed: int, voice: str, named: bool, failures: int) -> None:
    """Try one town and print the shares, and the failures."""
    service = Service(open_town(path), file=path)
    rng = random.Random(seed)
    tried: Counter[str] = Counter()
    found: Counter[str] = Counter()
    inside: Counter[str] = Counter()
    shown = 0
    stream = goals(service.town, rng)
    while sum(tried.values()) < count:
        goal, start = next(stream), next(stream)
        try:
            steps = service.route_to(start.position, goal.position, say=goal.label if named else None, text=voice).steps
        except GeoDispatchError:
            continue
        said = " ".join((step.radio if voice == "radio" else step.instruction) for step in steps[-2:])
        answer = service.locate(said)
        tried[goal.kind] += 1
        best = answer.candidates[0] if answer.candidates else None
        away = geodesic_m(best.lon, best.lat, *goal.position) if best else float("inf")
        found[goal.kind] += away <= TOLERANCE_M
        inside[goal.kind] += best is not None and away <= max(TOLERANCE_M, best.radius90_m)
        if away > TOLERANCE_M and shown < failures:
            shown += 1
            label = f"{best.label} ({best.probability:.2f}, r90 {best.radius90_m:.0f} m)" if best else answer.status
            print(
                f"  {away:7.0f} m  {goal.kind}: {goal.label}\n      said: {said}\n      found: {label}", file=sys.stderr
            )
    parts = ", ".join(f"{kind} {found[kind]}/{tried[kind]}" for kind in sorted(tried))
    total = sum(tried.values())
    print(
        f"{service.town.meta.name} {voice}{' named' if named else ''}: within {TOLERANCE_M:.0f} m {sum(found.values()) / total:.1%} of {total} ({parts}); "
        f"in the first candidate's 90% region {sum(inside.values()) / total:.1%}"
    )


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("towns", nargs="+", type=Path)
    parser.add_argument("--routes", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--voice", default="public")
    parser.add_argument("--named", action="store_true")
    parser.add_argument("--failures", type=int, default=20)
    given = parser.parse_args()
    for town in given.towns:
        run(town, given.routes, given.seed, given.voice, given.named, given.failures)


if __name__ == "__main__":
    main()
