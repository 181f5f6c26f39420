"""Fixtures shared by all tests."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import threading
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]


_DATA = tempfile.mkdtemp(prefix="geo-dispatch-tests-")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add where the browser tests put their pictures."""
    parser.addoption("--shots", metavar="FOLDER", help="keep the screenshots of the browser tests in this folder")


def pytest_configure() -> None:
    """Keep the tests' live stores away from the user's own, and let Ctrl-C interrupt.

    A shell that starts the tests in the background switches Ctrl-C off.
    """
    os.environ["XDG_DATA_HOME"] = _DATA
    os.environ["GEO_DISPATCH_TRUSTED_HOSTS"] = "testserver"  # what the test client calls the server
    os.environ["GEO_DISPATCH_SIGN_IN"] = "off"  # tests/api/test_access*.py sign in
    main = threading.current_thread() is threading.main_thread()
    if main and signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_unconfigure() -> None:
    """Remove the tests' live stores."""
    shutil.rmtree(_DATA, ignore_errors=True)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of real data beside the repository, or skip."""
    folder = REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the folder ../shared/data with real extracts is absent: this test needs it")
    return folder
