"""Hosts that take only so much: files in parts, releases led to `/`, releases kept elsewhere."""

import hashlib
import json
import re
import subprocess
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.publish.crawler import crawl, served
from tests.publish.small_sites import Publisher, contents, entry, site, size

from catalog.errors import PublishError
from catalog.publish import parts, placing, plan
from catalog.publish.hosts import HOSTS, Host
from catalog.publish.manifest import COPY, REDIRECT, Entry, Manifest
from catalog.publish.tree import Tree

OVERFLOW = ("https://a.example.org/", "https://b.example.org/")
LIMIT = 4_000
PADDING = 100_000
"""Bytes of a release, beside which the pages that publishing adds weigh little."""


@pytest.fixture
def publish(tmp_path):
    return Publisher(tmp_path, PADDING)


def host(n_bytes=None, n_files=None, file_bytes=None):
    return Host("small", "Small Host", file_bytes, n_bytes, n_files, "its manual")


def room(folder):
    """Bytes and files of a published folder."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return sum(path.stat().st_size for path in files), len(files)


def unbroken(folder):
    with served(folder) as root:
        walk = crawl(root)
    assert not walk.broken
    return walk


def test_the_hosts_are_as_their_manuals_say():
    github, cloudflare = HOSTS["github-pages"], HOSTS["cloudflare-pages"]

    assert (github.file_bytes, github.site_bytes, github.n_files) == (10**8, 10**9, None)
    assert (cloudflare.file_bytes, cloudflare.n_files) == (25 * 1024 * 1024, 20_000)
    assert HOSTS["any"].holds(10**15, 10**9)
    assert all(each.source for each in (github, cloudflare))


@pytest.fixture
def divided(tmp_path):
    made = site(tmp_path / "made", "one", padding=9_000)
    small = host(file_bytes=LIMIT)
    names = parts.too_large(made, small)
    parts.divide(made, tmp_path / "divided", parts.Fit(names), small, simulated=True)
    return made, tmp_path / "divided", names


def test_a_large_file_becomes_parts_that_join_to_it(divided, tmp_path):
    _, folder, names = divided

    assert names == ("download/big.duckdb",)
    found = sorted((folder / "download").glob("big.duckdb*"))
    assert [p.name for p in found] == [
        "big.duckdb.part-001", "big.duckdb.part-002", "big.duckdb.part-003",
        "big.duckdb.parts.html",
    ]  # fmt: skip
    assert [p.stat().st_size for p in found[:3]] == [LIMIT, LIMIT, 9_150 - 2 * LIMIT]
    assert all(path.stat().st_size <= LIMIT for path in folder.rglob("*") if path.is_file())


def test_the_page_of_a_file_in_parts_says_how_to_join_and_check_it(divided):
    made, folder, _ = divided
    page = (folder / "download/big.duckdb.parts.html").read_text()
    whole = (made / "download/big.duckdb").read_bytes()

    assert hashlib.sha256(whole).hexdigest() in page
    assert 'class="banner"' in page
    said = re.findall(r"<code>(cat [^<]*|echo [^<]*)</code>", page)
    commands = [each.replace("&gt;", ">").replace("&#34;", '"') for each in said]
    assert len(commands) == 2
    for command in commands:
        subprocess.run(["bash", "-c", command], cwd=folder / "download", check=True,
                       capture_output=True)  # fmt: skip
    assert (folder / "download/big.duckdb").read_bytes() == whole


def test_links_to_a_file_in_parts_lead_to_its_page_and_no_other_does(divided):
    made, folder, _ = divided
    text = (folder / "download/index.html").read_text()

    assert '<a href="big.duckdb.parts.html">all</a>' in text  # nothing to save at once
    assert '<a href="a.csv">some</a>' in text
    assert '<a href="https://x.org/big.duckdb">elsewhere</a>' in text
    unchanged = ("index.html", "objects/a/index.html", "static/page.css", "download/a.csv")
    assert all((folder / name).samefile(made / name) for name in unchanged)
    assert "big.duckdb.parts" not in (made / "download/index.html").read_text()


def test_a_site_with_a_file_in_parts_is_published_without_a_broken_link(divided, tmp_path):
    _, folder, names = divided
    described = replace(entry(folder, "one"), split=names)
    done = placing.put(folder, described, tmp_path / "public", host(file_bytes=LIMIT))

    assert any("download/big.duckdb: in parts" in note for note in done.notes)
    told = json.loads((tmp_path / "public/published.json").read_text())
    assert told["releases"][0]["split"] == ["download/big.duckdb"]
    walk = unbroken(tmp_path / "public")
    assert any(each.endswith("one/download/big.duckdb.part-003") for each in walk.seen)


def test_a_large_file_that_a_page_needs_whole_is_refused(tmp_path):
    made = site(tmp_path / "made", "one")
    (made / "static/page.css").write_text(" " * 5_000)

    with pytest.raises(PublishError, match=r"does not take this file[\s\S]*static/page\.css"):
        parts.too_large(made, host(file_bytes=LIMIT))


def test_frozen_releases_with_files_too_large_for_another_host_are_refused(publish):
    publish("one")
    with pytest.raises(PublishError, match=r"published already[\s\S]*one: download/big\.duckdb"):
        publish("two", host=host(file_bytes=50))


@given(st.binary(max_size=5_000), st.integers(1, 1_700))
def test_parts_of_any_file_join_to_it_and_none_is_larger_than_the_limit(
    tmp_path_factory, content, limit
):
    folder = tmp_path_factory.mktemp("parts")
    (folder / "download").mkdir()
    file = folder / "whole"
    file.write_bytes(content)
    parts._divide_file("download/whole", file, folder, limit, simulated=False)

    found = sorted(p for p in (folder / "download").iterdir() if ".part-" in p.name)
    assert b"".join(p.read_bytes() for p in found) == content
    assert all(0 < p.stat().st_size <= limit for p in found)


def test_without_room_for_a_second_copy_the_frozen_one_leads_to_the_root(publish, tmp_path):
    twice = publish("one")
    publish.target.rename(tmp_path / "before")
    small = host(n_bytes=size(twice)[0] - 1)
    done = publish("one", host=small)
    target = publish.target

    assert done.manifest.releases[0].place == REDIRECT
    assert any("releases/one/ leads to /" in note for note in done.notes)
    assert room(target)[0] <= small.site_bytes
    assert room(target) == size(done)
    stand_in = (target / "releases/one/objects/a/index.html").read_text()
    assert 'content="0; url=../../../../objects/a/index.html"' in stand_in
    assert 'href="../../../../objects/a/index.html"' in stand_in
    walk = unbroken(target)
    assert any(each.endswith("releases/one/index.html") for each in walk.seen)


def test_the_next_release_gives_the_former_its_copy_from_what_stood_at_the_root(publish):
    single = host(n_bytes=size(publish_alone(publish))[0] - 1)
    publish("one", "2026-01-01", host=single)
    assert not publish.stands("one")
    done = publish("two", "2026-06-01")

    assert publish.stands("one")
    assert publish.stands("two")
    assert any("releases/one/ is whole again" in note for note in done.notes)
    unbroken(publish.target)


def publish_alone(publish):
    """Publish a first release elsewhere, for its size with a copy of its own."""
    other = Publisher(publish.folder / "alone", PADDING)
    return other("one")


def three(publish, small):
    """Publish three releases for a host that has room for two trees and some pages."""
    for name, date in (("one", "2026-01-01"), ("two", "2026-02-01"), ("three", "2026-03-01")):
        done = publish(name, date, host=small, addresses=OVERFLOW)
    return done


def test_the_oldest_releases_go_to_a_folder_of_their_own(publish):
    tree = size(publish_alone(publish))[0] // 2
    small = host(n_bytes=int(2.5 * tree))
    done = three(publish, small)
    target, kept = publish.target, publish.folder / "public.overflow-1"
    places = {each.name: each.place for each in done.manifest.releases}

    assert places["one"] == "overflow-1"
    assert places["three"] in {COPY, REDIRECT}
    assert publish.stands("one", kept / "releases/one")
    assert room(target)[0] <= small.site_bytes
    assert room(kept)[0] <= small.site_bytes
    page = (target / "releases/one/objects/a/index.html").read_text()
    assert 'href="https://a.example.org/releases/one/objects/a/index.html"' in page
    assert any("public.overflow-1" in note for note in done.notes)
    assert json.loads((target / "releases/index.json").read_text())["releases"][-1][
        "address"
    ] == "https://a.example.org/releases/one/index.html"  # fmt: skip
    unbroken(target)
    with served(kept) as root:
        walk = crawl(root, [])
    assert not walk.broken
    assert f"{root}releases/one/objects/a/index.html" in walk.seen


def test_what_is_kept_elsewhere_stays_there_and_a_full_folder_is_followed_by_another(publish):
    tree = size(publish_alone(publish))[0] // 2
    small = host(n_bytes=int(2.5 * tree))
    three(publish, small)
    first = contents(publish.folder / "public.overflow-1/releases")
    places = {}
    for name, date in (("four", "2026-04-01"), ("five", "2026-05-01")):
        done = publish(name, date, host=small, addresses=OVERFLOW)
        places = {each.name: each.place for each in done.manifest.releases}

    kept = sorted(publish.folder.glob("public.overflow-*"))
    assert len(kept) == 2
    assert all(room(folder)[0] <= small.site_bytes for folder in (*kept, publish.target))
    now = contents(publish.folder / "public.overflow-1/releases")
    assert first.items() <= now.items()
    for name, place in places.items():
        if place.startswith("overflow"):
            assert publish.stands(name, publish.folder / f"public.{place}/releases/{name}")
    unbroken(publish.target)


def test_a_limit_on_the_number_of_files_holds_like_that_on_bytes(publish):
    n_files = size(publish_alone(publish))[1]
    done = publish("one", host=host(n_files=n_files - 1))

    assert done.manifest.releases[0].place == REDIRECT
    assert room(publish.target)[1] <= n_files - 1


def test_a_release_that_nobody_would_find_is_not_taken_away(publish):
    tree = size(publish_alone(publish))[0] // 2
    small = host(n_bytes=int(1.5 * tree))
    publish("one", "2026-01-01", host=small)
    before = contents(publish.target)

    with pytest.raises(PublishError, match=r"nobody would find[\s\S]*one in [\s\S]*--overflow"):
        publish("two", "2026-02-01", host=small)
    assert contents(publish.target) == before
    assert not list(publish.folder.glob("public.overflow*"))


def test_a_doi_is_an_address_too(publish):
    tree = size(publish_alone(publish))[0] // 2
    small = host(n_bytes=int(1.5 * tree))
    publish("one", "2026-01-01", host=small, doi="10.5281/zenodo.7")
    publish("two", "2026-02-01", host=small)
    page = (publish.target / "releases/one/index.html").read_text()

    assert 'href="https://doi.org/10.5281/zenodo.7"' in page


def test_a_release_too_large_for_the_host_is_refused_with_what_to_change(publish):
    with pytest.raises(PublishError, match=r"newest release alone[\s\S]*site\.n_objects"):
        publish("one", host=host(n_bytes=1_000))
    assert not publish.target.exists()


def test_a_killed_move_is_done_again(publish):
    """The overflow folder was made, the target not: both are as they should be afterwards."""
    tree = size(publish_alone(publish))[0] // 2
    small = host(n_bytes=int(1.5 * tree))
    publish("one", "2026-01-01", host=small)
    publish("two", "2026-02-01", host=small, addresses=OVERFLOW)
    kept = publish.folder / "public.overflow-1"
    done = contents(publish.target), contents(kept)
    # Back to the state before, but with the overflow folder made.
    for path in (publish.target,):
        path.rename(publish.folder / "after")
    publish("one", "2026-01-01", host=small)
    publish("two", "2026-02-01", host=small, addresses=OVERFLOW)

    assert (contents(publish.target), contents(kept)) == done


def test_a_foreign_overflow_folder_is_refused(publish):
    tree = size(publish_alone(publish))[0] // 2
    small = host(n_bytes=int(1.5 * tree))
    publish("one", "2026-01-01", host=small)
    other = publish.folder / "public.overflow-1"
    (other / "releases/precious").mkdir(parents=True)

    with pytest.raises(PublishError, match=r"holds something else[\s\S]*precious"):
        publish("two", "2026-02-01", host=small, addresses=OVERFLOW)
    assert (other / "releases/precious").is_dir()


def test_releases_kept_elsewhere_need_not_be_on_this_machine(publish):
    tree = size(publish_alone(publish))[0] // 2
    small = host(n_bytes=int(1.5 * tree))
    publish("one", "2026-01-01", host=small)
    publish("two", "2026-02-01", host=small, addresses=OVERFLOW)
    (publish.folder / "public.overflow-1").rename(publish.folder / "far away")
    page = (publish.target / "releases/one/objects/a/index.html").read_bytes()
    done = publish("three", "2026-03-01", host=small, addresses=OVERFLOW)

    assert (publish.target / "releases/one/objects/a/index.html").read_bytes() == page
    assert {e.name: e.place for e in done.manifest.releases}["two"] == "overflow-2"
    unbroken(publish.target)


BLANK = Entry("", "", "", "", "", simulated=False, n_objects=0, source="", tree=Tree(0, 0, ""))
entries = st.lists(
    st.tuples(st.sampled_from(["", "2025-01-01", "2026-01-01"]), st.integers(1, 99)),
    min_size=1, max_size=6,
)  # fmt: skip


@given(entries)
def test_ways_to_place_releases_shrink_and_keep_the_newest_here(facts):
    made = tuple(
        replace(BLANK, name=str(i), date=date, tree=Tree(1, size, str(i)))
        for i, (date, size) in enumerate(facts)
    )
    newest = plan.newest_of(made)
    ways = list(plan.candidates(Manifest("any", newest, made)))

    assert all(each.place == COPY for each in ways[0].releases)
    n_here = [sum(each.place == COPY for each in way.releases) for way in ways]
    assert n_here == list(range(len(made), -1, -1))
    here = [each for way in ways for each in way.releases if each.name == newest]
    assert {each.place for each in here} == {COPY, REDIRECT}
    moved = [[each.date for each in way.releases if each.place == plan.UNPLACED] for way in ways]
    kept = [[each.date for each in way.releases if each.place == COPY] for way in ways]
    assert all(max(m, default="") <= min(k, default="9") for m, k in zip(moved, kept, strict=True))
    assert len(moved[-1]) == len(made) - 1
