"""How well regions hold places that people described, with nothing known but where the landmarks are: no map, no roads.

    python tests/benchmarks/locate/rvs.py DESCRIPTIONS.json [--limit 200] [--seed 1]

Each description (RVS, or a town's own, see ``scripts/relation_fit/descriptions.py``) gets a gazetteer of its landmarks only:
names and positions, never the goal. Its words go to the locator as they are, all sentences at once. Counted is how often the
goal lies in the 50% and 90% regions, of the first candidate and of all together, and how large those are beside plain circles
that hold as many goals: one radius for all descriptions, around a landmark. Which landmark is chosen in two ways: the one that
the words name in the closest relation, which a program without regions could do, and the one nearest to the goal, which nobody
could. Nothing here fails; the tables are for reading.
"""

from __future__ import annotations

import argparse
import math
import random
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry import Point, shape
from shapely.ops import unary_union

REPOSITORY = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(REPOSITORY / "scripts"))

from relation_fit.descriptions import Description, read_descriptions  # noqa: E402
from relation_fit.observations import observe, offset_m  # noqa: E402

from geo_dispatch.geometry import LonLat, utm_epsg  # noqa: E402
from geo_dispatch.locate import Locator  # noqa: E402
from geo_dispatch.locate.answer import LocateAnswer  # noqa: E402
from geo_dispatch.locate.normalise import street_key  # noqa: E402
from geo_dispatch.locate.tables.relations import load_categories, load_relations  # noqa: E402
from geo_dispatch.schema import TOWN_TABLES, conform  # noqa: E402
from geo_dispatch.town.town import Town, town_from_layers  # noqa: E402

SHARES = (50, 90)


@dataclass(frozen=True)
class Result:
    """How one description was answered.

    Attributes
    ----------
    clauses
        Relations that the first candidate was weighed by; 0 when it is what was named itself.
    inside, area_m2
        By region ("first 50", "all 90"): whether it holds the goal, and its area.
    named_m, nearest_m
        From the goal to the landmark named in the closest relation, and to the nearest one.
    """

    status: str
    clauses: int
    inside: dict[str, bool]
    area_m2: dict[str, float]
    named_m: float
    nearest_m: float
    elapsed_ms: float


def gazetteer(description: Description) -> Town:
    """Make a town of a description's landmarks and nothing else."""
    categories = load_categories()
    rows = []
    for number, landmark in enumerate(description.landmarks):
        words = street_key(landmark.name).split()
        kind = " ".join(words[1:] if len(words) > 1 and words[0].isdigit() else words)
        rows.append({"place_id": f"p{number}", "name": landmark.name, "category": categories.get(kind)})
    points = [Point(*landmark.position) for landmark in description.landmarks]
    places = conform(gpd.GeoDataFrame(rows, geometry=points, crs=4326), TOWN_TABLES["places"])
    epsg = utm_epsg(*description.landmarks[0].position)
    return town_from_layers({"places": places}, name="Landmarks", epsg=epsg)


def regions(answer: LocateAnswer, goal: LonLat) -> dict[str, shapely.Geometry]:
    """Return the regions of the first candidate and of all together, metres around the goal."""
    found: dict[str, shapely.Geometry] = {}
    for share in SHARES:
        shapes = [_metres(getattr(candidate, f"region{share}"), goal) for candidate in answer.candidates]
        found[f"first {share}"], found[f"all {share}"] = shapes[0], unary_union(shapes)
    return found


def _metres(region: dict[str, object], goal: LonLat) -> shapely.Geometry:
    """Return a GeoJSON region in metres east and north of the goal."""
    scale = np.radians(6_371_008.8) * np.array([math.cos(math.radians(goal.lat)), 1.0])
    return shapely.transform(shape(region), lambda points: (points - np.array(goal)) * scale).buffer(0)


def landmark_distances(description: Description) -> tuple[float, float]:
    """Return how far the landmark of the closest relation, and the nearest landmark, are from the goal, metres."""
    reach = {kind: model.p50_m for kind, model in load_relations().distance.items()}
    far = [math.hypot(*offset_m(description.goal, mark.position)) for mark in description.landmarks]
    found = observe([description]).found
    if found:
        closest = min(found, key=lambda one: one.clause.distance_m or reach.get(one.clause.kind, math.inf))
        return closest.distance_m, min(far)
    text = f" {street_key(description.text)} "
    named = [at for at, mark in enumerate(description.landmarks) if f" {street_key(mark.name)} " in text]
    return (far[named[0]] if named else math.nan), min(far)


def ask(description: Description) -> Result:
    """Ask the locator of a description's landmarks for its words."""
    locator = Locator(gazetteer(description))
    locator.locate("warm up")
    began = time.perf_counter()
    answer = locator.locate(description.text, limit=10)
    elapsed_ms = (time.perf_counter() - began) * 1000
    named, nearest = landmark_distances(description)
    if not answer.candidates:
        return Result(answer.status, 0, {}, {}, named, nearest, elapsed_ms)
    found = regions(answer, description.goal)
    clauses = sum(why.reading == "relation" and why.status != "neutral" for why in answer.candidates[0].why)
    inside = {name: bool(region.covers(Point(0, 0))) for name, region in found.items()}
    return Result(
        answer.status, clauses, inside, {n: float(r.area) for n, r in found.items()}, named, nearest, elapsed_ms
    )


def circle_area_m2(distances: Iterable[float], coverage: float) -> float:
    """Return the area of the circle that holds a share of the places at these distances, square metres."""
    known = np.sort([distance if math.isfinite(distance) else math.inf for distance in distances])
    at = math.ceil(coverage * len(known)) - 1
    return math.pi * float(known[at]) ** 2 if at >= 0 else 0.0


def report(results: Sequence[Result]) -> None:
    """Print the tables."""
    answered = [one for one in results if one.inside]
    unknown = sum(one.status == "unknown" for one in results)
    time_ms = np.quantile([one.elapsed_ms for one in results], [0.5, 0.95])
    print(f"descriptions {len(results)}; unknown {unknown}; p50 {time_ms[0]:.0f} ms, p95 {time_ms[1]:.0f} ms\n")
    print(
        "| clauses weighed | n | goal in 50% | in 90% | in 50% of all candidates | in 90% of all | median ha 50% | 90% | all 90% |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    groups = [(str(count), [one for one in answered if one.clauses == count]) for count in range(5)]
    groups += [
        ("5 or more", [one for one in answered if one.clauses > 4]),
        ("1 or more", [o for o in answered if o.clauses]),
    ]
    for name, group in [*groups, ("all", answered)]:
        if group:
            cover = [
                np.mean([one.inside[key] for one in group]) for key in ("first 50", "first 90", "all 50", "all 90")
            ]
            area = [np.median([one.area_m2[key] for one in group]) / 1e4 for key in ("first 50", "first 90", "all 90")]
            print(
                f"| {name} | {len(group)} | {' | '.join(f'{c:.1%}' for c in cover)} | {' | '.join(f'{a:.2f}' for a in area)} |"
            )
    shares = [sum(one.inside[key] for one in answered) / len(results) for key in ("first 50", "first 90")]
    print(
        f"\nof all descriptions, those answered unknown counted as missed: {shares[0]:.1%} in 50%, {shares[1]:.1%} in 90%"
    )
    _report_circles([one for one in answered if one.clauses])


def _report_circles(group: Sequence[Result]) -> None:
    """Compare the regions with circles that hold as many goals."""
    if not group:
        return
    print(f"\nBeside circles that hold as many of the {len(group)} goals described by relations:\n")
    print(
        "| region | holds | mean ha | median ha | circle around the landmark named: ha | times | around the nearest: ha | times |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for key in ("first 50", "first 90", "all 50", "all 90"):
        coverage = float(np.mean([one.inside[key] for one in group]))
        area = np.array([one.area_m2[key] for one in group])
        named = circle_area_m2([one.named_m for one in group], coverage)
        nearest = circle_area_m2([one.nearest_m for one in group], coverage)
        print(
            f"| {key}% | {coverage:.1%} | {area.mean() / 1e4:.2f} | {np.median(area) / 1e4:.2f} | {named / 1e4:.2f} | "
            f"{named / area.mean():.2f} | {nearest / 1e4:.2f} | {nearest / area.mean():.2f} |"
        )


def main() -> int:
    """Ask for every description, and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("descriptions", type=Path)
    parser.add_argument("--limit", type=int, default=0, help="only so many, drawn at random")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    descriptions = read_descriptions(given.descriptions)
    if given.limit:
        descriptions = random.Random(given.seed).sample(descriptions, min(given.limit, len(descriptions)))
    report([ask(one) for one in descriptions])
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
