"""Scores of `evaluate` and `audit` as tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geo_dispatch.cli.terminal import Terminal
    from geo_dispatch.locate import EvaluationReport
    from geo_dispatch.locate.evaluate import Score

__all__ = ["percent", "show_calibration", "show_scores"]

_COLUMNS = (
    *("class", "n", "top-1", "top-3", "median", "90%", "unknown", "sure and wrong"),
    *("in 50%", "in 90%", "area", "joint", "promised", "p50", "p95"),
)


def percent(share: float | None) -> str | None:
    """Say a share in per cent.

    >>> percent(0.5), percent(None)
    ('50.0%', None)
    """
    return None if share is None else f"{share:.1%}"


def _metres(length_m: float | None) -> str | None:
    return None if length_m is None else f"{length_m:.0f} m"


def show_scores(scores: Sequence[Score], terminal: Terminal) -> None:
    """Write a row for each score.

    Parameters
    ----------
    scores
        Of all cases, or of a class of them.
    terminal
        Where to.
    """
    terminal.table(
        _COLUMNS,
        [
            (
                score.group,
                score.n,
                percent(score.top1),
                percent(score.top3),
                _metres(score.median_error_m),
                _metres(score.p90_error_m),
                percent(score.unknown),
                score.confident_and_wrong,
                percent(score.region50_coverage),
                percent(score.region90_coverage),
                None if score.median_region90_km2 is None else f"{score.median_region90_km2:.3f} km2",
                percent(score.joint90_coverage),
                percent(score.joint90_promised),
                f"{score.p50_ms:.1f} ms",
                f"{score.p95_ms:.1f} ms",
            )
            for score in scores
        ],
    )


def show_calibration(report: EvaluationReport, terminal: Terminal) -> None:
    """Write how often answers of each probability were right.

    Parameters
    ----------
    report
        Of cases.
    terminal
        Where to.
    """
    terminal.heading("calibration: said against right")
    terminal.table(
        ["said", "cases", "mean said", "right"],
        [
            (f"{row.low:.0%} to {row.high:.0%}", row.n, percent(row.mean_probability), percent(row.hit_rate))
            for row in report.overall.calibration
            if row.n
        ],
    )
