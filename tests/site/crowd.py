"""A site of 20,000 published objects: its explorer and its map, without their own pages."""

import shutil
from pathlib import Path

from tests.site.catalogue_fixture import make_catalogue

from catalog.site import templating
from catalog.site.atlas import Atlas
from catalog.site.writing import page_types, write_sheet
from catalog.store.read import Catalogue

N_CROWD = 20_000
N_WITH_SPECTRA = 40


def make_crowd(folder: Path) -> Path:
    """Write the site into `folder / "site"`; the catalogue stands beside it."""
    database = make_catalogue(
        folder / "catalog.duckdb",
        n_published=N_CROWD,
        n_scored=N_CROWD + 5_000,
        n_full=N_WITH_SPECTRA,
        benchmark=False,
    )
    site = folder / "site"
    shutil.copytree(templating.folder() / "static", site / "static")
    with Catalogue(database) as catalogue:
        atlas = Atlas(catalogue)
        for name in ("explore", "map"):
            page = page_types()[name]
            assert page.sheets is not None
            for sheet in page.sheets(atlas, atlas.objects):
                write_sheet(page, sheet, site)
    return site
