"""Units of the dictionary in the spelling of each standard, since no two of them agree on all."""

VOUNIT, FITS, CDS = "vounit", "fits", "cds"
_SPELLED = {
    "%": {VOUNIT: "", FITS: ""},  # neither knows per cent; descriptions say it
    "count": {CDS: "ct"},
    "dex": {VOUNIT: "", FITS: "", CDS: "[-]"},
    "nmgy": {VOUNIT: "3.631uJy", CDS: "3.631uJy", FITS: "nanomaggy"},  # as in DESI's own files
}


def spelled(unit: str, standard: str) -> str:
    """Write a unit as `standard` wants it; empty where the quantity is a pure number there."""
    return _SPELLED.get(unit, {}).get(standard, unit)
