"""Equivalent widths of lines at zero redshift: what a star, or a binary of stars, emits or absorbs.

Windows hold lines at up to ±900 km/s that are as broad as those of an accretion disc, where no
other line lies next to them. Vacuum wavelengths of the lines from the NIST Atomic Spectra Database.
"""

from dataclasses import dataclass

import numpy as np

from catalog.measures import ERROR, Measure, Native, Quantity
from catalog.measures import _ratios as ratios
from catalog.measures._ratios import Parts, Window
from catalog.spectra import Float


@dataclass(frozen=True)
class StarLine:
    """A line: where its flux is summed, and the two sides between which its continuum lies (Å)."""

    name: str
    label: str
    windows: tuple[Window, ...]
    sides: tuple[Window, Window]

    @property
    def width(self) -> float:
        """Å that the windows cover."""
        return sum(high - low for low, high in self.windows)

    @property
    def above(self) -> Parts:
        """Give the windows as one mean."""
        return tuple(((high - low) / self.width, low, high) for low, high in self.windows)

    @property
    def below(self) -> Parts:
        """Give the sides, weighted so that their sum is a straight line's value at the line."""
        centre = sum((high - low) * (low + high) / 2 for low, high in self.windows) / self.width
        blue, red = ((low + high) / 2 for low, high in self.sides)
        share = (centre - blue) / (red - blue)
        return (1 - share, *self.sides[0]), (share, *self.sides[1])


_HALPHA_SIDES = ((6490.0, 6525.0), (6604.0, 6639.0))
_HE_I_5877_SIDES = ((5820.0, 5848.0), (5905.0, 5935.0))
LINES: tuple[StarLine, ...] = (
    StarLine("halpha", "Hα", ((6531.8, 6597.4),), _HALPHA_SIDES),
    StarLine(
        "halpha_flanks", "Hα beyond 300 km/s", ((6531.8, 6558.0), (6571.2, 6597.4)), _HALPHA_SIDES
    ),
    StarLine("hbeta", "Hβ", ((4838.4, 4887.0),), ((4795.0, 4830.0), (4895.0, 4915.0))),
    StarLine("hgamma", "Hγ", ((4320.0, 4363.4),), ((4260.0, 4290.0), (4400.0, 4430.0))),
    StarLine(
        "o_iii_5008", "[O III] 5008", ((5003.0, 5013.5),), ((4975.0, 4995.0), (5030.0, 5050.0))
    ),
    StarLine("he_i_4027", "He I 4027", ((4020.0, 4034.5),), ((4006.0, 4017.0), (4045.0, 4060.0))),
    StarLine("he_i_4473", "He I 4473", ((4465.0, 4480.0),), ((4445.0, 4458.0), (4495.0, 4515.0))),
    StarLine("he_i_5877", "He I 5877", ((5869.5, 5885.0),), _HE_I_5877_SIDES),
    StarLine("he_i_6680", "He I 6680", ((6672.0, 6688.0),), ((6640.0, 6665.0), (6700.0, 6720.0))),
    StarLine("he_i_5877_broad", "He I 5877, broad", ((5853.7, 5887.0),), _HE_I_5877_SIDES),
    StarLine(
        "he_i_6680_broad", "He I 6680, broad", ((6655.0, 6705.0),),
        ((6620.0, 6645.0), (6712.0, 6740.0)),
    ),
    StarLine("he_ii_4687", "He II 4687", ((4668.2, 4705.8),), ((4595.0, 4625.0), (4735.0, 4765.0))),
)  # fmt: skip
SUMS = {
    "he_i": ("he_i_4027", "he_i_4473", "he_i_5877", "he_i_6680"),
    "helium": ("he_i_5877_broad", "he_i_6680_broad", "he_ii_4687"),
}
"""Lines that appear together: narrow ones in hot stars' atmospheres, broad ones in discs."""
PREFIX = "ew_"


def of(native: Native) -> dict[str, Float]:
    """Every equivalent width in Å, positive in emission, with its standard deviation."""
    wanted = [window for line in LINES for window in ratios.windows_of(line.above, line.below)]
    known = ratios.means(native.arms, wanted)
    found: dict[str, Float] = {}
    for line in LINES:
        ratio, error = ratios.ratio(line.above, line.below, known)
        found[PREFIX + line.name] = (ratio - 1) * line.width
        found[PREFIX + line.name + ERROR] = error * line.width
    for name, members in SUMS.items():
        columns = [PREFIX + member for member in members]
        found[PREFIX + name] = np.sum([found[c] for c in columns], axis=0)
        squares = [found[c + ERROR] ** 2 for c in columns]
        found[PREFIX + name + ERROR] = np.sqrt(np.sum(squares, axis=0))
    return found


MEASURE = Measure(
    name="star_lines",
    quantities=(
        *(
            Quantity(
                PREFIX + line.name,
                f"Equivalent width of {line.label}",
                "Å",
                f"Of {line.label} at zero redshift, positive in emission, summed over "
                + " and ".join(f"{low:g}-{high:g}" for low, high in line.windows)
                + " Å above the continuum to both sides.",
            )
            for line in LINES
        ),
        Quantity(
            PREFIX + "he_i",
            "Equivalent width of He I",
            "Å",
            "Sum of He I 4027, 4473, 5877 and 6680 at zero redshift, positive in emission.",
        ),
        Quantity(
            PREFIX + "helium",
            "Equivalent width of broad helium lines",
            "Å",
            "Sum of He I 5877, He I 6680 and He II 4687 in broad windows at zero redshift, "
            "positive in emission.",
        ),
    ),
    of=of,
)
