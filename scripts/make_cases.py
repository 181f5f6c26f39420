"""Make cases for `geo-dispatch evaluate` from a built town: addresses, places and crossings, clean and garbled.

The truth is the town file itself, so the cases measure the search, not the map. What is left out is counted and printed.

- Names or crossings that are not unique are told apart by their town when that does it, else left out and counted.
- typo: one random edit (substitution, deletion, insertion, transposition of neighbours) of a letter, never of a digit, never the first
  letter of a word, in a word of at least four letters; an edit that gives another name on file is drawn again.
- two_typos: crossings only, one such edit in each name.
- abbreviated: every street type, direction and route word replaced by another of its forms, at random.

    python scripts/make_cases.py TOWN.gpkg --out cases.jsonl --seed 1 --addresses 1000 --places 500 --intersections 500
"""

from __future__ import annotations

import argparse
import json
import math
import random
import string
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from geo_dispatch.locate.names import NameIndex
from geo_dispatch.locate.normalise import street_key
from geo_dispatch.locate.tables import load_words
from geo_dispatch.town.store import open_town
from geo_dispatch.town.town import Town

_TWIN_M = 150.0


@dataclass(frozen=True)
class Truth:
    """A thing to be found: its names, what stands before and behind them, and where it is."""

    kind: str
    before: str
    names: tuple[str, ...]
    behind: str
    lon: float
    lat: float
    tolerance_m: float

    def text(self, names: tuple[str, ...]) -> str:
        """Say it with these names."""
        return f"{self.before}{' & '.join(names)}{self.behind}"


def main() -> int:
    """Write the cases."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("town", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--addresses", type=int, default=1000)
    parser.add_argument("--places", type=int, default=500)
    parser.add_argument("--intersections", type=int, default=500)
    given = parser.parse_args()
    town = open_town(given.town)
    rng = random.Random(given.seed)
    index = NameIndex(town)
    left_out: dict[str, int] = defaultdict(int)
    lines = []
    makers: tuple[tuple[Callable[[Town, dict[str, int]], Iterator[Truth]], int], ...] = (
        (_addresses, given.addresses),
        (_places, given.places),
        (_crossings, given.intersections),
    )
    for make, count in makers:
        truths = list(make(town, left_out))
        rng.shuffle(truths)
        for truth in truths[:count]:
            lines += [json.dumps(case, ensure_ascii=False) for case in _variants(truth, rng, index)]
    given.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(lines)} cases in {given.out}", file=sys.stderr)
    for reason, number in sorted(left_out.items()):
        print(f"left out, {reason}: {number}", file=sys.stderr)
    return 0


def _spread_m(points: list[tuple[float, float]]) -> float:
    x0, y0 = points[0]
    return max(math.hypot(x - x0, y - y0) for x, y in points)


def _addresses(town: Town, left_out: dict[str, int]) -> Iterator[Truth]:
    table = town.table("addresses")
    streets = table.text("street")
    keys = {code: street_key(word) for code, word in enumerate(streets.vocabulary())}
    found: dict[tuple[int, str, str], list[int]] = defaultdict(list)
    towns: dict[tuple[int, str], set[str]] = defaultdict(set)
    for row in range(len(table)):
        number, code = int(table.numbers("number")[row]), int(streets.codes[row])
        if number <= 0 or code < 0 or not math.isfinite(table.lon[row]):
            left_out["address without number or street"] += 1
            continue
        key = f"{keys[code]}|{(table.text('number_suffix')[row] or '').casefold()}"
        place = table.text("municipality")[row] or ""
        found[number, key, place].append(row)
        towns[number, key].add(place)
    for (number, key, place), rows in found.items():
        if _spread_m([(float(table.x[r]), float(table.y[r])) for r in rows]) > _TWIN_M:
            left_out["address with several points on file far apart"] += len(rows)
            continue
        row = rows[0]
        suffix = table.text("number_suffix")[row] or ""
        behind = f", {place}" if len(towns[number, key]) > 1 and place else ""
        if len(towns[number, key]) > 1 and not place:
            left_out["address in several towns, its own unknown"] += 1
            continue
        before = f"{number}{' ' if '/' in suffix else ''}{suffix} "
        yield Truth(
            "address", before, (str(streets[row]),), behind, float(table.lon[row]), float(table.lat[row]), 100.0
        )


def _places(town: Town, left_out: dict[str, int]) -> Iterator[Truth]:
    table = town.table("places")
    rows_of: dict[str, list[int]] = defaultdict(list)
    for row in range(len(table)):
        if not math.isfinite(table.lon[row]):
            continue
        names = {table.text("name")[row] or "", table.text("brand")[row] or ""}
        names |= {str(o.get("name", "")) for o in table.json("names", row) or [] if isinstance(o, dict)}
        for key in {street_key(name) for name in names if name}:
            rows_of[key].append(row)
    streets = {street_key(name) for name in town.table("streets").text("name").vocabulary()}
    seen: set[str] = set()
    for row in range(len(table)):
        name = table.text("name")[row]
        key = street_key(name or "")
        if not name or not key or key in seen or not math.isfinite(table.lon[row]):
            continue
        seen.add(key)
        twins = rows_of[key]
        if _spread_m([(float(table.x[r]), float(table.y[r])) for r in twins]) > 2 * _TWIN_M:
            left_out["place whose name others have, far apart"] += len(twins)
            continue
        if key in streets:
            left_out["place with the name of a street"] += 1
            continue
        area = float(table.numbers("area_m2")[row])
        tolerance = max(150.0, math.sqrt(area / math.pi) * 1.3) if math.isfinite(area) else 150.0
        yield Truth("place", "", (name,), "", float(table.lon[row]), float(table.lat[row]), tolerance + _TWIN_M)


def _crossings(town: Town, left_out: dict[str, int]) -> Iterator[Truth]:
    table, streets = town.table("intersections"), town.table("streets")
    pairs: dict[tuple[str, str], list[tuple[int, str, str]]] = defaultdict(list)
    for row in range(len(table)):
        names = [streets.text("name")[s] or "" for s in table.json("street_ids", row) or []]
        kinds = [streets.text("kind")[s] for s in table.json("street_ids", row) or []]
        roads = [n for n, kind in zip(names, kinds, strict=True) if kind == "road"]
        for at, one in enumerate(roads):
            for other in roads[at + 1 :]:
                keys = sorted((street_key(one), street_key(other)))
                if keys[0] != keys[1]:
                    pairs[keys[0], keys[1]].append((row, one, other))
    for found in pairs.values():
        by_town: dict[str, list[tuple[int, str, str]]] = defaultdict(list)
        for entry in found:
            by_town[table.text("municipality")[entry[0]] or ""].append(entry)
        for place, entries in by_town.items():
            points = [(float(table.x[row]), float(table.y[row])) for row, _, _ in entries]
            if _spread_m(points) > _TWIN_M:
                left_out["crossing met at several places of one town"] += 1
                continue
            if len(by_town) > 1 and not place:
                left_out["crossing in several towns, its own unknown"] += 1
                continue
            row, one, other = entries[0]
            behind = f", {place}" if len(by_town) > 1 else ""
            yield Truth("intersection", "", (one, other), behind, float(table.lon[row]), float(table.lat[row]), 150.0)


def _variants(truth: Truth, rng: random.Random, index: NameIndex) -> Iterator[dict[str, object]]:
    def case(names: tuple[str, ...], variant: str) -> dict[str, object]:
        return {
            "text": truth.text(names),
            "lon": truth.lon,
            "lat": truth.lat,
            "tolerance_m": round(truth.tolerance_m, 1),
            "class": f"{truth.kind}/{variant}",
        }

    yield case(truth.names, "clean")
    which = rng.randrange(len(truth.names))
    one = tuple(_typo(name, rng, index) if at == which else name for at, name in enumerate(truth.names))
    if one != truth.names:
        yield case(one, "typo")
    if len(truth.names) == 2:
        both = tuple(_typo(name, rng, index) for name in truth.names)
        if all(a != b for a, b in zip(both, truth.names, strict=True)):
            yield case(both, "two_typos")
    swapped = tuple(_abbreviate(name, rng) for name in truth.names)
    if swapped != truth.names:
        yield case(swapped, "abbreviated")


def _typo(name: str, rng: random.Random, index: NameIndex) -> str:
    """Edit one letter; the name itself when it has no word long enough, or only edits that give other names."""
    places = [
        at
        for at in range(1, len(name))
        if name[at].isalpha() and name[at - 1].isalpha() and _word_length(name, at) >= 4
    ]
    for _ in range(20 if places else 0):
        at = rng.choice(places)
        letter = rng.choice(string.ascii_lowercase)
        following = at + 1 < len(name) and name[at + 1].isalpha()
        kind = rng.choice(["substitute", "delete", "insert", "transpose" if following else "delete"])
        edited = {
            "substitute": name[:at] + letter + name[at + 1 :],
            "delete": name[:at] + name[at + 1 :],
            "insert": name[:at] + letter + name[at:],
            "transpose": name[:at] + name[at + 1 : at + 2] + name[at] + name[at + 2 :],
        }[kind]
        if edited != name and index.find(street_key(edited)) is None:
            return edited
    return name


def _word_length(name: str, at: int) -> int:
    start = end = at
    while start > 0 and name[start - 1].isalpha():
        start -= 1
    while end < len(name) and name[end].isalpha():
        end += 1
    return end - start


def _abbreviate(name: str, rng: random.Random) -> str:
    words = load_words()
    tokens = name.split()
    key = street_key(name).split()
    if len(key) == 2 and key[0] == "route" and len(tokens) <= 4:
        return rng.choice(["Route {}", "Rt {}", "Rte {}", "Rte. {}", "Hwy {}", "Highway {}"]).format(key[1].upper())
    swapped = []
    for at, token in enumerate(tokens):
        plain = token.casefold().strip(".")
        table = (
            words.street_types
            if at == len(tokens) - 1 and at
            else words.directions
            if at in (0, len(tokens) - 1)
            else {}
        )
        forms = [form for form, full in table.items() if full == table.get(plain) and form != plain]
        swapped.append(rng.choice(forms).title() if forms and len(tokens) > 1 else token)
    return " ".join(swapped)


if __name__ == "__main__":
    raise SystemExit(main())
