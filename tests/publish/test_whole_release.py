"""A release of the real pipeline: what is wrong with it is found; what is right is published."""

import os
import shutil
import subprocess

import duckdb
import pytest
from click.testing import CliRunner
from tests.pipeline import tiny_release
from tests.publish.conftest import SCRIPTS
from tests.publish.crawler import walk_folder
from tests.publish.small_sites import contents

from catalog import workspace
from catalog.cli import cli
from catalog.cli_release import HOST_NAMES
from catalog.errors import PublishError
from catalog.publish import budgets, verify
from catalog.publish.hosts import HOSTS, Host
from catalog.publish.publishing import publish
from catalog.release import Layout

PAGE = "about/index.html"
pytestmark = pytest.mark.slow


@pytest.fixture
def catalogue(built, tmp_path):
    """A copy of the catalogue, to change, beside the site that was made of it."""
    made, layout = Layout(built / "build/out/tiny"), Layout(tmp_path)
    shutil.copyfile(made.database, layout.database)
    layout.site.symlink_to(made.site)
    return layout


def change(layout, query):
    with duckdb.connect(str(layout.database)) as connection:
        connection.execute(query)


def rewrite(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def first_object(work):
    return min(each for each in (work.layout.site / "objects").iterdir() if each.is_dir())


def test_a_finished_release_is_fit_and_looking_at_it_changes_nothing(work):
    before = tiny_release.contents(work.layout.root)
    verify.check(work)
    assert tiny_release.contents(work.layout.root) == before


def test_all_that_is_wrong_is_told_at_once(work):
    site = work.layout.site
    rewrite(site / PAGE, "</main>", '<a href="nowhere.html">x</a></main>')
    (work.layout.downloads / "outliers.csv").unlink()

    with pytest.raises(PublishError) as refused:
        verify.check(work)
    text = str(refused.value)
    assert "not fit to be published" in text
    assert "stage render: 0 of 1 tasks are current" in text
    assert f"{site}: not as the build left it" in text
    assert f"{PAGE}: nowhere.html leads to no file" in text
    assert "outliers.csv: missing, and SHA256SUMS lists it" in text


def test_a_stage_is_stale_when_the_recipe_has_changed(release):
    recipe = release / "build/tiny.toml"
    rewrite(recipe, "A tiny release", "Another title")
    work = workspace.open_build(recipe)

    found = list(verify.unfinished(work))
    assert "stage store: 0 of 1 tasks are current" in found
    assert not any("not as the build left it" in each for each in found)


def test_nothing_built_is_one_fault_per_stage_and_no_more(release, tmp_path):
    work = workspace.open_build(release / "build/tiny.toml", out=tmp_path / "elsewhere")
    with pytest.raises(PublishError, match="stage read: 0 of 3 tasks") as refused:
        verify.check(work)
    *stages, rest = refused.value.found.strip().splitlines()
    assert all(line.strip().startswith("stage ") for line in stages)
    assert rest.endswith("more of this kind")


def test_a_byte_altered_without_trace_is_found(work):
    """Of the same length and time of change: `status` would not see it."""
    page = work.layout.site / PAGE
    stat, content = page.stat(), page.read_bytes()
    page.write_bytes(content.replace(b"the", b"eth", 1))
    os.utime(page, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert page.stat().st_size == stat.st_size

    assert f"{work.layout.site}: not as the build left it" in list(verify.unfinished(work))


@pytest.mark.parametrize(
    ("query", "check", "words"),
    [
        ("UPDATE release SET n_outliers = 99", verify.disagreeing, "n_outliers is 99, counted"),
        ("UPDATE release SET schema_version = 3", verify.unknown_code, "another schema: 3"),
        ("UPDATE provenance SET code_dirty = true", verify.unknown_code, "changed after commit"),
        ("UPDATE release SET simulated = false", verify.uncitable, "citation.date in the recipe"),
        ("UPDATE release SET simulated = false", verify.uncitable, "citation.doi in the recipe"),
        ("UPDATE release SET simulated = false", verify.uncitable, "citation.authors in the rec"),
        ("UPDATE spectra SET slug = 'j0' WHERE rank = 1", verify.other_objects, "objects/j0/"),
        (
            "UPDATE spectra SET target_id = 'x-y' WHERE rank = 1",
            verify.other_objects,
            "object, x-y",
        ),
    ],
)
def test_what_is_wrong_with_a_catalogue_is_found(catalogue, query, check, words):
    change(catalogue, query)
    assert any(words in each for each in verify.told(check, catalogue))


def test_a_real_release_with_all_of_its_citation_is_citable(catalogue):
    change(
        catalogue,
        "UPDATE release SET simulated = false;"
        "UPDATE citation SET date = '2026-01-01', version = '1', doi = '10.5281/x.1';"
        "INSERT INTO authors VALUES (1, 'Chen', 'B.', '', '')",
    )
    assert not list(verify.uncitable(catalogue))


def test_a_simulated_release_needs_no_doi(catalogue):
    assert not list(verify.uncitable(catalogue))


def test_downloads_that_differ_from_their_checksums_are_found(work):
    downloads, served = work.layout.downloads, work.layout.site / "download"
    (downloads / "columns.csv").write_text("x")
    (served / "outliers.csv").unlink()
    (downloads / "stray.txt").write_text("x")

    found = list(verify.uncounted(work.layout))
    assert len(found) == 3
    assert any(f"{downloads / 'columns.csv'}: not as SHA256SUMS says" in each for each in found)
    assert any(f"{served / 'outliers.csv'}: missing" in each for each in found)
    assert any("stray.txt: not in SHA256SUMS" in each for each in found)


def test_a_page_without_the_banner_is_found(work):
    rewrite(work.layout.site / PAGE, 'class="banner"', 'class="flag"')
    assert [PAGE in each for each in verify.without_banner(work.layout)] == [True]


def test_pages_for_nobody_and_nobodys_pages_are_found(work):
    objects = work.layout.site / "objects"
    first = first_object(work)
    first.rename(objects / "j0")

    found = list(verify.other_objects(work.layout))
    assert len(found) == 2
    assert any(f"has no page, objects/{first.name}/" in each for each in found)
    assert any("objects/j0/: the catalogue has no such object" in each for each in found)


def test_an_index_with_another_identifier_is_found(work):
    index = work.layout.site / "api/index.json"
    rewrite(index, '"target_id":["', '"target_id":["1')

    found = list(verify.other_objects(work.layout))
    assert len(found) == 1
    assert found[0].startswith("api/index.json: ")


def test_names_that_publishing_needs_are_refused(work):
    (work.layout.site / "releases").mkdir()
    assert any("of this name itself" in each for each in verify.broken_links(work.layout))


@pytest.mark.parametrize(
    ("name", "words"),
    [("OBJECT_PAGE", "before its plot"), ("OBJECT_DATA", "of data"), ("EXPLORER", "to load"),
     ("OBJECTS_BYTES", "of the site")],
)  # fmt: skip
def test_a_budget_that_is_exceeded_is_told_with_both_numbers(built, monkeypatch, name, words):
    site = workspace.open_build(built / "build/tiny.toml").layout.site
    assert not list(budgets.faults(site))

    monkeypatch.setattr(budgets, name, 100)
    found = list(budgets.faults(site))
    assert found
    assert all(words in each and "the budget is 100" in each for each in found)


def test_many_faults_of_one_kind_are_counted(work):
    for page in sorted(work.layout.site.rglob("*.html")):
        page.write_text("<p>no banner</p>")
    shown = list(verify.shown(verify.without_banner(work.layout)))

    assert len(shown) == verify.SHOWN + 1
    assert shown[-1].endswith("more of this kind")


def test_the_command_publishes_says_what_and_does_nothing_twice(release, tmp_path):
    arguments = ["publish", str(release / "build/tiny.toml"), str(tmp_path / "public")]
    first = CliRunner().invoke(cli, arguments)
    again = CliRunner().invoke(cli, arguments)

    assert first.exit_code == 0, first.output
    assert f"{tmp_path / 'public'}: published (1 releases, " in first.output
    assert again.exit_code == 0, again.output
    assert "up to date" in again.output
    site = release / "build/out/tiny/site"
    assert contents(tmp_path / "public/releases/tiny") == contents(site)


def test_the_command_refuses_an_unfit_release_and_leaves_no_trace(release, tmp_path):
    (release / "build/out/tiny/site" / PAGE).unlink()
    done = CliRunner().invoke(
        cli, ["publish", str(release / "build/tiny.toml"), str(tmp_path / "public")]
    )

    assert done.exit_code == 1
    assert "not fit to be published" in done.output
    assert f"{PAGE} leads to no file" in done.output
    assert not list(tmp_path.glob("*public*"))


def test_the_command_knows_every_host_and_refuses_half_an_address(release):
    assert set(HOST_NAMES) == set(HOSTS)
    recipe = str(release / "build/tiny.toml")
    done = CliRunner().invoke(cli, ["publish", recipe, "x", "--overflow", "example.org"])
    assert done.exit_code == 2


def test_a_target_in_the_releases_own_folder_is_refused(work):
    with pytest.raises(PublishError, match="overlap"):
        publish(work, work.layout.site)


def test_a_catalogue_too_large_for_a_host_is_published_in_parts(work, tmp_path):
    size = work.layout.database.stat().st_size
    host = Host("small", "Small Host", size - 1, None, None, "its manual")
    done = publish(work, tmp_path / "public", host)

    assert "download/catalog.duckdb" in done.manifest.releases[0].split
    text = (tmp_path / "public/download/index.html").read_text()
    assert 'href="catalog.duckdb.parts.html"' in text
    assert 'href="catalog.duckdb"' not in text
    walk = walk_folder(tmp_path / "public")
    assert not walk.broken
    assert walk.n_pages > len(list(work.layout.site.rglob("*.html")))


def test_the_scripts_of_the_workflow_publish_check_and_pack(built, environment, tmp_path):
    recipe, public = built / "build/tiny.toml", tmp_path / "public"

    def script(name, *arguments):
        command = [SCRIPTS / name, *map(str, arguments)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "published" in script("publish", recipe, public, "github-pages")
    assert " 0 broken" in script("check", public)
    script("pack", built / "build/out/tiny/download", public, tmp_path / "assets")

    packed = {path.name for path in (tmp_path / "assets").iterdir()}
    assert {"SHA256SUMS", "catalog.duckdb", "outliers.csv", "published-site.tar"} <= packed
    assert all((tmp_path / "assets" / name).is_file() for name in packed)
