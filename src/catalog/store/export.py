"""The catalogue -> the files that people download: every format, an index of them, checksums."""

import hashlib
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from catalog import registry
from catalog.release import writing
from catalog.store import offered, read_me
from catalog.store.formats import Format
from catalog.store.source import opened

CHECKSUMS = "SHA256SUMS"
Last = Callable[[Path, list[Path]], list[Path]]
"""What writes further files once the others are there: (folder, files) -> the new files."""


def _no_more(_folder: Path, _files: list[Path]) -> list[Path]:
    return []


def export(
    database: Path,
    folder: Path,
    also: Sequence[Path] = (),
    *,
    model: Sequence[Path] = (),
    last: Last = _no_more,
) -> list[Path]:
    """Write the catalogue in every format; the same catalogue gives the same bytes.

    Only `catalog.duckdb` itself differs from build to build, since DuckDB does not promise its own
    bytes. Each file is written whole or not at all; `SHA256SUMS` comes last and lists the others.
    Files of an earlier catalogue that this one has not are removed.

    Parameters
    ----------
    database : Path
        A catalogue that `catalog.store.write` made.
    folder : Path
        Where the files go, some of them in folders of their own.
    also : sequence of Path
        Files that lie there already and belong to the release, to be listed with the others.
    model : sequence of Path
        Weights and cards of the model, to be offered below `model/`.
    last : callable
        Writes what must know the other files, such as a list of them for machines.

    Returns
    -------
    list of Path
        The files, in the order in which a page would offer them.

    Raises
    ------
    StoreError
        If the catalogue cannot be read.
    ReleaseError
        If the disk is full, or the folder cannot be written.
    """
    package = "catalog.store.formats"
    with opened(database) as source:
        files = list(also)
        for name in registry.names(package):
            files += registry.load(package, name, Format).write(source, folder)
        files += [_copied(path, folder / "model" / path.name) for path in model]
        files.append(read_me.write(source, folder, files))
    files = offered.in_order(folder, [*files, *last(folder, list(files))])
    _remove_others(folder, {*files, folder / CHECKSUMS})
    _write_checksums(files, folder)
    return [*files, folder / CHECKSUMS]


def _copied(path: Path, target: Path) -> Path:
    """Offer a file of the build, which may be readable by its owner only, to everybody."""
    with writing(target) as temporary:
        shutil.copyfile(path, temporary)
    return target


def _remove_others(folder: Path, kept: set[Path]) -> None:
    """Remove what an earlier export wrote and this one did not; nobody else's files."""
    for file in sorted(folder.rglob("*")):
        mine = file.is_file() and offered.find(file.relative_to(folder).as_posix()) is not None
        if mine and file not in kept:
            file.unlink()


def _write_checksums(files: list[Path], folder: Path) -> None:
    """Write the list that `sha256sum --check` reads, by name."""
    lines = []
    for name, file in sorted((file.relative_to(folder).as_posix(), file) for file in files):
        with file.open("rb") as stream:
            lines.append(f"{hashlib.file_digest(stream, 'sha256').hexdigest()}  {name}\n")
    with writing(folder / CHECKSUMS) as temporary:
        temporary.write_text("".join(lines), encoding="utf-8")
