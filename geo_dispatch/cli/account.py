"""``geo-dispatch account``: who may sign in."""

from __future__ import annotations

import getpass
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from geo_dispatch.cli.arguments import AsJson, NumberFriendlyCommand
from geo_dispatch.cli.record import State, Town, opened_store
from geo_dispatch.cli.terminal import Terminal
from geo_dispatch.errors import AccountError

if TYPE_CHECKING:
    from geo_dispatch.live.access.models import Account
    from geo_dispatch.live.store import LiveStore

__all__ = ["Role", "account", "done", "short", "who_commands"]

account = typer.Typer(
    name="account",
    help="Show and change who may sign in; passwords are asked for, or read from stdin, never from the command line.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)

Name = Annotated[str, typer.Argument(metavar="NAME", help="Name of the account.")]
Role = Annotated[str, typer.Option("--role", help="desk, planner, dispatcher, supervisor or administrator.")]


def who_commands() -> str:
    """Return what the record calls whoever gives a command on the server's machine."""
    try:
        return f"command line ({getpass.getuser()})"[:100]
    except (OSError, KeyError, ImportError):
        return "command line"


def _password() -> str:
    """Ask for a password twice on a terminal; read its first line elsewhere."""
    if not sys.stdin.isatty():
        told = sys.stdin.readline().rstrip("\r\n")
        if not told:
            raise AccountError("no password came on stdin: write it there, one line, or call this on a terminal")
        return told
    told = getpass.getpass("Password: ")
    if getpass.getpass("The same again: ") != told:
        raise AccountError("the two passwords differ: try again")
    return told


def _words(store: LiveStore) -> tuple[str, ...]:
    town = store.town()
    return () if town is None else (town,)


def done(terminal: Terminal, document: dict[str, Any], text: str) -> None:
    """Say that a change was made.

    Parameters
    ----------
    terminal
        Told.
    document
        With `--json`.
    text
        Without.
    """
    if terminal.as_json:
        terminal.document(document)
    else:
        terminal.heading(text, tone="good")


@account.command(cls=NumberFriendlyCommand)
def add(
    name: Name,
    role: Role,
    must_change: Annotated[
        bool, typer.Option("--must-change", help="The password is good for the first sign-in only.")
    ] = False,
    state: State = None,
    town: Town = None,
    as_json: AsJson = False,
) -> None:
    """Add an account; its password is asked for, or read from stdin.

    Example: geo-dispatch account add silva --role dispatcher --must-change
    """
    from geo_dispatch.live.access.accounts import Accounts
    from geo_dispatch.live.access.roles import get_role
    from geo_dispatch.service import document

    get_role(role, given=True)
    with opened_store(state, town) as store:
        accounts = Accounts(store, words=_words(store))
        made = accounts.add(name, role, _password(), must_change=must_change, actor=who_commands())
    done(Terminal(as_json=as_json), {"account": document(made)}, f"{name} may sign in as {role}")


@account.command("list", cls=NumberFriendlyCommand)
def list_accounts(state: State = None, town: Town = None, as_json: AsJson = False) -> None:
    """List the accounts: role, last sign-in, whether locked or disabled.

    Example: geo-dispatch account list --town westport.gpkg
    """
    from geo_dispatch.live.access.accounts import Accounts
    from geo_dispatch.service import document

    with opened_store(state, town) as store:
        found = Accounts(store).list_accounts()
    terminal = Terminal(as_json=as_json)
    if as_json:
        terminal.document({"accounts": document(found)})
        return
    terminal.table(["name", "role", "signed in", "password of", ""], [_account_line(row) for row in found])


def _account_line(row: Account) -> list[Any]:
    marks = [
        "disabled" if row.disabled else "",
        "must change the password" if row.must_change else "",
        f"locked until {short(row.locked_until)}" if row.locked_until else "",
    ]
    return [row.name, row.role, short(row.signed_in_at), short(row.password_at), "; ".join(filter(None, marks))]


def short(at: str | None) -> str:
    """Return a kept moment to the minute, or a dash.

    Examples
    --------
    >>> short("2026-03-02T12:00:07.250000Z")
    '2026-03-02 12:00Z'
    """
    return "-" if at is None else at[:16].replace("T", " ") + "Z"


@account.command(cls=NumberFriendlyCommand)
def password(
    name: Name,
    must_change: Annotated[bool, typer.Option("--must-change", help="It must be changed at the next sign-in.")] = False,
    state: State = None,
    town: Town = None,
    as_json: AsJson = False,
) -> None:
    """Set a password, asked for or read from stdin; all sessions of the account end.

    Example: geo-dispatch account password silva --must-change
    """
    from geo_dispatch.live.access.accounts import Accounts

    with opened_store(state, town) as store:
        accounts = Accounts(store, words=_words(store))
        accounts.get_account(name)
        accounts.set_password(name, _password(), must_change=must_change, actor=who_commands())
    done(Terminal(as_json=as_json), {"name": name, "must_change": must_change}, f"{name} has a new password")


@account.command(cls=NumberFriendlyCommand)
def role(
    name: Name,
    new_role: Annotated[str, typer.Argument(metavar="ROLE", help="The role from now on.")],
    state: State = None,
    town: Town = None,
    as_json: AsJson = False,
) -> None:
    """Give an account another role; it holds from the next request on.

    Example: geo-dispatch account role silva supervisor
    """
    from geo_dispatch.live.access.accounts import Accounts

    with opened_store(state, town) as store:
        Accounts(store).set_role(name, new_role, actor=who_commands())
    done(Terminal(as_json=as_json), {"name": name, "role": new_role}, f"{name} is {new_role} from now on")


@account.command(cls=NumberFriendlyCommand)
def unlock(name: Name, state: State = None, town: Town = None, as_json: AsJson = False) -> None:
    """Forget the wrong passwords that were given for an account.

    Example: geo-dispatch account unlock silva
    """
    from geo_dispatch.live.access.accounts import Accounts

    with opened_store(state, town) as store:
        Accounts(store).unlock(name, actor=who_commands())
    done(Terminal(as_json=as_json), {"name": name, "locked_until": None}, f"{name} may sign in again")


@account.command(cls=NumberFriendlyCommand)
def disable(
    name: Name,
    undo: Annotated[bool, typer.Option("--undo", help="Let it in again.")] = False,
    state: State = None,
    town: Town = None,
    as_json: AsJson = False,
) -> None:
    """Shut an account out; its sessions end at once.

    Example: geo-dispatch account disable silva
    """
    from geo_dispatch.live.access.accounts import Accounts

    with opened_store(state, town) as store:
        Accounts(store).set_disabled(name, not undo, actor=who_commands())
    said = f"{name} may sign in again" if undo else f"{name} is shut out"
    done(Terminal(as_json=as_json), {"name": name, "disabled": not undo}, said)


@account.command(cls=NumberFriendlyCommand)
def remove(name: Name, state: State = None, town: Town = None, as_json: AsJson = False) -> None:
    """Remove an account; what it did stays in the record.

    Example: geo-dispatch account remove silva
    """
    from geo_dispatch.live.access.accounts import Accounts

    with opened_store(state, town) as store:
        Accounts(store).remove(name, actor=who_commands())
    done(Terminal(as_json=as_json), {"name": name, "removed": True}, f"{name} is removed")
