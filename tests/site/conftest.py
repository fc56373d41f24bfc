"""One rendered site for all tests that only look at it."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from catalogue_fixture import make_catalogue  # noqa: E402 - found beside this file
from catalog.site.render import render  # noqa: E402


@pytest.fixture(scope="session")
def database(tmp_path_factory):
    return make_catalogue(tmp_path_factory.mktemp("catalogue") / "catalog.duckdb")


@pytest.fixture(scope="session")
def downloads(tmp_path_factory):
    folder = tmp_path_factory.mktemp("download")
    (folder / "outliers.csv").write_text("target_id\n39089837596371002\n")
    return folder


@pytest.fixture(scope="session")
def site(database, downloads, tmp_path_factory):
    out = tmp_path_factory.mktemp("site") / "site"
    render(database, downloads, out)
    return out
