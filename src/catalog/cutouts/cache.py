"""Images that were fetched, and positions that have none, kept for every later build."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from catalog.cutouts.address import PIXELS, PIXSCALE, cutout
from catalog.release import digest_of, write_json, writing

Outcome = Literal["image", "blank", "failed"]


@dataclass(frozen=True)
class Wanted:
    """An image to ask for; ra and dec in degrees, ICRS."""

    layer: str
    ra: float
    dec: float

    @property
    def address(self) -> str:
        """Where it is."""
        return cutout(self.ra, self.dec, self.layer)

    @property
    def key(self) -> str:
        """Name that no other image has, safe in any file system."""
        place = [self.layer, f"{self.ra:.6f}", f"{self.dec:.6f}", PIXELS, PIXSCALE]
        return digest_of(place)[:32]


@dataclass(frozen=True)
class Note:
    """What came of asking: `date` (YYYY-MM-DD) is when, `sha256` that of the image."""

    outcome: Outcome
    date: str
    sha256: str = ""


class Cache:
    """A folder with two files per image: the image, and beside it a note of what was asked.

    The note is written after the image and holds its checksum, so that half of one, or one that
    somebody changed, is never taken for it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def image(self, wanted: Wanted) -> Path:
        """Where the image is, or would be."""
        return self.folder / f"{wanted.key}.jpg"

    def known(self, wanted: Wanted) -> Note | None:
        """Give what came of asking for an image; None where that is not known."""
        try:
            told = json.loads(self._note(wanted).read_text(encoding="utf-8"))
            note = Note(told["outcome"], str(told["date"]), str(told["sha256"]))
            if note.outcome == "image":
                content = self.image(wanted).read_bytes()
                return note if hashlib.sha256(content).hexdigest() == note.sha256 else None
        except (OSError, ValueError, TypeError, KeyError):
            return None
        return note if note.outcome in {"blank", "failed"} else None

    def keep(self, wanted: Wanted, content: bytes, date: str) -> Note:
        """Keep an image."""
        with writing(self.image(wanted)) as temporary:
            temporary.write_bytes(content)
        note = Note("image", date, hashlib.sha256(content).hexdigest())
        return self._remember(wanted, note)

    def miss(self, wanted: Wanted, outcome: Outcome, date: str) -> Note:
        """Remember that there is no image, or that none came."""
        return self._remember(wanted, Note(outcome, date))

    def _remember(self, wanted: Wanted, note: Note) -> Note:
        write_json(self._note(wanted), {**asdict(wanted), **asdict(note)})
        return note

    def _note(self, wanted: Wanted) -> Path:
        return self.folder / f"{wanted.key}.json"
