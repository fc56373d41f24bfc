"""Only a whole JPEG of the right size that shows something is an image."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from tests.cutouts.viewer import flat, picture

from catalog.cutouts.address import PIXELS
from catalog.cutouts.image import shows_something
from catalog.errors import WebError

WHOLE = picture()


@pytest.mark.parametrize("level", [0, 32, 128, 255])
def test_an_image_of_one_colour_shows_nothing(level):
    assert not shows_something(flat(level), "here")


@given(st.integers(0, 2**32 - 1), st.floats(4.0, 60.0))
def test_the_noise_of_an_empty_field_is_something(seed, sigma):
    levels = 32 + np.random.default_rng(seed).normal(0, sigma, (PIXELS, PIXELS, 3))
    stream = io.BytesIO()
    Image.fromarray(np.clip(levels, 0, 255).astype(np.uint8)).save(stream, "JPEG", quality=75)

    assert shows_something(stream.getvalue(), "here")


def test_an_image_at_the_edge_of_a_survey_shows_something():
    half = np.zeros((PIXELS, PIXELS, 3), np.uint8)
    half[:, : PIXELS // 2] = np.random.default_rng(1).integers(0, 80, (PIXELS, PIXELS // 2, 3))
    stream = io.BytesIO()
    Image.fromarray(half).save(stream, "JPEG")

    assert shows_something(stream.getvalue(), "here")


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "identify"),
        (b"no such layer", "identify"),
        (picture(kind="PNG"), "identify"),
        (picture(side=255), "255 × 255"),
        (picture()[:-400], "too early"),
        (picture()[:300], "too early"),
    ],
    ids=["nothing", "text", "png", "small", "cut at the end", "cut at the start"],
)
def test_anything_else_is_refused(content, found):
    with pytest.raises(WebError, match=found):
        shows_something(content, "https://there/")


@given(st.integers(1, len(WHOLE)))
def test_no_part_of_an_image_is_taken_for_it(n_missing):
    with pytest.raises(WebError):
        shows_something(WHOLE[:-n_missing], "https://there/")


def test_a_header_that_promises_too_many_pixels_is_refused_before_they_are_made():
    whole = bytearray(picture())
    frame = whole.index(b"\xff\xc0")
    whole[frame + 5 : frame + 9] = b"\xff\xff\xff\xff"

    with pytest.raises(WebError, match="pixels"):
        shows_something(bytes(whole), "https://there/")
