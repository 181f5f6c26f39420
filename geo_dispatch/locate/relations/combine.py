"""Candidates by relations beside those that the words name outright."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from geo_dispatch.locate.draft import Draft
from geo_dispatch.locate.tables import load_model
from geo_dispatch.locate.tables.relations import load_relations

__all__ = ["beside_plain", "beside_streets"]

_NAMED = frozenset({"address", "intersection", "place", "mile_marker"})


def beside_plain(plain: Sequence[Draft], related: Sequence[Draft]) -> list[Draft]:
    """Put candidates by relations beside those named outright.

    A place or address that was itself named ("12 Main Street, across from the school") stays ahead; a street that was named, and
    places whose relation was not weighed, give way.

    Parameters
    ----------
    plain
        What the words name, relations apart.
    related
        What the relations give, not empty.
    """
    sure = load_model().spot_below["similarity"]
    kept = [draft for draft in plain if draft.kind in _NAMED]
    named = any(draft.similarity >= sure and draft.known >= 0.6 for draft in kept)
    best = max(related, key=lambda draft: draft.weight * draft.known)
    contradicted = any(why.status == "contradicted" and why.reading == "relation" for why in best.why)
    if contradicted:
        kept += [draft for draft in plain if draft.kind == "street"]
    factor = load_relations().beside_named if named else 1.0
    return [*kept, *(replace(draft, weight=draft.weight * factor) for draft in related)]


def beside_streets(streets: Sequence[Draft], of_kind: Sequence[Draft]) -> list[Draft]:
    """Put places of a kind ("the gas station on State Road") before the streets that are all the words name by themselves.

    Parameters
    ----------
    streets
        What the words name; may be empty.
    of_kind
        Places of the kind said; beside streets, only those that were weighed against the street count.
    """
    if not streets:
        return list(of_kind)
    fitting = [draft for draft in of_kind if any(why.reading == "relation" for why in draft.why)]
    factor = load_relations().beside_named if fitting else 1.0
    return [*fitting, *(replace(draft, weight=draft.weight * factor) for draft in streets)]
