"""Inputs that are not names: positions in any notation, three-word addresses, a number alone."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from geo_dispatch.errors import CoordinateError
from geo_dispatch.locate.answer import Question
from geo_dispatch.locate.candidates.blocks import said_span
from geo_dispatch.locate.candidates.map_links import find_link, words_of_link
from geo_dispatch.locate.candidates.positions import list_positions, outside_message, position_drafts, spans
from geo_dispatch.locate.candidates.three_words import find_three_words
from geo_dispatch.locate.doubts import doubt_width
from geo_dispatch.locate.draft import Draft, Finder
from geo_dispatch.locate.grammar import HOUSE, strip_fillers, text_of
from geo_dispatch.locate.normalise import fold, spell_numbers, street_key, tokenise
from geo_dispatch.locate.number_phrases import rewrite_numbers
from geo_dispatch.locate.number_spans import said_tokens, span_of
from geo_dispatch.locate.sentences import mark_sentences
from geo_dispatch.locate.tables import load_words
from geo_dispatch.locate.tables.inputs import load_inputs

__all__ = ["InputFound", "collapse", "read_input"]

_POSITION = Question(
    "What are the latitude and longitude that your phone's map or compass shows?",
    "a position in numbers can be found here without anyone's service",
    (),
    "address",
    "Can you open the map on the phone and read me the numbers?",
)

_DIGITS = Question(
    "What are the further digits of the position?",
    "the digits that were given leave a wide square",
    (),
    "address",
    "Are there more numbers?",
)


@dataclass(frozen=True, slots=True)
class InputFound:
    """What a text holds that is not a name.

    Attributes
    ----------
    text
        The words that are left to be read as names.
    drafts
        Where a position that was given may be.
    warnings
        What to say of it.
    question
        What to ask, where it can't be answered: at once when settled, else where the words that are left name nothing.
    settled
        Whether nothing is left to be read.
    """

    text: str
    drafts: tuple[Draft, ...] = ()
    warnings: tuple[str, ...] = ()
    question: Question | None = None
    settled: bool = False

    @property
    def tokens(self) -> list[str]:
        """Return the words that are left, runs of house numbers as one."""
        folded = fold(mark_sentences(self.text))
        return rewrite_numbers(folded, collapse(tokenise(folded)))


def collapse(tokens: list[str]) -> list[str]:
    """Take out what is said over and over: a stuck key, a stammer, a text pasted many times.

    Twice may be a name ("Walla Walla"), three times is none.

    Parameters
    ----------
    tokens
        Folded words.

    Examples
    --------
    >>> collapse("help me help me help me at 10 drift road".split())
    ['help', 'me', 'at', '10', 'drift', 'road']
    >>> collapse("walla walla road".split())
    ['walla', 'walla', 'road']
    """
    table, words = load_inputs(), list(tokens)
    for size in range(1, table.longest_repeat + 1):
        at = 0
        while at + table.repeats * size <= len(words):
            said = words[at : at + size]
            end = at + size
            while words[end : end + size] == said:
                end += size
            if end - at >= table.repeats * size:
                del words[at + size : end]
            at += 1
    return words


def read_input(finder: Finder, text: str) -> InputFound:
    """Read what is no name: a position, a map link, a three-word address, a number alone.

    Parameters
    ----------
    finder
        The town and its names.
    text
        The text as given.

    Raises
    ------
    CoordinateError
        If the text is nothing but a position outside the town's road network.
    """
    found = _position(finder, text) or _three_words(finder, text) or _link(text) or _lone_number(finder, text)
    found = found or _number_in_speech(finder, text) or _unknown_street(finder, text) or InputFound(text)
    tokens = tokenise(fold(found.text))
    if len(collapse(tokens)) < len(tokens):
        found = replace(found, warnings=(*found.warnings, "words that were said over and over were read once"))
    return found


def _position(finder: Finder, text: str) -> InputFound | None:
    outside = None
    for said in list_positions(finder.town, finder.localities, text):
        drafts = position_drafts(finder.town, said)
        if drafts:
            coarse = drafts[0].radius90_m > finder.model.doubt["wide_m"]
            drafts = [doubt_width(finder, draft) for draft in drafts]
            rest = " ".join(word for word in said.rest.split() if word.casefold() not in load_inputs().beside_words)
            return InputFound(rest, tuple(drafts), question=_DIGITS if coarse else None, settled=True)
        outside = outside or said
    if outside is None:
        return None
    message = outside_message(finder.town, outside)
    if _says_nothing(outside.rest):
        raise CoordinateError(f"{message}; {spans(finder.town)}. Read the digits back, or say which town it is")
    return InputFound(outside.rest, warnings=(f"{message}: the position is not used",))


def _says_nothing(text: str) -> bool:
    """Tell whether no words are left but those that announce a position."""
    words, table = load_words(), load_inputs()
    said = {word for phrase in (*words.fillers, *words.prepositions) for word in phrase} | table.beside_words
    return all(token in said or not token[0].isalnum() or len(token) == 1 for token in tokenise(fold(text)))


def _three_words(finder: Finder, text: str) -> InputFound | None:
    said = find_three_words(text, lambda words: finder.index.find(street_key(words)) is not None)
    if said is None:
        return None
    named = f"“{said}” is a three-word address" if said else "a three-word address was said"
    reason = (
        f"{named}: only its owner's service can turn it into a position, and its words are easily misheard for others'; "
        "it is not used"
    )
    question = replace(
        _POSITION, reason="three words alone can't be placed here; the same app shows a position in numbers"
    )
    return InputFound("", warnings=(reason,), question=question, settled=True)


def _link(text: str) -> InputFound | None:
    """Read the words of a map link that holds no position; nothing is fetched."""
    found = find_link(text)
    if found is None:
        return None
    words, rest = words_of_link(found.group()), f"{text[: found.start()]} {text[found.end() :]}".strip()
    warning = "the link holds no position, and links are not opened here"
    if words:
        return InputFound(f"{rest} {words}".strip(), warnings=(f"{warning}: its words “{words}” were read",))
    if _says_nothing(rest):
        return InputFound("", warnings=(warning,), question=_POSITION, settled=True)
    return InputFound(rest, warnings=(warning,))


def _lone_number(finder: Finder, text: str) -> InputFound | None:
    """Ask for the street of a number, of two or of a block, that stands alone."""
    folded = fold(text)
    tokens = strip_fillers(spell_numbers(rewrite_numbers(folded, collapse(tokenise(folded)))))
    tokens = [token for token in tokens if token not in ("#", "number", "house", ",", "the")]
    if len(tokens) != 1 or finder.index.find(text_of(tokens)) is not None:
        return None
    parts, span = said_tokens(tokens), span_of(tokens[0])
    if len(parts) == 2:
        what = f"{said_span(span)} of which street?" if span else f"{parts[0]} or {parts[1]} on which street?"
        return InputFound(
            "",
            question=Question(what, "numbers alone are no place", (), f"street_of:{' or '.join(parts)}"),
            settled=True,
        )
    found = HOUSE.fullmatch(tokens[0])
    if found is None:
        return None
    if tokens[0] in finder.localities.postcodes:
        return None
    streets = _streets_with(finder, int(found[1]))
    route = finder.index.find(f"route {tokens[0]}") is not None
    few = tuple(streets) if len(streets) <= load_inputs().streets_named else ()
    answers = (*few, *([f"Route {tokens[0]}"] if route else []))
    shown = (f": {_or(list(few))}" if few else "") + (f", or is it Route {tokens[0]}" if route else "")
    count = f"{len(streets)} streets have" if len(streets) != 1 else "one street has"
    reason = f"a number alone is no place; {count if streets else 'no street has'} a number {tokens[0]} on file"
    question = Question(
        f"{tokens[0]} on which street{shown}?", reason, answers, f"street_of:{tokens[0]}", "What street do you live on?"
    )
    return InputFound("", question=question, settled=True)


def _number_in_speech(finder: Finder, text: str) -> InputFound | None:
    """Keep the question for a number that is said without its street, "there's a fire at 45", where nothing else is found."""
    words = load_words()
    tokens = spell_numbers(tokenise(fold(text)))
    said = [
        at for at in range(1, len(tokens)) if HOUSE.fullmatch(tokens[at]) and tokens[at - 1] in ("at", "number", "#")
    ]
    common = (
        words.everyday | words.incidents | {word for phrase in words.fillers for word in phrase} | {",", "number", "#"}
    )
    if len(said) != 1 or not all(token in common for at, token in enumerate(tokens) if at != said[0]):
        return None
    alone = _lone_number(finder, tokens[said[0]])
    return None if alone is None else InputFound(text, question=alone.question)


def _unknown_street(finder: Finder, text: str) -> InputFound | None:
    """Keep the question for an address whose street is not on file, where nothing else is found."""
    tokens = strip_fillers(spell_numbers(tokenise(fold(text))))
    at = 1 if tokens and tokens[0] in ("number", "house", "#") else 0
    if len(tokens) < at + 3 or not HOUSE.fullmatch(tokens[at]):
        return None
    street = text_of(tokens[at + 1 :])
    typed = street.split()[-1] in load_words().full_types
    if not typed or finder.index.find(street) is not None or not street.replace(" ", "").isalnum():
        return None
    question = Question(
        f"How is “{street}” spelled, or what street crosses it?",
        "no street on file is called so, or sounds like it",
        (),
        "address",
        "Is there a sign with the street's name? Can you read me the letters?",
    )
    return InputFound(text, question=question)


def _streets_with(finder: Finder, number: int) -> list[str]:
    """Return the names of the streets that have a house number, each once."""
    table = finder.town.table("addresses")
    rows = np.flatnonzero(table.numbers("number") == number).tolist()
    names = {street_key(name): name for row in rows if (name := table.text("street")[row])}
    return [names[key] for key in sorted(names)]


def _or(texts: list[str]) -> str:
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} or {texts[-1]}"
