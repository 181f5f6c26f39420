"""People per square mile, and the demand zones that NFPA 1720 makes of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo_dispatch.coverage.road_miles import METRES_PER_MILE
from geo_dispatch.coverage.study import Coverage
from geo_dispatch.data_tables import load_table
from geo_dispatch.geometry import FloatArray

__all__ = ["Density", "density_of", "zone_of"]


@dataclass(frozen=True, slots=True)
class Density:
    """People per square mile around each address.

    Attributes
    ----------
    per_square_mile
        Of the square that each address lies in, shape ``(n_addresses,)``.
    people
        At each address.
    basis
        How it was worked out, in words.
    """

    per_square_mile: FloatArray
    people: FloatArray
    basis: str


def density_of(coverage: Coverage) -> Density:
    """Work out people per square mile by squares of one mile in the town's own projection.

    Water and woods in a square count as its ground. Where the study has no census areas, each address stands for the people of
    an average household.

    Parameters
    ----------
    coverage
        Has addresses and people.
    """
    figures = load_table("geo_dispatch.coverage", "standards")["density"]
    census = not coverage.population.basis.startswith("addresses")
    each = float(figures["persons_per_address"])
    people = np.asarray(coverage.population.weight) * (1.0 if census else each)
    side = float(figures["cell_miles"])
    x, y = coverage.town.projection.arrays_to_xy(coverage.demand.lon, coverage.demand.lat)
    cell = np.floor(np.column_stack([x, y]) / (side * METRES_PER_MILE)).astype(np.int64)
    _, which = np.unique(cell, axis=0, return_inverse=True)
    which = which.ravel()
    total = np.bincount(which, people) if len(which) else np.zeros(0)
    basis = f"people by squares of {side:g} mile, from " + (
        coverage.population.basis if census else f"addresses as proxy, {each:g} people each"
    )
    return Density(total[which] / side**2, people, basis)


def zone_of(per_square_mile: FloatArray) -> npt.NDArray[np.object_]:
    """Return the NFPA 1720 demand zone of each density: urban, suburban or rural.

    Parameters
    ----------
    per_square_mile
        Shape ``(n,)``.

    Examples
    --------
    >>> zone_of(np.array([1000.1, 1000.0, 500.0, 499.9])).tolist()
    ['urban', 'suburban', 'suburban', 'rural']
    """
    zones = load_table("geo_dispatch.coverage", "standards")["nfpa_1720"]["zones"]
    found: npt.NDArray[np.object_] = np.full(len(per_square_mile), zones[-1]["zone"], dtype=object)
    for zone in reversed(zones[:-1]):
        above = per_square_mile > zone["above"] if "above" in zone else per_square_mile >= zone["from"]
        found[above] = zone["zone"]
    return found
