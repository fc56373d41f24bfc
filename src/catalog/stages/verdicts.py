"""Files of people's verdicts -> the catalogue's table of them, and what was left out of it."""

import logging

from catalog.explain import categories
from catalog.spectra import Text
from catalog.stages import Build, Counts
from catalog.tables import Table
from catalog.verdicts import merging, reading

log = logging.getLogger(__name__)


def load(build: Build, target_id: Text) -> tuple[Table, Counts]:
    """Give the table `verdicts`, and counts of verdicts kept and left out.

    Parameters
    ----------
    target_id
        All targets of the release; verdicts on others are counted, and logged.

    Raises
    ------
    VerdictError
        If a file is not as its format promises, or two files contradict each other.
    """
    known = tuple(category.name for category in categories.load())
    files = [
        reading.read(path, path.relative_to(build.recipe_folder).as_posix(), known)
        for path in build.verdict_files
    ]
    merged = merging.merge(files, target_id.tolist())
    for file in files:
        if file.unread:
            log.warning("%s: columns that are not read: %s", file.name, ", ".join(file.unread))
    if merged.n_elsewhere:
        log.warning("verdicts on targets that this release lacks: %d", merged.n_elsewhere)
    if not files:
        return merged.table, {}
    return merged.table, {
        "verdicts": len(merged.table["target_id"]),
        "verdicts_superseded": merged.n_superseded,
        "verdicts_on_other_targets": merged.n_elsewhere,
        "rows_without_verdict": sum(file.n_without for file in files),
    }
