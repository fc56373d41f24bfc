"""The steps of the release workflow, as the scripts that they are, with a `gh` that writes down."""

import json
import os
import subprocess
import sys

import pytest
from tests.publish.conftest import SCRIPTS
from tests.publish.small_sites import Publisher, contents

FAKE = """#!/bin/bash
printf '%s\\n' "$(basename "$0") $*" >> "$FAKES/calls"
if [[ $(basename "$0") == gh ]]; then
  case "$1 $2" in
    "api "*) cat "$FAKES/carriers" || exit 1 ;;
    "release view") [[ -f $FAKES/release ]] || exit 1 ;;
    "release download") cp "$FAKES/published-site.tar" "${@: -1}/" ;;
  esac
fi
"""


@pytest.fixture
def fakes(tmp_path, monkeypatch):
    """Commands that write down how they are called; `gh` answers as the files beside it say."""
    folder = tmp_path / "fakes"
    folder.mkdir()
    for name in ("gh", "make", "catalog"):
        (folder / name).write_text(FAKE)
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    monkeypatch.setenv("FAKES", str(folder))
    monkeypatch.setenv("CATALOG", str(folder / "catalog"))
    monkeypatch.setenv("GITHUB_SHA", "c0ffee")
    monkeypatch.setenv("GITHUB_REPOSITORY", "someone/atlas")
    return folder


def script(name, *arguments, **environment):
    return subprocess.run(
        [SCRIPTS / name, *map(str, arguments)],
        env={**os.environ, "PYTHON": sys.executable, **environment},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def calls(fakes):
    path = fakes / "calls"
    return path.read_text().splitlines() if path.exists() else []


def facts(recipe, **environment):
    done = script("facts", recipe, **environment)
    assert done.returncode == 0, done.stderr
    return dict(line.split("=", 1) for line in done.stdout.splitlines())


def test_facts_of_a_tag_and_of_a_click():
    pushed = facts("build/demo.toml", REF_TYPE="tag", REF_NAME="v1.0")
    clicked = facts("build/demo.toml", REF_TYPE="branch", REF_NAME="main")

    assert pushed["name"] == clicked["name"] == "demo"
    assert (pushed["tag"], clicked["tag"]) == ("v1.0", "release-demo")
    assert pushed["model_key"].startswith(pushed["model_family"])
    assert pushed["data_key"] == clicked["data_key"]


def test_another_recipe_has_other_caches():
    one, other = facts("build/demo.toml"), facts("build/miles.toml")
    assert all(one[key] != other[key] for key in ("data_key", "model_family", "model_key"))


@pytest.mark.parametrize(
    "recipe", ["../x.toml", "build/none.toml", "build/demo.toml;ls", "-v", "build/../x.toml"]
)  # fmt: skip
def test_what_is_no_recipe_of_the_repository_is_refused(recipe):
    done = script("facts", recipe)
    assert done.returncode == 2
    assert "no recipe in build/" in done.stderr


def test_the_demos_data_are_made_and_others_fetched(fakes):
    script("data", "build/demo.toml")
    script("data", "build/desi-edr.toml")
    assert calls(fakes) == ["make data/demo/truth.parquet", "catalog fetch build/desi-edr.toml"]


def test_publishing_names_the_host_and_every_overflow_address(fakes):
    script("publish", "build/demo.toml", "out dir", "any", OVERFLOW="https://a.org/ https://b.org/")
    said = "--host any --overflow https://a.org/ --overflow https://b.org/"
    assert calls(fakes) == [f"catalog publish build/demo.toml out dir {said}"]


def test_a_release_is_made_once_and_every_file_attached(fakes, tmp_path):
    assets = tmp_path / "assets"
    assets.mkdir()
    for name in ("SHA256SUMS", "catalog.duckdb"):
        (assets / name).write_text("x")
    assert script("attach", "v1.0", assets).returncode == 0
    (fakes / "release").touch()
    assert script("attach", "v1.0", assets).returncode == 0

    upload = f"gh release upload v1.0 {assets}/SHA256SUMS {assets}/catalog.duckdb --clobber"
    said = calls(fakes)
    assert [each.split()[2] for each in said] == ["view", "create", "upload", "view", "upload"]
    assert said[1].startswith("gh release create v1.0 --target c0ffee ")
    assert said[2] == said[4] == upload


def test_where_nothing_was_published_the_site_begins(fakes, tmp_path):
    (fakes / "carriers").touch()
    done = script("restore", tmp_path / "public")

    assert done.returncode == 0
    assert not (tmp_path / "public").exists()
    assert calls(fakes)[0].startswith("gh api repos/someone/atlas/releases --paginate")


def test_where_nobody_can_tell_the_workflow_ends(fakes, tmp_path):
    assert script("restore", tmp_path / "public").returncode != 0  # `gh api` fails
    (fakes / "carriers").write_text("v1.0\n")
    assert script("restore", tmp_path / "public").returncode != 0  # the download does
    assert not (tmp_path / "public").exists()


def test_what_was_packed_is_restored_and_published_upon(fakes, tmp_path):
    publish = Publisher(tmp_path)
    publish("one", "2026-01-01")
    before = contents(publish.target)
    downloads = tmp_path / "download"
    (downloads / "hats").mkdir(parents=True)
    (downloads / "SHA256SUMS").write_text("x")
    (downloads / "hats/a.parquet").write_text("y")
    assert script("pack", downloads, publish.target, tmp_path / "assets").returncode == 0
    names = {path.name for path in (tmp_path / "assets").iterdir()}
    assert names == {"SHA256SUMS", "hats.tar", "published-site.tar"}

    (tmp_path / "assets/published-site.tar").rename(fakes / "published-site.tar")
    (fakes / "carriers").write_text("v2.0\nv1.0\n")
    publish.target.rename(tmp_path / "gone")
    done = script("restore", publish.target)
    assert done.returncode == 0, done.stderr
    assert "from v2.0" in done.stdout
    assert contents(publish.target) == before

    publish("two", "2026-06-01")
    assert publish.stands("one")


def test_the_same_files_are_packed_to_the_same_bytes(tmp_path):
    packed = []
    for each in ("a", "b"):
        (tmp_path / each).mkdir()
        publish = Publisher(tmp_path / each)
        publish("one")
        downloads = tmp_path / each / "download"
        downloads.mkdir()
        (downloads / "x.csv").write_text("x")
        assert script("pack", downloads, publish.target, tmp_path / each / "as").returncode == 0
        packed.append(contents(tmp_path / each / "as"))
    assert packed[0] == packed[1]
    assert json.dumps(sorted(packed[0])) == '["published-site.tar", "x.csv"]'
