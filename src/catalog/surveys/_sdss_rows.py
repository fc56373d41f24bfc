"""What SDSS says of a spectrum in a row of a table: its file's own, or one of all spectra."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from catalog.spectra import Array, Float
from catalog.surveys._fits import FitsTable
from catalog.surveys._quality import possible


@dataclass(frozen=True)
class Said:
    """One row. z_err is NaN where SDSS gives a code; ra, dec are NaN, fibre -1 where not told."""

    z: float
    z_err: float
    z_warn: int
    spec_class: str
    subclass: str
    ra: float
    dec: float
    fibre: int


def column(table: FitsTable, *names: str) -> str:
    """Give the table's own spelling of a column, which data releases write in either case.

    Parameters
    ----------
    table : FitsTable
        Of any data release.
    names : str
        What the column may be called, in upper case; the first is given where the table has none.
    """
    either = [spelling for name in names for spelling in (name, name.lower())]
    return table.first_of(*either) or names[0]


def said(table: FitsTable) -> Iterator[Said]:
    """Give what each row of a table says, in their order.

    Raises
    ------
    SurveyError
        If a column is missing or of the wrong type.
    """
    z_err = table.numbers(column(table, "Z_ERR"), np.float64)
    ra, dec = _positions(table)
    columns = (
        table.numbers(column(table, "Z"), np.float64),
        np.where(z_err > 0, z_err, np.nan),
        table.numbers(column(table, "ZWARNING"), np.int64),
        table.text(column(table, "CLASS")),
        table.text(column(table, "SUBCLASS"), null=""),
        ra,
        dec,
        table.numbers(column(table, "FIBERID"), np.int64, null=-1),
    )
    return (Said(*row) for row in zip(*(values.tolist() for values in columns), strict=True))


def by_column(rows: Sequence[Said]) -> Mapping[str, Array]:
    """Give what N rows say, an array (N,) for each field of `Said`; text is of dtype object."""
    told = [asdict(row) for row in rows]
    return {
        name: np.array([row[name] for row in told], object if isinstance(value, str) else None)
        for name, value in told[0].items()
    }


def _positions(table: FitsTable) -> tuple[Float, Float]:
    """Where each fibre was, deg, (N,); NaN where it is not told. The headers give the plate's."""
    ra, dec = (
        table.numbers(column(table, *names), np.float64, null=np.nan)
        for names in (("PLUG_RA", "FIBER_RA", "RACAT"), ("PLUG_DEC", "FIBER_DEC", "DECCAT"))
    )
    # SDSS writes zeros for a fibre without a position.
    return possible(np.where((ra != 0) | (dec != 0), ra, np.nan), dec)
