"""On real spectra: the survey's own answers are found, and none is called wrong."""

import numpy as np
import pytest
from tests.templates import sdss_files

from catalog.surveys import Shard
from catalog.surveys.desi import read
from catalog.templates import blended, compare, favoured, in_front, suggested

pytestmark = pytest.mark.slow


def _answer(one):
    z, said = np.array([one.z]), np.array([one.spec_class], object)
    found = compare(one.arms, z, said)
    index = int(favoured(found)[0])
    doubted = suggested(found, z, said)[0] | blended(found) | in_front(found)
    return found.families[index], float(found.z[0, index]), bool(doubted.any())


def test_sdss_redshifts_are_found_without_help_and_none_is_doubted(realdata):
    files = sorted((realdata / "sdss").glob("spec-*.fits"))[::2]
    assert len(files) > 20
    right = {}
    for path in files:
        one = sdss_files.read(path)
        _, z, doubted = _answer(one)
        assert not doubted, one.name
        # Files of 710 pixels show one line at most.
        if one.n_pixels > 1000 and one.spec_class != "STAR":
            right[one.name] = abs(z - one.z) < 0.01 * (1 + one.z)
    assert all(right.values()), [name for name, good in right.items() if not good]


def test_lamost_stars_are_stars_of_their_kind(realdata):
    files = sorted((realdata / "lamost").glob("*.fits"))[::6]
    kinds = {"A": {"star", "hot_star"}, "F": {"star"}, "G": {"star"}, "K": {"star", "m_star"},
             "M": {"m_star", "star"}}  # fmt: skip
    good = []
    for path in files:
        one = sdss_files.read_lamost(path)
        family, _, doubted = _answer(one)
        good.append(family in kinds[one.name[0]] and not doubted)
    assert np.mean(good) >= 0.85


def _pair(realdata, name):
    files = tuple(realdata / "desi" / f"{kind}-{name}.fits" for kind in ("coadd", "redrock"))
    return read(Shard("pair", files), ())


def test_a_desi_galaxy_with_a_sure_redshift_keeps_it(realdata):
    spectra = _pair(realdata, "4-80613-thru20210324")
    assert spectra.z[0] == pytest.approx(0.36874, abs=1e-5)
    found = compare(spectra.arms, spectra.z, spectra.spec_class)
    assert found.z[0, found.families.index("galaxy")] == pytest.approx(0.36874, abs=2e-4)
    assert not suggested(found, spectra.z, spectra.spec_class).any()


def test_o_iii_without_its_other_line_is_doubted(realdata):
    # Redrock takes the only line, at 5044.6 Å, for [O III] 5008 at z = 0.00727. There is nothing
    # at 4960 Å, where that line's companion has a third of its flux.
    spectra = _pair(realdata, "special-dark-27247")
    assert spectra.z[0] == pytest.approx(0.00727, abs=1e-5)
    found = compare(spectra.arms, spectra.z, spectra.spec_class)
    assert suggested(found, spectra.z, spectra.spec_class).any()
