"""A crowd at one live store: nothing lost, nothing double, the record sound; and how long things take.

Usage: scripts/with_postgres python tests/benchmarks/live/crowd_at_one_store.py [--operations 5000] [--kills 10]

On SQLite, and on PostgreSQL where ``scripts/with_postgres`` found one: two processes of eight threads do mixed operations
(positions, statuses, counts with a version, assignments, releases, incidents, closures); processes are killed with SIGKILL
while they write; then single operations and the check of the whole record are timed. PG_FSYNC=on syncs PostgreSQL to disk.
"""

from __future__ import annotations

import argparse
import os
import signal
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from geo_dispatch.live.reports import Reports
from geo_dispatch.live.store import LiveStore
from geo_dispatch.live.units import Units
from tests.live import crowd
from tests.live.stores import KINDS, new_address


def work_at_once(address: str, operations: int) -> None:
    """Let two processes of eight threads do everything at once, and check what they leave."""
    crowd.prepare(address)
    began = time.perf_counter()
    processes = [crowd.start(address, operations // 2, threads=8, name=name) for name in ("a", "b")]
    told = [row for process in processes for row in crowd.outcome(process)]
    took = time.perf_counter() - began
    done = crowd.check(address, told)
    print(f"  {len(told)} operations by 2 x 8 threads in {took:.1f} s with starting: {len(told) / took:.0f} a second")
    print("  " + ", ".join(f"{kind} {count}" for kind, count in sorted(done.items())))
    print("  no unit double, no count lost, everything acknowledged in the record, chain sound")


def kill(address: str, kills: int) -> None:
    """Kill processes while they write, and check that nothing acknowledged is lost."""
    told: list[tuple[str, str, bool]] = []
    crowd.prepare(address)
    for turn in range(kills):
        process = crowd.start(address, 1_000_000, threads=8, name=f"k{turn}")
        lines = [process.stdout.readline() for _ in range(50 + 37 * turn)]  # type: ignore[union-attr]
        process.send_signal(signal.SIGKILL)
        rest = crowd.rest_of(process)
        told += crowd.read("".join(lines) + rest)
        crowd.check(address, told)
    print(
        f"  {kills} processes killed with SIGKILL after {len(told)} acknowledged operations: all of them in the record"
    )


def timed_ms(action: object, count: int) -> str:
    """Return the median and the 95th percentile of an action's time."""
    times = []
    for number in range(count):
        began = time.perf_counter()
        action(number)  # type: ignore[operator]
        times.append((time.perf_counter() - began) * 1e3)
    times.sort()
    return f"p50 {statistics.median(times):6.2f} ms   p95 {times[int(count * 0.95)]:6.2f} ms"


def time_single(address: str) -> None:
    """Time single operations, with nobody else at the store."""
    store = LiveStore(address)
    units, reports = Units(store), Reports(store)
    print("  position kept      ", timed_ms(lambda n: reports.set_position("U8", -71, 41.5, source=str(n)), 300))
    print("  12 units listed    ", timed_ms(lambda _: units.list_units(), 300))
    print("  head looked at     ", timed_ms(lambda _: store.head(), 300))
    began = time.perf_counter()
    head = store.verify()
    took = time.perf_counter() - began
    print(f"  record of {head.seq} rows checked in {took:.2f} s: {head.seq / took:.0f} rows a second")
    store.close()


def main() -> None:
    """Run all of it on each database there is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--operations", type=int, default=5000)
    parser.add_argument("--kills", type=int, default=10)
    given = parser.parse_args()
    for kind in KINDS:
        if kind == "postgresql" and not os.environ.get("GEO_DISPATCH_TEST_POSTGRES"):
            print("postgresql: none here; run through scripts/with_postgres")
            continue
        print(kind)
        with tempfile.TemporaryDirectory() as folder, new_address(kind, Path(folder)) as address:
            work_at_once(address, given.operations)
            time_single(address)
        with tempfile.TemporaryDirectory() as folder, new_address(kind, Path(folder)) as address:
            kill(address, given.kills)


if __name__ == "__main__":
    main()
