"""From what must be done to the words for it. The templates are in ``languages/``."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping, Sequence
from functools import cache

from geo_dispatch.directions.language import Language, Voice

__all__ = ["fill", "say", "template_fields"]

Fields = Mapping[str, str | None]

_OPTIONAL = re.compile(r"\[([^\]]*)\]")


def say(
    language: Language,
    voice: Voice,
    kind: str,
    fields: Fields,
    *,
    distance: str | None = None,
    is_long: bool = False,
    notes: Sequence[tuple[str, str]] = (),
    then: str | None = None,
    after: Sequence[tuple[str, str | None]] = (),
) -> str:
    """Say one manoeuvre as a sentence.

    Parameters
    ----------
    language
        Its language.
    voice
        To the public, over the radio, or in one line of a screen.
    kind
        The manoeuvre.
    fields
        What is known of it; the first template that needs no more is used.
    distance
        How far to the next one, as said.
    is_long
        The distance is so long that it wants reassurance.
    notes
        What is passed on the way there: pairs of "passing", "crossing" or "entering" and what.
    then
        The manoeuvre that follows at once.
    after
        Sentences that follow: pairs of "too_far" or "dead_end" and what it needs.

    Returns
    -------
    str
        A sentence or more.

    Raises
    ------
    ValueError
        If no template of that kind can do with the fields.

    Examples
    --------
    >>> from geo_dispatch.directions.language import get_language
    >>> english, portuguese = get_language("en"), get_language("pt")
    >>> say(english, "public", "turn_left", {"street": "Elm Street"}, distance="0.4 mi", notes=[("entering", "Tiverton")])
    'Turn left onto Elm Street and go 0.4 mi, entering Tiverton.'
    >>> say(english, "radio", "turn_left", {"street": "Elm Street"}, distance="0.4 mi")
    'Left on Elm Street, 0.4 mi.'
    >>> say(portuguese, "public", "turn_left", {"street": portuguese.proper("Elm Street")}, distance="0,4 mi")
    'Vire à esquerda na Elm Street e siga 0,4 mi.'
    """
    templates = language.templates(voice)

    def filled(key: str, known: Fields) -> str:
        text = fill(templates[key], known)
        if text is None:
            names = ", ".join(name for name, value in known.items() if value) or "nothing"
            raise ValueError(f"no {language.code} {voice} wording for {key} with only {names} known")
        return text

    text = filled(kind, fields)
    if distance is not None:
        text += filled("distance_long" if is_long else "distance", {"distance": distance})
    said = [filled(key, {_NOTE_FIELDS[key]: what}) for key, what in notes]
    if said:
        text += filled("notes_before", {}) + filled("notes_between", {}).join(said)
    if then is not None and (word := language.find_word("then", then)):
        text += filled("then", {"then": word})
    text += filled("end", {}) + "".join(filled(key, {"thing": what}) for key, what in after)
    return text[:1].upper() + text[1:]


_NOTE_FIELDS = {"becoming": "street", "passing": "thing", "crossing": "bridge", "entering": "town"}


def fill(templates: Sequence[str], fields: Fields) -> str | None:
    """Fill the first template whose fields outside of brackets are all known; None when there is none.

    >>> fill(["{a} and {b}", "{a}[ or {b}][ or {c}]"], {"a": "x", "b": None, "c": "z"})
    'x or z'
    """
    known = {key: value for key, value in fields.items() if value}
    for template in templates:
        needed, pieces = _read_template(template)
        if needed <= known.keys():
            kept = [piece for piece, needs in pieces if needs <= known.keys()]
            return "".join(kept).format(**known)
    return None


def template_fields(templates: Sequence[str]) -> frozenset[str]:
    """Return the names of all fields that templates use.

    >>> sorted(template_fields(["{a:on}[ or {b}]"]))
    ['a', 'b']
    """
    return frozenset().union(*(_needs(template) for template in templates))


@cache
def _read_template(template: str) -> tuple[frozenset[str], tuple[tuple[str, frozenset[str]], ...]]:
    """Return the fields that a template can't do without, and its pieces with the fields of each."""
    pieces = [(piece, _needs(piece)) for piece in _OPTIONAL.split(template) if piece]
    return _needs(_OPTIONAL.sub("", template)), tuple(pieces)


@cache
def _needs(template: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in string.Formatter().parse(template) if name)
