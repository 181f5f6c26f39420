"""Who is reached in how many minutes: demand, first due, road stretches, scenarios, siting."""

from geo_dispatch.coverage.compare import Comparison, compare
from geo_dispatch.coverage.demand import Demand, address_demand
from geo_dispatch.coverage.due import Due, due_of
from geo_dispatch.coverage.every_edge import EdgeCost, EdgeStudy, every_edge
from geo_dispatch.coverage.population import Population, population
from geo_dispatch.coverage.responders import (
    Responder,
    read_stations_csv,
    stations_from_places,
    stations_of,
    units_of,
)
from geo_dispatch.coverage.scenario import DEFAULT_THRESHOLDS_S, Changes, Scenario
from geo_dispatch.coverage.scenario_file import ScenarioIn, parse_scenario, read_scenario
from geo_dispatch.coverage.stretches import Stretches
from geo_dispatch.coverage.study import Coverage, Study

__all__ = [
    "DEFAULT_THRESHOLDS_S",
    "Changes",
    "Comparison",
    "Coverage",
    "Demand",
    "Due",
    "EdgeCost",
    "EdgeStudy",
    "Population",
    "Responder",
    "Scenario",
    "ScenarioIn",
    "Stretches",
    "Study",
    "address_demand",
    "compare",
    "due_of",
    "every_edge",
    "parse_scenario",
    "population",
    "read_scenario",
    "read_stations_csv",
    "stations_from_places",
    "stations_of",
    "units_of",
]
