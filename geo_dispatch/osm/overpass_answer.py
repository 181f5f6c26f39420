"""Judge an Overpass server's answer while it is being received."""

from __future__ import annotations

import xml.parsers.expat

from geo_dispatch.osm.remote import RequestFailure

__all__ = ["AnswerCheck"]

_OBJECTS = ("node", "way", "relation")


class AnswerCheck:
    """Reads an answer as it passes: well-formed, an OSM document, whole, without the server's own error.

    A server that fails half-way has already said 200; it then writes ``<remark> runtime error: ...`` into
    the document, or just stops.

    Attributes
    ----------
    counts
        Nodes, ways and relations read so far.
    osm_base
        Date of the data by the server's own word; None when it gave none.

    Examples
    --------
    >>> check = AnswerCheck()
    >>> check.feed(b'<osm><meta osm_base="2026-01-01T00:00:00Z"/><node id="1"/></osm>')
    >>> check.finish()
    >>> check.osm_base, check.counts["node"]
    ('2026-01-01T00:00:00Z', 1)
    """

    def __init__(self) -> None:
        self.counts = dict.fromkeys(_OBJECTS, 0)
        self.osm_base: str | None = None
        self._remark: list[str] | None = None
        self._remarks: list[str] = []
        self._root: str | None = None
        self._parser = xml.parsers.expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text

    def feed(self, chunk: bytes) -> None:
        """Read one more part of the answer."""
        self._parse(chunk, final=False)

    def finish(self) -> None:
        """Judge the whole answer; RequestFailure when it is not what was asked for."""
        self._parse(b"", final=True)
        if self._root != "osm":
            raise RequestFailure(f"the answer is not an OSM document but <{self._root}>", retry=True, answer=True)
        for remark in self._remarks:
            if "runtime" in remark:
                raise RequestFailure(f"the server says {remark!r}", retry=True, answer=True)

    def _parse(self, chunk: bytes, *, final: bool) -> None:
        try:
            self._parser.Parse(chunk, final)
        except xml.parsers.expat.ExpatError as error:
            reason = "the answer was cut off" if final else f"the answer is not readable XML ({error})"
            raise RequestFailure(reason, retry=True, answer=True) from error

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name in self.counts:
            self.counts[name] += 1
        elif name == "meta":
            self.osm_base = attributes.get("osm_base") or None
        elif name == "remark":
            self._remark = []
        if self._root is None:
            self._root = name

    def _end(self, name: str) -> None:
        if name == "remark" and self._remark is not None:
            self._remarks.append(" ".join("".join(self._remark).split()))
            self._remark = None

    def _text(self, text: str) -> None:
        if self._remark is not None:
            self._remark.append(text)
