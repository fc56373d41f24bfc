"""Fixtures shared by every test."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# The same examples on every run; and no deadline, since a busy machine is not a broken promise.
settings.register_profile("house", deadline=None, derandomize=True, max_examples=50)
settings.load_profile("house")

# A shell starts what it puts into the background deaf to Ctrl-C, and every child inherits that: the
# commands under test must hear it wherever the tests run.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

ROOT = Path(__file__).parents[1]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with modules that take long: at the end one worker would wait for another's."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture
def server() -> Iterator[Any]:
    """A local server that behaves like those of surveys, and misbehaves on demand."""
    from tests.web.server import Server

    with Server() as serving:
        yield serving


@pytest.fixture
def visitor() -> Iterator[Any]:
    """A visitor that hardly waits."""
    from tests.web.server import QUICK

    from catalog.web import Visitor

    with Visitor(QUICK) as visiting:
        yield visiting


@pytest.fixture(scope="session")
def tiny_build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished build of the tiny release, to look at or to copy; one for all workers."""
    from tests.pipeline import finished

    folder = tmp_path_factory.getbasetemp()
    return finished.make(folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder)


@pytest.fixture(scope="session")
def realdata() -> Path:
    """Folder of real spectra; tests that need it are skipped only where it is absent."""
    folder = Path(os.environ.get("CATALOG_REALDATA", ROOT.parent / "shared" / "realdata"))
    if not folder.is_dir():
        pytest.skip(f"no real spectra: CATALOG_REALDATA is unset and {folder} does not exist")
    return folder
