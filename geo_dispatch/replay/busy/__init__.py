"""How busy units are: recorded, worked out and simulated."""

from geo_dispatch.replay.busy.summing import BusyReport, UnitBusy
from geo_dispatch.replay.busy.working import busy_of_calls, busy_of_rates

__all__ = ["BusyReport", "UnitBusy", "busy_of_calls", "busy_of_rates"]
