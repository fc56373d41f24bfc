"""Files are verified by what their survey says of them, or by themselves."""

import gzip
import hashlib
import subprocess

import numpy as np
import pytest
from astropy.io import fits
from hypothesis import given
from hypothesis import strategies as st
from tests.fetch.archive import fits_bytes

from catalog.fetch.verify import Promise, fault_of, read_sums, told_by

FILE = fits_bytes(3)


@pytest.mark.parametrize("kind", ["desi", "sdss"])
def test_real_files_are_as_long_as_they_say(realdata, kind):
    files = sorted((realdata / kind).glob("**/*.fits*"))[:6]
    assert files
    for file in files:
        assert fault_of(file, file.name, Promise()) == ""


@pytest.mark.parametrize("name", ["a.fits", "a.fits.gz"])
def test_what_astropy_writes_is_whole_and_each_cut_is_seen(tmp_path, name):
    path = tmp_path / name
    table = fits.BinTableHDU.from_columns(
        [
            fits.Column("V", "PE()", array=[[1.0, 2.0], [3.0]]),
            fits.Column("A", "20A", array=["a", "b"]),
        ]
    )
    fits.HDUList([fits.PrimaryHDU(), fits.CompImageHDU(np.eye(50)), table]).writeto(path)
    whole = path.read_bytes()
    with fits.open(path) as hdus:  # a file that ends where an HDU ends is whole
        ends = {sum(hdu.fileinfo()[key] for key in ("datLoc", "datSpan")) for hdu in hdus}

    assert fault_of(path, name, Promise()) == ""
    for length in range(0, len(whole), max(1, len(whole) // 40)):
        path.write_bytes(whole[:length])
        seen = bool(fault_of(path, name, Promise()))
        assert seen == (name.endswith("gz") or length not in ends)


def test_a_checksum_settles_the_matter(tmp_path):
    path = tmp_path / "a.fits"
    path.write_bytes(b"anything")
    right = Promise(algorithm="sha1", digest=hashlib.sha1(b"anything").hexdigest())

    assert fault_of(path, "a.fits", right) == ""
    assert "sha1" in fault_of(path, "a.fits", Promise(algorithm="sha1", digest="0" * 40))
    assert "2880" in fault_of(path, "a.fits", Promise())
    path.write_bytes(b"anything" * 360)
    assert fault_of(path, "a.fits", Promise()) == "not a FITS file"
    assert told_by(right) == f"sha1:{right.digest}"


def test_one_wrong_bit_in_a_gz_file_is_seen_by_itself(tmp_path):
    packed = bytearray(gzip.compress(FILE))
    packed[len(packed) // 2] ^= 1
    path = tmp_path / "a.fits.gz"
    path.write_bytes(packed)

    assert fault_of(path, path.name, Promise())


def test_a_size_is_compared(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"12345")

    assert fault_of(path, "a.txt", Promise(size=5)) == ""
    assert fault_of(path, "a.txt", Promise(size=6)) == "5 bytes, not 6"
    assert fault_of(path, "a.txt", Promise()) == ""
    path.write_bytes(b"")
    assert fault_of(path, "a.txt", Promise()) == "no bytes"


@pytest.mark.parametrize("command", ["sha256sum", "sha1sum", "md5sum", "sha256sum -b"])
def test_what_the_usual_commands_write_is_read(tmp_path, command):
    names = ["coadd a.fits", "sub/b.fits", "./c.fits"]
    (tmp_path / "sub").mkdir()
    for name in names:
        (tmp_path / name).write_text(name)
    done = subprocess.run([*command.split(), *names], cwd=tmp_path, capture_output=True, check=True)
    algorithm = command.split("sum")[0]

    assert read_sums(done.stdout.decode()) == {
        name.removeprefix("./"): hashlib.new(algorithm, name.encode()).hexdigest() for name in names
    }


@pytest.mark.parametrize(
    "text", ["", "\n", "<html></html>", "abc  a.fits", f"{'0' * 64}", f"{'0' * 64}  a\nWelcome!"]
)
def test_what_is_no_checksum_file_is_none(text):
    assert read_sums(text) is None


@given(st.text())
def test_any_text_is_survived(text):
    found = read_sums(text)
    assert found is None or found


@given(st.binary(max_size=6000), st.booleans())
def test_no_bytes_pass_for_fits_or_break_the_check(tmp_path_factory, content, packed):
    path = tmp_path_factory.getbasetemp() / "any.fits"
    path.write_bytes(gzip.compress(content) if packed else content)

    assert fault_of(path, "any.fits.gz" if packed else "any.fits", Promise())
