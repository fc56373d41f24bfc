"""What was fetched is kept whole, and what is damaged is not taken for it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cutouts.viewer import picture

from catalog.cutouts.cache import Cache, Note, Wanted
from catalog.release import writing

HERE = Wanted("ls-dr9", 10.5, -0.25)
DEGREES = st.floats(0, 359.9999)


def test_what_is_kept_comes_back_to_every_later_cache(cache):
    note = cache.keep(HERE, picture(), "2026-01-02")

    again = Cache(cache.folder)
    assert again.known(HERE) == note
    assert again.image(HERE).read_bytes() == picture()
    assert note.date == "2026-01-02"
    assert sorted(p.suffix for p in cache.folder.iterdir()) == [".jpg", ".json"]


@pytest.mark.parametrize("outcome", ["blank", "failed"])
def test_a_miss_comes_back_with_its_day(cache, outcome):
    cache.miss(HERE, outcome, "2026-01-02")

    assert Cache(cache.folder).known(HERE) == Note(outcome, "2026-01-02")


@given(st.lists(st.tuples(st.sampled_from("ab"), DEGREES, DEGREES), min_size=2, max_size=9))
def test_images_share_a_name_only_where_they_are_the_same_request(places):
    wanted = [Wanted(layer, ra, dec - 180) for layer, ra, dec in places]

    assert len({each.key for each in wanted}) == len({each.address for each in wanted})


def test_a_hostile_layer_is_no_part_of_a_path():
    assert Wanted("../../etc/passwd\0", 1, 2).key.isalnum()


@pytest.mark.parametrize("damage", ["cut", "other", "gone", "note cut", "note of something else"])
def test_what_is_damaged_is_as_good_as_unknown(cache, damage):
    cache.keep(HERE, picture(), "2026-01-02")
    image, note = cache.image(HERE), cache.image(HERE).with_suffix(".json")
    if damage == "cut":
        image.write_bytes(picture()[:100])
    elif damage == "other":
        image.write_bytes(picture(2))
    elif damage == "gone":
        image.unlink()
    elif damage == "note cut":
        note.write_text(note.read_text()[:20])
    else:
        note.write_text(json.dumps(["image"]))

    assert cache.known(HERE) is None


def test_a_build_that_dies_while_it_keeps_an_image_keeps_none(cache):
    def die() -> None:
        with writing(cache.image(HERE)) as temporary:
            temporary.write_bytes(picture()[:50])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        die()

    assert cache.known(HERE) is None
    assert list(cache.folder.iterdir()) == []
