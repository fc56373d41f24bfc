"""`catalog fetch`: what a recipe needs comes whole, once, politely, and survives everything."""

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter

import pytest
from click.testing import CliRunner
from tests.fetch import archive
from tests.web.server import Server

from catalog import recipe as recipes
from catalog import workspace
from catalog.cli import cli
from catalog.errors import ReleaseError, WebError
from catalog.fetch import errand
from catalog.web import Manners

QUICK = Manners(pause_s=0.0, attempts=3, timeout_s=2.0, back_off_s=0.001)
COADD = "healpix/sv3/bright/260/26065/coadd-sv3-bright-26065.fits"
TOTAL = sum(map(len, archive.FILES.values()))


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(errand, "MANNERS", QUICK)


@pytest.fixture
def server(server):
    archive.fill(server)
    return server


@pytest.fixture
def recipe(tmp_path):
    return archive.write_recipe(tmp_path)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "data" / "desi" / "edr"


def fetch(recipe, server, *options):
    arguments = ["fetch", recipe, "--mirror", server.address, *options]
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


@pytest.mark.parametrize("style", ["nginx", "apache", "apache pre", "fancyindex"])
@pytest.mark.parametrize("sums", [True, False], ids=["sums", "no sums"])
def test_what_the_recipe_needs_comes_and_nothing_else(recipe, folder, style, sums):
    with Server(style=style) as server:
        archive.fill(server, sums=sums)
        done = fetch(recipe, server)

        asked = Counter(seen.path for seen in server.requests)
    assert done.exit_code == 0, done.output
    assert "DESI: 6 files" in done.output
    assert "data: 6 fetched\n" in done.output
    assert archive.tree(folder) == archive.FILES
    assert set(asked.values()) == {1}
    assert len(asked) == 6 + (3 if sums else 0) + 7
    shutil.rmtree(folder)


def test_a_second_run_asks_nothing(recipe, server):
    fetch(recipe, server)
    server.forget()

    done = fetch(recipe, server)

    assert done.exit_code == 0, done.output
    assert "6 files, 155.5 kB; all are here" in done.output
    assert server.requests == []


def test_a_dry_run_counts_and_its_listings_serve_the_real_one(recipe, server, folder):
    dry = fetch(recipe, server, "--dry-run")
    size = f"{TOTAL / 1e3:,.1f} kB"

    assert f"DESI: 6 files, {size}; 0 are here, 6 to fetch, {size}\n" in dry.output
    assert archive.tree(folder) == {}
    assert len(server.requests) == 7
    server.forget()
    assert fetch(recipe, server).exit_code == 0
    assert len(server.requests) == 6 + 3


def test_a_size_that_the_listing_does_not_show_is_asked_for(recipe, server):
    server.serve(COADD, archive.FILES[COADD], size_shown="-")

    dry = fetch(recipe, server, "--dry-run")

    assert f"about {TOTAL / 1e3:,.1f} kB; 0 are here" in dry.output
    assert [seen.path for seen in server.asked(method="HEAD")] == ["/" + COADD]
    fetch(recipe, server)
    assert len(server.asked(method="HEAD")) == 1


def test_connections_are_few(recipe, tmp_path):
    with Server(slowness_s=0.01) as server:
        archive.fill(server)
        for path, content in archive.FILES.items():
            server.serve(path, content, fault="slow")
        fetch(recipe, server, "--jobs", 3)
        assert server.most_at_once == 3
        shutil.rmtree(tmp_path / "data")
        server.forget()
        fetch(recipe, server, "--jobs", 1)
        assert server.most_at_once == 1


def test_requests_are_spaced(recipe, server, tmp_path):
    loaded = recipes.load(recipe)
    start = time.monotonic()
    slowly = Manners(pause_s=0.03)
    with errand.open_errand(loaded, tmp_path, mirror=server.address, manners=slowly) as work:
        work.run()

    assert time.monotonic() - start >= (len(server.requests) - 1) * 0.03


@pytest.mark.parametrize(
    "faults", [["cut"], ["429"], ["500", "dropped"], ["cut", "416"], ["damaged"], ["too short"]],
    ids=" then ".join,
)  # fmt: skip
def test_what_passes_is_survived_in_every_file(recipe, server, folder, faults):
    for path, content in archive.FILES.items():
        server.serve(path, content, fault=faults)

    done = fetch(recipe, server)

    assert done.exit_code == 0, done.output
    assert archive.tree(folder) == archive.FILES


@pytest.mark.parametrize(
    ("path", "fault", "said"),
    [
        (COADD, "500", "busy or broken"),
        (COADD, "404", "nothing at an address"),
        (COADD, "damaged", "not what the survey published"),
        (COADD, "login page", "page instead of a file"),
        ("healpix/sv3/bright/260/26065/redux_26065.sha256sum", "login page", "2 files could not"),
        ("healpix/sv3/bright/260/26065/redux_26065.sha256sum", "500", "2 files could not"),
    ],
)
def test_one_bad_file_keeps_nobody_else(recipe, server, folder, path, fault, said):
    good = archive.FILES.get(path, b"")
    server.serve(path, good, fault=fault)

    done = fetch(recipe, server)

    assert done.exit_code == 1
    assert said in done.output
    beside = {p for p in archive.FILES if p.startswith(path.rpartition("/")[0])}
    lost = {path} if path in archive.FILES else beside
    assert archive.tree(folder) == {p: c for p, c in archive.FILES.items() if p not in lost}


def test_after_a_failure_only_what_is_missing_is_asked_for(recipe, server, folder):
    server.serve(COADD, archive.FILES[COADD], fault=["404"])
    assert fetch(recipe, server).exit_code == 1
    server.forget()

    assert fetch(recipe, server).exit_code == 0
    assert archive.tree(folder) == archive.FILES
    files = [s.path for s in server.requests if s.path.endswith(".fits")]
    assert files == ["/" + COADD]
    assert len(server.requests) == 3  # with the listing and the sums that did not come true


def test_a_server_that_gives_nothing_is_soon_left_alone(recipe, server):
    for i in range(30000, 30012):
        path = f"healpix/sv3/bright/250/{i}/coadd-sv3-bright-{i}.fits"
        server.serve(path, b"", fault="403")

    done = fetch(recipe, server, "--jobs", 1)

    assert done.exit_code == 1
    assert "8 files could not be fetched" in done.output
    assert 8 <= len([seen for seen in server.requests if seen.path.endswith(".fits")]) <= 10


def test_files_that_are_here_are_verified_not_fetched(recipe, server, folder):
    for path, content in archive.FILES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    (folder / COADD).write_bytes(archive.FILES[COADD][:-5])

    done = fetch(recipe, server)

    assert "1 fetched, 5 found right" in done.output
    assert [s.path for s in server.requests if s.path.endswith(".fits")] == ["/" + COADD]
    assert archive.tree(folder) == archive.FILES
    server.forget()
    assert fetch(recipe, server).exit_code == 0
    assert server.requests == []


def test_a_file_that_was_changed_afterwards_is_fetched_anew(recipe, server, folder):
    fetch(recipe, server)
    (folder / COADD).write_bytes(b"oh")

    assert fetch(recipe, server).exit_code == 0
    assert archive.tree(folder) == archive.FILES


def test_a_torn_ledger_and_torn_answers_only_cost_time(recipe, server, folder):
    fetch(recipe, server)
    ledger = folder / ".fetch" / "verified.jsonl"
    ledger.write_bytes(ledger.read_bytes()[:-20])
    for answer in (folder / ".fetch" / "answers").iterdir():
        answer.write_text("{")
    server.forget()

    done = fetch(recipe, server)

    assert "0 fetched, 1 found right" in done.output
    assert not [seen for seen in server.requests if seen.path.endswith(".fits")]


def test_listings_are_asked_for_again_after_a_month(recipe, server, folder):
    fetch(recipe, server)
    server.forget()
    old = time.time() - 31 * 86400
    for answer in (folder / ".fetch" / "answers").iterdir():
        os.utime(answer, (old, old))

    fetch(recipe, server)

    assert len(server.requests) == 7


def test_a_pattern_without_files_is_an_error(recipe, server):
    recipe.write_text(recipe.read_text().replace("sv3", "sv9"))

    done = fetch(recipe, server)

    assert done.exit_code == 1
    assert "nothing on the server matches" in done.output
    assert "healpix/sv9" in done.output


def test_a_folder_that_shows_a_login_page_is_an_error(recipe, server, folder):
    server.serve("healpix/sv3/", fault="login page")

    done = fetch(recipe, server)

    assert done.exit_code == 1
    assert "not the listing of a folder" in done.output
    assert archive.tree(folder) == {}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("seed = 7", "seed = 7\nsimulated = true", "not fetched but made[^Z]*catalog simulate"),
        ('name = "desi"', 'name = "miles"', "files of miles cannot be fetched"),
        ('release = "edr"', 'release = "edr1"', "no release[^Z]*did you mean 'edr'"),
        ('release = "edr"', "", "no release[^Z]*edr, dr1"),
        ("healpix/sv3", "../sv3", "cannot be looked for"),
        ("n_bins = 460", "n_bin = 460", "n_bin"),
    ],
)
def test_what_cannot_be_fetched_is_wrong_usage(recipe, server, old, new, said):
    recipe.write_text(recipe.read_text().replace(old, new))

    done = fetch(recipe, server)

    assert done.exit_code == 2
    assert re.search(said, done.output), done.output
    assert server.requests == []


def test_nothing_is_fetched_among_simulated_spectra(recipe, server, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "SIMULATED").write_text("simulated")

    done = fetch(recipe, server)

    assert done.exit_code == 2
    assert "do not mix" in done.output
    assert server.requests == []


@pytest.mark.parametrize("mirror", ["ftp://a/", "data", "file:///etc/"])
def test_a_mirror_is_a_web_address(recipe, mirror):
    done = CliRunner().invoke(cli, ["fetch", str(recipe), "--mirror", mirror])

    assert done.exit_code == 2
    assert "mirror is not usable" in done.output


def test_room_is_looked_for_before(recipe, server, folder, monkeypatch):
    little = shutil._ntuple_diskusage(10**12, 10**12, 10**6)
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: little)

    done = fetch(recipe, server)

    assert done.exit_code == 1
    assert "not enough room" in done.output
    assert archive.tree(folder) == {}


def test_two_fetches_do_not_meet_in_one_folder(recipe, server, tmp_path):
    loaded = recipes.load(recipe)
    with errand.open_errand(loaded, tmp_path, mirror=server.address) as work:
        with (
            errand._locked(tmp_path / "desi" / "edr"),
            pytest.raises(ReleaseError, match="another process"),
        ):
            work.run()
        assert work.run().n_fetched == 6


def test_a_section_without_an_archive_is_left_out_and_said(recipe, caplog):
    extra = '\n[[surveys]]\nname = "miles"\nfolder = "miles"\nfiles = ["*"]\n'
    recipe.write_text(recipe.read_text() + extra)

    from catalog.fetch.plan import fetchable

    assert [s.name for s in fetchable(recipes.load(recipe))] == ["desi"]
    assert "files of miles cannot be fetched" in caplog.text


def test_what_was_fetched_is_what_the_reader_finds(recipe, server, tmp_path):
    fetch(recipe, server)

    work = workspace.open_build(recipe)

    assert [len(entry.shard.files) for entry in work.inputs] == [2, 2, 2]
    assert tmp_path / "data" == work.data


COMMAND = [sys.executable, "-m", "catalog", "fetch"]


def _begin(recipe, server):
    command = [*COMMAND, str(recipe), "--mirror", server.address, "--jobs", "2"]
    return subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _parts(folder):
    return [p for p in folder.rglob(".*.part") if p.stat().st_size]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_stopped_fetch_goes_on(recipe, folder, how):
    with Server(slowness_s=0.25) as server:
        files = {path: archive.fits_bytes(i, 60_000) for i, path in enumerate(archive.FILES)}
        archive.fill(server, sums=False)
        for path, content in files.items():
            server.serve(path, content, fault=["slow"])
        process = _begin(recipe, server)
        deadline = time.monotonic() + 100
        while len(_parts(folder)) < 2 and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(how)
        _, said = process.communicate(timeout=100)
        assert process.returncode != 0
        assert how == signal.SIGKILL or "what is finished is kept" in said
        kept = {p.name: p.stat().st_size for p in _parts(folder)}
        assert kept
        finished = {p for p in archive.tree(folder) if not p.rpartition("/")[2].startswith(".")}
        assert all(archive.tree(folder)[path] == files[path] for path in finished)
        server.forget()

        assert fetch(recipe, server).exit_code == 0

        ranges = sorted(s.range for s in server.requests if s.range)
        assert ranges == sorted(f"bytes={size}-" for size in kept.values())
        assert len(server.asked()) == len(files) - len(finished)
    assert archive.tree(folder) == files


def test_threads_end_with_the_command(recipe, server, tmp_path):
    server.serve(COADD, fault="500")
    loaded = recipes.load(recipe)
    slowly = Manners(pause_s=0.0, attempts=50, back_off_s=30.0)

    def enough(_bytes, n_files):
        if n_files:
            raise RuntimeError("enough")

    with (
        pytest.raises(RuntimeError, match="enough"),
        errand.open_errand(loaded, tmp_path, mirror=server.address, manners=slowly) as work,
    ):
        work.run(enough)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("fetch")]


def test_an_empty_server_is_an_error(tmp_path, recipe):
    loaded = recipes.load(recipe)
    with (
        Server() as server,
        pytest.raises(WebError, match="nothing on the server"),
        errand.open_errand(loaded, tmp_path, mirror=server.address),
    ):
        pass


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1.0 kB"),
        (2.6e12, "2.6 TB"),
        (5e15, "5,000.0 TB"),
    ],
)
def test_sizes_are_readable(size, shown):
    assert errand._readable(size) == shown


def test_a_file_in_a_folders_place_is_one_clear_error(recipe, server, folder):
    (folder / "healpix" / "sv3").mkdir(parents=True)
    (folder / "healpix" / "sv3" / "bright").write_text("a file")

    done = fetch(recipe, server)

    assert done.exit_code == 1
    assert "cannot be written" in done.output
