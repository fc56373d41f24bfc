"""Waits for what a page comes to, however long a busy machine takes."""

from collections.abc import Callable
from typing import TypeVar

import pytest
from playwright.sync_api import Page, expect

LONGEST_MS = 30_000
TIMES, PAUSE_MS = 1_500, 20
Seen = TypeVar("Seen")


def be_patient() -> None:
    """Let Playwright's expectations wait as long as its clicks do: five seconds can be too few."""
    expect.set_options(timeout=LONGEST_MS)


def until(page: Page, expression: str) -> None:
    """Wait until an expression of JavaScript holds, for at least half a minute.

    Not Playwright's own `wait_for_function`: it looks again from inside the page, which the site's
    policy forbids, and so fails whenever the first look comes too early.
    """
    comes_to(page, lambda: page.evaluate(expression), bool, expression)


def comes_to(
    page: Page,
    look: Callable[[], Seen],
    wanted: Callable[[Seen], bool],
    what: str = "what it is to be",
) -> Seen:
    """Look at a page again and again until what is seen is as wanted; gives what is seen then."""
    seen = look()
    for _ in range(TIMES):
        if wanted(seen):
            return seen
        page.wait_for_timeout(PAUSE_MS)
        seen = look()
    pytest.fail(f"it never came to {what}; at last: {str(seen)[:200]}")
