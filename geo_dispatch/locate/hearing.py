"""How easily one name is heard as another: an edit distance over sounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import OSA

from geo_dispatch.locate.phonetic import load_speech

__all__ = ["heard_alike"]

_Floats = npt.NDArray[np.float64]
_CODES = 128


@dataclass(frozen=True, slots=True)
class _Costs:
    """What it costs to take one sound for another, to drop one, to drop the last; and what each adds to the length."""

    taken: _Floats
    dropped: _Floats
    dropped_last: _Floats
    weight: _Floats


@lru_cache(maxsize=1)
def _costs() -> _Costs:
    speech = load_speech()
    figures = speech.figures
    vowels = [ord(sound) for sound in speech.vowels]
    otherwise = figures["otherwise"]
    taken = np.full((_CODES, _CODES), otherwise["consonant"])
    taken[vowels, :] = taken[:, vowels] = otherwise["vowel_for_consonant"]
    taken[np.ix_(vowels, vowels)] = otherwise["vowel"]
    for group, cost in figures["confusable"]:
        codes = [ord(sound) for sound in group]
        taken[np.ix_(codes, codes)] = cost
    digits = [ord(sound) for sound in "0123456789"]
    taken[digits, :] = taken[:, digits] = 2 * _CODES  # a digit is never misheard for anything
    np.fill_diagonal(taken, 0.0)
    dropped = np.full(_CODES, figures["dropped"]["otherwise"])
    _set(dropped, {group: cost for group, cost in figures["dropped"].items() if group != "otherwise"})
    dropped[digits] = 2 * _CODES
    last = dropped.copy()
    _set(last, figures["dropped_last"])
    weight = np.full(_CODES, figures["weight"]["consonant"])
    weight[vowels] = figures["weight"]["vowel"]
    return _Costs(taken, dropped, last, weight)


def _set(costs: _Floats, table: dict[str, float]) -> None:
    for group, cost in table.items():
        costs[[ord(sound) for sound in group]] = cost


def _codes(heard: str) -> npt.NDArray[np.uint8]:
    return np.frombuffer(heard.encode("ascii", "replace"), dtype=np.uint8)


def heard_alike(said: str, names: Sequence[str]) -> _Floats:
    """Return how alike names sound to what was said.

    The distance of R. A. Wagner and M. J. Fischer, "The string-to-string correction problem", JACM 21 (1974),
    doi 10.1145/321796.321811, with a cost for each pair of sounds, for all names at once.

    Parameters
    ----------
    said
        Sounds of what was said, as `geo_dispatch.locate.phonetic.sounds` writes them.
    names
        Sounds of the names.

    Returns
    -------
    numpy.ndarray
        1 for the same sounds, 0 where hardly any is shared; shape ``(len(names),)``.

    Examples
    --------
    >>> from geo_dispatch.locate.phonetic import sounds
    >>> alike = heard_alike(sounds("hicks"), [sounds("hix"), sounds("higgs"), sounds("mill")])
    >>> bool(alike[0] == 1.0 > alike[1] > 0.8 > 0.5 > alike[2])
    True
    """
    least = load_speech().figures["least_shared"]
    near = [at for at, name in enumerate(names) if OSA.normalized_similarity(said, name, score_cutoff=least) > 0.0]
    alike = np.zeros(len(names))
    if said and near:
        alike[near] = _alike(_codes(said), [names[at] for at in near])
    return alike


def _alike(heard: npt.NDArray[np.uint8], names: Sequence[str]) -> _Floats:
    table = _costs()
    sizes = np.asarray([len(name) for name in names])
    widest = max(int(sizes.max()), 1)
    codes = np.frombuffer(
        "".join(name.ljust(widest, "\0") for name in names).encode("ascii", "replace"), dtype=np.uint8
    )
    codes = codes.reshape(len(names), widest)
    here = np.arange(widest)
    inside = here < sizes[:, None]
    extra = np.where(here == sizes[:, None] - 1, table.dropped_last[codes], table.dropped[codes]) * inside
    lead = np.zeros((len(names), widest + 1))
    np.cumsum(extra, axis=1, out=lead[:, 1:])
    missing = table.dropped[heard].copy()
    missing[-1] = table.dropped_last[heard[-1]]
    swaps = table.taken[heard[:, None, None], codes[None, :, :]]
    row = lead.copy()
    for at in range(len(heard)):
        following = row + missing[at]
        np.minimum(following[:, 1:], row[:, :-1] + swaps[at], out=following[:, 1:])
        # A run of sounds of the name that were not said: the least of all places where it may begin.
        row = np.minimum.accumulate(following - lead, axis=1) + lead
    cost = row[np.arange(len(names)), sizes]
    longest = np.maximum(float(table.weight[heard].sum()), (table.weight[codes] * inside).sum(axis=1))
    alike: _Floats = np.clip(1.0 - cost / np.maximum(longest, 0.5), 0.0, 1.0)
    return alike
