"""Exits and mile markers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from geo_dispatch.locate.answer import Why
from geo_dispatch.locate.candidates.streets import draft_street
from geo_dispatch.locate.draft import Draft, Finder, clusters
from geo_dispatch.locate.normalise import route_keys, street_key
from geo_dispatch.locate.reading import Reading

__all__ = ["find_exits", "find_mile_markers", "find_off_file", "range_on_file"]

_BOUND = {"N": "northbound", "S": "southbound", "E": "eastbound", "W": "westbound"}


def _routes(text: str | None) -> set[str]:
    return {key for part in re.split(r"[;,]", text or "") if part.strip() for key in route_keys(part.strip())}


def _route_names(finder: Finder, phrase: str) -> set[str]:
    """Return the keys of the routes that a phrase means: itself, and the numbers of the road it names."""
    keys = {phrase}
    streets = finder.town.table("streets")
    for match, rows in finder.streets_matching(phrase):
        if match.similarity < 0.9:
            break
        for row, _ in rows:
            keys |= _routes(streets.text("name")[row])
            for other in streets.json("names", row) or []:
                keys |= _routes(str(other.get("name", "")))
    return keys


def find_exits(finder: Finder, reading: Reading) -> Iterator[Draft]:
    """Yield the exits that a number may be, by present and former number.

    Parameters
    ----------
    finder
        The town and its names.
    reading
        Of kind "exit".
    """
    table, model = finder.town.table("exits"), finder.model
    wanted = reading.value.casefold().replace("-", "")
    routes = _route_names(finder, reading.phrases[0]) if reading.phrases else set()
    found: dict[tuple[str, bool, str], list[int]] = {}
    for row in range(len(table)):
        on = _routes(table.text("route")[row])
        if routes and on and not routes & on:
            continue
        for column, old in (("number", False), ("old_number", True)):
            for number in re.split(r"[;,]", table.text(column)[row] or ""):
                if number.strip().casefold().replace("-", "").replace(" ", "") == wanted:
                    found.setdefault((table.text("number")[row] or "", old, ";".join(sorted(on))), []).append(row)
    for (number, old, _), rows in found.items():
        for group in clusters(table.x[rows], table.y[rows], 1500.0):
            inside = [rows[k] for k in group]
            yield _exit(finder, reading, inside, number, old, model.old_exit_weight if old else 1.0, bool(routes))


def _exit(
    finder: Finder, reading: Reading, rows: list[int], number: str, old: bool, weight: float, route_said: bool
) -> Draft:
    table, model = finder.town.table("exits"), finder.model
    x, y = table.x[rows], table.y[rows]
    middle = int(np.argmin(np.hypot(x - x.mean(), y - y.mean())))
    row, apart = rows[middle], float(np.hypot(x - x[middle], y - y[middle]).max())
    route = table.text("route")[row]
    label = f"Exit {number}" + (f" on {route}" if route else "")
    why = [Why(f"exit {reading.value}", "exit", f"{label} is on file", "supported")]
    warnings: tuple[str, ...] = ()
    if old:
        why = [Why(f"exit {reading.value}", "former exit number", f"now exit {number}", "supported")]
        warnings = (f"exit {reading.value} is the former number of exit {number}: make sure which is meant",)
    if route_said:
        effect = f"the exit is on {route}" if route else "the road of this exit is not on file"
        why.append(Why(reading.phrases[0], "route", effect, "supported" if route else "neutral"))
    town = table.text("municipality")[row]
    return Draft(
        kind="intersection",
        label=f"{label}, {town}" if town else label,
        topic=label,
        lon=float(table.lon[row]),
        lat=float(table.lat[row]),
        weight=weight * finder.prior(town),
        known=model.known(1.0) * (0.9 if old else 1.0),
        similarity=1.0,
        radius90_m=model.radius90_m["exit"] + apart,
        municipality=town,
        cross_streets=tuple(dict.fromkeys(name for name in (route, table.text("name")[row]) if name)),
        why=tuple(why),
        of_route=True,
        warnings=warnings,
    )


def find_mile_markers(finder: Finder, reading: Reading) -> Iterator[Draft]:
    """Yield where a mile of a route is: at its marker, or between two markers.

    Parameters
    ----------
    finder
        The town and its names.
    reading
        Of kind "mile_marker".
    """
    table = finder.town.table("mile_markers")
    if not len(table):
        return
    wanted = float(reading.value)
    routes = _route_names(finder, reading.phrases[0]) if reading.phrases else set()
    lines: dict[tuple[str, str], list[int]] = {}
    for row in range(len(table)):
        route = table.text("route")[row] or ""
        direction = table.text("direction")[row] or ""
        if reading.direction and direction and direction[0].upper() != reading.direction:
            continue
        if np.isfinite(table.lon[row]) and (not routes or not route or routes & _routes(route)):
            lines.setdefault((route, direction), []).append(row)
    for (route, direction), rows in lines.items():
        draft = _mile(finder, reading, wanted, route, direction, rows)
        if draft is not None:
            yield draft


def _mile(finder: Finder, reading: Reading, wanted: float, route: str, direction: str, rows: list[int]) -> Draft | None:
    table, model = finder.town.table("mile_markers"), finder.model
    numbers = table.numbers("number")[rows]
    order = np.argsort(numbers)
    numbers, rows = numbers[order], [rows[k] for k in order]
    if not len(numbers) or wanted < numbers[0] - 1e-6 or wanted > numbers[-1] + 1e-6:
        return None
    x, y = table.x[rows], table.y[rows]
    at = int(np.argmin(np.abs(numbers - wanted)))
    warning: tuple[str, ...] = ()
    exact = abs(float(numbers[at]) - wanted) < 1e-6
    if exact:
        px, py, radius = float(x[at]), float(y[at]), model.radius90_m["mile_marker"]
        effect = "its marker is on file"
    else:
        px, py, gap = _along(finder, route, wanted, numbers, x, y)
        radius = max(model.radius90_m["mile_marker"], model.radius90_m["mile_interpolated_share"] * gap)
        under, over = float(numbers[numbers < wanted].max()), float(numbers[numbers > wanted].min())
        effect = f"no marker on file; placed between miles {under:g} and {over:g}"
        warning = (
            f"mile {wanted:g} of {route or 'the route'} has no marker on file: placed between miles {under:g} and {over:g}",
        )
    position = finder.town.projection.to_lonlat(px, py)
    town = table.text("municipality")[rows[at]]
    label = (
        f"Mile {wanted:g}"
        + (f" of {route}" if route else "")
        + (f" {_BOUND.get(direction, direction)}" if direction else "")
    )
    why = [Why(f"mile {reading.value}", "mile marker", effect, "supported")]
    if reading.phrases:
        why.append(
            Why(
                reading.phrases[0],
                "route",
                f"{route} is on file" if route else "the marker's route is not on file",
                "supported" if route else "neutral",
            )
        )
    return Draft(
        kind="mile_marker",
        label=f"{label}, {town}" if town else label,
        topic=label,
        lon=position.lon,
        lat=position.lat,
        weight=1.0,
        known=model.known(1.0) * (1.0 if exact else 0.97),
        similarity=1.0,
        radius90_m=radius,
        municipality=town,
        why=tuple(why),
        of_route=True,
        warnings=warning,
    )


def _along(
    finder: Finder,
    route: str,
    wanted: float,
    numbers: np.ndarray[tuple[int], np.dtype[np.float64]],
    x: np.ndarray[tuple[int], np.dtype[np.float64]],
    y: np.ndarray[tuple[int], np.dtype[np.float64]],
) -> tuple[float, float, float]:
    """Go between two markers: the straight line, moved onto the route. Returns x, y and the gap in metres."""
    above = int(np.searchsorted(numbers, wanted))
    below = above - 1
    share = (wanted - float(numbers[below])) / (float(numbers[above]) - float(numbers[below]))
    px = float(x[below] + share * (x[above] - x[below]))
    py = float(y[below] + share * (y[above] - y[below]))
    gap = float(np.hypot(x[above] - x[below], y[above] - y[below]))
    for match, rows in finder.streets_matching(street_key(route)) if route else ():
        if match.similarity < 0.95:
            break
        found = min((finder.line(row).nearest(px, py) for row, _ in rows), key=lambda n: n.distance_m)
        if found.distance_m < gap:
            return found.x, found.y, gap
    return px, py, gap


def range_on_file(finder: Finder, reading: Reading) -> str:
    """Say which exits or miles are on file for the route of a reading.

    Parameters
    ----------
    finder
        The town and its names.
    reading
        Of kind "exit" or "mile_marker".
    """
    is_exit = reading.kind == "exit"
    table = finder.town.table("exits" if is_exit else "mile_markers")
    routes = _route_names(finder, reading.phrases[0]) if reading.phrases else set()
    rows = [row for row in range(len(table)) if not routes or routes & _routes(table.text("route")[row])]
    if is_exit:
        named = list(dict.fromkeys(table.text("number")[row] or "" for row in rows))
        numbers = sorted((number for number in named if number), key=lambda n: (int("0" + re.sub(r"\D", "", n)), n))
        if not numbers:
            return "no exits of it are on file"
        return (
            f"on file are exits {', '.join(numbers)}"
            if len(numbers) < 9
            else f"on file are {numbers[0]} to {numbers[-1]}"
        )
    miles = table.numbers("number")[rows]
    miles = miles[np.isfinite(miles)]
    return (
        f"on file are miles {miles.min():g} to {miles.max():g}" if len(miles) else "no mile markers of it are on file"
    )


def find_off_file(finder: Finder, reading: Reading) -> Iterator[Draft]:
    """Yield the route of an exit or mile that is not on file, as contradicted.

    Parameters
    ----------
    finder
        The town and its names.
    reading
        Of kind "exit" or "mile_marker".
    """
    what = f"{'exit' if reading.kind == 'exit' else 'mile'} {reading.value}"
    known = range_on_file(finder, reading)
    for match, rows in finder.streets_matching(reading.phrases[0]) if reading.phrases else ():
        if match.similarity < 0.9:
            return
        for street, factor in rows:
            draft = draft_street(finder, reading.phrases[0], match, street, factor)
            yield replace(
                draft,
                known=min(draft.known, finder.model.doubt["known_limit"]),
                why=(*draft.why, Why(what, reading.kind.replace("_", " "), f"not on file: {known}", "contradicted")),
                warnings=(f"{what} is not on file: {known}",),
            )
