"""A route as one printable page: an overview, the last stretch drawn large, and the steps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from geo_dispatch.data_tables import load_table
from geo_dispatch.directions import Step
from geo_dispatch.render.page import attribution_of, notice_of
from geo_dispatch.render.scene import Extent
from geo_dispatch.render.svg import Mark, draw_svg
from geo_dispatch.render.tables import page_file
from geo_dispatch.routing import Path
from geo_dispatch.town.town import Town
from geo_dispatch.units import format_distance, format_duration

__all__ = ["route_sheet_page"]

_OVERVIEW = (760, 520)
_INSET = (520, 570)
_LAST_M = 700.0
"""How much of the way the inset shows, metres."""


def route_sheet_page(
    town: Town,
    path: Path,
    steps: Sequence[Step],
    *,
    title: str,
    warnings: Sequence[str] = (),
    large: bool = False,
    radio: bool = False,
    language: str = "en",
) -> str:
    """Draw a route as one HTML page for printing; nothing is fetched when it is opened.

    Parameters
    ----------
    town
        The town.
    path
        The route.
    steps
        Its directions.
    title
        Title of the page.
    warnings
        What to beware of.
    large
        In large print.
    radio
        With the wording for the radio under each step.
    language
        Language of the page's own words: "en" or "pt".

    Returns
    -------
    str
        HTML with two maps as SVG.

    Raises
    ------
    KeyError
        If there are no words of that language.
    """
    from jinja2 import Environment

    words: dict[str, str] = load_table("geo_dispatch.render", "sheet_words")[language]
    low, high = path.travel_time_interval_s
    summary = words["summary"].format(
        length=format_distance(path.length_m),
        time=format_duration(path.travel_time_s),
        low=format_duration(low),
        high=format_duration(high),
        profile=path.profile,
    )
    marks = _marks(steps)
    line = np.asarray(path.coordinates)
    whole = Extent.around(line[:, 0].tolist(), line[:, 1].tolist(), margin=0.06, least_m=120)
    last = _last(line, _LAST_M)
    near = Extent.around(last[:, 0].tolist(), last[:, 1].tolist(), margin=0.12, least_m=90)
    template = Environment(autoescape=True).from_string(page_file("sheet.html"))
    return template.render(
        title=title,
        language=language,
        large=large,
        radio=radio,
        notice=notice_of(town),
        summary=summary,
        words=words,
        warnings=[line for line in dict.fromkeys([*path.warnings, *warnings]) if line != notice_of(town)],
        overview=draw_svg(town, whole, size=_OVERVIEW, route=line, marks=marks, title=words["overview"], identity="o"),
        inset=draw_svg(town, near, size=_INSET, route=line, marks=marks, title=words["inset"], identity="i"),
        steps=[
            {
                "number": number,
                "icon": _icon(step.manoeuvre),
                "text": step.instruction,
                "radio": step.radio,
                "far": format_distance(step.length_m) if step.length_m else "",
            }
            for number, step in enumerate(steps, start=1)
        ],
        attribution=attribution_of(town),
        css=page_file("sheet.css"),
    )


def _marks(steps: Sequence[Step]) -> list[Mark]:
    found = []
    for number, step in enumerate(steps, start=1):
        kind = "goal" if number == len(steps) else "start" if number == 1 else "turn"
        text = {"goal": "B", "start": "A"}.get(kind, str(number))
        found.append(Mark(text, step.lon, step.lat, kind))
    return found


def _last(line: npt.NDArray[np.float64], metres: float) -> npt.NDArray[np.float64]:
    """Return the end of a line, that many metres of it."""
    scale = np.array([111_320.0 * np.cos(np.radians(line[-1, 1])), 111_320.0])
    steps = np.hypot(*(np.diff(line, axis=0) * scale).T)
    left = np.concatenate([np.cumsum(steps[::-1])[::-1], [0.0]])
    keep = line[left <= metres]
    return keep if len(keep) > 1 else line[-2:]


_ARROWS: dict[str, str] = {
    "straight": "M16 29V6M9 13l7-8 7 8",
    "left": "M21 29V16a5 5 0 0 0-5-5H6M12 4L5 11l7 7",
    "right": "M11 29V16a5 5 0 0 1 5-5h10M20 4l7 7-7 7",
    "slight_left": "M20 29V19L8 7M8 16V6h10",
    "slight_right": "M12 29V19L24 7M24 16V6H14",
    "u_turn": "M23 29V13a7 7 0 0 0-14 0v10M3 18l6 7 6-7",
    "roundabout": "M16 30v-7M16 9a7 7 0 1 0 .1 0M22 12l5-6M27 12V5h-7",
    "merge": "M16 29V6M9 13l7-8 7 8M25 29c0-6-9-7-9-13",
    "start": "M16 27a11 11 0 1 0-.1 0M12 11l9 5-9 5z",
    "goal": "M16 30S6 19 6 13a10 10 0 0 1 20 0c0 6-10 17-10 17zM16 16a3 3 0 1 0-.1 0",
}


def _icon(manoeuvre: str) -> str:
    """Return the drawing of a manoeuvre; its words say the same."""
    side = "left" if manoeuvre.endswith("left") else "right" if manoeuvre.endswith("right") else ""
    name = {"depart": "start", "arrive": "goal", "u_turn": "u_turn", "merge": "merge"}.get(manoeuvre)
    if name is None and manoeuvre.startswith("roundabout"):
        name = "roundabout"
    if name is None and side:
        name = f"slight_{side}" if manoeuvre.startswith(("slight", "keep", "ramp")) else side
    shape = _ARROWS[name or "straight"]
    return f'<svg viewBox="0 0 32 34"><path d="{shape}" fill="none" stroke="#111" stroke-width="3.2" stroke-linecap="round" stroke-linejoin="round"/></svg>'
