"""Reports as planners ask for them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from geo_dispatch.coverage import Scenario
from geo_dispatch.errors import OutputError
from geo_dispatch.progress import NO_PROGRESS, Progress
from geo_dispatch.render.report import write_report
from geo_dispatch.service.coverage_desk import CoverageDesk

__all__ = ["ReportDesk"]


class ReportDesk(CoverageDesk):
    """What planners ask of reports."""

    def report(
        self, scenario: Scenario, folder: Path, *, progress: Progress = NO_PROGRESS
    ) -> tuple[dict[str, Any], tuple[Path, ...]]:
        """Work out a scenario and write its report; raises as `run` too.

        Parameters
        ----------
        scenario
            What is asked for.
        folder
            Where to.
        progress
            Told of the stages.

        Returns
        -------
        dict and tuple of pathlib.Path
            The coverage document, and the files written.

        Raises
        ------
        OutputError
            If the folder can't be written.
        """
        if folder.exists() and not folder.is_dir():
            raise OutputError(f"--out {folder} is a file: give the name of a folder")
        coverage = self.run(scenario, progress=progress)
        files = write_report(coverage, folder, progress=progress)
        return coverage.document(files=[file.name for file in files]), files
