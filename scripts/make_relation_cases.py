"""Make cases for `geo-dispatch evaluate` in which a caller says how they relate to a place.

The true place is an address on file, chosen first; the words are then what is geometrically true of it. So neither the distances nor the
side of the road are drawn from the model that is measured. What it can't tell is which words callers choose: a caller at
an address 300 m away may or may not say "near". Each relation has a rule, given below in code, and its reach is a judgement.

    python scripts/make_relation_cases.py TOWN.gpkg --out cases.jsonl --seed 1 --each 200
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from geo_dispatch.errors import CoordinateError
from geo_dispatch.geometry import LonLat, bearing_deg, compass_point
from geo_dispatch.locate.pointgrid import PointGrid
from geo_dispatch.routing.snap import Snapper
from geo_dispatch.town.store import open_town
from geo_dispatch.town.town import Town

_UNITS = (
    (1609.344, ("a quarter mile", 0.25), ("half a mile", 0.5), ("one mile", 1.0)),
    (0.9144, ("200 yards", 200), ("400 yards", 400)),
)


class _Maker:
    def __init__(self, town: Town, seed: int) -> None:
        self.town, self.random = town, random.Random(seed)
        self.snapper = Snapper(town, max_distance_m=300.0)
        self.addresses = PointGrid(town, "addresses")
        places = town.table("places")
        names = Counter(places.text("name"))
        kinds = places.text("kind")
        self.places = [
            row
            for row in range(len(places))
            if (name := places.text("name")[row]) and names[name] == 1 and not (kinds[row] or "").startswith("place=")
        ]

    def street_of(self, lon: float, lat: float) -> tuple[int, str] | None:
        """Return the nearest named street and the side of it."""
        try:
            snap = self.snapper.snap(LonLat(lon, lat))
        except CoordinateError:
            return None
        street = int(self.town.network.segment_street[snap.segment])
        return (street, f"{snap.segment} {snap.side}") if street >= 0 else None

    def cases(self) -> Iterator[tuple[str, str, float, float]]:
        """Yield kind, text and position without end."""
        places, addresses = self.town.table("places"), self.town.table("addresses")
        while True:
            row = self.random.choice(self.places)
            x, y = float(places.x[row]), float(places.y[row])
            name = places.text("name")[row]
            near = [(d, r) for d, r in self.addresses.list_near(x, y, 1800.0) if d > 15.0]
            if not near:
                continue
            close = [entry for entry in near if entry[0] <= 250.0]
            for pool in (close, near):
                if not pool:
                    continue
                distance, at = self.random.choice(pool)
                lon, lat = float(addresses.lon[at]), float(addresses.lat[at])
                turn = bearing_deg(x, y, float(addresses.x[at]), float(addresses.y[at]))
                for kind, text in self._say(row, name, distance, turn, lon, lat, far=pool is near):
                    yield kind, text, lon, lat

    def _say(
        self, row: int, name: str, distance: float, turn: float, lon: float, lat: float, *, far: bool
    ) -> Iterator[tuple[str, str]]:
        compass = compass_point(turn)
        straight = abs(turn - 45.0 * round(turn / 45.0)) <= 20.0
        if far:
            for unit, *amounts in _UNITS:
                for said, value in amounts:
                    if straight and abs(distance - value * unit) <= 0.15 * value * unit:
                        yield "distance_direction", f"{said} {compass} of {name}"
            return
        places = self.town.table("places")
        yield "near", f"near {name}"
        if straight and distance <= 200:
            yield "direction", f"just {compass} of {name}"
        if distance <= 60:
            yield "next_to", f"next to {name}"
        own = self.street_of(float(places.lon[row]), float(places.lat[row]))
        other = self.street_of(lon, lat)
        if own and other and own[0] == other[0] and distance <= 150:
            street = self.town.table("streets").text("name")[own[0]]
            if own[1].split()[0] == other[1].split()[0] and own[1] != other[1]:
                yield "across", f"across from {name}"
            yield "near_on", f"near {name} on {street}"


def main() -> int:
    """Write the cases."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("town", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--each", type=int, default=200)
    parser.add_argument("--draws", type=int, default=60_000, help="give up filling a rare relation after so many cases")
    options = parser.parse_args()
    maker = _Maker(open_town(options.town), options.seed)
    count: Counter[str] = Counter()
    seen: set[str] = set()
    lines = []
    for drawn, (kind, text, lon, lat) in enumerate(maker.cases()):
        if drawn >= options.draws or not math.isfinite(lon):
            break
        if count[kind] >= options.each or text in seen:
            continue
        seen.add(text)
        count[kind] += 1
        lines.append(json.dumps({"text": text, "lon": lon, "lat": lat, "tolerance_m": 400.0, "class": kind}))
    options.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(lines)} cases in {options.out}: {dict(count)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
