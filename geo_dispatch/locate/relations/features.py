"""Things on the road without a name of their own: lights, rotaries, ends of streets, town lines."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import shapely

from geo_dispatch.locate.answer import Why
from geo_dispatch.locate.draft import KIND, Draft, Finder, clusters
from geo_dispatch.locate.grammar import text_of
from geo_dispatch.locate.relations.anchors import Anchor
from geo_dispatch.locate.tables.scene import load_scene
from geo_dispatch.town.columns import TextColumn

__all__ = ["RoadFeatures"]

_MERGE_M = 45.0
_MOST = 400


class RoadFeatures:
    """Finds features of the road by what callers call them.

    Parameters
    ----------
    finder
        The town and its names.
    """

    def __init__(self, finder: Finder) -> None:
        self._finder = finder
        self._kept: dict[str, list[tuple[float, float, float]]] = {}

    def list_features(
        self, words: Sequence[str], streets: Sequence[Anchor], *, only_there: bool = False
    ) -> list[Anchor]:
        """Return the features that words name ("the light"): on the streets said when there are any there, else all.

        Parameters
        ----------
        words
            Folded words.
        streets
            The streets that the caller is on.
        only_there
            Return none rather than those elsewhere.
        """
        name = load_scene().find_feature(tuple(words))
        if name is None:
            return []
        points, beside = self._points(name), []
        if streets:
            lines = [self._finder.line(street.draft.streets[0]) for street in streets[:4] if street.draft.streets]
            beside = [p for p in points if any(line.nearest(*p[:2]).distance_m <= _MERGE_M for line in lines)]
            points = beside if beside or only_there else points
        count = f"one of {len(points)} on file" if len(points) > 1 else "the only one on file"
        why = Why(" ".join(words), KIND, f"{count} on the street said" if beside else count, "supported")
        return [self._anchor(name, point, why, load_scene().feature_known) for point in points[:_MOST]]

    def _anchor(self, topic: str, point: tuple[float, float, float], why: Why, known: float) -> Anchor:
        town = self._finder.town
        x, y, radius_m = point
        position = town.projection.to_lonlat(x, y)
        here = town.boundaries.find_municipality(position.lon, position.lat)
        name = here.name if here else None
        draft = Draft(
            kind="segment",
            label=f"{topic}, {name}" if name else topic,
            topic=topic,
            lon=position.lon,
            lat=position.lat,
            weight=self._finder.prior(name),
            known=known,
            similarity=1.0,
            radius90_m=radius_m,
            municipality=name,
            why=(why,),
        )
        return Anchor(draft, x, y, 0.0)

    def _points(self, name: str) -> list[tuple[float, float, float]]:
        """Return where a feature is, and its radius, metres; parts of one junction or bridge once."""
        found = self._kept.get(name)
        if found is None:
            feature, network = load_scene().feature[name], self._finder.town.network
            x, y = self._node_points(feature.nodes)
            half = np.zeros(len(x))
            for column, values in feature.segments.items():
                rows = _rows_with(network.segments.text(column), values)
                middle = np.asarray([network.segment_xy(row).mean(axis=0) for row in rows.tolist()]).reshape(-1, 2)
                x, y = np.append(x, middle[:, 0]), np.append(y, middle[:, 1])
                half = np.append(half, np.asarray(network.segment_length_m)[rows] / 2)
            places = self._finder.town.table("places")
            rows = _rows_with(places.text("category"), feature.categories)
            rows = rows[np.isfinite(places.x[rows])]
            x, y, half = (
                np.append(x, places.x[rows]),
                np.append(y, places.y[rows]),
                np.append(half, np.zeros(len(rows))),
            )
            found = [_joined(x[group], y[group], half[group]) for group in clusters(x, y, _MERGE_M)]
            self._kept[name] = found
        return found

    def _node_points(self, columns: dict[str, list[str]]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        network = self._finder.town.network
        found = [_rows_with(network.nodes.text(column), values) for column, values in columns.items()]
        rows = np.unique(np.concatenate(found)) if found else np.zeros(0, dtype=np.int64)
        return np.asarray(network.node_x)[rows].astype(float), np.asarray(network.node_y)[rows].astype(float)

    def list_ends(self, streets: Sequence[Anchor], *, dead: bool) -> list[Anchor]:
        """Return the ends of streets, its dead ends first when those are meant.

        Parameters
        ----------
        streets
            Streets by name.
        dead
            Whether an end where the road stops is meant rather than one where it meets another.
        """
        network, found = self._finder.town.network, []
        for street in streets:
            rows = np.asarray(street.draft.segments, dtype=np.int64)
            both = np.concatenate([network.segment_from[rows], network.segment_to[rows]])
            nodes, count = np.unique(both, return_counts=True)
            ends = nodes[count == 1].tolist() or nodes[:1].tolist()
            arcs = np.diff(network.first_arc)
            stops = [node for node in ends if arcs[node] <= 1]
            wanted = (stops or ends) if dead else ([node for node in ends if node not in stops] or ends)
            for node in wanted:
                x, y = float(network.node_x[node]), float(network.node_y[node])
                found.append(Anchor(street.draft, x, y, 0.0))
        return found

    def list_lines(self, words: Sequence[str], streets: Sequence[Anchor]) -> list[Anchor]:
        """Return where the streets said cross the line of a town: "the Halsey line", "the town line"; none without streets.

        Parameters
        ----------
        words
            Folded words.
        streets
            The streets that the caller is on.
        """
        scene, bare = load_scene(), [word for word in words if word not in ("the", "a")]
        if len(bare) < 2 or bare[-1] not in scene.line_words:
            return []
        named = [word for word in bare[:-1] if word not in scene.line_of]
        wanted = text_of(named)
        town, found = self._finder.town, []
        table = town.table("boundaries")
        for row in range(len(table)):
            if table.text("kind")[row] not in ("own", "town", "neighbour", "state"):
                continue
            names = {text_of((table.text(c)[row] or "").casefold().split()) for c in ("name", "municipality", "state")}
            if wanted and wanted not in names:
                continue
            found += self._crossings(row, streets, text_of(list(words)))
        return found

    def _crossings(self, row: int, streets: Sequence[Anchor], said: str) -> list[Anchor]:
        town, scene = self._finder.town, load_scene()
        outline = shapely.boundary(town.boundaries.polygon(row))
        if outline.is_empty:
            return []
        line = shapely.transform(
            outline, lambda p: np.column_stack(town.projection.arrays_to_xy(p[:, 0].copy(), p[:, 1].copy()))
        )
        shapely.prepare(line)
        why = Why(said, "town line", "where the street crosses it", "supported")
        anchors = []
        for street in streets:
            for segment in street.draft.segments:
                road = shapely.LineString(town.network.segment_xy(int(segment)))
                if shapely.intersects(line, road):
                    point = shapely.intersection(line, road).representative_point()
                    anchors.append(self._anchor(said, (point.x, point.y, scene.line_radius_m), why, 1.0))
        return anchors


def _joined(
    x: npt.NDArray[np.float64], y: npt.NDArray[np.float64], half: npt.NDArray[np.float64]
) -> tuple[float, float, float]:
    """Return the middle of points that are one thing, and the radius that holds them and half their lengths."""
    mx, my = float(x.mean()), float(y.mean())
    return mx, my, load_scene().feature_radius_m + float((np.hypot(x - mx, y - my) + half).max())


def _rows_with(column: TextColumn, values: Sequence[str]) -> npt.NDArray[np.int64]:
    """Return the rows of a text column that have one of some values."""
    codes = [code for code, value in enumerate(column.vocabulary()) if value in values]
    rows: npt.NDArray[np.int64] = np.flatnonzero(np.isin(column.codes, codes))
    return rows
