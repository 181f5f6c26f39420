"""From a caller's words to a place with reasons, and from a position to what is there."""

from geo_dispatch.locate.answer import Candidate, LocateAnswer, Question, Why
from geo_dispatch.locate.cases import Case, read_cases, write_cases
from geo_dispatch.locate.circle import Circle, parse_circle
from geo_dispatch.locate.evaluate import EvaluationReport, evaluate
from geo_dispatch.locate.locator import Locator, warm
from geo_dispatch.locate.questions import Reply, parse_reply
from geo_dispatch.locate.reverse import ReverseAnswer
from geo_dispatch.locate.sound_alikes import SoundAlike, SoundAlikes

__all__ = [
    "Candidate",
    "Case",
    "Circle",
    "EvaluationReport",
    "LocateAnswer",
    "Locator",
    "Question",
    "Reply",
    "ReverseAnswer",
    "SoundAlike",
    "SoundAlikes",
    "Why",
    "evaluate",
    "parse_circle",
    "parse_reply",
    "read_cases",
    "warm",
    "write_cases",
]
