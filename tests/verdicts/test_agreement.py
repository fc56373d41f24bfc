"""Agreement is Krippendorff's alpha, against his own examples and another's code."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from catalog.verdicts.agreement import DIVIDED, alpha, consensus, measure

# Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, sections A and C: one string per
# observer, one character per object, a dot where it was not judged.
TWO_OBSERVERS = ("0100000010", "1110010000")
FOUR_OBSERVERS = ("123321412...", "1233224125.3", ".3332342251.", "12332441251.")


def objects(observers):
    return [[word for word in words if word != "."] for words in zip(*observers, strict=True)]


@pytest.mark.parametrize(
    ("observers", "expected"), [(TWO_OBSERVERS, 0.095), (FOUR_OBSERVERS, 0.743)]
)
def test_alpha_is_that_of_krippendorffs_examples(observers, expected):
    assert alpha(objects(observers)) == pytest.approx(expected, abs=5e-4)


@given(st.lists(st.tuples(*[st.sampled_from("abc")] * 2), min_size=1, max_size=12))
def test_alpha_of_two_people_of_like_habits_is_cohens_kappa_but_for_the_sample_size(pairs):
    # With each pair also the other way round, both people use each word equally often; then chance
    # is the same to both statistics, and they differ by the small-sample term alone.
    both = [*pairs, *((second, first) for first, second in pairs)]
    first, second = zip(*both, strict=True)
    if len(set(first)) == 1:
        assert alpha(both) is None
        return
    kappa = cohen_kappa_score(first, second)
    assert alpha(both) == pytest.approx(kappa + (1 - kappa) / (2 * len(both)))


@pytest.mark.parametrize("units", [[], [["a"], ["b"]], [["a", "a"], ["a", "a", "a"]]])
def test_alpha_is_undefined_where_nothing_could_differ(units):
    assert alpha(units) is None


def test_alpha_is_one_where_all_agree_and_negative_where_none_does():
    assert alpha([["a", "a"], ["b", "b", "b"]]) == pytest.approx(1)
    assert alpha([["a", "b"], ["b", "a"]]) == pytest.approx(-0.5)  # D_o = 1, D_e = 8/12


def test_a_word_is_the_peoples_only_if_all_say_it():
    assert consensus(["artefact", "artefact"]) == "artefact"
    assert consensus(["artefact", "ordinary"]) == DIVIDED


def test_a_release_is_counted_as_by_hand():
    said = {
        "1": {"A": "artefact", "B": "artefact"},
        "2": {"A": "artefact", "B": "astrophysical"},
        "3": {"B": "ordinary"},
        "4": {"C": "unexplained"},
    }
    machine = {"1": "artefact", "2": "astrophysical", "3": "unexplained", "4": ""}
    found = measure(said, machine)

    assert (found.n_verdicts, found.n_people, found.n_objects) == (6, 3, 4)
    assert (found.n_shared, found.n_agreed) == (2, 1)
    assert found.against_machine == {
        ("artefact", "artefact"): 1,
        (DIVIDED, "astrophysical"): 1,
        ("ordinary", "unexplained"): 1,
    }
    assert (found.n_compared, found.n_same) == (3, 1)
    assert found.alpha is found.alpha_machine is None  # two and two objects are too few to tell


def test_alpha_of_a_release_is_told_from_ten_objects_on():
    said = {str(i): {"A": word, "B": word} for i, word in enumerate(["artefact", "ordinary"] * 5)}
    found = measure(said, dict.fromkeys(said, "artefact"))
    assert found.alpha == pytest.approx(1)
    # The machine says one word of all: 5 of 10 agree; D_e = (400 - 225 - 25)/380, D_o = 1/2.
    assert found.alpha_machine == pytest.approx(1 - 0.5 * 380 / 150)
