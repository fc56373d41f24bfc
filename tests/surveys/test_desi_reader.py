"""The DESI reader on files made for the purpose: join, flags, columns, arms."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.surveys import desi_files

from catalog.errors import RecipeError, SurveyError
from catalog.spectra import Quality, Spectra
from catalog.surveys import Shard, _desi_extras, _desi_redshifts
from catalog.surveys.desi import SURVEY

IDS = [39633345008634465, 39633345008634466, 39633345008634467]


def read(path: Path, *targets: str) -> Spectra:
    (shard,) = SURVEY.discover([path])
    return SURVEY.read(shard, targets)


def has(spectra: Spectra, flag: Quality) -> list[bool]:
    found: list[bool] = (spectra.quality & flag.value > 0).tolist()
    return found


def test_an_identifier_beyond_2_to_53_keeps_every_digit(tmp_path: Path) -> None:
    ids = [2**53 + 1, 2**62 + 1, -(2**53) - 1]
    spectra = read(desi_files.write_pair(tmp_path, ids))
    assert spectra.target_id.tolist() == ["9007199254740993", "4611686018427387905", str(ids[2])]


@settings(max_examples=60, deadline=None)
@given(
    redrock=st.lists(st.integers(-40, 40), min_size=1, unique=True).flatmap(
        lambda ids: st.tuples(st.just(ids), st.permutations(ids))
    ),
    more=st.lists(st.integers(-60, 60), max_size=20),
)
def test_redshifts_follow_their_target_whatever_the_order(
    redrock: tuple[list[int], list[int]], more: list[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    ids, shuffled = redrock
    path = tmp_path_factory.mktemp("join") / "redrock-x.fits"
    desi_files.write_redrock(path, shuffled)
    wanted = [*ids, *more]
    z_of = {target: 0.1 + 0.01 * row for row, target in enumerate(shuffled)}
    joined = _desi_redshifts.read(path, np.array(wanted, np.int64))
    np.testing.assert_array_equal(joined.z, [z_of.get(target, np.nan) for target in wanted])
    missing = [target not in z_of for target in wanted]
    np.testing.assert_array_equal(joined.z_warn == _desi_redshifts.NO_ROW, missing)
    np.testing.assert_array_equal(joined.spec_class == "", missing)


def test_a_target_without_a_redrock_row_has_no_redshift(tmp_path: Path) -> None:
    path = desi_files.write_coadd(tmp_path / "coadd-sv3-bright-1.fits", IDS)
    desi_files.write_redrock(tmp_path / "redrock-sv3-bright-1.fits", [IDS[2], 7, IDS[0]])
    spectra = read(path)
    assert has(spectra, Quality.NO_REDSHIFT) == [False, True, False]
    np.testing.assert_allclose(spectra.z, [0.12, np.nan, 0.1])
    assert spectra.z_warn.tolist() == [0, -1, 0]
    assert np.isnan(spectra.extras["delta_chi2"]).tolist() == [False, True, False]


def test_a_coadd_without_redrock_is_read_and_all_its_rows_flagged(tmp_path: Path) -> None:
    spectra = read(desi_files.write_coadd(tmp_path / "coadd-sv3-bright-1.fits", IDS))
    assert has(spectra, Quality.NO_REDSHIFT) == [True, True, True]


@pytest.mark.parametrize("z", [np.nan, np.inf, -1.0, -5.0], ids=str)
def test_a_redshift_that_has_no_rest_frame_is_none(z: float, tmp_path: Path) -> None:
    path = desi_files.write_coadd(tmp_path / "coadd-x-y-1.fits", IDS)
    desi_files.write_redrock(tmp_path / "redrock-x-y-1.fits", IDS, columns={"Z": [0.1, z, 0.3]})
    spectra = read(path)
    assert has(spectra, Quality.NO_REDSHIFT) == [False, True, False]
    assert np.isnan(spectra.z[1])


def test_a_redshift_error_that_is_not_positive_is_unknown_and_the_redshift_stays(
    tmp_path: Path,
) -> None:
    path = desi_files.write_coadd(tmp_path / "coadd-x-y-1.fits", IDS)
    columns = {"ZERR": [1e-5, 0.0, -1.0]}
    desi_files.write_redrock(tmp_path / "redrock-x-y-1.fits", IDS, columns=columns)
    spectra = read(path)
    np.testing.assert_array_equal(spectra.z_err, [1e-5, np.nan, np.nan])
    assert spectra.quality.tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("bit", "flag"),
    [
        pytest.param(0, Quality.SKY, id="sky"),
        pytest.param(2, Quality.GOOD, id="small delta chi2"),
        pytest.param(4, Quality.GOOD, id="many outliers"),
        pytest.param(7, Quality.BAD_FIBRE, id="unplugged"),
        pytest.param(8, Quality.BAD_FIBRE, id="bad target"),
        pytest.param(9, Quality.NO_REDSHIFT, id="no data"),
        pytest.param(11, Quality.GOOD, id="poor data"),
    ],
)
def test_zwarn_is_kept_and_flags_only_what_is_no_redshift(
    bit: int, flag: Quality, tmp_path: Path
) -> None:
    path = desi_files.write_coadd(tmp_path / "coadd-x-y-1.fits", IDS)
    zwarn = {"ZWARN": np.array([0, 1 << bit, 0])}
    desi_files.write_redrock(tmp_path / "redrock-x-y-1.fits", IDS, columns=zwarn)
    spectra = read(path)
    assert spectra.z_warn.tolist() == [0, 1 << bit, 0]
    assert spectra.quality.tolist() == [0, flag.value, 0]


def test_one_target_twice_in_redrock_is_accepted_where_the_rows_agree(tmp_path: Path) -> None:
    path = desi_files.write_coadd(tmp_path / "coadd-x-y-1.fits", IDS[:2])
    columns = {"Z": [0.1, 0.2, 0.1], "ZERR": [np.nan, 1.0, np.nan]}
    ids = [IDS[0], IDS[1], IDS[0]]
    desi_files.write_redrock(tmp_path / "redrock-x-y-1.fits", ids, columns=columns)
    assert read(path).z.tolist() == [0.1, 0.2]


def test_one_target_twice_in_redrock_with_two_redshifts_is_refused(tmp_path: Path) -> None:
    path = desi_files.write_coadd(tmp_path / "coadd-x-y-1.fits", IDS)
    desi_files.write_redrock(tmp_path / "redrock-x-y-1.fits", [*IDS, IDS[1]])
    with pytest.raises(SurveyError, match=f"TARGETID {IDS[1]} with z 0.11 and 0.13"):
        read(path)


def test_of_a_target_twice_in_a_coadd_the_better_spectrum_stays(tmp_path: Path) -> None:
    ids = [IDS[0], IDS[1], IDS[0], IDS[0]]
    flux = {f"{a}_FLUX": np.full((4, desi_files.wavelengths(a.lower()).size), 5.0) for a in "BRZ"}
    for image in flux.values():
        image[2] = 50
        image[3] = 500
    status = {"COADD_FIBERSTATUS": np.array([0, 0, 0, 4], np.int32)}
    path = tmp_path / "coadd-x-y-1.fits"
    desi_files.write_coadd(path, ids, columns=status, hdus=flux)
    desi_files.write_redrock(tmp_path / "redrock-x-y-1.fits", IDS)
    spectra = read(path)
    # Row 3 has the highest S/N, but its fibre is bad.
    assert has(spectra, Quality.DUPLICATE) == [True, False, False, True]
    assert spectra.target_id.tolist() == [str(target) for target in ids]


@pytest.mark.parametrize(
    ("columns", "flags"),
    [
        pytest.param({"OBJTYPE": ["TGT", "SKY", "TGT"]}, [0, 1, 0], id="sky fibre"),
        pytest.param({"OBJTYPE": ["TGT", "", "BAD"]}, [0, 4, 4], id="no target"),
        pytest.param({"OBJTYPE": None}, [0, 0, 0], id="no OBJTYPE column"),
        pytest.param({"DESI_TARGET": [1 << 60, 1 << 32, 1]}, [0, 1, 0], id="sky bit"),
        pytest.param({"COADD_FIBERSTATUS": [0, 1 << 16, 1 << 9]}, [0, 4, 4], id="bad fibre"),
        pytest.param({"COADD_FIBERSTATUS": [0, 1 << 3, 1 << 1]}, [0, 0, 0], id="harmless bits"),
        pytest.param({"COADD_FIBERSTATUS": None}, [0, 0, 0], id="no status column"),
        pytest.param(
            {"COADD_FIBERSTATUS": None, "FIBERSTATUS": [0, 4, 0]}, [0, 4, 0], id="FIBERSTATUS"
        ),
        pytest.param({"TARGET_RA": [1.0, np.nan, -1.0]}, [0, 1024, 1024], id="bad ra"),
        pytest.param({"TARGET_DEC": [1.0, 91.0, np.inf]}, [0, 1024, 1024], id="bad dec"),
        pytest.param({"TARGET_RA": None, "TARGET_DEC": None}, [1024] * 3, id="no position"),
    ],
)
def test_a_bad_row_is_flagged(columns: dict[str, Any], flags: list[int], tmp_path: Path) -> None:
    spectra = read(desi_files.write_pair(tmp_path, IDS, columns=columns))
    assert spectra.quality.tolist() == flags
    assert (np.isnan(spectra.ra) == (spectra.quality & 1024 > 0)).all()


def test_a_negative_targetid_is_a_bad_fibre_unless_it_is_sky(tmp_path: Path) -> None:
    kinds = {"OBJTYPE": ["TGT", "TGT", "SKY"]}
    spectra = read(desi_files.write_pair(tmp_path, [5, -6, -7], columns=kinds))
    assert spectra.quality.tolist() == [0, Quality.BAD_FIBRE, Quality.SKY]


@pytest.mark.parametrize(
    ("targets", "chosen"),
    [
        (("bgs",), [True, True, False, False]),
        (("mws",), [False, False, True, False]),
        (("qso", "lrg"), [False, False, False, True]),
        (("elg",), [False, False, False, False]),
        ((), [True, True, True, True]),
    ],
    ids=str,
)
@pytest.mark.parametrize("prefix", ["", "SV1_", "SV3_"])
def test_only_the_recipes_targets_are_kept(
    prefix: str, targets: tuple[str, ...], chosen: list[bool], tmp_path: Path
) -> None:
    own = {
        f"{prefix}DESI_TARGET": np.array([1 << 60, 0, 1 << 61, 1 << 2]),
        f"{prefix}BGS_TARGET": np.array([0, 2, 0, 0]),
        f"{prefix}MWS_TARGET": np.array([0, 0, 8, 0]),
    }
    # Where a phase has its own columns, the main survey's do not count.
    path = desi_files.write_pair(tmp_path, [1, 2, 3, 4], columns=own)
    kept = [not flag for flag in has(read(path, *targets), Quality.NOT_TARGETED)]
    assert kept == chosen


def test_a_target_class_that_desi_does_not_have_is_the_recipes_fault(tmp_path: Path) -> None:
    path = desi_files.write_pair(tmp_path, IDS)
    with pytest.raises(RecipeError, match="no target class 'bsg'") as caught:
        read(path, "bsg")
    assert caught.value.todo == "did you mean 'bgs'?"


@pytest.mark.parametrize("worth", [np.nan, np.inf, -np.inf], ids=str)
@pytest.mark.parametrize("quantity", ["FLUX", "IVAR"])
def test_a_pixel_that_is_not_finite_carries_no_information(
    worth: float, quantity: str, tmp_path: Path
) -> None:
    image = np.full((3, desi_files.wavelengths("r").size), 5.0, np.float32)
    image[1, 7] = worth
    spectra = read(desi_files.write_pair(tmp_path, IDS, hdus={f"R_{quantity}": image}))
    arm = spectra.arms[1]
    assert (arm.flux[1, 7], arm.ivar[1, 7]) == (0, 0)
    assert (arm.ivar == 0).sum() == 1
    assert spectra.quality.tolist() == [0, 0, 0]


def test_a_number_beyond_single_precision_carries_no_information(tmp_path: Path) -> None:
    image = np.full((3, desi_files.wavelengths("b").size), 5.0)
    image[0, 0] = 1e300
    spectra = read(desi_files.write_pair(tmp_path, IDS, hdus={"B_FLUX": image}))
    assert spectra.arms[0].ivar[0, 0] == 0


def test_a_negative_ivar_carries_no_information(tmp_path: Path) -> None:
    image = np.full((3, desi_files.wavelengths("z").size), 5.0, np.float32)
    image[2, 3] = -1
    assert (
        read(desi_files.write_pair(tmp_path, IDS, hdus={"Z_IVAR": image})).arms[2].ivar[2, 3] == 0
    )


def test_every_bit_of_the_mask_is_bad_and_no_mask_means_none(tmp_path: Path) -> None:
    n = desi_files.wavelengths("b").size
    mask = np.zeros((3, n), np.int32)
    mask[0, :11] = 1 << np.arange(11)
    packed = fits.CompImageHDU(mask[:, : desi_files.wavelengths("r").size], name="R_MASK")
    hdus = {"B_MASK": mask, "R_MASK": packed, "Z_MASK": None}
    arms = read(desi_files.write_pair(tmp_path, IDS, hdus=hdus)).arms
    assert [int((arm.ivar == 0).sum()) for arm in arms] == [11, 11, 0]


def test_a_fibre_without_any_ivar_is_dead(tmp_path: Path) -> None:
    ivar = {f"{a}_IVAR": np.ones((3, desi_files.wavelengths(a.lower()).size)) for a in "BRZ"}
    for image in ivar.values():
        image[1] = 0
    ivar["B_IVAR"][2] = 0
    spectra = read(desi_files.write_pair(tmp_path, IDS, hdus=ivar))
    assert has(spectra, Quality.DEAD_FIBRE) == [False, True, False]


def test_an_arm_that_the_whole_file_lacks_is_left_out(tmp_path: Path) -> None:
    lacking = {f"{a}_{part}": None for a in "RZ" for part in ("WAVELENGTH", "FLUX", "IVAR", "MASK")}
    spectra = read(desi_files.write_pair(tmp_path, IDS, hdus=lacking))
    assert [arm.name for arm in spectra.arms] == ["b"]
    assert spectra.quality.tolist() == [0, 0, 0]


def test_a_gzipped_pair_is_read_like_a_plain_one(tmp_path: Path) -> None:
    plain, packed = tmp_path / "plain", tmp_path / "packed"
    for folder, ending in ((plain, "fits"), (packed, "fits.gz")):
        desi_files.write_coadd(folder / f"coadd-x-y-1.{ending}", IDS)
        desi_files.write_redrock(folder / f"redrock-x-y-1.{ending}", IDS)
    one, other = read(plain / "coadd-x-y-1.fits"), read(packed / "coadd-x-y-1.fits.gz")
    assert one.z.tolist() == other.z.tolist()
    assert one.arms[0].flux.tobytes() == other.arms[0].flux.tobytes()


def test_the_last_exposure_tells_where_a_target_was_observed(tmp_path: Path) -> None:
    exposures = {
        "TARGETID": np.array([IDS[0], IDS[1], IDS[0], IDS[0]]),
        "NIGHT": np.array([20210102, 20210101, 20210103, 20210103], np.int32),
        "EXPID": np.array([8, 7, 10, 9], np.int32),
        "TILEID": np.array([1, 2, 3, 4], np.int32),
        "PETAL_LOC": np.array([0, 1, 2, 3], np.int16),
        "FIBER": np.array([10, 20, 30, 40], np.int32),
    }
    extras = read(desi_files.write_pair(tmp_path, IDS, exposures=exposures)).extras
    assert extras["night"].tolist() == [20210103, 20210101, -1]
    assert extras["tile"].tolist() == [3, 2, -1]
    assert extras["petal"].tolist() == [2, 1, -1]
    assert extras["fibre"].tolist() == [30, 20, -1]


@pytest.mark.parametrize(
    ("ra", "dec", "name"),
    [
        (149.465404248889, 1.7936467486355945, "DESI J149.4654+01.7936"),
        (0.0, 0.0, "DESI J000.0000+00.0000"),
        (359.99999, -89.99999, "DESI J359.9999-89.9999"),
        (7.00059, -0.99999, "DESI J007.0005-00.9999"),
        (np.nan, 1.0, ""),
    ],
    ids=str,
)
def test_a_desi_name_is_cut_off_not_rounded(ra: float, dec: float, name: str) -> None:
    assert _desi_extras.names(np.array([ra]), np.array([dec])).tolist() == [name]


def test_the_healpix_pixel_is_the_headers_or_that_of_the_position(tmp_path: Path) -> None:
    told = desi_files.write_pair(tmp_path, IDS, header={"HPXPIXEL": 77, "HPXNSIDE": 64})
    computed = desi_files.write_pair(
        tmp_path / "b", [1], columns={"TARGET_RA": [149.465404248889], "TARGET_DEC": [1.7936467]}
    )
    assert read(told).extras["healpix"].tolist() == [77, 77, 77]
    assert read(computed).extras["healpix"].tolist() == [27247]


def test_shards_of_both_layouts_and_kinds_have_names_of_their_own(tmp_path: Path) -> None:
    pixel = tmp_path / "healpix" / "sv3" / "dark" / "260" / "26065"
    tile = tmp_path / "tiles" / "cumulative" / "80613" / "20210324"
    paths = [
        desi_files.write_coadd(pixel / "coadd-sv3-dark-26065.fits", IDS),
        desi_files.write_redrock(pixel / "redrock-sv3-dark-26065.fits", IDS),
        desi_files.write_coadd(pixel / "spectra-sv3-dark-26065.fits.gz", IDS),
        desi_files.write_coadd(tile / "coadd-4-80613-thru20210324.fits", IDS),
    ]
    shards = {shard.name: shard.files for shard in SURVEY.discover(paths)}
    assert shards == {
        "desi-sv3-dark-26065": (paths[0], paths[1]),
        "desi-spectra-sv3-dark-26065": (paths[2], paths[1]),
        "desi-4-80613-thru20210324": (paths[3],),
    }


def test_a_redrock_beside_its_coadd_is_found_though_no_pattern_matches_it(tmp_path: Path) -> None:
    path = desi_files.write_pair(tmp_path, IDS)
    (shard,) = SURVEY.discover([path])
    assert [file.name for file in shard.files] == [path.name, path.name.replace("coadd", "redrock")]
    assert isinstance(shard, Shard)
