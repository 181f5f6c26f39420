"""Callers who say two things of which one is wrong, or garble what they relate to, and texts that name nothing in town."""

from __future__ import annotations

import math
from dataclasses import replace
from random import Random

from rapidfuzz.distance import OSA

from geo_dispatch.audit.along import along_makers
from geo_dispatch.audit.beside import beside_makers
from geo_dispatch.audit.callers import Caller, Maker, fill
from geo_dispatch.audit.garble import GARBLES
from geo_dispatch.audit.ground import Ground
from geo_dispatch.audit.named import Named
from geo_dispatch.audit.tables import hearing
from geo_dispatch.locate.normalise import canonical_name, street_key

__all__ = ["draw_strangers", "mixed_makers"]

_GARBLED = ("near", "across", "behind")
_ALIKE = 0.7
_SHORTLIST = 12


def mixed_makers(ground: Ground, named: Named) -> dict[str, Maker]:
    """Return the makers of callers one of whose clauses is wrong, or who garble the name of a landmark.

    Parameters
    ----------
    ground
        The town.
    named
        What can be named there.
    """
    beside, along = beside_makers(ground), along_makers(ground)

    def wrong(rng: Random, x: float, y: float) -> str | None:
        marks = [m for m in ground.landmarks if not m.town]
        far = [m for m in marks if math.hypot(m.x - x, m.y - y) >= ground.table["wrong_clause_m"]]
        if not far:
            return None
        relation = rng.choice(["near", "across", "next_to"])
        return f"{fill(ground, rng, relation)} {rng.choices(far, [m.prominence for m in far])[0].name}"

    def named_and_wrong(rng: Random) -> Caller | None:
        kind = rng.choice(["address", "crossing"])
        truths = named.list_truths(kind)
        truth = rng.choice(truths) if truths else None
        clause = None if truth is None else wrong(rng, truth.x, truth.y)
        if truth is None or clause is None:
            return None
        text = f"{truth.before}{' and '.join(truth.names)}{truth.behind}, {clause}"
        return Caller(text, truth.x, truth.y, truth.tolerance_m, truth.names)

    def related_and_wrong(rng: Random) -> Caller | None:
        maker = rng.choice([beside["on_near"], along["between_streets"]])
        caller = maker(rng)
        clause = None if caller is None else wrong(rng, caller.x, caller.y)
        if caller is None or clause is None:
            return None
        return Caller(f"{caller.text}, {clause}", caller.x, caller.y, caller.tolerance_m, caller.names)

    garbled = {f"garbled/{relation}": _garbled(ground, beside[relation]) for relation in _GARBLED}
    return {"one_wrong/named": named_and_wrong, "one_wrong/related": related_and_wrong, **garbled}


def _garbled(ground: Ground, maker: Maker) -> Maker:
    """Return a maker whose callers mistype, or write as they heard it, the name of the landmark."""

    def garbled(rng: Random) -> Caller | None:
        caller = maker(rng)
        name = caller.names[-1] if caller is not None else ""
        said = GARBLES[rng.choice(["typo", "misheard"])](name, rng, ground.index) if name else None
        if caller is None or said is None or name.startswith("the "):  # a kind and its town is no name
            return None
        before, _, behind = caller.text.rpartition(name)
        return replace(caller, text=f"{before}{said}{behind}", names=(*caller.names[:-1], said))

    return garbled


def draw_strangers(ground: Ground, rng: Random, count: int) -> list[str]:
    """Make sentences that name nothing in town, all different.

    Their names are made of syllables, and drawn again when any name of the town is like them.

    Parameters
    ----------
    ground, rng
        The town, and the choice.
    count
        How many.
    """
    table = hearing()
    texts: dict[str, None] = {}
    for _ in range(count * 20):
        if len(texts) >= count:
            break
        sentence = rng.choice(table["nothing"])
        name, other = _strange_name(ground, rng), _strange_name(ground, rng)
        texts[sentence.format(name=name, other=other, number=rng.randint(1, 1900))] = None
    return list(texts)


def _strange_name(ground: Ground, rng: Random) -> str:
    table = hearing()
    while True:
        syllables = [str(rng.choice(table["syllables"])) for _ in range(rng.choice([1, 2]))]
        name = "".join([*syllables, str(rng.choice(table["endings"]))])
        key = street_key(name)
        near = [canonical_name(ground.index.text(row)) for row in ground.index.list_similar(key, _SHORTLIST)]
        words = {word for found in near for word in (*found.words, found.base)}
        if all(OSA.normalized_similarity(key, word) < _ALIKE for word in words):
            return name.title()
