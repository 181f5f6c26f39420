"""Passwords hashed with little memory: the figures that hold are tried in one test of their own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from argon2 import PasswordHasher

from geo_dispatch.live.access import passwords


@contextmanager
def quick_hashes() -> Iterator[None]:
    with mock.patch.object(passwords, "_hasher", return_value=PasswordHasher(1, 8, 1)):
        passwords._nobodys.cache_clear()
        yield
    passwords._nobodys.cache_clear()
