"""Named places, and the other names people use."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from geo_dispatch.locate.answer import Why
from geo_dispatch.locate.draft import Draft, Finder, clusters, name_why, spread_m
from geo_dispatch.locate.gather import ALIAS, PLACE
from geo_dispatch.locate.match import NameMatch
from geo_dispatch.locate.reading import Reading

__all__ = ["find_places", "list_aliases"]

_MOST_PLACES = 400


def find_places(finder: Finder, reading: Reading) -> Iterator[Draft]:
    """Yield the places that a name may be.

    Parameters
    ----------
    finder
        The town and its names.
    reading
        Of kind "name".
    """
    followed = 0
    for match in finder.matcher.list_matches(reading.phrases[0]):
        found: dict[int, tuple[float, str]] = {}
        for target, row, kind in finder.index.postings(match.name):
            if target == PLACE:
                factor = finder.model.name_kinds.get(kind, finder.model.name_kinds["other"])
                if row not in found or found[row][0] < factor:
                    found[row] = (factor, kind)
        if found:
            followed += 1
            yield from _merged(finder, reading.phrases[0], match, found)
        if followed >= finder.model.names_followed:
            return


def _merged(finder: Finder, said: str, match: NameMatch, found: dict[int, tuple[float, str]]) -> Iterator[Draft]:
    """Make one candidate of a place that is mapped twice (its grounds and its building)."""
    table = finder.town.table("places")
    placed = finder.shapes.grounds.once([row for row in found if math.isfinite(table.lon[row])])[:_MOST_PLACES]
    minor = {row for row in placed if table.text("category")[row] in finder.model.minor_categories}
    for rows in ([row for row in placed if row not in minor], sorted(minor)):
        yield from _grouped(finder, said, match, found, rows)


def _grouped(
    finder: Finder, said: str, match: NameMatch, found: dict[int, tuple[float, str]], rows: list[int]
) -> Iterator[Draft]:
    table = finder.town.table("places")
    for group in clusters(table.x[rows], table.y[rows], finder.model.merge_places_m):
        inside = sorted((rows[k] for k in group), key=lambda row: (-found[row][0], -_importance(finder, row), row))
        factor, kind = found[inside[0]]
        yield _draft(finder, said, match, inside, factor, kind)


def _importance(finder: Finder, row: int) -> float:
    """Prefer the mapped area over a point inside it."""
    area = float(finder.town.table("places").numbers("area_m2")[row])
    return area if math.isfinite(area) else 0.0


def _draft(finder: Finder, said: str, match: NameMatch, rows: list[int], factor: float, kind: str) -> Draft:
    table, model = finder.town.table("places"), finder.model
    row = rows[0]
    category = (table.text("category")[row] or "place").replace("_", " ")
    shown = table.text("name")[row] or table.text("brand")[row] or match.text
    town = table.text("municipality")[row]
    similarity = match.similarity * factor
    minor = model.minor_weight if table.text("category")[row] in model.minor_categories else 1.0
    area = _importance(finder, row)
    radius = (
        max(model.radius90_m["place_least"], math.sqrt(area / math.pi) * 1.3)
        if area
        else model.radius90_m["place_point"]
    )
    outline = finder.shapes.find(table.text("place_id")[row])
    if outline is not None:
        radius = outline.radius90_m
    if len(rows) > 1:
        radius += spread_m(table.x[rows].tolist(), table.y[rows].tolist())
    number, street = table.text("house_number")[row], table.text("street")[row]
    why = [name_why(said, match, shown, category)]
    if kind not in ("name", "street"):
        effect = "the name without the town" if kind == "without_town" else f"that is its {kind.replace('_', ' ')}"
        why.append(Why(said, category, effect, "supported"))
    settlement = (table.text("kind")[row] or "").startswith("place=")
    return Draft(
        kind="area" if settlement else "place",
        label=f"{shown}, {town}" if town and town != shown else shown,
        topic=shown,
        lon=float(table.lon[row]),
        lat=float(table.lat[row]),
        weight=finder.weigh(similarity) * finder.prior(town) * minor * (model.readings["area"] if settlement else 1.0),
        known=min(finder.known(match, factor), model.area_known if settlement else 1.0),
        similarity=similarity,
        radius90_m=max(radius, model.radius90_m["settlement"]) if settlement else radius,
        municipality=town,
        city=table.text("city")[row],
        postcode=table.text("postcode")[row],
        place_id=table.text("place_id")[row],
        address=f"{number} {street}" if number and street else None,
        why=tuple(why),
        warnings=(f"only the settlement {shown} was named: no place in it",) if settlement else (),
    )


def list_aliases(finder: Finder, phrase: str) -> list[tuple[NameMatch, int]]:
    """Return the rows of ``aliases`` that a phrase may be, best first."""
    found = []
    for match in finder.matcher.list_matches(phrase)[: finder.model.names_followed]:
        if match.similarity >= 0.84:
            found += [(match, row) for target, row, _ in finder.index.postings(match.name) if target == ALIAS]
    return found


def alias_point(finder: Finder, match: NameMatch, row: int) -> Draft | None:
    """Make a candidate of an alias that has a position but no target that is found; None without one."""
    table, model = finder.town.table("aliases"), finder.model
    lon, lat = float(table.lon[row]), float(table.lat[row])
    if not np.isfinite(lon):
        return None
    alias, target = table.text("alias")[row] or "", table.text("target")[row] or ""
    return Draft(
        kind="area",
        label=f"{alias} ({target})" if target else alias,
        topic=alias,
        lon=lon,
        lat=lat,
        weight=finder.weigh(match.similarity),
        known=finder.known(match),
        similarity=match.similarity,
        radius90_m=model.radius90_m["settlement"],
        why=(name_why(match.text, match, alias, "name people use"),),
    )
