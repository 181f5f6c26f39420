"""A crowd at one store: processes with several threads each, doing everything at once; and what must hold afterwards.

Run as a program it is one of the processes: ``python -m tests.live.crowd ADDRESS OPERATIONS THREADS NAME``. Each operation
carries a word of its own, written to stdout once the store has acknowledged it.
"""

from __future__ import annotations

import collections
import json
import os
import random
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa

from geo_dispatch.errors import ConflictError, UnitReportError
from geo_dispatch.live.assigning import Assigning
from geo_dispatch.live.closures import Closures
from geo_dispatch.live.incidents import Incidents
from geo_dispatch.live.models import UnitSeed
from geo_dispatch.live.reports import Reports
from geo_dispatch.live.statuses import load_workflow
from geo_dispatch.live.store import LiveStore
from geo_dispatch.live.tables import assignments
from geo_dispatch.live.units import Units

ROOT = Path(__file__).resolve().parents[2]
TOWN = "Crowdport, Testonia"
UNITS = tuple(f"U{number}" for number in range(12))
COUNTED = ("U0", "U1")
"""Units whose crew is counted up, one at a time: the sum tells whether an update was lost."""


def prepare(address: str) -> None:
    """Make the store that the crowd comes to: twelve units, six of them sharing three crews."""
    store = LiveStore(address)
    store.prepare(TOWN)
    groups = [f"crew{number // 2}" if number < 6 else None for number in range(len(UNITS))]
    Units(store).seed(
        [UnitSeed(unit, unit, "engine", crew=0, crew_group=group) for unit, group in zip(UNITS, groups, strict=True)]
    )
    store.close()


class Member:
    """One thread of the crowd."""

    def __init__(self, store: LiveStore, name: str) -> None:
        self.name = name
        self.random = random.Random(name)
        self.units, self.reports = Units(store), Reports(store)
        self.incidents, self.assigning, self.closures = Incidents(store), Assigning(store), Closures(store)
        self.mine: list[str] = []
        self.closed: list[str] = []

    def act(self, word: str) -> str:
        """Do one thing that carries a word; return what it was."""
        kind = self.random.choices(
            ["position", "status", "count", "assign", "release", "open", "close", "closure"],
            [30, 10, 14, 16, 14, 6, 4, 6],
        )[0]
        getattr(self, f"_{kind}")(word)
        return kind

    def _position(self, word: str) -> None:
        unit, lon = self.random.choice(UNITS), self.random.uniform(-71.1, -71.0)
        self.reports.set_position(unit, lon, 41.5, source=word, actor=self.name)

    def _status(self, word: str) -> None:
        statuses = list(load_workflow().statuses)
        self.reports.set_status(self.random.choice(UNITS), self.random.choice(statuses), note=word, actor=self.name)

    def _count(self, word: str) -> None:
        """Read, add one, write; again when others were first."""
        unit = self.random.choice(COUNTED)
        while True:
            seen = self.units.get_unit(unit)
            try:
                self.units.edit(
                    unit, {"crew": (seen.crew or 0) + 1, "staffing": word}, version=seen.version, actor=self.name
                )
            except ConflictError:
                continue
            return

    def _open(self, word: str) -> None:
        self.mine.append(self.incidents.open_incident("crash", lon=-71, lat=41.5, label="x", note=word).incident_id)

    def _assign(self, word: str) -> None:
        if not self.mine:
            self._open(f"{word}-open")
        units = self.random.sample(UNITS, self.random.choice([1, 1, 2]))
        self.assigning.assign(self.random.choice(self.mine), [(unit, word) for unit in units], actor=self.name)

    def _release(self, word: str) -> None:
        held = [unit for unit in self.units.list_units() if unit.incident_id is not None]
        if held:
            unit = self.random.choice(held)
            self.assigning.release(str(unit.incident_id), [unit.unit_id], reason=word, actor=self.name)

    def _close(self, word: str) -> None:
        if self.mine:
            incident = self.random.choice(self.mine)
            self.incidents.edit(incident, {"status": "closed", "note": word}, actor=self.name)
            self.mine.remove(incident)

    def _closure(self, word: str) -> None:
        if self.closed and self.random.random() < 0.5:
            self.closures.expire(self.closed.pop(), actor=self.name)
        else:
            self.closed.append(self.closures.add("stretch", {"street": "Main"}, note=word, actor=self.name).closure_id)


def run(address: str, operations: int, threads: int, name: str) -> None:
    """Be one process of the crowd."""
    store = LiveStore(address)
    told = threading.Lock()

    def work(number: int, count: int) -> None:
        member = Member(store, f"{name}-{number}")
        for turn in range(count):
            word = f"{member.name}-{turn}"
            try:
                kind, done = member.act(word), True
            except (ConflictError, UnitReportError) as error:
                kind, done = type(error).__name__, False
            with told:
                print(json.dumps([word, kind, done]), flush=True)

    shares = [operations // threads + (number < operations % threads) for number in range(threads)]
    workers = [threading.Thread(target=work, args=pair) for pair in enumerate(shares)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    store.close()


def start(address: str, operations: int, *, threads: int, name: str) -> subprocess.Popen[str]:
    """Start one process of the crowd."""
    command = [sys.executable, "-m", "tests.live.crowd", address, str(operations), str(threads), name]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def outcome(process: subprocess.Popen[str]) -> list[tuple[str, str, bool]]:
    """Wait for a process, and return what it was acknowledged."""
    out, err = process.communicate(timeout=600)
    assert process.returncode == 0, err
    assert not err, err
    return read(out)


def rest_of(process: subprocess.Popen[str]) -> str:
    """Return what a killed process had still written."""
    assert process.stdout is not None
    assert process.stderr is not None
    rest = process.stdout.read()
    process.wait(timeout=60)
    process.stdout.close()
    process.stderr.close()
    return rest


def read(out: str) -> list[tuple[str, str, bool]]:
    """Return the acknowledgements that were written whole."""
    return [tuple(json.loads(line)) for line in out.splitlines(keepends=True) if line.endswith("\n")]


def check(address: str, told: list[tuple[str, str, bool]]) -> dict[str, int]:
    """Check all that must hold after a crowd, and return how often each thing was done."""
    store = LiveStore(address)
    try:
        store.verify()
        entries = list(_all_entries(store))
        _check_no_double(entries)
        _check_acknowledged(entries, told)
        _check_now(store, entries)
        return dict(collections.Counter(kind for _, kind, _ in told))
    finally:
        store.close()


def _all_entries(store: LiveStore) -> Iterator:
    after = 0
    while page := store.entries(after=after, limit=1000):
        yield from page
        after = page[-1].seq


def _check_no_double(entries: list) -> None:
    """Follow the record: no unit, and no crew, is ever on two incidents."""
    crew = {unit: f"crew{number // 2}" if number < 6 else unit for number, unit in enumerate(UNITS)}
    out: dict[str, tuple[str, str]] = {}
    for entry in entries:
        if entry.action == "incident.assign":
            for row in entry.data["units"]:
                assert crew[row["unit_id"]] not in out, f"row {entry.seq}: {row['unit_id']} is out already"
                out[crew[row["unit_id"]]] = (row["unit_id"], entry.subject_id)
        elif entry.action == "incident.release":
            for unit in entry.data["units"]:
                assert out.pop(crew[unit]) == (unit, entry.subject_id), f"row {entry.seq}"


def _check_acknowledged(entries: list, told: list[tuple[str, str, bool]]) -> None:
    """Whatever was acknowledged is in the record."""
    kept = " ".join(json.dumps(dict(entry.data)) for entry in entries)
    words = set(kept.replace('"', " ").replace(",", " ").split())
    silent = ("release", "close", "closure", "status")  # may have found nothing to do
    missing = [word for word, kind, done in told if done and kind not in silent and word not in words]
    assert not missing, missing[:10]


def _check_now(store: LiveStore, entries: list) -> None:
    """What is on file now is what the record says, and no count was lost."""
    counted = collections.Counter(
        e.subject_id for e in entries if e.action == "unit.update" and "crew" in e.data["changes"]
    )
    units = {unit.unit_id: unit for unit in Units(store).list_units()}
    for unit in COUNTED:
        assert units[unit].crew == counted[unit], (unit, units[unit].crew, counted[unit])
    last = {e.subject_id: e.data["to"] for e in entries if e.action == "unit.status"}
    for unit, status in last.items():
        assert units[unit].status == status
    workflow = load_workflow()
    for unit in units.values():
        assert workflow.statuses[unit.status].on_incident == (unit.incident_id is not None)
    query = sa.select(assignments.c.unit_id).where(assignments.c.released_at.is_(None))
    with store.read() as connection:
        held = list(connection.execute(query).scalars())
    assert len(held) == len(set(held))


if __name__ == "__main__":
    run(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
