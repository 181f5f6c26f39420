"""Siting as planners ask for it."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

from geo_dispatch.coverage import Scenario
from geo_dispatch.coverage.siting import SitingAnswer, SitingQuestion, site_stations
from geo_dispatch.progress import NO_PROGRESS, Progress
from geo_dispatch.render import siting_map
from geo_dispatch.service.coverage_desk import CoverageDesk

__all__ = ["SitingDesk"]


class SitingDesk(CoverageDesk):
    """What planners ask of siting."""

    def site(self, scenario: Scenario, question: SitingQuestion, *, progress: Progress = NO_PROGRESS) -> SitingAnswer:
        """Find where stations should stand; raises as `geo_dispatch.coverage.siting.site_stations`.

        Parameters
        ----------
        scenario
            Kind, vehicle and stations, the time and what is closed.
        question
            What is asked.
        progress
            Told of the stages.
        """
        at = None if scenario.at is None else self._service.local(scenario.at)
        return site_stations(self.study, replace(scenario, at=at), question, progress=progress)

    def draw_siting(self, answer: SitingAnswer) -> str:
        """Draw a plan as one HTML page that needs no network."""
        document = answer.document()
        places = {site.id: site for site in answer.sites}
        gone = [(places[id_].label, *places[id_].position) for id_ in document["given_up"]]
        return siting_map(self._service.town, document, gone)

    @staticmethod
    def siting_csv(answer: SitingAnswer) -> str:
        """Return the stations of a plan as CSV, which ``coverage --stations`` reads: id, lon, lat, name, turnout_s."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(("id", "lon", "lat", "name", "turnout_s", "is_new", "first_due"))
        for row in answer.document()["stations"]:
            new = "yes" if row["station_id"] is None else "no"
            writer.writerow(
                (row["id"], row["lon"], row["lat"], row["name"], f"{row['turnout_s']:g}", new, row["first_due"])
            )
        return text.getvalue()
