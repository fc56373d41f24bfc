"""The command: its verbs, exit codes, and how fast it answers."""

import contextlib
import json
import os
import pty
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.pipeline import finished, tiny_release

from catalog import pipeline, serve
from catalog.cli import STAGE_NAMES, cli
from catalog.errors import SiteError

README = Path(__file__).parents[1] / "README.md"
NOBODY = 65534


def run(*arguments: object):
    return CliRunner().invoke(cli, [str(a) for a in arguments])


@pytest.fixture(scope="module")
def built(tiny_build, tmp_path_factory) -> Path:
    return finished.copy(tiny_build, tmp_path_factory.mktemp("built"))


def test_the_verbs_are_the_stages_and_the_tools():
    tools = {"benchmark", "build", "check", "fetch", "latent", "publish", "rerank", "serve", "show",
             "simulate", "status", "sweep"}  # fmt: skip

    assert tuple(stage.name for stage in pipeline.STAGES) == STAGE_NAMES
    assert set(cli.commands) == tools | set(STAGE_NAMES)
    assert all(command.help for command in cli.commands.values())


@pytest.mark.alone
def test_help_answers_at_once_and_imports_nothing_heavy():
    code = (
        "import sys; from click.testing import CliRunner; from catalog.cli import cli;"
        "CliRunner().invoke(cli, ['--help']);"
        "print(sorted({'torch','numpy','astropy','duckdb','bokeh','pydantic'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

    best = min(_time_help() for _ in range(3))
    assert best < 0.3


def _time_help() -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-m", "catalog", "--help"], capture_output=True, check=True)
    return time.perf_counter() - start


def test_every_verb_and_recipe_in_the_readme_exists():
    text = README.read_text()
    words = [line.split("catalog ", 1)[1].split()[0] for line in text.splitlines()
             if line.strip().startswith("catalog ")]  # fmt: skip

    assert words
    assert set(words) <= set(cli.commands)
    for name in ("demo", "desi-edr", "miles"):
        assert f"build/{name}.toml" in text


def test_build_says_one_line_per_stage_and_where_the_site_is(built):
    done = run("build", built / "build/tiny.toml", "--out", built / "out")

    assert done.exit_code == 0
    for name in STAGE_NAMES:
        assert f"{name}: up to date" in done.output
    assert f"site: {built / 'out/tiny/site'}" in done.output


def test_one_verb_per_stage_runs_that_stage(built):
    done = run("rank", built / "build/tiny.toml", "--out", built / "out", "--force")

    assert done.exit_code == 0
    assert "rank: " in done.output
    assert "tasks" in done.output
    assert "map:" not in done.output


def test_status_tells_each_stage(built):
    done = run("status", built / "build/tiny.toml", "--out", built / "out")

    assert done.exit_code == 0
    assert done.output.count("current") == len(STAGE_NAMES)


def test_a_track_by_hand_names_real_spectra_and_writes_their_stacks(built, tmp_path):
    where = ("--out", built / "out", "--points", "0,0 99,99", "--radius", 2, "--across", 1)
    table = tmp_path / "stacks.csv"
    done = run("latent", "track", built / "build/tiny.toml", *where, "--up", 3, "-o", table)

    assert done.exit_code == 0, done.output
    head, first, last, written = (line.split() for line in done.output.splitlines())
    assert head[:3] == ["point", "across", "up"]
    assert first[3].startswith(str(tiny_release.FIRST_ID)[:12])
    assert int(first[-1]) > 0
    assert last[-1] == "0"
    assert written[0] == f"{table}:"
    assert len(table.read_text().splitlines()) == 461
    for up, said in ((1, "the same dimension"), (9, "the model has 3 dimensions")):
        refused = run("latent", "track", built / "build/tiny.toml", *where, "--up", up)
        assert refused.exit_code == 2
        assert said in refused.output


def test_show_gives_json_with_the_identifier_as_text(built):
    target = str(tiny_release.FIRST_ID + 2011)
    done = run("show", "tiny", target, "--out", built / "out")

    assert done.exit_code == 0
    shown = json.loads(done.output)
    assert shown["spectrum"]["target_id"] == target
    assert shown["spectrum"]["rank"] == 1
    assert shown["reasons"]
    assert {len(shown["flux_density"][k]) for k in ("flux", "ivar", "recon")} == {460}
    assert {row["survey"] for row in shown["inputs"]} == {"desi"}


@pytest.mark.parametrize("key", ["name", "slug"])
def test_show_finds_an_object_by_its_name_and_by_its_address(built, key):
    target = str(tiny_release.FIRST_ID + 2011)
    first = json.loads(run("show", "tiny", target, "--out", built / "out").output)
    assert first["spectrum"]["name"].startswith("SIM-PSA J")
    again = run("show", "tiny", first["spectrum"][key], "--out", built / "out")
    assert json.loads(again.output) == first


def test_show_also_finds_what_was_read_and_not_scored(built):
    done = run("show", built / "out/tiny/catalog.duckdb", "-1695072")

    assert done.exit_code == 0
    assert json.loads(done.output)["spectrum"]["rank"] is None


def test_rerank_writes_the_published_objects_by_relevance(built, tmp_path):
    labels, found = tmp_path / "labels.csv", tmp_path / "o.csv"
    labels.write_text(f"target_id,rating\n{tiny_release.FIRST_ID + 2011},5\n1,0\n")
    done = run("rerank", "tiny", labels, "-o", found, "--out", built / "out")

    assert done.exit_code == 0, done.output
    assert "objects by 1 ratings" in done.output
    assert "left out 1 of targets" in done.output
    assert found.read_text().startswith("target_id,rank,relevance,predicted_rating,deviation,")


def test_rerank_without_a_rating_of_this_release_is_refused(built, tmp_path):
    labels = tmp_path / "labels.csv"
    labels.write_text("target_id,rating\n1,5\n")
    done = run("rerank", "tiny", labels, "-o", tmp_path / "o.csv", "--out", built / "out")

    assert done.exit_code == 1
    assert "no object of this release is rated" in done.output
    assert not (tmp_path / "o.csv").exists()


def test_an_unknown_target_names_the_nearest(built):
    done = run("show", "tiny", str(tiny_release.FIRST_ID + 5)[:-1] + "x", "--out", built / "out")

    assert done.exit_code == 1
    assert "nearest: 39627763589581" in done.output


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["check", "nowhere.toml"], 2, "no such recipe"),
        (["build"], 2, "Missing argument"),
        (["bild"], 2, "No such command"),
        (["build", "x.toml", "--from", "nothing"], 2, "Invalid value"),
        (["show", "nothing", "1"], 1, "no catalogue"),
        (["serve", "nothing"], 1, "no site"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_exit_codes(arguments, code, words):
    done = run(*arguments)

    assert done.exit_code == code
    assert words in done.output
    assert "Traceback" not in done.output


def test_a_stage_without_its_inputs_says_that_an_earlier_one_has_not_run(tmp_path):
    done = run("render", tiny_release.write(tmp_path))

    assert done.exit_code == 1
    assert "stage render lacks what an earlier stage makes" in done.output


def test_another_output_folder_is_named_in_the_hint_and_found_by_the_recipe(built):
    recipe, out = built / "build/tiny.toml", built / "out"

    hint = run("build", recipe, "--out", out).stdout.splitlines()[-1]
    shown = run("show", recipe, "-1695072", "--out", out)

    assert hint == f"look: catalog serve {recipe} --out {out}"
    assert json.loads(shown.output)["spectrum"]["target_id"] == "-1695072"


def test_what_is_not_a_catalogue_is_refused(tmp_path):
    (tmp_path / "x.duckdb").write_text("not a database")
    done = run("show", tmp_path / "x.duckdb", "1")

    assert done.exit_code == 1
    assert "the catalogue cannot be read" in done.output


def test_make_understands_its_file():
    done = subprocess.run(
        ["make", "--dry-run", "demo", "serve", "lint", "test", "clean"],
        cwd=README.parent, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert "catalog build build/demo.toml" in done.stdout


@pytest.mark.parametrize("signal_sent", [signal.SIGTERM, signal.SIGINT], ids=["term", "int"])
def test_a_polite_kill_ends_with_one_line_and_no_traceback(tmp_path, signal_sent):
    recipe = tiny_release.write(tmp_path)
    recipe.write_text(recipe.read_text().replace("epochs = 4", "epochs = 4000"))
    command = [sys.executable, "-m", "catalog", "build", str(recipe), "--jobs", "2"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        while not (tmp_path / "build/out/tiny/rest").exists():
            assert process.poll() is None
            time.sleep(0.05)
        time.sleep(1)
        process.send_signal(signal_sent)
        _, said = process.communicate(timeout=100)

    # Python itself ends as killed by SIGINT where the signal fell into a library's exec().
    assert process.returncode in {1, -signal.SIGINT}, said
    assert "what is finished is kept" in said
    assert "Traceback" not in said


def test_from_after_to_is_refused(built):
    done = run("build", built / "build/tiny.toml", "--from", "rank", "--to", "read")

    assert done.exit_code == 2
    assert "the order is read, index" in done.output


def test_check_counts_files_and_does_no_work(tmp_path):
    recipe = tiny_release.write(tmp_path)
    done = run("check", recipe)

    assert done.exit_code == 0
    assert "6 files in 3 shards" in done.output
    assert not (recipe.parent / "out").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody who may not write")
def test_a_read_only_output_folder_is_one_clear_error(tmp_path):
    recipe = tiny_release.write(tmp_path)
    for path in (tmp_path, *tmp_path.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    for parent in tmp_path.parents:
        if str(parent).startswith("/tmp/pytest"):
            parent.chmod(0o755)
    os.seteuid(NOBODY)
    try:
        done = run("build", recipe, "--out", tmp_path / "out", "--jobs", 1)
    finally:
        os.seteuid(0)

    assert done.exit_code == 1
    assert "cannot be written" in done.output
    assert "--out" in done.output


def test_serve_listens_on_loopback_only_and_gives_the_site(built):
    with serve.listen(built / "out/tiny/site", 0) as server:
        assert server.server_address[0] == "127.0.0.1"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            url = f"http://127.0.0.1:{server.server_address[1]}/"
            with urllib.request.urlopen(url, timeout=60) as answer:
                assert b"A tiny release" in answer.read()
        finally:
            server.shutdown()
            thread.join()


def test_a_taken_port_is_named(built):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SiteError, match=rf"127\.0\.0\.1:{port}[\s\S]*--port"):
            serve.listen(built / "out/tiny/site", port)


def test_on_a_terminal_a_bar_moves_and_lines_stand_above_it(tmp_path):
    recipe = tiny_release.write(tmp_path)
    master, slave = pty.openpty()
    command = [sys.executable, "-m", "catalog", "build", str(recipe), "--to", "preprocess"]
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "200"}
    with subprocess.Popen(command, stderr=slave, env=environment) as process:
        os.close(slave)
        shown = _read_all(master)

    assert process.returncode == 0
    assert "━" in shown
    lines = [line.rsplit("\x1b[2K", 1)[-1] for line in shown.split("\r\n")]
    said = [line.split(":")[0] for line in lines if " tasks, " in line]
    assert said == ["read", "index", "infill", "preprocess"]


def _read_all(master: int) -> str:
    """Everything that was written to a terminal; its end is an error on Linux."""
    parts = []
    with contextlib.suppress(OSError):
        while part := os.read(master, 4096):
            parts.append(part)
    os.close(master)
    return b"".join(parts).decode(errors="replace")
