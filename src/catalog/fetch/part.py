"""What has come of a file so far: `.NAME.part`, and beside it what it is a part of."""

import json
import os
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

Progress = Callable[[int], None]
"""Called with the bytes that came, or with minus those that were thrown away. May raise to stop."""


@dataclass(frozen=True)
class Origin:
    """The file on the server that a part is of.

    Attributes
    ----------
    url
        Its address.
    validator
        Strong ETag or date, by which the server can tell whether it is still the same file; empty
        where it gave none: then the part cannot be continued.
    total
        Length of the whole file, bytes; None where it is not known.
    """

    url: str
    validator: str = ""
    total: int | None = None


class Part:
    """The unfinished form of one file.

    Parameters
    ----------
    path : Path
        The file that it will be.
    progress : callable
        Told of every change.
    """

    def __init__(self, path: Path, progress: Progress = lambda _n: None) -> None:
        self.path = path.with_name(f".{path.name}.part")
        self._final = path
        self._note = path.with_name(f".{path.name}.part.json")
        self._progress = progress

    @property
    def length(self) -> int:
        """Bytes that have come."""
        try:
            return self.path.stat().st_size
        except (FileNotFoundError, NotADirectoryError):
            return 0

    def resumable(self, url: str) -> Origin | None:
        """Tell what the part is of, where it can be continued; throw it away where it cannot."""
        try:
            origin = Origin(**json.loads(self._note.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            origin = Origin("")
        good = origin.url == url and self.length > 0
        if origin.total is None:
            good = good and bool(origin.validator)
        else:
            whole = self.length == origin.total
            good = good and (whole or (bool(origin.validator) and self.length < origin.total))
        if not good:
            self.drop()
            return None
        return origin

    def begin(self, origin: Origin) -> None:
        """Throw away what has come, and note what comes now."""
        self.drop()
        self.note(origin)

    def note(self, origin: Origin) -> None:
        """Note what the part is of. A note that is cut short only means to begin anew."""
        self._note.write_text(json.dumps(asdict(origin)), encoding="utf-8")

    def append(self, pieces: Iterable[bytes]) -> None:
        """Add what comes, as it comes: whatever ends it, the pieces before are kept."""
        with self.path.open("ab") as stream:
            for piece in pieces:
                stream.write(piece)
                stream.flush()
                self._progress(len(piece))

    def drop(self) -> None:
        """Throw the part away."""
        thrown = self.length
        self.path.unlink(missing_ok=True)
        self._note.unlink(missing_ok=True)
        if thrown:
            self._progress(-thrown)

    def finish(self) -> None:
        """Give the file its name, once its bytes are on the disk."""
        with self.path.open("rb") as stream:
            os.fsync(stream.fileno())
        self.path.replace(self._final)
        self._note.unlink(missing_ok=True)
