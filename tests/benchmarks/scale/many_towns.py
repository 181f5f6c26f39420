"""How many towns one process holds: memory, seconds to open, and answers while all of them are asked in turn.

Usage: python tests/benchmarks/scale/many_towns.py TOWN.gpkg [--towns 1,10,50] [--rounds 4]

Each town is a copy of the file with an index of its own, so that nothing is shared but the program. Asked are, of every town in turn: words to a place
(an address of the town), and a route between two of its addresses. Memory is the private part (what a further town costs) and the mapped part, which
the system can drop and read again. The first round of each town, which loads what it needs, is told apart from later ones.
"""

from __future__ import annotations

import argparse
import contextlib
import shutil
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from geo_dispatch.errors import NotFoundError
from geo_dispatch.geometry import LonLat
from geo_dispatch.service import Service
from geo_dispatch.town.store import open_town


def memory_mb() -> tuple[float, float]:
    """Return what this process holds for itself and what it has mapped of files, MB (Linux)."""
    fields = dict(
        line.split(":", 1) for line in Path("/proc/self/smaps_rollup").read_text().splitlines()[1:] if ":" in line
    )
    kb = {name: int(value.split()[0]) for name, value in fields.items() if value.strip().endswith("kB")}
    return kb["Anonymous"] / 1024, (kb["Rss"] - kb["Anonymous"]) / 1024


def ask(service: Service, rng: np.random.Generator) -> tuple[float, float]:
    """Ask a town for a place and a route; return the milliseconds of both."""
    addresses = service.town.table("addresses")
    rows = rng.integers(len(addresses), size=3)
    words = f"{addresses.text('number_text')[int(rows[0])]} {addresses.text('street')[int(rows[0])]}"
    began = time.perf_counter()
    service.locate(words)
    found = time.perf_counter()
    a, b = (LonLat(float(addresses.lon[row]), float(addresses.lat[row])) for row in rows[1:].tolist())
    with contextlib.suppress(NotFoundError):  # an address that no road leads to is asked for like any other
        service.route(a, b)
    return (found - began) * 1e3, (time.perf_counter() - found) * 1e3


def figures(taken: list[tuple[float, float]]) -> str:
    """Return percentiles in words."""
    told = []
    for name, times in zip(("locate", "route"), zip(*taken, strict=True), strict=True):
        p50, p95 = np.quantile(times, [0.5, 0.95])
        told.append(f"{name} p50 {p50:.1f} p95 {p95:.1f} ms")
    return ", ".join(told)


def main() -> None:
    """Open more and more towns, and ask them all."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("town", type=Path)
    parser.add_argument("--towns", type=lambda text: [int(part) for part in text.split(",")], default=[1, 10, 50])
    parser.add_argument("--rounds", type=int, default=4)
    options = parser.parse_args()
    open_town(options.town)  # its index is made here, and copied
    rng, services = np.random.default_rng(1), []
    own, mapped = memory_mb()
    print(f"the program with one town looked at: {own:.0f} MB of its own, {mapped:.0f} MB of files")
    with tempfile.TemporaryDirectory() as name:
        for wanted in options.towns:
            began = time.perf_counter()
            before = len(services)
            while len(services) < wanted:
                out = Path(name) / f"t{len(services)}.gpkg"
                shutil.copyfile(options.town, out)
                shutil.copytree(f"{options.town}.index", f"{out}.index")
                services.append(Service(open_town(out), file=out))
            opened_s = time.perf_counter() - began
            first = [ask(service, rng) for service in services[before:]]
            later = [ask(service, rng) for _ in range(options.rounds) for service in services]
            now, mapped = memory_mb()
            print(
                f"{wanted:4} towns: {opened_s / max(wanted - before, 1) * 1e3:.0f} ms to copy and open one; {now:.0f} MB of its own "
                f"({(now - own) / wanted:.1f} a town), {mapped:.0f} MB of files; first {figures(first)}; later {figures(later)}",
                flush=True,
            )


if __name__ == "__main__":
    main()
