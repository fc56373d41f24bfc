"""A column of the dictionary as the formats write it: its SQL, its text, its place in a format."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from catalog.store.queries import quoted

SIGNIFICANT = "{:.2e}"
"""Numbers without a natural number of decimals, as probabilities are, keep three digits."""


@dataclass(frozen=True)
class Field:
    """One column of `spectra`. `expression` is what to select; `kind` is its SQL type."""

    name: str
    kind: str
    unit: str
    ucd: str
    decimals: int | None
    description: str
    null: str
    expression: str

    @property
    def is_float(self) -> bool:
        """Whether it holds fractions."""
        return self.kind in {"DOUBLE", "FLOAT"}

    @property
    def is_integer(self) -> bool:
        """Whether it holds whole numbers."""
        return self.kind.endswith("INT") or self.kind == "INTEGER"

    @property
    def is_text(self) -> bool:
        """Whether it holds text."""
        return self.kind == "VARCHAR"

    @property
    def number(self) -> str:
        """How a fraction is written: with the decimals that it deserves."""
        return SIGNIFICANT if self.decimals is None else f"{{:.{self.decimals}f}}"

    @property
    def written(self) -> str:
        """SQL for the value as text, null where it is missing."""
        if not self.is_float:
            return f"CAST({self.expression} AS VARCHAR)"
        value = self.expression
        if self.ucd.startswith("pos.eq.ra"):  # 359.9999999° is 0° to six decimals, not 360°
            value = f"fmod(round({value}, {self.decimals}), 360)"
        return f"CASE WHEN isfinite({self.expression}) THEN format('{self.number}', {value}) END"


def flat(fields: tuple[Field, ...], n_latent: int) -> tuple[Field, ...]:
    """Give the columns of a format that knows no lists: the latents' last, one each.

    A whole number that may exceed the signed 64 bits of those formats becomes text.
    """
    return tuple(_flattened(fields, n_latent))


def _flattened(fields: tuple[Field, ...], n_latent: int) -> Iterator[Field]:
    lists = [field for field in fields if field.kind.endswith("[]")]
    for field in fields:
        if field.kind == "UBIGINT":
            text = f"CAST({field.expression} AS VARCHAR)"
            yield replace(field, kind="VARCHAR", expression=text)
        elif field not in lists:
            yield field
    for field in lists:
        for i in range(1, n_latent + 1):
            yield replace(
                field,
                name=f"{field.name}_{i}",
                kind=field.kind.removesuffix("[]"),
                description=f"Mean of latent variable {i}.",
                expression=f"{quoted(field.name)}[{i}]",
            )
