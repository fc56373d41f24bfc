"""What the latent map asks of the catalogue: columns of all placed spectra, in batches."""

from collections.abc import Iterator, Sequence

import numpy as np

from catalog.store.queries import Queries, quoted
from catalog.store.records import Float

BATCH = 500_000
"""Rows per batch: 4 MB per column."""
PLACED = "FROM spectra WHERE isfinite(map_x) AND isfinite(map_y)"


class MapQueries(Queries):
    """Every spectrum with a place on the map, without ever holding all of them."""

    def map_classes(self) -> tuple[tuple[str, int], ...]:
        """Spectral classes of the placed spectra and how many have each, commonest first."""
        rows = self._query(
            f"SELECT spec_class, count(*) AS n {PLACED} GROUP BY ALL ORDER BY n DESC, spec_class"
        )
        return tuple((str(name), int(n)) for name, n in rows)

    def map_limits(
        self, column: str | int, low: float = 0.0, high: float = 1.0
    ) -> tuple[float, float]:
        """Two quantiles of a column, or of a latent dimension; NaN where it has no number."""
        name = _expression(column, ())
        rows = self._query(
            f"SELECT quantile_cont({name}, [?, ?]) {PLACED} AND isfinite({name})",
            [low, high],
        )
        return tuple(map(float, rows[0][0])) if rows[0][0] else (np.nan, np.nan)  # type: ignore[return-value]  # two of them

    def map_batches(
        self, columns: Sequence[str | int], words: Sequence[str] = (), size: int = BATCH
    ) -> Iterator[tuple[Float, ...]]:
        """Columns of every placed spectrum, some rows at a time, in one order at every call.

        Parameters
        ----------
        columns
            Names of columns; a number asks for that dimension of the latent means, from 0.
        words
            `spec_class` is given as its place among these, from 0; NaN where it is none of them.

        Yields
        ------
        tuple of ndarray of shape (m,)
            Values as float64, m at most `size`; NaN where there is none.
        """
        chosen = ", ".join(_expression(column, words) for column in columns)
        relation = self._database.cursor().sql(f"SELECT {chosen} {PLACED}")
        for batch in relation.to_arrow_reader(size):
            yield tuple(
                np.asarray(column.to_numpy(zero_copy_only=False), dtype=np.float64)
                for column in batch.columns
            )


def _expression(column: str | int, words: Sequence[str]) -> str:
    if isinstance(column, int):
        return f"latent[{column + 1}]::DOUBLE"
    if column == "spec_class":
        listed = ", ".join("'" + word.replace("'", "''") + "'" for word in words)
        return f"(list_position([{listed}]::VARCHAR[], spec_class) - 1)::DOUBLE"
    return f"{quoted(column)}::DOUBLE"
