"""Recorded calls made of a town's own addresses, units and run cards: nobody's, and the same for the same seed."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import numpy as np

from geo_dispatch.geometry import LonLat
from geo_dispatch.replay import ReplayTown

HEADER = ("call_id", "received", "dispatched", "en_route", "on_scene", "cleared", "lon", "lat", "call_type", "unit")
START = datetime(2026, 3, 2, 0, 0)

Drive = Callable[[str, LonLat, datetime], float | None]
"""Seconds that a unit drives to a place at a local time; None when it can't get there."""


def spots(at: ReplayTown) -> list[LonLat]:
    """Return the addresses of the town itself."""
    table = at.town.table("addresses")
    known = np.flatnonzero(np.isfinite(table.lon))
    own = [row for row in known.tolist() if table.text("municipality")[row] == at.town.meta.name] or known.tolist()
    return [LonLat(float(table.lon[row]), float(table.lat[row])) for row in own]


def made_rows(
    at: ReplayTown, *, calls: int, seed: int, per_day: float = 12.0, drive: Drive, call_types: tuple[str, ...] = ()
) -> Iterator[list[str]]:
    """Yield rows: each call goes to units able to do what its card asks for, the first free ones in a drawn order."""
    rng = Random(seed)
    places, types = spots(at), call_types or at.cards.call_types
    free_from = {seed.unit_id: START for seed in at.seeds}
    now = START
    for number in range(calls):
        now += timedelta(seconds=round(rng.expovariate(per_day / 86_400)))
        position, call_type = rng.choice(places), rng.choice(types)
        card = next(card for card in at.cards.cards if card.call_type == call_type and card.alarm == 1)
        for need in card.requirements[:2]:
            able = [s.unit_id for s in at.seeds if need.capability in s.capabilities and free_from[s.unit_id] <= now]
            if not able:
                continue
            unit = rng.choice(able)
            rolling = now + timedelta(seconds=30 + rng.randrange(60))
            travel = drive(unit, position, rolling)
            if travel is None:
                continue
            there = rolling + timedelta(seconds=max(1, round(travel)))
            clear = there + timedelta(seconds=rng.randrange(300, 2400))
            free_from[unit] = clear + timedelta(seconds=1000)
            times = (now - timedelta(seconds=40), now, rolling, there, clear)
            told = [f"{position.lon:.6f}", f"{position.lat:.6f}", call_type, unit]
            yield [f"c{number:07d}", *(time.isoformat(timespec="seconds") for time in times), *told]


def write_calls(path: Path, rows: Iterator[list[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(rows)
    return path


def from_quarters(at: ReplayTown, *, factor: float = 1.0, noise: float = 0.0, seed: int = 0) -> Drive:
    """Drive as the model has it from quarters, so many times as long, with a spread."""
    rng = Random(seed)
    seeds = {row.unit_id: row for row in at.seeds}

    def drive(unit: str, place: LonLat, local: datetime) -> float | None:
        row = seeds[unit]
        if row.home_lon is None or row.home_lat is None:
            return None
        from geo_dispatch.routing import VehicleSize

        size = VehicleSize(row.weight_t, row.height_m, row.width_m, row.length_m)
        found = at.router.matrix(
            [LonLat(row.home_lon, row.home_lat)], [place], profile=row.profile or "car", size=size, at=local
        ).travel_time_s[0, 0]
        return float(found) * factor * rng.lognormvariate(0, noise) if np.isfinite(found) else None

    return drive
