"""How names sound: spelling read as speech, and a key that names of like sound share."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from geo_dispatch.locate.tables import read_table

__all__ = ["Speech", "key_of_sounds", "load_speech", "sound_key", "sounds"]

_DOUBLE = re.compile(r"([^\d\s])\1+")


@dataclass(frozen=True, slots=True)
class Speech:
    """How spelling is read, and which sounds are taken for each other (``speech.yaml``).

    Attributes
    ----------
    read
        Writes one word's sounds.
    classes
        The class of each sound that the key of a name keeps.
    figures
        Weights and costs, as in the table.
    """

    read: Callable[[str], str]
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

    classes = {ord(sound): kept for kept, group in raw.pop("classes").items() for sound in group}
    return Speech(read, classes, raw)


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
    """Return the key of a name's sound: its consonants by class, and whether a vowel begins it; digits stay.

    Examples
    --------
    >>> sound_key("hix bridge road") == sound_key("hicks bridge road")
    True
    >>> sound_key("drift road") == sound_key("daniel street")
    False
    """
    return key_of_sounds(sounds(text))


def key_of_sounds(heard: str) -> str:
    """Return the key of sounds.

    Examples
    --------
    >>> key_of_sounds(sounds("drift")), key_of_sounds(sounds("acre"))
    ('TRFT', 'AK')
    """
    speech = load_speech()
    head = "A" if heard[:1] and heard[0] in speech.vowels else ""
    kept = "".join(sound if sound.isdigit() else speech.classes.get(ord(sound), "") for sound in heard)
    return _DOUBLE.sub(r"\1", head + kept)
