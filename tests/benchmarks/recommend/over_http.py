"""How long a recommendation takes over HTTP, with many clients at once, and where the time goes.

Usage: python tests/benchmarks/recommend/over_http.py [sample|vermont7|FILE.gpkg ...] [--clients 1,8,32] [--seconds 15]

A name builds that town first, with a pack of twelve units and one run card; a file must have units and run cards of its own (`--call-type`). The
server is a process of its own with a live store; clients are threads of this one, each on a connection that stays open, asking for calls at random
positions on roads of the largest part. Every answer must be a recommendation; the first two seconds do not count. Then one thread asks the same inside this
process under a profiler, and the share of each part is printed.
"""

from __future__ import annotations

import argparse
import cProfile
import http.client
import json
import pstats
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from geo_dispatch.town.store import open_town
from geo_dispatch.town.town import Town
from tests.benchmarks.build.towns import build, towns
from tests.browser.server import Server

WARM_S = 2.0
CARD = ("engine", "engine", "ladder", "ambulance", "command")
KINDS = (
    *[("engine", ("engine",), "engine")] * 3, ("ladder", ("ladder",), "ladder"), ("tanker", ("tanker",), "tanker"),
    *[("ambulance", ("ambulance",), "ambulance")] * 3, *[("police", ("police",), "police")] * 3, ("chief", ("command",), "car"),
)  # fmt: skip


def spots(town: Town, count: int, seed: int) -> list[tuple[float, float]]:
    """Draw positions on roads of the town's largest part."""
    rng, network = np.random.default_rng(seed), town.network
    links = (np.asarray(network.segment_from), np.asarray(network.segment_to))
    roads = csr_array((np.ones(network.segment_count), links), shape=(network.node_count, network.node_count))
    _, part = connected_components(roads, directed=False)
    segments = rng.choice(np.flatnonzero(part[links[0]] == np.bincount(part).argmax()), size=count)
    return [
        tuple(network.point_along(int(s), float(network.segment_length_m[s]) * float(rng.random()))) for s in segments
    ]


def write_pack(folder: Path, town: Town) -> Path:
    """Write a pack of twelve units at four stations, with one run card."""
    folder.mkdir(parents=True)
    stations = [
        {"station_id": f"s{row}", "name": f"Station {row}", "kind": "fire", "lon": round(lon, 6), "lat": round(lat, 6)}
        for row, (lon, lat) in enumerate(spots(town, 4, 3))
    ]
    units = [
        {
            "unit_id": f"U{row}", "name": f"Unit {row}", "kind": kind, "station_id": f"s{row % 4}", "profile": profile,
            "capabilities": list(able), "crew": 3, "staffing": "24/7",
        }
        for row, (kind, able, profile) in enumerate(KINDS)
    ]  # fmt: skip
    needed = [{"capability": name, "count": CARD.count(name)} for name in dict.fromkeys(CARD)]
    cards = [
        {"card_id": "sf1", "call_type": "structure_fire", "name": "Structure fire", "alarm": 1, "requirements": needed}
    ]
    about = {
        "name": town.meta.name, "state": town.meta.state or "Vermont", "fictional": False, "licence": "none", "attribution": "made for a benchmark", "timezone": "America/New_York",
        "date": "2026-01-01",
    }  # fmt: skip
    for name, content in (("pack", about), ("stations", stations), ("units", units), ("run_cards", cards)):
        (folder / f"{name}.yaml").write_text(json.dumps(content))
    return folder


def built(name: str, folder: Path) -> Path:
    """Build a town of the benchmarks, with a pack when it has none."""
    options = towns(folder)[name][0]
    out = folder / f"{name}.gpkg"
    if "--pack" not in options:
        build(out, options)
        options = [*options, "--pack", str(write_pack(folder / "pack", open_town(out)))]
    build(out, options)
    open_town(out)
    return out


class Client(threading.Thread):
    """Asks one call after another until told to stop."""

    def __init__(self, address: str, bodies: list[bytes], stop: float) -> None:
        super().__init__(daemon=True)
        self._host, _, self._port = address.partition("://")[2].partition(":")
        self._bodies, self._stop_at = bodies, stop
        self.times_ms: list[tuple[float, float]] = []
        self.faults: list[str] = []

    def run(self) -> None:
        """Ask, and keep when each answer was there and how long it took."""
        connection = http.client.HTTPConnection(self._host, int(self._port), timeout=60)
        for body in self._bodies:
            began = time.perf_counter()
            if began > self._stop_at:
                break
            connection.request("POST", "/v1/recommend", body, {"content-type": "application/json"})
            answer = connection.getresponse()
            content = json.loads(answer.read())
            ended = time.perf_counter()
            self.times_ms.append((ended, (ended - began) * 1e3))
            if answer.status != 200:
                self.faults.append(f"{answer.status} {content.get('detail', '')[:120]}")
        connection.close()


def bodies(town: Town, call_type: str, count: int, seed: int) -> list[bytes]:
    """Make requests."""
    return [
        json.dumps({"place": f"{lon:.6f},{lat:.6f}", "call_type": call_type}).encode()
        for lon, lat in spots(town, count, seed)
    ]


def measure(server: Server, town: Town, call_type: str, clients: int, seconds: float) -> None:
    """Print percentiles with so many clients at once."""
    began = time.perf_counter()
    threads = [
        Client(server.url, bodies(town, call_type, 5000, 10 + row), began + seconds + WARM_S) for row in range(clients)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken = [took for thread in threads for ended, took in thread.times_ms if ended > began + WARM_S]
    faults = [fault for thread in threads for fault in thread.faults]
    p50, p95, p99 = np.quantile(taken, [0.5, 0.95, 0.99])
    print(
        f"  {clients:3} clients: {len(taken) / seconds:7.1f} answers a second; p50 {p50:7.1f} ms, p95 {p95:7.1f} ms, p99 {p99:7.1f} ms; "
        f"{len(faults)} faults{': ' + faults[0] if faults else ''}",
        flush=True,
    )


def profile(path: Path, folder: Path, call_type: str, rounds: int) -> None:
    """Print where the time of an answer goes, in this process."""
    from starlette.testclient import TestClient

    from geo_dispatch.app import create_app
    from geo_dispatch.config import Settings

    settings: dict[str, Any] = {
        "town": str(path),
        "state": f"sqlite:///{folder / 'profile.sqlite'}",
        "sign_in": "off",
    }
    town = open_town(path)
    with TestClient(create_app(Settings(**settings)), base_url="http://localhost") as client:
        while client.get("/readyz").status_code != 200:
            time.sleep(0.1)
        asked = bodies(town, call_type, rounds + 10, 5)
        profiler = cProfile.Profile()
        desk = client.app.state.desk.recommend  # type: ignore[attr-defined]
        for body in asked[:10]:
            client.post("/v1/recommend", content=body, headers={"content-type": "application/json"})
        began = time.process_time()
        for body in asked[10:]:
            client.post("/v1/recommend", content=body, headers={"content-type": "application/json"})
        whole_ms = (time.process_time() - began) / rounds * 1e3
        request = [json.loads(body) for body in asked[10:]]
        profiler.enable()
        for row in request:
            desk.recommend(row["place"], call_type)
        profiler.disable()
    print(
        f"  inside: {whole_ms:.1f} ms of processor an answer; shares of the recommendation itself, by function (cumulative):"
    )
    stats = pstats.Stats(profiler)
    total = max(entry[3] for entry in stats.stats.values())  # type: ignore[attr-defined]
    rows = [
        (entry[3] / total, f"{Path(file).parent.name}/{Path(file).name}:{name}")
        for (file, _, name), entry in stats.stats.items()  # type: ignore[attr-defined]
        if "geo_dispatch" in file
    ]
    for share, label in sorted(rows, reverse=True)[:22]:
        print(f"    {share:6.1%}  {label}")


def main() -> None:
    """Measure each town."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("towns", nargs="*", default=["sample"])
    parser.add_argument("--clients", type=lambda text: [int(part) for part in text.split(",")], default=[1, 8, 32])
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--call-type", default="structure_fire")
    parser.add_argument("--rounds", type=int, default=40, help="Recommendations under the profiler.")
    options = parser.parse_args()
    for given in options.towns:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            path = Path(given) if given.endswith(".gpkg") else built(given, folder)
            town = open_town(path)
            print(f"{given}: {town.network.arc_count:,} arcs, {len(town.table('addresses')):,} addresses", flush=True)
            server = Server(path, folder / "server", GEO_DISPATCH_SIGN_IN="off").start()
            try:
                for clients in options.clients:
                    measure(server, town, options.call_type, clients, options.seconds)
            finally:
                server.stop()
            profile(path, folder, options.call_type, options.rounds)


if __name__ == "__main__":
    main()
