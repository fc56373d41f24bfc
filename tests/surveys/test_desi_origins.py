"""Where DESI says that its spectra were taken, in every generation of its files."""

from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.surveys import desi_files

from catalog.errors import SurveyError
from catalog.surveys.desi import SURVEY

IDS = [39633345008634465, 39633345008634466, 39633345008634467]
BAD_POSITION, BROKEN, POOR_POSITION, BAD_AMPLIFIER = 1 << 9, 1 << 2, 1 << 10, 1 << 22


def groups(path):
    """Names per (row, kind)."""
    (shard,) = SURVEY.discover([path])
    origins = SURVEY.read(shard, ()).origins
    found = defaultdict(list)
    for row, kind, name in zip(origins.row, origins.kind, origins.name, strict=True):
        found[int(row), kind].append(name)
    return dict(found)


def exposures(ids, **columns):
    n = len(ids)
    return {
        "TARGETID": np.array(ids, np.int64),
        "NIGHT": np.full(n, 20_210_410, np.int32),
        "EXPID": np.arange(1, n + 1, dtype=np.int32),
        "TILEID": np.full(n, 169, np.int32),
        "PETAL_LOC": np.full(n, 5, np.int16),
        "FIBER": np.arange(n, dtype=np.int32),
        "FIBERSTATUS": np.zeros(n, np.int32),
        **columns,
    }


def coadd(folder, name="coadd-sv3-bright-1.fits", **given_):
    return desi_files.write_coadd(folder / name, IDS, step=80.0, **given_)


def test_a_target_is_in_each_of_its_exposures_tiles_and_nights(tmp_path):
    told = exposures(
        [IDS[1], IDS[0], IDS[1]],
        TILEID=np.array([7, 8, 9], np.int32),
        NIGHT=np.array([20_210_411, 20_210_410, 20_210_410], np.int32),
    )
    found = groups(coadd(tmp_path, exposures=told))
    assert found[1, "exposure"] == ["1", "3"]
    assert found[1, "tile"] == ["7", "9"]
    assert found[1, "night"] == ["20210410", "20210411"]
    assert found[1, "fibre"] == ["0", "2"]
    assert found[1, "petal"] == ["5"]
    assert found[0, "tile"] == ["8"]
    assert (2, "tile") not in found


@pytest.mark.parametrize(
    ("status", "kept"),
    [(0, True), (POOR_POSITION, True), (BAD_AMPLIFIER, True), (BAD_POSITION, False),
     (BROKEN, False), (1, False)],
)  # fmt: skip
def test_an_exposure_whose_fibre_was_bad_is_not_in_the_coadd(status, kept, tmp_path):
    told = exposures(IDS[:1] * 2, FIBERSTATUS=np.array([0, status], np.int32))
    found = groups(coadd(tmp_path, exposures=told))
    assert found[0, "exposure"] == (["1", "2"] if kept else ["1"])


def test_files_that_say_which_exposures_went_in_are_believed(tmp_path):
    given_ = {f"IN_COADD_{arm}": np.array([0, arm == "R", 0], np.int16) for arm in "BRZ"}
    # FITS's logical columns come as booleans; whole numbers are read alike.
    told = exposures(IDS[:1] * 3, FIBERSTATUS=np.full(3, BAD_POSITION, np.int32), **given_)
    assert groups(coadd(tmp_path, exposures=told))[0, "exposure"] == ["2"]


def test_what_the_exposures_do_not_tell_comes_from_the_row_then_from_the_header(tmp_path):
    columns = {"FIBER": np.array([11, 12, -1], np.int32)}
    header = {"TILEID": 80693, "PETAL": 1, "NIGHT": 20210204}
    told = exposures(IDS[:1])
    path = coadd(
        tmp_path, "coadd-1-80693-thru20210204.fits", columns=columns, header=header, exposures=told
    )
    found = groups(path)
    assert [found[0, kind] for kind in ("fibre", "petal", "tile")] == [["0"], ["5"], ["169"]]
    assert [found[1, kind] for kind in ("fibre", "petal", "tile")] == [["12"], ["1"], ["80693"]]
    assert (1, "exposure") not in found
    assert (2, "fibre") not in found
    assert found[2, "night"] == ["20210204"]


def test_a_file_that_tells_nothing_has_no_origins(tmp_path):
    assert groups(coadd(tmp_path)) == {}
    assert groups(coadd(tmp_path / "no_rows", exposures=exposures([]))) == {}


def test_a_column_that_is_no_whole_number_is_a_fault_of_the_file(tmp_path):
    told = exposures(IDS, EXPID=np.array([1.5, 2.0, 3.0]))
    with pytest.raises(SurveyError, match="column EXPID of table EXP_FIBERMAP has the wrong type"):
        groups(coadd(tmp_path, exposures=told))


@settings(max_examples=25, deadline=None)
@given(drawn=st.lists(st.tuples(st.integers(0, 3), st.integers(1, 5), st.booleans()), max_size=30))
def test_every_membership_is_told_once_whatever_the_order_of_the_exposures(drawn, tmp_path_factory):
    targets = [*IDS, 77]  # the last is not in the file
    told = exposures(
        [targets[who] for who, _, _ in drawn],
        EXPID=np.array([number for _, number, _ in drawn], np.int32),
        FIBERSTATUS=np.array([0 if good else BROKEN for _, _, good in drawn], np.int32),
    )
    found = groups(coadd(tmp_path_factory.mktemp("any"), exposures=told))
    for row in range(3):
        wanted = sorted({number for who, number, good in drawn if who == row and good})
        assert found.get((row, "exposure"), []) == [str(number) for number in wanted]


KINDS = ("fibre", "petal", "exposure", "tile", "night")
REAL = {
    "coadd-1-80693-thru20210204.fits": ("petal", "tile", "night"),
    "coadd-4-80613-thru20210324.fits": KINDS,
    "coadd-5-169-thru20210419.fits": KINDS,
    "coadd-main-dark-9144.fits": (),
    "coadd-special-dark-27247.fits": KINDS,
    "coadd-sv3-dark-26065.fits": KINDS,
    "spectra-5-169-thru20210419.fits": KINDS,
    "spectra-sv3-dark-26065.fits": KINDS,
}


@pytest.mark.parametrize("name", REAL)
def test_every_real_file_tells_what_its_generation_has(name, realdata):
    found = groups(realdata / "desi" / name)
    assert {kind for _, kind in found} == set(REAL[name])


@pytest.mark.parametrize("name", [n for n in REAL if n.startswith("coadd") and "1-80693" not in n])
def test_real_coadds_have_as_many_exposures_tiles_and_nights_as_they_say(name, realdata):
    from astropy.io import fits

    path = realdata / "desi" / name
    found = groups(path)
    with fits.open(path) as hdus:
        fibres = hdus["FIBERMAP"].data
        if "COADD_NUMEXP" not in fibres.names:
            assert found == {}
            return
        for row, entry in enumerate(fibres):
            if entry["COADD_NUMEXP"]:
                for kind, column in (("exposure", "EXP"), ("tile", "TILE"), ("night", "NIGHT")):
                    assert len(found[row, kind]) == entry[f"COADD_NUM{column}"], (row, kind)
            else:
                assert (row, "exposure") not in found


def test_the_thirty_exposures_of_a_real_target_are_one_fibre_in_six_nights(realdata):
    found = groups(realdata / "desi" / "coadd-4-80613-thru20210324.fits")
    assert found[0, "fibre"] == ["2233"]
    assert (len(found[0, "exposure"]), found[0, "exposure"][0]) == (30, "68657")
    assert found[0, "night"][0] == "20201218"
