"""The stage that gives each published object an image never fails a build, nor asks twice."""

import logging
import os

import pytest
from tests.cutouts.viewer import flat, n_asked, picture, show
from tests.stages import ranked_release
from tests.stages.ranked_release import DEC, OUTLIERS, RA, run

from catalog.cutouts import address
from catalog.cutouts.cache import Wanted
from catalog.release import digest_of
from catalog.stages import cutouts, positions, unanswered

PLACED = [OUTLIERS[0], OUTLIERS[1], OUTLIERS[3]]


@pytest.fixture
def server(server, monkeypatch):
    monkeypatch.setattr(address, "VIEWER", server.address.rstrip("/"))
    return server


def wanted(target: str, layer: str = "ls-dr9") -> Wanted:
    return Wanted(layer, RA[target], DEC[target])


def show_all(server) -> None:
    for number, target in enumerate(PLACED):
        show(server, wanted(target), picture(number))


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_outliers_have_the_position_of_their_best_spectrum_and_come_by_rank(tmp_path):
    build = ranked_release.write(tmp_path)

    found = positions.outliers(build, published=False)
    assert found["target_id"].tolist() == PLACED
    assert found["ra"].tolist() == [RA[each] for each in PLACED]

    few = ranked_release.write(tmp_path, n_objects=2)
    assert positions.outliers(few, published=True)["target_id"].tolist() == PLACED[:2]


def test_published_objects_get_their_images_and_the_catalogue_a_row_each(tmp_path, server):
    show_all(server)
    build = ranked_release.write(tmp_path)

    assert run(build, cutouts.STAGE) == {"cached": 0, "fetched": 3, "missing": 0, "done": 1}
    rows = cutouts.load(build)["cutouts"]

    assert rows["target_id"].tolist() == PLACED
    for number, file in enumerate(rows["file"]):
        assert (build.layout.cutouts / file).read_bytes() == picture(number)
    assert set(rows["layer"]) == {"ls-dr9"}
    assert (rows["width"].tolist(), rows["pixscale"].tolist()) == ([256] * 3, [0.262] * 3)
    assert set(rows["date"]) == {unanswered.today()}


def test_a_second_build_asks_for_nothing_and_from_the_cache_alone_gives_the_same_bytes(
    tmp_path, server
):
    show_all(server)
    build = ranked_release.write(tmp_path)
    run(build, cutouts.STAGE)
    first = contents(build.layout.cutouts)
    assert run(build, cutouts.STAGE)["done"] == 0

    for path in build.layout.cutouts.iterdir():
        path.unlink()
    counts = run(build, cutouts.STAGE)

    assert counts == {"cached": 3, "fetched": 0, "missing": 0, "done": 1}
    assert contents(build.layout.cutouts) == first
    assert len(server.requests) == 3


def test_what_a_killed_build_left_is_removed_but_not_what_another_may_be_writing(tmp_path, server):
    show_all(server)
    build = ranked_release.write(tmp_path)
    cache = build.layout.cache("cutouts")
    cache.mkdir(parents=True)
    old, new = (cache / f".{'0' * 32}.jpg.{name}.part" for name in ("old", "new"))
    for path in (old, new):
        path.write_bytes(picture()[:99])
    os.utime(old, (1e9, 1e9))
    run(build, cutouts.STAGE)

    assert not old.exists()
    assert new.exists()
    assert run(build, cutouts.STAGE)["fetched"] == 3


def test_another_release_beside_it_shares_the_images(tmp_path, server):
    show_all(server)
    run(ranked_release.write(tmp_path), cutouts.STAGE)
    other = ranked_release.write(tmp_path)
    object.__setattr__(other.layout, "root", tmp_path / "out" / "other")
    ranked_release._write_artefacts(other.layout)

    assert run(other, cutouts.STAGE)["cached"] == 3


def test_missing_images_do_not_fail_the_build(tmp_path, server, caplog):
    show(server, wanted(PLACED[0]), picture())
    show(server, wanted(PLACED[1]), flat())
    show(server, wanted(PLACED[1], "unwise-neo11"), flat())
    show(server, wanted(PLACED[2]), b"", "404")
    build = ranked_release.write(tmp_path)

    with caplog.at_level(logging.WARNING):
        counts = run(build, cutouts.STAGE)

    assert counts == {"cached": 0, "fetched": 1, "missing": 2, "done": 1}
    assert cutouts.load(build)["cutouts"]["target_id"].tolist() == PLACED[:1]
    assert len(caplog.records) == 1


def test_what_failed_is_asked_for_on_another_day_or_by_force_and_then_no_more(
    tmp_path, server, monkeypatch
):
    show_all(server)
    show(server, wanted(PLACED[1]), picture(1), "404")
    build = ranked_release.write(tmp_path, site='cutouts = "cache"\ncutout_fallbacks = []')
    assert run(build, cutouts.STAGE)["missing"] == 1
    assert run(build, cutouts.STAGE)["done"] == 0

    assert run(build, cutouts.STAGE, force=True)["missing"] == 1
    assert n_asked(server, wanted(PLACED[1])) == 2
    show(server, wanted(PLACED[1]), picture(1))
    monkeypatch.setattr(unanswered, "today", lambda: "2999-01-01")

    counts = run(build, cutouts.STAGE)
    assert counts == {"cached": 2, "fetched": 1, "missing": 0, "done": 1}
    assert set(cutouts.load(build)["cutouts"]["date"]) > {"2999-01-01"}
    monkeypatch.setattr(unanswered, "today", lambda: "2999-01-02")
    assert run(build, cutouts.STAGE)["done"] == 0


@pytest.mark.parametrize("site", ['cutouts = "none"', 'cutouts = "link"'])
def test_without_a_cache_nothing_is_asked_for_and_the_table_is_empty(tmp_path, server, site):
    build = ranked_release.write(tmp_path, site=site)
    run(build, cutouts.STAGE)

    assert server.requests == []
    assert all(not len(column) for column in cutouts.load(build)["cutouts"].values())


def test_simulated_objects_are_nowhere(tmp_path, server):
    build = ranked_release.write(tmp_path, simulated=True)
    run(build, cutouts.STAGE)

    assert server.requests == []
    assert not len(cutouts.load(build)["cutouts"]["file"])


def test_a_change_of_mind_leaves_no_old_image(tmp_path, server):
    show_all(server)
    run(ranked_release.write(tmp_path), cutouts.STAGE)
    build = ranked_release.write(tmp_path, site='cutouts = "none"')
    run(build, cutouts.STAGE)

    assert [path.name for path in build.layout.cutouts.iterdir()] == ["index.parquet"]


def test_how_long_to_pause_decides_no_result(tmp_path):
    slow = ranked_release.write(tmp_path, site='cutouts = "cache"')
    fast = ranked_release.write(tmp_path, site='cutouts = "cache"')
    site = fast.recipe.site.model_copy(update={"cutout_pause_s": 9.0})
    object.__setattr__(fast, "recipe", fast.recipe.model_copy(update={"site": site}))

    keys = [digest_of(cutouts.STAGE.tasks(build)[0].settings) for build in (slow, fast)]
    assert keys[0] == keys[1]
