"""The one question to ask next."""

from __future__ import annotations

from collections.abc import Sequence

from geo_dispatch.locate.answer import Candidate, Question
from geo_dispatch.locate.draft import KIND, Draft
from geo_dispatch.locate.normalise import street_key

__all__ = ["ask", "is_choice"]

_MOST_NAMED = 4


def ask(candidates: Sequence[Candidate], drafts: Sequence[Draft]) -> Question | None:
    """Return the question that tells the candidates apart, or that helps when there are none.

    Parameters
    ----------
    candidates
        Most probable first.
    drafts
        What each was made of, in the same order; without candidates, what was too improbable for one.

    Examples
    --------
    >>> ask([], []).text
    'What street are you on, and what is the number or the nearest crossing?'
    """
    if not candidates:
        related = _about_relations(drafts, list(dict.fromkeys(draft.topic for draft in drafts))) if drafts else None
        return related or Question(
            "What street are you on, and what is the number or the nearest crossing?",
            "nothing in the text matches a street, place or crossing on file",
            (),
        )
    rivals = _rivals(candidates, drafts)
    if len(rivals) == 1:
        return _about_one(candidates[0], drafts[0])
    if drafts[0].in_town is False:
        said = next(
            (w.clause for w in candidates[0].why if w.reading == "town" and w.status == "contradicted"), "there"
        )
        text = f"{drafts[0].topic} is not on file in {said}: what street crosses it, or what is near you?"
        return Question(text, f"what fits the name is not in {said}", ())
    return _about_several(candidates, drafts, rivals)


def _about_several(candidates: Sequence[Candidate], drafts: Sequence[Draft], rivals: Sequence[int]) -> Question:
    topics = list(dict.fromkeys(drafts[k].topic for k in rivals))
    towns = list(dict.fromkeys(c.municipality for c in (candidates[k] for k in rivals) if c.municipality))
    related = _about_relations([drafts[k] for k in rivals], topics)
    if related is not None:
        return related
    if len(topics) > 1 and len({street_key(topic) for topic in topics}) > 1:
        return Question(_which_name(topics), "the words fit several names", tuple(topics[:5]))
    if len(towns) == len(rivals):
        text = f"Which town: {_or(towns)}?"
        return Question(text, f"{topics[0]} is in more than one town", tuple(towns))
    addresses = [first_known for k in rivals if (first_known := _told_apart(candidates[k]))]
    if len(set(addresses)) == len(rivals):
        return Question(
            f"Which {topics[0]}: {_or(addresses)}?", f"there are {len(rivals)} of that name", tuple(addresses)
        )
    return Question(
        f"What is near you at {topics[0]}: a crossing, a number, a business?",
        f"there are {len(rivals)} of that name",
        (),
    )


def _rivals(candidates: Sequence[Candidate], drafts: Sequence[Draft]) -> list[int]:
    """Return the candidates that the question must decide between; where the town was said, those in it."""
    near = [k for k, c in enumerate(candidates) if c.probability >= 0.15 * candidates[0].probability]
    return [k for k in near if drafts[k].in_town] if drafts[0].in_town else near


def is_choice(candidates: Sequence[Candidate], drafts: Sequence[Draft]) -> bool:
    """Tell whether the question is which of several is meant: then none is located yet.

    >>> is_choice([], [])
    False
    """
    return bool(candidates) and len(_rivals(candidates, drafts)) > 1


def _about_relations(drafts: Sequence[Draft], topics: Sequence[str]) -> Question | None:
    """Ask which of many places is meant, or which way from the one."""
    if not all(draft.cells is not None or any(why.reading == KIND for why in draft.why) for draft in drafts):
        return None
    if len(topics) > _MOST_NAMED:
        reason = f"at least {len(drafts)} places on file fit the words"
        return Question("What street is it on, or what does its sign say?", reason, ())
    compass = [draft.compass for draft in drafts]
    if len(topics) == 1 and all(compass) and len(set(compass)) == len(drafts):
        text = f"Which way from {topics[0]}: {_or(compass)}?"
        return Question(text, "the words leave the direction open", tuple(compass))
    return None


def _or(texts: Sequence[str]) -> str:
    shown = list(texts[:4])
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} or {shown[-1]}"


def _which_name(topics: Sequence[str]) -> str:
    return f"Is it {_or(topics)}?"


def _told_apart(candidate: Candidate) -> str:
    if candidate.address:
        return f"the one at {candidate.address}"
    if candidate.cross_streets:
        return f"the one near {' and '.join(candidate.cross_streets[:2])}"
    return ""


def _about_one(candidate: Candidate, draft: Draft) -> Question | None:
    if candidate.kind == "street":
        return Question(
            f"What is the house number on {draft.topic}, or the nearest side street?", "only the street is known", ()
        )
    if candidate.kind == "area" and len(candidate.cross_streets) == 2:
        return Question(f"Are you on {_or(candidate.cross_streets)}?", "the two do not meet", candidate.cross_streets)
    if candidate.kind == "area":
        return Question(f"What street in {draft.topic} are you on?", "only the area is known", ())
    if candidate.probability < 0.8 and candidate.kind != "relative":
        return Question(f"Do you mean {candidate.label}?", "the words fit it only in part", ("yes", "no"))
    if candidate.kind == "relative":
        return Question(
            f"Can you see {draft.topic} from where you are?", "the place is only known to be around it", ("yes", "no")
        )
    return None
