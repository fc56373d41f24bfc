"""A survey's archive in small, on the misbehaving server, and a recipe that needs its files."""

import hashlib
from pathlib import Path

import numpy as np
from astropy.io import fits
from tests.web.server import Server

RECIPE = """
[release]
name = "small"
title = "A small release"
description = "Made by the tests."
seed = 7

[[surveys]]
name = "desi"
folder = "desi/edr"
files = ["healpix/sv3/*/*/*/coadd-*.fits"]
release = "edr"

[preprocess]
wave_min = 3800.0
wave_max = 7500.0
n_bins = 460
"""
PIXELS = ((260, 26065), (260, 26066), (261, 26100))


def write_recipe(folder: Path, text: str = RECIPE) -> Path:
    """Write the recipe below `folder/build`."""
    path = folder / "build" / "small.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def fits_bytes(seed: int, n_pixels: int = 3000) -> bytes:
    """Bytes of a FITS file with an image and a table."""
    image = fits.ImageHDU(np.random.default_rng(seed).normal(size=n_pixels).astype("f4"))
    table = fits.BinTableHDU.from_columns([fits.Column("A", "J", array=np.arange(7))])
    return b"".join(
        hdu.header.tostring().encode() + _data(hdu) for hdu in (fits.PrimaryHDU(), image, table)
    )


def _data(hdu) -> bytes:
    data = b"" if hdu.data is None else np.asarray(hdu.data).tobytes()
    return data + b"\0" * (-len(data) % 2880)


def names(group: int, pixel: int) -> tuple[str, str]:
    folder = f"healpix/sv3/bright/{group}/{pixel}"
    return f"{folder}/coadd-sv3-bright-{pixel}.fits", f"{folder}/redrock-sv3-bright-{pixel}.fits"


FILES = {name: fits_bytes(i) for i, name in enumerate(n for p in PIXELS for n in names(*p))}
"""Path in the archive -> content: a coadd and a redrock file for each pixel."""


def fill(server: Server, *, sums: bool = True) -> None:
    """Put the archive onto a server, with what nobody wants, and with checksum files or without."""
    for path, content in FILES.items():
        server.serve(path, content, "application/fits")
        server.serve(path.replace("redrock", "emline").replace("coadd", "spectra"), b"unwanted")
    server.serve("healpix/sv3/bright/260/README", b"read me")
    server.serve("healpix/main/bright/1/100/coadd-main-bright-100.fits", b"unwanted")
    if sums:
        for group, pixel in PIXELS:
            lines = [
                f"{hashlib.sha256(FILES[path]).hexdigest()}  {path.rpartition('/')[2]}\n"
                for path in names(group, pixel)
            ]
            folder = f"healpix/sv3/bright/{group}/{pixel}/"
            server.serve(f"{folder}redux_{pixel}.sha256sum", "".join(lines).encode(), "text/plain")


def tree(folder: Path) -> dict[str, bytes]:
    """Files below a folder, but for what fetching remembers."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".fetch" not in path.parts
    }
