"""A suggestion needs a gain beyond chance, most of the misfit, and another object."""

from dataclasses import replace

import numpy as np
import pytest

from catalog.templates import (
    Alternatives,
    Foreground,
    SecondRedshift,
    Votes,
    blended,
    favoured,
    gain,
    in_front,
    reclassed,
    share,
    suggested,
)

SAID = (np.array([0.1]), np.array(["GALAXY"], object))


def _found(z, chi2, survey=2000.0, families=("galaxy", "quasar", "star")):
    classes = {"galaxy": "GALAXY", "quasar": "QSO", "star": "STAR"}
    return Alternatives(
        families=families,
        classes=tuple(classes[name] for name in families),
        z=np.array([z], float),
        chi2=np.array([chi2], float),
        chi2_survey=np.array([survey]),
        n_bins=np.array([1000]),
    )


def test_a_far_better_fit_elsewhere_is_suggested():
    found = _found([0.1, 2.0, 0.0], [2000, 1050, 1900])
    assert suggested(found, *SAID).tolist() == [[False, True, False]]
    assert gain(found).tolist() == [[0.0, 950.0, 100.0]]
    assert share(found)[0] == pytest.approx([0.0, 0.95, 0.1])


def test_the_same_redshift_and_class_is_no_suggestion():
    assert not suggested(_found([0.1002, 0.1, 0.0], [1000, 1000, 1999]), *SAID).any()


def test_small_gains_and_small_shares_are_none():
    assert not suggested(_found([0.2, 2.0, 0.0], [1980, 1990, 1999]), *SAID).any()
    poor = _found([0.2, 2.0, 0.0], [60_000, 60_000, 60_000], survey=90_000.0)
    assert not suggested(poor, *SAID).any()


def test_a_bright_spectrum_that_no_template_fits_well_needs_less_of_its_misfit_taken_away():
    much = _found([0.2, 3.0, 0.0], [9000, 5900, 9000], survey=10_000.0)
    assert suggested(much, *SAID).tolist() == [[False, True, False]]


def test_a_gain_counts_for_less_where_errors_are_alike():
    found = _found([0.2, 2.0, 0.0], [950, 990, 999], survey=1050.0)
    assert suggested(found, *SAID)[0, 0]
    assert not suggested(replace(found, alike=np.array([10.0])), *SAID).any()


def test_peaks_that_fit_the_survey_redshift_refute():
    found = _found([0.2, 2.0, 0.0], [1000, 1990, 1999])
    against = Votes(np.array([1]), np.array([4]), np.array([""], object))
    assert suggested(found, *SAID).any()
    assert not suggested(replace(found, votes=against), *SAID).any()


def test_a_second_object_that_fits_best_of_all_is_a_blend():
    found = _found([0.2, 2.0, 0.0], [1100, 1990, 1999])
    second = SecondRedshift(np.array([0.5]), np.array([950.0]), np.array([3]))
    two = replace(found, second=second)
    assert blended(two).all()
    assert not suggested(two, *SAID).any()
    assert not blended(replace(found, second=replace(second, gain=np.array([800.0])))).any()


def test_a_star_in_front_needs_gain_and_light():
    found = _found([0.1, 2.0, 0.0], [2000, 2000, 2000])
    front = Foreground(np.array([200.0]), np.array([0.5]))
    assert in_front(replace(found, foreground=front)).all()
    assert not in_front(replace(found, foreground=replace(front, share=np.array([0.1])))).any()
    assert not in_front(replace(found, foreground=replace(front, gain=np.array([20.0])))).any()


def test_a_star_in_front_must_fit_better_than_any_alternative():
    front = Foreground(np.array([500.0]), np.array([0.6]))
    found = replace(_found([0.1, 0.1, 0.0], [1600, 1600, 1600]), foreground=front)
    assert in_front(found).all()
    quasar = replace(_found([0.1, 0.1, 0.0], [1600, 1100, 1600]), foreground=front)
    assert not in_front(quasar).any()


def test_a_quasar_at_the_surveys_redshift_is_another_class_and_no_other_redshift():
    found = _found([0.1, 0.1, 0.0], [2000, 1100, 1900])
    assert reclassed(found, *SAID).tolist() == [True]
    assert not suggested(found, *SAID)[0, 1]
    assert not reclassed(found, SAID[0], np.array(["QSO"], object)).any()
    assert not reclassed(_found([0.1, 2.0, 0.0], [2000, 1100, 1900]), *SAID).any()


def test_an_active_galaxy_is_a_galaxy_unless_the_quasar_fits_far_better():
    assert favoured(_found([0.2, 0.2, 0.0], [1010, 1000, 1999])).tolist() == [0]
    assert favoured(_found([0.2, 0.2, 0.0], [1400, 1000, 1999])).tolist() == [1]
    assert favoured(_found([0.2, 2.0, 0.0], [1010, 1000, 1999])).tolist() == [1]


def test_what_was_not_fitted_is_never_best():
    assert favoured(_found([0.2, 2.0, np.nan], [1010, np.nan, np.nan])).tolist() == [0]
