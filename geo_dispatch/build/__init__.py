"""Building: from sources to one town file."""

from geo_dispatch.build.request import DEFAULT_MARGIN_M, BuildReport, BuildRequest
from geo_dispatch.build.run import build_town

__all__ = ["DEFAULT_MARGIN_M", "BuildReport", "BuildRequest", "build_town"]
