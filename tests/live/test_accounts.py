"""Accounts, sessions, keys and counts of wrong passwords, on each database."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from geo_dispatch.data_tables import load_table
from geo_dispatch.errors import AccountError, StoreUnavailableError, TooManyError, UnknownRecordError
from geo_dispatch.live.access import passwords
from geo_dispatch.live.access.accounts import Accounts
from geo_dispatch.live.access.attempts import count_attempt, delay_s
from geo_dispatch.live.access.keys import Keys
from geo_dispatch.live.access.passwords import check_password, hash_password, is_password
from geo_dispatch.live.access.roles import list_capabilities, list_roles
from geo_dispatch.live.access.sessions import SessionLimits, Sessions
from geo_dispatch.live.tables import METADATA
from tests.live.quick_hashes import quick_hashes

PASSWORD = "a heron over the marsh"
OTHER = "three grey wharves at noon"
ADDRESS = "192.0.2.7"


@pytest.fixture(autouse=True)
def quick() -> Iterator[None]:
    with quick_hashes():
        yield


@pytest.fixture
def accounts(desk) -> Accounts:
    return Accounts(desk.store, words=("Tinyport",))


@pytest.fixture
def sessions(desk) -> Sessions:
    return Sessions(desk.store, SessionLimits(idle_s=3600, longest_s=7200))


def actions(desk) -> list[str]:
    return [row.action for row in desk.store.entries(limit=1000) if row.subject_kind in ("account", "key", "address")]


def everything(desk) -> str:
    """Return every text in the store."""
    with desk.store.read() as connection:
        return "\n".join(str(row) for table in METADATA.sorted_tables for row in connection.execute(sa.select(table)))


def attempt(desk, name: str = "silva", address: str = ADDRESS) -> None:
    with desk.store.write(None) as writing:
        count_attempt(writing, name, address)


def test_an_account_from_added_to_removed(desk, accounts):
    accounts.add("chief", "administrator", PASSWORD, must_change=False, actor="x")
    made = accounts.add("silva", "dispatcher", PASSWORD, must_change=True, actor="chief")
    assert (made.role, made.must_change, made.created_by, made.signed_in_at) == ("dispatcher", True, "chief", None)
    assert accounts.check("silva", PASSWORD) == made
    assert accounts.check("silva", PASSWORD + "x") is None
    accounts.set_password("silva", OTHER, must_change=False, actor="silva")
    assert accounts.check("silva", PASSWORD) is None
    assert not accounts.check("silva", OTHER).must_change
    accounts.set_role("silva", "supervisor", actor="chief")
    assert accounts.get_account("silva").role == "supervisor"
    accounts.set_disabled("silva", True, actor="chief")
    assert accounts.check("silva", OTHER) is None
    accounts.set_disabled("silva", False, actor="chief")
    accounts.remove("silva", actor="chief")
    assert [row.name for row in accounts.list_accounts()] == ["chief"]
    with pytest.raises(UnknownRecordError, match="no account 'silva'"):
        accounts.set_role("silva", "desk", actor=None)
    assert actions(desk) == [
        "account.add", "account.add", "account.password", "account.role", "account.disable", "account.enable", "account.remove",
    ]  # fmt: skip
    desk.store.verify()


def test_no_secret_is_kept(desk, accounts, sessions):
    accounts.add("silva", "dispatcher", PASSWORD, must_change=False, actor=None)
    token = sessions.open("silva", ADDRESS)
    made, key = Keys(desk.store).add("locator", "dispatcher", expires=None, actor=None)
    attempt(desk, "hunter2hunter2")
    who = sessions.find(token)
    kept = everything(desk)
    for secret in (PASSWORD, token, key, key.rpartition("_")[2], who.csrf, "hunter2"):
        assert secret not in kept
    assert made.key_id in kept


@pytest.mark.parametrize("name", ["", "Silva", "s" * 41, "a b", ".x", "süß", "x\n", "../x"])
def test_names_that_are_none(accounts, name):
    with pytest.raises(AccountError, match="can't be the name"):
        accounts.add(name, "desk", PASSWORD, must_change=False, actor=None)


def test_a_name_is_given_once(accounts):
    accounts.add("silva", "desk", PASSWORD, must_change=False, actor=None)
    with pytest.raises(AccountError, match="already"):
        accounts.add("silva", "desk", PASSWORD, must_change=False, actor=None)
    with pytest.raises(AccountError, match="did you mean 'dispatcher'"):
        accounts.add("costa", "dispatchr", PASSWORD, must_change=False, actor=None)
    with pytest.raises(AccountError, match="no role 'public'"):
        accounts.add("costa", "public", PASSWORD, must_change=False, actor=None)


def test_the_last_administrator_stays(accounts):
    accounts.add("chief", "administrator", PASSWORD, must_change=False, actor=None)
    accounts.add("deputy", "administrator", PASSWORD, must_change=False, actor=None)
    accounts.set_disabled("deputy", True, actor=None)
    for change in (
        lambda: accounts.remove("chief", actor=None),
        lambda: accounts.set_role("chief", "desk", actor=None),
        lambda: accounts.set_disabled("chief", True, actor=None),
    ):
        with pytest.raises(AccountError, match="only administrator"):
            change()
    accounts.set_disabled("deputy", False, actor=None)
    accounts.remove("chief", actor=None)


def test_the_first_administrator_is_made_once(desk, accounts):
    password = accounts.add_first()
    assert accounts.check("administrator", password).must_change
    assert accounts.add_first() is None
    assert password not in everything(desk)


def test_only_one_of_many_servers_makes_the_first(desk):
    made: list[str | None] = []
    threads = [threading.Thread(target=lambda: made.append(Accounts(desk.store).add_first())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([one for one in made if one]) == 1


@pytest.mark.parametrize(
    "password",
    [
        "short", "elevenchars", "aaaaaaaaaaaa", "ababababababab", "password1234", "P@ssw0rd2026!!", "qwertyuiop12", "123456789012",
        "Dispatch-2026", "tinyport 2026!", "silva silva 1", "passwordpassword", "zxcvbnm12345", "x" * 257,
    ],
)  # fmt: skip
def test_passwords_that_are_tried_first_are_refused(password):
    with pytest.raises(AccountError) as caught:
        check_password(password, name="silva", words=("Tinyport",))
    assert password not in str(caught.value)


@pytest.mark.parametrize(
    "password", [PASSWORD, "849322015573", "correct horse battery staple", "ünïcödé ist schön", "kpt7-9wxe-m3hd"]
)
def test_other_passwords_are_let_in_without_rules(password):
    check_password(password, name="silva", words=("Tinyport",))


def test_one_text_typed_in_two_ways_is_one_password():
    assert is_password("cafe\u0301 au lait x", hash_password("caf\u00e9 au lait x"))


def test_what_is_kept_is_argon2id_of_rfc_9106(monkeypatch):
    given = load_table("geo_dispatch.live.access", "limits")["argon2"]
    monkeypatch.setattr(
        passwords, "_hasher", lambda: PasswordHasher(given["time_cost"], given["memory_kib"], given["parallelism"])
    )
    assert hash_password(PASSWORD).startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_a_hash_of_older_figures_is_made_anew(desk, accounts, monkeypatch):
    accounts.add("silva", "desk", PASSWORD, must_change=False, actor=None)
    monkeypatch.setattr(passwords, "_hasher", lambda: PasswordHasher(2, 16, 1))
    assert accounts.check("silva", PASSWORD) is not None
    assert "$m=16,t=2,p=1$" in everything(desk)
    assert accounts.check("silva", PASSWORD) is not None


def test_those_who_come_when_many_are_hashed_are_refused(monkeypatch):
    turns = passwords._Turns()
    monkeypatch.setattr(passwords, "_turns", lambda: turns)
    while turns._let_in.acquire(blocking=False):
        pass
    with pytest.raises(TooManyError) as caught:
        is_password(PASSWORD, None)
    assert caught.value.details["retry_after_s"] > 0


def test_a_session_ends_unused_and_at_last(desk, accounts, sessions):
    accounts.add("silva", "dispatcher", PASSWORD, must_change=False, actor=None)
    token = sessions.open("silva", ADDRESS)
    who = sessions.find(token)
    assert (who.name, who.role, who.via) == ("silva", "dispatcher", "session")
    assert "live.change" in who.may
    desk.clock.tick(3500)
    assert sessions.find(token, touch=False) is not None
    desk.clock.tick(200)
    assert sessions.find(token) is None
    token = sessions.open("silva", ADDRESS)
    for _ in range(3):
        desk.clock.tick(2300)
        assert sessions.find(token) is not None
    desk.clock.tick(400)
    assert sessions.find(token) is None
    with desk.store.read() as connection:
        assert len(connection.execute(sa.text("SELECT * FROM sessions")).all()) == 1


@pytest.mark.parametrize("seconds", [-300, 300])
def test_a_clock_that_jumps_five_minutes_ends_no_session(desk, accounts, sessions, seconds):
    accounts.add("silva", "dispatcher", PASSWORD, must_change=False, actor=None)
    token = sessions.open("silva", ADDRESS)
    desk.clock.tick(seconds)
    assert sessions.find(token) is not None


def test_changes_of_an_account_hold_in_its_sessions_at_once(accounts, sessions):
    accounts.add("chief", "administrator", PASSWORD, must_change=False, actor=None)
    accounts.add("silva", "dispatcher", PASSWORD, must_change=False, actor=None)
    token, other = sessions.open("silva", ADDRESS), sessions.open("silva", ADDRESS)
    assert token != other
    accounts.set_role("silva", "desk", actor=None)
    assert sessions.find(token).may == {"ask"}
    accounts.set_password("silva", OTHER, must_change=False, actor="silva", keep=sessions.find(token).session)
    assert sessions.find(token) is not None
    assert sessions.find(other) is None
    accounts.set_password("silva", PASSWORD, must_change=True, actor="chief")
    assert sessions.find(token) is None
    token = sessions.open("silva", ADDRESS)
    assert sessions.find(token).may == {"ask"}
    accounts.set_disabled("silva", True, actor=None)
    assert sessions.find(token) is None


def test_a_store_that_takes_nothing_more_still_knows_who_is_signed_in(desk, accounts, sessions, monkeypatch):
    """A full disk: reading goes on, and whoever is signed in with it."""
    accounts.add("silva", "dispatcher", PASSWORD, must_change=False, actor=None)
    token = sessions.open("silva", ADDRESS)
    keys = Keys(desk.store)
    _, key = keys.add("locator", "dispatcher", expires=None, actor=None)
    desk.clock.tick(600)

    def full():
        raise StoreUnavailableError("the disk is full")

    monkeypatch.setattr(desk.store.database, "writing", full)
    assert sessions.find(token).name == "silva"
    assert keys.find(key).name == "key locator"


def test_signing_out_here_or_everywhere(accounts, sessions):
    accounts.add("silva", "dispatcher", PASSWORD, must_change=False, actor=None)
    first, second, third = (sessions.open("silva", ADDRESS) for _ in range(3))
    sessions.close(sessions.find(first))
    assert sessions.find(first) is None
    sessions.close(sessions.find(second), everywhere=True)
    assert sessions.find(third) is None


@pytest.mark.parametrize("token", ["", "x", "' OR 1=1 --", "\x00", "a" * 43, "é"])
def test_a_forged_token_is_nobodys(accounts, sessions, token):
    accounts.add("silva", "dispatcher", PASSWORD, must_change=False, actor=None)
    sessions.open("silva", ADDRESS)
    assert sessions.find(token) is None


def test_wrong_passwords_cost_a_growing_delay(desk, accounts):
    accounts.add("silva", "dispatcher", PASSWORD, must_change=False, actor=None)
    for _ in range(6):
        attempt(desk)
    for expected in (5, 10, 20):
        with pytest.raises(TooManyError, match="too many wrong passwords") as caught:
            attempt(desk)
        assert caught.value.details["retry_after_s"] == expected
        assert accounts.get_account("silva").locked_until is not None
        desk.clock.tick(expected)
        attempt(desk)
    assert actions(desk).count("account.lock") == 4
    accounts.unlock("silva", actor=None)
    attempt(desk)
    assert delay_s("account", 10_000) == 900


def test_a_lock_outlives_the_program_and_is_taken_back_by_the_right_password(desk, accounts, sessions, address):
    from tests.live.conftest import Desk

    accounts.add("silva", "dispatcher", PASSWORD, must_change=False, actor=None)
    for _ in range(6):
        attempt(desk)
    again = Desk(address, desk.clock)
    with pytest.raises(TooManyError):
        attempt(again)
    again.store.close()
    desk.clock.tick(6)
    attempt(desk)
    sessions.open("silva", ADDRESS)
    for _ in range(6):
        attempt(desk, address="192.0.2.99")


def test_a_clock_set_back_locks_nobody_out_for_longer(desk, accounts):
    accounts.add("silva", "dispatcher", PASSWORD, must_change=False, actor=None)
    for _ in range(6):
        attempt(desk)
    desk.clock.tick(-300)
    with pytest.raises(TooManyError) as caught:
        attempt(desk)
    assert caught.value.details["retry_after_s"] <= 5


def test_one_address_that_tries_many_names_is_slowed_down(desk):
    for number in range(31):
        attempt(desk, f"name{number}", "2001:db8::1")
    with pytest.raises(TooManyError):
        attempt(desk, "another", "2001:db8::2")
    attempt(desk, "another", "2001:db8:1::1")
    assert actions(desk) == ["address.lock"]
    desk.clock.tick(timedelta(days=2).total_seconds())
    attempt(desk, "another", "2001:db8::2")


def test_names_nobody_has_are_locked_like_others(desk):
    for _ in range(6):
        attempt(desk, "nobody")
    with pytest.raises(TooManyError):
        attempt(desk, "nobody", "192.0.2.99")
    assert actions(desk) == []


def test_a_key_from_made_to_revoked(desk):
    keys = Keys(desk.store)
    made, key = keys.add("locator", "dispatcher", expires=desk.clock.now + timedelta(days=30), actor="chief")
    who = keys.find(key)
    assert (who.name, who.role, who.via, who.actor("E1")) == ("key locator", "dispatcher", "key", "key locator @ E1")
    assert keys.list_keys()[0].used_at is not None
    newer = keys.rotate(made.key_id, overlap_s=3600, actor="chief")
    assert keys.find(key) is not None
    assert keys.find(newer) is not None
    desk.clock.tick(3601)
    assert keys.find(key) is None
    assert keys.find(newer) is not None
    desk.clock.tick(30 * 86400)
    assert keys.find(newer) is None
    desk.clock.tick(-10 * 86400)
    keys.revoke(made.key_id, actor="chief")
    assert keys.find(newer) is None
    with pytest.raises(AccountError, match="was revoked"):
        keys.rotate(made.key_id, overlap_s=1, actor=None)
    assert actions(desk) == ["key.add", "key.rotate", "key.revoke"]


@pytest.mark.parametrize(
    "change", [lambda key: key[:-1] + "g", lambda key: key[:-1], lambda key: key.upper(), lambda _: ""]
)
def test_a_forged_key_is_nobodys(desk, change):
    _, key = Keys(desk.store).add("locator", "dispatcher", expires=None, actor=None)
    assert Keys(desk.store).find(change(key)) is None
    assert Keys(desk.store).find(key[:-1] + ("0" if key[-1] != "0" else "1")) is None


def test_keys_that_cant_be_made(desk):
    keys = Keys(desk.store)
    with pytest.raises(AccountError, match="past"):
        keys.add("locator", "dispatcher", expires=desk.clock.now, actor=None)
    with pytest.raises(AccountError, match="no role"):
        keys.add("locator", "root", expires=None, actor=None)
    with pytest.raises(AccountError, match="name of a key"):
        keys.add("loc@tor", "desk", expires=None, actor=None)
    with pytest.raises(UnknownRecordError, match="no key"):
        keys.revoke("0" * 12, actor=None)


def test_the_table_of_roles_names_capabilities_that_there_are():
    known = set(list_capabilities())
    assert set().union(*(role.may for role in list_roles())) == known
    for role in list_roles():
        assert "ask" in role.may
    public, desk = list_roles()[:2]
    assert public.may == desk.may == {"ask"}
