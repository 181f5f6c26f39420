"""What a report says of its method, its limits and its data."""

from __future__ import annotations

from geo_dispatch.coverage import Coverage
from geo_dispatch.coverage.standards import Standards
from geo_dispatch.town.town import Town

__all__ = ["limits_text", "method_text", "source_rows"]


def method_text(coverage: Coverage, standards: Standards) -> list[str]:
    """Return how a coverage was worked out, a sentence or two for each step.

    Parameters
    ----------
    coverage, standards
        What is reported.
    """
    turnouts = sorted({row.turnout_s for row in coverage.responders})
    told = ", ".join(f"{value:g}" for value in turnouts)
    found = [
        "Response time is turnout plus travel. Travel is the fastest way over the town's roads for the vehicle: speeds by class of road, "
        "turns and signals, one-way streets, turn restrictions, posted limits and private roads count.",
        f"Turnout: {told} s, from the town's units where it has them, else the objectives of NFPA 1710.",
        "Every address that lies in the town's own area is moved to the nearest road that the vehicle can use. Roads count when their middle "
        "lies in the town; the network reaches beyond it, so that ways through the next town count.",
        "Thresholds are inclusive. Roads are cut where a threshold falls; nothing is drawn around points.",
        "The 90th percentile is by nearest rank over all addresses, those that nobody reaches last.",
        "The second responder is the next to arrive of those given, by response time.",
        f"People: {coverage.population.basis}. Demand zones: {standards.density.basis}; remote is 8 road miles or more from a station.",
        "Road miles are by the shortest way, not the fastest, and count no turns.",
    ]
    if coverage.scenario.closures:
        found.append("What is closed is out of every way, for the whole study.")
    return found


def limits_text(coverage: Coverage) -> list[str]:
    """Return what a coverage can't say.

    Parameters
    ----------
    coverage
        What is reported.
    """
    free = all(row.chance >= 1 for row in coverage.responders)
    return [
        "Times are a model's, of free roads and vehicles that drive as their profile says; traffic, weather and snow are not in it unless "
        "the town's own trips have set the speeds.",
        "Every responder is taken to be in its station and free." if free else "Chances of being free are taken to be independent of each other.",
        "Handling of the call before the alarm, and the way from the vehicle to the person, come on top.",
        "Addresses stand for incidents. Where calls are, and how many, the town's own records tell.",
        "Roads and addresses are as good as their sources: what is missing there is missing here.",
        "Neighbours' stations count only when they are among those given.",
    ]  # fmt: skip


def source_rows(town: Town) -> list[list[str]]:
    """Return the sources of a town file: name, where from, date and licence.

    Parameters
    ----------
    town
        The town.
    """
    table = town.table("provenance")
    name, place, date, licence = (table.text(column) for column in ("name", "location", "timestamp", "licence"))
    return [
        [str(name[row] or ""), str(place[row] or ""), str(date[row] or "not stated")[:10], str(licence[row] or "not stated")]
        for row in range(len(table))
    ]  # fmt: skip
