"""Fit the figures that tell a garbled name from a stranger (``chance`` in `geo_dispatch/locate/tables/model.yaml`).

Names of built towns are garbled: one or two random edits of a letter, or written down as they sound with one sound taken for
another. They and names of elsewhere, that the towns lack, are asked for; of each the best match is kept. A logistic regression
with a small ridge then tells the two apart by `geo_dispatch.locate.chance.FEATURES`. The strangers count for three quarters, on the careful side: a
wrong place believed is worse than one asked about.

    python scripts/fit_chance.py TOWN.gpkg [TOWN.gpkg ...] --strangers NAMES.txt [--seed 1] [--each 3000]
"""

from __future__ import annotations

import argparse
import random
import string
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from geo_dispatch.locate.chance import FEATURES, Evidence
from geo_dispatch.locate.match import Matcher
from geo_dispatch.locate.names import NameIndex
from geo_dispatch.locate.normalise import street_key
from geo_dispatch.locate.phonetic import load_speech, sounds
from geo_dispatch.locate.tables import load_words
from geo_dispatch.town.store import open_town

_SPELT = {
    "i": "ee",
    "I": "igh",
    "W": "ow",
    "o": "o",
    "u": "oo",
    "S": "sh",
    "C": "ch",
    "J": "j",
    "T": "th",
    "N": "ng",
    "R": "r",
    "k": "k",
    "h": "h",
}
_SHARES = {"one": 0.4, "two": 0.2, "sound": 0.4}
_RIDGE = 2e-5
_STRANGERS = 0.75


def main() -> int:
    """Print the figures, and how well they tell the two apart."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("town", type=Path, nargs="+")
    parser.add_argument("--strangers", type=Path, required=True, help="names of elsewhere, one a line")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--each", type=int, default=3000)
    given = parser.parse_args()
    rng = random.Random(given.seed)
    keys = {street_key(line) for line in given.strangers.read_text(encoding="utf-8").splitlines()}
    rows: list[tuple[float, ...]] = []
    meant: list[bool] = []
    for path in given.town:
        index = NameIndex(open_town(path))
        matcher = Matcher(index, least_known=0.0)
        names = [index.text(number) for number in range(len(index)) if _telling(index.text(number))]
        strange = sorted(key for key in keys if _telling(key) and index.find(key) is None)
        for text, name in _garbled(names, index, rng, given.each):
            found = next((m.evidence for m in matcher.list_matches(text) if m.text == name), None)
            if found is not None and found.strange:
                rows.append(found.features)
                meant.append(True)
        for text in rng.sample(strange, min(given.each, len(strange))):
            best = _best(matcher, text)
            if best is not None and best.strange:
                rows.append(best.features)
                meant.append(False)
    figures, truth = np.asarray(rows), np.asarray(meant)
    weights = _fit(figures, truth)
    print("chance: {" + ", ".join(f"{name}: {value:.2f}" for name, value in zip(FEATURES, weights, strict=True)) + "}")
    _report(figures @ weights, truth)
    return 0


def _telling(text: str) -> bool:
    words = load_words()
    return any(len(word) > 3 and word.isalpha() and word not in words.plain for word in text.split())


def _best(matcher: Matcher, text: str) -> Evidence | None:
    found = matcher.list_matches(text)
    return found[0].evidence if found else None


def _garbled(names: list[str], index: NameIndex, rng: random.Random, count: int) -> Iterator[tuple[str, str]]:
    ways = list(_SHARES)
    for _ in range(count):
        name = rng.choice(names)
        way = rng.choices(ways, list(_SHARES.values()))[0]
        text = _as_heard(name, rng) if way == "sound" else _edited(name, rng, 2 if way == "two" else 1)
        if text and text != name and index.find(text) is None:
            yield text, name


def _edited(text: str, rng: random.Random, count: int) -> str:
    for _ in range(count):
        places = [at for at in range(1, len(text)) if text[at].isalpha() and text[at - 1].isalpha()]
        if not places:
            return ""
        at, letter = rng.choice(places), rng.choice(string.ascii_lowercase)
        swapped = text[at + 1 : at + 2] + text[at] if text[at + 1 : at + 2].isalpha() else letter
        size = len(swapped) if rng.randrange(4) == 0 else 1
        new = {1: rng.choice((letter, "", letter + text[at])), 2: swapped}[size]
        text = text[:at] + new + text[at + size :]
    return text


def _as_heard(name: str, rng: random.Random) -> str:
    """Write one word of a name by its sounds, at times with one taken for another."""
    words = name.split()
    places = [
        at for at, word in enumerate(words) if len(word) > 3 and word.isalpha() and word not in load_words().common
    ]
    if not places:
        return ""
    at = rng.choice(places)
    heard = list(sounds(words[at]))
    if rng.random() < 0.7:
        groups = [(group, cost) for group, cost in load_speech().figures["confusable"] if cost <= 0.5]
        options = [(k, g, c) for k, sound in enumerate(heard) for g, c in groups if sound in g]
        if options:
            k, group, _ = rng.choices(options, [1.0 / (0.1 + cost) for _, _, cost in options])[0]
            heard[k] = rng.choice([sound for sound in group if sound != heard[k]])
    words[at] = "".join(_SPELT.get(sound, sound) for sound in heard)
    return " ".join(words)


def _fit(figures: npt.NDArray[np.float64], truth: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """Fit a logistic regression by Newton's method, the two classes of fixed weights in all."""
    share = np.where(truth, (1 - _STRANGERS) / truth.sum(), _STRANGERS / (~truth).sum())
    weights = np.zeros(figures.shape[1])
    for _ in range(50):
        p = 1.0 / (1.0 + np.exp(-figures @ weights))
        slope = figures.T @ (share * (truth - p)) - _RIDGE * weights
        curve = (figures * (share * p * (1 - p))[:, None]).T @ figures + _RIDGE * np.eye(len(weights))
        step = np.linalg.solve(curve, slope)
        weights += step
        if np.abs(step).max() < 1e-8:
            break
    return weights


def _report(total: npt.NDArray[np.float64], truth: npt.NDArray[np.bool_]) -> None:
    p = 1.0 / (1.0 + np.exp(-total))
    print(f"# {truth.sum()} garbled, {(~truth).sum()} strangers with a match")
    for least in (0.05, 0.1, 0.2, 0.3, 0.5, 0.8):
        print(
            f"# at least {least}: garbled {np.mean(p[truth] >= least):.3f}, strangers {np.mean(p[~truth] >= least):.3f}"
        )


if __name__ == "__main__":
    raise SystemExit(main())
