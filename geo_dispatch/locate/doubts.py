"""What must not be answered as located: numbers that are not on file, words that name nothing, half of a crossing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from geo_dispatch.locate.answer import Why
from geo_dispatch.locate.candidates.exits import range_on_file
from geo_dispatch.locate.cells import share_beyond
from geo_dispatch.locate.draft import Draft, Finder
from geo_dispatch.locate.normalise import canonical_words, street_key
from geo_dispatch.locate.reading import Reading
from geo_dispatch.locate.tables import load_words
from geo_dispatch.locate.unmatched import unmatched_words

__all__ = ["doubt_crossing", "doubt_numbers", "doubt_tail", "doubt_width", "drop_faint"]

_LOOKED_AT = 8
_LONGEST_TAIL = 3


def _capped(finder: Finder, draft: Draft, warning: str) -> Draft:
    known = min(draft.known, finder.model.doubt["known_limit"])
    return replace(draft, known=known, warnings=tuple(dict.fromkeys((*draft.warnings, warning))))


def doubt_numbers(finder: Finder, drafts: Iterable[Draft], readings: Sequence[Reading]) -> list[Draft]:
    """Doubt everything else where an exit or a mile was said that is not on file.

    Parameters
    ----------
    finder
        The town and its names.
    drafts
        What was found.
    readings
        How the words were understood.
    """
    found = list(drafts)
    said = next((r for r in readings if r.kind in ("exit", "mile_marker") and not r.relation), None)
    if said is None or any(draft.of_route for draft in found):
        return found
    what, known = f"{'exit' if said.kind == 'exit' else 'mile'} {said.value}", range_on_file(finder, said)
    why = Why(what, said.kind.replace("_", " "), f"not on file: {known}", "contradicted")
    done = []
    for draft in found:
        if draft.kind != "place" or draft.similarity < 0.95:
            draft = _capped(finder, draft, f"{what} is not on file: {known}")
            draft = draft if why in draft.why else replace(draft, why=(*draft.why, why))
        done.append(draft)
    return done


def doubt_crossing(
    finder: Finder, drafts: Iterable[Draft], readings: Sequence[Reading], tokens: Sequence[str]
) -> list[Draft]:
    """Doubt a street that was found for one side of "A and B" only.

    Parameters
    ----------
    finder
        The town and its names.
    drafts
        What was found.
    readings
        How the words were understood.
    tokens
        The words.
    """
    found = list(drafts)
    joined = not {"and", "&", "/", "x", "crosses", "meets", "@"}.isdisjoint(tokens)
    if not joined or not any(r.kind == "intersection" for r in readings):
        return found
    if any(len(draft.streets) == 2 and draft.kind in ("intersection", "area", "relative") for draft in found):
        return found
    warning = "only one side of the crossing that was said is on file"
    return [
        _capped(finder, draft, warning) if draft.kind == "street" and " and " not in street_key(draft.topic) else draft
        for draft in found
    ]


def doubt_tail(finder: Finder, drafts: Sequence[Draft], tokens: Sequence[str]) -> list[Draft]:
    """Doubt what leaves the last words out, where they may be a town that is not known here.

    Parameters
    ----------
    finder
        The town and its names.
    drafts
        What was found, heaviest first.
    tokens
        The words.
    """
    done = list(drafts)
    for at, draft in enumerate(done[:_LOOKED_AT]):
        tail = (
            _unknown_tail(tokens, draft, finder.localities.state_keys)
            if draft.kind in ("address", "street", "intersection")
            else ""
        )
        if tail:
            warning = f"“{tail}” names no town, road or place on file: make sure that {draft.label} is meant"
            done[at] = _capped(finder, draft, warning)
    return sorted(done, key=lambda d: -d.weight * d.known)


def _unknown_tail(tokens: Sequence[str], draft: Draft, states: frozenset[str]) -> str:
    """Return the last words where nothing explains them and they are no everyday speech; else empty."""
    left = unmatched_words(tokens, [draft])
    if not left:
        return ""
    words = load_words()
    ends = list(canonical_words(list(tokens)))
    while ends and (
        ends[-1] in states or ends[-1] in words.state_codes or ends[-1] in words.state_names or ends[-1].isdigit()
    ):
        ends.pop()
    run: list[str] = []
    while ends and ends[-1] in left:
        run.insert(0, ends.pop())
    ordinary = words.everyday | words.incidents | words.common
    telling = all(word.isalpha() and len(word) > 2 and word not in ordinary for word in run)
    return " ".join(run) if telling and 0 < len(run) <= _LONGEST_TAIL else ""


def doubt_width(finder: Finder, draft: Draft) -> Draft:
    """Bound the certainty of a place that may be far from the point given for it: who is sure sends to that point.

    Parameters
    ----------
    finder
        The town and its names.
    draft
        What was found.
    """
    doubt = finder.model.doubt
    if draft.cells is not None:
        x, y = finder.town.projection.to_xy(draft.lon, draft.lat)
        far = share_beyond(draft.cells, x, y, doubt["wide_m"])
    else:  # of two normal distributions across, with 9 in 10 within the radius
        far = 0.1 ** ((doubt["wide_m"] / max(draft.radius90_m, 1.0)) ** 2)
    if far <= doubt["wide_share"]:
        return draft
    return replace(draft, known=min(draft.known, doubt["wide_known_limit"]))


def drop_faint(finder: Finder, drafts: Sequence[Draft]) -> list[Draft]:
    """Leave out what is too unlike the words to be worth asking about.

    Names that are hardly like what was said, but for crossings, whose two names support each other; and places of a kind
    that was said with a road, place or town that is not on file ("Hotel, 425 Shore Rd, Salisbury").

    Parameters
    ----------
    finder
        The town and its names.
    drafts
        What was found.
    """
    doubt = finder.model.doubt
    kept = []
    for draft in drafts:
        crossing = len(draft.streets) == 2
        if draft.similarity < doubt["least_alone"] and not crossing:
            continue
        if crossing and draft.kind == "intersection" and draft.known < doubt["least_known_crossing"]:
            continue
        if _among_strangers(finder, draft):
            continue
        kept.append(draft)
    return kept


def _among_strangers(finder: Finder, draft: Draft) -> bool:
    """Tell whether a draft hardly named beside names that are not on file is of elsewhere as they are."""
    unknown = sum(why.reading == "unknown name" for why in draft.why)
    if not unknown:
        return False
    named = draft.similarity >= 1.0 and not load_words().plain.issuperset(canonical_words(draft.why[0].clause.split()))
    least = finder.model.least_known
    return draft.by_kind or (not named and draft.known * finder.model.doubt["unknown_beside"] ** unknown < least)
