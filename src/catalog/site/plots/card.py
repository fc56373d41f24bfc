"""The picture that stands for an object where its page is shared: a PNG, since nobody shows SVG."""

import io
from functools import cache

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from catalog.site.plots.axes import Float, Scale, padded
from catalog.store.records import ObjectSpectrum

Levels = npt.NDArray[np.uint8]
WIDTH, HEIGHT = 600, 315
"""Pixels: the shape that services show uncropped (1.91 to 1), at the least size they want."""
FINER = 2
"""Lines are drawn so many times larger and averaged: Pillow does not smooth them."""
LEVELS = 4
PAPER, INK, BLUE = (251, 250, 247), (28, 27, 25), (0, 95, 160)
MARGIN, TOP = 30, 98


def _palette() -> bytes:
    """Sixteen colours: four strengths of the reconstruction under four of the spectrum."""
    colours = []
    for spectrum in range(LEVELS):
        for recon in range(LEVELS):
            below = [p + (b - p) * recon / (LEVELS - 1) for p, b in zip(PAPER, BLUE, strict=True)]
            ink = spectrum / (LEVELS - 1)
            colours += [round(c + (i - c) * ink) for c, i in zip(below, INK, strict=True)]
    return bytes(colours)


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _layer(lines: list[tuple[Float, Float, int]], texts: list[tuple[str, int, int]]) -> Levels:
    """Strength of one colour in every pixel, (HEIGHT, WIDTH), from 0 to LEVELS - 1."""
    large = Image.new("L", (WIDTH * FINER, HEIGHT * FINER), 0)
    pen = ImageDraw.Draw(large)
    for x, y, width in lines:
        points = np.stack([x, y], axis=1) * FINER
        pen.line(list(map(tuple, points[np.isfinite(y)].tolist())), fill=255, width=width * FINER)
    small = large.reduce(FINER)
    pen = ImageDraw.Draw(small)
    for text, top, size in texts:
        pen.text((MARGIN, top), text, fill=255, font=_font(size))
    strength: Levels = np.asarray(small, np.uint8) >> np.uint8(6)
    return strength


def card(spectrum: ObjectSpectrum, name: str, kind: str) -> bytes:
    """Draw a spectrum over its reconstruction, with the object's name and what it is: a PNG.

    Parameters
    ----------
    name, kind : str
        Written at the top. Letters that the built-in font lacks are left out.

    Returns
    -------
    bytes
        600 x 315 pixels in 16 colours, about 6 kB.
    """
    flux = np.where(spectrum.ivar > 0, spectrum.flux, np.nan)
    x = np.linspace(MARGIN, WIDTH - MARGIN, flux.size)
    y = Scale(*padded(np.concatenate([flux, spectrum.recon])), HEIGHT - MARGIN, TOP)
    data = _layer([(x, y(flux), 1)], [(name, 22, 28), (kind, 59, 19)])
    recon = _layer([(x, y(spectrum.recon), 2)], [])
    pixels = data * LEVELS + recon
    drawn = Image.frombytes("P", (WIDTH, HEIGHT), pixels.tobytes())
    drawn.putpalette(_palette())
    file = io.BytesIO()
    drawn.save(file, "PNG", bits=4, compress_level=7)  # 9 takes eight times as long for 6 %
    return file.getvalue()
