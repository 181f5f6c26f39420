"""Every kind of manoeuvre on a drawn junction, as it is said in every language and voice: golden texts in wordings.yaml.

To change the words knowingly: ``python -m tests.directions.test_wordings`` writes the file anew; then read what changed.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import yaml

from geo_dispatch.directions import ArrivalCue, Landmark, directions, list_languages
from geo_dispatch.directions.cues import NoCues
from geo_dispatch.directions.manoeuvres import Manoeuvre
from geo_dispatch.geometry import LonLat
from geo_dispatch.routing import Path as Way
from geo_dispatch.routing import Router
from tests.towns import Drawing, box, lonlat

GOLDEN = Path(__file__).with_name("wordings.yaml")
VOICES = ("public", "radio", "screen")
Case = tuple[Drawing, tuple[float, float], tuple[float, float]]


class Seen(NoCues):
    """Sees one of everything."""

    def at_decision(self, path: Way, manoeuvre: Manoeuvre) -> Landmark | None:
        return Landmark("supermarket", "Corner Market", "just past")

    def along(self, path: Way, first: int, end: int) -> Landmark | None:
        return Landmark("church")

    def at_arrival(self, path: Way, last: int) -> ArrivalCue:
        return ArrivalCue("14", Landmark("library", None, "opposite"), 100, "Side Street")

    def too_far(self, path: Way, last: int) -> Landmark | None:
        return Landmark("town_line", "Eastfold")


def cross(**roads: str | None) -> Drawing:
    """Draw a crossroads with 500 m arms: south to north, and west to east."""
    drawing = Drawing({"s": (0, -500), "o": (0, 0), "n": (0, 500), "w": (-500, 0), "e": (500, 0)})
    return drawing.road("s o n", roads.get("main", "Long Street")).road("w o e", roads.get("side", "Cross Street"))


def turned() -> Case:
    return cross(), (0, -450), (-450, 0)


def end_of_road() -> Case:
    drawing = Drawing({"s": (0, -500), "o": (0, 0), "w": (-500, 0), "e": (500, 0)})
    return drawing.road("s o", "Stem Road").road("w o e", "Cross Street"), (0, -450), (450, 0)


def counted() -> Case:
    drawing = Drawing({"s": (0, -400), "a": (0, -200), "o": (0, 0), "n": (0, 200), "aw": (-200, -200), "w": (-200, 0)})
    return (
        drawing.road("s a o n", "Long Street").road("a aw", "First Lane").road("o w"),
        (0, -350),
        (-150, 0),
    )


def crescent() -> Case:
    drawing = Drawing({"s": (0, -900), "a": (0, -300), "o": (0, 0), "n": (0, 200), "aw": (-200, -300), "w": (-200, 0)})
    return drawing.road("s a o n", "Long Street").road("a aw w o", "Crescent Drive"), (0, -850), (-60, 0)


def beside(x: float, y: float) -> Callable[[], Case]:
    def case() -> Case:
        drawing = cross()
        drawing.nodes["to"], drawing.ids["to"] = (x, y), 199
        return drawing.road("o to", "Boulder Trail"), (0, -450), (0.9 * x, 0.9 * y)

    return case


def stayed() -> Case:
    drawing = Drawing({"a": (0, 0), "b": (500, 0), "c": (500, 500), "d": (1000, 0)})
    return drawing.road("a b c", "Bent Road").road("b d", "Other Road"), (10, 0), (500, 400)


def straight_off() -> Case:
    drawing = Drawing({"s": (0, -500), "o": (0, 0), "n": (0, 500), "w": (-500, 0), "e": (500, 0)})
    return drawing.road("s o w", "Main Street").road("o n", "Hill Street").road("o e", "East Lane"), (0, -450), (0, 450)


def forked() -> Case:
    drawing = Drawing({"a": (0, 0), "f": (0, 500), "l": (-200, 1000), "r": (200, 1000)})
    return drawing.road("a f", "Stem Road").road("f l", "Left Road").road("f r", "Right Road"), (0, 10), (-180, 950)


def forked_nameless() -> Case:
    drawing = Drawing({"a": (0, 0), "f": (0, 500), "l": (-200, 1000), "r": (200, 1000)})
    return drawing.road("a f").road("f l").road("f r"), (0, 10), (180, 950)


def highway(**tags: str) -> Drawing:
    nodes = {"a": (0, 0), "x": (1000, 0), "b": (3000, 0), "y": (1400, -120), "m": (1800, -300), "n": (1800, -900)}
    drawing = Drawing({**nodes, "o": (1800, 300)})
    drawing.road("a x b", "Shore Highway", highway="motorway", direction="forward", ref="PW 83")
    drawing.road("x y m", None, highway="motorway_link", direction="forward", **tags)
    return drawing.road("n m o", "Brook Road")


def exit_with_sign() -> Case:
    drawing = highway(destination="Adder Brook;Central Village")
    drawing.node_tags["x"] = {"highway": "motorway_junction", "ref": "3"}
    return drawing, (100, 0), (1800, -800)


def ramp_with_nothing() -> Case:
    return highway(), (100, 0), (1800, -800)


def onto_highway() -> Case:
    drawing = Drawing({"a": (0, 0), "j": (1000, 0), "b": (5000, 0), "c": (500, -300), "d": (0, -300), "e": (900, -320)})
    drawing.road("a j b", "Shore Highway", highway="motorway", direction="forward")
    drawing.road("c j", None, highway="motorway_link", direction="forward").road("d c e", "Low Road")
    return drawing, (50, -300), (4900, 0)


def rotary() -> Drawing:
    names = zip("pqrstu", np.radians([270, 330, 30, 90, 150, 210]), strict=True)
    ring = {name: (60 * math.cos(angle), 60 * math.sin(angle)) for name, angle in names}
    drawing = Drawing({**ring, "south": (0, -500), "east": (500, 30), "north": (0, 500)})
    drawing.road("p q r s t u p", "Pike Rotary", highway="primary", junction="roundabout", direction="forward")
    return drawing.road("south p", "South Street").road("r east", "East Street").road("s north", "North Street")


def round_the_rotary() -> Case:
    return rotary(), (0, -450), (0, 450)


def into_the_rotary() -> Case:
    return rotary(), (0, -450), (60, 0)


def turned_back() -> Case:
    drawing = Drawing({"a": (0, 0), "b": (500, 0), "c": (1000, 0), "d": (1000, 20), "e": (500, 20), "f": (0, 20)})
    drawing.road("a b c", "Wide Road", direction="forward").road("d e f", "Wide Road", direction="forward")
    return drawing.road("b e", "Gap Street"), (100, -1), (100, 21)


def renamed() -> Case:
    drawing = Drawing({"a": (0, 0), "b": (500, 0), "c": (1000, 50)})
    return drawing.road("a b", "Old Road").road("b c", "New Road"), (10, 0), (900, 40)


def renumbered() -> Case:
    drawing = Drawing({"a": (0, 0), "b": (500, 0), "c": (1500, 0)})
    return (
        drawing.road("a b", "South Main Street", ref="PW 7").road("b c", "North Main Street", ref="PW 7"),
        (10, 0),
        (1400, 0),
    )


def bridge_and_town_line() -> Case:
    drawing = Drawing({"a": (0, 0), "b": (500, 0), "c": (700, 0), "d": (4500, 0)})
    drawing.road("a b", "Point Road").road("b c", "Point Road", bridge="yes", bridge_name="Hix Bridge")
    drawing.road("c d", "Point Road").add(
        "boundaries", box(1200, -900, 6000, 900), boundary_id="r9", name="Eastfold", kind="town", admin_level=8, state="Testonia"
    )  # fmt: skip
    return drawing, (10, 0), (4400, 0)


def nameless_bridge() -> Case:
    drawing = Drawing({"a": (0, 0), "b": (500, 0), "c": (700, 0), "d": (1500, 0)})
    return (
        drawing.road("a b", "Point Road").road("b c", "Point Road", bridge="yes").road("c d", "Point Road"),
        (10, 0),
        (1400, 0),
    )


def dead_end_at_once() -> Case:
    drawing = Drawing(
        {"s": (0, -500), "o": (0, 0), "n": (0, 900), "w": (-40, 0), "v": (-40, 300), "x": (-600, 0), "e": (600, 0)}
    )
    drawing.road("s o n", "Long Street").road("e o w x", "Cross Street").road("w v", "Short Boulevard")
    return drawing, (0, -450), (-40, 250)


CASES: dict[str, Callable[[], Case]] = {
    "turn": turned,
    "end of the road": end_of_road,
    "counted side road without a name": counted,
    "second end of a crescent": crescent,
    "slight right": beside(200, 460),
    "sharp left": beside(-400, -400),
    "stay on the street": stayed,
    "straight off the street": straight_off,
    "fork": forked,
    "fork without names": forked_nameless,
    "exit with number and sign": exit_with_sign,
    "ramp with neither": ramp_with_nothing,
    "ramp and merge": onto_highway,
    "rotary": round_the_rotary,
    "ends in a rotary": into_the_rotary,
    "U-turn": turned_back,
    "name change": renamed,
    "name change along a route": renumbered,
    "bridge and town line": bridge_and_town_line,
    "bridge without a name": nameless_bridge,
    "two turns at once, dead end": dead_end_at_once,
}


def told(name: str) -> dict[str, dict[str, list[str]]]:
    """Return what is said in every language and voice."""
    drawing, start, end = CASES[name.removesuffix(", seen")]()
    town = drawing.town(
        "Westfold", box(-5000, -5000, 1200, 5000) if "town line" in name else box(-9000, -9000, 9000, 9000)
    )
    path = Router(town).route(LonLat(*lonlat(*start)), LonLat(*lonlat(*end)))
    cues = Seen() if name.endswith("seen") else None
    return {
        language: {
            voice: [step.instruction for step in directions(town, path, text=voice, language=language, cues=cues)]  # type: ignore[arg-type]
            for voice in VOICES
        }
        for language in list_languages()
    }


NAMES = [*CASES, *(f"{name}, seen" for name in ("turn", "end of the road", "fork", "bridge and town line"))]


@cache
def golden() -> dict[str, dict[str, dict[str, list[str]]]]:
    loaded: dict[str, dict[str, dict[str, list[str]]]] = yaml.safe_load(GOLDEN.read_text(encoding="utf-8"))
    return loaded


@pytest.mark.parametrize("name", NAMES)
def test_as_written(name: str) -> None:
    assert told(name) == golden()[name]


def test_golden_file_holds_these_cases_and_every_language() -> None:
    assert list(golden()) == NAMES
    assert all(list(texts) == list_languages() for texts in golden().values())


if __name__ == "__main__":
    written = {name: told(name) for name in NAMES}
    text = yaml.safe_dump(written, allow_unicode=True, sort_keys=False, width=160)
    GOLDEN.write_text(f"# Golden texts of test_wordings.py: case, language, voice.\n{text}", encoding="utf-8")
