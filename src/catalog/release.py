"""A release on disk: every artefact's name, whole-or-nothing writes, and what is up to date."""

import contextlib
import hashlib
import json
import os
import stat
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from catalog.disk import held, refusal
from catalog.errors import ReleaseError

UNFINISHED = ".part"
"""End of the name of a file that is being written."""


@dataclass(frozen=True)
class Layout:
    """Where everything of one release lies. Names are written here, once."""

    root: Path

    @property
    def index(self) -> Path:
        """Every spectrum read: identifiers, final quality, fold."""
        return self.root / "index.parquet"

    @property
    def infill(self) -> Path:
        """The frozen principal components that fill masked bins."""
        return self.root / "infill.safetensors"

    def basis(self, fold: int) -> Path:
        """Linear models of the spectra outside a fold: of all, and of each class."""
        return self.root / "basis" / f"fold-{fold}.safetensors"

    def weights(self, fold: int) -> Path:
        """Weights of the model that was trained on the spectra outside a fold."""
        return self.root / "model" / f"fold-{fold}.safetensors"

    def model_card(self, fold: int) -> Path:
        """Tell what is needed to rebuild that model, and how its training went."""
        return self.root / "model" / f"fold-{fold}.json"

    def population(self, fold: int) -> Path:
        """Scores of a fold that depend on all spectra, in its model's latent space."""
        return self.root / "population" / f"fold-{fold}.parquet"

    @property
    def ranking(self) -> Path:
        """Scores, calibrated probabilities, ranks and percentiles of every scored spectrum."""
        return self.root / "ranking.parquet"

    @property
    def neighbours(self) -> Path:
        """Nearest spectra of every outlier in the latent space."""
        return self.root / "neighbours.parquet"

    def meaning(self, table: str) -> Path:
        """One table of what the latent dimensions tell."""
        return self.root / "meaning" / f"{table}.parquet"

    def sweep(self, table: str) -> Path:
        """One table of the models that were trained to choose beta and the number of latents."""
        return self.root / "sweep" / f"{table}.parquet"

    def traverse(self, table: str) -> Path:
        """One table of the spectra that are decoded along the latent dimensions."""
        return self.root / "traverse" / f"{table}.parquet"

    def tracks(self, table: str) -> Path:
        """One table of what lies along the recipe's tracks."""
        return self.root / "tracks" / f"{table}.parquet"

    @property
    def latent_map(self) -> Path:
        """Two-dimensional map position of every scored spectrum."""
        return self.root / "map.parquet"

    @property
    def timings(self) -> Path:
        """Time and memory of each stage's last run; never part of a result but the benchmark's."""
        return self.root / "timings.json"

    def attention(self, table: str) -> Path:
        """One table of where the model looks in the published spectra."""
        return self.root / "attention" / f"{table}.parquet"

    def benchmark(self, table: str) -> Path:
        """One table of what the benchmark measured."""
        return self.root / "benchmark" / f"{table}.parquet"

    def trial(self, name: str) -> "Layout":
        """Artefacts of one round of the benchmark."""
        return Layout(self.root / "benchmark" / name)

    @property
    def plan(self) -> Path:
        """What a round of the benchmark plants."""
        return self.root / "plan.parquet"

    @property
    def cutouts(self) -> Path:
        """Images of the published objects, and an index of them."""
        return self.root / "cutouts"

    def known(self, table: str) -> Path:
        """One table of what lists of known objects have near the outliers."""
        return self.root / "known" / f"{table}.parquet"

    def cache(self, kind: str) -> Path:
        """Keep what is fetched over the network, for all releases that lie beside this one."""
        return self.root.parent / ".cache" / kind

    @property
    def database(self) -> Path:
        """The catalogue."""
        return self.root / "catalog.duckdb"

    @property
    def downloads(self) -> Path:
        """The catalogue in other formats."""
        return self.root / "download"

    @property
    def site(self) -> Path:
        """The website."""
        return self.root / "site"

    def shard(self, stage: str, name: str) -> Path:
        """One stage's result for one shard."""
        return self.root / stage / f"{name}.parquet"


@contextlib.contextmanager
def writing(path: Path) -> Iterator[Path]:
    """Give a temporary path; on success it becomes `path` in one step, on failure it is removed.

    A killed build therefore leaves the last good file, never half of a new one.

    Raises
    ------
    ReleaseError
        If the disk is full, or the folder cannot be written.
    """
    temporary: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=UNFINISHED)
        os.close(handle)
        temporary = Path(name)
        temporary.chmod(0o644)
        yield temporary
        temporary.replace(path)
    except OSError as fault:
        raise refusal(path, fault) from fault
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def write_json(path: Path, value: object) -> None:
    """Write JSON, whole or not at all; the same value gives the same bytes."""
    with writing(path) as temporary:
        temporary.write_text(json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n")


def digest_of(value: object) -> str:
    """Sha256 of a JSON-like value, independent of key order."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass
class Ledger:
    """Remembers the sha256 of files by size and time of change, so that nothing is hashed twice.

    Survey files are large; without this, finding out that nothing is to do would read them all.
    """

    path: Path
    known: dict[str, list[Any]] = field(default_factory=dict)
    changed: bool = False

    @classmethod
    def open(cls, path: Path) -> "Ledger":
        """Read the ledger, or begin an empty one; a damaged one is begun anew."""
        try:
            known = json.loads(path.read_text())
        except (OSError, ValueError):
            known = {}
        return cls(path, known if isinstance(known, dict) else {})

    def sha256(self, file: Path) -> str:
        """Sha256 of a file's bytes.

        Raises
        ------
        ReleaseError
            If the file cannot be read.
        """
        try:
            status = file.stat()
            mark = [status.st_size, status.st_mtime_ns]
            entry = self.known.get(str(file))
            if entry is not None and entry[:2] == mark:
                return str(entry[2])
            with file.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError as fault:
            raise ReleaseError(
                "a file cannot be read",
                where=file,
                found=os.strerror(fault.errno) if fault.errno else str(fault),
                todo="check that it exists and that this user may read it",
            ) from fault
        self.known[str(file)] = [*mark, digest]
        self.changed = True
        return digest

    def save(self) -> None:
        """Keep what was learnt."""
        if self.changed:
            write_json(self.path, self.known)
            self.changed = False


@dataclass(frozen=True)
class Stamp:
    """What a finished task left: its key, its outputs' sha256, and what it counted."""

    key: str
    outputs: dict[str, str]
    counts: dict[str, int | float]

    @classmethod
    def read(cls, path: Path) -> "Stamp | None":
        """Read the stamp on disk; None where there is none that can be read."""
        try:
            entry = json.loads(path.read_text())
            shapes = (entry["key"], str), (entry["outputs"], dict), (entry["counts"], dict)
        except (OSError, ValueError, TypeError, KeyError):
            return None
        if not all(isinstance(value, shape) for value, shape in shapes):
            return None
        return cls(entry["key"], entry["outputs"], entry["counts"])

    def write(self, path: Path) -> None:
        """Put the stamp beside the artefacts, after them."""
        write_json(path, asdict(self))


@contextlib.contextmanager
def locked(root: Path) -> Iterator[None]:
    """Hold the release's folder for one build; the lock goes with the process, however it ends.

    Raises
    ------
    ReleaseError
        If another build holds it, or the folder cannot be written.
    """
    busy = ReleaseError(
        "another build is at work in this folder",
        where=root,
        todo="wait for it to end, or name another folder with --out",
    )
    with held(root, busy):
        sweep(root)  # with the lock held, nobody else is writing
        yield


def sweep(folder: Path, older_than_s: float = 0.0) -> None:
    """Remove what a killed build was writing.

    Parameters
    ----------
    folder : Path
        Where it was written.
    older_than_s : float
        Age from which nobody can be writing it any more, s.
    """
    for leftover in folder.rglob(f".*{UNFINISHED}*"):
        with contextlib.suppress(FileNotFoundError):
            status = leftover.stat()
            # A half-made site is a folder, and rendering begins it anew.
            if stat.S_ISREG(status.st_mode) and time.time() - status.st_mtime >= older_than_s:
                leftover.unlink()
