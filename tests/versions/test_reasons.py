"""The sentences: each planted cause is named, what did not change is not, and numbers are right."""

from dataclasses import replace

import pytest
from tests.versions.editions import Edition, Spectrum, rows, tables

from catalog.versions.differences import between

FIRST = Edition(
    "r1",
    tuple(Spectrum(str(i), p=0.01 * i) for i in range(1, 11)),
    n_outliers=2,
    recipe={"scores": {"outlier_fraction": 0.2, "neighbours": 20}, "select": {"snr_min": 5.0}},
)
SECOND = replace(FIRST, name="r2")


def whys(before: Edition, now: Edition) -> dict[str, str]:
    found = between(tables(before), tables(now))["differences"]
    return {row["target_id"]: row["why"] for row in rows(found)}


def with_recipe(edition: Edition, section: str, **values) -> Edition:
    recipe = {**edition.recipe, section: {**edition.recipe.get(section, {}), **values}}
    return replace(edition, recipe=recipe)


def changed(edition: Edition, target_id: str, **values) -> Edition:
    spectra = [replace(s, **values) if s.target_id == target_id else s for s in edition.spectra]
    return replace(edition, spectra=tuple(spectra))


def without(edition: Edition, *ids: str) -> Edition:
    return replace(edition, spectra=tuple(s for s in edition.spectra if s.target_id not in ids))


def test_where_only_the_fraction_changed_that_is_all_that_is_said():
    longer = replace(with_recipe(SECOND, "scores", outlier_fraction=0.3), n_outliers=3)
    assert whys(FIRST, longer) == {
        "3": "Before, it ranked 3 of 10, and the list ended at 2; now it ranks 3 of 10, and the "
        "list ends at 3. The longer list alone takes it in: the recipe's scores.outlier_fraction "
        "was 0.2, is 0.3."
    }
    back = replace(FIRST, name="r3")
    assert whys(longer, back) == {
        "3": "Before, it ranked 3 of 10, and the list ended at 3; now it ranks 3 of 10, and the "
        "list ends at 2. The shorter list leaves it out: the recipe's scores.outlier_fraction "
        "was 0.3, is 0.2."
    }


def test_a_list_that_grows_with_the_spectra_says_so():
    more = tuple(Spectrum(f"n{i}", p=0.5) for i in range(10))
    second = replace(SECOND, spectra=(*SECOND.spectra, *more), n_outliers=3)
    assert "The longer list alone takes it in: more spectra are scored." in whys(FIRST, second)["3"]


def test_a_fraction_that_fell_is_no_reason_for_a_longer_list():
    more = tuple(Spectrum(f"n{i}", p=0.5) for i in range(10))
    second = replace(SECOND, spectra=(*SECOND.spectra, *more), n_outliers=3)
    why = whys(FIRST, with_recipe(second, "scores", outlier_fraction=0.15))["3"]
    assert "outlier_fraction" not in why
    assert "more spectra are scored" in why


def test_one_that_was_not_read_says_what_became_of_its_file():
    files = (("a.fits", "s1", "a"), ("b.fits", "s2", "b"))
    new = Spectrum("n", p=0.001, shard="b")
    second = replace(SECOND, spectra=(*SECOND.spectra, new), files=files)
    assert whys(FIRST, second)["n"] == "It was not read before: its survey file is new."
    old = replace(FIRST, files=(*FIRST.files, ("b.fits", "s3", "b")))
    assert whys(old, second)["n"] == "It was not read before: its survey file has changed."
    same = replace(FIRST, files=files)
    assert whys(same, second)["n"] == (
        "It was not read before: its survey file is the same, but other spectra are taken from it."
    )
    assert whys(replace(second, name="r0"), FIRST)["n"] == (
        "It is not read any more: its survey file is not among the inputs."
    )


def test_one_that_was_flagged_says_with_which_flags_and_what_changed():
    before = changed(FIRST, "1", quality=257)
    second = with_recipe(SECOND, "select", snr_min=2.0)
    assert whys(before, second)["1"] == (
        "It was read but not scored before: the fibre was pointed at blank sky; too noisy. "
        "What differs: the recipe's select.snr_min (5.0, now 2.0)."
    )
    assert whys(second, replace(before, name="r3"))["1"] == (
        "It is read but not scored now: the fibre was pointed at blank sky; too noisy. "
        "What differs: the recipe's select.snr_min (2.0, now 5.0)."
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"weights": ("w0", "other")}, "the model's weights"),
        ({"version": "0.2.0"}, "the software (0.1.0, now 0.2.0)"),
        ({"code": "d1ff"}, "the software's source"),
        ({"libraries": (("numpy", "2.1"), ("scipy", "1"))}, "libraries (numpy, scipy)"),
    ],
)
def test_each_cause_is_named_alone(change, said):
    second = replace(changed(SECOND, "1", p=0.025), **change)
    assert whys(FIRST, second)["1"] == f"It fell by 1 place. What differs: {said}."


def test_a_setting_that_orders_is_named_and_one_that_only_shows_is_not():
    second = changed(SECOND, "1", p=0.025)
    moved = with_recipe(second, "scores", neighbours=30)
    said = "What differs: the recipe's scores.neighbours (20, now 30)."
    assert whys(FIRST, moved)["1"].endswith(said)
    for section in ("site", "citation", "map", "verdicts"):
        assert whys(FIRST, with_recipe(second, section, anything=1))["1"].endswith(
            "Nothing that the two releases record accounts for it."
        )


def test_a_changed_survey_file_is_told_of_its_own_spectra_only():
    spectra = tuple(replace(s, shard="b") if s.target_id == "2" else s for s in FIRST.spectra)
    first = replace(FIRST, spectra=spectra, files=(("a.fits", "s1", "a"), ("b.fits", "s2", "b")))
    second = replace(first, name="r2", files=(("a.fits", "s1", "a"), ("b.fits", "s9", "b")))
    why = whys(first, changed(second, "2", p=0.001))
    assert why["2"] == (
        "It rose by 1 place. What differs: its survey files; and the spectra that it is ranked "
        "among."
    )
    assert why["1"] == (
        "It fell by 1 place. Its own p is the same; the spectra around it have changed."
    )


def test_a_file_of_another_name_is_the_same_file():
    second = replace(SECOND, files=(("renamed.fits", "s1", "a"),))
    assert "survey files" not in whys(FIRST, changed(second, "1", p=0.025))["1"]


def test_a_model_that_another_release_trained_is_the_same_if_its_weights_are():
    assert "model" not in whys(FIRST, changed(SECOND, "1", p=0.025))["1"]
    made = rows(between(tables(FIRST), tables(SECOND))["release_differences"])
    assert made == []


def test_a_category_says_what_it_was():
    why = whys(FIRST, changed(replace(SECOND, code="d1ff"), "1", category="unexplained"))
    assert why == {
        "1": "Its category was “Two objects”, and is “Unexplained” now. What differs: the "
        "software's source."
    }


def test_a_page_lost_to_the_limit_of_pages_says_so():
    stones = between(tables(FIRST), tables(replace(SECOND, n_pages=1)))["withdrawn"]
    why = (
        "It is still an outlier, of rank 2 where it was 2, but only the 1 most unusual have a "
        "page now."
    )
    assert [(stone["slug"], stone["why"]) for stone in rows(stones)] == [("desi-2", why)]


def test_one_that_fell_out_by_its_rank_is_told_so():
    why = whys(FIRST, changed(replace(SECOND, code="d1ff"), "1", p=0.9))
    assert why["1"] == (
        "Before, it ranked 1 of 10, and the list ended at 2; now it ranks 10 of 10, and the list "
        "ends at 2. What differs: the software's source."
    )
    assert why["3"].endswith("Its own p is the same; others moved.")


def test_long_lists_of_settings_are_cut():
    many = {f"key_{i}": i for i in range(6)}
    why = whys(FIRST, with_recipe(changed(SECOND, "1", p=0.025), "model", **many))["1"]
    assert why.endswith("model.key_0, model.key_1, model.key_2 and 3 more.")
