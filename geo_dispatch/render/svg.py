"""A map as one SVG: crisp in print at any size, and needing nothing to be drawn."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
import numpy.typing as npt

from geo_dispatch.render.scene import Extent, make_scene
from geo_dispatch.render.tables import load_style
from geo_dispatch.town.town import Town

__all__ = ["Line", "Mark", "draw_svg"]

_LABEL_CHAR = 0.56
"""Width of a letter as a share of its size, on the whole."""
_LINE_GROWTH = 1.35
_LEAST_PX = 0.34


@dataclass(frozen=True, slots=True)
class Mark:
    """Something pointed out on a map: its text, degrees, and what it is ("start", "goal", "turn", "station")."""

    text: str
    lon: float
    lat: float
    kind: str


@dataclass(frozen=True, slots=True)
class Line:
    """Parts of roads that are drawn alike: longitude and latitude along each, colour, width in pixels, and dashes."""

    parts: Sequence[npt.NDArray[np.float64]]
    colour: str
    width: float
    dash: str = ""


def draw_svg(
    town: Town,
    extent: Extent,
    *,
    size: tuple[int, int],
    route: npt.NDArray[np.float64],
    marks: Sequence[Mark],
    title: str,
    identity: str,
    lines: Sequence[Line] = (),
) -> str:
    """Draw a town around a route, or under lines of other kinds.

    Parameters
    ----------
    town
        The town.
    extent
        What is to be seen at least; enlarged to the picture's shape.
    size
        Width and height, CSS pixels.
    route
        Longitude and latitude along the way, shape ``(n, 2)``; none for no route.
    marks
        What is pointed out; those that would lie on one another are drawn once.
    title
        What the picture shows, for readers who can't see it.
    identity
        Prefix of the ids in it; two pictures of a page differ.
    lines
        Drawn over the roads, under names and marks, the first lowest.

    Returns
    -------
    str
        An ``svg`` element without any address of another file.
    """
    frame = _Frame.around(extent, size)
    scene = make_scene(town, frame.extent)
    style = load_style()
    width, height = size
    body = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-labelledby="{identity}-title">',
        f'<title id="{identity}-title">{escape(title)}</title>',
        f'<defs><clipPath id="{identity}-clip"><rect width="{width}" height="{height}"/></clipPath></defs>',
        f'<g clip-path="url(#{identity}-clip)"><rect width="{width}" height="{height}" fill="{style["land"]}"/>',
        *_areas(scene, frame, style),
        *_lines(scene, frame, style),
        *_roads(scene, frame, style),
        *_boundaries(scene, frame, style),
        *(_line(line, frame) for line in lines),
        *([_route(route, frame, style)] if len(route) else []),
    ]
    names = _Names(frame, identity)
    shown = _marks(marks, frame, names)
    body += [*names.streets(scene, style), *names.places(scene, style), *shown, _scale(frame), "</g></svg>"]
    return "".join(body)


@dataclass(frozen=True, slots=True)
class _Frame:
    """How degrees become pixels: Mercator locally, north up."""

    extent: Extent
    width: int
    height: int
    m_per_px: float
    zoom: float

    @classmethod
    def around(cls, extent: Extent, size: tuple[int, int]) -> _Frame:
        width, height = size
        middle = (extent.south + extent.north) / 2
        shrink = math.cos(math.radians(middle))
        deg_per_px = max((extent.east - extent.west) * shrink / width, (extent.north - extent.south) / height)
        lon = (extent.west + extent.east) / 2
        half_lon, half_lat = deg_per_px * width / 2 / shrink, deg_per_px * height / 2
        m_per_px = deg_per_px * 111_320.0
        zoom = math.log2(156_543.03 * shrink / m_per_px)
        return cls(
            Extent(lon - half_lon, middle - half_lat, lon + half_lon, middle + half_lat), width, height, m_per_px, zoom
        )

    def xy(self, lonlat: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        box = self.extent
        x = (lonlat[:, 0] - box.west) / (box.east - box.west) * self.width
        y = (box.north - lonlat[:, 1]) / (box.north - box.south) * self.height
        return np.column_stack([x, y])

    def flat(self, scene: dict[str, Any], flat: Sequence[int]) -> npt.NDArray[np.float64]:
        steps = np.asarray(flat, dtype=np.float64).reshape(-1, 2)
        return self.xy(np.cumsum(steps, axis=0) * scene["unit"] + np.asarray(scene["origin"]))


def _path(points: npt.NDArray[np.float64], *, closed: bool = False) -> str:
    text = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return f"M{text}{'Z' if closed else ''}"


def _areas(scene: dict[str, Any], frame: _Frame, style: dict[str, Any]) -> list[str]:
    found = []
    for row, _, *rings in scene["areas"]:
        entry = style["areas"][row]
        if frame.zoom < entry.get("from_zoom", 0):
            continue
        shape = "".join(_path(frame.flat(scene, ring), closed=True) for ring in rings)
        stroke = f' stroke="{entry["stroke"]}" stroke-width="0.6"' if "stroke" in entry else ""
        found.append(f'<path d="{shape}" fill="{entry["fill"]}" fill-rule="evenodd"{stroke}/>')
    return found


def _width(entry: dict[str, Any], frame: _Frame, growth: float) -> float:
    return float(np.clip(entry["width"] * entry.get("growth", growth) ** (frame.zoom - 14.0), 0.5, 16.0))


def _lines(scene: dict[str, Any], frame: _Frame, style: dict[str, Any]) -> list[str]:
    found = []
    for row, _, flat in scene["lines"]:
        entry = style["lines"][row]
        if frame.zoom < entry.get("from_zoom", 0) - 1:
            continue
        dash = f' stroke-dasharray="{" ".join(map(str, entry["dash"]))}"' if "dash" in entry else ""
        found.append(
            f'<path d="{_path(frame.flat(scene, flat))}" fill="none" stroke="{entry["colour"]}" '
            f'stroke-width="{_width(entry, frame, _LINE_GROWTH):.1f}"{dash}/>'
        )
    return found


def _roads(scene: dict[str, Any], frame: _Frame, style: dict[str, Any]) -> list[str]:
    """Return casings, then fills, minor roads below major ones."""
    found = []
    ordered = sorted(scene["roads"], key=lambda road: road[0])
    for part in ("casing", "fill"):
        for row, _, over, flat in ordered:
            entry = style["roads"][row]
            if frame.zoom < entry.get("from_zoom", 0) - 1:
                continue
            width = _width(entry, frame, 1.4) + (1.6 + over if part == "casing" else 0.0)
            colour = "#5c5c5c" if over and part == "casing" else entry[part]
            found.append(
                f'<path d="{_path(frame.flat(scene, flat))}" fill="none" stroke="{colour}" stroke-width="{width:.1f}" '
                f'stroke-linejoin="round" stroke-linecap="{"butt" if over else "round"}"/>'
            )
    return found


def _boundaries(scene: dict[str, Any], frame: _Frame, style: dict[str, Any]) -> list[str]:
    entry = style["boundary"]
    dash = " ".join(map(str, entry["dash"]))
    return [
        f'<path d="{_path(frame.flat(scene, flat))}" fill="none" stroke="{entry["colour"]}" stroke-width="{entry["width"]}" stroke-dasharray="{dash}"/>'
        for flat in scene["boundaries"]
    ]


def _route(route: npt.NDArray[np.float64], frame: _Frame, style: dict[str, Any]) -> str:
    entry = style["route"]
    line = _path(frame.xy(route))
    return "".join(
        f'<path d="{line}" fill="none" stroke="{colour}" stroke-width="{entry["width"] + extra}" stroke-linejoin="round" stroke-linecap="round" opacity="{opacity}"/>'
        for colour, extra, opacity in ((entry["casing"], 4, 1), (entry["edge"], 1.5, 1), (entry["colour"], -1, 1))
    )


def _line(line: Line, frame: _Frame) -> str:
    """Return parts of roads as one path, without vertices that can't be told apart."""
    dash = f' stroke-dasharray="{line.dash}"' if line.dash else ""
    drawn = [frame.xy(part) for part in line.parts]
    path = "".join(_path(points[_apart(points)]) for points in drawn)
    return (
        f'<path d="{path}" fill="none" stroke="{line.colour}" stroke-width="{line.width}" stroke-linejoin="round" '
        f'stroke-linecap="{"butt" if dash else "round"}"{dash}/>'
    )


def _apart(points: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Return the vertices that move a picture by a third of a pixel or more; the ends always."""
    kept = [0]
    for row in range(1, len(points) - 1):
        if np.abs(points[row] - points[kept[-1]]).max() >= _LEAST_PX:
            kept.append(row)
    return np.asarray([*kept, len(points) - 1])


class _Names:
    """Places names where none stands yet."""

    def __init__(self, frame: _Frame, identity: str) -> None:
        self._frame, self._identity = frame, identity
        self._taken: list[tuple[float, float, float, float]] = []
        self._count = 0

    def free(self, x: float, y: float, width: float, height: float) -> bool:
        """Take a box around a point if nothing is there yet and it lies within the picture."""
        box = (x - width / 2, y - height / 2, x + width / 2, y + height / 2)
        if box[0] < 2 or box[1] < 2 or box[2] > self._frame.width - 2 or box[3] > self._frame.height - 2:
            return False
        if any(box[0] < b[2] and b[0] < box[2] and box[1] < b[3] and b[1] < box[3] for b in self._taken):
            return False
        self._taken.append(box)
        return True

    def take(self, x: float, y: float, width: float, height: float) -> None:
        """Keep a box free of names."""
        self._taken.append((x - width / 2, y - height / 2, x + width / 2, y + height / 2))

    def streets(self, scene: dict[str, Any], style: dict[str, Any]) -> list[str]:
        """Return street names along their lines, those of major roads first, each once in a part of the picture."""
        found: list[str] = []
        said: dict[str, list[tuple[float, float]]] = {}
        for row, name, _, flat in sorted(scene["roads"], key=lambda road: -road[0]):
            entry = style["roads"][row]
            if not name or self._frame.zoom < entry.get("labels", 99) - 0.5:
                continue
            points = self._frame.flat(scene, flat)
            steps = np.hypot(*np.diff(points, axis=0).T)
            size = float(entry["size"]) * 0.95
            length = len(name) * size * _LABEL_CHAR
            if steps.sum() < length * 1.15:
                continue
            if points[-1, 0] < points[0, 0]:
                points, steps = points[::-1], steps[::-1]
            along = np.concatenate([[0.0], np.cumsum(steps)])
            middle = along[-1] / 2
            x, y = float(np.interp(middle, along, points[:, 0])), float(np.interp(middle, along, points[:, 1]))
            a, b = (
                np.array([np.interp(middle + d, along, points[:, k]) for k in (0, 1)])
                for d in (-length / 2, length / 2)
            )
            if any(math.hypot(x - u, y - v) < 260 for u, v in said.get(name, ())):
                continue
            wide, high = abs(float(b[0] - a[0])) + size, abs(float(b[1] - a[1])) + size
            if not self.free(x, y, wide, high):
                continue
            said.setdefault(name, []).append((x, y))
            self._count += 1
            key = f"{self._identity}-s{self._count}"
            weight = ' font-weight="600"' if entry.get("bold") else ""
            found.append(
                f'<path id="{key}" d="{_path(points)}" fill="none"/>'
                f'<text font-size="{size:.1f}" fill="#333" stroke="#fff" stroke-width="2.6" paint-order="stroke" dy="{size * 0.35:.1f}"{weight}>'
                f'<textPath href="#{key}" startOffset="50%" text-anchor="middle">{escape(str(name))}</textPath></text>'
            )
        return found

    def places(self, scene: dict[str, Any], style: dict[str, Any]) -> list[str]:
        """Return names of towns, villages and landmarks."""
        found = []
        for text, kind, x, y in scene["labels"]:
            entry = style["labels"][kind]
            if not entry.get("from_zoom", 0) <= self._frame.zoom + 0.5 <= entry.get("to_zoom", 99):
                continue
            ((px, py),) = self._frame.xy(
                np.array([[scene["origin"][0] + x * scene["unit"], scene["origin"][1] + y * scene["unit"]]])
            )
            size = float(entry["size"])
            if self.free(float(px), float(py), len(text) * size * _LABEL_CHAR, size * 1.2):
                weight = ' font-weight="700"' if entry.get("bold") else ""
                found.append(
                    f'<text x="{px:.1f}" y="{py + size * 0.35:.1f}" font-size="{size}" text-anchor="middle" fill="{entry["colour"]}" stroke="#fff" '
                    f'stroke-width="3" paint-order="stroke"{weight}>{escape(text)}</text>'
                )
        return found


def _marks(marks: Sequence[Mark], frame: _Frame, names: _Names) -> list[str]:
    """Return numbered circles; start and goal last, so that nothing lies over them."""
    found: list[str] = []
    drawn: list[tuple[float, float]] = []
    ordered = sorted(marks, key=lambda mark: mark.kind == "turn")
    for mark in ordered:
        ((x, y),) = frame.xy(np.array([[mark.lon, mark.lat]]))
        if not (0 <= x <= frame.width and 0 <= y <= frame.height):
            continue
        radius = 8.5 if mark.kind in ("turn", "station") else 13.0
        if mark.kind == "turn" and any(math.hypot(x - u, y - v) < 17 for u, v in drawn):
            continue
        drawn.append((float(x), float(y)))
        names.take(float(x), float(y), 2 * radius + 4, 2 * radius + 4)
        colours = load_style()["marks"]
        fill = colours.get("start" if mark.kind == "station" else mark.kind, "#ffffff")
        ink = "#111111" if mark.kind == "turn" else colours["on_mark"]
        found.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{fill}" stroke="#111" stroke-width="1.5"/>'
            f'<text x="{x:.1f}" y="{y + radius * 0.38:.1f}" font-size="{radius * 1.15:.1f}" font-weight="700" text-anchor="middle" fill="{ink}">{escape(mark.text)}</text>'
        )
    return found[::-1]


def _scale(frame: _Frame) -> str:
    """Return a scale bar in feet or miles."""
    for text, metres in (
        ("5 mi", 8046.7),
        ("2 mi", 3218.7),
        ("1 mi", 1609.3),
        ("half a mile", 804.7),
        ("1000 ft", 304.8),
        ("500 ft", 152.4),
        ("200 ft", 61.0),
        ("100 ft", 30.5),
    ):
        length = metres / frame.m_per_px
        if length <= frame.width * 0.28:
            y = frame.height - 12
            return (
                f'<path d="M12 {y - 5}V{y}H{12 + length:.1f}V{y - 5}" fill="none" stroke="#111" stroke-width="1.6"/>'
                f'<text x="{16 + length:.1f}" y="{y + 2}" font-size="11" fill="#111" stroke="#fff" stroke-width="3" paint-order="stroke">{text}</text>'
            )
    return ""
