"""``geo-dispatch record``: what was done, by whom, and whether anybody has changed that since."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from geo_dispatch.cli.arguments import AsJson, NumberFriendlyCommand
from geo_dispatch.cli.terminal import Terminal
from geo_dispatch.errors import InputError, RecordBrokenError, UnknownRecordError

if TYPE_CHECKING:
    from geo_dispatch.live.models import AuditEntry
    from geo_dispatch.live.store import LiveStore

__all__ = ["State", "Town", "opened_store", "record"]

record = typer.Typer(
    name="record",
    help="Show and check the record of what was done in the live store.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)

State = Annotated[
    str | None,
    typer.Option("--state", metavar="URL", help="Live store: sqlite:///FILE or postgresql://USER@HOST/NAME."),
]
Town = Annotated[
    str | None,
    typer.Option(
        "--town",
        metavar="TOWN",
        help="Town file whose store in the data folder is meant, when no --state is given; GEO_DISPATCH_TOWN, else the sample.",
    ),
]
_HEAD = re.compile(r"^(\d{1,18}):([0-9a-f]{64})$")


@contextmanager
def opened_store(state: str | None, town: str | None) -> Iterator[LiveStore]:
    """Open a store that is there; the settings' own when none is named.

    Parameters
    ----------
    state
        Its address.
    town
        Town file whose store in the data folder is meant, when no address is given.

    Yields
    ------
    LiveStore
        Of this program's tables.

    Raises
    ------
    InputError
        If there is to be none.
    StoreFormatError
        If there is none, or of another version.
    """
    from geo_dispatch.config import load_settings
    from geo_dispatch.live.store import LiveStore

    settings = load_settings()
    address = state or settings.model_copy(update={"town": town} if town else {}).state_url
    if address is None or address == "none":
        raise InputError(
            "there is no live store to look at: give --state sqlite:///FILE or postgresql://USER@HOST/NAME"
        )
    store = LiveStore(address)
    try:
        store.check_readable()
        yield store
    finally:
        store.close()


@record.command(cls=NumberFriendlyCommand)
def verify(
    state: State = None,
    town: Town = None,
    expect: Annotated[
        str | None,
        typer.Option(
            metavar="ROW:HASH", help="A head noted earlier: the record must still hold that row with that hash."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check that no row of the record was changed, removed or put in; exit code 2 says which.

    The head that is printed proves it later, kept where nobody who can change the store can change it.

    Example: geo-dispatch record verify --town westport.gpkg
    """
    noted = _read_head(expect)
    with opened_store(state, town) as store:
        head = store.verify()
        if noted is not None:
            _check_noted(store, noted)
        name = store.name
    terminal = Terminal(as_json=as_json)
    if as_json:
        terminal.document({"state": name, "rows": head.seq, "head": f"{head.seq}:{head.hash}", "expected": expect})
    else:
        terminal.heading("the record is sound", tone="good")
        terminal.facts([("store", name), ("rows", head.seq), ("head", f"{head.seq}:{head.hash}"), ("holds", expect)])


def _read_head(text: str | None) -> tuple[int, str] | None:
    if text is None:
        return None
    found = _HEAD.match(text)
    if not found:
        raise InputError(f"--expect {text!r} is no head: give ROW:HASH as `record verify` printed it")
    return int(found[1]), found[2]


def _check_noted(store: LiveStore, noted: tuple[int, str]) -> None:
    seq, digest = noted
    rows = store.entries(after=seq - 1, limit=1)
    if not rows or rows[0].seq != seq:
        raise RecordBrokenError(
            f"the record has no row {seq}, which was noted: rows were removed", details={"seq": seq}
        )
    if rows[0].hash != digest:
        raise RecordBrokenError(
            f"row {seq} has the hash {rows[0].hash[:12]}..., noted was {digest[:12]}...: the record was made anew",
            details={"seq": seq},
        )


@record.command("list", cls=NumberFriendlyCommand)
def list_(
    state: State = None,
    town: Town = None,
    after: Annotated[int, typer.Option(min=0, help="Only rows behind this one.")] = 0,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="Most rows.")] = 50,
    of: Annotated[str | None, typer.Option(metavar="KIND[/ID]", help="Only of unit/E1, incident, closure ...")] = None,
    as_json: AsJson = False,
) -> None:
    """List rows of the record, oldest first.

    Example: geo-dispatch record list --of unit/E1 --limit 20
    """
    kind, _, subject = (of or "").partition("/")
    with opened_store(state, town) as store:
        found = store.entries(after=after, limit=limit + 1, subject_kind=kind or None, subject_id=subject or None)
        head = store.head()
    more = found[limit - 1].seq if len(found) > limit else None
    terminal = Terminal(as_json=as_json)
    if as_json:
        from geo_dispatch.service import document

        terminal.document({"entries": document(found[:limit]), "head": document(head), "next": more, "warnings": []})
        return
    terminal.table(["row", "at", "who", "what", "of", ""], [_line(entry) for entry in found[:limit]])
    if more is not None:
        terminal.note(f"more: --after {more}")


def _line(entry: AuditEntry) -> list[Any]:
    data = json.dumps(dict(entry.data), ensure_ascii=False)
    short = data if len(data) <= 90 else data[:87] + "..."
    subject = f"{entry.subject_kind} {entry.subject_id}"
    return [entry.seq, entry.at[:19].replace("T", " "), entry.actor or "-", entry.action, subject, short]


@record.command(cls=NumberFriendlyCommand)
def show(
    which: Annotated[str, typer.Argument(metavar="ROW|ID", help="Number of a row, or id of a recommendation.")],
    state: State = None,
    town: Town = None,
    as_json: AsJson = False,
) -> None:
    """Show one row of the record, or one recommendation as it was given, whole.

    Example: geo-dispatch record show 17
    """
    with opened_store(state, town) as store:
        content = _row(store, int(which)) if which.strip().isdecimal() else _recommendation(store, which.strip())
    terminal = Terminal(as_json=as_json)
    if as_json:
        terminal.document(content)
    else:
        terminal.text(json.dumps(content, ensure_ascii=False, indent=2))


def _row(store: LiveStore, seq: int) -> Any:
    from geo_dispatch.service import document

    rows = store.entries(after=seq - 1, limit=1) if 0 < seq < 2**62 else []
    if not rows or rows[0].seq != seq:
        raise UnknownRecordError(f"the record has no row {seq}: it has rows 1 to {store.head().seq}")
    return document(rows[0])


def _recommendation(store: LiveStore, record_id: str) -> Any:
    from geo_dispatch.live.recommendations import Recommendations
    from geo_dispatch.service import document

    found = document(Recommendations(store).get_record(record_id))
    return {**found, "inputs": json.loads(found["inputs"]), "answer": json.loads(found["answer"])}


@record.command(cls=NumberFriendlyCommand)
def replay(
    which: Annotated[str, typer.Argument(metavar="ID", help="Id of a recommendation, as its answer gave it.")],
    state: State = None,
    town: Town = None,
    as_json: AsJson = False,
) -> None:
    """Make a recommendation again of what it was made of, and compare byte for byte; exit code 2 tells what differs.

    Example: geo-dispatch record replay r-0123456789abcdef0123456789abcdef --town westport.gpkg
    """
    from geo_dispatch.cli.arguments import open_service
    from geo_dispatch.cli.recommend import opened_desk
    from geo_dispatch.config import load_settings
    from geo_dispatch.service import document

    with opened_store(state, town):  # a store that is not there is not made
        pass
    named = town or load_settings().town
    with opened_desk(open_service(named), named, state, live=False) as (desk, notes):
        found = desk.replay(which.strip())
    terminal = Terminal(as_json=as_json)
    for note in notes:
        terminal.note(note)
    if as_json:
        terminal.document(document(found))
    elif found.same:
        terminal.heading("the same answer, byte for byte", tone="good")
        terminal.facts([("record", found.record_id), ("given", found.at), ("but", "; ".join(found.differs))])
    else:
        terminal.heading("another answer than was given", tone="bad")
        terminal.facts([("record", found.record_id), ("given", found.at)])
        for line in found.differs:
            terminal.text(line)
    if not found.same:
        raise typer.Exit(2)
