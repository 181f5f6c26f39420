"""The towns, villages and postal communities that an address may be qualified with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from rapidfuzz.distance import OSA

from geo_dispatch.geometry import LonLat
from geo_dispatch.locate.normalise import street_key
from geo_dispatch.locate.tables import load_words
from geo_dispatch.town.town import Town

__all__ = ["Localities", "Locality"]

_SETTLEMENT_REACH_M = 2500.0


@dataclass(frozen=True, slots=True)
class Locality:
    """A name that says roughly where: a town, a village area, a postal community or a settlement's point."""

    key: str
    name: str
    is_municipality: bool
    boundary_rows: tuple[int, ...]
    points_xy: tuple[tuple[float, float], ...]


class Localities:
    """Every town, village and postal community that the town file names.

    Parameters
    ----------
    town
        The town.
    """

    def __init__(self, town: Town) -> None:
        self._town = town
        self._found: dict[str, Locality] = {}
        words = load_words()
        states = {s for t in ("streets", "boundaries") for s in town.table(t).text("state").vocabulary()}
        keys = {state.casefold() for state in states}
        self.state_codes = frozenset(words.state_names.get(key, key) for key in keys)
        self.state_keys = frozenset({*keys, *self.state_codes})
        self.postcodes = frozenset(town.table("addresses").text("postcode").vocabulary())
        self._gather()

    def _gather(self) -> None:
        town = self._town
        names: dict[str, str] = {}
        municipal: set[str] = set()
        rows: dict[str, list[int]] = {}
        points: dict[str, list[tuple[float, float]]] = {}
        for table, column in (("streets", "municipality"), ("addresses", "municipality"), ("places", "municipality")):
            for name in town.table(table).text(column).vocabulary():
                names.setdefault(street_key(name), name)
                municipal.add(street_key(name))
        self._on_file = frozenset(municipal)
        boundaries = town.table("boundaries")
        kinds, own_names = boundaries.text("kind"), boundaries.text("municipality")
        for row, named in enumerate(boundaries.text("name")):
            if kinds[row] in ("state", "county"):
                continue
            is_town = kinds[row] in ("own", "neighbour", "town")
            for said in (named, own_names[row] if is_town else None):
                if not said:
                    continue
                key = street_key(said)
                names.setdefault(key, said)
                rows.setdefault(key, []).append(row)
                if is_town:
                    municipal.add(key)
        for name in town.table("addresses").text("city").vocabulary():
            names.setdefault(street_key(name), name)
        places = town.table("places")
        kind = places.text("kind")
        settled = [c for c, k in enumerate(kind.vocabulary()) if k.startswith("place=")]
        for row in np.flatnonzero(np.isin(kind.codes, settled)).tolist():
            settlement = places.text("name")[row]
            if settlement:
                key = street_key(settlement)
                names.setdefault(key, settlement)
                points.setdefault(key, []).append((float(places.x[row]), float(places.y[row])))
        for key, name in names.items():
            if key:
                self._found[key] = Locality(
                    key, name, key in municipal, tuple(rows.get(key, ())), tuple(points.get(key, ()))
                )

    def find(self, text: str, *, fuzzy: bool = False) -> Locality | None:
        """Return the locality that words name, else None.

        Parameters
        ----------
        text
            Canonical words.
        fuzzy
            Allow a misspelling (after a comma, where nothing else is likely).
        """
        text = text.removeprefix("town of ").removeprefix("city of ").removeprefix("village of ")
        found = self._found.get(text)
        if found is not None or not fuzzy or len(text) < 4:
            return found
        best = max(self._found, key=lambda key: OSA.normalized_similarity(text, key), default=None)
        if best is None or OSA.normalized_similarity(text, best) < 0.8:
            return None
        return self._found[best]

    def get(self, key: str) -> Locality:
        """Return a locality by its key."""
        return self._found[key]

    def fits(self, locality: Locality, position: LonLat, names: tuple[str | None, ...]) -> bool:
        """Tell whether a position, or the town and postal names on file for it, agree with a locality.

        Parameters
        ----------
        locality
            What was said.
        position
            Of the candidate.
        names
            Municipality and postal community on file for the candidate.
        """
        keys = {street_key(name) for name in names if name}
        if locality.key in keys:
            return True
        if locality.key in self._on_file and keys & self._on_file:
            # Both are towns by the files' own word; an outline of the same name may be the county's.
            return False
        import shapely

        point = shapely.Point(position.lon, position.lat)
        if any(self._town.boundaries.polygon(row).intersects(point) for row in locality.boundary_rows):
            return True
        if locality.is_municipality or not locality.points_xy:
            return False
        x, y = self._town.projection.to_xy(position.lon, position.lat)
        return any(np.hypot(x - px, y - py) <= _SETTLEMENT_REACH_M for px, py in locality.points_xy)
