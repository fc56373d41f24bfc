"""Waits for what a page comes to."""

import pytest
from playwright.sync_api import Page

TIMES, PAUSE_MS = 500, 20


def until(page: Page, expression: str) -> None:
    """Wait until an expression of JavaScript holds, for at most ten seconds.

    Not Playwright's own `wait_for_function`: it looks again from inside the page, which the site's
    policy forbids, and so fails whenever the first look comes too early.
    """
    for _ in range(TIMES):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(PAUSE_MS)
    pytest.fail(f"never: {expression}")
