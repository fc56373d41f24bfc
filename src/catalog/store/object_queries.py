"""What the pages of objects ask of the catalogue, of several objects at once."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from catalog.store.evidence_records import Alternative, NativeMeasure
from catalog.store.nearby_records import Neighbour
from catalog.store.queries import Queries, value
from catalog.store.records import ArmSpectrum, Float, ObjectSpectrum, PersonVerdict, Reason


class ObjectQueries(Queries):
    """Spectra of objects, why they are here, what is near them, and what people say of them."""

    def spectra(self, target_ids: Sequence[str]) -> dict[str, ObjectSpectrum]:
        """Spectra of the named objects; those that the catalogue does not hold are left out."""
        found = self._array(
            "SELECT target_id, flux, ivar, recon, expected, norm FROM object_spectra "
            "WHERE target_id IN (SELECT unnest(?::VARCHAR[]))",
            [list(target_ids)],
        )
        return {
            str(name): ObjectSpectrum(
                flux=np.asarray(found["flux"][i], dtype=float),
                ivar=np.asarray(found["ivar"][i], dtype=float),
                recon=np.asarray(found["recon"][i], dtype=float),
                expected=np.asarray(found["expected"][i], dtype=float),
                norm=float(found["norm"][i]),
            )
            for i, name in enumerate(found["target_id"])
        }

    def arms(self, target_ids: Sequence[str]) -> dict[str, tuple[ArmSpectrum, ...]]:
        """Give what each arm measured where several have data, bluest arm first.

        Objects of whose arms no two share a bin are left out.
        """
        found = self._array(
            "SELECT target_id, arm, position, bin, flux, ivar FROM arm_overlaps "
            "WHERE target_id IN (SELECT unnest(?::VARCHAR[])) ORDER BY target_id, position, bin",
            [list(target_ids)],
        )
        begins = _begins(found["target_id"]) | _begins(found["position"])
        starts = np.flatnonzero(begins)
        arms: dict[str, tuple[ArmSpectrum, ...]] = {}
        for start, end in zip(starts, [*starts[1:], begins.size], strict=False):
            name, part = str(found["target_id"][start]), slice(start, end)
            arm = ArmSpectrum(
                name=str(found["arm"][start]),
                bins=np.asarray(found["bin"][part], dtype=int),
                flux=np.asarray(found["flux"][part], dtype=float),
                ivar=np.asarray(found["ivar"][part], dtype=float),
            )
            arms[name] = (*arms.get(name, ()), arm)
        return arms

    def reasons(self, target_ids: Sequence[str]) -> dict[str, tuple[Reason, ...]]:
        """Reasons of the named objects, strongest first; an object without any is left out."""
        rows = self._rows(
            Reason,
            "FROM reasons WHERE target_id IN (SELECT unnest(?::VARCHAR[])) "
            "ORDER BY target_id, position",
            [list(target_ids)],
        )
        grouped: dict[str, tuple[Reason, ...]] = {}
        for row in rows:
            grouped[row.target_id] = (*grouped.get(row.target_id, ()), row)
        return grouped

    def alternatives(self, target_ids: Sequence[str]) -> tuple[Alternative, ...]:
        """Read what else the named objects may be, by object, best first."""
        return self._rows(
            Alternative,
            "FROM alternatives WHERE target_id IN (SELECT unnest(?::VARCHAR[])) "
            "ORDER BY target_id, position",
            [list(target_ids)],
        )

    def measures(self, target_ids: Sequence[str]) -> tuple[NativeMeasure, ...]:
        """Read what was measured on the named objects' native pixels, by object, in their order."""
        return self._rows(
            NativeMeasure,
            "FROM object_measures JOIN measures USING (name) "
            "WHERE target_id IN (SELECT unnest(?::VARCHAR[])) ORDER BY target_id, position",
            [list(target_ids)],
        )

    def verdicts(self) -> tuple[PersonVerdict, ...]:
        """All that people say, by object, earliest first."""
        return self._rows(
            PersonVerdict,
            "FROM (SELECT v.*, s.verdict AS machine FROM verdicts AS v "
            "JOIN spectra AS s USING (target_id)) ORDER BY target_id, position",
        )

    def neighbours(self, target_ids: Sequence[str]) -> tuple[Neighbour, ...]:
        """Nearest spectra of the named objects: by object, ordinary ones first, nearest first."""
        columns = "name survey spec_class subclass z verdict category slug"
        other = ", ".join(f"other.{name}" for name in columns.split())
        rows = self._query(
            f"SELECT near.target_id, kind, neighbour, distance, {other} FROM neighbours AS near "  # noqa: S608 - made of constants
            "JOIN spectra AS other ON other.target_id = neighbour "
            "WHERE near.target_id IN (SELECT unnest(?::VARCHAR[])) "
            "ORDER BY near.target_id, kind, position",
            [list(target_ids)],
        )
        return tuple(Neighbour(*(value(cell) for cell in row)) for row in rows)

    def neighbour_spectra(self, target_ids: Sequence[str]) -> dict[str, Float]:
        """Flux (M,) of the named neighbours that have no page, in wide bins; NaN has no data."""
        found = self._array(
            "SELECT target_id, flux FROM neighbour_spectra "
            "WHERE target_id IN (SELECT unnest(?::VARCHAR[]))",
            [list(target_ids)],
        )
        pairs = zip(found["target_id"], found["flux"], strict=True)
        return {str(name): np.asarray(flux, dtype=float) for name, flux in pairs}


def _begins(column: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Mark the places (n,) where a column's value is another than the one before."""
    first = np.ones(len(column), bool)
    first[1:] = column[1:] != column[:-1]
    return first
