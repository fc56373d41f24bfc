"""The files that say how to cite a release and how it was made, beside the release's others."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from catalog.citing import bibtex, cff, datacite, files, markdown, ro_crate, zenodo
from catalog.citing.making import RECIPE
from catalog.citing.model_card import card_of
from catalog.citing.recipe_file import recipe_toml
from catalog.citing.work import Work
from catalog.release import writing
from catalog.store.read import Catalogue

CFF, ZENODO, DATACITE = "CITATION.cff", ".zenodo.json", "datacite.json"
BIBTEX, CARD = "citation.bib", "MODEL_CARD.md"


def write(database: Path, folder: Path, written: Sequence[Path] = ()) -> list[Path]:
    """Write them; the same catalogue and the same other files give the same bytes.

    `datacite.json` and `ro-crate-metadata.json` must say when the release was published. Without a
    date in the recipe there are none, and those of an earlier build are removed.

    Parameters
    ----------
    database : Path
        The catalogue.
    folder : Path
        Where the release's files are, and where these go.
    written : sequence of Path
        The other files of the release, below `folder`, for the description of all of them.

    Returns
    -------
    list of Path
        The files, the description of all others last.

    Raises
    ------
    StoreError
        If the catalogue cannot be read.
    ReleaseError
        If the disk is full, or the folder cannot be written.
    """
    with Catalogue(database) as catalogue:
        work = Work.read(catalogue)
    others = [file.relative_to(folder).as_posix() for file in written]
    texts = _texts(work, others)
    made = _put(folder, texts)
    if not work.published:
        (folder / ro_crate.NAME).unlink(missing_ok=True)
        return made
    listed = sorted({*made, *written})
    crate = ro_crate.crate(work, [files.listed(folder, file) for file in listed])
    return [*made, *_put(folder, {ro_crate.NAME: _json(crate)})]


def _texts(work: Work, others: Sequence[str]) -> dict[str, str]:
    """Make every file's text by its name; an empty text stands for no file."""
    return {
        CFF: cff.citation_file(work),
        ZENODO: _json(zenodo.record(work)),
        DATACITE: _json(datacite.record(work, others)) if work.published else "",
        BIBTEX: f"{bibtex.release_entry(work)}\n",
        RECIPE: recipe_toml(work),
        CARD: markdown.write(card_of(work)),
    }


def _json(content: dict[str, Any]) -> str:
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def _put(folder: Path, texts: dict[str, str]) -> list[Path]:
    made = []
    for name, text in texts.items():
        path = folder / name
        if not text:
            path.unlink(missing_ok=True)
            continue
        with writing(path) as temporary:
            temporary.write_text(text, encoding="utf-8", newline="\n")
        made.append(path)
    return made
