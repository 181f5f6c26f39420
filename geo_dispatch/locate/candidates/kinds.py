"""Places by their kind alone: "the gas station"; towns by their name alone."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from geo_dispatch.locate.answer import Why
from geo_dispatch.locate.draft import Draft, Finder
from geo_dispatch.locate.grammar import text_of
from geo_dispatch.locate.reading import Reading
from geo_dispatch.locate.tables.relations import load_categories

__all__ = ["find_kinds", "find_municipality"]


_ARTICLES = ("a ", "an ", "some ", "that ", "this ", "our ", "nearest ", "closest ", "local ")


@lru_cache(maxsize=1)
def _kinds() -> dict[str, str]:
    """Return the categories by their names in canonical words."""
    return {text_of(name.split()): category for name, category in load_categories().items()}


def find_kinds(finder: Finder, reading: Reading) -> Iterator[Draft]:
    """Yield the places of a kind, where a name is nothing but the kind's.

    Parameters
    ----------
    finder
        The town and its names.
    reading
        Of kind "name" or "place".
    """
    said = reading.phrases[0]
    for article in _ARTICLES:
        said = said.removeprefix(article)
    wanted = _kinds().get(said)
    if wanted is None:
        return
    table, model = finder.town.table("places"), finder.model
    column = table.text("category")
    codes = [code for code, kind in enumerate(column.vocabulary()) if kind == wanted]
    for row in np.flatnonzero(np.isin(column.codes, codes)).tolist():
        if not math.isfinite(table.lon[row]):
            continue
        town, name = table.text("municipality")[row], table.text("name")[row] or said.capitalize()
        number, street = table.text("house_number")[row], table.text("street")[row]
        area = float(table.numbers("area_m2")[row])
        least = model.radius90_m["place_least"]
        yield Draft(
            kind="place",
            label=f"{name}, {town}" if town else name,
            topic=name,
            lon=float(table.lon[row]),
            lat=float(table.lat[row]),
            weight=model.kind_weight * finder.prior(town),
            known=model.kind_known,
            similarity=1.0,
            radius90_m=max(least, math.sqrt(area / math.pi) * 1.3) if area > 0 else model.radius90_m["place_point"],
            municipality=town,
            city=table.text("city")[row],
            postcode=table.text("postcode")[row],
            place_id=table.text("place_id")[row],
            address=f"{number} {street}" if number and street else None,
            why=(Why(said, "kind of place", "one of that kind; which was not said", "supported"),),
            warnings=(f"only the kind of place was said: {said}",),
            by_kind=True,
        )


def find_municipality(finder: Finder, phrase: str) -> Draft | None:
    """Return a town that no outline on file shows, by where its addresses or streets are; None when it is none.

    Parameters
    ----------
    finder
        The town file and its names.
    phrase
        Canonical words.
    """
    locality = finder.localities.find(phrase)
    if locality is None or not locality.is_municipality or locality.boundary_rows:
        return None
    for name in ("addresses", "places"):
        table = finder.town.table(name)
        column = table.text("municipality")
        codes = [code for code, town in enumerate(column.vocabulary()) if town == locality.name]
        rows = np.flatnonzero(np.isin(column.codes, codes) & np.isfinite(table.lon))
        if len(rows):
            x, y = table.x[rows], table.y[rows]
            distance = np.hypot(x - np.median(x), y - np.median(y))
            row = int(rows[int(np.argmin(distance))])
            return Draft(
                kind="area",
                label=locality.name,
                topic=locality.name,
                lon=float(table.lon[row]),
                lat=float(table.lat[row]),
                weight=finder.model.readings["area"],
                known=finder.model.area_known,
                similarity=1.0,
                radius90_m=max(float(np.quantile(distance, 0.9)), finder.model.radius90_m["settlement"]),
                municipality=locality.name,
                why=(Why(phrase, "town or village", f"{locality.name} is on file", "supported"),),
                warnings=(f"only the area {locality.name} was named: no place in it",),
            )
    return None
