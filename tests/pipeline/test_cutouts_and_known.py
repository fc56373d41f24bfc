"""Images and known objects go from a viewer and a list to catalogue and pages."""

import re
from html import unescape

import duckdb
import pytest
from astropy.io import fits
from tests.cutouts.viewer import flat, picture
from tests.pipeline import tiny_release
from tests.pipeline.test_build import build
from tests.web.server import Server

from catalog.cutouts import address

pytestmark = pytest.mark.slow

KNOWN = """
[[known]]
name = "Ours"
table = "ours.csv"
kind = "kind"
redshift = "z"
date = "2024-06-01"
address = "https://example.org/{identifier}"
"""


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    """A release whose viewer has no optical images, and a list of half of what was observed."""
    folder = tmp_path_factory.mktemp("abroad")
    text = tiny_release.RECIPE.replace("simulated = true", "simulated = false") + KNOWN
    text = text.replace('cutouts = "none"', 'cutouts = "cache"\ncutout_pause_s = 0.0')
    recipe = tiny_release.write(folder, recipe=text)
    (recipe.parent / "ours.csv").write_text("\n".join(_list(folder)) + "\n")
    with pytest.MonkeyPatch.context() as patch, Server() as server:
        patch.setattr(address, "VIEWER", server.address.rstrip("/"))
        server.serve("viewer/cutout.jpg", _image, "image/jpeg")
        build(recipe, folder / "out")
        yield folder / "out" / "tiny", len(server.requests)


def _image(seen) -> bytes:
    return flat() if "layer=ls-" in seen.path else picture()


def _list(folder):
    yield "main_id,kind,z,ra,dec"
    for path in sorted(folder.rglob("coadd-*.fits")):
        rows = fits.getdata(path, "FIBERMAP")
        for row in rows[::2]:
            place = f"{row['TARGET_RA']},{row['TARGET_DEC'] + 1 / 3600}"
            yield f"<i>{row['TARGETID']}</i>,QSO,2.5,{place}"


def _query(release, sql):
    with duckdb.connect(str(release / "catalog.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_every_published_object_has_its_image_beside_its_page(release):
    folder, n_asked = release
    rows = _query(folder, "SELECT slug, layer, sha256 FROM cutouts JOIN spectra USING (target_id)")

    [(n_published,)] = _query(folder, "SELECT n_published FROM release")
    assert len(rows) == n_published > 2
    assert n_asked == 2 * n_published
    for slug, layer, _ in rows:
        assert layer == "unwise-neo11"
        page = folder / "site" / "objects" / slug
        assert (page / "cutout.jpg").read_bytes() == picture()
        html = page.joinpath("index.html").read_text()
        assert "cutout.jpg" in html
        policy = unescape(html)
        assert re.search(r"img-src 'self' data:;", policy)
        assert "/viewer/cutout" not in html


def test_pages_say_what_each_outlier_is_known_as_or_that_it_is_not(release):
    folder, _ = release
    rows = _query(
        folder,
        "SELECT slug, identifier, target_id FROM spectra LEFT JOIN known USING (target_id) "
        "WHERE slug <> '' AND coalesce(known.position, 1) = 1",
    )

    assert len(rows) > 2
    for slug, identifier, _ in rows:
        html = (folder / "site" / "objects" / slug / "index.html").read_text()
        text = unescape(re.sub(r"<[^>]+>", "", html))
        if identifier is None:
            assert "Not in Ours within 5″ on 2024-06-01." in text
        else:
            assert f"Known as {identifier} (QSO, z = 2.5000, 1.0″ away" in text
            assert "<i>3" not in html
    assert _query(folder, "SELECT n_asked, n_known FROM known_sources") == [
        (
            _query(folder, "SELECT n_outliers FROM release")[0][0],
            _query(folder, "SELECT count(DISTINCT target_id) FROM known")[0][0],
        )
    ]
