"""Accounts of people: added, changed, locked, removed; every event is in the record, no secret is."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from geo_dispatch.errors import AccountError, UnknownRecordError
from geo_dispatch.live.access.attempts import clear_attempts, locked_until
from geo_dispatch.live.access.models import Account
from geo_dispatch.live.access.passwords import check_password, hash_password, is_hash_old, is_password, new_password
from geo_dispatch.live.access.roles import ADMINISTRATOR, get_role
from geo_dispatch.live.journal import Writing
from geo_dispatch.live.store import LiveStore
from geo_dispatch.live.tables import accounts, sessions

__all__ = ["FIRST", "Accounts", "is_account_name"]

FIRST = "administrator"
"""The account that is made when there is none."""

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")


def is_account_name(name: str) -> bool:
    """Tell whether an account can have a name.

    Examples
    --------
    >>> is_account_name("silva"), is_account_name("Silva")
    (True, False)
    """
    return _NAME.fullmatch(name) is not None


class Accounts:
    """What can be done with accounts.

    Parameters
    ----------
    store
        Where they are kept.
    words
        Words that no password may be made of, as the town's name.
    """

    def __init__(self, store: LiveStore, *, words: tuple[str, ...] = ()) -> None:
        self._store = store
        self._words = words

    def list_accounts(self) -> tuple[Account, ...]:
        """Return all accounts by name.

        Raises
        ------
        StoreUnavailableError
            If the store doesn't answer.
        """
        with self._store.read() as connection:
            rows = connection.execute(sa.select(accounts).order_by(accounts.c.name)).all()
            return tuple(self._account(connection, row) for row in rows)

    def get_account(self, name: str) -> Account:
        """Return one account.

        Raises
        ------
        UnknownRecordError
            If there is none of that name.
        StoreUnavailableError
            If the store doesn't answer.
        """
        with self._store.read() as connection:
            return self._account(connection, _row(connection, name))

    def add(self, name: str, role: str, password: str, *, must_change: bool, actor: str | None) -> Account:
        """Add an account.

        Parameters
        ----------
        name
            Small letters, digits, dot, dash, underscore; at most 40.
        role
            Of the table of roles.
        password
            As typed.
        must_change
            Whether it is good for nothing but to be changed at the first sign-in.
        actor
            Who adds it.

        Returns
        -------
        Account
            As it is kept.

        Raises
        ------
        AccountError
            If the name is taken or none, the role is none, or the password is too weak.
        StoreUnavailableError
            If the store doesn't answer.
        """
        if not is_account_name(name):
            raise AccountError(
                f"{name!r} can't be the name of an account: take small letters, digits, dots, dashes and underscores, at most 40"
            )
        get_role(role, given=True)
        check_password(password, name=name, words=self._words)
        kept = hash_password(password)
        with self._store.write(actor) as writing:
            if _find(writing.connection, name) is not None:
                raise AccountError(f"there is an account {name!r} already: take another name, or change that one")
            _insert(writing, name, role, kept, must_change=must_change)
            return self._account(writing.connection, _row(writing.connection, name))

    def add_first(self) -> str | None:
        """Add the first administrator, if there is no account at all.

        Returns
        -------
        str or None
            The random password, told this once; None if there are accounts.

        Raises
        ------
        StoreUnavailableError
            If the store doesn't answer.
        """
        with self._store.read() as connection:
            if _any(connection):
                return None
        password = new_password()
        kept = hash_password(password)
        with self._store.write(None) as writing:
            if _any(writing.connection):
                return None
            _insert(writing, FIRST, ADMINISTRATOR, kept, must_change=True)
        return password

    def check(self, name: str, password: str) -> Account | None:
        """Return the account of a name and its password; None for a wrong one, after as long a time.

        A hash of older parameters is made anew. A disabled account is as good as none.

        Raises
        ------
        TooManyError
            If many sign in at this moment.
        StoreUnavailableError
            If the store doesn't answer.
        """
        with self._store.read() as connection:
            row = _find(connection, name)
        if not is_password(password, None if row is None else row.password_hash) or row is None or row.disabled:
            return None
        if is_hash_old(row.password_hash):
            kept = hash_password(password)
            where = (accounts.c.name == name) & (accounts.c.password_hash == row.password_hash)
            with self._store.database.writing() as connection:
                connection.execute(sa.update(accounts).where(where).values(password_hash=kept))
        return self.get_account(name)

    def set_password(
        self, name: str, password: str, *, must_change: bool, actor: str | None, keep: str | None = None
    ) -> None:
        """Set a password; all sessions of the account end but one.

        Parameters
        ----------
        name
            Whose.
        password
            The new one, as typed.
        must_change
            Whether it must be changed at the next sign-in.
        actor
            Who sets it.
        keep
            Hash of the token of the session that goes on.

        Raises
        ------
        UnknownRecordError
            If there is no such account.
        AccountError
            If the password is too weak.
        StoreUnavailableError
            If the store doesn't answer.
        """
        check_password(password, name=name, words=self._words)
        kept = hash_password(password)

        def change(writing: Writing, _row: Row[Any]) -> dict[str, Any]:
            others = (
                sessions.c.name == name if keep is None else (sessions.c.name == name) & (sessions.c.token_hash != keep)
            )
            writing.connection.execute(sa.delete(sessions).where(others))
            clear_attempts(writing.connection, name)
            return {"password_hash": kept, "must_change": must_change, "password_at": writing.at}

        self._change(name, "account.password", actor, change, {"must_change": must_change})

    def set_role(self, name: str, role: str, *, actor: str | None) -> None:
        """Give another role; in force with the next request.

        Raises
        ------
        UnknownRecordError
            If there is no such account.
        AccountError
            If the role is none, or nobody could manage accounts any more.
        StoreUnavailableError
            If the store doesn't answer.
        """
        get_role(role, given=True)

        def change(writing: Writing, row: Row[Any]) -> dict[str, Any]:
            if role != ADMINISTRATOR:
                _keep_one(writing.connection, row)
            return {"role": role}

        self._change(name, "account.role", actor, change, {"role": role})

    def set_disabled(self, name: str, disabled: bool, *, actor: str | None) -> None:
        """Shut an account out, its sessions with it, or let it in again; raises as `set_role`."""

        def change(writing: Writing, row: Row[Any]) -> dict[str, Any]:
            if disabled:
                _keep_one(writing.connection, row)
                writing.connection.execute(sa.delete(sessions).where(sessions.c.name == name))
            return {"disabled": disabled}

        self._change(name, "account.disable" if disabled else "account.enable", actor, change)

    def unlock(self, name: str, *, actor: str | None) -> None:
        """Forget the wrong passwords that were given for an account; raises as `get_account`."""

        def change(writing: Writing, _row: Row[Any]) -> dict[str, Any]:
            clear_attempts(writing.connection, name)
            return {}

        self._change(name, "account.unlock", actor, change)

    def remove(self, name: str, *, actor: str | None) -> None:
        """Remove an account and its sessions; what it did stays in the record. Raises as `set_role`."""
        with self._store.write(actor) as writing:
            _keep_one(writing.connection, _row(writing.connection, name))
            writing.connection.execute(sa.delete(sessions).where(sessions.c.name == name))
            writing.connection.execute(sa.delete(accounts).where(accounts.c.name == name))
            clear_attempts(writing.connection, name)
            writing.record("account.remove", "account", name, {})

    def _change(
        self,
        name: str,
        action: str,
        actor: str | None,
        change: Callable[[Writing, Row[Any]], dict[str, Any]],
        data: dict[str, Any] | None = None,
    ) -> None:
        with self._store.write(actor) as writing:
            values = change(writing, _row(writing.connection, name))
            if values:
                writing.connection.execute(sa.update(accounts).where(accounts.c.name == name).values(**values))
            writing.record(action, "account", name, data or {})

    def _account(self, connection: Connection, row: Row[Any]) -> Account:
        names = (
            "name", "role", "must_change", "disabled", "created_at", "created_by", "password_at", "signed_in_at",
        )  # fmt: skip
        until = locked_until(connection, row.name, self._store.clock())
        return Account(**{name: getattr(row, name) for name in names}, locked_until=until)


def _find(connection: Connection, name: str) -> Row[Any] | None:
    return connection.execute(sa.select(accounts).where(accounts.c.name == name)).one_or_none()


def _row(connection: Connection, name: str) -> Row[Any]:
    row = _find(connection, name)
    if row is None:
        raise UnknownRecordError(f"there is no account {name!r}: `geo-dispatch account list` lists them")
    return row


def _any(connection: Connection) -> bool:
    return connection.execute(sa.select(accounts.c.name).limit(1)).first() is not None


def _insert(writing: Writing, name: str, role: str, kept: str, *, must_change: bool) -> None:
    row = {"name": name, "role": role, "password_hash": kept, "must_change": must_change, "disabled": False,
           "created_at": writing.at, "created_by": writing.actor, "password_at": writing.at}  # fmt: skip
    writing.connection.execute(sa.insert(accounts).values(**row))
    writing.record("account.add", "account", name, {"role": role, "must_change": must_change})


def _keep_one(connection: Connection, row: Row[Any]) -> None:
    """Refuse to lose the last administrator who may sign in."""
    if row.role != ADMINISTRATOR or row.disabled:
        return
    others = (accounts.c.role == ADMINISTRATOR) & accounts.c.disabled.is_(False) & (accounts.c.name != row.name)
    if connection.execute(sa.select(accounts.c.name).where(others).limit(1)).first() is None:
        raise AccountError(f"{row.name!r} is the only administrator: make another one first")
