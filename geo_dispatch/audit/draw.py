"""Draw the callers of an audit: so many of each kind, the same for the same seed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import TypeVar

from geo_dispatch.audit.along import along_makers
from geo_dispatch.audit.areas import area_makers
from geo_dispatch.audit.beside import beside_makers
from geo_dispatch.audit.callers import Caller, Maker
from geo_dispatch.audit.ground import Ground
from geo_dispatch.audit.mixed import mixed_makers
from geo_dispatch.audit.named import Named, named_makers
from geo_dispatch.audit.spots import spot_makers
from geo_dispatch.errors import InputError
from geo_dispatch.geometry import LonLat
from geo_dispatch.locate.cases import Case
from geo_dispatch.locate.circle import Circle
from geo_dispatch.locate.no_names import count_no_names
from geo_dispatch.progress import NO_PROGRESS, Progress
from geo_dispatch.town.town import Town

__all__ = ["KINDS", "DrawnCases", "Skipped", "choose_kinds", "draw_cases", "every_so_many", "with_circles"]

KINDS: dict[str, str] = {
    "address/exact": "no address that is told apart by number, street and town",
    "address/typo": "no address that is told apart by number, street and town",
    "address/two_typos": "no address on a street with a long name",
    "address/misheard": "no address on a street whose name can be respelt",
    "address/abbreviated": "no address on a street whose name has a short form",
    "place/exact": "no place with a name of its own",
    "place/typo": "no place with a name of its own",
    "place/two_typos": "no place with a long name of its own",
    "place/misheard": "no place whose name can be respelt",
    "place/abbreviated": "no place whose name has a short form",
    "crossing/exact": "no crossing of two named roads that is met once",
    "crossing/typo": "no crossing of two named roads that is met once",
    "crossing/two_typos": "no crossing of two named roads that is met once",
    "crossing/misheard": "no crossing of two named roads that is met once",
    "crossing/abbreviated": "no crossing of roads whose names have short forms",
    "locality": "no address, place or crossing whose town is known",
    "nickname": "no nickname on file that leads to a place",
    "category": "no place that is the only one of its kind on its street or in its town",
    "near": "no home or road near a named place",
    "next_to": "no home beside a named place",
    "across": "no home over the road from a named place",
    "front": "no named place beside a road",
    "behind": "no named place beside a road with ground behind it",
    "direction": "no home or road near a named place",
    "block": "no named place where roads are as dense as blocks are",
    "on_near": "no home on a named road near a named place",
    "past": "no home on the road of a named place",
    "before": "no home on the road of a named place",
    "between_streets": "no named road that is met by named roads on both sides",
    "between_places": "no home between two named places",
    "distance_straight": "no home at a distance from a named place",
    "distance_along": "no home along the road of a named place",
    "distance_past": "no home along the road of a named place",
    "bound": "no numbered route with one-way carriageways and an exit or place beside it",
    "exit": "no numbered exits",
    "mile_marker": "no mile markers",
    "bridge": "no bridge on a named road",
    "under_bridge": "no road under a bridge of a named road",
    "water": "no water with a name",
    "beach": "no outline of a beach with a name",
    "area": "no outline of a park, cemetery or grounds with a name",
    "parking_lot": "no named place beside a road",
    "trail": "no path or pier with a name",
    "one_wrong/named": "no address or crossing far from a named place",
    "one_wrong/related": "no home on a named road, far from a named place",
    "garbled/near": "no home or road near a place whose name can be garbled",
    "garbled/across": "no home over the road from a place whose name can be garbled",
    "garbled/behind": "no place beside a road whose name can be garbled",
}
"""What callers say, by kind, and what a town lacks in which nobody can say it."""

_Any = TypeVar("_Any")
_TRIES = 60
_LEAST_TRIES = 3000
_BARREN = 1500


@dataclass(frozen=True, slots=True)
class Skipped:
    """A kind that no caller of a town could be made for, and why."""

    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class DrawnCases:
    """Callers as cases for `evaluate`, and the kinds that there are none of.

    Attributes
    ----------
    cases
        ``group`` is the kind.
    left_out
        What on file can't be named without doubt, by reason: how many.
    """

    cases: tuple[Case, ...]
    skipped: tuple[Skipped, ...]
    left_out: Mapping[str, int]


def choose_kinds(wanted: Sequence[str]) -> tuple[str, ...]:
    """Return the kinds that some words choose: kinds, or what stands before the slash; all of them for none.

    Parameters
    ----------
    wanted
        As ``["near", "address"]``.

    Raises
    ------
    InputError
        If there is no such kind.

    Examples
    --------
    >>> choose_kinds(["near", "crossing"])[:3]
    ('crossing/exact', 'crossing/typo', 'crossing/two_typos')
    """
    chosen: set[str] = set()
    for name in wanted:
        found = {kind for kind in KINDS if name in (kind, kind.split("/", maxsplit=1)[0])}
        if not found:
            known = ", ".join(dict.fromkeys(kind.split("/", maxsplit=1)[0] for kind in KINDS))
            raise InputError(f"there is no kind of caller {name!r}: choose from {known}")
        chosen |= found
    return tuple(kind for kind in KINDS if kind in chosen or not wanted)


def draw_cases(ground: Ground, *, each: int, kinds: Sequence[str] = (), progress: Progress = NO_PROGRESS) -> DrawnCases:
    """Draw callers: the true position from the town's own data first, then words that are true of it.

    Parameters
    ----------
    ground
        The town, and the seed: the same seed gives the same callers.
    each
        How many of each kind; fewer where the town has no more to say.
    kinds
        As for `choose_kinds`.
    progress
        Told of each kind done.

    Raises
    ------
    InputError
        If there is no such kind, or ``each`` is not positive.
    """
    if each < 1:
        raise InputError(f"{each} callers of each kind is not a number above 0")
    chosen = choose_kinds(kinds)
    named = Named(ground)
    makers: dict[str, Maker] = {
        **named_makers(ground, named),
        **beside_makers(ground),
        **along_makers(ground),
        **spot_makers(ground),
        **area_makers(ground),
        **mixed_makers(ground, named),
    }
    cases: list[Case] = []
    skipped: list[Skipped] = []
    for kind in chosen:
        callers = _draw(makers[kind], Random(f"{ground.seed}/{kind}"), each)
        cases += [_case(ground, kind, caller) for caller in callers]
        if not callers:
            skipped.append(Skipped(kind, KINDS[kind]))
        progress.advance()
    left_out = dict(named.left_out)
    if no_names := count_no_names(ground.town):
        left_out["street whose name says that it has none"] = no_names
    return DrawnCases(tuple(cases), tuple(skipped), dict(sorted(left_out.items())))


def _draw(make: Maker, rng: Random, each: int) -> list[Caller]:
    """Make callers who all say something else, or are somewhere else."""
    found: dict[tuple[str, int, int], Caller] = {}
    for tried in range(each * _TRIES + _LEAST_TRIES):
        if len(found) >= each or (tried >= _BARREN and not found):
            break
        caller = make(rng)
        if caller is not None:
            found.setdefault((caller.text, round(caller.x), round(caller.y)), caller)
    return list(found.values())


def _case(ground: Ground, kind: str, caller: Caller) -> Case:
    where = ground.lonlat(caller.x, caller.y)
    position = LonLat(round(where.lon, 7), round(where.lat, 7))
    return Case(caller.text, position, round(caller.tolerance_m, 1), group=kind)


def every_so_many(ground: Ground, cases: Sequence[_Any]) -> list[_Any]:
    """Return those cases, or what became of them, that are asked for once more with a circle.

    Parameters
    ----------
    ground, cases
        The town, and all of them in the order drawn.
    """
    return list(cases[:: ground.table["circle_every"]])


def with_circles(ground: Ground, cases: Sequence[Case]) -> list[Case]:
    """Return every so many cases once more, each with the circle of a telephone.

    Parameters
    ----------
    ground
        The town, and the seed.
    cases
        As drawn.
    """
    table, rng = ground.table, Random(f"{ground.seed}/circles")
    return [replace(case, circle=draw_circle(ground.town, case, rng, table)) for case in every_so_many(ground, cases)]


def draw_circle(town: Town, case: Case, rng: Random, table: Mapping[str, Sequence[float]]) -> Circle:
    """Draw where a telephone is thought to be: around the truth, as often off as its 90% radius says.

    Parameters
    ----------
    town, case
        The town, and the true position.
    rng, table
        The choice, and the radii.
    """
    radius = float(rng.choice(table["circle_radius_m"]))
    sigma = radius / math.sqrt(2 * math.log(10))
    x, y = town.projection.to_xy(*case.position)
    centre = town.projection.to_lonlat(x + rng.gauss(0, sigma), y + rng.gauss(0, sigma))
    return Circle(round(centre.lon, 7), round(centre.lat, 7), radius, 0.9)
