"""Use cases of sign-in: who comes with a password, a session or a key, and what they may do; goes on while the store is lost."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

from geo_dispatch.errors import AccountError, SignInError, StoreError, StoreUnavailableError
from geo_dispatch.live.access.accounts import Accounts, is_account_name
from geo_dispatch.live.access.attempts import count_attempt
from geo_dispatch.live.access.keys import Keys
from geo_dispatch.live.access.models import Who
from geo_dispatch.live.access.sessions import SessionLimits, Sessions
from geo_dispatch.live.canonical import sha256_text
from geo_dispatch.live.store import LiveStore
from geo_dispatch.live.times import seconds_between

__all__ = ["AccessDesk", "SessionLimits"]

_REMEMBERED = 1000
_WRONG = "the name or the password is wrong: look at both again; an administrator can set another password"


class AccessDesk:
    """Everything that can be done with the accounts of a town's store; safe to use from several threads.

    Parameters
    ----------
    store
        The town's live store.
    town
        Its name, which no password may be made of.
    limits
        How long sessions last.
    is_lost
        Tells whether the store is known to be lost: asking it would only wait.

    Attributes
    ----------
    accounts, keys
        What can be done with each.
    """

    def __init__(self, store: LiveStore, *, town: str, limits: SessionLimits, is_lost: Callable[[], bool]) -> None:
        self.accounts = Accounts(store, words=(town,))
        self.keys = Keys(store)
        self._store = store
        self._sessions = Sessions(store, limits)
        self._is_lost = is_lost
        self._seen: OrderedDict[str, Who] = OrderedDict()
        self._lock = threading.Lock()

    def first_run(self) -> str | None:
        """Make the first administrator if there is no account; return the random password, this once.

        Returns
        -------
        str or None
            None if there are accounts, or the store is lost.
        """
        try:
            return None if self._is_lost() else self.accounts.add_first()
        except StoreError:
            return None

    def sign_in(self, name: str, password: str, *, address: str) -> tuple[Who, str]:
        """Open a session for a name and its password.

        Parameters
        ----------
        name, password
            As typed.
        address
            From where.

        Returns
        -------
        tuple of Who and str
            Who it is, and the session's token.

        Raises
        ------
        SignInError
            If one of the two is wrong; which, is not told.
        TooManyError
            After too many wrong ones.
        StoreUnavailableError
            If the store is lost: nobody can sign in then.
        """
        given = (
            name.strip().lower() if is_account_name(name.strip().lower()) else ""
        )  # no account's: all of them count as one
        self._check(given, password, address=address, wrong=SignInError(_WRONG))
        return self._opened(given, address)

    def _opened(self, name: str, address: str) -> tuple[Who, str]:
        token = self._sessions.open(name, address)
        who = self.find_session(token)
        if who is None:
            raise SignInError("the account was shut out at this moment: ask an administrator")
        return who, token

    def _check(self, name: str, password: str, *, address: str, wrong: Exception) -> None:
        """Refuse a wrong password; the attempt is counted before it is looked at."""
        if self._is_lost():
            raise StoreUnavailableError(
                "the live store is lost: nobody can sign in until it is back; who is signed in goes on"
            )
        with self._store.write(None) as writing:
            count_attempt(writing, name, address)
        if self.accounts.check(name, password) is None:
            raise wrong

    def find_session(self, token: str, *, touch: bool = True) -> Who | None:
        """Return who holds a session's token; as it was seen last while the store is lost.

        Parameters
        ----------
        token
            As it came.
        touch
            Whether this counts as a use.

        Returns
        -------
        Who or None
            None if it is nobody's, or over.

        Raises
        ------
        StoreUnavailableError
            If the store is lost, and the token was not seen before.
        """
        return self._found(f"session:{token}", lambda: self._sessions.find(token, touch=touch))

    def find_key(self, key: str, *, touch: bool = True) -> Who | None:
        """Return whose a key is; as `find_session`."""
        return self._found(f"key:{key}", lambda: self.keys.find(key, touch=touch))

    def _found(self, secret: str, ask: Callable[[], Who | None]) -> Who | None:
        digest = sha256_text(secret)
        if self._is_lost() and digest in self._seen:
            return self._last(digest)
        try:
            who = ask()
        except StoreUnavailableError:
            if digest not in self._seen:
                raise
            return self._last(digest)
        with self._lock:
            self._seen.pop(digest, None)
            if who is not None:
                self._seen[digest] = who
                while len(self._seen) > _REMEMBERED:
                    self._seen.popitem(last=False)
        return who

    def _last(self, digest: str) -> Who | None:
        who = self._seen.get(digest)
        over = who is not None and who.until is not None and seconds_between(who.until, self._store.clock()) >= 0
        return None if over else who

    def sign_out(self, who: Who, *, everywhere: bool = False) -> None:
        """End a session, or all sessions of its account; raises StoreUnavailableError if the store is lost."""
        with self._lock:
            for digest, seen in list(self._seen.items()):
                if seen.via == "session" and (seen.session == who.session or (everywhere and seen.name == who.name)):
                    del self._seen[digest]
        self._sessions.close(who, everywhere=everywhere)

    def change_password(self, who: Who, old: str, new: str, *, address: str) -> tuple[Who, str]:
        """Change one's own password; all sessions end, and a new one is opened.

        Parameters
        ----------
        who
            Signed in.
        old, new
            As typed.
        address
            From where.

        Returns
        -------
        tuple of Who and str
            Who it is, and the new session's token.

        Raises
        ------
        AccountError
            If the old password is wrong, or the new one is the same or too weak.
        TooManyError
            After too many wrong ones.
        StoreUnavailableError
            If the store is lost.
        """
        self._check(who.name, old, address=address, wrong=AccountError("the present password is wrong: type it again"))
        if old == new:
            raise AccountError("the new password is the present one: take another")
        self.accounts.set_password(who.name, new, must_change=False, actor=who.name)
        return self._opened(who.name, address)
