"""Our directions beside Valhalla's, on random routes of one town, to be read by people.

Usage: python tests/benchmarks/directions/against_valhalla.py TOWN.gpkg TOWN.osm.pbf PYTHON3.12 OUT.txt [--routes 20] [--seed 1] [--work FOLDER]

PYTHON3.12 is the interpreter of an environment in which pyvalhalla is installed (``pip install pyvalhalla==3.9.1``; it has no wheel for older Pythons). Its
``valhalla_build_tiles`` is called by full path, offline, on the same OpenStreetMap file that the town was built from. Where the two ways differ by more than a tenth in
length they are no comparison of words; the file says so.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from geo_dispatch.directions import directions
from geo_dispatch.directions.landmarks import TownCues
from geo_dispatch.errors import GeoDispatchError
from geo_dispatch.geometry import LonLat
from geo_dispatch.routing import Path as Way
from geo_dispatch.routing import Router
from geo_dispatch.town.store import open_town
from tests.benchmarks.directions.round_trip import goals

_THEIRS = """
import json, subprocess, sys
from pathlib import Path
import valhalla
from valhalla import Actor, get_config
pbf, work = Path(sys.argv[1]), Path(sys.argv[2])
is_new = not (work / "tiles").is_dir()
(work / "tiles").mkdir(parents=True, exist_ok=True)
config = get_config(tile_extract="", tile_dir=str(work / "tiles"), verbose=False)
if is_new:
    (work / "valhalla.json").write_text(json.dumps(config))
    tool = Path(valhalla.__file__).parent / "bin" / "valhalla_build_tiles"
    subprocess.run([str(tool), "-c", str(work / "valhalla.json"), str(pbf)], check=True, capture_output=True)
actor = Actor(config)
answers = []
for start, end in json.load(sys.stdin):
    asked = {"locations": [{"lon": start[0], "lat": start[1]}, {"lon": end[0], "lat": end[1]}], "costing": "auto", "units": "miles"}
    try:
        leg = actor.route(asked)["trip"]["legs"][0]
        answers.append({"length": leg["summary"]["length"] * 1609.344, "steps": [[m["instruction"], m["length"]] for m in leg["maneuvers"]]})
    except RuntimeError as error:
        answers.append({"length": 0.0, "steps": [[str(error), 0.0]]})
json.dump(answers, sys.stdout)
"""


def draw_ways(path: Path, count: int, seed: int) -> list[tuple[Way, list[str]]]:
    """Return random ways in a town with our words for them."""
    town = open_town(path)
    router, cues, stream = Router(town), TownCues(town), goals(town, random.Random(seed))
    found: list[tuple[Way, list[str]]] = []
    while len(found) < count:
        start, end = next(stream), next(stream)
        try:
            way = router.route(start.position, end.position)
        except GeoDispatchError:
            continue
        if way.length_m > 500:
            found.append((way, [step.instruction for step in directions(town, way, destination=end.label, cues=cues)]))
    return found


def theirs(ways: list[Way], pbf: Path, python: Path, work: Path) -> list[dict[str, object]]:
    """Return Valhalla's narrative between the same positions on the road."""
    ends: list[tuple[LonLat, LonLat]] = [
        (LonLat(way.origin.lon, way.origin.lat), LonLat(way.destination.lon, way.destination.lat)) for way in ways
    ]
    work.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [str(python), "-c", _THEIRS, str(pbf), str(work)],
        input=json.dumps(ends),
        capture_output=True,
        text=True,
        check=True,
    )
    answers: list[dict[str, object]] = json.loads(done.stdout[done.stdout.index("[{") :])
    return answers


def main() -> None:
    """Read the command line, and write both texts."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("town", "pbf", "python", "out"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--routes", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--work", type=Path, default=Path("valhalla-work"))
    given = parser.parse_args()
    ours = draw_ways(given.town, given.routes, given.seed)
    lines: list[str] = []
    for number, ((way, said), their) in enumerate(
        zip(ours, theirs([way for way, _ in ours], given.pbf, given.python, given.work), strict=True), start=1
    ):
        length = float(their["length"])  # type: ignore[arg-type]
        alike = abs(length - way.length_m) <= 0.1 * way.length_m
        lines += [
            f"== {number}: ours {way.length_m:.0f} m, theirs {length:.0f} m{'' if alike else ' (another way)'}",
            "-- ours",
        ]
        lines += [f"   {text}" for text in said] + ["-- Valhalla"]
        lines += [f"   {text} ({miles:.2f} mi)" for text, miles in their["steps"]]  # type: ignore[attr-defined]
    given.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(ours)} routes: {given.out}")


if __name__ == "__main__":
    main()
