"""Patterns find on a server what `Path.glob` finds on a copy of it."""

from pathlib import PurePosixPath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.errors import RecipeError, WebError
from catalog.fetch.listing import Entry
from catalog.fetch.walk import walk

PATHS = (
    "healpix/sv3/bright/260/26065/coadd-sv3-bright-26065.fits",
    "healpix/sv3/bright/260/26065/redrock-sv3-bright-26065.fits",
    "healpix/sv3/bright/260/26066/coadd-sv3-bright-26066.fits.gz",
    "healpix/sv3/dark/1/100/coadd-sv3-dark-100.fits",
    "healpix/main/dark/1/100/coadd-main-dark-100.fits",
    "healpix/tilepix.fits",
    "top.fits",
)


class Tree:
    """A server's folders, and what was asked of them."""

    def __init__(self, paths=PATHS):
        self.asked = []
        self.folders: dict[str, dict[str, bool]] = {"": {}}
        for path in paths:
            parts = path.split("/")
            for i, part in enumerate(parts):
                folder = "".join(p + "/" for p in parts[:i])
                self.folders.setdefault(folder, {})[part] = i < len(parts) - 1

    def __call__(self, folders):
        self.asked += sorted(folders)
        return {
            folder: tuple(Entry(n, is_folder) for n, is_folder in self.folders[folder].items())
            for folder in folders
            if folder in self.folders
        }


def test_only_folders_that_can_match_are_asked_for_each_once():
    tree = Tree()

    files, listings = walk("healpix/sv3/b*/*/*/coadd-*.fits", tree)

    assert list(files) == [PATHS[0]]
    assert tree.asked == [
        "healpix/sv3/",
        "healpix/sv3/bright/",
        "healpix/sv3/bright/260/",
        "healpix/sv3/bright/260/26065/",
        "healpix/sv3/bright/260/26066/",
    ]
    assert sorted(listings) == tree.asked


PART = st.sampled_from(
    ["*", "**", "healpix", "sv3", "sv?", "[ms]*", "bright", "2*", "*.fits", "coadd-*", "nothing"]
)


@settings(max_examples=300)
@given(st.lists(PART, min_size=1, max_size=6))
def test_patterns_mean_what_they_mean_to_the_reader(tmp_path_factory, parts):
    pattern = "/".join(parts)
    root = tmp_path_factory.getbasetemp() / "walk"
    for path in PATHS:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).touch()
    expected = {p.relative_to(root).as_posix() for p in root.glob(pattern) if p.is_file()}

    assert set(walk(pattern, Tree())[0]) == expected


def test_a_folder_that_is_not_there_is_empty():
    assert walk("nothing/at/all/*.fits", Tree()) == ({}, {})


@pytest.mark.parametrize("pattern", ["/etc/*", "../*.fits", "a/../../*", "", "."])
def test_no_pattern_leads_out(pattern):
    tree = Tree()
    with pytest.raises(RecipeError, match="cannot be looked for"):
        walk(pattern, tree)
    assert tree.asked == []


def test_a_folder_in_itself_ends():
    with pytest.raises(WebError, match="no end"):
        walk("**/*.fits", lambda folders: {f: (Entry("a", is_folder=True),) for f in folders})


def test_paths_are_sorted():
    files, _ = walk("**/*.fits", Tree())

    assert list(files) == sorted(files)
    assert all(not PurePosixPath(path).is_absolute() for path in files)
