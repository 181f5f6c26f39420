"""The vehicles of one town, made ready when first asked for, and kept."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from datetime import datetime
from functools import cached_property

from geo_dispatch.routing.calibration import ALL_HOURS, Calibration
from geo_dispatch.routing.conditions import Situation, holds, read_conditional
from geo_dispatch.routing.engines import Engine, Engines
from geo_dispatch.routing.limits import RoadLimits, read_limits
from geo_dispatch.routing.profiles import VehicleProfile, VehicleSize, get_profile
from geo_dispatch.routing.restrictions import Restrictions
from geo_dispatch.routing.snap import Snapper
from geo_dispatch.routing.turn_costs import TurnCosts
from geo_dispatch.routing.vehicles import Vehicle
from geo_dispatch.town.town import Town

__all__ = ["Fleet"]

_KEPT_VEHICLES = 48
_KEPT_ANSWERS = 64
"""Questions that are remembered: one recommendation asks for the same few vehicles dozens of times."""


class Fleet:
    """Makes vehicles ready for one town, and keeps them.

    Parameters
    ----------
    town
        The town.
    snapper
        Of the town.
    calibration
        Travel times set right by recorded trips; none when None.
    engine
        Which engine searches.

    Attributes
    ----------
    engines
        What makes the vehicles' hierarchies.
    """

    def __init__(
        self,
        town: Town,
        snapper: Snapper,
        *,
        calibration: Calibration | None = None,
        engine: Engine = "auto",
    ) -> None:
        self._town = town
        self._calibration = calibration
        self.engines = Engines(town, engine)
        self._snapper = snapper
        self._vehicles: OrderedDict[tuple[object, ...], Vehicle] = OrderedDict()
        self._asked: OrderedDict[tuple[object, ...], Vehicle] = OrderedDict()
        self._lock = threading.RLock()

    @cached_property
    def restrictions(self) -> Restrictions:
        """Return the town's turn restrictions."""
        return Restrictions(self._town)

    @cached_property
    def limits(self) -> RoadLimits:
        """Return the limits of the town's roads."""
        return read_limits(self._town, self._snapper)

    @cached_property
    def _costs(self) -> TurnCosts:
        return TurnCosts(self._town.network)

    @cached_property
    def _conditions(self) -> tuple[str, ...]:
        """Return every condition that the town's roads and turns name, each once."""
        texts = [rule.conditional for rule in self.restrictions.rules if rule.conditional]
        for word in self._town.network.segments.text("conditional").vocabulary():
            texts += [value for key, value in json.loads(word).items() if key.endswith(":conditional")]
        found = (part.condition for text in texts for part in read_conditional(text))
        return tuple(dict.fromkeys(found))

    def with_calibration(self, calibration: Calibration | None) -> Fleet:
        """Return the same with other travel times; what the town's roads tell is read once for both.

        Parameters
        ----------
        calibration
            Travel times set right by recorded trips; none when None.
        """
        other = Fleet(self._town, self._snapper, calibration=calibration, engine=self.engines.wanted)
        other.engines = self.engines
        shared = {"restrictions": self.restrictions, "limits": self.limits, "_costs": self._costs}
        other.__dict__.update(shared, _conditions=self._conditions)
        return other

    def profile(self, profile: str) -> VehicleProfile:
        """Return a vehicle profile as recorded trips have it.

        Raises
        ------
        ProfileError
            If there is no such profile.
        """
        found = get_profile(profile)
        return found if self._calibration is None else self._calibration.adjusted(found)

    def vehicle(self, profile: str, *, size: VehicleSize | None = None, at: datetime | None = None) -> Vehicle:
        """Return a vehicle made ready.

        Parameters
        ----------
        profile
            Id of a vehicle profile.
        size
            Sizes that go before the profile's, where known.
        at
            Local time; rules that hold at times hold never when None.

        Raises
        ------
        ProfileError
            If there is no such profile.
        """
        question = (profile, size, at)
        with self._lock:
            found = self._asked.get(question)
            if found is None:
                found = self._asked[question] = self._ready(profile, size, at)
                while len(self._asked) > _KEPT_ANSWERS:
                    self._asked.popitem(last=False)
            self.engines.ask(found)
            return found

    def _ready(self, profile: str, size: VehicleSize | None, at: datetime | None) -> Vehicle:
        """Return a vehicle for the rules that hold at a moment."""
        wanted = self.profile(profile)
        own = wanted.size if size is None else size.known_over(wanted.size)
        situation = Situation(at, wanted, own)
        held = tuple(holds(condition, situation) for condition in self._conditions)
        band = ALL_HOURS if self._calibration is None else self._calibration.band_at(at)
        key = (profile, own, at is None, held, band)
        found = self._vehicles.get(key)
        if found is None:
            rules = self.restrictions.binding(situation)
            calibrated = self._calibration
            factors = None if calibrated is None else calibrated.arc_factors(self._town.network, profile, band)
            found = self._vehicles[key] = Vehicle(
                self._town,
                situation,
                self.limits,
                rules,
                self._costs,
                time_factor=factors,
                engines=self.engines,
            )
            while len(self._vehicles) > _KEPT_VEHICLES:
                self._vehicles.popitem(last=False)
        return found
