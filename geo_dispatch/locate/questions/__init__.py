"""The one question to ask next, and what its answer changes."""

from geo_dispatch.locate.questions.choose import Asker
from geo_dispatch.locate.questions.replies import Replies, Reply, parse_reply

__all__ = ["Asker", "Replies", "Reply", "parse_reply"]
