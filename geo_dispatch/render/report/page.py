"""The page of a report: what is reached, where not, by whom, what standards ask, how it was worked out, and what it can't say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from geo_dispatch.coverage import Coverage
from geo_dispatch.coverage.standards import Standards
from geo_dispatch.render.page import attribution_of, notice_of
from geo_dispatch.render.report.draw import BandStyle, band_map, band_styles, gap_map
from geo_dispatch.render.report.figures import Figure, Figures
from geo_dispatch.render.report.method import limits_text, method_text, source_rows
from geo_dispatch.render.tables import page_file
from geo_dispatch.routing import Closure
from geo_dispatch.units import format_distance, format_duration

__all__ = ["report_page"]

_GAPS = 20
_AREA_KINDS = {
    "municipality": "Municipalities", "village": "Villages", "zone": "Zones", "precinct": "Precincts", "esz": "Emergency service zones",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Column:
    title: str
    number: bool = True


@dataclass(frozen=True, slots=True)
class _Cell:
    """What is printed in a cell: text, the figure's number, and what is added in small print."""

    text: str
    id: str = ""
    small: str = ""


@dataclass(frozen=True, slots=True)
class _Section:
    id: str
    title: str
    columns: Sequence[_Column] = ()
    rows: Sequence[Sequence[Any]] = ()
    before: Sequence[str] = ()
    after: Sequence[str] = ()
    list: Sequence[str] = ()
    svg: str = ""
    caption: str = ""
    legend: Sequence[BandStyle] = field(default=())
    new_page: bool = False


def report_page(coverage: Coverage, standards: Standards, figures: Figures) -> str:
    """Make the page of a report: HTML that needs nothing else, laid out for paper.

    Parameters
    ----------
    coverage, standards
        What is reported.
    figures
        Of the same study.
    """
    from jinja2 import Environment

    town, scenario = coverage.town, coverage.scenario
    count = len(coverage.responders)
    template = Environment(autoescape=True, trim_blocks=True).from_string(page_file("report/page.html"))
    return template.render(
        title=f"Response coverage of {town.meta.name}",
        notice=notice_of(town),
        summary=_summary(coverage, figures),
        facts=[
            ("Scenario", scenario.name),
            ("Responders", f"{count} {scenario.kind} {scenario.by if count != 1 else scenario.by[:-1]}, vehicle {scenario.profile}"),
            ("Town file built", town.meta.built_at[:10] or "in memory"),
            ("Local time studied", scenario.at.isoformat(" ", "minutes") if scenario.at else "any: no rule of hours counts"),
            ("Closed", "; ".join(_closed(row) for row in scenario.closures) or "nothing"),
            ("Program", f"geo-dispatch {_version()}"),
        ],
        sections=list(_sections(coverage, standards, figures)),
        attribution=attribution_of(town),
        css=page_file("report/page.css"),
    )  # fmt: skip


def _version() -> str:
    from geo_dispatch import __version__

    return __version__


def _closed(closure: Closure | str) -> str:
    return closure if isinstance(closure, str) else closure.spec


def _summary(coverage: Coverage, figures: Figures) -> str:
    limits = coverage.thresholds_s
    chosen = max((row for row in range(len(limits)) if limits[row] <= 480), default=0)
    reached, share = figures[f"response-{chosen}"], figures[f"response-share-{chosen}"]
    p90 = figures["p90"].value
    ninety = "is not reached at all" if p90 is None else f"is reached within {_minutes(p90)}"
    return (
        f"Within {format_duration(limits[chosen])} of the alarm, turnout and travel together, the first responder is at "
        f"{_whole(reached)} of {_whole(figures['addresses'])} addresses ({_percent(share)}). Ninety percent of addresses {ninety}."
    )


def _sections(coverage: Coverage, standards: Standards, figures: Figures) -> Iterator[_Section]:
    yield _reached(coverage, figures)
    yield _stations(coverage, figures)
    yield _Section(
        "map", "Roads by response time", svg=band_map(coverage), legend=band_styles(coverage.thresholds_s), new_page=True,
        caption="Response time of the first responder: turnout and travel. Each road is cut exactly where a threshold falls. "
        "Stations are numbered as in their table.",
    )  # fmt: skip
    yield from _areas(coverage, figures)
    yield _gaps(coverage, figures)
    yield _standards(standards, figures)
    yield _Section("method", "How this was worked out", list=method_text(coverage, standards), new_page=True)
    yield _Section("limits", "What this can't say", list=limits_text(coverage))
    columns = [_Column(title, False) for title in ("Source", "From", "As of", "Licence")]
    yield _Section("data", "Data", columns=columns, rows=source_rows(coverage.town))
    warnings = [row for row in coverage.warnings if row != notice_of(coverage.town)]
    if warnings:
        yield _Section("warnings", "Warnings", list=warnings)


def _reached(coverage: Coverage, figures: Figures) -> _Section:
    columns = [
        _Column(title)
        for title in ("Within", "Addresses", "Share", "By travel alone", "Second responder", "Road", "Share", "People")
    ]
    rows = []
    for band, limit in enumerate(coverage.thresholds_s):
        rows.append(
            [
                format_duration(limit),
                _cell(figures[f"response-{band}"], _whole),
                _cell(figures[f"response-share-{band}"], _percent),
                _cell(figures[f"travel-share-{band}"], _percent),
                _cell(figures[f"second-share-{band}"], _percent),
                _cell(figures[f"road-{band}"], _miles),
                _cell(figures[f"road-share-{band}"], _percent),
                _cell(figures[f"people-{band}"], _percent),
            ]
        )
    p90, travel = figures["p90"], figures["travel-p90"]
    after = [
        f"All: {_whole(figures['addresses'])} addresses, {_miles(figures['road'])} of road. Ninety percent of addresses within: "
        f"{_time(p90)} ({p90.id}) by response time, {_time(travel)} ({travel.id}) by travel time.",
        f"People: {coverage.population.basis}.",
    ]
    return _Section("reached", "What is reached", columns=columns, rows=rows, after=after)


def _stations(coverage: Coverage, figures: Figures) -> _Section:
    last = format_duration(coverage.thresholds_s[-1])
    columns = [
        _Column("No."), _Column("Station", False), _Column("Turnout"), _Column("First due to"), _Column(f"Lost within {last} when it is out"),
    ]  # fmt: skip
    rows = [
        [
            str(number),
            row.name,
            f"{row.turnout_s:g} s",
            _cell(figures[f"first-{row.id}"], _whole),
            _cell(figures[f"lost-{row.id}"], _whole),
        ]
        for number, row in enumerate(coverage.responders, start=1)
    ]
    before = [
        "Addresses that each is first at, and those that nobody else reaches within the last threshold when it is busy."
    ]
    return _Section("stations", "Stations", columns=columns, rows=rows, before=before)


def _areas(coverage: Coverage, figures: Figures) -> Iterator[_Section]:
    for kind, labels in coverage.demand.areas.items():
        names = sorted({str(label) for label in labels if label is not None})
        columns = [
            _Column("Area", False), _Column("Addresses"), *(_Column(format_duration(limit)) for limit in coverage.thresholds_s),
            _Column("90% within"),
        ]  # fmt: skip
        rows = [
            [
                name,
                _cell(figures[f"area-{kind}-{name}"], _whole),
                *(_cell(figures[f"area-{band}-{kind}-{name}"], _percent) for band in range(len(coverage.thresholds_s))),
                _cell(figures[f"area-p90-{kind}-{name}"], _time),
            ]
            for name in names
        ]
        yield _Section(f"areas-{kind}", _AREA_KINDS.get(kind, kind.title()), columns=columns, rows=rows)


def _gaps(coverage: Coverage, figures: Figures) -> _Section:
    last = format_duration(coverage.thresholds_s[-1])
    if not coverage.gaps:
        return _Section("gaps", "Gaps", before=[f"No road of the town lies beyond {last}."])
    columns = [
        _Column("No."), _Column("Where", False), _Column("Addresses"), _Column("Road"), _Column("Nearest"), _Column("Farthest"),
    ]  # fmt: skip
    rows = []
    for number, gap in enumerate(coverage.gaps[:_GAPS], start=1):
        where = ", ".join(filter(None, (" / ".join(gap.streets[:3]) or "roads without a name", gap.municipality)))
        told = gap.document()
        ends = [_minutes(told[key]) if told[key] is not None else "no way" for key in ("nearest_s", "worst_s")]
        rows.append([str(number), where, _cell(figures[f"gap-{number}"], _whole), format_distance(gap.road_m), *ends])
    rest = len(coverage.gaps) - len(rows)
    return _Section(
        "gaps", f"Gaps: what lies beyond {last}", columns=columns, rows=rows, svg=gap_map(coverage), new_page=True,
        caption=f"Roads that the first responder reaches after more than {last}, or never. The largest are numbered.",
        after=[f"And {rest} smaller ones: gaps.csv."] if rest else [],
    )  # fmt: skip


def _standards(standards: Standards, figures: Figures) -> _Section:
    columns = [
        _Column("Standard", False), _Column("What it asks", False), _Column("Addresses"), _Column("Within"), _Column("Share"),
        _Column("Asked"), _Column("By the model"),
    ]  # fmt: skip
    rows = []
    for row in standards.statements:
        verdict = {True: "reached", False: "not reached", None: "not told"}[row.meets]
        if not row.counted:
            verdict = "no address"
        rows.append(
            [
                _Cell(row.standard, small=row.clause),
                _Cell(f"{row.what}: {row.asked}", small=row.note),
                _cell(figures[f"{row.id}-of"], _whole),
                _cell(figures[row.id], _whole),
                "" if row.share is None else _cell(figures[f"{row.id}-share"], _percent),
                "" if row.wanted is None else f"{row.wanted:.0%}",
                verdict,
            ]
        )
    told = [
        f"{part['title']}, {part['edition']} edition: for {part['who']}. Not judged here: {'; '.join(part['not_judged'])}."
        for part in standards.sources.values()
    ]
    before = [
        "Standards speak of incidents and crews; this counts addresses and travel. No line says that a department complies. "
        f"Demand zones by {standards.density.basis}."
    ]
    return _Section(
        "standards", "Beside the standards", columns=columns, rows=rows, before=before, list=told, new_page=True
    )


# --- how figures are printed ---------------------------------------------------------------------


def _cell(figure: Figure, show: Any) -> _Cell:
    return _Cell(show(figure), figure.id)


def _whole(figure: Figure) -> str:
    return "" if figure.value is None else f"{figure.value:,.0f}"


def _percent(figure: Figure) -> str:
    return "" if figure.value is None else f"{figure.value:.1%}"


def _miles(figure: Figure) -> str:
    return "" if figure.value is None else format_distance(figure.value)


def _time(figure: Figure) -> str:
    return "not reached" if figure.value is None else _minutes(figure.value)


def _minutes(value: float) -> str:
    """Return minutes and seconds, as 12:45 min."""
    return f"{round(value) // 60}:{round(value) % 60:02d} min"
