"""Passwords: which are let in, how they are kept, and how many are hashed at once.

References
----------
NIST SP 800-63B-4, Digital Identity Guidelines: Authentication and Authenticator Management, 2025, https://doi.org/10.6028/NIST.SP.800-63B-4
RFC 9106, Argon2 Memory-Hard Function for Password Hashing, https://doi.org/10.17487/RFC9106
"""

from __future__ import annotations

import re
import secrets
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from geo_dispatch.data_tables import load_table
from geo_dispatch.errors import AccountError, TooManyError

__all__ = ["check_password", "hash_password", "is_hash_old", "is_password", "new_password"]

_LOOKS_LIKE = str.maketrans("013457@$!", "oieastasi")
_USUAL_DIGITS = 4  # a year, 1234
_LEFT = 2
_LONGEST_WORD = 26
_PIECE = re.compile(r"[^\W\d_]+")


def _limits(part: str) -> dict[str, Any]:
    found: dict[str, Any] = load_table("geo_dispatch.live.access", "limits")[part]
    return found


def _plain(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


def check_password(password: str, *, name: str, words: tuple[str, ...] = ()) -> None:
    """Refuse a password that is guessed at once: too short, the name, the town, or one of the commonest.

    Parameters
    ----------
    password
        As typed.
    name
        Of the account.
    words
        More words that everybody here would try, as the town's name.

    Raises
    ------
    AccountError
        If it can't be used; the message never holds the password.

    Examples
    --------
    >>> check_password("a heron over the marsh", name="silva")
    """
    limits = _limits("password")
    told = _plain(password)
    if len(told) > limits["most"]:
        raise AccountError(f"the password has {len(told)} characters, more than {limits['most']}: shorten it")
    if len(told) < limits["least"]:
        raise AccountError(
            f"the password has {len(told)} characters, fewer than {limits['least']}: four words of your own are easy to keep"
        )
    if len(set(told.lower())) < limits["least_different"]:
        raise AccountError("the password repeats a few characters: take others")
    if _is_common(told.lower(), (name, *words)):
        raise AccountError(
            "the password is among the first that are tried (common words, a row of keys, the name or the town): take words that don't "
            "belong together"
        )


def _is_common(told: str, own: tuple[str, ...]) -> bool:
    """Tell whether next to nothing is left once common words, names and rows of keys are taken out."""
    table = load_table("geo_dispatch.live.access", "refused_passwords")
    words = {*table["words"], *(part for text in own for part in _PIECE.findall(text.lower()))}
    rows = [row for line in table["rows"] for row in (line, line[::-1])]
    for text in (told, told.translate(_LOOKS_LIKE)):
        squeezed = "".join(sign for sign in text if sign.isalnum())
        if any(squeezed in row * 3 for row in rows):
            return True
        letters = re.sub(r"[\W\d_]+", "", text)
        digits = sum(sign.isdigit() for sign in text)
        if _left(letters, frozenset(words), rows) + max(0, digits - _USUAL_DIGITS) <= _LEFT:
            return True
    return False


def _left(text: str, words: frozenset[str], rows: list[str]) -> int:
    """Return how many letters of a text no word covers, at best."""
    best = [0] + [len(text)] * len(text)
    for end in range(1, len(text) + 1):
        best[end] = best[end - 1] + 1
        for start in range(max(0, end - _LONGEST_WORD), end):
            piece = text[start:end]
            if piece in words or (len(piece) >= 4 and any(piece in row for row in rows)):
                best[end] = min(best[end], best[start])
    return best[-1]


@cache
def _hasher() -> PasswordHasher:
    given = _limits("argon2")
    return PasswordHasher(given["time_cost"], given["memory_kib"], given["parallelism"])


class _Turns:
    """So many hashes at once, so many in wait; whoever comes then is refused, lest all threads stand here."""

    def __init__(self) -> None:
        given = _limits("argon2")
        self._running = threading.BoundedSemaphore(given["at_once"])
        self._let_in = threading.BoundedSemaphore(given["at_once"] + given["waiting"])

    @contextmanager
    def one(self) -> Iterator[None]:
        if not self._let_in.acquire(blocking=False):
            raise TooManyError(
                "many people sign in at this moment: try again in a few seconds", details={"retry_after_s": 3}
            )
        try:
            with self._running:
                yield
        finally:
            self._let_in.release()


@cache
def _turns() -> _Turns:
    return _Turns()


def hash_password(password: str) -> str:
    """Return what is kept of a password: argon2id with a salt of its own, in the PHC text form.

    Parameters
    ----------
    password
        Checked by `check_password`.

    Returns
    -------
    str
        Begins with ``$argon2id$``.

    Raises
    ------
    TooManyError
        If many are hashed already.
    """
    with _turns().one():
        return _hasher().hash(_plain(password))


@cache
def _nobodys() -> str:
    return _hasher().hash(secrets.token_hex(16))


def is_password(password: str, kept: str | None) -> bool:
    """Tell whether a password is the one that is kept; takes as long for an account that isn't there.

    Parameters
    ----------
    password
        As typed; one longer than any that can be kept is refused unhashed.
    kept
        From `hash_password`; None for no account.

    Returns
    -------
    bool
        False for no account.

    Raises
    ------
    TooManyError
        If many are hashed already.
    """
    if len(password) > _limits("password")["most"] * 4:  # NFKC may shorten
        return False
    with _turns().one():
        try:
            _hasher().verify(kept or _nobodys(), _plain(password))
        except (VerificationError, InvalidHashError):
            return False
        return kept is not None


def is_hash_old(kept: str) -> bool:
    """Tell whether a hash was made with other parameters than today's."""
    return _hasher().check_needs_rehash(kept)


def new_password() -> str:
    """Return a random password of 79 bits, in groups that can be read out: letters and digits that are never taken for one another.

    Examples
    --------
    >>> [len(part) for part in new_password().split("-")]
    [4, 4, 4, 4]
    """
    signs = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(signs) for _ in range(4)) for _ in range(4))
