"""The explorer as a visitor sees it: what its page shows, and what is typed into it."""

from playwright.sync_api import Page

NOT_ARTEFACTS = 40
"""Published objects that are shown at first."""
OUTSIDE = "39627999999999999"
"""An identifier that no object has."""


def visit(page: Page, address: str, query: str = "") -> None:
    page.goto(f"{address}explore/index.html{query}")
    page.wait_for_selector("#explorer.live")


def shown(page: Page) -> int:
    text = page.locator("#status").inner_text()
    return int(text.split("·")[1].split()[0].replace(",", ""))


def names(page: Page) -> list[str]:
    found: list[str] = page.locator("#objects tbody tr[data-row] th a").all_inner_texts()
    return [" ".join(name.split()) for name in found]


def match(page: Page, *lines: str) -> None:
    if not page.locator("#list").is_visible():
        page.click("#list-box summary")
    page.fill("#list", "\n".join(lines))
    page.locator("#list").blur()
