"""What is wrong with a FITS file, as one clear error that says where.

Everything that astropy can raise or warn of about a damaged file is turned into `SurveyError` here.
"""

import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from astropy.io import fits
from astropy.utils.exceptions import AstropyWarning

from catalog.errors import SurveyError

# What astropy, gzip and NumPy raise for files that are damaged, cut short or not FITS at all.
# MemoryError and OverflowError: a damaged header can promise petabytes. AssertionError, NameError:
# astropy's own slips on columns whose names or formats are not as FITS has them.
_FAULTS = (
    OSError,
    EOFError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    MemoryError,
    OverflowError,
    AssertionError,
    NameError,
    zlib.error,
    fits.VerifyError,
)


@contextmanager
def faults(path: Path, hdu: str) -> Iterator[None]:
    """Turn what a damaged file makes astropy raise, or warn of, into `SurveyError`.

    Other warnings of astropy concern header style and units, which no reader here relies on.
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", AstropyWarning)
        try:
            yield
        except _FAULTS as fault:
            raise unreadable(path, hdu, _in_one_line(fault)) from fault
    said = [str(item.message) for item in caught if issubclass(item.category, AstropyWarning)]
    cut_short = [text for text in said if "truncated" in text or "corrupted" in text]
    if cut_short:
        raise unreadable(path, hdu, cut_short[0].splitlines()[0])


def unreadable(path: Path, hdu: str, found: str) -> SurveyError:
    if not path.exists():
        return SurveyError(
            "a survey file is missing",
            where=path,
            wanted="a FITS file",
            found="no such file",
            todo="see the recipe's folder and patterns",
        )
    return SurveyError(
        "a survey file cannot be read",
        where=f"{path} [{hdu}]" if hdu else path,
        wanted="a whole FITS file",
        found=found,
        todo="download the file again, and compare its checksum",
    )


def wrong_hdu(path: Path, hdu: str, wanted: str, found: str) -> SurveyError:
    return SurveyError(
        f"HDU {hdu} is not as its format promises",
        where=f"{path} [{hdu}]",
        wanted=wanted,
        found=found,
        todo="see that this is an unmodified file of the survey",
    )


def _in_one_line(fault: BaseException) -> str:
    lines = str(fault).splitlines()
    return f"{type(fault).__name__}: {lines[0]}" if lines else type(fault).__name__


def listing(names: tuple[str, ...], most: int = 24) -> str:
    shown = ", ".join(names[:most])
    return f"{shown}, and {len(names) - most} more" if len(names) > most else shown
