"""The index of every name in town: canonical names, what they name, and n-grams to find misspelt and misheard ones."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from geo_dispatch.locate.gather import ADDRESS, RANGE, Naming, list_namings
from geo_dispatch.locate.ngrams import GramIndex, gram_arrays, sound_grams, trigrams
from geo_dispatch.locate.normalise import canonical_name
from geo_dispatch.locate.phonetic import class_key, sounds
from geo_dispatch.town.columns import Arrays, TextColumn, text_arrays
from geo_dispatch.town.town import Town

__all__ = ["NameIndex", "names_arrays"]

VERSION = 7
_Ints = npt.NDArray[np.int64]


def _hashes(texts: Iterable[str]) -> npt.NDArray[np.uint64]:
    """Return a 64-bit hash of each text, the same in every process."""
    return np.frombuffer(
        b"".join(hashlib.blake2b(text.encode(), digest_size=8).digest() for text in texts), dtype=np.uint64
    )


def _slices(owner: npt.NDArray[np.integer], count: int) -> npt.NDArray[np.int64]:
    """Return where each owner's entries begin in an array sorted by owner, shape ``(count + 1,)``."""
    return np.searchsorted(owner, np.arange(count + 1)).astype(np.int64)


def names_arrays(town: Town) -> dict[str, npt.NDArray[np.generic]]:
    """Make the index of a town's names.

    Parameters
    ----------
    town
        The town.

    Returns
    -------
    dict
        Arrays to be kept beside the town file, read by `NameIndex`.
    """
    namings = list(list_namings(town))
    texts = sorted({naming.text for naming in namings})
    number_of = {text: row for row, text in enumerate(texts)}
    arrays: dict[str, npt.NDArray[np.generic]] = dict(text_arrays(texts))
    arrays |= _hash_arrays(texts)
    arrays |= _posting_arrays([n for n in namings if n.target not in (ADDRESS, RANGE)], number_of)
    arrays |= _number_arrays(town, [n for n in namings if n.target == ADDRESS], number_of, "address")
    arrays |= _number_arrays(town, [n for n in namings if n.target == RANGE], number_of, "range")
    arrays |= gram_arrays("trigram", [trigrams(text) for text in texts])
    arrays |= _sound_arrays(texts)
    arrays |= _crossing_arrays(town)
    return arrays


def _hash_arrays(texts: Sequence[str]) -> dict[str, npt.NDArray[np.generic]]:
    found = _hashes(texts)
    order = np.argsort(found)
    tokens = sorted({word for text in texts for word in text.split()})
    return {
        "hash": found[order],
        "hash_name": order.astype(np.int32),
        "word_hash": np.sort(_hashes(tokens)),
    }


def _sound_arrays(texts: Sequence[str]) -> dict[str, npt.NDArray[np.generic]]:
    """List the sounds of each name's base, and the n-grams of their keys."""
    heard = [sounds(canonical_name(text).base) for text in texts]
    arrays = {f"sound_{part}": values for part, values in text_arrays(heard).items()}
    return arrays | gram_arrays("soundgram", [sound_grams(class_key(sound)) for sound in heard])


def _posting_arrays(namings: Sequence[Naming], number_of: dict[str, int]) -> dict[str, npt.NDArray[np.generic]]:
    """List what each name names: target kind, its row and the kind of name."""
    name = np.asarray([number_of[n.text] for n in namings], dtype=np.int32)
    order = np.argsort(name, kind="stable")
    kinds = sorted({n.kind for n in namings})
    code = {kind: row for row, kind in enumerate(kinds)}
    encoded = text_arrays(kinds)
    return {
        "first_posting": _slices(name[order], len(number_of)),
        "posting_target": np.asarray([n.target for n in namings], dtype=np.int8)[order],
        "posting_row": np.asarray([n.row for n in namings], dtype=np.int32)[order],
        "posting_kind": np.asarray([code[n.kind] for n in namings], dtype=np.int16)[order],
        "kind_offsets": encoded["offsets"],
        "kind_data": encoded["data"],
    }


def _number_arrays(
    town: Town, namings: Sequence[Naming], number_of: dict[str, int], what: str
) -> dict[str, npt.NDArray[np.generic]]:
    """List the addresses or ranges of each street name, by rising number.

    A naming's row is a code of the street column's vocabulary (kind "street") or a row of the table (any other kind).
    """
    table = town.table("addresses" if what == "address" else "address_ranges")
    codes = table.text("street").codes
    column = town.arrays["addresses/number" if what == "address" else "address_ranges/number_start"]
    name_of_code = np.full(table.text("street").vocabulary_size + 1, -1, dtype=np.int32)
    other_name: list[int] = []
    other_row: list[int] = []
    for naming in namings:
        if naming.kind == "street":
            name_of_code[naming.row] = number_of[naming.text]
        else:
            other_name.append(number_of[naming.text])
            other_row.append(naming.row)
    name = np.concatenate([name_of_code[codes], np.asarray(other_name, dtype=np.int32)])
    row = np.concatenate([np.arange(len(codes)), np.asarray(other_row, dtype=np.int64)]).astype(np.int64)
    number = column[row] if len(row) else np.zeros(0, dtype=np.int64)
    order = np.lexsort((number, name))
    order = order[name[order] >= 0]
    return {
        f"first_{what}": _slices(name[order], len(number_of)),
        f"{what}_row": row[order].astype(np.int32),
        f"{what}_number": number[order].astype(np.int32),
    }


def _crossing_arrays(town: Town) -> dict[str, npt.NDArray[np.generic]]:
    """List the crossings of each street."""
    table = town.table("intersections")
    pairs = [(street, row) for row in range(len(table)) for street in table.json("street_ids", row) or []]
    street = np.asarray([s for s, _ in pairs], dtype=np.int32)
    row = np.asarray([r for _, r in pairs], dtype=np.int32)
    order = np.argsort(street, kind="stable")
    return {
        "first_crossing": _slices(street[order], len(town.table("streets"))),
        "crossing_row": row[order],
    }


class NameIndex:
    """Every name in town, found exactly, by sound or by shared trigrams.

    Parameters
    ----------
    town
        The town; its index is made at first use and kept beside the town file.
    """

    def __init__(self, town: Town) -> None:
        self.arrays: Arrays = town.derived("names", VERSION, lambda: names_arrays(town))
        self._names = TextColumn(self.arrays["codes"], self.arrays["offsets"], self.arrays["data"])
        self._sounds = TextColumn(*(self.arrays[f"sound_{part}"] for part in ("codes", "offsets", "data")))
        self._by_text = GramIndex(self.arrays, "trigram", len(self._names))
        self._by_sound = GramIndex(self.arrays, "soundgram", len(self._names))

    def __len__(self) -> int:
        return len(self._names)

    def text(self, name: int) -> str:
        """Return a canonical name."""
        return str(self._names[name])

    @cached_property
    def _kinds(self) -> list[str]:
        count = len(self.arrays["kind_offsets"]) - 1
        column = TextColumn(np.arange(count, dtype=np.int32), self.arrays["kind_offsets"], self.arrays["kind_data"])
        return column.vocabulary()

    def find(self, text: str) -> int | None:
        """Return the name with exactly this canonical text, else None."""
        wanted = _hashes([text])[0]
        at = int(np.searchsorted(self.arrays["hash"], wanted))
        if at < len(self) and self.arrays["hash"][at] == wanted:
            name = int(self.arrays["hash_name"][at])
            return name if self.text(name) == text else None
        return None

    def knows_word(self, word: str) -> bool:
        """Tell whether any name holds this word."""
        wanted = _hashes([word])[0]
        hashes = self.arrays["word_hash"]
        at = int(np.searchsorted(hashes, wanted))
        return at < len(hashes) and bool(hashes[at] == wanted)

    def sound(self, name: int) -> str:
        """Return the sounds of a name's base: without street type and direction."""
        return str(self._sounds[name])

    def list_sounding(self, heard: str, count: int) -> list[int]:
        """Return the names whose base shares most of the key of these sounds."""
        return self._by_sound.list_similar(sound_grams(class_key(heard)), count)

    def list_similar(self, text: str, count: int) -> list[int]:
        """Return the names that share most trigrams with a text, the rare ones counting more."""
        # Trigrams that nearly every name has ("str", "oad") say nothing.
        return self._by_text.list_similar(trigrams(text), count, telling=max(200, len(self) // 12))

    def postings(self, name: int) -> Iterator[tuple[int, int, str]]:
        """Yield what a name names: target kind, row, kind of name."""
        first = self.arrays["first_posting"]
        for at in range(int(first[name]), int(first[name + 1])):
            kind = self._kinds[int(self.arrays["posting_kind"][at])]
            yield int(self.arrays["posting_target"][at]), int(self.arrays["posting_row"][at]), kind

    def addresses(self, name: int) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
        """Return the address rows on a street of this name and their numbers, by rising number."""
        span = slice(int(self.arrays["first_address"][name]), int(self.arrays["first_address"][name + 1]))
        return self.arrays["address_row"][span], self.arrays["address_number"][span]

    def ranges(self, name: int) -> npt.NDArray[np.int32]:
        """Return the rows of address ranges on a street of this name."""
        span = slice(int(self.arrays["first_range"][name]), int(self.arrays["first_range"][name + 1]))
        return self.arrays["range_row"][span]

    def crossings(self, street: int) -> npt.NDArray[np.int32]:
        """Return the rows of intersections that a street is part of."""
        span = slice(int(self.arrays["first_crossing"][street]), int(self.arrays["first_crossing"][street + 1]))
        return self.arrays["crossing_row"][span]
