"""Emission peaks are found where they were put, and matched by lines at the right redshift."""

from dataclasses import dataclass

import numpy as np
from tests.templates import made

from catalog.simulate.instrument import WAVE
from catalog.templates import observed
from catalog.templates.grid import LOG_WAVE
from catalog.templates.peaks import matches, peaks, votes


@dataclass(frozen=True)
class Named:
    label: str
    wave: float


LINES = (
    Named("C IV", 1549.06), Named("C III]", 1908.73), Named("Mg II", 2798.75),
    Named("[O II]", 3728.5), Named("Hβ", 4862.68), Named("[O III] 4960", 4960.3),
    Named("[O III] 5008", 5008.24), Named("Hα", 6564.61),
)  # fmt: skip


def _spectrum(centres, sigma, height=2.0):
    flux = np.ones(WAVE.size)
    for centre in centres:
        flux += height * np.exp(-0.5 * ((WAVE - centre) / sigma) ** 2)
    return observed(made.arms(flux, 8))[0]


def test_narrow_peaks_are_found_where_they_are():
    centres = np.array([4100.0, 5475.0, 7222.0])
    found = peaks(_spectrum(centres, 2.0))
    at = np.sort(np.exp(LOG_WAVE[[int(place) for place, _ in found]]))
    assert np.abs(at / centres - 1).max() < 3e-4


def test_noise_alone_has_no_peaks():
    assert peaks(_spectrum([], 1.0)) == []


def test_broad_peaks_are_found_too():
    found = peaks(_spectrum([4650.0, 5726.0, 8396.0], 45.0, 0.6))
    assert len(found) == 3
    assert matches(found, LINES, 2.0) == (3, ["C IV", "C III]", "Mg II"])


def test_lines_match_at_the_right_redshift_and_not_at_another():
    target = _spectrum([w * 1.2 for w in (3728.5, 4862.68, 5008.24, 6564.61)], 2.5)
    found = votes([target], np.array([0.2]), np.array([0.09]), LINES)
    assert found.matched.tolist() == [4]
    assert found.matched_survey.tolist() == [0]
    assert found.names.tolist() == ["[O II], Hβ, [O III] 5008, Hα"]


def test_no_redshift_matches_nothing():
    target = _spectrum([5000.0], 2.5)
    found = votes([target], np.array([np.nan]), np.array([np.nan]), LINES)
    assert found.matched.tolist() == [0]
