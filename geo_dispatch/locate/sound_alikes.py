"""Names that may be taken for one another although they lie minutes apart, and the words to read them back with."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely

from geo_dispatch.geometry import LonLat
from geo_dispatch.locate.cross import CrossStreets
from geo_dispatch.locate.like_names import KINDS, LikeNames, SoundAlikeKind, pair_names, sound_alike_settings
from geo_dispatch.locate.no_names import is_no_name
from geo_dispatch.locate.normalise import street_key
from geo_dispatch.locate.readback import Subject, read_back
from geo_dispatch.locate.shapes import street_line
from geo_dispatch.locate.tables import load_model
from geo_dispatch.routing import RoadPoint, RoadPoints, Router, Snapper
from geo_dispatch.town.columns import Arrays
from geo_dispatch.town.town import Town

__all__ = ["SoundAlike", "SoundAlikes", "most_named"]

VERSION = 3
_TABLES: tuple[Literal["streets", "places"], ...] = ("streets", "places")


@dataclass(frozen=True, slots=True)
class SoundAlike:
    """Two streets or places whose names may be taken for one another.

    Attributes
    ----------
    kind
        ``same_name`` (two places or two towns), ``type_differs`` (Daniel St, Daniel Ave), ``direction_differs`` (North Main,
        South Main), ``sounds_alike`` (Hix, Hicks).
    what
        "streets" or "places".
    rows
        Their rows of that table.
    names, municipalities
        What they are called, and the towns they are in.
    positions
        Their middles, longitude and latitude in degrees: for a street the point of it nearest to its mean position.
    travel_time_s
        Seconds by car from the first middle to the second; None when no way leads there.
    read_back
        What to say to a caller who means the first, and to one who means the second.
    """

    kind: SoundAlikeKind
    what: Literal["streets", "places"]
    rows: tuple[int, int]
    names: tuple[str, str]
    municipalities: tuple[str | None, str | None]
    positions: tuple[LonLat, LonLat]
    travel_time_s: float | None
    read_back: tuple[str, str]


def most_named() -> int:
    """Return how many pairs one answer warns of."""
    return int(sound_alike_settings()["named"])


class SoundAlikes:
    """The pairs of one town's names that may be taken for one another and lie minutes apart.

    One of each pair at least is in the town itself, the other may be in the next. Computed once and kept beside the town file.

    Parameters
    ----------
    town
        The town.
    """

    def __init__(self, town: Town) -> None:
        self._town = town
        self._arrays = town.derived("sound_alikes", VERSION, lambda: _make(town))
        self._cross = CrossStreets(town)

    def __len__(self) -> int:
        return len(self._arrays["kind"])

    def _beside(self, what: str, row: int) -> str | None:
        if what == "places":
            return _beside_place(self._town, row)
        return _beside_street(self._town, self._cross, row)

    def list_all(self) -> list[SoundAlike]:
        """Return every pair, those that no way joins first, then the furthest apart."""
        return [self._pair(at, swapped=False) for at in range(len(self))]

    def list_of(self, what: Literal["streets", "places"], row: int) -> list[SoundAlike]:
        """Return the pairs of one street or place, which is then the first of each pair.

        Parameters
        ----------
        what
            The table.
        row
            Its row.
        """
        rows = self._arrays["rows"]
        of_table = self._arrays["table"] == _TABLES.index(what)
        found = np.flatnonzero(of_table & ((rows[:, 0] == row) | (rows[:, 1] == row)))
        return [self._pair(int(at), swapped=int(rows[at, 0]) != row) for at in found]

    def list_of_place(self, place_id: str) -> list[SoundAlike]:
        """Return the pairs of one place, by its id."""
        ids = self._town.table("places").text("place_id")
        rows = np.unique(self._arrays["rows"][self._arrays["table"] == _TABLES.index("places")]).tolist()
        return [pair for row in rows if ids[row] == place_id for pair in self.list_of("places", row)]

    def _pair(self, at: int, *, swapped: bool) -> SoundAlike:
        arrays = self._arrays
        what = _TABLES[int(arrays["table"][at])]
        table = self._town.table(what)
        order = (1, 0) if swapped else (0, 1)
        row, other = (int(arrays["rows"][at, side]) for side in order)
        here, there = (LonLat(*arrays["lonlat"][at, side].tolist()) for side in order)
        names = (table.text("name")[row] or "", table.text("name")[other] or "")
        towns = (table.text("municipality")[row], table.text("municipality")[other])
        time_s = float(arrays["time_s"][at])
        one, another = (
            Subject(name, town, self._beside(what, of), on=what == "places")
            for name, town, of in zip(names, towns, (row, other), strict=True)
        )
        return SoundAlike(
            kind=KINDS[int(arrays["kind"][at])],
            what=what,
            rows=(row, other),
            names=names,
            municipalities=towns,
            positions=(here, there),
            travel_time_s=time_s if math.isfinite(time_s) else None,
            read_back=(read_back(one, another), read_back(another, one)),
        )


def _beside_street(town: Town, cross: CrossStreets, row: int) -> str | None:
    """Return the name of the longest street that a street meets; None when it meets none."""
    streets, network = town.table("streets"), town.network
    names, lengths = streets.text("name"), streets.numbers("length_m")
    own = street_key(names[row] or "")
    segments = town.street_segments(row)
    nodes = np.unique(np.concatenate([network.segment_from[segments], network.segment_to[segments]]))
    met = {int(network.segment_street[segment]) for node in nodes.tolist() for segment in cross.segments_at(node)}
    others = [street for street in sorted(met) if street >= 0 and street_key(names[street] or "") != own]
    best = max(others, key=lambda street: float(lengths[street]), default=None)
    return None if best is None else names[best]


def _beside_place(town: Town, row: int) -> str | None:
    """Return the name of the street a place is on, by its address or as the nearest road has it."""
    places = town.table("places")
    street: str | None = places.text("street")[row]
    if street:
        return street
    found = Snapper(town).snap_many([float(places.lon[row])], [float(places.lat[row])])
    at = int(town.network.segment_street[found.segment[0]]) if found.segment[0] >= 0 else -1
    return town.table("streets").text("name")[at] if at >= 0 else None


def _make(town: Town) -> Arrays:
    """Find the pairs of streets and of places, and the times between them."""
    found: list[tuple[int, LikeNames, float]] = []
    middles: list[dict[int, tuple[float, float]]] = [_street_middles(town), _place_middles(town)]
    router = Router(town)
    for at, what in enumerate(_TABLES):
        names = town.table(what).text("name")
        named = [(row, names[row] or "") for row in middles[at]]
        ours = _in_town(town, middles[at])
        alike = pair_names(named, of_streets=what == "streets")
        pairs = _near_pairs((p for p in alike if p.row in ours or p.other in ours), middles[at])
        times = _times(town, router, pairs, middles[at])
        found += [
            (at, pair, time)
            for pair, time in zip(pairs, times, strict=True)
            if time >= sound_alike_settings()["least_s"]
        ]
    found.sort(key=lambda entry: (-entry[2], entry[0], entry[1].row, entry[1].other))
    xy = np.asarray([[middles[at][p.row], middles[at][p.other]] for at, p, _ in found]).reshape(-1, 2, 2)
    lon, lat = town.projection.arrays_to_lonlat(xy[:, :, 0].ravel(), xy[:, :, 1].ravel())
    return {
        "table": np.asarray([at for at, _, _ in found], dtype=np.int8),
        "kind": np.asarray([KINDS.index(pair.kind) for _, pair, _ in found], dtype=np.int8),
        "rows": np.asarray([(pair.row, pair.other) for _, pair, _ in found], dtype=np.int32).reshape(-1, 2),
        "lonlat": np.column_stack([lon, lat]).reshape(-1, 2, 2),
        "time_s": np.asarray([time for _, _, time in found], dtype=np.float64),
    }


def _street_middles(town: Town) -> dict[int, tuple[float, float]]:
    streets = town.table("streets")
    kinds, names = streets.text("kind"), streets.text("name")
    rows = [row for row in range(len(streets)) if kinds[row] == "road" and not is_no_name(names[row] or "")]
    lines = {row: street_line(town, segments) for row in rows if len(segments := town.street_segments(row))}
    middles = {row: line.middle() for row, line in lines.items() if len(line.segment)}
    return {row: (middle.x, middle.y) for row, middle in middles.items()}


def _place_middles(town: Town) -> dict[int, tuple[float, float]]:
    places = town.table("places")
    names, categories, kinds = places.text("name"), places.text("category"), places.text("kind")
    minor = load_model().minor_categories
    return {
        row: (float(places.x[row]), float(places.y[row]))
        for row in range(len(places))
        if names[row]
        and math.isfinite(places.x[row])
        and categories[row] not in minor
        and not (kinds[row] or "").startswith(("place=", "boundary=", "waterway="))
    }


def _in_town(town: Town, middles: dict[int, tuple[float, float]]) -> set[int]:
    """Return the rows whose middle lies in the town itself; all of them where it has no outline."""
    own = town.boundaries.own_area
    if own.is_empty or not middles:
        return set(middles)
    x, y = np.asarray(list(middles.values())).T
    lon, lat = town.projection.arrays_to_lonlat(x, y)
    return {row for row, inside in zip(middles, shapely.contains_xy(own, lon, lat), strict=True) if inside}


def _near_pairs(pairs: Iterable[LikeNames], middles: dict[int, tuple[float, float]]) -> list[LikeNames]:
    """Keep pairs that a telephone's cell can't tell apart, and of each name the nearest few."""
    settings = sound_alike_settings()
    apart = [(math.dist(middles[pair.row], middles[pair.other]), pair) for pair in pairs]
    partners: dict[int, int] = defaultdict(int)
    kept = []
    for distance, pair in sorted(apart):
        if distance > settings["furthest_m"]:
            break
        if max(partners[pair.row], partners[pair.other]) < settings["most_partners"]:
            partners[pair.row] += 1
            partners[pair.other] += 1
            kept.append(pair)
    return kept


def _times(
    town: Town, router: Router, pairs: Sequence[LikeNames], middles: dict[int, tuple[float, float]]
) -> list[float]:
    """Return the seconds from the first to the second of each pair; inf where no way leads, NaN where no road is near."""
    profile = sound_alike_settings()["profile"]
    rows = sorted({row for pair in pairs for row in (pair.row, pair.other)})
    xy = np.asarray([middles[row] for row in rows], dtype=np.float64).reshape(-1, 2)
    lon, lat = town.projection.arrays_to_lonlat(xy[:, 0].copy(), xy[:, 1].copy())
    snaps = Snapper(town).snap_many(lon, lat, usable=router.vehicle(profile).usable)  # all at once: many times as fast
    points = {
        row: RoadPoint(int(segment), float(along))
        for row, segment, along in zip(rows, snaps.segment, snaps.along_m, strict=True)
        if segment >= 0
    }
    search = router.search(profile)
    by_end: dict[int, list[int]] = defaultdict(list)
    for pair in pairs:
        if pair.row in points and pair.other in points:
            by_end[pair.other].append(pair.row)
    times: dict[tuple[int, int], float] = {}
    for other, starts in by_end.items():
        found = search.many_to_one(RoadPoints.of(points[row] for row in starts), points[other])
        times |= {(row, other): float(time) for row, time in zip(starts, found, strict=True)}
    return [times.get((pair.row, pair.other), math.nan) for pair in pairs]
