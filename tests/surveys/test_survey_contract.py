"""What every survey promises, for every survey in the folder."""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from tests.surveys import described_tables

from catalog import registry
from catalog.spectra import Quality, Spectra
from catalog.surveys import Shard, Survey

SURVEYS = registry.names("catalog.surveys")
DESCRIBED = "table"
"""The reader of tables that a recipe describes; here, of real stars of MILES."""
PATTERNS = {"mastar": "mastar/mastar-LOG-*", "mastarhc": "mastar/MaStarHC_*"}
"""Where a survey's real files lie, if not alone in a folder of its name."""
Load = Callable[[str], tuple[Survey, list[Path]]]
Read = Callable[[str], list[tuple[Shard, Spectra]]]


@pytest.fixture(scope="session")
def load(realdata: Path, tmp_path_factory: pytest.TempPathFactory) -> Load:
    """Give a survey and its real files."""

    @cache
    def of(name: str) -> tuple[Survey, list[Path]]:
        if name == DESCRIBED:
            folder = tmp_path_factory.mktemp(DESCRIBED)
            survey, path = described_tables.miles(folder, realdata)
            return survey, [path]
        paths = sorted(realdata.glob(PATTERNS.get(name, f"{name}/*.fits*")))
        return registry.load("catalog.surveys", name, Survey), paths

    return of


@pytest.fixture(scope="session")
def real(load: Load) -> Read:
    """Every real file of a survey, read once."""

    @cache
    def read(name: str) -> list[tuple[Shard, Spectra]]:
        survey, paths = load(name)
        return [(shard, survey.read(shard, ())) for shard in survey.discover(paths)]

    return read


@pytest.fixture(params=SURVEYS)
def survey(request: pytest.FixtureRequest, load: Load) -> Survey:
    return load(request.param)[0]


@pytest.fixture
def shards(survey: Survey, real: Read) -> list[tuple[Shard, Spectra]]:
    return real(_reader(survey))


def _reader(survey: Survey) -> str:
    return survey.name if survey.name in SURVEYS else DESCRIBED


def test_a_survey_says_what_it_is_and_whom_to_thank(survey: Survey) -> None:
    assert survey.name in SURVEYS or survey.described is None
    for text in (survey.title, survey.url, survey.citation, survey.acknowledgement):
        assert text.strip()
    assert survey.url.startswith("https://")


def test_every_real_shard_has_spectra_and_a_name_of_its_own(
    shards: list[tuple[Shard, Spectra]],
) -> None:
    names = [shard.name for shard, _ in shards]
    assert len(set(names)) == len(names) > 0
    assert all(re.fullmatch(r"[A-Za-z0-9._+-]+", name) for name in names)
    assert all(len(spectra) > 0 for _, spectra in shards)
    assert all(path.is_file() for shard, _ in shards for path in shard.files)


def test_every_column_has_one_value_per_spectrum_and_its_type(
    survey: Survey, shards: list[tuple[Shard, Spectra]]
) -> None:
    for _, spectra in shards:
        n = len(spectra)
        assert spectra.survey == survey.name
        for text in (spectra.target_id, spectra.spec_class, spectra.subclass):
            assert text.shape == (n,)
            assert text.dtype == object
            assert all(type(value) is str for value in text)
        for number in (spectra.ra, spectra.dec, spectra.z, spectra.z_err):
            assert number.shape == (n,)
            assert number.dtype == np.float64
        for whole in (spectra.z_warn, spectra.quality):
            assert whole.shape == (n,)
            assert whole.dtype == np.int64


def test_pixels_are_native_single_precision_on_an_increasing_grid(
    shards: list[tuple[Shard, Spectra]],
) -> None:
    for _, spectra in shards:
        assert spectra.arms
        for arm in spectra.arms:
            assert arm.wave.dtype == np.float64
            assert (np.diff(arm.wave) > 0).all()
            for image in (arm.flux, arm.ivar):
                assert image.dtype == np.float32
                assert image.dtype.isnative
                assert image.shape == (len(spectra), arm.wave.size)
                assert np.isfinite(image).all()
            assert (arm.ivar >= 0).all()
            assert (arm.flux[arm.ivar == 0] == 0).all()


def test_good_rows_have_identifiers_of_their_own_data_and_a_redshift(
    shards: list[tuple[Shard, Spectra]],
) -> None:
    for _, spectra in shards:
        good = spectra.quality == 0
        assert len(set(spectra.target_id[good])) == good.sum()
        assert np.isfinite(spectra.z[good]).all()
        has_data = np.any([(arm.ivar > 0).any(axis=1) for arm in spectra.arms], axis=0)
        assert has_data[good].all()
        np.testing.assert_array_equal(has_data, spectra.quality & Quality.DEAD_FIBRE.value == 0)


def test_every_flag_is_a_known_one(shards: list[tuple[Shard, Spectra]]) -> None:
    known = sum(flag.value for flag in Quality)
    for _, spectra in shards:
        assert (spectra.quality & ~known == 0).all()
        n_flagged = sum(1 for quality in spectra.quality if Quality(int(quality)))
        assert len(spectra) == (spectra.quality == 0).sum() + n_flagged


def test_extras_are_the_declared_columns_of_one_type_in_every_shard(
    survey: Survey, shards: list[tuple[Shard, Spectra]]
) -> None:
    declared = [column.name for column in survey.columns]
    assert len(set(declared)) == len(declared)
    types: dict[str, np.dtype] = {}
    for _, spectra in shards:
        assert list(spectra.extras) == declared
        for name, values in spectra.extras.items():
            assert values.shape == (len(spectra),)
            assert types.setdefault(name, values.dtype) == values.dtype
            assert values.dtype in (np.dtype(np.int64), np.dtype(np.float64), np.dtype(object))


def test_every_column_is_described_with_its_null(survey: Survey) -> None:
    for column in survey.columns:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", column.name)
        assert column.description.endswith(".")
        assert column.ucd
        assert column.null


def test_reading_twice_gives_the_same_bytes(survey: Survey, real: Read) -> None:
    shard, first = real(_reader(survey))[0]
    second = survey.read(shard, ())
    for one, other in zip(first.arms, second.arms, strict=True):
        assert one.flux.tobytes() == other.flux.tobytes()
        assert one.ivar.tobytes() == other.ivar.tobytes()


def test_no_file_of_another_survey_is_taken(survey: Survey, realdata: Path) -> None:
    from catalog.errors import SurveyError

    another = "miles" if survey.name == "sdss" else "sdss"
    other = next((realdata / another).glob("*.fits"))
    with pytest.raises(SurveyError, match=re.escape(other.name)):
        survey.discover([other])
