"""From what must be done to the words for it. The templates are in ``wording.yaml``."""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Literal

from geo_dispatch.data_tables import load_table

__all__ = ["Voice", "say", "word_list"]

Voice = Literal["public", "radio"]


def word_list(name: str) -> Any:
    """Return one of the word lists, as ``"ordinals"``."""
    return load_table("geo_dispatch.directions", "wording")["words"][name]


def say(
    voice: Voice,
    kind: str,
    fields: Mapping[str, str | None],
    *,
    distance: str | None = None,
    bridges: Sequence[str] = (),
    towns: Sequence[str] = (),
) -> str:
    """Say one manoeuvre as a sentence.

    Parameters
    ----------
    voice
        To the public, or over the radio.
    kind
        The manoeuvre.
    fields
        What is known of it; the first template that needs no more is used.
    distance
        How far to the next one, as said.
    bridges, towns
        What is crossed and entered on the way there.

    Returns
    -------
    str
        A sentence with a full stop.

    Raises
    ------
    ValueError
        If no template of that kind can do with the fields.

    Examples
    --------
    >>> say("public", "turn_left", {"street": "Elm Street"}, distance="0.4 mi", towns=["Tiverton"])
    'Turn left onto Elm Street and go 0.4 mi, entering Tiverton.'
    >>> say("radio", "turn_left", {"street": "Elm Street"}, distance="0.4 mi")
    'Left on Elm Street, 0.4 mi.'
    """
    templates = load_table("geo_dispatch.directions", "wording")[voice]
    known = {key: value for key, value in fields.items() if value}
    for template in templates[kind]:
        if _needs(template) <= known.keys():
            text = template.format(**known)
            break
    else:
        raise ValueError(f"no {voice} wording for {kind} with only {', '.join(known) or 'nothing'} known")
    if distance is not None:
        text += templates["distance"].format(distance=distance)
    notes = [templates["crossing"].format(bridge=bridge) for bridge in bridges]
    notes += [templates["entering"].format(town=town) for town in towns]
    if notes:
        text += templates["notes_before"] + templates["notes_between"].join(notes)
    return f"{text[:1].upper()}{text[1:]}."


@cache
def _needs(template: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in string.Formatter().parse(template) if name)
