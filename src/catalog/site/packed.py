"""Columns of numbers as bits: each as wide as its largest value needs, for a page to load at once.

A static host compresses text but no binary file, so the bits are packed here; `packed.js` reads
them. Numbers keep stated decimals; a percentile keeps the text that pages write for it.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from catalog.site import words

PARTS = 62
"""Parts of each step between two percentiles as written: their order within a step survives."""
EXACT_DIGITS = 15
FULL = 1050
"""Step of 100 %: behind 0.0 ... 99.9 and, per further decimal up to the sixth, ten more."""


@dataclass(frozen=True)
class Column:
    """A column as bits, and what a reader must know: `header` stands in `objects.json`."""

    header: dict[str, Any]
    data: bytes


def _bits(codes: Sequence[int | None]) -> tuple[int, bool, bytes]:
    """Pack codes >= 0, least significant bit first; None is all ones.

    Returns
    -------
    int, bool, bytes
        Bits per code, whether any is None, and the bits.
    """
    largest = max((code for code in codes if code is not None), default=0)
    missing = any(code is None for code in codes)
    width = (largest + missing).bit_length()
    filled = [(1 << width) - 1 if code is None else code for code in codes]
    values: npt.NDArray[np.uint64] = np.array(filled, dtype=np.uint64)
    places = np.arange(width, dtype=np.uint64)
    bits = (values[:, None] >> places) & np.uint64(1)
    packed = np.packbits(bits.astype(np.uint8).ravel(), bitorder="little")
    return width, missing, bytes(packed)


def _column(name: str, kind: str, codes: Sequence[int | None], **more: Any) -> Column:
    width, missing, data = _bits(codes)
    header = {"name": name, "kind": kind, "bits": width, "missing": missing, **more}
    return Column(header, data)


def fixed(name: str, values: Sequence[float | None], decimals: int) -> Column:
    """Pack numbers rounded to `decimals`; None stays None."""
    scale = 10**decimals
    whole = [None if value is None else round(value * scale) for value in values]
    base = min((each for each in whole if each is not None), default=0)
    codes = [None if each is None else each - base for each in whole]
    return _column(name, "fixed", codes, base=base, scale=scale)


def increasing(name: str, values: Sequence[int | None]) -> Column:
    """Pack whole numbers >= 1, each larger than the one before; what follows the last is None."""
    before = [0, *(value for value in values if value is not None)]
    codes = [
        None if value is None else value - last - 1
        for value, last in zip(values, [*before, *[0] * len(values)], strict=False)
    ]
    return _column(name, "increasing", codes)


def coded(name: str, values: Sequence[str]) -> Column:
    """Pack text that repeats, as places in its sorted alphabet."""
    alphabet = sorted(set(values))
    code = {text: i for i, text in enumerate(alphabet)}
    return _column(name, "words", [code[value] for value in values], words=alphabet)


def identifiers(name: str, values: Sequence[str]) -> Column:
    """Pack identifiers: digits behind a common start as numbers, any others whole in the header.

    Text all the way: a number of 15 digits is exact in a browser, and one of 17 is not.
    """
    length = Counter(len(each) for each in values if each.isascii() and each.isdigit())
    common = length.most_common(1)[0][0] if length else 0
    usual = [each for each in values if _is_number(each, common)]
    prefix = _start(min(usual, default=""), max(usual, default=""))
    digits = common - len(prefix)
    if not usual or digits > EXACT_DIGITS:
        usual, prefix, digits = [], "", 0
    base = min((int(each.removeprefix(prefix) or 0) for each in usual), default=0)
    known = set(usual)
    codes = [
        int(each.removeprefix(prefix) or 0) - base if each in known else None for each in values
    ]
    others = {str(row): each for row, each in enumerate(values) if each not in known}
    return _column(
        name, "identifier", codes, prefix=prefix, digits=digits, base=base, others=others
    )


def _start(first: str, last: str) -> str:
    """Give what two words begin with alike; and so do all that stand between them in order."""
    n = next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))
    return first[:n]


def _is_number(text: str, length: int) -> bool:
    return len(text) == length and text.isascii() and text.isdigit()


def probabilities(name: str, values: Sequence[float | None]) -> Column:
    """Pack probabilities to two significant digits: 0 as 0, the others as digits and power."""
    return _column(name, "probability", [None if p is None else _chance(p) for p in values])


def _chance(p: float) -> int:
    if p <= 0:
        return 0
    digits, power = f"{p:.1e}".split("e")
    return 1 + 90 * -int(power) + round(float(digits) * 10) - 10


def percentiles(name: str, values: Sequence[float | None]) -> Column:
    """Pack percentiles so that each is written as `words.percent` writes it, in the same order."""
    return _column(name, "percentile", [None if p is None else _step(p) for p in values])


def _step(percentile: float) -> int:
    written = words.percent(percentile).removesuffix(" %")
    if written == "100":
        return FULL * PARTS
    decimals = len(written.partition(".")[2])
    whole = int(written.replace(".", ""))
    # Behind 0.0 ... 99.9 stand 99.90 ... 99.99, then 99.990 ... 99.999, and so on.
    step = whole if decimals == 1 else 1000 + 10 * (decimals - 2) + whole % 10
    part = math.floor((percentile * 10.0**decimals - whole) * PARTS)
    return step * PARTS + min(PARTS - 1, max(0, part))
