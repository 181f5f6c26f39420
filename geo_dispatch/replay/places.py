"""Where recorded calls were: their position, or their words located, each text once."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from geo_dispatch.data_tables import load_table
from geo_dispatch.errors import InputError
from geo_dispatch.locate import Locator
from geo_dispatch.recommend import CallPlace
from geo_dispatch.replay.trips import Reject, Trip

__all__ = ["TripPlaces", "Unplaced"]


@dataclass(frozen=True, slots=True)
class Unplaced:
    """Why words stand for no one place: a code for counting, and in words."""

    code: str
    reason: str

    def reject(self, trip: Trip) -> Reject:
        """Return the reject of a trip to such a place."""
        return Reject(trip.line, self.code, self.reason)


class TripPlaces:
    """Finds where recorded calls were.

    Parameters
    ----------
    locator
        Of the town.
    """

    def __init__(self, locator: Locator) -> None:
        self._locator = locator
        self._most = int(load_table("geo_dispatch.replay", "calls")["places_kept"])
        self._kept: OrderedDict[str, CallPlace | Unplaced] = OrderedDict()

    def find(self, trip: Trip) -> CallPlace | Unplaced:
        """Return the place of a trip; words that are unknown or fit several places stand for none.

        Parameters
        ----------
        trip
            With a position or words.
        """
        if trip.position is not None:
            lon, lat = trip.position
            return CallPlace(lon, lat, f"{lon:.5f},{lat:.5f}")
        words = trip.words or ""
        found = self._kept.get(words)
        if found is None:
            found = self._kept[words] = self._located(words)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(words)
        return found

    def _located(self, words: str) -> CallPlace | Unplaced:
        try:
            answer: Any = self._locator.locate([words])
        except InputError as error:
            return Unplaced("unknown place", str(error))
        if answer.status == "unknown":
            return Unplaced("unknown place", f"{words!r} matches nothing in town: correct it, or give lon and lat")
        if answer.status == "ambiguous":
            among = "; ".join(candidate.label for candidate in answer.candidates[:3])
            return Unplaced("ambiguous place", f"{words!r} may be {among}: say which in full, or give lon and lat")
        best = answer.candidates[0]
        return CallPlace(best.lon, best.lat, best.label, best.radius90_m, best.region50, best.region90)
