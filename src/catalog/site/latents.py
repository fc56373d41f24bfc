"""The published objects' latent vectors, as the browser needs them to re-rank by relevance."""

from collections.abc import Sequence

from catalog.site.atlas import Atlas
from catalog.store.records import Outlier


def latents_file(atlas: Atlas, objects: Sequence[Outlier]) -> bytes:
    """Give the latent means of objects as little-endian float32, row after row.

    Rows are as in the explorer's files; NaN where an object has no latent vector. The number of
    dimensions is told by the size.
    """
    latent = atlas.catalogue.latents([each.target_id for each in objects])
    return latent.astype("<f4").tobytes()
