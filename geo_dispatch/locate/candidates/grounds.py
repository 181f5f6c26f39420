"""Named grounds of the base map: trails, creeks, ponds, woods, piers, railways."""

from __future__ import annotations

from collections.abc import Iterator

from geo_dispatch.locate.draft import Draft, Finder, name_why
from geo_dispatch.locate.gather import GROUND
from geo_dispatch.locate.match import NameMatch
from geo_dispatch.locate.reading import Reading

__all__ = ["find_grounds"]


def find_grounds(finder: Finder, reading: Reading) -> Iterator[Draft]:
    """Yield the grounds that a name may be; those that are a place or street on file are found as these.

    Parameters
    ----------
    finder
        The town and its names.
    reading
        Of kind "name" or "place".
    """
    followed = 0
    for match in finder.matcher.list_matches(reading.phrases[0]):
        rows = [row for target, row, _ in finder.index.postings(match.name) if target == GROUND]
        for row in rows:
            yield _draft(finder, reading.phrases[0], match, row)
        followed += bool(rows)
        if followed >= finder.model.names_followed:
            return


def _draft(finder: Finder, said: str, match: NameMatch, row: int) -> Draft:
    ground = finder.shapes.grounds.get(row)
    outline = finder.shapes.find(ground.ground_id)
    where = finder.town.projection.to_lonlat(ground.x, ground.y)
    inside = finder.town.boundaries.find_municipality(where.lon, where.lat)
    town = inside.name if inside else None
    return Draft(
        kind="place",
        label=f"{ground.name}, {town}" if town and town != ground.name else ground.name,
        topic=ground.name,
        lon=where.lon,
        lat=where.lat,
        weight=finder.weigh(match.similarity) * finder.prior(town),
        known=finder.known(match),
        similarity=match.similarity,
        radius90_m=outline.radius90_m if outline else finder.model.radius90_m["place_point"],
        municipality=town,
        place_id=ground.ground_id,
        why=(name_why(said, match, ground.name, ground.kind.replace("_", " ")),),
    )
