"""One rendered site for all tests that only look at it."""

import pytest
from tests.site.catalogue_fixture import make_catalogue
from tests.site.released import make_release

from catalog.site.render import render


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


@pytest.fixture(scope="session")
def released(tmp_path_factory):
    """A release as it is published, with all its files."""
    return make_release(tmp_path_factory.mktemp("released"))
