"""Driving directions as callers read them out: where they end is the place, not every street on the way."""

from __future__ import annotations

import re

__all__ = ["place_in_directions"]

_VERB = (
    r"(?:turn|bear|head|continue|merge|keep|make a (?:sharp|u-turn)|take (?:the|exit)|go straight|at (?:the|a) (?:end|rotary|fork|light)|follow|enter|stay|"
    r"arrive|left|right|sharp|slight|straight|end of|[a-z]+ (?:left|right))"
)
_INSTRUCTION = re.compile(rf"^(?:{_VERB})\b.*\b(?:onto|on|becomes|arrive|left|right|toward|exit|rotary)\b", re.I)
_ARRIVE = re.compile(
    r"^arrive at (?P<place>your destination|number [^,]+|.+?)(?:, number (?P<number>[^,]+?))?(?:, on (?:your|the) (?:left|right))?"
    r"(?:, (?P<where>(?:just past|past|about [^,]+? past|about [^,]+? (?:north|south|east|west)\w* of|just before|before|opposite|across from|next to|at|by) .+?))?$",
    re.I,
)
_TOO_FAR = re.compile(
    r"^(?:if you (?:reach|see|come to|get to|pass|cross) (?P<thing>.+?),? you(?:'ve| have| are) (?:gone )?too far|too far if you reach (?P<other>.+))$",
    re.I,
)
_ONTO = re.compile(
    r"\b(?:onto|becomes|to stay on|stay on|on)\s+(?P<street>(?!your\b|the left\b|the right\b|it\b)[A-Z0-9].*?)(?:\s+\([^)]*\))?"
    r"(?=\s+(?:and (?:go|stay|drive)|toward|for|then|becomes)\b|,|;|$)"
)
_RADIO = re.compile(
    r"^(?:(?!arrive\b)[\w' ./,]*?\b(?:left|right|onto|on|becomes|toward|ramp|exit|rotary)\b.*|straight.*|continue.*|merge.*|exit.*), (?:[\d.,]+ (?:mi|ft|m|km))(?:,.*)?$",
    re.I,
)
_RADIO_ARRIVE = re.compile(
    r"^(?P<place>destination|number \w+|.+?)(?: on the (?:left|right))?(?:, (?P<block>\d+ block))?(?:, cross street (?P<cross>.+?))?"
    r"(?:, (?P<where>(?:just past|past|about [^,]+? past|about [^,]+? (?:north|south|east|west)\w* of|just before|before|across from|at) .+?))?$",
    re.I,
)
_SENTENCE = re.compile(r"(?<=[.!;])\s+(?=[A-Z0-9])(?!(?:Road|Rd|Street|St|Avenue|Ave|Lane|Ln|Drive|Dr)\b)")
_UNSAID = ("your destination", "the destination", "destination")
_ENDS = ("the end of the road", "a dead end", "the dead end", "end of the road")


def place_in_directions(text: str) -> list[str]:
    """Return what the end of driving directions says about a place; the text itself when it is none.

    Parameters
    ----------
    text
        A caller's words.

    Returns
    -------
    list of str
        Texts of one caller: the place or the number and street, what it is past, and what it lies before.

    Examples
    --------
    >>> place_in_directions("Turn right onto Line Road and go 0.7 mi. Arrive at 165 Line Road, on your left.")
    ['165 Line Road']
    >>> place_in_directions(
    ...     "Turn left onto Elm Street and go 300 ft. Arrive at number 14, on your left, just past Lees Market. "
    ...     "If you reach Main Street, you've gone too far."
    ... )
    ['14 Elm Street', 'just past Lees Market']
    >>> place_in_directions("Left on Elm Street, 300 ft. 14 Elm Street on the left, 100 block, cross street Main Street.")
    ['14 Elm Street']
    >>> place_in_directions("I'm on Elm Street, turn left at the market")
    ["I'm on Elm Street, turn left at the market"]
    """
    sentences = [part.strip().rstrip(".!;") for part in _SENTENCE.split(text.strip())]
    arrival = _arrival(sentences)
    if arrival is None:
        return [text]
    number = arrival.groupdict().get("number")
    streets = [
        found["street"].strip() for part in sentences if part != arrival.string for found in _ONTO.finditer(part)
    ]
    street = streets[-1] if streets else None
    beyond = next((found["thing"] or found["other"] for part in sentences if (found := _TOO_FAR.match(part))), None)
    return _told(arrival["place"].strip(), number, arrival["where"], street, beyond) or [text]


def _arrival(sentences: list[str]) -> re.Match[str] | None:
    """Return the sentence that tells the end of the way; None when these are no directions."""
    for row, part in enumerate(sentences):
        found = _ARRIVE.match(part)
        if found and (len(sentences) == 1 or any(_INSTRUCTION.match(other) for other in sentences[:row])):
            return found
    if len(sentences) > 1 and _RADIO.match(sentences[0]):
        said = [part for part in sentences[1:] if not _TOO_FAR.match(part) and not _RADIO.match(part)]
        return _RADIO_ARRIVE.match(said[-1]) if said else None
    return None


def _told(place: str, number: str | None, where: str | None, street: str | None, beyond: str | None) -> list[str]:
    """Put what an arrival says into texts of a caller."""
    if place.casefold().startswith("number "):
        place, number = "", place[7:]
    unsaid = place.casefold() in _UNSAID or not place
    exact = where is not None and where.casefold().startswith("about ")
    if not unsaid:
        if number and street:
            return [f"{number} {street}", place]
        return [place]
    if number and street:
        return [f"{number} {street}", *([where] if where else [])]
    found = [f"on {street}"] if street else []
    found += [where] if where else []
    if beyond and not exact and beyond.casefold() not in _ENDS and not beyond.casefold().endswith(" line"):
        found.append(f"before {beyond}")
    return found
