"""What happened, set against what the model says: recorded calls replayed, speeds calibrated, busy units."""

from geo_dispatch.replay.accuracy import Accuracy
from geo_dispatch.replay.choices import ChoiceSummary
from geo_dispatch.replay.compared import GroupAccuracy
from geo_dispatch.replay.fields import CallFields, read_call_fields
from geo_dispatch.replay.run import ReplayReport, RowCounts, replay_calls
from geo_dispatch.replay.town import ReplayTown

__all__ = [
    "Accuracy",
    "CallFields",
    "ChoiceSummary",
    "GroupAccuracy",
    "ReplayReport",
    "ReplayTown",
    "RowCounts",
    "read_call_fields",
    "replay_calls",
]
