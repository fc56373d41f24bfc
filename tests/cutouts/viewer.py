"""A Legacy Surveys viewer made by hand: images for some positions, and what else it may answer."""

import io
from urllib.parse import unquote

import numpy as np
from PIL import Image
from tests.web.server import Server

from catalog.cutouts.address import PIXELS
from catalog.cutouts.cache import Wanted


def picture(seed: int = 0, side: int = PIXELS, *, kind: str = "JPEG") -> bytes:
    """An image of a faint blob in noise."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:side, :side] - side / 2
    blob = 120 * np.exp(-(x**2 + y**2) / 200)
    levels = np.clip(40 + blob + rng.normal(0, 6, (side, side)), 0, 255).astype(np.uint8)
    return _encoded(Image.fromarray(levels).convert("RGB"), kind)


def flat(level: int = 0) -> bytes:
    """What a position that the layer does not cover is answered with."""
    return _encoded(Image.new("RGB", (PIXELS, PIXELS), (level, level, level)), "JPEG")


def _encoded(image: Image.Image, kind: str) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind)
    return stream.getvalue()


def show(server: Server, wanted: Wanted, content: bytes, fault="", **details) -> None:
    """Let the viewer answer one request with something."""
    content_type = details.pop("content_type", "image/jpeg")
    server.serve(_path(server, wanted), content, content_type, fault, **details)


def n_asked(server: Server, wanted: Wanted) -> int:
    """How often an image was asked for."""
    path = "/" + _path(server, wanted)
    return sum(unquote(seen.path) == path for seen in server.requests)


def _path(server: Server, wanted: Wanted) -> str:
    return unquote(wanted.address.removeprefix(server.address))
