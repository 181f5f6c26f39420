"""Turn-by-turn steps of a path."""

from __future__ import annotations

from geo_dispatch.directions.context import with_context
from geo_dispatch.directions.cues import Cues, NoCues
from geo_dispatch.directions.described import Described, Step
from geo_dispatch.directions.drift import with_new_names
from geo_dispatch.directions.language import Voice, get_language
from geo_dispatch.directions.manoeuvres import find_manoeuvres
from geo_dispatch.directions.teller import Teller
from geo_dispatch.directions.turns import junctions_of
from geo_dispatch.routing import Path
from geo_dispatch.town.town import Town
from geo_dispatch.units import Units

__all__ = ["describe", "directions"]


def directions(
    town: Town,
    path: Path,
    *,
    text: Voice = "public",
    language: str = "en",
    units: Units = "us",
    destination: str | None = None,
    cues: Cues | None = None,
) -> tuple[Step, ...]:
    """Describe a path turn by turn.

    Parameters
    ----------
    town
        The town.
    path
        A path found in it.
    text
        Voice of ``Step.instruction``; ``Step.radio`` and ``Step.screen`` are always there.
    language
        Code of the language, as in ``"pt"``.
    units
        Of the distances: feet and miles as on the road signs, or metres and kilometres.
    destination
        What the destination is called, for the last step.
    cues
        Who knows what can be seen along the way; None for nobody.

    Returns
    -------
    tuple
        Steps whose lengths and times sum to the path's; the first departs, the last arrives.

    Raises
    ------
    InputError
        If there are no words of that language.
    """
    return describe(town, path, text=text, language=language, units=units, destination=destination, cues=cues).steps


def describe(
    town: Town,
    path: Path,
    *,
    text: Voice = "public",
    language: str = "en",
    units: Units = "us",
    destination: str | None = None,
    cues: Cues | None = None,
) -> Described:
    """Describe the way of a path, so that it need be described once for all who drive it.

    Parameters
    ----------
    town, path, text, language, units, destination, cues
        As of `directions`.

    Returns
    -------
    Described
        The steps, and what each is driven over.

    Raises
    ------
    InputError
        If there are no words of that language.
    """
    junctions = junctions_of(town)
    found, last = find_manoeuvres(junctions, path)
    manoeuvres = with_context(junctions, path.parts, with_new_names(junctions, path.parts, found))
    ends = [m.first for m in manoeuvres[1:]] + [len(path.parts)]
    teller = Teller(junctions, path, text, get_language(language), units, cues or NoCues())
    steps: list[Step] = []
    for number, (manoeuvre, end) in enumerate(zip(manoeuvres, ends, strict=True)):
        following = manoeuvres[number + 1] if number + 1 < len(manoeuvres) else None
        steps.append(teller.step(manoeuvre, end, following, said=steps[-1].street if steps else None))
    spans = [(manoeuvre.first, end) for manoeuvre, end in zip(manoeuvres, ends, strict=True)]
    if path.length_m == 0:
        steps, spans = [], []
    return Described((*steps, teller.arrival(destination, last)), (*spans, (0, 0)))
