"""What is known already near the outliers: lists of objects, in files or behind TAP services."""

from dataclasses import dataclass

from catalog.spectra import Float, Text


@dataclass(frozen=True)
class Objects:
    """Known objects, (N,) each: what they are called, and where they are.

    Attributes
    ----------
    identifier, kind
        Text; `kind` is empty where the list does not tell.
    z
        Redshift; NaN where the list does not tell.
    ra, dec
        Degrees, ICRS; NaN where the list does not tell.
    """

    identifier: Text
    kind: Text
    z: Float
    ra: Float
    dec: Float
