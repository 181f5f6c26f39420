"""Full-text search over what a town knows: ranked, stemmed, letting misspellings and synonyms pass.

SQLite's FTS5 stems (Porter) and ranks (bm25); the words of a question are first mended to words that occur, and each stands for its
synonyms too. How much of the question a document speaks of (`Hit.coverage`) is what tells an answer from a guess.

References
----------
Robertson & Zaragoza 2009, "The Probabilistic Relevance Framework: BM25 and Beyond", doi 10.1561/1500000019.
"""

from __future__ import annotations

import math
import re
import sqlite3
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from geo_dispatch.data_tables import load_table

__all__ = ["Document", "Hit", "Search", "content_words", "plain"]

_WEIGHTS = (10.0, 6.0, 1.0)
"""Of title, topics and text in the ranking."""
_UNKNOWN = 0.35
"""Weight of a word that occurs nowhere beside one that occurs once: it may be the point of the question, or chatter."""
_EXACT = 1.5
"""What a topic said word for word counts for."""
_SHORTEST_MENDED = 4
_MENDED = 0.75
_MENDED_SHORT = 0.79


@dataclass(frozen=True, slots=True)
class Document:
    """One thing that may answer: `kind` and `key` say what it is, `title` and `topics` count for more than `text`."""

    kind: str
    key: str
    title: str
    topics: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """A document found.

    Attributes
    ----------
    document
        It.
    score
        Higher is better.
    coverage
        Share of the question that it speaks of, 0 to 1, rare words counting for more.
    named
        Share of its title that the question names, 0 to 1.
    missing
        Words of the question that it does not speak of.
    """

    document: Document
    score: float
    coverage: float
    named: float
    missing: tuple[str, ...]


def plain(text: str) -> str:
    """Return text in small letters without punctuation, possessives joined.

    Examples
    --------
    >>> plain("Where's the Harbor-Master's office?")
    'where s the harbor master s office'
    """
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))


@cache
def _stop() -> frozenset[str]:
    return frozenset(load_table("geo_dispatch.knowledge.tables", "words")["stop"])


@cache
def _synonyms() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for row in load_table("geo_dispatch.knowledge.tables", "words")["synonyms"]:
        words = tuple(plain(word) for word in row)
        for word in words:
            found[word] = tuple(dict.fromkeys((*found.get(word, ()), *words)))
    return found


@cache
def _longest_synonym() -> int:
    return max(len(word.split()) for word in _synonyms())


def content_words(text: str) -> list[str]:
    """Return the words of a text that say what it is about.

    Examples
    --------
    >>> content_words("Who do I call about a dead deer?")
    ['dead', 'deer']
    """
    return [word for word in plain(text).split() if word not in _stop()]


class Search:
    """Finds documents by words.

    Parameters
    ----------
    documents
        What can be found.
    """

    def __init__(self, documents: Iterable[Document]) -> None:
        self.documents = tuple(documents)
        self._lock = threading.Lock()
        self._topics = [[topic for part in doc.topics.split(" ; ") if (topic := plain(part))] for doc in self.documents]
        self._base = sqlite3.connect(":memory:", check_same_thread=False)
        self._base.execute(
            "CREATE VIRTUAL TABLE docs USING fts5(title, topics, text, tokenize='porter unicode61 remove_diacritics 2')"
        )
        self._base.executemany(
            "INSERT INTO docs(rowid, title, topics, text) VALUES (?, ?, ?, ?)",
            ((row, plain(doc.title), plain(doc.topics), plain(doc.text)) for row, doc in enumerate(self.documents)),
        )
        words = {
            word for doc in self.documents for part in (doc.title, doc.topics, doc.text) for word in plain(part).split()
        }
        words |= {word for phrase in _synonyms() for word in phrase.split()}
        self._known = words | _stop()
        self._by_letter: dict[str, list[str]] = {}
        for word in sorted(word for word in words if len(word) >= _SHORTEST_MENDED and word.isalpha()):
            self._by_letter.setdefault(word[0], []).append(word)

    def mended(self, text: str) -> str:
        """Return a text with words that occur nowhere turned to the one word that does and is all but the same.

        Parameters
        ----------
        text
            The text.

        Returns
        -------
        str
            In small letters, without punctuation.
        """
        return " ".join(self._mend(word) for word in plain(text).split())

    def find(self, text: str, *, kinds: Sequence[str] = (), limit: int = 10, by_name: bool = False) -> list[Hit]:
        """Find documents that speak of what a text asks.

        Parameters
        ----------
        text
            The words.
        kinds
            Kinds of documents; all when empty.
        limit
            Most hits.
        by_name
            Look at titles and topics only.

        Returns
        -------
        list of Hit
            Best first.
        """
        asked = self.mended(text)
        groups = self._groups(asked)
        if not groups:
            return []
        scores: dict[int, float] = {}
        matched: dict[int, set[int]] = {}
        weights: list[float] = []
        for number, group in enumerate(groups):
            rows = self._rows(f"{{title topics}} : ({group.query})" if by_name else group.query)
            weight = math.log(1 + len(self.documents) / (1 + len(rows)))
            weights.append(weight if rows else _UNKNOWN * weight)
            for row, score in rows:
                if not kinds or self.documents[row].kind in kinds:
                    scores[row] = scores.get(row, 0.0) + score
                    matched.setdefault(row, set()).add(number)
        total = sum(weights)
        hits = []
        for row, score in scores.items():
            covered = sum(weights[number] for number in matched[row]) / total
            missing = tuple(group.word for number, group in enumerate(groups) if number not in matched[row])
            exact = any(f" {topic} " in f" {asked} " for topic in self._topics[row])
            rank = score * covered * (_EXACT if exact else 1.0)
            hits.append(Hit(self.documents[row], rank, covered, self._named(row, groups), missing))
        hits.sort(key=lambda hit: (-hit.score * (0.5 + 0.5 * hit.named), hit.document.kind, hit.document.key))
        return hits[:limit]

    def _named(self, row: int, groups: Sequence[_Group]) -> float:
        """Return how much of a document's title the question names."""
        title = content_words(self.documents[row].title)
        if not title:
            return 0.0
        asked = {word for group in groups for phrase in group.phrases for word in phrase.split()}
        return sum(word in asked or word.rstrip("s") in asked or f"{word}s" in asked for word in title) / len(title)

    def _rows(self, query: str) -> list[tuple[int, float]]:
        with self._lock:
            found = self._base.execute(
                "SELECT rowid, -bm25(docs, ?, ?, ?) FROM docs WHERE docs MATCH ?", (*_WEIGHTS, query)
            ).fetchall()
        return [(int(row), max(float(score), 1e-6)) for row, score in found]

    def _mend(self, word: str) -> str:
        """Return the word that occurs and is all but this one, with its first letter: slips of the first are rare."""
        if word in self._known or len(word) < _SHORTEST_MENDED or not word.isalpha():
            return word
        stem = next(
            (
                form
                for form in (
                    word.removesuffix("s"),
                    word.removesuffix("es"),
                    word.removesuffix("ing"),
                    word.removesuffix("ed"),
                )
                if form in self._known
            ),
            None,
        )
        if stem is not None:
            return word
        close = process.extract(
            word, self._by_letter.get(word[0], ()), scorer=DamerauLevenshtein.normalized_similarity, limit=2
        )
        least = _MENDED_SHORT if len(word) == _SHORTEST_MENDED else _MENDED
        if not close or close[0][1] < least or (len(close) > 1 and close[1][1] == close[0][1]):
            return word
        return str(close[0][0])

    def _groups(self, text: str) -> list[_Group]:
        """Cut a text into words and known phrases, each with its synonyms."""
        words = text.split()
        groups: list[_Group] = []
        index = 0
        while index < len(words):
            for length in range(min(_longest_synonym(), len(words) - index), 0, -1):
                phrase = " ".join(words[index : index + length])
                others = _synonyms().get(phrase) or (_synonyms().get(phrase.removesuffix("s")) if length == 1 else None)
                if others:
                    groups.append(_Group(phrase, tuple(dict.fromkeys((phrase, *others)))))
                    index += length
                    break
            else:
                word = words[index]
                index += 1
                if word not in _stop():
                    groups.append(_Group(word, (word,)))
        return groups


@dataclass(frozen=True, slots=True)
class _Group:
    """A word of the question, and the phrases that stand for it."""

    word: str
    phrases: tuple[str, ...]

    @property
    def query(self) -> str:
        """Return it as an FTS5 expression; the last resort of a phrase is its words together."""
        return " OR ".join(f'"{phrase}"' for phrase in self.phrases)
