"""One file comes whole and right or not at all, whatever the server does."""

import gzip
import hashlib
import os
import resource
import subprocess
import sys
import time

import pytest
from tests.fetch.archive import fits_bytes
from tests.web.server import Server

from catalog.errors import ReleaseError, WebError
from catalog.fetch.download import download
from catalog.fetch.verify import Promise

FILE = fits_bytes(1, 20_000)
OTHER = fits_bytes(2, 20_000)
SUM = Promise(algorithm="sha256", digest=hashlib.sha256(FILE).hexdigest())


@pytest.fixture
def path(tmp_path):
    return tmp_path / "desi" / "coadd.fits"


def names(path):
    return sorted(file.name for file in path.parent.iterdir())


@pytest.mark.parametrize(
    ("faults", "n_asked"),
    [
        ([], 1),
        (["slow"], 1),
        (["cut"], 2),
        (["cut", "cut", "cut", "cut", "cut", "cut"], 7),  # each brings it on
        (["dropped", "429", "500", "cut", "503"], 6),
        (["cut", "ignores range"], 2),
        (["cut", "416"], 3),
        (["cut", "shifted range"], 3),
        (["too long"], 3),
        (["too short"], 2),
        (["no length"], 1),
        (["gzip"], 1),
        (["cut", "gzip"], 2),
    ],
    ids=lambda value: ",".join(value) or "well" if isinstance(value, list) else "",
)
@pytest.mark.parametrize("promise", [SUM, Promise(size=len(FILE)), Promise()], ids=str)
def test_what_passes_is_survived(server, visitor, path, faults, n_asked, promise):
    url = server.serve("coadd.fits", FILE, "application/fits", faults)
    came: list[int] = []

    download(visitor, url, path, promise, came.append)

    assert path.read_bytes() == FILE
    assert names(path) == ["coadd.fits"]
    assert sum(came) == len(FILE)
    assert len(server.requests) == n_asked


@pytest.mark.parametrize("faults", [["damaged"], ["cut", "damaged"]], ids=" then ".join)
def test_one_wrong_bit_is_seen_by_a_checksum(server, visitor, path, faults):
    url = server.serve("coadd.fits", FILE, "application/fits", faults)

    download(visitor, url, path, SUM)

    assert path.read_bytes() == FILE
    assert len(server.requests) == len(faults) + 1


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("500", "busy or broken"),
        ("429", "busy or broken"),
        ("404", "nothing at an address"),
        ("403", "refused"),
        ("login page", "page instead of a file"),
        ("wrong type", "not what the survey published"),
        ("circle", "circles"),
        ("dropped", "connection to a server failed"),
        ("cut, ignores range", "does not come whole"),
        ("too long", "does not come whole"),
        ("too short", "not what the survey published[^Z]*twice"),
        ("damaged", "not what the survey published[^Z]*sha256"),
    ],
)
def test_what_does_not_pass_is_an_error_and_leaves_no_file(server, visitor, path, fault, said):
    url = server.serve("coadd.fits", FILE, "application/fits", fault)

    with pytest.raises(WebError, match=said):
        download(visitor, url, path, SUM)
    assert not path.exists()
    assert len(server.requests) < 40


def test_a_part_is_continued_where_it_ended(server, visitor, path):
    url = server.serve("coadd.fits", FILE, fault=["cut"])

    download(visitor, url, path, SUM)

    first, second = server.requests
    assert first.range == ""
    assert second.range == f"bytes={len(FILE) // 2}-"
    assert second.headers["if-range"].startswith('"')
    assert {seen.headers["accept-encoding"] for seen in server.requests} == {"identity"}


def test_what_an_earlier_run_got_is_not_asked_for_again(server, visitor, path):
    url = server.serve("coadd.fits", FILE, fault=["cut", "403"])
    with pytest.raises(WebError, match="refused"):
        download(visitor, url, path, SUM)
    assert names(path) == [".coadd.fits.part", ".coadd.fits.part.json"]
    server.forget()

    download(visitor, url, path, SUM)

    assert [seen.range for seen in server.requests] == [f"bytes={len(FILE) // 2}-"]
    assert path.read_bytes() == FILE


def test_a_whole_part_is_not_asked_for_at_all(server, visitor, path):
    url = server.serve("coadd.fits", FILE)
    path.parent.mkdir()
    part = path.with_name(".coadd.fits.part")
    part.write_bytes(FILE)
    note = f'{{"url": "{url}", "validator": "", "total": {len(FILE)}}}'
    part.with_name(".coadd.fits.part.json").write_text(note)

    download(visitor, url, path, SUM)

    assert server.requests == []
    assert names(path) == ["coadd.fits"]


@pytest.mark.parametrize("note", ["", "{", "[1]", '{"url": "http://elsewhere/", "total": 5}', "{}"])
def test_a_part_of_who_knows_what_is_begun_anew(server, visitor, path, note):
    url = server.serve("coadd.fits", FILE)
    path.parent.mkdir()
    path.with_name(".coadd.fits.part").write_bytes(b"something")
    path.with_name(".coadd.fits.part.json").write_text(note)

    download(visitor, url, path, SUM)

    assert [seen.range for seen in server.requests] == [""]
    assert path.read_bytes() == FILE


@pytest.mark.parametrize("headers", [{}, {"ETag": 'W/"weak"'}, {"ETag": ""}], ids=str)
def test_a_file_that_changed_on_the_way_is_never_mixed(server, visitor, path, headers):
    contents = [OTHER, FILE]
    url = server.serve("coadd.fits", contents, fault=["cut"], headers=headers)
    # One that cannot be told apart by anything is seen by its checksum.

    download(visitor, url, path, SUM)

    assert path.read_bytes() == FILE


def test_a_file_without_etag_and_date_is_begun_anew(server, visitor, path):
    none = {"ETag": "", "Last-Modified": ""}
    url = server.serve("coadd.fits", FILE, fault=["cut", "cut"], headers=none)

    download(visitor, url, path, Promise())

    assert [seen.range for seen in server.requests] == ["", "", ""]
    assert path.read_bytes() == FILE


@pytest.mark.parametrize("fault", ["", "labelled gzip", "cut"])
def test_a_gz_file_stays_as_it_was_published(server, visitor, tmp_path, fault):
    packed = gzip.compress(FILE, mtime=0)
    url = server.serve("spec.fits.gz", packed, "application/x-gzip", [fault] if fault else [])

    download(visitor, url, tmp_path / "spec.fits.gz", Promise())

    assert (tmp_path / "spec.fits.gz").read_bytes() == packed


def test_a_redirect_to_another_host_is_followed_with_the_range(server, visitor, path):
    with Server() as other:
        there = other.serve("store/1", FILE, fault=["cut"])
        url = server.serve("coadd.fits", fault="redirect", to=there)

        download(visitor, url, path, SUM)

        assert [seen.range for seen in other.requests] == ["", f"bytes={len(FILE) // 2}-"]
    assert path.read_bytes() == FILE


def test_a_certificate_error_is_never_worked_around(visitor, path):
    with Server(tls=True) as server:
        url = server.serve("coadd.fits", FILE)

        with pytest.raises(WebError, match="certificate"):
            download(visitor, url, path, SUM)
        assert server.requests == []
    assert names(path) == []


def test_a_wrong_file_that_is_there_is_replaced_only_by_the_right_one(server, visitor, path):
    path.parent.mkdir()
    path.write_bytes(b"mine")
    url = server.serve("coadd.fits", OTHER)

    with pytest.raises(WebError):
        download(visitor, url, path, SUM)
    assert path.read_bytes() == b"mine"

    server.serve("coadd.fits", FILE)
    download(visitor, url, path, SUM)
    assert path.read_bytes() == FILE


@pytest.mark.parametrize(
    "content",
    [FILE[:-1], FILE[:-2880], FILE + b"\0", FILE + b"\0" * 2880, b"", b"no such file", FILE[2880:]],
    ids=["byte short", "block short", "byte more", "block more", "empty", "text", "no primary"],
)
def test_without_a_checksum_a_fits_file_must_be_as_long_as_it_says(server, visitor, path, content):
    url = server.serve("coadd.fits", content)

    with pytest.raises(WebError, match="not what the survey published"):
        download(visitor, url, path, Promise())
    assert names(path) == []


def test_a_full_disk_loses_nothing(server, visitor, path):
    url = server.serve("coadd.fits", FILE)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(FILE) // 2, hard))
    try:
        with pytest.raises(ReleaseError, match=r"disk is full[^Z]*--data"):
            download(visitor, url, path, SUM)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert names(path) == [".coadd.fits.part", ".coadd.fits.part.json"]
    server.forget()

    download(visitor, url, path, SUM)

    assert [seen.range for seen in server.requests] == [f"bytes={len(FILE) // 2}-"]
    assert path.read_bytes() == FILE


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_named(server, visitor, tmp_path):
    tmp_path.chmod(0o500)
    url = server.serve("coadd.fits", FILE)

    with pytest.raises(ReleaseError, match="cannot be written"):
        download(visitor, url, tmp_path / "new" / "coadd.fits", SUM)
    tmp_path.chmod(0o700)


def test_a_killed_process_leaves_a_part_that_is_continued(visitor, path):
    script = (
        "import sys; from pathlib import Path\n"
        "from catalog.fetch.download import download; from catalog.fetch.verify import Promise\n"
        "from catalog.web import Manners, Visitor\n"
        "download(Visitor(Manners(0)), sys.argv[1], Path(sys.argv[2]), Promise())\n"
    )
    with Server(slowness_s=0.4) as server:
        url = server.serve("coadd.fits", FILE, fault=["slow"])
        process = subprocess.Popen([sys.executable, "-c", script, url, str(path)])
        part = path.with_name(".coadd.fits.part")
        while not (part.exists() and part.stat().st_size > 0):
            assert process.poll() is None
            time.sleep(0.02)
        process.kill()
        process.wait()
        have = part.stat().st_size
        assert 0 < have < len(FILE)
        assert not path.exists()

        download(visitor, url, path, SUM)

        assert [seen.range for seen in server.requests] == ["", f"bytes={have}-"]
    assert path.read_bytes() == FILE
    assert names(path) == ["coadd.fits"]
