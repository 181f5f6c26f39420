"""Former and other names of streets and places: what they are called now."""

from __future__ import annotations

import json
import re
from datetime import date

from geo_dispatch.locate.answer import Why
from geo_dispatch.locate.draft import Draft, Finder
from geo_dispatch.locate.normalise import street_key
from geo_dispatch.locate.tables.notices import load_notices

__all__ = ["former_address", "former_place", "former_street", "split_dated"]


def split_dated(name: str) -> tuple[str, str]:
    """Split a name that carries the date it was given up, ``NAME|date``; the date is empty where none is.

    Parameters
    ----------
    name
        As on file.

    Examples
    --------
    >>> split_dated("Old Road|5/12/2015 7:32:20 PM"), split_dated("Old Road|2003-06-01"), split_dated("Old Road")
    (('Old Road', '2015'), ('Old Road', '2003'), ('Old Road', ''))
    """
    shown, _, dated = name.partition("|")
    years = [part for part in dated.replace("/", " ").replace("-", " ").split() if len(part) == 4 and part.isdigit()]
    return shown.strip(), next((year for year in years if 1600 < int(year) <= date.max.year), "")


def former_address(finder: Finder, row: int, said_key: str) -> tuple[Why, str] | None:
    """Say what an address is now that was named by another of its streets' names; None when that name is not on its file.

    Parameters
    ----------
    finder
        The town and its names.
    row
        Row of the address.
    said_key
        Canonical name of the street that was said.
    """
    table = finder.town.table("addresses")
    street, number = (
        table.text("street")[row] or "",
        table.text("number_text")[row] or int(table.numbers("number")[row]),
    )
    now = f"{number} {street}".strip()
    for name in json.loads(table.text("aliases")[row] or "[]"):
        shown, until = split_dated(str(name))
        if street_key(shown) == said_key:
            is_former = until or said_key in _former_keys(finder, int(table.numbers("street_id")[row]))
            return _told(f"{number} {shown}", shown, now, until, former=bool(is_former))
    street_row = int(table.numbers("street_id")[row])
    former = _former_keys(finder, street_row)
    if said_key in former:
        return _told(f"{number} {former[said_key]}", former[said_key], now, "", former=True)
    return None


def _told(was: str, clause: str, now: str, until: str, *, former: bool) -> tuple[Why, str]:
    dated = f" until {until}" if until else ""
    what = "former name of the street" if former else "other name of the street"
    text = f"{was}{dated} is now {now}" if former else f"{was} is on file as {now}"
    return Why(clause, what, text, "supported"), text


def _former_keys(finder: Finder, street: int) -> dict[str, str]:
    """Return the former names of a street by their canonical form."""
    if street < 0:
        return {}
    kinds = load_notices().former
    names = finder.town.table("streets").json("names", street) or []
    found = {}
    for entry in names:
        if isinstance(entry, dict) and entry.get("kind") in kinds:
            for part in str(entry.get("name") or "").split(";"):
                found[street_key(split_dated(part)[0])] = part.strip()
    return found


def former_street(finder: Finder, draft: Draft) -> list[str]:
    """Return what to say of streets that were named by their former names.

    Parameters
    ----------
    finder
        The town and its names.
    draft
        A candidate on streets.
    """
    names = finder.town.table("streets").text("name")
    said = {street_key(part) for why in draft.why for part in re.split(" & | and ", why.clause)}
    told = []
    for street in draft.streets:
        now = names[street] or ""
        for key, shown in _former_keys(finder, street).items():
            if key != street_key(now) and (key in said or f"({shown})" in draft.topic):
                name, until = split_dated(shown)
                told.append(f"{name} is a former name" + (f" (until {until})" if until else "") + f": it is {now} now")
    return told


def former_place(draft: Draft) -> list[str]:
    """Return what to say of a place that was named by its former name.

    Parameters
    ----------
    draft
        A candidate.
    """
    effects = {f"that is its {kind.replace('_', ' ')}" for kind in load_notices().former}
    return [f"“{why.clause}” is a former name: it is {draft.topic} now" for why in draft.why if why.effect in effects]
