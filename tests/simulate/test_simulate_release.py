"""A simulated release holds what it says, and the same bytes whoever makes it."""

import hashlib
import stat
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from catalog import tables
from catalog.errors import RecipeError, ReleaseError
from catalog.simulate import KINDS, TRUTH, write_release


def _digests(folder: Path) -> dict[str, str]:
    return {
        p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


def test_the_same_seed_gives_the_same_bytes_with_any_number_of_jobs(tmp_path):
    for name, jobs in (("one", 1), ("two", 2)):
        write_release(tmp_path / name, 360, 3, jobs=jobs)
    one = _digests(tmp_path / "one")
    assert len(one) == 6
    assert one == _digests(tmp_path / "two")


def test_another_seed_gives_other_spectra(tmp_path):
    write_release(tmp_path / "a", 12, 1)
    write_release(tmp_path / "b", 12, 2)
    a, b = tables.read(tmp_path / "a" / TRUTH), tables.read(tmp_path / "b" / TRUTH)
    assert not np.array_equal(a["z"], b["z"])


def test_writing_again_into_its_own_folder_changes_nothing(tmp_path):
    write_release(tmp_path, 12, 1)
    before = _digests(tmp_path)
    write_release(tmp_path, 12, 1)
    assert _digests(tmp_path) == before


def test_a_folder_with_another_release_is_refused(tmp_path):
    write_release(tmp_path, 12, 1)
    with pytest.raises(ReleaseError, match="holds other spectra") as caught:
        write_release(tmp_path, 12, 1, survey="main")
    assert "coadd-sv3-bright" in str(caught.value)


def test_a_folder_that_cannot_be_written_is_one_clear_error(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ReleaseError, match="cannot be written"):
        write_release(tmp_path / "file" / "below", 12, 1)


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"n_spectra": 0}, "n_spectra"),
        ({"seed": -1}, "seed"),
        ({"survey": "sv9"}, "survey"),
        ({"program": "twilight"}, "program"),
        ({"anomaly_fraction": 1.5}, "anomaly_fraction"),
        ({"jobs": 0}, "jobs"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_argument_out_of_range_is_named(tmp_path, changed, place):
    arguments = {"n_spectra": 5, "seed": 1} | changed
    with pytest.raises(RecipeError) as caught:
        write_release(tmp_path, **arguments)
    assert caught.value.where == place


def test_the_release_says_that_it_is_simulated(release):
    text = (release.folder / "SIMULATED").read_text()
    assert "not observations" in text
    assert "seed: 11" in text
    for path in release.coadds:
        with fits.open(path) as hdus:
            assert "Simulated" in str(hdus[0].header["COMMENT"])


def test_progress_counts_every_spectrum(tmp_path):
    seen: list[tuple[int, int]] = []
    write_release(tmp_path, 20, 1, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(20, 20)]


def test_every_file_is_readable_by_all(release):
    assert all(p.stat().st_mode & stat.S_IROTH for p in release.coadds)


def test_counts_and_truth_agree_and_every_kind_has_its_share(release):
    truth, counts = release.truth, release.counts
    assert counts["spectra"] == len(truth["target_id"]) == 700
    assert counts["shards"] == len(release.coadds) == 2
    assert sum(counts[k] for k in ("GALAXY", "QSO", "STAR")) == 700
    shares = [int((truth["anomaly"] == kind).sum()) for kind in KINDS]
    assert sum(shares) == 112
    assert max(shares) - min(shares) <= 1
    assert [counts[f"anomaly_{kind}"] for kind in KINDS] == shares


def test_strengths_lie_in_their_kinds_ranges(release):
    for kind, anomaly in KINDS.items():
        size = np.abs(release.truth["strength"][release.truth["anomaly"] == kind])
        assert (size >= anomaly.low).all(), kind
        assert (size <= anomaly.high).all(), kind
    assert (release.truth["strength"][release.truth["anomaly"] == ""] == 0).all()


def test_what_is_planted_changes_the_catalogue_as_promised(release):
    t = release.truth
    shift = np.abs(t["z"] - t["z_true"])
    wrong = t["anomaly"] == "wrong_redshift"
    np.testing.assert_allclose(np.abs(t["strength"][wrong]), shift[wrong])
    assert (shift[wrong] > 0.01).all()
    star = t["anomaly"] == "star_at_galaxy_z"
    assert (t["spec_class"][star] == "GALAXY").all()
    assert (t["class_true"][star] == "STAR").all()
    quasar = t["anomaly"] == "quasar_at_galaxy_z"
    assert (t["spec_class"][quasar] == "GALAXY").all()
    assert (np.abs(t["z"][quasar] - 0.25) < 0.06).all()
    assert (t["z_true"][quasar] > 1.5).all()
    plain = (t["anomaly"] == "") & (t["kind"] != "sky") & np.isfinite(t["snr"])
    assert np.percentile(shift[plain], 99) < 0.005


def test_classes_and_signal_to_noise_are_like_the_papers(tmp_path):
    from catalog.simulate import observing, population

    rng = np.random.default_rng(1)
    people = population.draw(np.full(40_000, "", dtype=object), rng)
    inside = people.bgs & (people.z >= 0) & (people.z <= 0.3)
    kind = people.kind[inside]
    assert np.isin(kind, ["star", "white_dwarf"]).mean() == pytest.approx(0.015, abs=0.003)
    assert (kind == "broad_line").mean() == pytest.approx(0.007, abs=0.002)
    assert 0.08 < (~inside).mean() < 0.14
    few = population.draw(np.full(400, "", dtype=object), rng)
    seen = observing.observe(few, np.zeros(400, dtype=bool), rng)
    snr = seen.snr[few.kind != "sky"] * population.BIN_TO_PIXEL
    assert 7.5 < np.median(snr) < 10.5
    assert 0.05 < (snr < 5).mean() < 0.3
    assert 25 < np.percentile(snr, 99) < 70
