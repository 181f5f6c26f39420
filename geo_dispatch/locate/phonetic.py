"""How names sound: spelling read as speech, and a key that names of like sound share."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from geo_dispatch.locate.tables import read_table

__all__ = ["Speech", "class_key", "load_speech", "sound_key", "sounds"]

_DOUBLE = re.compile(r"([^\d\s])\1+")


@dataclass(frozen=True, slots=True)
class Speech:
    """How spelling is read, and which sounds are taken for each other (``speech.yaml``).

    Attributes
    ----------
    read
        Writes one word's sounds.
    same
        The sounds that the key of a name takes for one, and what stands for them.
    classes
        The same for the wider classes that names are looked up by.
    figures
        Weights and costs, as in the table.
    """

    read: Callable[[str], str]
    same: dict[int, str]
    classes: dict[int, str]
    figures: dict[str, Any]

    @property
    def vowels(self) -> str:
        """Return the sounds that are vowels."""
        return str(self.figures["vowels"])


@lru_cache(maxsize=1)
def load_speech() -> Speech:
    """Read the table of sounds.

    Examples
    --------
    >>> load_speech().read("hicks") == load_speech().read("hix")
    True
    """
    raw = read_table("speech.yaml")
    rules = [(str(pattern), str(heard)) for pattern, heard in raw.pop("spelling")]
    fits = re.compile("|".join(f"({pattern})" for pattern, _ in rules))
    heard_by_rule = ["", *(heard for _, heard in rules)]
    irregular: dict[str, str] = raw.pop("irregular")

    def letter(found: re.Match[str]) -> str:
        heard = heard_by_rule[found.lastindex or 0]
        return found.group() if heard == r"\0" else heard

    def read(word: str) -> str:
        return fits.sub(letter, irregular.get(word, word))

    return Speech(read, _by_sound(raw.pop("same")), _by_sound(raw.pop("classes")), raw)


def _by_sound(groups: dict[str, str]) -> dict[int, str]:
    return {ord(sound): kept for kept, group in groups.items() for sound in group}


@lru_cache(maxsize=1 << 14)
def sounds(text: str) -> str:
    """Return the sounds of canonical text, spaces dropped; digits stay.

    Examples
    --------
    >>> sounds("hicks bridge"), sounds("fissure"), sounds("fisher")
    ('hiksbriJ', 'fiSeR', 'fiSeR')
    """
    read = load_speech().read
    return _DOUBLE.sub(r"\1", "".join(word if word[0].isdigit() else read(word) for word in text.split()))


def sound_key(text: str) -> str:
    """Return the key of a name's sound: its consonants, and whether a vowel begins it; digits stay.

    Examples
    --------
    >>> sound_key("hix bridge road") == sound_key("hicks bridge road")
    True
    >>> sound_key("drift road") == sound_key("daniel street"), sound_key("dean") == sound_key("teen")
    (False, False)
    """
    return _key(sounds(text), load_speech().same)


def class_key(heard: str) -> str:
    """Return the key of sounds that names are looked up by: consonants that are easily confused count as one.

    Examples
    --------
    >>> class_key(sounds("drift")), class_key(sounds("acre"))
    ('TRFT', 'AK')
    """
    return _key(heard, load_speech().classes)


def _key(heard: str, kept: dict[int, str]) -> str:
    head = "A" if heard[:1] and heard[0] in load_speech().vowels else ""
    return _DOUBLE.sub(r"\1", head + "".join(s if s.isdigit() else kept.get(ord(s), "") for s in heard))
