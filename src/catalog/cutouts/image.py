"""Whether bytes that a server called an image are one, and whether it shows anything."""

import io
import warnings

import numpy as np
from PIL import Image

from catalog.cutouts.address import PIXELS
from catalog.errors import WebError

FLAT = 8
"""Of 255: where no channel varies by more, nothing was observed. The noise of an empty field
alone spans some 30 levels at the stretch that the viewer uses; compression adds one or two."""

_BEGIN, _END = b"\xff\xd8", b"\xff\xd9"
"""How a JPEG begins and ends; a decoder fills in what is missing before the end."""


def shows_something(content: bytes, where: str) -> bool:
    """Decode an image, and tell whether it is of one colour throughout.

    A position that a layer does not cover is answered with a black image.

    Parameters
    ----------
    content : bytes
        What the server gave.
    where : str
        Address, for the message.

    Raises
    ------
    WebError
        If the bytes are no JPEG of the size that was asked for, or end too early.
    """
    if not content.endswith(_END) and content[:2] == _BEGIN:
        raise _not_one(where, "it ends too early")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=["JPEG"]) as picture:
                if picture.size != (PIXELS, PIXELS):
                    raise _not_one(where, "{} × {} pixels".format(*picture.size))
                levels = np.asarray(picture.convert("RGB"))
    except (OSError, SyntaxError, ValueError, Warning, Image.DecompressionBombError) as fault:
        raise _not_one(where, str(fault)[:200]) from fault
    return int(np.ptp(levels, axis=(0, 1)).max()) > FLAT


def _not_one(where: str, found: str) -> WebError:
    return WebError(
        "what a server calls an image is not the one that was asked for",
        where=where,
        wanted=f"a JPEG of {PIXELS} × {PIXELS} pixels",
        found=found,
        todo="see the address in a browser",
    )
