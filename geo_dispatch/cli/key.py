"""``geo-dispatch key``: API keys of programs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from geo_dispatch.cli.account import Role, done, short, who_commands
from geo_dispatch.cli.arguments import AsJson, NumberFriendlyCommand
from geo_dispatch.cli.record import State, Town, opened_store
from geo_dispatch.cli.terminal import Terminal
from geo_dispatch.errors import InputError

if TYPE_CHECKING:
    from geo_dispatch.live.access.models import ApiKey

__all__ = ["key"]

key = typer.Typer(
    name="key",
    help="Show and change the API keys of programs.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)

KeyId = Annotated[str, typer.Argument(metavar="ID", help="Id of the key, as `key list` shows it.")]


@key.command("add", cls=NumberFriendlyCommand)
def add_key(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Of the program, as the record will call it.")],
    role: Role,
    expires: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="When it ends, as 2027-01-01 or with time and zone; never when left out."),
    ] = None,
    state: State = None,
    town: Town = None,
    as_json: AsJson = False,
) -> None:
    """Make a key for a program; it is shown this once.

    Example: geo-dispatch key add "vehicle locator" --role dispatcher --expires 2027-01-01
    """
    from geo_dispatch.live.access.keys import Keys
    from geo_dispatch.service import document

    with opened_store(state, town) as store:
        made, secret = Keys(store).add(name, role, expires=_moment(expires), actor=who_commands())
    _show_key(Terminal(as_json=as_json), secret, {"key": secret, **document(made)})


def _moment(text: str | None) -> datetime | None:
    from geo_dispatch.live.times import read_moment

    if text is None:
        return None
    return read_moment(f"{text}T00:00:00Z" if len(text) == 10 else text)


def _show_key(terminal: Terminal, secret: str, document: dict[str, Any]) -> None:
    if terminal.as_json:
        terminal.document(document)
        return
    terminal.text(secret)
    terminal.note("keep it where nobody else reads it: it is not shown again. Send it as `Authorization: Bearer KEY`")


@key.command("list", cls=NumberFriendlyCommand)
def list_keys(state: State = None, town: Town = None, as_json: AsJson = False) -> None:
    """List the keys: for what, role, last use, until when.

    Example: geo-dispatch key list
    """
    from geo_dispatch.live.access.keys import Keys
    from geo_dispatch.service import document

    with opened_store(state, town) as store:
        found = Keys(store).list_keys()
    terminal = Terminal(as_json=as_json)
    if as_json:
        terminal.document({"keys": document(found)})
        return
    terminal.table(["id", "name", "role", "made", "used", "until", ""], [_key_line(row) for row in found])


def _key_line(row: ApiKey) -> list[Any]:
    mark = "" if row.revoked_at is None else f"revoked {short(row.revoked_at)}"
    return [row.key_id, row.name, row.role, short(row.created_at), short(row.used_at), short(row.expires_at), mark]


@key.command(cls=NumberFriendlyCommand)
def rotate(
    key_id: KeyId,
    overlap_h: Annotated[
        float, typer.Option(min=0, max=24 * 90, help="How long the old one is good besides, hours.")
    ] = 24,
    state: State = None,
    town: Town = None,
    as_json: AsJson = False,
) -> None:
    """Give a key a new secret, shown this once; the old one is good for a while.

    Example: geo-dispatch key rotate 0123456789ab --overlap-h 48
    """
    from geo_dispatch.live.access.keys import Keys

    if not 0 <= overlap_h <= 24 * 90:
        raise InputError(f"--overlap-h {overlap_h} is no number of hours up to {24 * 90}: give 24")
    overlap_s = timedelta(hours=overlap_h).total_seconds()
    with opened_store(state, town) as store:
        secret = Keys(store).rotate(key_id, overlap_s=overlap_s, actor=who_commands())
    _show_key(Terminal(as_json=as_json), secret, {"key": secret, "key_id": key_id, "overlap_s": overlap_s})


@key.command(cls=NumberFriendlyCommand)
def revoke(key_id: KeyId, state: State = None, town: Town = None, as_json: AsJson = False) -> None:
    """End a key at once.

    Example: geo-dispatch key revoke 0123456789ab
    """
    from geo_dispatch.live.access.keys import Keys

    with opened_store(state, town) as store:
        Keys(store).revoke(key_id, actor=who_commands())
    done(Terminal(as_json=as_json), {"key_id": key_id, "revoked": True}, f"the key {key_id} is revoked")
