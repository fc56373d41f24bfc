import pytest

from catalog.errors import StoreError
from catalog.explain import lines

AIR = {  # NIST ASD, air
    "halpha": 6562.79, "hbeta": 4861.35, "oiii_5008": 5006.843, "nii_6585": 6583.45,
    "sii_6718": 6716.44, "oii_3727": 3726.032, "oii_3730": 3728.815, "na_d2": 5889.951,
    "ca_k": 3933.663, "mgb_5174": 5172.684, "heii_4687": 4685.71, "hei_5877": 5875.621,
    "oi_6302": 6300.304, "siii_9533": 9530.6, "ca_8544": 8542.09, "hdelta": 4101.734,
}  # fmt: skip


def vacuum(air: float) -> float:
    """Morton (1991), solved by iteration."""
    wave = air
    for _ in range(9):
        s = (1e4 / wave) ** 2
        wave = air * (1 + 6.4328e-5 + 2.94981e-2 / (146 - s) + 2.5540e-4 / (41 - s))
    return wave


@pytest.fixture
def known():
    return {line.name: line for line in lines.load()}


@pytest.mark.parametrize(("name", "air"), AIR.items(), ids=AIR)
def test_wavelengths_are_in_vacuum(known, name, air):
    assert known[name].wave == pytest.approx(vacuum(air), abs=0.2)


def test_lines_are_sorted_and_each_has_a_label_and_a_source(known):
    waves = [line.wave for line in known.values()]
    assert waves == sorted(waves)
    assert len({line.label for line in known.values()}) == len(known)
    assert all(line.source for line in known.values())


def test_what_plots_must_mark_is_major(known):
    assert {"halpha", "hbeta", "oiii_5008", "oii_3730", "ca_k", "na_d2", "mgii_2799"} <= {
        name for name, line in known.items() if line.major
    }


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("a,A,x,both,1,s", "wavelength above 0.*x"),
        ("a,A,-5,both,1,s", "wavelength above 0.*-5"),
        ("a,A,nan,both,1,s", "wavelength above 0.*nan"),
        ("a,A,5000,bright,1,s", "one of emission.*bright"),
        ("a,A,5000,both,yes,s", "0 or 1.*yes"),
        ("a,A,5000,both,1,", "value for 'source'"),
        ("a,A,5000,both", "value for 'major'"),
        ("halpha,A,5000,both,1,s", "no other line has.*halpha"),
    ],
)
def test_a_bad_row_is_refused_with_its_number(tmp_path, monkeypatch, row, message):
    path = tmp_path / "lines.csv"
    path.write_text(f"name,label,wave,kind,major,source\nhalpha,H,6564,both,1,s\n{row}\n")
    monkeypatch.setattr(lines, "PATH", path)
    with pytest.raises(StoreError, match=f"(?s)row 3.*{message}"):
        lines.load()


def test_a_window_marks_the_bins_within_its_velocities(wave, known):
    marked = wave[lines.near((known["halpha"],), wave, 500.0)]
    assert marked.min() >= 6564.608 * (1 - 500 / 299792.458)
    assert marked.max() <= 6564.608 * (1 + 500 / 299792.458)
    assert marked.size == 6


def test_a_window_narrower_than_a_bin_marks_the_bin_that_holds_the_line(wave, known):
    assert lines.near((known["oiii_5008"],), wave, 1.0).sum() == 1
