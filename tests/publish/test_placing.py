"""Releases side by side: the newest at `/`, each frozen at its own address, in one step."""

import json
import signal
import subprocess
import sys
import textwrap

import pytest
from tests.publish.crawler import crawl, served
from tests.publish.small_sites import Publisher, contents, entry, site

from catalog.errors import PublishError
from catalog.publish import placing, standing, tree
from catalog.publish.hosts import HOSTS

ADDED = ("releases", "published.json", ".nojekyll", "CNAME")


@pytest.fixture
def publish(tmp_path):
    return Publisher(tmp_path)


def root_is(publish, name):
    return contents(publish.target, ADDED) == contents(publish.made[name])


def unbroken(folder):
    with served(folder) as root:
        walk = crawl(root)
    assert not walk.broken
    return walk


def test_the_first_release_is_at_the_root_and_at_its_own_address(publish):
    done = publish("one", "2026-01-01")

    assert done.changed
    assert root_is(publish, "one")
    assert publish.stands("one")
    assert (publish.target / ".nojekyll").is_file()
    assert unbroken(publish.target).n_pages == 8


def test_the_same_bytes_have_one_place_on_the_disk(publish):
    publish("one")
    names = [publish.target / name for name in ("index.html", "releases/one/index.html")]

    assert names[0].samefile(names[1])


def test_a_second_publication_of_a_release_changes_nothing_and_says_so(publish):
    publish("one", "2026-01-01")
    before = {p: p.stat() for p in publish.target.rglob("*")}
    done = publish("one", "2026-01-01")

    assert not done.changed
    after = {p: p.stat() for p in publish.target.rglob("*")}
    assert before.keys() == after.keys()
    assert all(before[p].st_ino == after[p].st_ino for p in before)


def test_a_second_release_takes_the_root_and_leaves_the_first_as_it_was(publish):
    publish("one", "2026-01-01")
    (publish.target / "CNAME").write_text("atlas.example.org\n")
    first = contents(publish.target / "releases/one")
    publish("two", "2026-06-01")

    assert root_is(publish, "two")
    assert publish.stands("two")
    assert contents(publish.target / "releases/one") == first
    assert (publish.target / "CNAME").read_text() == "atlas.example.org\n"
    unbroken(publish.target)


@pytest.mark.parametrize(
    ("dates", "newest"),
    [(("2026-06-01", "2026-01-01"), "one"), (("2026-01-01", ""), "one"), (("", ""), "two"),
     (("2026-01-01", "2026-01-01"), "two"), (("", "2026-01-01"), "two")],
)  # fmt: skip
def test_the_latest_date_has_the_root_and_then_the_later_publication(publish, dates, newest):
    publish("one", dates[0])
    done = publish("two", dates[1])

    assert root_is(publish, newest)
    assert done.manifest.newest == newest
    assert any("/ stays with one" in note for note in done.notes) == (newest == "one")
    assert publish.stands("one")
    assert publish.stands("two")


def test_the_list_of_releases_names_all_with_their_dates_latest_first(publish):
    publish("one", "2026-01-01", doi="10.5281/zenodo.1")
    publish("two", "2026-06-01", simulated=True)
    text = (publish.target / "releases/index.html").read_text()
    told = json.loads((publish.target / "releases/index.json").read_text())["releases"]

    assert [each["name"] for each in told] == ["two", "one"]
    assert [each["newest"] for each in told] == [True, False]
    assert text.index("2026-06-01") < text.index("2026-01-01")
    assert 'href="https://doi.org/10.5281/zenodo.1"' in text
    assert "The newest. Version 1, 2026-06-01: 2 simulated objects." in text
    assert "<script" not in text
    assert "style=" not in text


def test_a_title_cannot_put_markup_on_the_list(publish):
    publish("one", title="<script>alert(1)</script>", version='"><img src=x>')
    text = (publish.target / "releases/index.html").read_text()

    assert "<script" not in text
    assert "<img" not in text


def test_a_list_of_simulated_releases_has_the_banner(publish):
    publish("one", simulated=True)
    assert 'class="banner"' in (publish.target / "releases/index.html").read_text()


def test_another_build_of_a_published_release_is_refused(publish, tmp_path):
    publish("one")
    before = contents(publish.target)
    other = site(tmp_path / "again", "other")

    with pytest.raises(PublishError, match=r"published already, with other contents[\s\S]*name"):
        placing.put(other, entry(other, "one"), publish.target, HOSTS["any"])
    assert contents(publish.target) == before


def altered(folder):
    file = folder / "objects/a/index.html"
    text = file.read_text()
    file.unlink()  # it has another name, which must keep what it had
    file.write_text(text.replace("home", "hime"))


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (lambda t: altered(t / "releases/one"), "one: .*releases/one has .* but other contents"),
        (altered, "two: .*public has .* but other contents"),
        (lambda t: (t / "releases/one/objects/a/index.html").unlink(), "one: .*; it had 8 of"),
        (lambda t: (t / "releases/one/more.txt").write_text("x"), "one: .*9 files"),
        (lambda t: (t / "mine.txt").write_text("x"), "two: .*9 files"),
        (lambda t: (t / "releases/one").rename(t.parent / "gone"), "one: its folder is missing"),
    ],
)  # fmt: skip
def test_what_was_altered_in_the_target_is_found_and_nothing_is_put(publish, harm, words):
    publish("one", "2026-01-01")
    publish("two", "2026-06-01")
    harm(publish.target)
    before = contents(publish.target)

    with pytest.raises(PublishError, match=rf"not as it was published[\s\S]*{words}"):
        publish("three", "2026-07-01")
    assert contents(publish.target) == before


def test_a_folder_that_holds_something_else_is_refused_and_kept(publish):
    (publish.target).mkdir()
    (publish.target / "thesis.tex").write_text("years")

    with pytest.raises(PublishError, match=r"holds something else[\s\S]*thesis\.tex"):
        publish("one")
    assert contents(publish.target) == {"thesis.tex": b"years"}


def test_a_file_in_the_targets_place_is_refused(publish):
    publish.target.write_text("x")
    with pytest.raises(PublishError, match="holds something else"):
        publish("one")


@pytest.mark.parametrize("damage", ["{}", "no json", '{"host": "", "newest": "x", "releases": []}'])
def test_a_damaged_manifest_is_refused(publish, damage):
    publish("one")
    (publish.target / "published.json").write_text(damage)
    with pytest.raises(PublishError, match=r"cannot be told[\s\S]*published\.json"):
        publish("two")


KILLED = """
    import os, signal, sys
    from pathlib import Path
    from tests.publish.small_sites import Publisher

    publish = Publisher(Path(sys.argv[1]))
    rename = Path.rename
    def dying(self, to):
        if Path(to).name == "public":
            os.kill(os.getpid(), signal.SIGKILL)
        return rename(self, to)
    publish.made["one"] = Path(sys.argv[1]) / "made-one"
    Path.rename = dying
    publish("two", "2026-06-01")
"""


def test_a_kill_between_the_renames_loses_nothing(publish, tmp_path):
    publish("one", "2026-01-01")
    before = contents(publish.target)
    command = [sys.executable, "-c", textwrap.dedent(KILLED), str(tmp_path)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert not publish.target.exists()  # it died where nothing stands

    standing.recover(publish.target)
    assert contents(publish.target) == before

    publish.made["two"] = tmp_path / "made-two"
    publish("two", "2026-06-01")
    assert root_is(publish, "two")
    assert publish.stands("one")
    assert not list(tmp_path.glob(".public*"))


def test_the_next_publication_recovers_by_itself(publish, tmp_path):
    publish("one", "2026-01-01")
    publish.target.rename(tmp_path / ".public.old")
    (tmp_path / ".public.part").mkdir()
    publish("two", "2026-06-01")

    assert publish.stands("one")
    assert root_is(publish, "two")


def test_a_rename_that_fails_puts_back_what_stood(publish, monkeypatch):
    publish("one", "2026-01-01")
    before = contents(publish.target)
    rename = type(publish.target).rename

    def failing(self, to):
        if self.name == ".public.part":
            raise OSError("no")
        return rename(self, to)

    monkeypatch.setattr(type(publish.target), "rename", failing)
    with pytest.raises(OSError, match="no"):
        publish("two", "2026-06-01")
    assert contents(publish.target) == before


def test_two_publications_at_once_are_one_too_many(tmp_path):
    target = tmp_path / "public"
    with (
        standing.alone(target),
        pytest.raises(PublishError, match="another publication"),
        standing.alone(target),
    ):
        pass


def test_the_digest_of_a_folder_is_that_of_its_names_and_contents(tmp_path):
    a, b = site(tmp_path / "a", "x"), site(tmp_path / "b", "x")
    hashes = tree.Hashes()
    assert tree.measure(a, hashes) == tree.measure(b, hashes)

    (b / "index.html").rename(b / "index2.html")
    assert tree.measure(a, hashes).digest != tree.measure(b, hashes).digest
