"""Addresses whose number is not on file: between neighbours, along ranges, or somewhere on the street."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import shapely

from geo_dispatch.locate.answer import Why
from geo_dispatch.locate.candidates.number_ranges import describe_numbers, numbers_on_file
from geo_dispatch.locate.draft import Draft, Finder, name_why
from geo_dispatch.locate.match import NameMatch
from geo_dispatch.locate.reading import HouseNumber, Reading
from geo_dispatch.locate.shapes import Nearest

__all__ = ["estimate_addresses"]


@dataclass(frozen=True, slots=True)
class _Estimate:
    """Where a number should be, how that was found, and how far off it may be."""

    x: float
    y: float
    radius90_m: float
    how: str
    effect: str
    warning: str
    whole_street: bool = False


def estimate_addresses(
    finder: Finder, reading: Reading, match: NameMatch, rows: npt.NDArray[np.int64]
) -> Iterator[Draft]:
    """Yield where a number that is not on file should be, for each town that has the street.

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
    """
    number = reading.number
    if number is None:
        return
    table = finder.town.table("addresses")
    rows = rows[(table.numbers("number")[rows] >= 0) & np.isfinite(table.lon[rows])]
    towns_of_rows = [table.text("municipality")[int(row)] for row in rows]
    streets: dict[str | None, list[int]] = {}
    kinds = finder.town.table("streets").text("kind")
    for street, _ in finder.street_rows(match):
        if kinds[street] == "road" or not len(rows):
            streets.setdefault(finder.locality_name(street), []).append(street)
    for town in dict.fromkeys([*streets, *towns_of_rows]):
        inside = rows[np.asarray([name == town for name in towns_of_rows], dtype=bool)]
        on_file = numbers_on_file(finder, match, inside, town)
        estimate = (
            _by_range(finder, match, number, town)
            or _by_neighbours(finder, number, inside, streets.get(town, []), on_file)
            or _by_street(finder, streets.get(town, []), on_file)
        )
        if estimate is not None:
            yield _draft(finder, reading, match, estimate, town, inside, streets.get(town, []))


def _fits(parity: str | None, number: int) -> bool:
    return parity not in ("odd", "even") or (parity == "odd") == bool(number % 2)


def _by_range(finder: Finder, match: NameMatch, number: HouseNumber, town: str | None) -> _Estimate | None:
    """Go along a line whose ends have numbers."""
    table = finder.town.table("address_ranges")
    wanted = number.number
    for row in finder.index.ranges(match.name).tolist():
        start, end = int(table.numbers("number_start")[row]), int(table.numbers("number_end")[row])
        low, high = min(start, end), max(start, end)
        if not low <= wanted <= high or not _fits(table.text("parity")[row], wanted):
            continue
        place = table.text("municipality")[row]
        raw = table.wkb(row)
        if raw is None or (place and town and place != town):
            continue
        coordinates = shapely.get_coordinates(shapely.from_wkb(raw))
        x, y = finder.town.projection.arrays_to_xy(coordinates[:, 0].copy(), coordinates[:, 1].copy())
        if not place and not _lies_in(finder, coordinates[0], town):
            continue
        line = shapely.LineString(np.column_stack([x, y]))
        share = 0.5 if high == low else (wanted - start) / (end - start)
        point = line.interpolate(share, normalized=True)
        model = finder.model.radius90_m
        radius = max(model["interpolated_least"], model["range_share"] * line.length)
        effect = f"not on file; placed along the range {start} to {end}"
        return _Estimate(
            point.x, point.y, radius, "address_range", effect, f"is not on file: placed by the range {low}-{high}"
        )
    return None


def _lies_in(finder: Finder, lonlat: npt.NDArray[np.float64], town: str | None) -> bool:
    found = finder.town.boundaries.find_municipality(float(lonlat[0]), float(lonlat[1]))
    return found is None or town is None or found.name == town


def _by_neighbours(
    finder: Finder,
    number: HouseNumber,
    rows: npt.NDArray[np.int64],
    streets: Sequence[int],
    on_file: npt.NDArray[np.int64],
) -> _Estimate | None:
    """Go between the nearest numbers on file, of the same side where there are such."""
    if not len(rows):
        return None
    table = finder.town.table("addresses")
    numbers = table.numbers("number")[rows]
    wanted = number.number
    same_side = numbers % 2 == wanted % 2
    for chosen in (same_side, np.ones(len(rows), dtype=bool)):
        below, above = chosen & (numbers < wanted), chosen & (numbers > wanted)
        if below.any() and above.any():
            under, over = int(numbers[below].max()), int(numbers[above].min())
            return _between(finder, wanted, rows, numbers, (under, over), streets, bool(chosen is same_side))
    return _beyond(finder, wanted, rows, numbers, on_file)


def _mean_xy(finder: Finder, rows: npt.NDArray[np.int64]) -> tuple[float, float]:
    table = finder.town.table("addresses")
    return float(np.median(table.x[rows])), float(np.median(table.y[rows]))


def _between(
    finder: Finder,
    wanted: int,
    rows: npt.NDArray[np.int64],
    numbers: npt.NDArray[np.int64],
    ends: tuple[int, int],
    streets: Sequence[int],
    same_side: bool,
) -> _Estimate:
    (ax, ay), (bx, by) = (_mean_xy(finder, rows[numbers == end]) for end in ends)
    share = (wanted - ends[0]) / (ends[1] - ends[0])
    x, y = ax + share * (bx - ax), ay + share * (by - ay)
    gap = float(np.hypot(bx - ax, by - ay))
    if streets:
        nearest = min((finder.line(street).nearest(x, y) for street in streets), key=lambda n: n.distance_m)
        # Houses stand back from the road: move onto it only where a straight line between them would leave it.
        if nearest.distance_m > 60.0:
            x, y = nearest.x, nearest.y
    model = finder.model.radius90_m
    radius = max(model["interpolated_least"], model["interpolated_share"] * gap)
    side = " of the same side" if same_side else ""
    parity = "odd" if wanted % 2 else "even"
    missing = "" if (numbers % 2 == wanted % 2).any() else f"; the street has no {parity} numbers on file"
    effect = f"not on file; placed between {ends[0]} and {ends[1]}{side}{missing}"
    warning = f"is not on file: placed between {ends[0]} and {ends[1]}{missing}"
    return _Estimate(x, y, radius, "between_neighbours", effect, warning)


def _beyond(
    finder: Finder,
    wanted: int,
    rows: npt.NDArray[np.int64],
    numbers: npt.NDArray[np.int64],
    on_file: npt.NDArray[np.int64],
) -> _Estimate:
    low, high = int(numbers.min()), int(numbers.max())
    last = high if wanted > high else low
    x, y = _mean_xy(finder, rows[numbers == last])
    model = finder.model
    if low <= wanted <= high or min(abs(wanted - low), abs(wanted - high)) <= model.beyond_numbers:
        nearest = int(numbers[np.argmin(np.abs(numbers - wanted))])
        x, y = _mean_xy(finder, rows[numbers == nearest])
        effect = f"not on file; nearest on file is {nearest}"
        radius = model.radius90_m["interpolated_least"] * 4
        return _Estimate(x, y, radius, "beyond_neighbours", effect, f"is not on file: the nearest number is {nearest}")
    return _out_of_range(x, y, on_file)


def _out_of_range(x: float, y: float, on_file: npt.NDArray[np.int64]) -> _Estimate:
    said = describe_numbers(on_file)
    effect = f"outside the street's numbers, {said}: it may be anywhere on it"
    return _Estimate(x, y, 0.0, "out_of_range", effect, f"is outside the numbers on file: they run {said}", True)


def _by_street(finder: Finder, streets: Sequence[int], on_file: npt.NDArray[np.int64]) -> _Estimate | None:
    if not streets:
        return None
    nearest = finder.line(streets[0]).middle()
    if len(on_file):
        return _out_of_range(nearest.x, nearest.y, on_file)
    effect = "no numbers on file for this street: it is somewhere along it"
    return _Estimate(
        nearest.x, nearest.y, 0.0, "street_geometry", effect, "is not on file, nor any number of that street", True
    )


def _distance(nearest: Nearest) -> float:
    return nearest.distance_m


def _draft(
    finder: Finder,
    reading: Reading,
    match: NameMatch,
    estimate: _Estimate,
    town: str | None,
    rows: npt.NDArray[np.int64],
    streets: Sequence[int],
) -> Draft:
    model, table = finder.model, finder.town.table("addresses")
    if estimate.whole_street and streets:
        # The region runs along the street: so does the point.
        nearest = min((finder.line(street).nearest(estimate.x, estimate.y) for street in streets), key=_distance)
        estimate = replace(estimate, x=nearest.x, y=nearest.y)
    position = finder.town.projection.to_lonlat(estimate.x, estimate.y)
    street_name = finder.shown_name(streets[0], match) if streets else table.text("street")[int(rows[0])] or match.text
    first = int(rows[0]) if len(rows) else None
    whole = estimate.whole_street and bool(streets)
    radius = estimate.radius90_m
    if estimate.whole_street:
        reach = [finder.line(street).reach_m(estimate.x, estimate.y, 0.9) for street in streets]
        radius = max([*reach, model.radius90_m["interpolated_least"]])
    out = estimate.how == "out_of_range"
    segments = tuple(int(s) for street in streets for s in finder.town.street_segments(street)) if whole else ()
    said = street_name if estimate.whole_street else f"{reading.number} {street_name}"
    label = f"{said}, {town}" if town else said
    draft = Draft(
        kind="street" if estimate.whole_street else "address",
        label=label,
        topic=street_name,
        lon=position.lon,
        lat=position.lat,
        weight=finder.weigh(match.similarity) * finder.prior(town) * model.estimated_weights[estimate.how],
        known=finder.known(match) * model.interpolated_known[estimate.how],
        similarity=match.similarity,
        radius90_m=radius,
        municipality=town,
        city=table.text("city")[first] if first is not None else None,
        postcode=table.text("postcode")[first] if first is not None else None,
        address=None if estimate.whole_street else f"{reading.number} {street_name}",
        segments=segments,
        streets=tuple(streets),
    )
    number_why = Why(str(reading.number), "house number", estimate.effect, "contradicted" if out else "neutral")
    warning = f"{reading.number} {street_name}" + (f", {town}," if town else "") + f" {estimate.warning}"
    return replace(
        draft, why=(name_why(reading.phrases[0], match, street_name, "street"), number_why), warnings=(warning,)
    )
