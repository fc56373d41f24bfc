"""The spectral lines that reasons name and plots mark: loaded from `lines.csv`, in vacuum."""

import csv
import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from catalog.errors import StoreError
from catalog.spectra import Float

PATH = Path(__file__).with_name("lines.csv")
KINDS = ("emission", "absorption", "both")
SPEED_OF_LIGHT = 299_792.458
"""km/s."""


@dataclass(frozen=True)
class Line:
    """One line (or band): `wave` in Å, vacuum; `kind` says how ordinary spectra show it.

    `kind` is emission, absorption, or both; `major` lines are marked on plots by default; `source`
    says where the wavelength is from.
    """

    name: str
    label: str
    wave: float
    kind: str
    major: bool
    source: str


def load() -> tuple[Line, ...]:
    """Read the line list, sorted by wavelength.

    Raises
    ------
    StoreError
        If a row lacks a field or has an impossible one, or two rows share a name.
    """
    with PATH.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    lines = [_line(row, number) for number, row in enumerate(rows, start=2)]
    names = [line.name for line in lines]
    for number, name in enumerate(names, start=2):
        if names.index(name) + 2 != number:
            raise _fault(number, "a name that no other line has", name)
    return tuple(sorted(lines, key=lambda line: (line.wave, line.name)))


def _line(row: dict[str, str | None], number: int) -> Line:
    text = {key: value for key, value in row.items() if isinstance(value, str) and value}
    for key in Line.__dataclass_fields__:
        if key not in text:
            raise _fault(number, f"a value for {key!r}", "none")
    try:
        wave = float(text["wave"])
    except ValueError:
        wave = math.nan
    if not 0 < wave < math.inf:
        raise _fault(number, "a wavelength above 0 Å", text["wave"])
    if text["kind"] not in KINDS:
        raise _fault(number, "one of " + ", ".join(KINDS), text["kind"])
    if text["major"] not in {"0", "1"}:
        raise _fault(number, "0 or 1 for 'major'", text["major"])
    major = text["major"] == "1"
    return Line(text["name"], text["label"], wave, text["kind"], major, text["source"])


def _fault(number: int, wanted: str, found: str) -> StoreError:
    return StoreError(
        "the line list has a bad row",
        where=f"{PATH}, row {number}",
        wanted=wanted,
        found=found,
        todo="correct the row",
    )


def near(lines: Iterable[Line], wave: Float, speed: float) -> npt.NDArray[np.bool_]:
    """Mark the bins of `wave` (L,) whose centre lies within ±`speed` km/s of any of the lines.

    The bin that holds the line is always marked, however wide the bins are.
    """
    mask = np.zeros(wave.size, dtype=bool)
    half_bin = np.gradient(wave) / 2
    for line in lines:
        mask |= np.abs(wave - line.wave) <= np.maximum(line.wave * speed / SPEED_OF_LIGHT, half_bin)
    return mask
