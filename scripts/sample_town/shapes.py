"""Shapes that look drawn by nature and by surveyors: smooth curves, rough shores, ribbons, rectangles."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Sequence

import shapely
import shapely.ops
from shapely.geometry import LineString, MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from sample_town.model import XY

__all__ = [
    "catmull_rom",
    "chaikin",
    "cut",
    "direction_at",
    "largest",
    "lines",
    "offset_point",
    "polygons",
    "rectangle",
    "ribbon",
    "rough_ring",
    "roughen",
    "simplified",
    "smooth_line",
    "wander",
]


def catmull_rom(points: Sequence[XY], *, step_m: float = 25.0) -> list[XY]:
    """Draw a centripetal-free (uniform) Catmull-Rom curve through every point.

    References
    ----------
    Catmull and Rom, "A class of local interpolating splines", 1974, doi 10.1016/B978-0-12-079050-0.50020-5.
    """
    if len(points) < 3:
        return list(points)
    closed = points[0] == points[-1]
    first = points[-2] if closed else _mirror(points[0], points[1])
    last = points[1] if closed else _mirror(points[-1], points[-2])
    padded = [first, *points, last]
    out: list[XY] = [points[0]]
    for p0, p1, p2, p3 in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        count = max(1, round(math.dist(p1, p2) / step_m))
        for k in range(1, count + 1):
            t = k / count
            out.append(
                p2 if k == count else (_spline(p0[0], p1[0], p2[0], p3[0], t), _spline(p0[1], p1[1], p2[1], p3[1], t))
            )
    return out


def _mirror(at: XY, other: XY) -> XY:
    return (2 * at[0] - other[0], 2 * at[1] - other[1])


def _spline(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t**3)


def chaikin(points: Sequence[XY], *, rounds: int = 2) -> list[XY]:
    """Cut corners (Chaikin 1974), keeping the ends; a closed ring stays closed."""
    current = list(points)
    for _ in range(rounds):
        closed = current[0] == current[-1]
        out: list[XY] = [] if closed else [current[0]]
        for (ax, ay), (bx, by) in itertools.pairwise(current):
            out.append((0.75 * ax + 0.25 * bx, 0.75 * ay + 0.25 * by))
            out.append((0.25 * ax + 0.75 * bx, 0.25 * ay + 0.75 * by))
        out.append(out[0] if closed else current[-1])
        current = out
    return current


def roughen(points: Sequence[XY], rng: random.Random, *, amplitude: float, rounds: int) -> list[XY]:
    """Displace midpoints at random, so that a shore looks like one; `amplitude` is a share of each segment."""
    current = list(points)
    for _ in range(rounds):
        out: list[XY] = [current[0]]
        for a, b in itertools.pairwise(current):
            push = rng.uniform(-1.0, 1.0) * amplitude
            mid = ((a[0] + b[0]) / 2 - (b[1] - a[1]) * push, (a[1] + b[1]) / 2 + (b[0] - a[0]) * push)
            out += [mid, b]
        current = out
    return current


def rough_ring(ring: Sequence[XY], rng: random.Random, *, amplitude: float = 0.12, rounds: int = 2) -> Polygon:
    """Make a natural-looking polygon of a coarse ring (open or closed)."""
    closed = list(ring) if ring[0] == ring[-1] else [*ring, ring[0]]
    return largest(Polygon(chaikin(roughen(closed, rng, amplitude=amplitude, rounds=rounds), rounds=1)).buffer(0))


def ribbon(points: Sequence[tuple[float, float, float]]) -> BaseGeometry:
    """Make the area swept by a disc whose centre and width follow the points (x, y, width)."""
    centres = catmull_rom([(x, y) for x, y, _ in points], step_m=40.0)
    hand = [Point(x, y) for x, y, _ in points]
    line = LineString(centres)
    marks = [line.project(p) for p in hand]
    discs = []
    for x, y in centres:
        at = line.project(Point(x, y))
        k = max(i for i, mark in enumerate(marks) if mark <= at + 1e-9)
        j = min(k + 1, len(marks) - 1)
        share = 0.0 if marks[j] <= marks[k] else (at - marks[k]) / (marks[j] - marks[k])
        discs.append(Point(x, y).buffer(((1 - share) * points[k][2] + share * points[j][2]) / 2, quad_segs=6))
    hulls = [shapely.union_all([a, b]).convex_hull for a, b in itertools.pairwise(discs)]
    return shapely.union_all(hulls)


def largest(geometry: BaseGeometry) -> Polygon:
    """Return the largest polygon of a geometry (itself, if it is one); an empty polygon when there is none."""
    if isinstance(geometry, Polygon):
        return geometry
    parts = [part for part in getattr(geometry, "geoms", []) if isinstance(part, Polygon | MultiPolygon)]
    return max((largest(part) for part in parts), key=lambda part: part.area, default=Polygon())


def polygons(geometry: BaseGeometry) -> list[Polygon]:
    """List the polygons of a geometry, whatever it is a mixture of."""
    parts = getattr(geometry, "geoms", None)
    if parts is None:
        return [geometry] if isinstance(geometry, Polygon) and not geometry.is_empty else []
    return [polygon for part in parts for polygon in polygons(part)]


def lines(geometry: BaseGeometry) -> list[LineString]:
    """List the lines of a geometry, whatever it is a mixture of."""
    parts = getattr(geometry, "geoms", None)
    if parts is None:
        return [geometry] if isinstance(geometry, LineString) and not geometry.is_empty else []
    return [line for part in parts for line in lines(part)]


def simplified(points: Sequence[XY], tolerance_m: float) -> LineString:
    """Make a line of points and drop those that matter less than the tolerance."""
    line = LineString(points).simplify(tolerance_m)
    return line if isinstance(line, LineString) else LineString(points)


def smooth_line(points: Sequence[XY], rng: random.Random, *, sway_m: float = 20.0) -> LineString:
    """Draw a road through hand-drawn points: it sways between them as old roads do, with few vertices."""
    if len(points) == 2 and math.dist(points[0], points[1]) < 250.0:
        return LineString(points)
    curve = catmull_rom(points, step_m=150.0)
    fixed = set(points)
    swayed = [
        p if p in fixed else (p[0] + rng.uniform(-sway_m, sway_m), p[1] + rng.uniform(-sway_m, sway_m)) for p in curve
    ]
    return simplified(catmull_rom(swayed, step_m=16.0), 0.7)


def wander(start: XY, heading: float, length_m: float, rng: random.Random, *, bend: float = 0.12) -> list[XY]:
    """Walk from a point, heading (radians, counter-clockwise from east) drifting smoothly; a point every 30 m."""
    points = [start]
    turn = rng.uniform(-bend, bend) * 0.5
    for _ in range(max(1, round(length_m / 30.0))):
        turn = 0.7 * turn + rng.uniform(-bend, bend) * 0.6
        heading += turn
        x, y = points[-1]
        points.append((x + 30.0 * math.cos(heading), y + 30.0 * math.sin(heading)))
    return points


def direction_at(line: LineString, at_m: float) -> float:
    """Return the heading of a line at a distance along it, radians counter-clockwise from east."""
    a = line.interpolate(max(0.0, at_m - 4.0))
    b = line.interpolate(min(line.length, at_m + 4.0))
    return math.atan2(b.y - a.y, b.x - a.x)


def offset_point(line: LineString, at_m: float, side_m: float) -> XY:
    """Return the point beside a line: left is positive, metres."""
    p = line.interpolate(at_m)
    heading = direction_at(line, at_m)
    return (p.x - math.sin(heading) * side_m, p.y + math.cos(heading) * side_m)


def rectangle(centre: XY, width_m: float, depth_m: float, heading: float) -> Polygon:
    """Make a rectangle whose width runs along a heading (radians)."""
    c, s = math.cos(heading), math.sin(heading)
    corners = [(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)]
    return Polygon(
        [
            (centre[0] + c * u * width_m - s * v * depth_m, centre[1] + s * u * width_m + c * v * depth_m)
            for u, v in corners
        ]
    )


def cut(line: LineString, start_m: float, end_m: float) -> LineString:
    """Return the stretch of a line between two distances."""
    part = shapely.ops.substring(line, max(0.0, start_m), min(line.length, end_m))
    return part if isinstance(part, LineString) else LineString()
