"""Names spotted inside words that no reading explains: "please hurry the kitchen 12 drift road is burning"."""

from __future__ import annotations

from collections.abc import Sequence

from geo_dispatch.locate.gather import GROUND, PLACE, STREET
from geo_dispatch.locate.lexicon import is_known_word
from geo_dispatch.locate.names import NameIndex
from geo_dispatch.locate.normalise import canonical_words, spell_numbers
from geo_dispatch.locate.reading import HouseNumber, Reading
from geo_dispatch.locate.tables import load_model, load_words

__all__ = ["spot_readings"]

_LONGEST_SPAN = 6


def spot_readings(tokens: Sequence[str], index: NameIndex) -> list[Reading]:
    """Return readings of the names that stand, exactly spelt, among other words.

    Parameters
    ----------
    tokens
        Folded words and signs.
    index
        Every name in town.
    """
    words = spell_numbers([token for token in tokens if token[0].isalnum()])
    streets: list[tuple[int, str]] = []
    places: list[tuple[int, str]] = []
    at = 0
    while at < len(words):
        text, size = _name_at(words, at, index)
        if not size:
            at += 1
            continue
        name = index.find(text)
        targets = {target for target, _, _ in index.postings(name)} if name is not None else set()
        if STREET in targets or (name is not None and len(index.addresses(name)[0])):
            streets.append((at, text))
        elif not targets.isdisjoint({PLACE, GROUND}):
            places.append((at, text))
        at += size
    return _readings(words, streets, places)


def _name_at(words: Sequence[str], at: int, index: NameIndex) -> tuple[str, int]:
    """Return the longest name that begins here and how many words it has; 0 when none does."""
    common = load_words().plain
    for size in range(min(_LONGEST_SPAN, len(words) - at), 0, -1):
        text = " ".join(canonical_words(list(words[at : at + size])))
        telling = [word for word in text.split() if word not in common]
        if telling and len(text) >= 5 and (size > 1 or len(text) >= 6) and index.find(text) is not None:
            if _goes_on(words, at + size, text) or _began_before(words, at):
                continue
            return text, size
    return "", 0


def _goes_on(words: Sequence[str], at: int, text: str) -> bool:
    """Tell whether a street type follows a name without one: "Evergreen Road" is not the hamlet Evergreen."""
    table = load_words()
    follows = table.street_types.get(words[at]) if at < len(words) else None
    return follows is not None and text.rsplit(maxsplit=1)[-1] not in table.full_types


def _began_before(words: Sequence[str], at: int) -> bool:
    """Tell whether the word before belongs to a name: "(at) Reynolds Mill Road" is not Mill Road.

    It is a word of the language but no everyday speech, and nothing but a preposition, a number, another street's type or the like stands before it.
    """
    table = load_words()
    before = words[at - 1] if at else ""
    if not before.isalpha():
        return False
    said = {word for phrase in (*table.fillers, *table.corrections) for word in phrase}
    ordinary = before in (table.everyday | table.incidents | said) - table.name_beginnings or before in table.directions
    if ordinary or _stands_free(words, at) or not is_known_word(before):
        return False
    first = words[at - 2] if at > 1 else ""
    opens = (
        first in (table.directions.keys() | table.street_types.keys() | table.name_beginnings) or not first.isalpha()
    )
    return opens or _stands_free(words, at - 1)


def _stands_free(words: Sequence[str], at: int) -> bool:
    """Tell whether the word before a name can't be part of it: none, "at", "on" or the like."""
    table = load_words()
    free = {phrase[-1] for phrase in (*table.prepositions, *table.relations, *table.fillers)} | table.joiners | {"the"}
    return at == 0 or words[at - 1] in free


def _not_house() -> frozenset[str]:
    """Return the words whose number is not a house's: "exit 12", "mile 3", "route 7"."""
    table = load_words()
    phrases = (*table.milepost_words, *table.route_words)
    return table.exit_words | {phrase[-1] for phrase in phrases}


def _readings(
    words: Sequence[str], streets: Sequence[tuple[int, str]], places: Sequence[tuple[int, str]]
) -> list[Reading]:
    weight, sure = load_model().readings["spotted"], load_model().spotted_known
    place_names = tuple(name for _, name in places)
    found = []
    for at, street in streets:
        others = tuple(other for _, other in streets if other != street)
        number = words[at - 1] if at else ""
        if number.isdigit() and len(number) <= 6 and not (at > 1 and words[at - 2] in _not_house()):
            context = (*others, *place_names)
            number_said = HouseNumber(int(number))
            found.append(
                Reading("address", weight, (street,), number_said, context=context, certainty=sure["numbered"])
            )
    if found:
        return found
    if len(streets) > 1 and streets[0][1] != streets[1][1]:
        pair = (streets[0][1], streets[1][1])
        found.append(Reading("intersection", weight, pair, context=place_names, certainty=sure["free"]))
    names = places or ([] if found else streets[:1])
    for at, name in names:
        context = tuple(other for _, other in (*places, *streets) if other != name)
        certainty = sure["free" if _stands_free(words, at) else "attached"]
        found.append(Reading("name", weight, (name,), context=context, certainty=certainty))
    return found
