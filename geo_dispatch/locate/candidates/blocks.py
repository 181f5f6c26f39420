"""Stretches of a street by their house numbers: "the 300 block of Main", "between 100 and 120 Main"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import shapely

from geo_dispatch.locate.answer import Why
from geo_dispatch.locate.candidates.number_ranges import describe_numbers, numbers_on_file
from geo_dispatch.locate.cells import Cells
from geo_dispatch.locate.draft import Draft, Finder, name_why
from geo_dispatch.locate.match import NameMatch
from geo_dispatch.locate.reading import Reading
from geo_dispatch.locate.shapes import StreetLine
from geo_dispatch.locate.tables import load_model
from geo_dispatch.locate.tables.relations import load_relations

__all__ = ["find_block", "find_choice", "said_span"]

_Floats = npt.NDArray[np.float64]
_Rows = npt.NDArray[np.int64]
_BLOCK = 100


def find_block(
    finder: Finder, reading: Reading, match: NameMatch, rows: _Rows, span: tuple[int, int]
) -> Iterator[Draft]:
    """Yield the stretch of each street of a name whose numbers lie in a span, one for each town.

    Parameters
    ----------
    finder
        The town and its names.
    reading
        Of kind "address".
    match
        The street's name.
    rows
        Addresses on streets of that name.
    span
        Lowest and highest number.
    """
    table = finder.town.table("addresses")
    rows = rows[(table.numbers("number")[rows] > 0) & np.isfinite(table.lon[rows])]
    towns = [table.text("municipality")[int(row)] for row in rows]
    streets: dict[str | None, list[int]] = {}
    kinds = finder.town.table("streets").text("kind")
    for street, _ in finder.street_rows(match):
        if kinds[street] == "road" or not len(rows):
            streets.setdefault(finder.locality_name(street), []).append(street)
    for town in dict.fromkeys([*streets, *towns]):
        inside = rows[np.asarray([name == town for name in towns], dtype=bool)]
        lines = streets.get(town, [])
        points = _stretch(finder, lines, inside, span)
        how = "its addresses"
        if points is None:
            points, how = _along_ranges(finder, match, town, span), "its number ranges"
        if points is not None:
            yield _draft(finder, reading, match, (town, lines, inside), span, points, how)
        elif lines:
            yield _whole(finder, reading, match, (town, lines, inside), span)


def find_choice(finder: Finder, drafts: Sequence[Draft], choice: tuple[int, int]) -> Iterator[Draft]:
    """Yield the addresses of which one is meant; the region of each reaches to the other where they are neighbours.

    Parameters
    ----------
    finder
        The town and its names.
    drafts
        What was found for the first and for the second number.
    choice
        The two numbers.
    """
    of = {number: [draft for draft in drafts if _is_of(draft, number)] for number in choice}
    for number, other in (choice, choice[::-1]):
        for draft in of[number]:
            apart = [_apart_m(finder, draft, one) for one in of[other] if one.streets == draft.streets]
            reach = min(apart, default=0.0) if draft.kind == "address" else 0.0
            why = Why(str(other), "house number", f"said as well: {choice[0]} or {choice[1]}", "neutral")
            warning = f"{choice[0]} or {choice[1]} was said: ask which"
            radius = draft.radius90_m + (reach if reach <= finder.model.merge_addresses_m else 0.0)
            yield replace(draft, radius90_m=radius, why=(*draft.why, why), warnings=(*draft.warnings, warning))


def _is_of(draft: Draft, number: int) -> bool:
    return any(why.clause == str(number) and why.reading == "house number" for why in draft.why)


def _apart_m(finder: Finder, one: Draft, other: Draft) -> float:
    ax, ay = finder.town.projection.to_xy(one.lon, one.lat)
    bx, by = finder.town.projection.to_xy(other.lon, other.lat)
    return float(np.hypot(ax - bx, ay - by))


def _samples(line: StreetLine) -> tuple[_Floats, _Floats]:
    """Return points along a street, as far apart as those that relations are weighed at."""
    steps = np.maximum(np.rint(line.lengths_m / load_relations().spacing_m), 1).astype(np.int64)
    piece = np.repeat(np.arange(len(steps)), steps)
    share = (np.arange(len(piece)) - np.repeat(np.cumsum(steps) - steps, steps) + 0.5) / steps[piece]
    x = line.start_x[piece] + share * (line.end_x[piece] - line.start_x[piece])
    y = line.start_y[piece] + share * (line.end_y[piece] - line.start_y[piece])
    return x, y


def _stretch(finder: Finder, streets: list[int], rows: _Rows, span: tuple[int, int]) -> tuple[_Floats, _Floats] | None:
    """Return the points of a street that are nearer to addresses of the span than to others; None when it has none."""
    table = finder.town.table("addresses")
    numbers = table.numbers("number")[rows]
    within = (numbers >= span[0]) & (numbers <= span[1])
    if not within.any():
        return None
    if not streets:
        return table.x[rows[within]], table.y[rows[within]]
    parts = [_samples(finder.line(street)) for street in streets]
    x, y = np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])
    off = np.hypot(x[:, None] - table.x[rows][None, :], y[:, None] - table.y[rows][None, :])
    kept = within[np.argmin(off, axis=1)]
    inside = off[:, within].min(axis=1)
    ends = table.x[rows[within]], table.y[rows[within]]
    reach = max(
        float(np.hypot(ends[0] - ends[0].mean(), ends[1] - ends[1].mean()).max()), 2 * load_relations().spacing_m
    )
    kept &= inside <= reach + load_model().near_crossing_m  # the end of a street beyond its last house is no part
    return (x[kept], y[kept]) if kept.any() else ends


def _along_ranges(
    finder: Finder, match: NameMatch, town: str | None, span: tuple[int, int]
) -> tuple[_Floats, _Floats] | None:
    """Return points along the parts of numbered lines that lie in the span; None when none does."""
    table = finder.town.table("address_ranges")
    found: list[_Floats] = []
    for row in finder.index.ranges(match.name).tolist():
        start, end = int(table.numbers("number_start")[row]), int(table.numbers("number_end")[row])
        low, high = max(min(start, end), span[0]), min(max(start, end), span[1])
        place, raw = table.text("municipality")[row], table.wkb(row)
        if low > high or raw is None or (place and town and place != town):
            continue
        coordinates = shapely.get_coordinates(shapely.from_wkb(raw))
        x, y = finder.town.projection.arrays_to_xy(coordinates[:, 0].copy(), coordinates[:, 1].copy())
        line = shapely.LineString(np.column_stack([x, y]))
        shares = [0.0, 1.0] if start == end else sorted((number - start) / (end - start) for number in (low, high))
        steps = max(int(line.length * (shares[1] - shares[0]) / load_relations().spacing_m), 1)
        at = np.linspace(shares[0], shares[1], steps + 1)
        found.append(shapely.get_coordinates(shapely.line_interpolate_point(line, at, normalized=True)))
    if not found:
        return None
    points = np.concatenate(found)
    return points[:, 0], points[:, 1]


def said_span(span: tuple[int, int]) -> str:
    """Say a span of house numbers: a hundred block by its number.

    Parameters
    ----------
    span
        Lowest and highest number.

    Examples
    --------
    >>> said_span((300, 399)), said_span((100, 120))
    ('The 300 block', 'Numbers 100 to 120')
    """
    low, high = span
    return f"The {low} block" if low % _BLOCK == 0 and high == low + _BLOCK - 1 else f"Numbers {low} to {high}"


def _draft(
    finder: Finder,
    reading: Reading,
    match: NameMatch,
    where: tuple[str | None, list[int], _Rows],
    span: tuple[int, int],
    points: tuple[_Floats, _Floats],
    how: str,
) -> Draft:
    (town, streets, rows), (x, y) = where, points
    cells = Cells(x, y, np.full(len(x), 1.0 / len(x)), finder.model.street_buffer_m)
    at = int(np.argmin(np.hypot(x - x.mean(), y - y.mean())))
    px, py = float(x[at]), float(y[at])
    radius = float(np.quantile(np.hypot(x - px, y - py), 0.9)) + finder.model.street_buffer_m
    position = finder.town.projection.to_lonlat(px, py)
    table, names = finder.town.table("addresses"), finder.town.table("streets").text("name")
    name = (names[streets[0]] if streets else table.text("street")[int(rows[0])]) or match.text
    label = f"{said_span(span)} of {name}"
    return Draft(
        kind="segment",
        label=f"{label}, {town}" if town else label,
        topic=f"{label[0].lower()}{label[1:]}",
        lon=position.lon,
        lat=position.lat,
        weight=finder.weigh(match.similarity) * finder.prior(town),
        known=finder.known(match),
        similarity=match.similarity,
        radius90_m=radius,
        municipality=town,
        streets=tuple(streets),
        cells=cells,
        why=(
            name_why(reading.phrases[0], match, name, "street"),
            Why(f"{span[0]} to {span[1]}", "house numbers", f"the stretch with these numbers, by {how}", "supported"),
        ),
    )


def _whole(
    finder: Finder,
    reading: Reading,
    match: NameMatch,
    where: tuple[str | None, list[int], _Rows],
    span: tuple[int, int],
) -> Draft:
    """Make a candidate of the whole street where none of its numbers lies in the span."""
    town, streets, rows = where
    line = finder.line(streets[0])
    middle = line.middle()
    position = finder.town.projection.to_lonlat(middle.x, middle.y)
    name, model = finder.shown_name(streets[0], match), finder.model
    on_file = numbers_on_file(finder, match, rows, town)
    known = f"they run {describe_numbers(on_file)}" if len(on_file) else "it has none"
    text = f"no number from {span[0]} to {span[1]} is on file for {name}: {known}"
    how = "out_of_range" if len(on_file) else "street_geometry"
    return Draft(
        kind="street",
        label=f"{name}, {town}" if town else name,
        topic=name,
        lon=position.lon,
        lat=position.lat,
        weight=finder.weigh(match.similarity) * finder.prior(town) * model.estimated_weights[how],
        known=finder.known(match) * model.interpolated_known[how],
        similarity=match.similarity,
        radius90_m=max(line.reach_m(middle.x, middle.y, 0.9), model.street_buffer_m),
        municipality=town,
        segments=tuple(int(segment) for street in streets for segment in finder.town.street_segments(street)),
        streets=tuple(streets),
        why=(
            name_why(reading.phrases[0], match, name, "street"),
            Why(f"{span[0]} to {span[1]}", "house numbers", text, "contradicted" if len(on_file) else "neutral"),
        ),
        warnings=(text,),
    )
