"""What only a survey's own pixels show. One measure per file; each defines one `MEASURE`.

The model's grid averages several native pixels, joins the arms and covers one rest-frame range, and
so loses steps between arms, narrow bands, what lies in the far red, and what sky subtraction left.
These are measured once, while the survey's file is open, for every spectrum that is scored.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from catalog import registry
from catalog.errors import StoreError
from catalog.spectra import Arm, Float

PACKAGE = "catalog.measures"
ERROR = "_error"
"""Ending of the name of a quantity's standard deviation."""


@dataclass(frozen=True)
class Expected:
    """Expected spectra: `wave` (L,), Å, rest frame, vacuum; `flux` (N, L) in any unit.

    Best a fit of each spectrum by a mean and a few components. A model that can draw a step at any
    wavelength would hide what is looked for.
    """

    wave: Float
    flux: Float


@dataclass(frozen=True)
class Native:
    """N scored spectra on native pixels, in the observed frame.

    Attributes
    ----------
    arms
        As the survey gives them: wave (L,), flux and ivar (N, L).
    z
        Redshifts (N,); NaN where there is none.
    joins
        Observed-frame ranges (Å, vacuum) in which two arms overlap.
    expected
        What an ordinary spectrum of each redshift would look like; None where that is not known.
    """

    arms: tuple[Arm, ...]
    z: Float
    joins: tuple[tuple[float, float], ...]
    expected: Expected | None = None

    def __len__(self) -> int:
        """N, the number of spectra."""
        return len(self.z)


@dataclass(frozen=True)
class Quantity:
    """One number of a measure: its name as a column, its title, its unit, and what it is."""

    name: str
    title: str
    unit: str
    description: str


@dataclass(frozen=True)
class Measure:
    """A measure: what it gives, and how.

    Attributes
    ----------
    of
        N spectra -> (N,) for each of `quantities`, by name, NaN where it cannot be measured; and,
        for those that have one, the standard deviation as `<name>_error`.
    """

    name: str
    quantities: tuple[Quantity, ...]
    of: Callable[[Native], Mapping[str, Float]]


def measures() -> tuple[Measure, ...]:
    """Load every measure of this folder, in the order of their names."""
    return tuple(registry.load(PACKAGE, name, Measure) for name in registry.names(PACKAGE))


def quantities() -> tuple[Quantity, ...]:
    """Everything that is measured, in the order in which `measure_all` gives it."""
    return tuple(quantity for measure in measures() for quantity in measure.quantities)


def measure_all(native: Native) -> dict[str, Float]:
    """Measure everything.

    Returns
    -------
    dict of str to ndarray
        Every quantity and every error, (N,) each, by name, float32.

    Raises
    ------
    StoreError
        If a measure does not give what it declares, or two give the same.
    """
    found: dict[str, Float] = {}
    for measure in measures():
        given = measure.of(native)
        names = [quantity.name for quantity in measure.quantities]
        known = {*names, *(name + ERROR for name in names)}
        wrong = (set(given) - known) | (set(names) - set(given)) | (set(given) & set(found))
        if wrong:
            raise StoreError(
                f"the measure {measure.name!r} does not give what it declares",
                where=f"{PACKAGE}.{measure.name}",
                wanted="each declared quantity once, its error at most: " + ", ".join(names),
                found=", ".join(sorted(wrong)),
                todo="correct the measure's quantities, or what it returns",
            )
        for name in names:
            for column in (name, name + ERROR):
                if column in given:
                    found[column] = np.asarray(given[column], dtype=np.float32)
    return found
