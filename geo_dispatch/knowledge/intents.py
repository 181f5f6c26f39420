"""What a question asks for: its intent by rules, and the parts that the rules cut out of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from geo_dispatch.data_tables import load_table
from geo_dispatch.knowledge.search import plain

__all__ = ["Intent", "is_emergency", "read_intents"]

_OPENERS = re.compile(
    r"^(?:(?:hi|hello|hey|good (?:morning|afternoon|evening)|excuse me|yes|yeah|um+|uh+|so|ok|okay|well|please|sorry|listen|quick question|"
    r"i was wondering(?: if)?|i m wondering|im wondering|i wonder(?: if)?|can you tell me|could you tell me|can you please tell me|do you know|"
    r"would you know|i d like to know|i want to know|i need to know|tell me|i m calling (?:about|to ask)|im calling about|i am calling about|"
    r"any idea|just wondering|wondering)\b[ ,]*)+"
)
_CLOSERS = re.compile(
    r"(?:\s+(?:please|thanks|thank you|do you know|you know|by any chance|right|or what|or not|at all))+$"
)


@dataclass(frozen=True, slots=True)
class Intent:
    """One reading of a question: what it asks for, and its parts by name (subject, origin, destination, place, nearest)."""

    name: str
    parts: Mapping[str, str]


@cache
def _rules() -> list[tuple[str, re.Pattern[str]]]:
    table = load_table("geo_dispatch.knowledge.tables", "intents")
    return [(name, re.compile(pattern)) for name, patterns in table.items() for pattern in patterns]


@cache
def _emergencies() -> list[re.Pattern[str]]:
    return [re.compile(pattern) for pattern in load_table("geo_dispatch.knowledge.tables", "words")["emergency"]]


def is_emergency(text: str) -> bool:
    """Tell whether a text speaks of an emergency that is happening.

    Examples
    --------
    >>> is_emergency("There's a fire in the woods behind us"), is_emergency("when can I get a fire permit")
    (True, False)
    """
    words = plain(text)
    return any(pattern.search(words) for pattern in _emergencies())


def read_intents(text: str) -> list[Intent]:
    """List the readings of a question, in the order of the rules.

    Parameters
    ----------
    text
        The question without its time.

    Returns
    -------
    list of Intent
        Empty when no rule fits.

    Examples
    --------
    >>> [(i.name, dict(i.parts)) for i in read_intents("How do I get to the library from Lees Market?")]
    [('directions', {'destination': 'the library', 'origin': 'lees market'})]
    """
    question = _CLOSERS.sub("", _OPENERS.sub("", plain(text)))
    question = re.sub(r"\b(what|where|who|when|how|there) s\b", r"\1 is", question)
    found: list[Intent] = []
    for name, pattern in _rules():
        match = pattern.match(question)
        if match is None:
            continue
        parts = {key.rstrip("2"): value.strip() for key, value in match.groupdict().items() if value and value.strip()}
        if not any(intent.name == name for intent in found):
            found.append(Intent(name, parts))
    return found
