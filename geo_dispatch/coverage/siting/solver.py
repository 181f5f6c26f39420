"""The solver behind spopt's models: HiGHS through PuLP, of the extra ``planning``, loaded when first needed."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any

from geo_dispatch.errors import GeoDispatchError, MissingExtraError
from geo_dispatch.geometry import IntArray

__all__ = ["Planning", "Solved", "load_planning", "solve"]

_GAP = 1e-9
"""How near bound and objective must be, relative, to be called equal."""


@dataclass(frozen=True, slots=True)
class Planning:
    """The libraries of the extra: `models` is ``spopt.locate``."""

    models: Any
    pulp: Any
    highspy: Any

    def known(self, facilities: IntArray) -> Any:
        """Return a solver that knows the answer: which facilities to open."""
        pulp = self.pulp

        class Known(pulp.LpSolver):  # type: ignore[misc,name-defined]
            def actualSolve(self, lp: Any, callback: Any = None) -> Any:  # noqa: N802
                opened = set(facilities.tolist())
                for row, variable in enumerate(lp.objective):  # facilities in their order
                    variable.varValue = float(row in opened)
                lp.assignStatus(pulp.LpStatusOptimal, pulp.LpSolutionOptimal)
                return pulp.LpStatusOptimal

        return Known(msg=False)

    def solver(self, *, time_limit_s: float | None = None) -> Any:
        """Return HiGHS, to full proof, on one thread so that equal questions have equal answers.

        It starts from the values that variables have, when all have one, and makes whole numbers whole.
        """
        pulp, highspy = self.pulp, self.highspy

        class Highs(pulp.HiGHS):  # type: ignore[misc,name-defined]
            def callSolver(self, lp: Any) -> None:  # noqa: N802
                values = [variable.varValue for variable in lp.variables()]
                if values and None not in values:
                    start = highspy.HighsSolution()
                    start.col_value = values
                    lp.solverModel.setSolution(start)
                super().callSolver(lp)

            def actualSolve(self, lp: Any, callback: Any = None) -> Any:  # noqa: N802
                status = super().actualSolve(lp)
                for variable in lp.variables():
                    if variable.cat == pulp.LpInteger and variable.varValue is not None:
                        variable.varValue = float(round(variable.varValue))
                return status

        return Highs(msg=False, gapRel=0.0, gapAbs=1e-9, threads=1, timeLimit=time_limit_s, random_seed=0)


@dataclass(frozen=True, slots=True)
class Solved:
    """What a model found: rows of facilities, the best bound on its objective, and whether that is reached."""

    facilities: tuple[int, ...]
    objective: float
    bound: float
    optimal: bool


def load_planning() -> Planning:
    """Load spopt and PuLP.

    Raises
    ------
    MissingExtraError
        If the extra ``planning`` is not installed.
    """
    try:
        import highspy
        import pulp
        from spopt import locate
    except ImportError as missing:
        raise MissingExtraError(
            f"siting needs the extra `planning` ({missing.name or missing} is not installed): "
            "install it with pip install 'geo-dispatch[planning]'"
        ) from None
    with suppress(ImportError):  # PuLP below 3.3 warns of nothing
        from pulp.v4_migration import set_v4_migration_warnings

        set_v4_migration_warnings(False)  # they are about spopt's calls, which are not ours to change
    _greet()
    return Planning(locate, pulp, highspy)


@cache
def _greet() -> None:
    """Let HiGHS print its name, which it does once in a process and whatever it is told, to nowhere: stdout is for answers."""
    import highspy

    sys.stdout.flush()
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        highspy.Highs()
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


def solve(planning: Planning, model: Any, *, time_limit_s: float | None = None) -> Solved:
    """Solve a model of spopt.

    Parameters
    ----------
    planning
        The libraries.
    model
        Made by ``from_cost_matrix``.
    time_limit_s
        Seconds after which the best plan so far is taken; until proved when None.

    Raises
    ------
    GeoDispatchError
        If no plan is found in the time, or there is none.
    """
    problem = model.problem
    problem.solve(planning.solver(time_limit_s=time_limit_s))
    if problem.sol_status not in (planning.pulp.LpSolutionOptimal, planning.pulp.LpSolutionIntegerFeasible):
        state = planning.pulp.LpStatus[problem.status].lower()
        raise GeoDispatchError(
            f"the model {problem.name} found no plan ({state}): give it more time, or fewer candidates"
        )
    chosen = tuple(row for row, variable in enumerate(model.fac_vars) if (variable.value() or 0) > 0.5)
    objective = float(problem.objective.value())
    info = problem.solverModel.getInfo()
    sign = -1.0 if problem.sense == planning.pulp.LpMaximize else 1.0
    bound = sign * float(info.mip_dual_bound) + float(problem.objective.constant)
    near = abs(bound - objective) <= _GAP * max(1.0, abs(objective))
    optimal = problem.sol_status == planning.pulp.LpSolutionOptimal
    return Solved(chosen, objective, objective if optimal or near else bound, optimal or near)
