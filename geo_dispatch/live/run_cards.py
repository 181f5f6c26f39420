"""Run cards: what goes to which call, chosen by call type, alarm, place, time and weather."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from geo_dispatch.errors import RunCardError
from geo_dispatch.hours import Hours
from geo_dispatch.yaml_lines import did_you_mean

if TYPE_CHECKING:
    from shapely import MultiPolygon

__all__ = ["PassedOver", "Requirement", "RunCard", "RunCards", "SelectedCard", "check_cards"]


@dataclass(frozen=True, slots=True)
class Requirement:
    """So many units of one capability."""

    capability: str
    count: int


@dataclass(frozen=True, slots=True)
class RunCard:
    """One card as the town wrote it down.

    ``when`` is an opening-hours text, ``area`` the name and ``shape`` the outline of where it holds (EPSG:4326), ``weather``
    the flags that must all be set, ``extends`` the card whose requirements these are added to. None = no condition.
    """

    card_id: str
    call_type: str
    name: str
    requirements: tuple[Requirement, ...]
    alarm: int = 1
    when: str | None = None
    area: str | None = None
    shape: MultiPolygon | None = None
    weather: frozenset[str] = frozenset()
    extends: str | None = None

    @property
    def conditions(self) -> tuple[object, ...]:
        """Return all that decides whether it holds: two cards that share it could never be told apart."""
        return self.call_type, self.alarm, self.when, self.area, self.weather


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A card of the call type that was not chosen, and why."""

    card_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class SelectedCard:
    """The card for a call: all it requires, why it was chosen, and why the others of its call type were not."""

    card_id: str
    name: str
    call_type: str
    alarm: int
    requirements: tuple[Requirement, ...]
    why: tuple[str, ...]
    passed_over: tuple[PassedOver, ...]


def check_cards(cards: Sequence[RunCard]) -> dict[str, tuple[Requirement, ...]]:
    """Check cards against each other, and add up what each requires.

    Parameters
    ----------
    cards
        All cards of a town.

    Returns
    -------
    dict
        Id to requirements, those of the cards it extends included, by capability in the order first named.

    Raises
    ------
    RunCardError
        If an id is used twice, a card extends one that there is none of or itself in the end, or two cards hold under the
        very same conditions. ``details["card_id"]`` names the card.

    Examples
    --------
    >>> first = RunCard("sf1", "fire", "Fire", (Requirement("engine", 2),))
    >>> second = RunCard("sf2", "fire", "Fire", (Requirement("engine", 1), Requirement("ladder", 1)), 2, extends="sf1")
    >>> check_cards([first, second])["sf2"]
    (Requirement(capability='engine', count=3), Requirement(capability='ladder', count=1))
    """
    by_id: dict[str, RunCard] = {}
    by_conditions: dict[tuple[object, ...], str] = {}
    for card in cards:
        if card.card_id in by_id:
            raise _refused(card.card_id, f"card_id {card.card_id!r} is used twice: ids must differ")
        by_id[card.card_id] = card
        twin = by_conditions.setdefault(card.conditions, card.card_id)
        if twin != card.card_id:
            raise _refused(
                card.card_id,
                f"run card {card.card_id!r} holds for the same call type, alarm, area, time and weather as {twin!r}: "
                "nobody could tell which is meant",
            )
    return {card.card_id: _sum_of(_chain(card, by_id)) for card in cards}


def _chain(card: RunCard, by_id: Mapping[str, RunCard]) -> list[RunCard]:
    """Return a card and all that it extends, the farthest first."""
    chain = [card]
    while chain[-1].extends is not None:
        wanted = chain[-1].extends
        found = by_id.get(wanted)
        if found is None:
            hint = did_you_mean(wanted, by_id) or ": name a card_id"
            raise _refused(
                chain[-1].card_id, f"run card {chain[-1].card_id!r} extends {wanted!r}, which is no card{hint}"
            )
        if found in chain:
            round_trip = " -> ".join([step.card_id for step in chain] + [found.card_id])
            raise _refused(
                card.card_id, f"run card {card.card_id!r} extends itself in the end ({round_trip}): break the circle"
            )
        chain.append(found)
    return chain[::-1]


def _sum_of(chain: Iterable[RunCard]) -> tuple[Requirement, ...]:
    counts: dict[str, int] = {}
    for card in chain:
        for requirement in card.requirements:
            counts[requirement.capability] = counts.get(requirement.capability, 0) + requirement.count
    return tuple(Requirement(capability, count) for capability, count in counts.items())


def _refused(card_id: str, message: str) -> RunCardError:
    return RunCardError(message, details={"card_id": card_id})


class RunCards:
    """All run cards of a town, ready to be chosen from.

    Parameters
    ----------
    cards
        As the town wrote them down.
    lon, lat
        The town, degrees: its clock and holidays count.

    Raises
    ------
    RunCardError
        As `check_cards`, and if a card's times can't be read.
    """

    def __init__(self, cards: Sequence[RunCard], *, lon: float, lat: float) -> None:
        self._cards = tuple(cards)
        self._requirements = check_cards(self._cards)
        self._hours: dict[str, Hours] = {}
        for card in self._cards:
            if card.when is None:
                continue
            try:
                self._hours[card.card_id] = Hours(card.when, lon=lon, lat=lat)
            except ValueError as error:
                raise _refused(card.card_id, f"run card {card.card_id!r}: {error}") from None

    def __len__(self) -> int:
        return len(self._cards)

    @property
    def cards(self) -> tuple[RunCard, ...]:
        """Return the cards as the town wrote them down."""
        return self._cards

    def requirements_of(self, card_id: str) -> tuple[Requirement, ...]:
        """Return all that a card requires, those of the cards it extends included.

        Parameters
        ----------
        card_id
            Of a card.

        Returns
        -------
        tuple of Requirement
            Each capability once.

        Raises
        ------
        KeyError
            If there is no such card.
        """
        return self._requirements[card_id]

    @property
    def call_types(self) -> tuple[str, ...]:
        """Return all call types, in the order first written down."""
        return tuple(dict.fromkeys(card.call_type for card in self._cards))

    @property
    def capabilities(self) -> tuple[str, ...]:
        """Return every capability that a card asks for."""
        return tuple(dict.fromkeys(r.capability for card in self._cards for r in card.requirements))

    @property
    def weather_flags(self) -> tuple[str, ...]:
        """Return every weather flag that a card asks about."""
        return tuple(sorted({flag for card in self._cards for flag in card.weather}))

    def alarms_of(self, call_type: str) -> tuple[int, ...]:
        """Return the alarm levels that a call type has cards for, rising."""
        return tuple(sorted({card.alarm for card in self._cards if card.call_type == call_type}))

    def check_call(self, call_type: str, *, alarm: int = 1, weather: Iterable[str] = ()) -> None:
        """Refuse a call that no card could ever fit.

        Parameters
        ----------
        call_type, alarm, weather
            As of `select`.

        Raises
        ------
        RunCardError
            If no card has this call type or alarm level, or asks about a weather flag; the message lists those there are.
        """
        if call_type not in self.call_types:
            hint = did_you_mean(call_type, self.call_types)
            raise RunCardError(
                f"no run card has the call type {call_type!r}{hint or ': those there are: ' + (', '.join(self.call_types) or 'none')}",
                details={"call_types": list(self.call_types)},
            )
        alarms = self.alarms_of(call_type)
        if alarm not in alarms:
            raise RunCardError(
                f"no run card has alarm {alarm} of {call_type}: there are {', '.join(map(str, alarms))}",
                details={"alarms": list(alarms)},
            )
        for flag in weather:
            if flag not in self.weather_flags:
                known = ", ".join(self.weather_flags) or "none"
                raise RunCardError(f"no run card asks about the weather {flag!r}: the flags are {known}")

    def select(
        self, call_type: str, *, lon: float, lat: float, at: datetime, alarm: int = 1, weather: Iterable[str] = ()
    ) -> SelectedCard:
        """Choose the card for a call.

        Of the cards of the call type and alarm that hold there and then, the one with the most weather flags wins; among
        equals one for an area, the smallest, over one for everywhere; then one for certain times over one for always.

        Parameters
        ----------
        call_type
            As the cards call it.
        lon, lat
            Where, degrees.
        at
            When, with a time zone.
        alarm
            Alarm level.
        weather
            Flags that are set.

        Returns
        -------
        SelectedCard
            With reasons.

        Raises
        ------
        RunCardError
            As `check_call`; if no card holds there and then; if two do, and nothing tells which is meant.
        """
        flags = frozenset(weather)
        self.check_call(call_type, alarm=alarm, weather=sorted(flags))
        passed: list[PassedOver] = []
        fitting: list[RunCard] = []
        for card in self._cards:
            if card.call_type != call_type:
                continue
            reason = self._against(card, alarm, flags, lon, lat, at)
            if reason is None:
                fitting.append(card)
            else:
                passed.append(PassedOver(card.card_id, reason))
        if not fitting:
            told = "; ".join(f"{row.card_id}: {row.reason}" for row in passed)
            raise RunCardError(f"no run card for {call_type} holds there and then ({told}): add one that always holds")
        fitting.sort(key=_specific, reverse=True)
        best = fitting[0]
        if len(fitting) > 1 and _specific(fitting[1]) == _specific(best):
            ids = [card.card_id for card in fitting if _specific(card) == _specific(best)]
            raise RunCardError(
                f"the run cards {' and '.join(ids)} both hold there and then: give one of them a condition more",
                details={"card_ids": ids},
            )
        passed += [PassedOver(card.card_id, f"{best.card_id} is more specific") for card in fitting[1:]]
        return SelectedCard(
            best.card_id, best.name, call_type, alarm, self._requirements[best.card_id], self._why(best), tuple(passed)
        )

    def _against(
        self, card: RunCard, alarm: int, flags: frozenset[str], lon: float, lat: float, at: datetime
    ) -> str | None:
        """Return why a card does not hold; None when it does."""
        if card.alarm != alarm:
            return f"is for alarm {card.alarm}"
        missing = sorted(card.weather - flags)
        if missing:
            return f"is for weather {', '.join(missing)}"
        if card.area is not None and card.shape is None:
            return f"is for {card.area}, which the town file does not know the outline of"
        if card.shape is not None and not _covers(card.shape, lon, lat):
            return f"is for {card.area or 'another area'}"
        hours = self._hours.get(card.card_id)
        state = "open" if hours is None else hours.state(at)
        if state != "open":
            return f"is for {card.when}" if state == "closed" else f"{card.when}: whether it holds now is unknown"
        return None

    @staticmethod
    def _why(card: RunCard) -> tuple[str, ...]:
        reasons = [f"is for {card.call_type}, alarm {card.alarm}"]
        if card.weather:
            reasons.append(f"is for weather {', '.join(sorted(card.weather))}")
        if card.area is not None:
            reasons.append(f"is for {card.area}")
        if card.when is not None:
            reasons.append(f"holds {card.when}")
        return tuple(reasons)


def _specific(card: RunCard) -> tuple[int, bool, float, bool]:
    size = card.shape.area if card.shape is not None else 0.0
    return len(card.weather), card.shape is not None, -size, card.when is not None


def _covers(shape: MultiPolygon, lon: float, lat: float) -> bool:
    import shapely

    return bool(shapely.intersects_xy(shape, lon, lat))
