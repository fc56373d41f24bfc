"""The texts that papers need: copied and kept by a click, and whole without a script."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("of", ["entry", "acknowledgement"])
def test_what_a_paper_needs_is_copied_by_a_click(page, address, watch, of):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{address}about/index.html")
    text = page.locator(f"#{of}").text_content()
    deeds = page.locator(f".deeds[data-of={of}]")
    deeds.locator("[name=copy]").click()
    expect(deeds.locator("[role=status]")).to_have_text("Copied.")
    assert page.evaluate("navigator.clipboard.readText()") == f"{text}\n"
    assert watch.faults == []


def test_the_entry_is_kept_under_the_releases_name(page, address):
    page.goto(f"{address}about/index.html")
    with page.expect_download() as download:
        page.locator(".deeds [name=save]").click()
    assert download.value.suggested_filename == "peculiar-spectra-test.bib"
    text = page.locator("#entry").text_content()
    assert Path(download.value.path()).read_text(encoding="utf-8") == f"{text}\n"


def test_data_about_a_page_is_no_script_to_the_browser(page, address, watch):
    for path in ("index.html", "download/index.html", "provenance/index.html"):
        page.goto(f"{address}{path}")
        page.wait_for_load_state("networkidle")
    assert watch.faults == []
