"""Make the table of words that names of places are made of: English words, surnames, first names, towns.

A word that is in it is as likely said as meant; one that is not is rather another one, misspelt
(`geo_dispatch/locate/chance.py`).

- SCOWL's word lists, sizes 10 to 50 (``final/`` of its release, or Debian's package ``scowl``);
- the 1990 Census's ``dist.all.last`` (its first --surnames entries), ``dist.male.first`` and ``dist.female.first``;
- names of county subdivisions of the Census, any file that pyogrio reads with a column ``subdivision_name``.

Inflected forms whose stem is in the list are left out: the look-up finds them by rule.

    python scripts/make_known_words.py --scowl /usr/share/dict/scowl --census FOLDER --towns cousub.gpkg --out geo_dispatch/locate/tables/known_words.txt
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from geo_dispatch.locate.lexicon import stems
from geo_dispatch.locate.normalise import fold

_SIZES = (10, 20, 35, 40, 50)
_LISTS = (
    "english-words",
    "american-words",
    "english-upper",
    "american-upper",
    "english-proper-names",
    "american-proper-names",
)
_HEAD = """\
# Words that names of places are made of, one a line; inflected forms are found by rule.
# Made by scripts/make_known_words.py from:
# - SCOWL 2020.12.07, sizes 10 to 50, Copyright 2000-2019 Kevin Atkinson (DATA_NOTICE.md holds its permission notice);
# - US Census Bureau, frequently occurring surnames (the first {surnames}) and first names, 1990: public domain;
# - US Census Bureau, county subdivisions of Massachusetts, New Hampshire, New York and Vermont, 2020: public domain.
"""


def main() -> int:
    """Write the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--scowl", type=Path, required=True)
    parser.add_argument("--census", type=Path, required=True)
    parser.add_argument("--towns", type=Path, required=True)
    parser.add_argument("--surnames", type=int, default=20_000)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    found = {
        word
        for source in (_scowl(given.scowl), _census(given.census, given.surnames), _towns(given.towns))
        for word in source
    }
    kept = sorted(word for word in found if not any(stem in found for stem in stems(word)))
    given.out.write_text(_HEAD.format(surnames=given.surnames) + "\n".join(kept) + "\n", encoding="ascii")
    print(f"{len(kept)} words of {len(found)} in {given.out}")
    return 0


def _words(text: str) -> Iterator[str]:
    for word in fold(text).replace("-", " ").split():
        if word.isascii() and word.isalpha() and len(word) > 2:
            yield word


def _scowl(folder: Path) -> Iterator[str]:
    for size in _SIZES:
        for name in _LISTS:
            path = folder / f"{name}.{size}"
            for line in path.read_text(encoding="latin-1").splitlines() if path.exists() else ():
                if not line.endswith("'s"):
                    yield from _words(line)


def _census(folder: Path, surnames: int) -> Iterator[str]:
    for name, count in (("dist.all.last", surnames), ("dist.male.first", None), ("dist.female.first", None)):
        for line in (folder / name).read_text(encoding="ascii").splitlines()[:count]:
            yield from _words(line.split()[0])


def _towns(path: Path) -> Iterator[str]:
    import pyogrio

    for name in pyogrio.read_dataframe(path, columns=["subdivision_name"], read_geometry=False)["subdivision_name"]:
        yield from _words(str(name))


if __name__ == "__main__":
    raise SystemExit(main())
