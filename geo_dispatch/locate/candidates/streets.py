"""Streets and areas by themselves."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from geo_dispatch.locate.draft import Draft, Finder, name_why
from geo_dispatch.locate.gather import AREA
from geo_dispatch.locate.match import NameMatch
from geo_dispatch.locate.reading import Reading

__all__ = ["draft_area", "draft_street", "find_streets"]


def find_streets(finder: Finder, reading: Reading) -> Iterator[Draft]:
    """Yield the streets and areas that a name may be.

    Parameters
    ----------
    finder
        The town and its names.
    reading
        Of kind "name".
    """
    followed = 0
    for match in finder.matcher.list_matches(reading.phrases[0]):
        rows = finder.street_rows(match)
        areas = [row for target, row, _ in finder.index.postings(match.name) if target == AREA]
        for street, factor in _whole(finder, rows, by_town=bool(reading.locality)):
            yield draft_street(finder, reading.phrases[0], match, street, factor)
        if not rows:
            yield from _by_addresses(finder, reading.phrases[0], match)
        for row in areas:
            yield draft_area(finder, reading.phrases[0], match, row)
        followed += bool(rows or areas)
        if followed >= finder.model.names_followed:
            return


def _whole(finder: Finder, rows: list[tuple[int, float]], *, by_town: bool) -> list[tuple[int, float]]:
    """Take a numbered route as a whole rather than by its roads in each town, unless a town was said."""
    kinds = finder.town.table("streets").text("kind")
    routes = [entry for entry in rows if kinds[entry[0]] == "route"]
    roads = [entry for entry in rows if kinds[entry[0]] != "route"]
    return (roads or routes) if by_town else (routes or roads)


def draft_street(finder: Finder, said: str, match: NameMatch, street: int, factor: float) -> Draft:
    """Make a candidate of a whole street."""
    table, model = finder.town.table("streets"), finder.model
    line = finder.line(street)
    middle = line.middle()
    position = finder.town.projection.to_lonlat(middle.x, middle.y)
    name, town = finder.shown_name(street, match), table.text("municipality")[street]
    similarity = match.similarity * factor
    return Draft(
        kind="street",
        label=f"{name}, {town}" if town else name,
        topic=name,
        lon=position.lon,
        lat=position.lat,
        weight=finder.weigh(similarity) * finder.prior(town) * model.readings["street"],
        known=finder.known(match, factor),
        similarity=similarity,
        radius90_m=max(line.reach_m(middle.x, middle.y, 0.9), model.street_buffer_m),
        municipality=town,
        segments=tuple(int(s) for s in finder.town.street_segments(street)),
        streets=(street,),
        why=(name_why(said, match, name, "street"),),
    )


def _by_addresses(finder: Finder, said: str, match: NameMatch) -> Iterator[Draft]:
    """Make candidates of a street that only addresses name, one for each town."""
    rows, _ = finder.index.addresses(match.name)
    table, model = finder.town.table("addresses"), finder.model
    rows = rows[np.isfinite(table.lon[rows])]
    towns = [table.text("municipality")[int(row)] for row in rows]
    for town in dict.fromkeys(towns):
        inside = rows[np.asarray([name == town for name in towns], dtype=bool)]
        x, y = table.x[inside], table.y[inside]
        distance = np.hypot(x - np.median(x), y - np.median(y))
        row = int(inside[int(np.argmin(distance))])
        name = table.text("street")[row] or match.text
        yield Draft(
            kind="street",
            label=f"{name}, {town}" if town else name,
            topic=name,
            lon=float(table.lon[row]),
            lat=float(table.lat[row]),
            weight=finder.weigh(match.similarity) * finder.prior(town) * model.readings["street"],
            known=finder.known(match),
            similarity=match.similarity,
            radius90_m=float(np.quantile(distance, 0.9)) + model.radius90_m["interpolated_least"],
            municipality=town,
            city=table.text("city")[row],
            postcode=table.text("postcode")[row],
            why=(name_why(said, match, name, "street"),),
            warnings=(f"no road line on file is called {name}: placed by its addresses",),
        )


def draft_area(finder: Finder, said: str, match: NameMatch, row: int) -> Draft:
    """Make a candidate of a town or village area: only its extent is known, and it says so."""
    table, model = finder.town.table("boundaries"), finder.model
    name = table.text("name")[row] or match.text
    polygon = finder.town.boundaries.polygon(row)
    point = shapely.Point() if polygon.is_empty else polygon.representative_point()
    radius = 0.0
    if not polygon.is_empty:
        corners = shapely.get_coordinates(shapely.envelope(polygon))
        x, y = finder.town.projection.arrays_to_xy(corners[:, 0].copy(), corners[:, 1].copy())
        radius = float(np.hypot(x.max() - x.min(), y.max() - y.min())) / 2
    return Draft(
        kind="area",
        label=name,
        topic=name,
        lon=float(point.x),
        lat=float(point.y),
        weight=finder.weigh(match.similarity) * model.readings["area"],
        known=min(finder.known(match), model.area_known),
        similarity=match.similarity,
        radius90_m=max(radius, 100.0),
        municipality=table.text("municipality")[row],
        why=(name_why(said, match, name, "town or village"),),
        warnings=(f"only the area {name} was named: no place in it",),
    )
