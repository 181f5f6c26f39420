"""What the answer did not use, and what it may be confused with."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rapidfuzz.distance import OSA

from geo_dispatch.locate.draft import Draft, Finder
from geo_dispatch.locate.normalise import canonical_words, street_key
from geo_dispatch.locate.sound_alikes import SoundAlike, SoundAlikes, most_named
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
    if best:  # what happened, not where
        ignored |= words.incidents
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
    """Warn of names that the best candidate's may be taken for, minutes away, with what to read back.

    Parameters
    ----------
    finder
        The town and its names.
    draft
        The best candidate: an address, a street or a place.
    """
    alikes = SoundAlikes(finder.town)
    pairs: list[SoundAlike] = []
    if draft.kind in ("address", "street"):
        pairs = [pair for street in draft.streets for pair in alikes.list_of("streets", street)]
    elif draft.kind == "place" and draft.place_id and not draft.by_kind:
        pairs = alikes.list_of_place(draft.place_id)
    if draft.in_town:  # the town that was said tells them apart
        pairs = [pair for pair in pairs if pair.municipalities[0] == pair.municipalities[1] or pair.kind != "same_name"]
    pairs.sort(key=lambda pair: (math.inf if pair.travel_time_s is None else pair.travel_time_s, pair.rows))
    return [_warning(pair) for pair in pairs[: most_named()]]


def _warning(pair: SoundAlike) -> str:
    other, town = pair.names[1], pair.municipalities[1]
    where = f" in {town}" if town and town != pair.municipalities[0] else ""
    time_s = pair.travel_time_s
    away = "no road leads there from here" if time_s is None else f"{round(time_s / 60)} min away"
    return f'easily confused with {other}{where}, {away}: read back "{pair.read_back[0]}"'
