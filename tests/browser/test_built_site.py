"""A site that the pipeline itself built, from survey files, opens below a sub-path."""

import re
import shutil

import pytest
from tests.browser.serving import hosted
from tests.pipeline import tiny_release

pytestmark = pytest.mark.browser
SUB_PATH = "some/where"


@pytest.fixture(scope="module")
def built(tiny_build, tmp_path_factory):
    """Address of a site built from survey files, below a sub-path, and its folder."""
    folder = tmp_path_factory.mktemp("built")
    root = folder / SUB_PATH
    shutil.copytree(tiny_build / "out/tiny/site", root)
    with hosted(folder) as address:
        yield f"{address}{SUB_PATH}/", root


def test_every_page_of_a_built_site_opens_without_a_fault(built, page, watch):
    address, root = built
    pages = sorted(str(p.relative_to(root).parent) for p in root.rglob("index.html"))
    for name in pages:
        page.goto(address if name == "." else f"{address}{name}/")
        page.wait_for_load_state("networkidle")

    assert len(pages) > 12
    assert watch.faults == []
    assert all(asked.startswith((address, "data:", "blob:")) for asked in watch.asked)


def test_the_first_outlier_shows_its_spectrum_and_says_that_it_is_simulated(built, page, watch):
    address, _ = built
    page.goto(f"{address}explore/")
    # A click while the explorer loads would abandon its scripts, which counts as a failed request.
    page.wait_for_selector("#explorer.live #objects .spark")
    page.locator("tbody tr a").first.click()

    page.locator(".bk-Figure, .bk-GridPlot, .bk-Column").first.wait_for()
    assert re.match(r"SIM-PSA J[\d.]+[+-][\d.]+", page.locator("h1").inner_text())
    assert str(tiny_release.FIRST_ID + 2011) in page.locator(".object-header").inner_text()
    assert "Simulated spectra" in page.locator("body").inner_text()
    assert watch.faults == []
