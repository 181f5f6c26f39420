"""A position and words in one text: whether they agree, and both where they don't."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from geo_dispatch.locate.answer import Why
from geo_dispatch.locate.draft import Draft, Finder
from geo_dispatch.locate.tables.inputs import load_inputs

__all__ = ["beside_position"]

_KINDS = frozenset({"address", "intersection", "place", "segment", "mile_marker"})


def beside_position(finder: Finder, positions: Sequence[Draft], named: Sequence[Draft]) -> list[Draft]:
    """Compare a position with the place that the other words of the text name.

    Parameters
    ----------
    finder
        The town and its names.
    positions
        Where the position that was given may be; none when none was given.
    named
        What the words beside it name, best first.

    Returns
    -------
    list of Draft
        The position, with what the words say for or against it, and the place they name where that is another.
    """
    if not positions:
        return list(named)
    table = load_inputs()
    best = next(
        (
            draft
            for draft in named
            if draft.kind in _KINDS
            and not draft.by_kind
            and draft.known >= table.words_known
            and draft.in_town is not False
        ),
        None,
    )
    if best is None:
        return list(positions)
    done = []
    agreed = False
    for draft in positions:
        off_m = _off_m(finder, draft, best)
        fits = off_m <= table.agree_m + draft.radius90_m + best.radius90_m
        agreed |= fits
        why = Why(
            best.label,
            "name beside the position",
            f"it is {off_m:.0f} m from it",
            "supported" if fits else "contradicted",
        )
        warning = f"the position is {off_m:.0f} m from {best.label}, which was said too: ask which is right"
        done.append(
            replace(draft, why=(*draft.why, why), warnings=draft.warnings if fits else (*draft.warnings, warning))
        )
    return done if agreed else [*done, replace(best, weight=table.words_weight)]


def _off_m(finder: Finder, one: Draft, other: Draft) -> float:
    ax, ay = finder.town.projection.to_xy(one.lon, one.lat)
    bx, by = finder.town.projection.to_xy(other.lon, other.lat)
    return math.hypot(ax - bx, ay - by)
