"""Trails, waters, woods, piers, railways: what the base map names, its pieces gathered into grounds with one outline each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from geo_dispatch.locate.normalise import street_key
from geo_dispatch.locate.tables import load_model
from geo_dispatch.locate.tables.scene import load_scene
from geo_dispatch.town.columns import Arrays, TextColumn, text_arrays
from geo_dispatch.town.town import Town

__all__ = ["NamedGround", "NamedGrounds"]

VERSION = 1
_TABLES = ("basemap_water", "basemap_waterways", "basemap_landuse", "basemap_lines")
_TEXTS = ("name", "kind", "ground_id")
_Floats = npt.NDArray[np.float64]
_Piece = tuple[int, int, BaseGeometry]


@dataclass(frozen=True, slots=True)
class NamedGround:
    """What the base map names.

    Attributes
    ----------
    name, kind
        As the base map has them: "Bear Creek", "stream".
    ground_id
        Id of its largest piece.
    x, y
        A point of it near its middle, metres in the town's CRS.
    offered
        Whether it is found by its name; not where a place or a street of that name is the same thing.
    """

    name: str
    kind: str
    ground_id: str
    x: float
    y: float
    offered: bool


class NamedGrounds:
    """The named grounds of a town, and which of its places are the same things.

    Parameters
    ----------
    town
        The town; what is gathered is kept beside its file.
    """

    def __init__(self, town: Town) -> None:
        self._town = town
        self._arrays = town.derived("named_grounds", VERSION, lambda: _make(town))
        texts = (
            TextColumn(*(self._arrays[f"{text}_{part}"] for part in ("codes", "offsets", "data"))) for text in _TEXTS
        )
        self._text: dict[str, TextColumn] = dict(zip(_TEXTS, texts, strict=True))
        place_id = town.table("places").text("place_id")
        self._of_place = dict(
            zip(self._arrays["place_row"].tolist(), self._arrays["place_ground"].tolist(), strict=True)
        )
        self._main: dict[int, int] = {}
        for row, ground in self._of_place.items():  # the first of a ground is the place it is
            self._main.setdefault(ground, row)
        self._of_id = {identity: at for at, identity in enumerate(self._text["ground_id"]) if identity}
        self._of_id |= {place_id[row] or "": ground for row, ground in self._of_place.items()}

    def __len__(self) -> int:
        return len(self._arrays["x"])

    def get(self, ground: int) -> NamedGround:
        """Return one, by its number."""
        arrays = self._arrays
        name, kind, identity = (self._text[text][ground] or "" for text in _TEXTS)
        x, y = float(arrays["x"][ground]), float(arrays["y"][ground])
        return NamedGround(name, kind, identity, x, y, bool(arrays["offered"][ground]))

    def find(self, place_id: str) -> int | None:
        """Return the number of the ground that a candidate's id means: its own, or that of the place it is; else None."""
        return self._of_id.get(place_id)

    def once(self, rows: Sequence[int]) -> list[int]:
        """Keep of the places that are one ground the one that is it best.

        Parameters
        ----------
        rows
            Rows of ``places``.
        """
        wanted = set(rows)
        main = {row: self._main[self._of_place[row]] for row in rows if row in self._of_place}
        return [row for row in rows if main.get(row, row) == row or main[row] not in wanted]

    def pieces(self, ground: int) -> tuple[list[BaseGeometry], list[float]]:
        """Return its areas and lines, metres in the town's CRS, and half the width of each (0 for an area).

        Parameters
        ----------
        ground
            Its number.
        """
        arrays = self._arrays
        span = slice(int(arrays["first_piece"][ground]), int(arrays["first_piece"][ground + 1]))
        shapes, halves = [], []
        for table, row in zip(arrays["piece_table"][span].tolist(), arrays["piece_row"][span].tolist(), strict=True):
            shape = _shape(self._town, _TABLES[table], row)
            if shape is not None:
                kind = self._town.table(_TABLES[table]).text("kind")[row] or ""
                shapes.append(shape)
                halves.append(_half_m(_TABLES[table], kind) if shapely.get_dimensions(shape) < 2 else 0.0)
        return shapes, halves


def _shape(town: Town, table: str, row: int) -> BaseGeometry | None:
    raw = town.table(table).wkb(row)

    def to_xy(points: _Floats) -> _Floats:
        return np.column_stack(town.projection.arrays_to_xy(points[:, 0].copy(), points[:, 1].copy()))

    shape = None if raw is None else shapely.transform(shapely.from_wkb(raw), to_xy)
    return None if shape is None or shape.is_empty else shape


def _half_m(table: str, kind: str) -> float:
    """Return half the width given to a line, by the kind of ground that it is."""
    scene = load_scene()
    widths = [
        ground.line_m for ground in scene.ground.values() if table in ground.tables and kind in ground.tables[table]
    ]
    return widths[0] if widths else scene.named_line_m


def _named_pieces(town: Town) -> dict[str, list[_Piece]]:
    """Return the pieces of each name, in canonical words."""
    scene, found = load_scene(), defaultdict[str, list[_Piece]](list)
    for at, table in enumerate(_TABLES):
        rows = town.table(table)
        kinds, names = rows.text("kind"), rows.text("name")
        for row in np.flatnonzero(names.codes >= 0).tolist():
            key = street_key(names[row] or "")
            if len(key) <= 1 or kinds[row] in scene.named_not:
                continue
            shape = _shape(town, table, row)
            if shape is not None:
                found[key].append((at, row, shape))
    return dict(sorted(found.items()))


def _together(pieces: Sequence[_Piece]) -> list[list[_Piece]]:
    """Group the pieces of a name that lie together."""
    if len(pieces) == 1:
        return [list(pieces)]
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    shapes = np.asarray([shape for _, _, shape in pieces], dtype=object)
    one, other = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=load_scene().named_apart_m)
    links = coo_array((np.ones(len(one)), (one, other)), shape=(len(pieces), len(pieces)))
    count, label = connected_components(links, directed=False)
    return [[pieces[k] for k in np.flatnonzero(label == group).tolist()] for group in range(count)]


def _size(piece: _Piece) -> float:
    return float(max(piece[2].area, piece[2].length * 2 * load_scene().named_line_m))


def _make(town: Town) -> Arrays:
    """Gather the named pieces of the base map into grounds."""
    places, streets = _keys(town, "places"), _keys(town, "streets")
    texts: dict[str, list[str | None]] = {text: [] for text in _TEXTS}
    points: list[tuple[float, float]] = []
    offered: list[bool] = []
    pieces: list[tuple[int, int]] = []
    same: list[tuple[int, int]] = []
    counts = [0]
    for key, named in _named_pieces(town).items():
        for group in _together(named):
            ground = len(points)
            at, row, _ = max(group, key=_size)
            table = town.table(_TABLES[at])
            for text, column in zip(_TEXTS, ("name", "kind", "osm_id"), strict=True):
                texts[text].append(table.text(column)[row])
            whole = shapely.GeometryCollection([shape for _, _, shape in group])
            x, y = _middle([shape for _, _, shape in group])
            twins = _same_places(town, table.text("kind")[row] or "", whole, places.get(key, ()))
            same += [(place, ground) for place in twins]
            points.append((x, y))
            offered.append(not twins and not _is_street(town, whole, streets.get(key, ())))
            pieces += [(part[0], part[1]) for part in group]
            counts.append(len(pieces))
    xy, rows = np.asarray(points, dtype=np.float64).reshape(-1, 2), np.asarray(pieces, dtype=np.int32).reshape(-1, 2)
    pairs = np.asarray(same, dtype=np.int32).reshape(-1, 2)
    arrays: dict[str, npt.NDArray[Any]] = {
        "x": xy[:, 0].copy(), "y": xy[:, 1].copy(), "offered": np.asarray(offered, dtype=np.bool_),
        "first_piece": np.asarray(counts, dtype=np.int64), "piece_table": rows[:, 0].copy(), "piece_row": rows[:, 1].copy(),
        "place_row": pairs[:, 0].copy(), "place_ground": pairs[:, 1].copy(),
    }  # fmt: skip
    for text in _TEXTS:
        arrays |= {f"{text}_{part}": values for part, values in text_arrays(texts[text]).items()}
    return arrays


def _keys(town: Town, table: str) -> dict[str, list[int]]:
    found = defaultdict[str, list[int]](list)
    for row, name in enumerate(town.table(table).text("name")):
        if name:
            found[street_key(name)].append(row)
    return found


def _middle(shapes: Sequence[BaseGeometry]) -> tuple[float, float]:
    """Return the point of some shapes that is nearest to their middle."""
    most = max(shapely.get_dimensions(shape) for shape in shapes)
    widest = shapely.union_all([shape for shape in shapes if shapely.get_dimensions(shape) == most])
    nearest = shapely.shortest_line(widest, shapely.centroid(widest)).coords[0]
    return float(nearest[0]), float(nearest[1])


def _same_places(town: Town, kind: str, ground: BaseGeometry, rows: Sequence[int]) -> list[int]:
    """Return the places of a ground's name that are that ground, the largest and most central first."""
    places, minor = town.table("places"), load_model().minor_categories
    category, tag, area = places.text("category"), places.text("kind"), places.numbers("area_m2")
    centre, found = shapely.centroid(ground), []
    for row in rows:
        settlement = (tag[row] or "").startswith("place=")
        if settlement or not np.isfinite(places.x[row]) or (category[row] in minor and category[row] != kind):
            continue
        point = shapely.Point(float(places.x[row]), float(places.y[row]))
        if ground.distance(point) <= load_scene().named_same_m:
            found.append((-float(np.nan_to_num(area[row])), float(centre.distance(point)), row))
    return [row for _, _, row in sorted(found)]


def _is_street(town: Town, ground: BaseGeometry, rows: Sequence[int]) -> bool:
    """Tell whether a street of a ground's name lies along it: a trail that is mapped as a road too."""
    network = town.network
    lines = [shapely.LineString(network.segment_xy(s)) for row in rows for s in town.street_segments(row).tolist()]
    return bool(lines) and bool(ground.dwithin(shapely.MultiLineString(lines), load_scene().named_same_m))
