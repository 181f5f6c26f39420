"""What the answer did not use, and what it may be confused with."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz.distance import OSA

from geo_dispatch.locate.draft import Draft, Finder
from geo_dispatch.locate.gather import STREET
from geo_dispatch.locate.normalise import canonical_name, canonical_words, street_key
from geo_dispatch.locate.tables import load_words

__all__ = ["confusables", "unmatched_words"]


def unmatched_words(tokens: Sequence[str], best: Sequence[Draft]) -> list[str]:
    """Return the words of the text that the best candidate does not explain.

    Examples
    --------
    >>> unmatched_words(["purple", "elephant"], [])
    ['purple', 'elephant']
    """
    words = load_words()
    ignored = {w for phrase in (*words.fillers, *words.prepositions, *words.corner_words) for w in phrase}
    ignored |= words.joiners | words.exit_words | {w for phrase in words.milepost_words for w in phrase}
    ignored |= {word for country in words.countries for word in country}
    ignored |= words.unit_words | {"of", "a", ",", ";", "#"}
    explained: set[str] = set()
    for draft in best:
        for text in (draft.label, draft.topic, draft.address or "", draft.postcode or "", draft.city or ""):
            explained |= set(street_key(text).split())
        for why in draft.why:
            if why.reading == "unknown name":
                continue
            explained |= set(street_key(f"{why.clause} {why.effect}").split())
    left = []
    for word in canonical_words(list(tokens)):
        if word in ignored or word in words.state_codes or word in words.state_names or word in explained:
            continue
        if best and any(OSA.normalized_similarity(word, other) >= 0.6 for other in explained):
            continue
        left.append(word)
    return left


def confusables(finder: Finder, draft: Draft) -> list[str]:
    """Warn of streets whose names differ from the best candidate's only in type or direction, or that sound the same."""
    if draft.kind not in ("address", "street"):
        return []
    key = street_key(draft.topic)
    name = canonical_name(key)
    found: list[str] = []
    streets = finder.town.table("streets")
    for match in finder.matcher.list_matches(key):
        if match.text == key:
            continue
        other = canonical_name(match.text)
        if other.base != name.base and match.way != "same_sound":
            continue
        rows = [row for target, row, kind in finder.index.postings(match.name) if target == STREET and kind == "name"]
        found += [streets.text("name")[row] or "" for row in rows if row not in draft.streets]
    found = list(dict.fromkeys(other for other in found if other and other != draft.topic))
    if not found:
        return []
    return [f"easily confused with {', '.join(found[:4])}: read the name back, {draft.topic}"]
