"""Addresses whose number is on file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from geo_dispatch.locate.answer import Why
from geo_dispatch.locate.candidates.blocks import find_block, find_choice
from geo_dispatch.locate.candidates.estimates import estimate_addresses
from geo_dispatch.locate.draft import Draft, Finder, clusters, name_why, spread_m
from geo_dispatch.locate.former_names import former_address
from geo_dispatch.locate.match import NameMatch
from geo_dispatch.locate.normalise import street_key
from geo_dispatch.locate.number_spans import choice_of, span_of
from geo_dispatch.locate.reading import HouseNumber, Reading

__all__ = ["address_label", "find_addresses"]


def find_addresses(finder: Finder, reading: Reading) -> Iterator[Draft]:
    """Yield the places that a house number and a street name may be.

    Parameters
    ----------
    finder
        The town and its names.
    reading
        Of kind "address".
    """
    choice = choice_of(reading.value)
    if choice is not None:
        both = [replace(reading, number=HouseNumber(number), value="") for number in choice]
        yield from find_choice(finder, [draft for one in both for draft in find_addresses(finder, one)], choice)
        return
    number = reading.number
    if number is None:
        return
    followed, on_file, span = 0, 0.0, span_of(reading.value)
    least = finder.model.least_known
    for match in finder.matcher.list_matches(reading.phrases[0], faint=span is None):
        numbered = _numbered_rows(finder, match)
        if not len(numbered) and not finder.street_rows(match) and not len(finder.index.ranges(match.name)):
            continue
        followed += 1
        if span is not None:
            yield from find_block(finder, reading, match, numbered, span)
            if followed >= finder.model.names_followed:
                return
            continue
        drafts = list(_exact(finder, reading, _by_number(finder, match, on_file=True), number, numbered))
        yield from (draft for draft in drafts if match.known >= least or draft.known >= least)
        on_file = max(on_file, match.similarity if drafts else 0.0)
        if followed >= finder.model.names_followed:
            return
        if len(numbered) and not drafts:
            match = _by_number(finder, match, on_file=False)
        if match.similarity < on_file - finder.model.estimate_span or match.known < least:
            continue
        exact_towns = {draft.municipality for draft in drafts}
        for draft in estimate_addresses(finder, reading, match, numbered):
            if draft.municipality not in exact_towns:
                yield draft


def _by_number(finder: Finder, match: NameMatch, *, on_file: bool) -> NameMatch:
    """Believe a garbled name more when the number that was said is on file there, and less when it is not.

    Few streets have a number by chance, and most numbers that are said are on file.
    """
    chance, missing = finder.model.number["by_chance"], finder.model.number["missing"]
    if match.evidence is None or not match.evidence.strange or (on_file and match.known >= finder.model.least_known):
        return match
    odds = match.known / (1.0 - match.known) * (1.0 / chance if on_file else missing)
    return replace(match, known=odds / (1.0 + odds))


def _numbered_rows(finder: Finder, match: NameMatch) -> npt.NDArray[np.int64]:
    """Return the rows of all addresses on a street of this name, by any of its names."""
    rows = [finder.index.addresses(match.name)[0].astype(np.int64)]
    rows += [finder.town.street_addresses(street).astype(np.int64) for street, _ in finder.street_rows(match)]
    return np.unique(np.concatenate(rows))


def _exact(
    finder: Finder, reading: Reading, match: NameMatch, number: HouseNumber, rows: npt.NDArray[np.int64]
) -> Iterator[Draft]:
    table = finder.town.table("addresses")
    rows = rows[table.numbers("number")[rows] == number.number]
    rows = rows[np.isfinite(table.lon[rows])]
    if not len(rows):
        return
    rows, missing = _with_suffix(finder, rows, number)
    for town in dict.fromkeys(table.text("municipality")[int(row)] for row in rows):
        inside = [int(row) for row in rows if table.text("municipality")[int(row)] == town]
        groups = clusters(table.x[inside], table.y[inside], finder.model.merge_addresses_m)
        for group in groups:
            yield _draft(finder, reading, match, number, [inside[k] for k in group], missing)


def _with_suffix(finder: Finder, rows: npt.NDArray[np.int64], number: HouseNumber) -> tuple[npt.NDArray[np.int64], str]:
    """Keep the rows with the suffix and unit that were said, and say which of them is not on file."""
    table = finder.town.table("addresses")
    missing = ""
    for column, said in (("number_suffix", number.suffix), ("unit", number.unit)):
        values = [(table.text(column)[int(row)] or "").strip().casefold() for row in rows]
        same = np.asarray([value == said for value in values], dtype=bool)
        if same.any():
            rows = rows[same]
        elif said:
            missing = said.upper()
    return rows, missing


def address_label(finder: Finder, row: int) -> str:
    """Return an address as one line: number, street, town."""
    table = finder.town.table("addresses")
    number = table.text("number_text")[row] or str(int(table.numbers("number")[row]))
    suffix = table.text("number_suffix")[row] or ""
    if suffix and not number.casefold().endswith(suffix.casefold()):
        number = f"{number} {suffix}" if "/" in suffix else f"{number}{suffix}"
    return f"{number} {table.text('street')[row] or ''}".strip()


def _number_whys(number: HouseNumber, points: int, missing: str) -> list[Why]:
    effect = f"number {number} is on file" if not missing else f"number {number.number} is on file, {missing} is not"
    whys = [Why(str(number), "house number", effect, "neutral" if missing else "supported")]
    if points > 1:
        effect = f"{points} points on file there; the middle one is given"
        whys.append(Why(str(number), "house number", effect, "neutral"))
    return whys


def _draft(
    finder: Finder,
    reading: Reading,
    match: NameMatch,
    number: HouseNumber,
    rows: list[int],
    missing: str,
) -> Draft:
    table, model = finder.town.table("addresses"), finder.model
    x, y = table.x[rows], table.y[rows]
    middle = int(np.argmin(np.hypot(x - x.mean(), y - y.mean())))
    row = rows[middle]
    town, city = table.text("municipality")[row], table.text("city")[row]
    label = address_label(finder, row)
    own_name = street_key(table.text("street")[row] or "") == match.text
    street = int(table.numbers("street_id")[row])
    why = [name_why(reading.phrases[0], match, table.text("street")[row] or match.text, "street")]
    why += _number_whys(number, len(rows), missing)
    warnings = (f"{number.number} {table.text('street')[row]} is on file, but not with {missing}",) if missing else ()
    former = None if own_name else former_address(finder, row, match.text)
    if former is not None:
        why.append(former[0])
        warnings = (*warnings, former[1])
    known = finder.known(match) * (model.interpolated_known["suffix_absent"] if missing else 1.0)
    return Draft(
        kind="address",
        label=f"{label}, {town}" if town else label,
        topic=table.text("street")[row] or match.text,
        lon=float(table.lon[row]),
        lat=float(table.lat[row]),
        weight=finder.weigh(match.similarity) * finder.prior(town) * (1.0 if own_name else model.other_street_name),
        known=known,
        similarity=match.similarity,
        radius90_m=model.radius90_m["address"] + (spread_m(x.tolist(), y.tolist()) if len(rows) > 1 else 0.0),
        municipality=town,
        city=city,
        postcode=table.text("postcode")[row],
        address=label,
        streets=(street,) if street >= 0 else (),
        why=tuple(why),
        warnings=warnings,
    )
