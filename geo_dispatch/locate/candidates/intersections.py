"""Where two streets cross."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import shapely

from geo_dispatch.locate.answer import Why
from geo_dispatch.locate.candidates.streets import draft_street
from geo_dispatch.locate.draft import Draft, Finder, clusters, name_why, spread_m
from geo_dispatch.locate.match import NameMatch
from geo_dispatch.locate.reading import Reading
from geo_dispatch.locate.shapes import street_shape

__all__ = ["find_intersections"]

_MOST_PAIRS = 12
_SCORE_SPAN = 0.5

_Streets = list[tuple[NameMatch, int, float]]


@dataclass(frozen=True, slots=True)
class _Crossing:
    """How a crossing was found: the two names, their streets, and how lesser the kinds of names are."""

    score: float
    matches: tuple[NameMatch, NameMatch]
    streets: tuple[int, int]
    factor: float


def find_intersections(finder: Finder, reading: Reading) -> Iterator[Draft]:
    """Yield the crossings that two street names may be.

    Parameters
    ----------
    finder
        The town and its names.
    reading
        Of kind "intersection": two phrases.
    """
    if reading.phrases[0] == reading.phrases[1]:
        yield from _one_street(finder, reading)
        return
    one, other = (_streets(finder, phrase) for phrase in reading.phrases)
    if not one or not other:
        return
    crossings: dict[int, _Crossing] = {}
    at_street: dict[int, list[tuple[NameMatch, int, float]]] = {}
    for match, street, factor in other:
        for row in finder.index.crossings(street).tolist():
            at_street.setdefault(row, []).append((match, street, factor))
    for match, street, factor in one:
        for row in finder.index.crossings(street).tolist():
            for second, second_street, second_factor in at_street.get(row, ()):
                if second_street == street or second.text == match.text:
                    continue
                score = match.similarity * factor + second.similarity * second_factor
                if row not in crossings or crossings[row].score < score:
                    crossings[row] = _Crossing(score, (match, second), (street, second_street), factor * second_factor)
    yield from _grouped(finder, reading, crossings)
    best = (one[0][0].similarity, other[0][0].similarity)
    if not crossings and min(best) >= 0.84:
        yield from _not_crossing(finder, reading, one, other)


def _one_street(finder: Finder, reading: Reading) -> Iterator[Draft]:
    """Offer the street that was said twice: it crosses nothing."""
    for match, rows in finder.streets_matching(reading.phrases[0]):
        for street, factor in rows:
            draft = draft_street(finder, reading.phrases[0], match, street, factor)
            why = Why(" & ".join(reading.phrases), "intersection", "the two names are the same street", "contradicted")
            yield replace(
                draft,
                known=min(draft.known, finder.model.doubt["known_limit"]),
                why=(*draft.why, why),
                warnings=(f"{draft.topic} was said twice: a crossing needs the name of another street",),
            )


def _streets(finder: Finder, phrase: str) -> _Streets:
    return [(match, row, factor) for match, rows in finder.streets_matching(phrase, faint=True) for row, factor in rows]


def _grouped(finder: Finder, reading: Reading, crossings: dict[int, _Crossing]) -> Iterator[Draft]:
    """Merge the crossings of a divided road, and keep apart those that are far from each other."""
    table = finder.town.table("intersections")
    by_pair: dict[tuple[str, str], list[int]] = {}
    for row, found in crossings.items():
        by_pair.setdefault((found.matches[0].text, found.matches[1].text), []).append(row)
    best = max((found.score for found in crossings.values()), default=0.0)
    for rows in sorted(by_pair.values(), key=lambda rows: (-crossings[rows[0]].score, rows[0]))[:_MOST_PAIRS]:
        rows = _where_they_part(finder, rows, crossings)
        for group in clusters(table.x[rows], table.y[rows], finder.model.merge_crossings_m):
            inside = [rows[k] for k in group]
            if crossings[inside[0]].score >= best - _SCORE_SPAN:
                yield _draft(finder, reading, inside, crossings[inside[0]])


def _where_they_part(finder: Finder, rows: list[int], crossings: dict[int, _Crossing]) -> list[int]:
    """Leave out the nodes inside a stretch that both streets share: they meet where it begins and ends."""
    nodes = finder.town.table("intersections").numbers("node")
    kept = []
    for row in rows:
        one, other = (finder.segment_set(street) for street in crossings[row].streets)
        node = finder.cross.find_node(int(nodes[row])) if one & other else None
        at = set(finder.cross.segments_at(node)) if node is not None else set()
        if node is None or any((segment in one) != (segment in other) for segment in at & (one | other)):
            kept.append(row)
    return kept or rows


def _town_of(finder: Finder, row: int, streets: tuple[int, int]) -> tuple[str | None, tuple[str, ...]]:
    """Return the town of a crossing, and the towns that its streets are on file for."""
    towns = [finder.locality_name(street) for street in streets]
    named = tuple(dict.fromkeys(town for town in towns if town))
    if len(named) == 1:
        return named[0], named
    own: str | None = finder.town.table("intersections").text("municipality")[row]
    return own, named


def _draft(finder: Finder, reading: Reading, rows: list[int], found: _Crossing) -> Draft:
    table, model = finder.town.table("intersections"), finder.model
    matches, streets = found.matches, found.streets
    x, y = table.x[rows], table.y[rows]
    position = finder.town.projection.to_lonlat(float(x.mean()), float(y.mean()))
    town, towns = _town_of(finder, rows[0], streets)
    names = (finder.shown_name(streets[0], matches[0]), finder.shown_name(streets[1], matches[1]))
    label = f"{names[0]} & {names[1]}"
    why = tuple(
        name_why(phrase, match, name, "street")
        for phrase, match, name in zip(reading.phrases, matches, names, strict=True)
    )
    effect = "they cross here" if len(rows) == 1 else f"they cross here at {len(rows)} nodes of one junction"
    return Draft(
        kind="intersection",
        label=f"{label}, {town}" if town else label,
        topic=label,
        lon=position.lon,
        lat=position.lat,
        weight=finder.weigh(matches[0].similarity)
        * finder.weigh(matches[1].similarity * found.factor)
        * finder.prior(town),
        # Two names that do cross support each other: a misreading of both would seldom be a crossing.
        known=math.sqrt(finder.known(matches[0]) * finder.known(matches[1])),
        similarity=min(match.similarity for match in matches),
        radius90_m=model.radius90_m["intersection"] + spread_m(x.tolist(), y.tolist()),
        municipality=town,
        streets=streets,
        cross_streets=names,
        other_towns=towns,
        why=(*why, Why(" & ".join(reading.phrases), "intersection", effect, "supported")),
    )


def _not_crossing(finder: Finder, reading: Reading, one: _Streets, other: _Streets) -> Iterator[Draft]:
    """Offer where two streets without a junction pass over each other, or, doubtfully, where they come nearest."""
    model, names = finder.model, finder.town.table("streets").text("name")
    found: list[tuple[float, int, int, shapely.Point]] = []
    for street in _best_streets(one):
        line = street_shape(finder.town, finder.town.street_segments(street).tolist())
        for second in _best_streets(other):
            if second != street:
                shape = street_shape(finder.town, finder.town.street_segments(second).tolist())
                between = shapely.shortest_line(line, shape)
                found.append((float(between.length), street, second, shapely.Point(between.coords[0])))
    if not found:
        return
    gap, street, second, point = min(found, key=lambda entry: entry[:3])
    said = (names[street] or "", names[second] or "")
    position = finder.town.projection.to_lonlat(point.x, point.y)
    if gap < 1.0:
        how, effect = "over_or_under", "one passes over the other here: there is no junction"
        warning = f"{said[0]} and {said[1]} pass over each other without a junction: which of them is it on?"
    else:
        how = "not_crossing_near" if gap <= model.near_crossing_m else "not_crossing"
        effect = "these streets do not cross"
        warning = f"{said[0]} and {said[1]} do not cross; they come within {gap:.0f} m of each other"
    label = f"{said[0]} & {said[1]}"
    yield Draft(
        kind="area" if how == "not_crossing" else "intersection",
        label=label if how == "over_or_under" else f"near {label}",
        topic=label,
        lon=position.lon,
        lat=position.lat,
        weight=model.estimated_weights["not_crossing"]
        * finder.weigh(one[0][0].similarity)
        * finder.weigh(other[0][0].similarity),
        known=model.interpolated_known[how] * min(finder.known(one[0][0]), finder.known(other[0][0])),
        similarity=min(one[0][0].similarity, other[0][0].similarity),
        radius90_m=model.radius90_m["exit"] if how == "over_or_under" else max(model.radius90_m["relation_extra"], gap),
        municipality=finder.locality_name(street) or finder.locality_name(second),
        streets=(street, second),
        cross_streets=said,
        why=(
            Why(
                " & ".join(reading.phrases),
                "intersection",
                effect,
                "neutral" if how == "over_or_under" else "contradicted",
            ),
        ),
        warnings=(warning,),
    )


def _best_streets(found: _Streets) -> list[int]:
    """Return the streets of the best name, a few at most."""
    return [street for match, street, _ in found if match.similarity >= found[0][0].similarity - 0.01][:4]
