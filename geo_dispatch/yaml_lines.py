"""YAML written by people, read with the line of every value, and with scalars left as written.

YAML's own guesses harm such files (``02790`` becomes 1528, ``NO`` becomes false), so every scalar stays text and the
model that checks the document gives it a type. Only an empty value, ``null`` and ``~`` without quotes become None.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from geo_dispatch.errors import InputError

__all__ = ["LinedDocument", "ValueAt", "did_you_mean", "parse_lined_yaml", "read_lined_yaml"]

ValueAt: TypeAlias = tuple[str | int, ...]
"""Path of a value in a document: ``(0, "name")``."""

_MAX_VALUES = 200_000
_MAX_BYTES = 50_000_000
_NULL_TAG = "tag:yaml.org,2002:null"


@dataclass(slots=True)
class LinedDocument:
    """A YAML document and the line, counted from 1, on which each of its values (and keys) stands."""

    name: str
    data: Any
    lines: dict[ValueAt, int] = field(default_factory=dict)

    def line(self, at: ValueAt) -> int:
        """Return the line of a value or, when it is absent, of the nearest one that encloses it."""
        for end in range(len(at), -1, -1):
            found = self.lines.get(at[:end])
            if found is not None:
                return found
        return 1


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ``": did you mean 'phone'?"`` for a mistyped word, else ``""``.

    Examples
    --------
    >>> did_you_mean("phon", ["name", "phone"])
    ": did you mean 'phone'?"
    >>> did_you_mean("zzz", ["name", "phone"])
    ''
    """
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f": did you mean {close[0]!r}?" if close else ""


class _Builder:
    """Turns YAML nodes into plain data, noting lines."""

    def __init__(self, document: LinedDocument, error: type[InputError]) -> None:
        self.document = document
        self.error = error
        self.count = 0

    def fail(self, node: yaml.Node, text: str) -> InputError:
        return self.error(f"{self.document.name}:{node.start_mark.line + 1}: {text}")

    def build(self, node: yaml.Node, at: ValueAt, above: tuple[int, ...]) -> Any:
        self.count += 1
        if self.count > _MAX_VALUES or id(node) in above:
            raise self.fail(node, f"too many values, or an anchor inside itself: keep it under {_MAX_VALUES:,} values")
        self.document.lines.setdefault(at, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, at, (*above, id(node)))
        if isinstance(node, yaml.SequenceNode):
            inside = (*above, id(node))
            return [self.build(item, (*at, index), inside) for index, item in enumerate(node.value)]
        return None if node.tag == _NULL_TAG else str(node.value)

    def _mapping(self, node: yaml.MappingNode, at: ValueAt, above: tuple[int, ...]) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise self.fail(key_node, "a key must be plain text")
            key = str(key_node.value)
            if key in result:
                raise self.fail(key_node, f"key {key!r} is given twice: keep one")
            self.document.lines[(*at, key)] = key_node.start_mark.line + 1
            result[key] = self.build(value_node, (*at, key), above)
        return result


def read_lined_yaml(path: Path, *, error: type[InputError], name: str | None = None) -> LinedDocument:
    """Read a YAML file whose scalars stay as written, with the line of each value.

    Parameters
    ----------
    path
        The file, UTF-8.
    error
        The error class to raise for this kind of file.
    name
        What messages call the file; its path when left out.

    Returns
    -------
    LinedDocument
        Lists, dicts and texts; None for an empty value and for an empty file.

    Raises
    ------
    InputError
        An `error`, when the file is missing, not UTF-8 text, malformed, or holds a key twice; the message begins with
        file and line.
    """
    name = name or str(path)
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise error(f"{name}: {path.stat().st_size:,} bytes is too large for a file written by people")
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise error(f"{name}: no such file: check the path") from None
    except OSError as failure:
        raise error(f"{name}: can't be read ({failure.strerror}): give a readable text file") from None
    except UnicodeDecodeError as failure:
        raise error(f"{name}: not UTF-8 text (byte {failure.start:,}): save it as UTF-8") from None
    return parse_lined_yaml(text, error=error, name=name)


def parse_lined_yaml(text: str, *, error: type[InputError], name: str) -> LinedDocument:
    """Read a text of YAML as `read_lined_yaml` reads a file.

    Parameters
    ----------
    text
        The text.
    error
        The error class to raise for this kind of text.
    name
        What messages call it.

    Returns
    -------
    LinedDocument
        Lists, dicts and texts; None for an empty value and for an empty text.

    Raises
    ------
    InputError
        An `error`, when it is malformed, or holds a key twice; the message begins with name and line.
    """
    document = LinedDocument(name, None)
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as failure:
        raise error(f"{document.name}:{_error_line(failure)}: not YAML: {_in_one_line(failure)}") from None
    except (yaml.YAMLError, RecursionError) as failure:
        raise error(f"{document.name}: not YAML: {' '.join(str(failure).split())}") from None
    if node is not None:
        document.data = _Builder(document, error).build(node, (), ())
    return document


def _error_line(failure: yaml.MarkedYAMLError) -> int:
    mark = failure.problem_mark or failure.context_mark
    return 1 if mark is None else int(mark.line) + 1


def _in_one_line(failure: yaml.MarkedYAMLError) -> str:
    parts: Sequence[str | None] = (failure.problem, failure.context)
    return " ".join(" ".join(part for part in parts if part).split())
