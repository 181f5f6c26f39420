"""Weighing drafts against each other: locality, context, the phone's circle, probabilities."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

from geo_dispatch.geometry import LonLat
from geo_dispatch.locate.answer import Why
from geo_dispatch.locate.cells import cells_in_circle, place_cells
from geo_dispatch.locate.circle import Circle
from geo_dispatch.locate.draft import Draft, Finder, same_place
from geo_dispatch.locate.gather import GROUND, PLACE
from geo_dispatch.locate.reading import Reading
from geo_dispatch.locate.shapes import street_line

__all__ = ["apply_circle", "apply_reading", "by_other_name", "merge_same", "probabilities", "put_behind"]

_BOUND = {
    "N": ("north", "northbound"),
    "S": ("south", "southbound"),
    "E": ("east", "eastbound"),
    "W": ("west", "westbound"),
}


def apply_reading(finder: Finder, draft: Draft, reading: Reading) -> Draft:
    """Weigh a draft by the rest of its reading: the towns, ZIP, other names and relation that were said with it."""
    draft = replace(draft, weight=draft.weight * reading.weight, known=draft.known * reading.certainty)
    draft = _apply_locality(finder, draft, reading)
    draft = _apply_context(finder, draft, reading)
    if reading.direction:
        side, bound = _BOUND[reading.direction]
        signed = bound in draft.label
        effect = "its markers on file" if signed else "carriageways are not told apart here"
        why = Why(f"{side} {bound}", "direction", effect, "supported" if signed else "neutral")
        draft = replace(draft, why=(*draft.why, why))
    return _apply_relation(finder, draft, reading)


def _apply_locality(finder: Finder, draft: Draft, reading: Reading) -> Draft:
    model = finder.model
    for key in reading.locality:
        locality = finder.localities.get(key)
        on_line = draft.segments and draft.municipality is None
        if on_line:
            # A route passes through many towns: it says nothing against any of them.
            draft = replace(
                draft, why=(*draft.why, Why(locality.name, "town", "the route passes through several towns", "neutral"))
            )
        elif finder.localities.fits(locality, draft.position, (draft.municipality, draft.city, *draft.other_towns)):
            draft = replace(
                draft,
                why=(*draft.why, Why(locality.name, "town", f"it is in {locality.name}", "supported")),
                in_town=draft.in_town is not False,
            )
        else:
            where = draft.municipality or "another town"
            why = Why(locality.name, "town", f"it is in {where}, not in {locality.name}", "contradicted")
            draft = replace(
                draft,
                weight=draft.weight * model.locality_differs,
                known=draft.known * model.locality_known_limit,
                in_town=False,
                why=(*draft.why, why),
                warnings=(*draft.warnings, f"{draft.address or draft.topic} is in {where}, not in {locality.name}"),
            )
    if reading.postcode and draft.postcode:
        same = draft.postcode.strip()[:5] == reading.postcode
        effect = "agrees" if same else f"its ZIP on file is {draft.postcode}"
        why = Why(reading.postcode, "ZIP", effect, "supported" if same else "contradicted")
        draft = replace(draft, weight=draft.weight * (1.0 if same else 0.3), why=(*draft.why, why))
    elif reading.postcode:
        why = Why(reading.postcode, "ZIP", "no ZIP is on file for it", "neutral")
        draft = replace(draft, why=(*draft.why, why))
    return draft


def _apply_context(finder: Finder, draft: Draft, reading: Reading) -> Draft:
    """Compare with the other roads and places that were named: the further from them, the less it is meant."""
    model = finder.model
    for phrase in reading.context:
        distance = _distance_to_name(finder, phrase, draft)
        if distance is None:
            why = Why(phrase, "unknown name", "nothing of that name is on file: not used", "neutral")
            draft = replace(draft, why=(*draft.why, why), known=draft.known * model.context_unknown)
            continue
        beyond = distance - model.context_m["near"] - draft.radius90_m
        fit = math.exp(-max(beyond, 0.0) / model.context_m["fade"])
        effect = f"it is {distance:.0f} m from it"
        if fit >= model.context_supported:
            draft = replace(draft, why=(*draft.why, Why(phrase, "name", effect, "supported")))
            continue
        draft = replace(
            draft,
            weight=draft.weight * max(fit, model.context_differs),
            known=draft.known * max(fit**2, model.context_known_limit),
            why=(*draft.why, Why(phrase, "name", effect, "contradicted")),
            warnings=(
                *draft.warnings,
                f"{draft.address or draft.topic} is {distance:.0f} m from {phrase}, which was said too",
            ),
        )
    return draft


def _distance_to_name(finder: Finder, phrase: str, draft: Draft) -> float | None:
    """Return metres from a draft to the nearest street or place that a phrase clearly names; None when none does."""
    x, y = finder.town.projection.to_xy(draft.lon, draft.lat)
    places = finder.town.table("places")
    matches = finder.matcher.list_matches(phrase)[:8]
    least = max(0.84, matches[0].similarity - finder.model.context_span) if matches else 1.0
    distances: list[float] = []
    for match in matches:
        if match.similarity >= least:
            distances += [finder.line(street).nearest(x, y).distance_m for street, _ in finder.street_rows(match)]
            for target, row, _ in finder.index.postings(match.name):
                if target == PLACE and math.isfinite(places.x[row]):
                    distances.append(math.hypot(places.x[row] - x, places.y[row] - y))
                elif target == GROUND:
                    distances.append(finder.shapes.distance_m(row, x, y))
    return min(distances, default=None)


def _apply_relation(finder: Finder, draft: Draft, reading: Reading) -> Draft:
    if not reading.relation:
        return draft
    if reading.distance_m > 0:
        return _apply_distance(finder, draft, reading)
    why = Why(
        reading.relation,
        "relation",
        f"the place is taken to be around {draft.topic}, whatever the relation",
        "neutral",
    )
    return replace(
        draft,
        kind="relative",
        label=f"{reading.relation} {draft.label}",
        radius90_m=math.hypot(draft.radius90_m, finder.model.radius90_m["relation_extra"]),
        why=(*draft.why, why),
        warnings=(
            *draft.warnings,
            f"{draft.topic} fits what was said too badly to weigh “{reading.relation}”: the place is somewhere around it",
        ),
        address=None,
        place_id=draft.place_id,
    )


def _apply_distance(finder: Finder, draft: Draft, reading: Reading) -> Draft:
    """Widen to the distance that was said: until it is computed, the place is anywhere around."""
    model = finder.model.distance
    effect = f"taken as within about {reading.distance_m:.0f} m of {draft.topic}, whatever the direction"
    return replace(
        draft,
        kind="relative",
        label=f"{reading.relation} {draft.label}",
        known=min(draft.known, model["known_limit"]),
        radius90_m=model["radius_share"] * reading.distance_m + draft.radius90_m,
        why=(*draft.why, Why(reading.relation, "distance", effect, "neutral")),
        warnings=(
            *draft.warnings,
            f"{draft.topic} fits what was said too badly to weigh “{reading.relation}”: the place is up to {reading.distance_m:.0f} m from it",
        ),
        address=None,
    )


def by_other_name(draft: Draft, why: Why, weight: float, known: float) -> Draft:
    """Return a draft that was found under another name that people use."""
    warnings = draft.warnings
    if why.reading.startswith("old_exit"):
        warnings = (*warnings, f"{why.clause} is a former number, {why.effect} now: make sure which is meant")
    return replace(
        draft, weight=draft.weight * weight, known=draft.known * known, why=(why, *draft.why), warnings=warnings
    )


def merge_same(finder: Finder, drafts: Iterable[Draft]) -> list[Draft]:
    """Keep each place once, by its weightiest draft; heaviest first."""
    ordered = sorted(drafts, key=lambda d: (-d.weight * d.known, d.label, d.lon, d.lat))
    kept: list[Draft] = []
    for draft in ordered[:200]:
        if not any(same_place(finder.town, draft, other) for other in kept):
            kept.append(draft)
    return kept


def put_behind(finder: Finder, drafts: Sequence[Draft]) -> list[Draft]:
    """Put what is not in the town that was said behind what is and resembles the words about as well."""
    model = finder.model
    inside = [draft for draft in drafts if draft.in_town]
    if not inside:
        return list(drafts)
    best = max(inside, key=lambda draft: draft.weight * draft.known)
    most = model.locality_behind * best.weight * best.known
    done = []
    for draft in drafts:
        if draft.in_town is False and draft.similarity <= best.similarity + model.locality_span:
            draft = replace(draft, weight=min(draft.weight, most / max(draft.known, 1e-9)))
        done.append(draft)
    return sorted(done, key=lambda d: -d.weight * d.known)


def apply_circle(finder: Finder, drafts: Sequence[Draft], circle: Circle) -> tuple[list[Draft], list[str]]:
    """Weigh drafts by the phone's circle, and warn when it contradicts the best.

    A street is cut to what lies in the circle. Candidates far outside keep a hundredth of their weight: a circle can be
    wrong too.
    """
    town, model = finder.town, finder.model
    cx, cy = town.projection.to_xy(circle.lon, circle.lat)
    weighed = []
    for draft in drafts:
        x, y = town.projection.to_xy(draft.lon, draft.lat)
        if draft.cells is not None:
            weighed.append(_cells_in_circle(finder, draft, circle))
            continue
        if draft.segments:
            nearest = street_line(town, draft.segments).nearest(cx, cy)
            if nearest.distance_m < circle.radius90_m:
                position = town.projection.to_lonlat(nearest.x, nearest.y)
                radius = min(draft.radius90_m, circle.radius90_m)
                draft = replace(draft, lon=position.lon, lat=position.lat, radius90_m=radius)
            x, y = nearest.x, nearest.y
        distance = math.hypot(x - cx, y - cy)
        own = 0.0 if draft.segments else draft.radius90_m / 2.146
        sigma = math.hypot(circle.sigma_m, own)
        fit = math.exp(-0.5 * (distance / sigma) ** 2)
        factor = (1 - model.circle_wrong) * fit + model.circle_wrong
        far = distance > 3 * sigma
        effect = f"it is {distance:.0f} m from the circle's centre (radius {circle.radius_m:.0f} m)"
        why = Why("phone's circle", "position", effect, "contradicted" if far else "supported")
        known = draft.known * (model.circle_known_limit if far else 1.0)
        weighed.append(replace(draft, weight=draft.weight * factor, known=known, why=(*draft.why, why)))
    weighed.sort(key=lambda d: -d.weight * d.known)
    warnings = []
    if weighed and weighed[0].why[-1].status == "contradicted":
        warnings.append(f"the phone's circle contradicts the words: {weighed[0].label} is far outside it")
    return weighed, warnings


def _cells_in_circle(finder: Finder, draft: Draft, circle: Circle) -> Draft:
    """Weigh each cell of a draft by the phone's circle, and place it anew."""
    town, model = finder.town, finder.model
    if draft.cells is None:
        return draft
    cells, fit = cells_in_circle(town, draft.cells, circle)
    far = fit < 3 * model.circle_wrong
    if not far:
        x, y, radius = place_cells(cells)
        position = town.projection.to_lonlat(x, y)
        draft = replace(draft, lon=position.lon, lat=position.lat, radius90_m=radius, cells=cells)
    distance = distance_m(finder, draft.position, circle.position)
    effect = f"it is {distance:.0f} m from the circle's centre (radius {circle.radius_m:.0f} m)"
    why = Why("phone's circle", "position", effect, "contradicted" if far else "supported")
    known = draft.known * (model.circle_known_limit if far else 1.0)
    return replace(draft, weight=draft.weight * fit, known=known, why=(*draft.why, why))


def probabilities(drafts: Sequence[Draft]) -> list[float]:
    """Return the probability of each draft: its share of the weight times how well it is known.

    Examples
    --------
    >>> probabilities([])
    []
    """
    total = sum(draft.weight for draft in drafts)
    return [draft.known * draft.weight / total if total > 0 else 0.0 for draft in drafts]


def distance_m(finder: Finder, one: LonLat, other: LonLat) -> float:
    """Return the distance of two positions in the town's CRS, metres."""
    ax, ay = finder.town.projection.to_xy(one.lon, one.lat)
    bx, by = finder.town.projection.to_xy(other.lon, other.lat)
    return math.hypot(ax - bx, ay - by)
