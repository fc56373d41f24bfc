"""Long spectra: an outline that loses nothing, and parts that say what the bins are."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from tests.site.catalogue_fixture import make_catalogue
from tests.site.long_catalogue import FIRST, GAP, LAST, N_LONG, WAVE, make_long_catalogue

from catalog.site import spectrum_parts
from catalog.site.envelope import LONG, N_COLUMNS, envelope, typical, width_of
from catalog.site.plots.spectrum import residual
from catalog.site.render import render
from catalog.site.spectrum_parts import PART, parts_of
from catalog.store.records import ObjectSpectrum

VALUES = st.floats(-1e6, 1e6, width=32) | st.just(np.nan)
LINES = arrays.arrays(np.float64, st.integers(1, 400), elements=VALUES)


def made(flux, sigma, recon=None, norm=1.0):
    """A spectrum; σ 0 stands for no information."""
    known = sigma > 0
    ivar = np.divide(1.0, sigma**2, out=np.zeros(flux.size), where=known)
    recon = flux if recon is None else recon
    single = [v.astype(np.float32) for v in (flux, ivar, recon)]
    return ObjectSpectrum(single[0], single[1], single[2], single[2], norm)


def decoded(content, n_steps):
    """Lines and σ of a file, read as its description has it; σ is 0 where there is none."""
    head = np.frombuffer(content, "<f8", n_steps)
    n_lines = 3 if n_steps == 5 else 8
    count = (len(content) - 8 * n_steps) // 2 // (n_lines + 1)
    codes = np.frombuffer(content, "<i2", n_lines * count, 8 * n_steps).reshape(n_lines, count)
    steps = head[: n_steps - 2] if n_steps == 5 else np.repeat(head[: n_steps - 2], 2)
    lines = np.where(codes == -32768, np.nan, codes * steps[:, None])
    sigma = np.frombuffer(content, "<u2", count, 8 * n_steps + 2 * n_lines * count).astype(int)
    return lines, np.where(sigma > 0, np.exp(head[-2] + head[-1] * (sigma - 1)), 0.0)


@given(LINES, st.integers(1, 50))
def test_an_outline_never_loses_an_extreme(line, width):
    found = envelope(line, width)
    for column, start in enumerate(range(0, line.size, width)):
        part = line[start : start + width]
        part = part[np.isfinite(part)]
        if part.size:
            assert found.low[column] == part.min()
            assert found.high[column] == part.max()
        else:
            assert np.isnan([found.low[column], found.high[column]]).all()


@given(LINES, st.integers(1, 50))
def test_what_is_typical_is_the_middle_of_a_column(line, width):
    found = typical(line, width)
    for column, start in enumerate(range(0, line.size, width)):
        part = line[start : start + width]
        part = np.sort(part[np.isfinite(part)])
        assert np.isnan(found[column]) if not part.size else found[column] in part
        if part.size:
            assert (part < found[column]).sum() <= part.size / 2
            assert (part > found[column]).sum() <= part.size / 2


@pytest.mark.parametrize("n_bins", [5_001, 10_000, 312_447, 400_000])
def test_an_outline_has_columns_for_two_screens_at_most(n_bins):
    assert N_COLUMNS / 2 < -(-n_bins // width_of(n_bins)) <= N_COLUMNS


@given(
    arrays.arrays(np.float32, 3 * 4096, elements=st.floats(-1e4, 1e4, width=32)),
    st.floats(1e-3, 1e3),
)
def test_the_outline_that_is_sent_holds_every_bin(flux, sigma):
    spectrum = made(flux, np.full(flux.size, sigma), np.roll(flux, 7))
    lines, _ = decoded(parts_of(spectrum)["overview.bin"], 6)
    width = width_of(flux.size)
    bins = (spectrum.flux, spectrum.recon, spectrum.expected, residual(spectrum))
    for i, values in enumerate(bins):
        column = np.arange(flux.size) // width
        assert (lines[2 * i][column] <= values).all()
        assert (lines[2 * i + 1][column] >= values).all()
        top = np.abs(values).max()
        assert np.abs(lines[2 * i]).max() <= top * (1 + 2 / 32_766)


@given(
    arrays.arrays(np.float32, 9_000, elements=st.floats(-1e4, 1e4, width=32)),
    arrays.arrays(np.float64, 9_000, elements=st.just(0.0) | st.floats(1e-3, 1e3)),
)
def test_a_part_comes_back_within_the_stated_error(flux, sigma):
    spectrum = made(flux, sigma, np.roll(flux, 3))
    files = parts_of(spectrum)
    assert sorted(name for name in files if name.startswith("bins-")) == [
        "bins-00.bin",
        "bins-01.bin",
    ]
    for number, bins in enumerate((slice(0, PART), slice(PART, 9_000))):
        lines, back = decoded(files[f"bins-{number:02d}.bin"], 5)
        known = spectrum.ivar[bins] > 0
        assert (np.isfinite(lines[0]) == known).all()
        assert ((back > 0) == known).all()
        for line, values in zip(
            lines, (spectrum.flux, spectrum.recon, spectrum.expected), strict=True
        ):
            there = np.isfinite(line)
            top = np.abs(values[bins][there]).max(initial=0)
            assert (
                np.abs(line - values[bins])[there].max(initial=0) <= top / 65_532 * 1.0001 + 1e-30
            )
        exact = 1 / np.sqrt(spectrum.ivar[bins][known].astype(float))
        np.testing.assert_allclose(back[known], exact, rtol=3e-4)


def test_parts_that_are_magnified_hold_the_strongest_departures():
    rng = np.random.default_rng(2)
    flux = 1 + 0.01 * rng.normal(size=20_000)
    recon = np.ones(20_000)
    flux[12_345] += 3
    spectrum = made(flux, np.full(flux.size, 0.01), recon)
    at = spectrum_parts.near(spectrum)[0]
    assert at is not None
    first, last = at
    lines, _ = decoded(parts_of(spectrum)["near-0.bin"], 5)
    assert first < 12_345 < last
    assert lines.shape[1] == last - first + 1
    assert lines[0][12_345 - first] == pytest.approx(4, abs=0.1)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("long")
    database = make_long_catalogue(folder / "catalog.duckdb")
    render(database, folder / "none", folder / "site")
    return folder / "site"


def objects(site):
    return sorted(
        each for each in (site / "objects").iterdir() if (each / "overview.bin").is_file()
    )


def test_what_a_page_loads_at_first_is_within_its_budget(site):
    for folder in objects(site):
        first = ("data.json", "overview.bin", "near-0.bin")
        assert sum((folder / name).stat().st_size for name in first) < 60_000
        assert (folder / "index.html").stat().st_size < 80_000
        assert len(list(folder.glob("bins-*.bin"))) == -(-N_LONG // PART)


def test_the_grid_is_told_by_its_ends(site):
    told = json.loads((site / "static" / "spectrum.json").read_text())["wave"]
    assert (told["first"], told["last"], told["n_bins"]) == pytest.approx((FIRST, LAST, N_LONG))


def test_the_numbers_tell_how_the_bins_are_cut(site):
    numbers = json.loads((objects(site)[0] / "data.json").read_text())
    assert "flux" not in numbers
    assert numbers["cut"]["n_bins"] == N_LONG
    ((first, last),) = numbers["masked"]
    assert (WAVE[first], WAVE[last]) == pytest.approx(GAP, abs=0.02)
    assert len(numbers["cut"]["near"]) == len(numbers["departures"]) > 0


def test_the_page_says_how_large_its_files_are_and_offers_to_look_for_a_wavelength(site):
    page = (objects(site)[0] / "index.html").read_text()
    assert "CSV (18 MB)" in page
    assert "312,447 bins of 0.01 Å" in page
    assert 'name="goto"' in page


def test_windows_of_a_long_spectrum_have_the_decimals_of_its_bins(site):
    numbers = json.loads((objects(site)[0] / "data.json").read_text())
    peak = numbers["departures"][0][0]
    assert f"{WAVE[peak]:,.2f} Å" in (objects(site)[0] / "index.html").read_text()


def test_a_spectrum_of_usual_length_has_one_file_of_numbers(tmp_path):
    database = make_catalogue(tmp_path / "catalog.duckdb", n_published=2, benchmark=False)
    render(database, tmp_path / "none", tmp_path / "site")
    for folder in (tmp_path / "site" / "objects").iterdir():
        assert not list(folder.glob("*.bin"))
        page = folder / "index.html"
        assert 'name="goto"' not in page.read_text()
        if (folder / "data.json").is_file():
            numbers = json.loads((folder / "data.json").read_text())
            assert 0 < len(numbers["flux"]["values"]) <= LONG
