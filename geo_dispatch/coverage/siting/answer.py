"""The siting document: the plan, what it reaches, what it leaves out, and how it compares with the stations there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from geo_dispatch.coverage.due import nearest_rank
from geo_dispatch.coverage.siting.problem import SitingProblem
from geo_dispatch.coverage.tally import count_within, seconds, share_of
from geo_dispatch.geometry import IntArray

if TYPE_CHECKING:
    from geo_dispatch.coverage.siting.question import SitingAnswer

__all__ = ["siting_document"]

_LISTED = 100
_OBJECTIVES = {
    "lscp": ("stations", "fewest stations within the threshold of all demand"),
    "lscp-b": ("weight", "weight within the threshold of two stations, with the fewest stations"),
    "mclp": ("weight", "weight within the threshold"),
    "p-median": ("s", "mean response time over demand"),
    "p-center": ("s", "longest response time to any demand"),
}


def siting_document(answer: SitingAnswer) -> dict[str, Any]:
    """Make the document of a siting.

    Parameters
    ----------
    answer
        What a question came to.

    Returns
    -------
    dict
        Plain values; None for what nobody reaches.
    """
    question, plan, problem = answer.question, answer.plan, answer.problem
    town = answer.study.town
    now = np.flatnonzero([site.station is not None for site in answer.sites])
    warnings = [*answer.warnings, *_partial(answer)]
    if town.meta.notice:
        warnings.append(town.meta.notice)
    return {
        "model": question.model,
        "profile": answer.scenario.profile,
        "threshold_s": question.threshold_s,
        "clock": "response: turnout and travel",
        "weight": {"total": round(float(problem.weight.sum()), 3), "basis": _basis(answer)},
        "candidates": _candidates(answer),
        "stations": _stations(answer),
        "given_up": [answer.sites[int(row)].id for row in now if row not in plan.chosen],
        "objective": {
            "what": _OBJECTIVES[question.model][1],
            "unit": _OBJECTIVES[question.model][0],
            "value": round(plan.objective, 3),
            "bound": round(plan.bound, 3),
            "proved": plan.optimal,
        },
        "reached": _reached(problem, plan.chosen, question.threshold_s),
        "reached_now": _reached(problem, now, question.threshold_s) if len(now) else None,
        "partial": not plan.complete,
        "left_out": {"n": len(plan.left_out), "addresses": _left_out(answer)},
        "frontier": [
            {
                "stations": row.stations,
                "reached": round(row.reached, 3),
                "share": round(row.share, 6),
                "gained": round(row.gained, 3),
                "proved": row.plan.optimal,
                "chosen": [answer.sites[int(site)].id for site in row.plan.chosen],
            }
            for row in answer.rows
        ],
        "files": [],
        "warnings": warnings,
        "elapsed_s": answer.elapsed_s,
        "attribution": list(town.meta.attribution),
    }


def _basis(answer: SitingAnswer) -> str:
    if answer.question.weight == "addresses":
        return "addresses: each counts as one"
    return answer.study.population.basis


def _candidates(answer: SitingAnswer) -> dict[str, Any]:
    given = answer.candidates
    return {
        "kind": "stations" if given is None else given.kind,
        "n": len(answer.sites),
        "considered": len(answer.sites) if given is None else given.considered,
        "rule": None if given is None else given.rule,
        "kept": int(answer.problem.kept.sum()),
    }


def _stations(answer: SitingAnswer) -> list[dict[str, Any]]:
    _, first = answer.problem.nearest(answer.plan.chosen)
    rows = []
    for row in answer.plan.chosen.tolist():
        site = answer.sites[row]
        mine = first == row
        rows.append(
            {
                "id": site.id,
                "name": site.label,
                "lon": round(site.position.lon, 6),
                "lat": round(site.position.lat, 6),
                "station_id": site.station,
                "turnout_s": float(answer.turnout_s[row]),
                "first_due": int(mine.sum()),
                "weight": round(float(answer.problem.weight[mine].sum()), 3),
            }
        )
    return rows


def _reached(problem: SitingProblem, chosen: IntArray, threshold_s: float) -> dict[str, Any]:
    """Return what some sites reach: addresses and weight within the threshold, mean, 90th percentile and longest time."""
    response, _ = problem.nearest(chosen)
    inside, weight = problem.weight > 0, problem.weight
    there = inside & np.isfinite(response)
    total = float(weight.sum())
    reached = count_within(response, [threshold_s], weight)[0]
    return {
        "addresses": int(count_within(response, [threshold_s])[0]),
        "n": len(response),
        "weight": round(reached, 3),
        "share": share_of([reached], total)[0],
        "mean_s": seconds(float(np.average(response[there], weights=weight[there]))) if there.any() else None,
        "p90_s": seconds(nearest_rank(response[inside], 0.9, weight=weight[inside])) if inside.any() else None,
        "longest_s": seconds(float(response[there].max())) if there.any() else None,
        "no_way": int((inside & ~np.isfinite(response)).sum()),
    }


def _left_out(answer: SitingAnswer) -> list[dict[str, Any]]:
    """Return the demand that no candidate reaches as asked, the farthest first."""
    demand, table = answer.study.demand, answer.study.town.table("addresses")
    rows = answer.plan.left_out
    least = answer.problem.time_s[:, rows].min(axis=0) if len(rows) else np.zeros(0)
    ids, numbers, streets = (table.text(name) for name in ("address_id", "number_text", "street"))
    found = []
    for at in np.argsort(-least, kind="stable")[:_LISTED].tolist():
        row = int(demand.row[rows[at]])
        found.append(
            {
                "address_id": str(ids[row]),
                "label": " ".join(part for part in (numbers[row], streets[row]) if part),
                "lon": round(float(demand.lon[rows[at]]), 6),
                "lat": round(float(demand.lat[rows[at]]), 6),
                "least_s": seconds(float(least[at])),
            }
        )
    return found


def _partial(answer: SitingAnswer) -> list[str]:
    left, model = answer.plan.left_out, answer.question.model
    if not len(left):
        return []
    if model in ("p-median", "p-center"):
        return [f"partial: {len(left)} addresses have no way from any candidate and are left out"]
    return [
        f"partial: {len(left)} addresses are beyond {answer.question.threshold_s:g} s of every candidate, whatever is "
        "chosen: left_out lists them"
    ]
