"""Every line that the site offers to copy runs, on the files of the very release that offers it."""

import re
import threading
from functools import partial
from html import unescape
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec

import duckdb
import pytest
from tests.site.released import ADDRESS, N_PUBLISHED

from catalog.site import snippets
from catalog.site.snippets import Place, Snippet

NOT_HERE = {"LSDB", "TOPCAT", "STILTS"}
"""Tools that are too large to be installed for a test."""
PLACE = Place(f"{ADDRESS}download/", ADDRESS, "", "39627830000000000", 137.5, 45.56)


class Quiet(SimpleHTTPRequestHandler):
    """Serves files without a line per request."""

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def address(released):
    """Address at which the release is served."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(released.site)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def offered(released):
    """The lines of the page, as a visitor copies them, with their languages and titles."""
    page = (released.site / "use/index.html").read_text()
    found = re.findall(
        r'<div class="snippet" data-title="([^"]*)"><pre [^>]*label="([^"]*)"><code>(.*?)</code>',
        page, re.DOTALL,
    )  # fmt: skip
    assert found
    return [Snippet(unescape(title), language, unescape(code)) for title, language, code in found]


def _of(offered, language):
    return [each for each in offered if each.language == language]


def test_every_python_line_runs_on_the_served_release(released, offered, address, capsys):
    asked = _of(offered, "Python")
    assert len(asked) >= 7
    for each in asked:
        if each.title.split(":")[0] in NOT_HERE or ("pyvo" in each.code and not find_spec("pyvo")):
            continue
        # DuckDB fetches the extension that reads addresses when it first needs it: not in a test.
        local = "duckdb" in each.code
        code = each.code.replace(ADDRESS, f"{released.site}/" if local else address)
        exec(compile(code, each.title, "exec"), {})
        assert capsys.readouterr().out.strip(), each.title


def test_every_question_has_an_answer(released, offered):
    asked = _of(offered, "SQL")
    assert len(asked) == 6
    with duckdb.connect() as connection:
        for each in asked:
            rows = connection.execute(each.code.replace(ADDRESS, f"{released.site}/")).fetchall()
            assert rows or each.code.startswith(("ATTACH", "SELECT name, z")), each.title


def test_the_cone_finds_the_object_at_its_centre(released, offered):
    (cone,) = (each for each in offered if "half a degree" in each.title)
    with duckdb.connect(str(released.database), read_only=True) as connection:
        name, target, rank, away = connection.execute(cone.code).fetchall()[0]
    assert (name, target, rank) == ("PSA J000000.00-283600.0", "39627830000000000", 1)
    assert away < 1e-6


def test_the_lines_name_only_files_that_are_there(released, offered):
    for each in offered:
        for path in re.findall(rf"{re.escape(ADDRESS)}([^\s\"')]+)", each.code):
            assert (released.site / path).exists(), (each.title, path)


def test_a_release_without_an_address_names_files_by_their_names(site):
    page = (site / "use/index.html").read_text()
    assert "ATTACH &#39;catalog.duckdb&#39; AS atlas" in page
    assert "outliers.parquet" not in page  # it is not among the files of this one
    assert "download</a> the files, and run the lines in their folder" in page


def test_a_hostile_identifier_stays_inside_its_quotes():
    place = Place("", "", "x", "1'; DROP TABLE spectra; --", 0.0, 0.0)
    (one,) = (each for each in snippets._questions(place) if "One spectrum" in each.title)
    assert "'1''; DROP TABLE spectra; --'" in one.code


def test_the_page_is_linked_from_every_page_and_from_the_downloads(released):
    assert 'href="../use/index.html"' in (released.site / "download/index.html").read_text()
    assert 'href="use/index.html"' in (released.site / "index.html").read_text()
    page = (released.site / "use/index.html").read_text()
    assert 'href="../api/index.json"' in page
    assert f"All {N_PUBLISHED} objects" in page
