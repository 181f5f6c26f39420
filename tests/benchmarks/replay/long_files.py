"""Read files of recorded calls of growing length, and say how fast and in how much memory.

Usage: python tests/benchmarks/replay/long_files.py TOWN.gpkg [ROWS ...]

Rows are made of the town's addresses at random, one in fifty broken. Each length is read in a process of its own. Seconds are of the processor.
"""

from __future__ import annotations

import csv
import resource
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from random import Random

from geo_dispatch.replay import ReplayTown, replay_calls
from geo_dispatch.service import Service
from geo_dispatch.service.recorded import replay_town_of
from geo_dispatch.town.store import open_town

HEADER = ("call_id", "dispatched", "en_route", "on_scene", "cleared", "lon", "lat", "call_type", "unit")
ROWS = (100_000, 400_000, 1_600_000)
CALLS = 100


def town_of(file: str) -> ReplayTown:
    return replay_town_of(Service(open_town(Path(file)), file=Path(file)))


def write(at: ReplayTown, path: Path, rows: int) -> None:
    """Write so many rows, one in fifty without a time, unit or place."""
    rng, now = Random(rows), datetime(2016, 1, 1)
    table, units = at.town.table("addresses"), [seed.unit_id for seed in at.seeds]
    spots = [(f"{lon:.6f}", f"{lat:.6f}") for lon, lat in zip(table.lon[:2000], table.lat[:2000], strict=True)]
    types = at.cards.call_types
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for number in range(rows):
            now += timedelta(seconds=rng.randrange(60))
            times = [now + timedelta(seconds=s) for s in (0, 60, 60 + rng.randrange(20, 900), 2000)]
            row = [
                f"c{number}",
                *(t.isoformat() for t in times),
                *rng.choice(spots),
                rng.choice(types),
                rng.choice(units),
            ]
            if number % 50 == 7:
                row[rng.choice((1, 4, 5, 8))] = rng.choice(("", "?"))
            writer.writerow(row)


def read(file: str, path: str) -> None:
    """Read and replay in this process, and print what that took."""
    at = town_of(file)
    with tempfile.TemporaryDirectory() as folder, Path(path).open() as whole:
        short = Path(folder) / "short.csv"
        short.write_text("".join(islice(whole, 1000)))
        replay_calls(at, short, limit=CALLS)  # everything is loaded
        began = time.process_time()
        calls = replay_calls(at, short, limit=CALLS).calls
        each = (time.process_time() - began) / calls
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    with tempfile.TemporaryDirectory() as out:
        report = replay_calls(at, Path(path), limit=1, out=Path(out))
    took = time.process_time() - began
    rows, peak = report.rows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert rows.read == rows.replayed + rows.rejected + rows.not_reached
    size = Path(path).stat().st_size / 1e6
    print(
        f"{rows.read:>10,} rows, {size:7.1f} MB: read, checked and put in order in {took:6.1f} s ({rows.read / took:,.0f} rows/s), "
        f"{rows.rejected:,} rejected; peak {peak / 1024:.0f} MB ({before / 1024:.0f} MB with 1,000 rows); "
        f"{1000 * each:.0f} ms a call replayed",
        flush=True,
    )


def main(town: str, lengths: list[int]) -> None:
    at = town_of(town)
    with tempfile.TemporaryDirectory() as folder:
        for rows in lengths:
            path = Path(folder) / f"{rows}.csv"
            write(at, path, rows)
            subprocess.run([sys.executable, __file__, town, "--read", str(path)], check=True)
            path.unlink()


if __name__ == "__main__":
    if "--read" in sys.argv:
        read(sys.argv[1], sys.argv[3])
    else:
        main(sys.argv[1], [int(text) for text in sys.argv[2:]] or list(ROWS))
