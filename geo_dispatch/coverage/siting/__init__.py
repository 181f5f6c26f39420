"""Where stations would serve best: candidates, covering and distance models, and what more stations bring."""

from geo_dispatch.coverage.siting.candidates import KINDS as CANDIDATE_KINDS
from geo_dispatch.coverage.siting.center import solve_p_center
from geo_dispatch.coverage.siting.covering import FrontierRow, frontier, solve_lscp, solve_lscp_b, solve_mclp
from geo_dispatch.coverage.siting.median import NO_WAY_S, solve_p_median
from geo_dispatch.coverage.siting.problem import Plan, SitingProblem
from geo_dispatch.coverage.siting.question import MODELS, SitingAnswer, SitingQuestion, site_stations

__all__ = [
    "CANDIDATE_KINDS",
    "MODELS",
    "NO_WAY_S",
    "FrontierRow",
    "Plan",
    "SitingAnswer",
    "SitingProblem",
    "SitingQuestion",
    "frontier",
    "site_stations",
    "solve_lscp",
    "solve_lscp_b",
    "solve_mclp",
    "solve_p_center",
    "solve_p_median",
]
