"""Build real towns, and set what came out against counts made without this program.

Usage: python tests/benchmarks/build/towns.py [NAME ...]     (autauga, columbus, addison, vermont7, sample; all when none is named)

Each build is a process of its own: seconds and peak memory are that process's. The counts come from the raw file through
pyosmium or pandas, and from the town file through plain SQL. The server's start is timed from the command to the first
answer of ``/readyz``, with the index present, three times, the median given.
"""

from __future__ import annotations

import csv
import gzip
import json
import os
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import osmium

REPOSITORY = Path(__file__).resolve().parents[3]
SHARED = REPOSITORY.parent / "shared" / "data"
NG911 = SHARED / "ng911"
FIELDS = REPOSITORY / "tests" / "ng911" / "vermont_fields.yaml"
SAMPLE = REPOSITORY / "data" / "towns" / "sample"
DRIVABLE = {
    "motorway", "trunk", "primary", "secondary", "tertiary", "unclassified", "residential", "living_street", "service",
    "motorway_link", "trunk_link", "primary_link", "secondary_link", "tertiary_link", "road", "track",
}  # fmt: skip
Counts = dict[str, int]


def osm_counts(path: Path) -> Counts:
    """Count the raw file's objects with pyosmium alone."""
    counts = dict.fromkeys(
        ("drivable ways", "named drivable ways", "turn restrictions", "house numbers", "buildings"), 0
    )
    for thing in osmium.FileProcessor(str(path)):
        tags = {tag.k: tag.v for tag in thing.tags}
        if isinstance(thing, osmium.osm.Way) and tags.get("highway") in DRIVABLE and len(thing.nodes) > 1:
            counts["drivable ways"] += 1
            counts["named drivable ways"] += "name" in tags
        counts["turn restrictions"] += isinstance(thing, osmium.osm.Relation) and tags.get("type") == "restriction"
        counts["house numbers"] += "addr:housenumber" in tags
        counts["buildings"] += isinstance(thing, osmium.osm.Way) and tags.get("building", "no") != "no"
    return counts


OSM_SQL = {
    "drivable ways": "SELECT count(DISTINCT osmid) FROM edges",
    "named drivable ways": "SELECT count(DISTINCT osmid) FROM edges WHERE name IS NOT NULL",
    "turn restrictions": "SELECT count(*) FROM turn_restrictions",
    "house numbers": "SELECT count(*) FROM addresses",
    "buildings": "SELECT count(*) FROM basemap_buildings",
}


def ng911_counts(roads: list[Path], addresses: list[Path]) -> Counts:
    """Count the layers' rows with the standard library alone."""
    lines = [len(json.loads(gzip.decompress(path.read_bytes()))["features"]) for path in roads]
    points = 0
    for path in addresses:
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            points += sum(1 for _ in csv.DictReader(file))
    return {"road lines": sum(lines), "address points": points}


NG911_SQL = {
    "road lines": "SELECT count(DISTINCT osmid) FROM (SELECT osmid FROM edges UNION ALL SELECT -1 - rowid FROM basemap_lines)",
    "address points": "SELECT count(*) FROM addresses",
}


def vermont_boundary(folder: Path, names: list[str]) -> Path:
    """Write the outline of some Vermont counties."""
    features = json.loads((NG911 / "vt_counties.json").read_text())["features"]
    chosen = [feature for feature in features if feature["properties"]["name"] in names]
    path = folder / "boundary.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": chosen}))
    return path


def towns(folder: Path) -> dict[str, tuple[list[str], Callable[[], Counts], dict[str, str]]]:
    """Return the build options, the independent count and its SQL for each town."""
    osm = SHARED / "osm"
    addison = NG911 / "addison-vt"
    seven = NG911 / "vt-seven-counties"
    names = ["Addison", *sorted(path.name.split("_")[0].title() for path in seven.glob("*_roads.geojson.gz"))]
    roads = [addison / "addison_roads.geojson.gz", *sorted(seven.glob("*_roads.geojson.gz"))]

    def layers(
        roads: list[Path], points: Path, boundary: list[str]
    ) -> tuple[list[str], Callable[[], Counts], dict[str, str]]:
        options = [*(word for path in roads for word in ("--roads", str(path))), "--addresses", str(points)]
        return [*options, "--fields", str(FIELDS), *boundary], lambda: ng911_counts(roads, [points]), NG911_SQL

    def extract(path: Path, *more: str) -> tuple[list[str], Callable[[], Counts], dict[str, str]]:
        return ["--osm", str(path), *more], lambda: osm_counts(path), OSM_SQL

    outline = vermont_boundary(folder, names)
    return {
        "autauga": extract(osm / "autauga.osm.pbf"),
        "columbus": extract(osm / "otp-columbus.osm.pbf"),
        "addison": layers(
            roads[:1],
            addison / "addresses.csv.gz",
            ["--boundary", str(NG911 / "vt_counties.json"), "--name", "Addison"],
        ),
        "vermont7": layers(
            roads, seven / "addresses.csv.gz", ["--boundary", str(outline), "--name", "Seven counties of Vermont"]
        ),
        "sample": extract(SAMPLE / "sample.osm.pbf", "--pack", str(SAMPLE / "pack"), "--name", "Brantport"),
    }


def build(out: Path, options: list[str]) -> tuple[float, float]:
    """Build in a process of its own; return its seconds and peak memory in MB."""
    command = [sys.executable, "-m", "geo_dispatch", "build", *options, "--out", str(out), "--json"]
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    messages = process.stderr.read() if process.stderr else ""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)}\nended with {process.returncode}:\n{messages}")
    return time.perf_counter() - began, usage.ru_maxrss / 1024


def start_s(town: Path) -> float:
    """Return the seconds from the command to the server's first answer."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "geo_dispatch", "serve", str(town), "--port", str(port)]
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while time.perf_counter() - began < 60:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
                    return time.perf_counter() - began
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.01)
        raise SystemExit(f"{' '.join(command)}: no answer within 60 s")
    finally:
        process.terminate()
        process.wait()


NOTE = """* differs, as it should: ways opened to motor vehicles or emergencies count as roads whatever their class; a house number
  "3;5" is two addresses; buildings drawn as multipolygons count; two road lines that lie on one another become one road with
  both names; rows without any address are left out and reported."""


def main() -> None:
    """Build, count, start, and print one row for each town."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        known = towns(folder)
        wanted = sys.argv[1:] or list(known)
        for town in wanted:
            options, count, sql = known[town]
            out = folder / f"{town}.gpkg"
            seconds, memory = build(out, options)
            size = out.stat().st_size / 1e6
            starts = statistics.median(start_s(out) for _ in range(3))
            print(
                f"{town}: build {seconds:.1f} s, peak {memory:.0f} MB, file {size:.1f} MB, server start {starts:.2f} s"
            )
            ours = sqlite3.connect(f"file:{out}?mode=ro", uri=True)
            for what, number in count().items():
                got = ours.execute(sql[what]).fetchone()[0]
                print(
                    f"    {what:<22}{number:>8} in the source{got:>8} in the town file"
                    + ("" if got == number else "   *")
                )
            ours.close()
        print(NOTE)


if __name__ == "__main__":
    main()
