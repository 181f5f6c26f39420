"""Several processes and threads at one store; a process killed while it writes. ``tests/benchmarks/live`` does it at full size."""

from __future__ import annotations

import signal
import sys

import pytest

from tests.live import crowd


@pytest.mark.parametrize("operations", [240])
def test_nothing_is_lost_or_double_when_all_write_at_once(address, operations):
    crowd.prepare(address)
    processes = [crowd.start(address, operations // 2, threads=8, name=name) for name in ("a", "b")]
    told = [row for process in processes for row in crowd.outcome(process)]
    assert len(told) == operations
    done = crowd.check(address, told)
    assert {"position", "count", "assign", "UnitTakenError"} <= set(done)


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is of Unix")
def test_what_was_acknowledged_outlives_kill_9(address):
    crowd.prepare(address)
    told = []
    for turn in range(2):
        process = crowd.start(address, 100_000, threads=4, name=f"k{turn}")
        lines = [process.stdout.readline() for _ in range(60)]
        process.send_signal(signal.SIGKILL)
        rest = crowd.rest_of(process)
        told += crowd.read("".join(lines) + rest)
        crowd.check(address, told)
    told += crowd.outcome(crowd.start(address, 40, threads=2, name="after"))
    crowd.check(address, told)
