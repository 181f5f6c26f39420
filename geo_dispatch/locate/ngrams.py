"""Which texts share most of their pieces with another: an inverted index of n-grams, the rare ones counting more."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from geo_dispatch.town.columns import Arrays

__all__ = ["GramIndex", "gram_arrays", "sound_grams", "trigrams"]

_Codes = npt.NDArray[np.int32]


def _bytes(text: str) -> _Codes:
    return np.frombuffer(f" {text} ".encode("latin-1", "replace"), dtype=np.uint8).astype(np.int32)


def trigrams(text: str) -> _Codes:
    """Return the different trigrams of a text, as numbers; the ends count as spaces.

    Examples
    --------
    >>> len(trigrams("oak")), len(trigrams("aaaaaa"))
    (3, 3)
    """
    raw = _bytes(text)
    return np.unique(raw[:-2] << 16 | raw[1:-1] << 8 | raw[2:])


def sound_grams(key: str) -> _Codes:
    """Return the different pairs and trigrams of a key of sounds, as numbers.

    Examples
    --------
    >>> len(sound_grams("TRFT"))
    9
    """
    raw = _bytes(key)
    return np.unique(np.concatenate([raw[:-1] << 8 | raw[1:], raw[:-2] << 16 | raw[1:-1] << 8 | raw[2:]]))


def gram_arrays(prefix: str, found: Sequence[_Codes]) -> dict[str, npt.NDArray[np.generic]]:
    """Make the arrays of a `GramIndex`.

    Parameters
    ----------
    prefix
        Begins the arrays' names.
    found
        The different n-grams of each text.
    """
    count = len(found)
    text = np.repeat(np.arange(count, dtype=np.int32), [len(codes) for codes in found])
    code = np.concatenate(found) if count else np.zeros(0, dtype=np.int32)
    order = np.argsort(code, kind="stable")
    distinct, first = np.unique(code[order], return_index=True)
    spread = np.diff(np.append(first, len(code)))
    weight = np.log1p(count / spread)
    norm = np.zeros(count)
    np.add.at(norm, text[order], np.repeat(weight, spread))
    return {
        prefix: distinct.astype(np.int32),
        f"{prefix}_weight": weight.astype(np.float32),
        f"first_{prefix}": np.append(first, len(code)).astype(np.int64),
        f"{prefix}_name": text[order],
        f"{prefix}_norm": np.sqrt(norm).astype(np.float32) + np.float32(1e-6),
    }


class GramIndex:
    """Texts found by the n-grams they share.

    Parameters
    ----------
    arrays
        Holds what `gram_arrays` made.
    prefix
        The same as there.
    count
        How many texts there are.
    """

    def __init__(self, arrays: Arrays, prefix: str, count: int) -> None:
        self._known = arrays[prefix]
        self._weight = arrays[f"{prefix}_weight"]
        self._first = arrays[f"first_{prefix}"]
        self._names = arrays[f"{prefix}_name"]
        self._norm = arrays[f"{prefix}_norm"]
        self._count = count

    def list_similar(self, codes: _Codes, count: int, *, telling: int | None = None) -> list[int]:
        """Return the texts that share most with these n-grams, at most `count`.

        Parameters
        ----------
        codes
            The different n-grams of what is sought.
        count
            The most texts to return.
        telling
            N-grams that more texts than this have are left out while three rarer ones are left.
        """
        if not self._count or not len(self._known):
            return []
        at = np.minimum(np.searchsorted(self._known, codes), len(self._known) - 1)
        at = at[self._known[at] == codes]
        if not len(at):
            return []
        weights = self._weight[at]
        spread = self._first[at + 1] - self._first[at]
        if telling is not None and (useful := spread <= telling).sum() >= 3:
            at, weights, spread = at[useful], weights[useful], spread[useful]
        shared = np.bincount(
            np.concatenate([self._names[self._first[t] : self._first[t + 1]] for t in at]),
            weights=np.repeat(weights, spread),
            minlength=self._count,
        )
        score = shared / self._norm
        count = min(count, self._count)
        best = np.argpartition(-score, count - 1)[:count]
        best = best[np.lexsort((best, -score[best]))]
        return [int(name) for name in best if score[name] > 0]
