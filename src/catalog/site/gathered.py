"""What the catalogue knows of objects beyond their rows, asked for many at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from catalog.site.atlas import Atlas
from catalog.site.attention import Attended
from catalog.site.evidence_rows import MeasureRow, measures_of
from catalog.site.neighbours import Neighbourhood, neighbourhoods
from catalog.store.evidence_records import Alternative, NativeMeasure
from catalog.store.records import ArmSpectrum, ObjectSpectrum, Outlier, PersonVerdict, Reason
from catalog.store.release_records import Cutout, Known

Row = TypeVar("Row", Alternative, NativeMeasure)


@dataclass(frozen=True)
class Gathered:
    """All that one object's page and files are made of, beside its row and the release's own."""

    spectrum: ObjectSpectrum | None
    reasons: Sequence[Reason]
    arms: Sequence[ArmSpectrum]
    alternatives: Sequence[Alternative]
    measures: tuple[MeasureRow, ...]
    neighbours: Neighbourhood
    listed: Sequence[Known]
    unasked: Sequence[str]
    cutout: Cutout | None
    verdicts: Sequence[PersonVerdict]
    attention: Attended | None


def gather(atlas: Atlas, objects: Sequence[Outlier]) -> dict[str, Gathered]:
    """Gather it for some objects, by identifier."""
    ids = [each.target_id for each in objects]
    catalogue = atlas.catalogue
    spectra, reasons = catalogue.spectra(ids), catalogue.reasons(ids)
    near = neighbourhoods(atlas, objects, spectra, "../../")
    others = _by_object(catalogue.alternatives(ids))
    native = _by_object(catalogue.measures(ids))
    arms, listed, cutouts = catalogue.arms(ids), catalogue.known(ids), catalogue.cutouts(ids)
    unasked = catalogue.known_unasked(ids)
    patches, attention = catalogue.attention_patches(), catalogue.attention(ids)
    return {
        name: Gathered(
            spectra.get(name),
            reasons.get(name, ()),
            arms.get(name, ()),
            others.get(name, ()),
            measures_of(native.get(name, ())),
            near[name],
            listed.get(name, ()),
            unasked.get(name, ()),
            cutouts.get(name) if atlas.images is not None else None,
            atlas.verdicts.get(name, ()),
            Attended(patches, attention[name]) if name in attention else None,
        )
        for name in ids
    }


def _by_object(rows: Sequence[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.target_id, []).append(row)
    return found
