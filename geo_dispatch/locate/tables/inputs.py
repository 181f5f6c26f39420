"""The table of inputs that are not names, read once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from geo_dispatch.locate.tables import read_table

__all__ = ["Inputs", "load_inputs"]


@dataclass(frozen=True, slots=True)
class Inputs:
    """Words and figures of positions, three-word addresses and lone numbers (``inputs.yaml``)."""

    square_share90: float
    degree_m: float
    coarse_m: float
    telling_decimals: int
    grid_digits: dict[str, int]
    completed: float
    latitude_words: frozenset[str]
    longitude_words: frozenset[str]
    degree_words: frozenset[str]
    minute_words: frozenset[str]
    second_words: frozenset[str]
    decimal_words: frozenset[str]
    minus_words: frozenset[str]
    separators: frozenset[str]
    grid_words: tuple[str, ...]
    plus_words: tuple[str, ...]
    beside_words: frozenset[str]
    spoken_letters: dict[str, str]
    spoken_numbers: dict[str, int]
    spoken_least: int
    three_word_names: tuple[str, ...]
    three_word_hosts: tuple[str, ...]
    three_word_letters: int
    streets_named: int
    repeats: int
    longest_repeat: int
    named_numbers: frozenset[str]
    agree_m: float
    words_known: float
    words_weight: float
    circle_wide_m: float
    circle_off_road_m: float


@lru_cache(maxsize=1)
def load_inputs() -> Inputs:
    """Read the table of inputs.

    Examples
    --------
    >>> load_inputs().spoken_letters["tango"]
    't'
    """
    raw = read_table("inputs.yaml")
    for name in ("grid_words", "plus_words", "three_word_names", "three_word_hosts"):
        raw[name] = tuple(sorted(raw[name], key=lambda text: (-len(text), text)))
    for name in (
        *("latitude_words", "longitude_words", "degree_words", "minute_words", "second_words"),
        *("decimal_words", "minus_words", "separators", "beside_words", "named_numbers"),
    ):
        raw[name] = frozenset(raw[name])
    return Inputs(**raw)
