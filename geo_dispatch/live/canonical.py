"""One text for one value, and its hash: what the record is chained with."""

from __future__ import annotations

import hashlib
from typing import Any

from geo_dispatch.errors import InputError
from geo_dispatch.json_text import dump_json

__all__ = ["GENESIS", "canonical_json", "check_text", "sha256_text"]

GENESIS = "0" * 64
"""What stands for the hash before the first row."""


def canonical_json(value: Any) -> str:
    """Write a value as JSON, always the same way: keys sorted, no blanks, no escapes that aren't needed.

    Parameters
    ----------
    value
        Mappings with text keys, sequences, texts, finite numbers, true, false, None, and written lines.

    Returns
    -------
    str
        The JSON text. Numbers are written as Python writes them, the shortest text that reads back the same.

    Raises
    ------
    InputError
        If a number isn't finite, or a text isn't Unicode.

    References
    ----------
    The aim is that of RFC 8785; since the text itself is kept and hashed, nobody needs to make it again.

    Examples
    --------
    >>> canonical_json({"b": [1, 2.5, None], "a": "é"})
    '{"a":"é","b":[1,2.5,null]}'
    """
    try:
        text = dump_json(value, sort_keys=True)
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise InputError(f"{error.object!r} is not Unicode text: give plain text") from None
    except RecursionError:
        raise InputError("a value is nested too deeply to be kept: make it flatter") from None
    except ValueError as error:
        raise InputError(f"a value can't be kept as JSON ({error}): give finite numbers") from None
    return text


def sha256_text(text: str) -> str:
    """Return the sha256 of a text in UTF-8, hexadecimal.

    Parameters
    ----------
    text
        Any text.

    Returns
    -------
    str
        64 hexadecimal digits.

    Examples
    --------
    >>> sha256_text("")[:8]
    'e3b0c442'
    """
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def check_text(text: str, what: str, *, limit: int = 200) -> str:
    """Return a text without blanks around it, that any database can hold.

    Parameters
    ----------
    text
        As given.
    what
        What it is, for the message.
    limit
        Most characters.

    Returns
    -------
    str
        At least one character.

    Raises
    ------
    InputError
        If it is blank, too long, or holds control characters.

    Examples
    --------
    >>> check_text(" E1 ", "unit_id")
    'E1'
    """
    told = text.strip()
    if not told:
        raise InputError(f"{what} is blank: give a text")
    if len(told) > limit:
        raise InputError(f"{what} has {len(told)} characters, more than {limit}: shorten it")
    bad = next((sign for sign in told if (ord(sign) < 32 and sign not in "\n\t") or 0xD800 <= ord(sign) < 0xE000), None)
    if bad is not None:
        raise InputError(f"{what} holds the character U+{ord(bad):04X}, which is no text: leave it out")
    return told
