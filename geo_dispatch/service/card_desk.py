"""Run cards as desks see them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from geo_dispatch.geometry import LonLat
from geo_dispatch.live.run_cards import RunCards
from geo_dispatch.live.statuses import load_workflow
from geo_dispatch.service.live_answers import CardAnswer, CardOut, CardsAnswer
from geo_dispatch.service.live_state import LiveState
from geo_dispatch.town.town import Town

__all__ = ["CardDesk"]


class CardDesk:
    """What desks ask of run cards.

    Parameters
    ----------
    state
        The live store, for its clock and warnings.
    town
        Tells which positions it covers.
    run_cards
        The town's.
    """

    def __init__(self, state: LiveState, town: Town, run_cards: RunCards) -> None:
        self._state = state
        self._town = town
        self._cards = run_cards

    def list_cards(self) -> CardsAnswer:
        """Return all cards, and the statuses of units.

        Returns
        -------
        CardsAnswer
            Cards in the order of the town file.
        """
        cards = tuple(
            CardOut(
                card_id=card.card_id,
                name=card.name,
                call_type=card.call_type,
                alarm=card.alarm,
                when=card.when,
                area=card.area,
                weather=tuple(sorted(card.weather)),
                extends=card.extends,
                requirements=self._cards.requirements_of(card.card_id),
            )
            for card in self._cards.cards
        )
        return CardsAnswer(cards, tuple(load_workflow().statuses.values()), self._state.warnings())

    def select(
        self, call_type: str, position: LonLat, *, alarm: int, weather: Sequence[str], at: datetime | None
    ) -> CardAnswer:
        """Choose the card for a call.

        Parameters
        ----------
        call_type, alarm, weather
            As the cards have them.
        position
            Where, degrees.
        at
            When; now when None.

        Returns
        -------
        CardAnswer
            With reasons for it, and against the others.

        Raises
        ------
        CoordinateError
            If the town doesn't cover the position.
        RunCardError
            If no card fits, or two do.
        """
        self._town.check_covers(position)
        moment = at or self._state.store.clock()
        found = self._cards.select(
            call_type, lon=position.lon, lat=position.lat, at=moment, alarm=alarm, weather=weather
        )
        return CardAnswer(found, self._state.warnings())
