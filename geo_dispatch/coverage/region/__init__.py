"""The same coverage analysis over many towns: one after the other, or by Dask; the result is the same."""

from geo_dispatch.coverage.region.answer import region_document
from geo_dispatch.coverage.region.file import Region, RegionTown, read_region
from geo_dispatch.coverage.region.run import RegionResult, TownResult, run_region

__all__ = ["Region", "RegionResult", "RegionTown", "TownResult", "read_region", "region_document", "run_region"]
