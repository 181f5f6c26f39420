"""The coverage report: tables, figures that each name the rows they are counted from, layers, and one printable page."""

from geo_dispatch.render.report.figures import Figure, figures_of, measure
from geo_dispatch.render.report.rows import report_tables
from geo_dispatch.render.report.write import write_coverage, write_report

__all__ = ["Figure", "figures_of", "measure", "report_tables", "write_coverage", "write_report"]
