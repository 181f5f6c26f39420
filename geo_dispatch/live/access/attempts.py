"""Wrong passwords, counted for each account and each address: after a few, each costs a growing delay.

An attempt is counted before the password is looked at, and taken back when it was right, so that attempts made at the same moment count too.
What was tried as a name is kept as a hash: people type their password there.
"""

from __future__ import annotations

import ipaddress
import math
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from geo_dispatch.data_tables import load_table
from geo_dispatch.errors import TooManyError
from geo_dispatch.live.canonical import sha256_text
from geo_dispatch.live.journal import Writing
from geo_dispatch.live.tables import accounts, attempts
from geo_dispatch.live.times import read_moment, seconds_between, utc_text

__all__ = ["address_group", "clear_attempts", "count_attempt", "delay_s", "locked_until", "take_back"]


def address_group(address: str) -> str:
    """Return what one customer of a network has: an IPv4 address, or the /64 of an IPv6 address.

    Examples
    --------
    >>> address_group("2001:db8::1"), address_group("192.0.2.7")
    ('2001:db8::/64', '192.0.2.7')
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address[:64]
    if found.version == 4:
        return str(found)
    return str(found.ipv4_mapped or ipaddress.ip_network((found, 64), strict=False))


def delay_s(kind: str, failures: int) -> float:
    """Return how long nobody may try again after so many wrong passwords, seconds.

    Parameters
    ----------
    kind
        ``account`` or ``address``.
    failures
        In a row.

    Returns
    -------
    float
        0 for the first few.

    Examples
    --------
    >>> [delay_s("account", failures) for failures in (5, 6, 7, 60)]
    [0.0, 5.0, 10.0, 900.0]
    """
    given = load_table("geo_dispatch.live.access", "limits")["lockout"][kind]
    over = failures - given["free"]
    return 0.0 if over < 1 else float(min(given["longest_s"], given["first_s"] * 2.0 ** min(over - 1, 30)))


def _subjects(name: str, address: str) -> dict[str, str]:
    return {"account": _of_account(name), "address": sha256_text(f"address:{address_group(address)}")}


def _of_account(name: str) -> str:
    return sha256_text(f"account:{name}")


def count_attempt(writing: Writing, name: str, address: str) -> None:
    """Count one attempt to sign in, as if the password were wrong.

    Parameters
    ----------
    writing
        The transaction.
    name, address
        As given, and from where.

    Raises
    ------
    TooManyError
        If nobody may try now; the details tell for how many seconds.
    """
    found = {kind: (subject, _row(writing.connection, subject)) for kind, subject in _subjects(name, address).items()}
    wait = max(_wait_s(kind, row, writing.now) for kind, (_, row) in found.items())
    if wait > 0:
        raise TooManyError(
            f"too many wrong passwords: try again in {_told(wait)}; an administrator can unlock the account",
            details={"retry_after_s": math.ceil(wait)},
        )
    _forget(writing)
    for kind, (subject, row) in found.items():
        failures = 1 + (0 if row is None or _is_past(row, writing.now) else row.failures)
        delay = delay_s(kind, failures)
        until = None if delay == 0 else utc_text(writing.now + timedelta(seconds=delay))
        values = {"failures": failures, "last_at": writing.at, "locked_until": until}
        statement = (
            sa.insert(attempts).values(subject=subject, **values)
            if row is None
            else sa.update(attempts).where(attempts.c.subject == subject).values(**values)
        )
        writing.connection.execute(statement)
        if until is not None:
            _record(writing, kind, name, address, failures, until)


def _told(seconds: float) -> str:
    return f"{math.ceil(seconds)} s" if seconds < 120 else f"{math.ceil(seconds / 60)} minutes"


def _record(writing: Writing, kind: str, name: str, address: str, failures: int, until: str) -> None:
    """Tell the record of a lock; a name that is no account's is not told, it may be a password."""
    known = writing.connection.execute(sa.select(accounts.c.name).where(accounts.c.name == name)).first() is not None
    data = {"failures": failures, "until": until, "address": address_group(address)}
    if kind == "address":
        writing.record("address.lock", "address", address_group(address), data)
    elif known:
        writing.record("account.lock", "account", name, data)


def take_back(writing: Writing, name: str, address: str) -> None:
    """Take back an attempt whose password was right: the account's count ends, the address's is one less."""
    clear_attempts(writing.connection, name)
    subject = _subjects(name, address)["address"]
    where = attempts.c.subject == subject
    writing.connection.execute(
        sa.update(attempts).where(where).values(failures=attempts.c.failures - 1, locked_until=None)
    )


def clear_attempts(connection: Connection, name: str) -> None:
    """Forget the wrong passwords of an account."""
    connection.execute(sa.delete(attempts).where(attempts.c.subject == _of_account(name)))


def locked_until(connection: Connection, name: str, now: datetime) -> str | None:
    """Return until when nobody may sign in to an account; None if they may."""
    row = _row(connection, _of_account(name))
    return row.locked_until if row is not None and _wait_s("account", row, now) > 0 else None


def _row(connection: Connection, subject: str) -> Row[Any] | None:
    return connection.execute(sa.select(attempts).where(attempts.c.subject == subject)).one_or_none()


def _wait_s(kind: str, row: Row[Any] | None, now: datetime) -> float:
    """Return the seconds that are left; never more than the delay itself, also when the clock was set back."""
    if row is None or row.locked_until is None:
        return 0.0
    return min((read_moment(row.locked_until) - now).total_seconds(), delay_s(kind, row.failures))


def _is_past(row: Row[Any], now: datetime) -> bool:
    after_s: float = load_table("geo_dispatch.live.access", "limits")["lockout"]["forget_after_s"]
    return seconds_between(row.last_at, now) > after_s


def _forget(writing: Writing) -> None:
    after = load_table("geo_dispatch.live.access", "limits")["lockout"]["forget_after_s"]
    writing.connection.execute(
        sa.delete(attempts).where(attempts.c.last_at < utc_text(writing.now - timedelta(seconds=after)))
    )
