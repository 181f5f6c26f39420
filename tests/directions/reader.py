"""Reads the English text of directions, as a driver does: nothing but the sentences goes in."""

from __future__ import annotations

import re
from dataclasses import dataclass

_WHERE = r"(?:,? (?P<where>(?:at|just past|just before|across from) [^,]+?),?)?"
_ONTO = r"onto (?P<street>.+)"
_ORDINALS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"]
_FORMS = [
    ("depart", r"Head (?P<compass>\w+) on (?P<street>.+?)(?: toward (?P<toward>.+))?"),
    ("straight", r"Continue as (?P<left>.+) becomes (?P<street>.+)"),
    ("straight", rf"(?:Continue|Go straight){_WHERE} {_ONTO}"),
    ("straight", r"Continue on (?P<street>.+)"),
    ("stay", rf"Turn (?P<side>left|right){_WHERE} to stay on (?P<street>.+)"),
    ("turn", rf"(?:At the end of (?P<ends>.+?){_WHERE}, t|T)urn (?P<side>left|right)(?(where)|{_WHERE.replace('where', 'there')}) {_ONTO}"),
    ("ramp", r"Take exit (?P<exit>\S+?)(?: on the (?P<side>left))?(?:,? toward (?P<sign>.+))?"),
    ("ramp", r"Take the ramp on the (?P<side>left|right)(?: toward (?P<sign>.+)| onto (?P<onto>.+))?"),
    ("turn", rf"Take the (?P<again>\w+) (?P<street>.+) on the (?P<side>left|right){_WHERE}"),
    ("sharp", rf"Make a sharp (?P<side>left|right){_WHERE} onto the (?P<again>second|third|fourth) (?P<street>.+)"),
    ("sharp", rf"(?:At the end of (?P<ends>.+?), m|M)ake a sharp (?P<side>left|right){_WHERE} {_ONTO}"),
    ("turn", rf"Take the (?P<count>\w+) (?P<side>left|right){_WHERE} {_ONTO}"),
    ("slight", rf"Bear (?P<side>left|right){_WHERE} {_ONTO}"),
    ("keep", rf"Keep (?P<side>left|right) at the fork{_WHERE}(?:,? toward (?P<sign>.+)| {_ONTO})"),
    ("merge", r"Merge onto (?P<street>.+)"),
    ("rotary", r"At the rotary(?: \(.+?\))?, take the (?P<count>\w+) exit onto (?P<street>.+)"),
    ("into_rotary", r"Enter the rotary(?: \(.+?\))?"),
    ("u_turn", rf"Make a U-turn{_WHERE} onto (?P<street>.+)"),
]  # fmt: skip
_PATTERNS = [(kind, re.compile(form)) for kind, form in _FORMS]
_DRIVE = re.compile(r"(?: and go | and stay on it for )(?P<number>[\d.]+) (?P<unit>ft|mi)(?P<rest>.*)$", re.DOTALL)
_UNITS = {"ft": 0.3048, "mi": 1609.344}


@dataclass(frozen=True)
class Told:
    """One instruction as understood: what to do, onto what, how far; `slack_m` is half of what the number was rounded to."""

    kind: str
    street: str | None = None
    side: str | None = None
    compass: str | None = None
    count: int = 0
    ends: bool = False
    exit: str | None = None
    again: int = 0
    at_once: bool = False
    drive_m: float = 0.0
    slack_m: float = 0.0


@dataclass(frozen=True)
class Arrival:
    """The last sentence as understood."""

    number: str | None
    place: str | None
    side: str | None
    where: str | None
    past_m: float | None
    past: str | None
    too_far: str | None


def read(text: str) -> Told:
    """Understand one instruction.

    Raises
    ------
    ValueError
        If it is no sentence a driver would know what to do with.
    """
    drive = _DRIVE.search(text)
    if drive is None:
        raise ValueError(f"no distance in {text!r}")
    head = text[: drive.start()]
    for kind, pattern in _PATTERNS:
        found = pattern.fullmatch(head)
        if found is None:
            continue
        part = found.groupdict()
        count = part.get("count")
        return Told(
            kind, part.get("street"), part.get("side"), part.get("compass"),
            _ORDINALS.index(count) + 1 if count in _ORDINALS else (99 if count else 0),
            bool(part.get("ends")), part.get("exit"), _ORDINALS.index(part["again"]) + 1 if part.get("again") in _ORDINALS else 0, "then immediately" in drive["rest"],
            float(drive["number"]) * _UNITS[drive["unit"]], _slack_m(drive["number"], drive["unit"]),
        )  # fmt: skip
    raise ValueError(f"don't know what to do for {text!r}")


def _slack_m(number: str, unit: str) -> float:
    if unit == "ft":
        return (5 if float(number) < 100 else 25) * _UNITS["ft"]
    decimals = len(number.partition(".")[2])
    return 0.5 * 10.0**-decimals * _UNITS["mi"]


def read_arrival(text: str) -> Arrival:
    """Understand the last sentence."""
    first, _, rest = text.partition(" If you reach ")
    first = first.removesuffix(".")
    too_far = rest.removesuffix(", you've gone too far.") or None
    side = re.search(r", on your (left|right)", first)
    where = re.search(r", ((?:at|just past|just before|across from) .+)$", first)
    far = re.search(r", about ([\d.]+) (ft|mi) (?:past|\w+ of) (.+)$", first)
    first = first if far is None else first[: far.start()]
    number = re.search(r"\bnumber (\w[\w/ -]*?)(?=,|$)", first)
    place = re.match(
        r"Arrive at (?!number |your destination)(.+?)(?=, number|, on your|, at |, just |, across from|$)", first
    )
    house = None if place is None else re.match(r"(\d\S*) ", place[1])
    return Arrival(
        number[1] if number else house[1] if house else None,
        place[1] if place else None, side[1] if side else None, where[1] if where else None,
        float(far[1]) * _UNITS[far[2]] if far else None, far[3] if far else None, too_far,
    )  # fmt: skip
