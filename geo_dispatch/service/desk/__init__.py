"""The information desk: questions in everyday words, answered from what the town knows."""

from geo_dispatch.service.desk.answers import DeskAnswer, EventsAnswer, Referral, ServicesAnswer
from geo_dispatch.service.desk.desk import TownDesk

__all__ = ["DeskAnswer", "EventsAnswer", "Referral", "ServicesAnswer", "TownDesk"]
