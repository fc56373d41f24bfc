"""A real browser, and a server that serves the site below a sub-path, as GitHub Pages does."""

import os
import shutil

import pytest
from playwright.sync_api import Page
from tests.browser import waiting
from tests.browser.serving import hosted
from tests.site.catalogue_fixture import make_catalogue

from catalog.site.render import render

waiting.be_patient()
SUB_PATH = "atlas/v1"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Take the system's Chromium where there is one, and let it call nobody."""
    found = os.environ.get("CATALOG_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    quiet = (
        "--no-sandbox",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        "--disable-gpu",
        "--disable-dev-shm-usage",
    )
    chosen = {"executable_path": found} if found else {}
    return {**browser_type_launch_args, **chosen, "args": list(quiet)}


@pytest.fixture(scope="session")
def served(tmp_path_factory):
    """Folder of the rendered site, `<root>/atlas/v1`."""
    made = tmp_path_factory.mktemp("served")
    database = make_catalogue(made / "catalog.duckdb")
    render(database, made / "none", made / "root" / SUB_PATH)
    return made / "root" / SUB_PATH


@pytest.fixture(scope="session")
def address(served):
    """Address of the site's home, with its final slash."""
    with hosted(served.parents[1]) as address:
        yield f"{address}{SUB_PATH}/"


class Watch:
    """Everything that went wrong on a page, and every address that it asked for."""

    def __init__(self, page: Page) -> None:
        self.faults: list[str] = []
        self.asked: list[str] = []
        page.on(
            "console",
            lambda m: self.faults.append(m.text) if m.type in {"error", "warning"} else None,
        )
        page.on("pageerror", lambda fault: self.faults.append(str(fault)))
        page.on("requestfailed", self._failed)
        page.on(
            "response",
            lambda r: self.faults.append(f"{r.status}: {r.url}") if r.status >= 400 else None,
        )
        self.refused: list[str] = []
        page.on("response", lambda r: self.refused.append(r.url) if r.status == 404 else None)
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("dialog", self._dialog)

    def _failed(self, request):
        # Who leaves a page abandons what it still loads: that is nobody's fault.
        if request.failure != "net::ERR_ABORTED":
            self.faults.append(f"failed: {request.url}: {request.failure}")

    def _dialog(self, dialog):
        self.faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()


@pytest.fixture
def watch(page):
    """What went wrong on the page of this test."""
    return Watch(page)
