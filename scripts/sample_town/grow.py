"""Grow side streets off the main roads: village streets, lanes, loops, courts and connecting roads."""

from __future__ import annotations

import math
import random
from pathlib import Path

import numpy as np
import shapely
import shapely.ops
from shapely.geometry import LineString, Point
from shapely.geometry.base import BaseGeometry
from shapely.ops import nearest_points

from sample_town.landscape import kept_open
from sample_town.model import XY, Road, Town, rng_for
from sample_town.names import StreetNames
from sample_town.shapes import catmull_rom, direction_at, lines, offset_point, simplified, wander

__all__ = ["Canvas", "grow_side_streets"]

_OWN = "brantport"


class Canvas:
    """The roads drawn so far, asked whether another one fits between them."""

    def __init__(self, town: Town, names: StreetNames, kept: BaseGeometry) -> None:
        self.town = town
        self.names = names
        ground = town.ground
        self._blocked = shapely.union_all([ground.water.buffer(45.0), *[m for m, _ in ground.marshes], kept])
        shapely.prepare(self._blocked)
        self._area = {key: polygon.buffer(-60.0) for key, polygon in ground.towns.items()}
        self._taken: set[str] = {road.name for road in town.roads}

    def fits(
        self, line: LineString, town: str, *, gap_m: float, parents: tuple[Road, ...] = (), free_m: float = 0.0
    ) -> bool:
        """Tell whether a line lies on dry land of its town and keeps its distance.

        The first (and, with two parents, the last) `free_m` metres may come nearer.
        """
        if not self._area[town].contains(line) or self._blocked.intersects(line):
            return False
        end = line.length - (free_m if len(parents) == 2 else 0.0)
        if end - free_m < 10.0:
            return False
        body = shapely.ops.substring(line, free_m, end)
        drawn = np.array([road.line for road in self.town.roads])
        if bool((shapely.distance(drawn, body) < gap_m).any()):
            return False
        allowed = {parent.key for parent in parents}
        return not any(road.line.intersects(line) for road in self.town.roads if road.key not in allowed)

    def add(
        self, line: LineString, town: str, kind: str, *, name_kind: str, frontage_m: float, village: str = ""
    ) -> Road:
        """Add a street under a new name."""
        name = self.names.draw(name_kind)
        while name in self._taken:
            name = self.names.draw(name_kind)
        self._taken.add(name)
        tags = {"highway": "residential", "name": name}
        thin = simplified([(x, y) for x, y in line.coords], 0.6)
        road = Road(f"s{len(self.town.roads)}", thin, tags, town, kind, frontage_m, village=village)
        self.town.roads.append(road)
        return road


def grow_side_streets(town: Town, folder: Path) -> None:
    """Fill the town with side streets: villages first, then connecting roads, loops, lanes and courts."""
    kept = kept_open(folder / "landscape.yaml")
    canvas = Canvas(town, StreetNames(folder / "names.yaml", rng_for(town.seed, "names")), kept)
    for village in town.spec["villages"]:
        _grow_village(canvas, village, rng_for(town.seed, f"village/{village['name']}"))
    rng = rng_for(town.seed, "grow")
    mains = [road for road in town.roads if road.kind == "main" and road.frontage_m > 0]
    own = [road for road in mains if road.town == _OWN]
    other = [road for road in mains if road.town != _OWN]
    _grow_connectors(canvas, own, rng, wanted=16)
    own += [road for road in town.roads if road.kind == "connector"]
    _grow_loops(canvas, own, rng, wanted=30)
    _grow_loops(canvas, other, rng, wanted=6)
    _grow_lanes(canvas, own, rng, wanted=62, length=(180.0, 700.0), gap_m=60.0)
    _grow_lanes(canvas, other, rng, wanted=14, length=(180.0, 600.0), gap_m=70.0)
    stems = [road for road in town.roads if road.kind in ("loop", "lane") and road.town == _OWN]
    _grow_lanes(canvas, stems, rng, wanted=34, length=(90.0, 300.0), gap_m=50.0)


def _grow_village(canvas: Canvas, spec: dict[str, object], rng: random.Random) -> None:
    """Lay a small grid of streets, bent and shifted; streets that meet water, marsh or a main road end there."""
    x0, y0 = (v * 1000.0 for v in spec["at"])  # type: ignore[attr-defined]
    axis = math.radians(float(spec["axis"]))  # type: ignore[arg-type]
    along = (math.cos(axis), math.sin(axis))
    across = (-along[1], along[0])
    rows: list[float] = [r + rng.uniform(-9, 9) for r in spec["rows"]]  # type: ignore[attr-defined]
    columns: list[float] = [c + rng.uniform(-9, 9) for c in spec["columns"]]  # type: ignore[attr-defined]
    phase = rng.uniform(0, math.tau)
    corners = {}
    for i, r in enumerate(rows):
        for j, c in enumerate(columns):
            # The grid is bent twice, and every corner is a little off.
            rr = r + 34.0 * math.sin(c / 170.0 + phase) + rng.uniform(-16, 16)
            cc = c + 34.0 * math.sin(r / 190.0 + 2.0 * phase) + rng.uniform(-16, 16)
            corners[i, j] = (x0 + along[0] * rr + across[0] * cc, y0 + along[1] * rr + across[1] * cc)
    runs = [[(i, j) for j in range(len(columns))] for i in range(len(rows))]
    runs += [[(i, j) for i in range(len(rows))] for j in range(len(columns))]
    for run in runs:
        low = rng.choice((0, 0, 1, 1, 2)) if len(run) > 3 else 0
        high = len(run) - (rng.choice((0, 0, 1, 1)) if len(run) > 3 else 0)
        points = [corners[key] for key in run[low:high]]
        if len(points) >= 2:
            _add_village_street(canvas, points, str(spec["name"]))


def _add_village_street(canvas: Canvas, points: list[XY], village: str) -> None:
    """Add the longest part of a street that is on dry land, in one town, and not beside another street."""
    town = next((key for key, area in canvas.town.ground.towns.items() if area.contains(Point(points[0]))), "")
    if not town:
        return
    line = LineString(catmull_rom(points, step_m=40.0))
    dry = line.difference(canvas._blocked).intersection(canvas._area[town])
    for road in canvas.town.roads:
        if road.kind in ("main", "highway", "ramp", "rail", "rotary") and road.line.distance(line) < 40.0:
            # Too near and almost parallel: keep what is farther off, except where it only crosses.
            near = dry.intersection(road.line.buffer(38.0))
            if near.length > 110.0 or road.kind in ("rail", "highway", "ramp", "rotary"):
                dry = dry.difference(road.line.buffer(38.0))
    best = max(lines(dry), key=lambda part: part.length, default=LineString())
    if best.length < 110.0:
        return
    if not any(road.line.distance(best) < 14.0 for road in canvas.town.roads if road.kind in ("main", "village")):
        main = min((r for r in canvas.town.roads if r.kind == "main"), key=lambda r: r.line.distance(best))
        if main.line.distance(best) > 90.0:
            return
        a, b = nearest_points(best, main.line)
        end = 0 if a.distance(Point(best.coords[0])) < a.distance(Point(best.coords[-1])) else -1
        coords = [(x, y) for x, y in best.coords]
        coords = [(b.x, b.y), *coords] if end == 0 else [*coords, (b.x, b.y)]
        best = LineString(coords)
    canvas.add(best, town, "village", name_kind="village", frontage_m=24.0, village=village)


def _grow_connectors(canvas: Canvas, mains: list[Road], rng: random.Random, *, wanted: int) -> None:
    """Join two main roads of one town by a bent road."""
    made = 0
    for _ in range(wanted * 40):
        if made >= wanted:
            return
        a, b = rng.sample(mains, 2)
        if a.town != b.town:
            continue
        start = a.line.interpolate(rng.uniform(0.1, 0.9), normalized=True)
        goal = b.line.interpolate(b.line.project(start) + rng.uniform(-250, 250))
        reach = start.distance(goal)
        if not 450 < reach < 1500:
            continue
        nx, ny = (goal.y - start.y) / reach, -(goal.x - start.x) / reach
        mids = [(start.x, start.y)]
        for share in (0.25, 0.5, 0.75):
            push = rng.uniform(-0.07, 0.07) * reach
            mids.append(
                (start.x + (goal.x - start.x) * share + nx * push, start.y + (goal.y - start.y) * share + ny * push)
            )
        mids.append((goal.x, goal.y))
        line = LineString(catmull_rom(mids, step_m=30.0))
        if canvas.fits(line, a.town, gap_m=75.0, parents=(a, b), free_m=95.0):
            canvas.add(line, a.town, "connector", name_kind="connector", frontage_m=60.0)
            made += 1


def _grow_loops(canvas: Canvas, parents: list[Road], rng: random.Random, *, wanted: int) -> None:
    """Add subdivision streets that leave a road and come back to it, or end in a lollipop."""
    made = 0
    for _ in range(wanted * 40):
        if made >= wanted:
            return
        parent = rng.choice(parents)
        width, depth = rng.uniform(150, 300), rng.uniform(150, 330)
        at = rng.uniform(60, max(61.0, parent.line.length - width - 60))
        side = rng.choice((-1.0, 1.0))
        if rng.random() < 0.5 and parent.line.length > width + 150:
            inner = [
                (0.0, 0.0),
                (rng.uniform(0, 25), depth * 0.55),
                (rng.uniform(-15, 40), depth),
                (width * 0.5, depth * rng.uniform(1.0, 1.25)),
                (width - rng.uniform(-15, 40), depth),
                (width - rng.uniform(0, 25), depth * 0.5),
                (width, 0.0),
            ]
            points = [offset_point(parent.line, at + u, v * side) for u, v in inner]
            both = (parent, parent)
        else:
            stem = [(0.0, 0.0), (8.0, 50.0), (0.0, 105.0)]
            ring = [(60.0, 150.0), (75.0, 215.0), (20.0, 265.0), (-55.0, 240.0), (-70.0, 165.0), (0.0, 105.0)]
            scale = rng.uniform(0.9, 1.3)
            points = [_beside(parent.line, at, u * scale, v * scale * side) for u, v in [*stem, *ring]]
            both = (parent,)  # type: ignore[assignment]
        line = LineString(catmull_rom(points, step_m=22.0))
        if canvas.fits(line, parent.town, gap_m=60.0, parents=both, free_m=75.0):
            canvas.add(line, parent.town, "loop", name_kind="loop", frontage_m=34.0)
            made += 1


def _beside(line: LineString, at_m: float, ahead_m: float, left_m: float) -> XY:
    """Return a point relative to one spot of a line, in that spot's own axes."""
    p = line.interpolate(at_m)
    h = direction_at(line, at_m)
    return (p.x + math.cos(h) * ahead_m - math.sin(h) * left_m, p.y + math.sin(h) * ahead_m + math.cos(h) * left_m)


def _grow_lanes(
    canvas: Canvas, parents: list[Road], rng: random.Random, *, wanted: int, length: tuple[float, float], gap_m: float
) -> None:
    """Add dead ends: lanes that wander off, courts that stop short."""
    made = 0
    for _ in range(wanted * 45):
        if made >= wanted:
            return
        parent = rng.choice(parents)
        if parent.line.length < 160:
            continue
        at = rng.uniform(50, parent.line.length - 50)
        start = parent.line.interpolate(at)
        heading = direction_at(parent.line, at) + rng.choice((-1, 1)) * math.pi / 2 + rng.uniform(-0.25, 0.25)
        reach = rng.uniform(*length)
        points = wander((start.x, start.y), heading, reach, rng)
        line = LineString(catmull_rom(points, step_m=20.0))
        if canvas.fits(line, parent.town, gap_m=gap_m, parents=(parent,), free_m=gap_m + 18.0):
            short = reach < 220
            road = canvas.add(
                line,
                parent.town,
                "lane",
                name_kind="court" if short else "dead_end",
                frontage_m=30.0 if short else 45.0,
            )
            if short and rng.random() < 0.7:
                canvas.town.node_tags.append((points[-1], {"highway": "turning_circle"}))
            del road
            made += 1
