"""What a family of templates is: one kind of object, as sums of spectra with positive weights."""

from collections.abc import Callable
from dataclasses import dataclass

from catalog.spectra import Float


@dataclass(frozen=True)
class Templates:
    """Rest-frame spectra of one kind of object.

    An object is a sum of the rows with weights that are not negative.

    Attributes
    ----------
    wave
        Å, vacuum, (L,), increasing.
    continuum
        (K, L): whole objects, in any unit each.
    lines
        (M, L): groups of emission lines of fixed ratios, without continuum; M may be 0.
    line_names
        (M,): what each group is called in a sentence.
    """

    wave: Float
    continuum: Float
    lines: Float
    line_names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Family:
    """A kind of object that a spectrum may show.

    Attributes
    ----------
    name, spec_class
        Its name, and the class it belongs to: GALAXY, QSO or STAR.
    title
        As a sentence calls it, with an article: "a quasar".
    z_low, z_high
        Redshifts that are tried.
    templates
        Computes the templates; they are cached.
    n_scan
        Principal components of the continua that the scan over redshifts uses.
    n_polynomial
        Number of Legendre polynomials in observed wavelength, with weights of either sign, that
        absorb errors of the flux calibration.
    forest
        Whether hydrogen between the galaxies dims the light bluewards of Lyα.
    needs_lines
        Whether its emission lines are what makes it one of its kind: a fit to which they add
        little is none.
    """

    name: str
    spec_class: str
    title: str
    z_low: float
    z_high: float
    templates: Callable[[], Templates]
    n_scan: int = 6
    n_polynomial: int = 4
    forest: bool = False
    needs_lines: bool = False
