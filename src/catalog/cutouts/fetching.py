"""One image for each object: from the cache, from the server, or from the next layer."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from catalog.cutouts import footprint, image
from catalog.cutouts.cache import Cache, Note, Wanted
from catalog.errors import WebError
from catalog.web import Visitor

log = logging.getLogger(__name__)

PATIENCE = 3
"""Requests in a row that may fail, each after the visitor's own attempts, before no more is asked:
a server that is down is left in peace, and the build goes on."""


@dataclass(frozen=True)
class Place:
    """A published object's position, degrees, ICRS."""

    target_id: str
    ra: float
    dec: float


@dataclass(frozen=True)
class Found:
    """An object's image: what was asked for, and when it came."""

    target_id: str
    wanted: Wanted
    note: Note


@dataclass
class Tally:
    """How objects got their images: `cached` and `fetched` have one, `missing` have none.

    `unanswered` counts those for which some layer did not answer: another day may find more.
    """

    cached: int = 0
    fetched: int = 0
    missing: int = 0
    unanswered: int = 0


class Fetcher:
    """Looks for images layer by layer, and asks for nothing twice.

    Parameters
    ----------
    cache : Cache
        Where images are kept.
    visitor : Visitor
        Who asks; its manners set the pause between requests.
    layers : sequence of str
        Layers of the viewer, best first.
    today : str
        YYYY-MM-DD, kept with whatever is fetched now.
    again : bool
        Ask also for what was not there when it was last asked for.
    """

    def __init__(
        self, cache: Cache, visitor: Visitor, layers: Sequence[str], today: str, *, again: bool
    ) -> None:
        self.tally = Tally()
        self._cache = cache
        self._visitor = visitor
        self._layers = tuple(dict.fromkeys(layers))
        self._today = today
        self._again = again
        self._unknown: set[str] = set()
        self._faults: list[str] = []
        self._in_a_row = 0

    def images(self, places: Sequence[Place], report: Callable[[int, int], None]) -> list[Found]:
        """Give an image for each object that any layer shows, in the order of the objects.

        What fails is counted, and told once; it never raises.
        """
        found = []
        for done, place in enumerate(places, start=1):
            one = self._image(place)
            if one is not None:
                found.append(one)
            report(done, len(places))
        self._tell()
        return found

    def _image(self, place: Place) -> Found | None:
        n_faults = len(self._faults)
        one, fetched = self._first(place)
        self.tally.missing += one is None
        self.tally.fetched += one is not None and fetched
        self.tally.cached += one is not None and not fetched
        self.tally.unanswered += len(self._faults) > n_faults
        return one

    def _first(self, place: Place) -> tuple[Found | None, bool]:
        """Give the first layer's image that shows something, and whether it came just now."""
        for layer in self._layers:
            if footprint.is_outside(place.ra, place.dec, layer):
                continue
            wanted = Wanted(layer, place.ra, place.dec)
            note = self._remembered(wanted)
            fetched = note is None
            note = note or self._ask(wanted)
            if note is not None and note.outcome == "image":
                return Found(place.target_id, wanted, note), fetched
        return None, False

    def _remembered(self, wanted: Wanted) -> Note | None:
        """Give what is known of an image, unless it is to be asked for (again)."""
        note = self._cache.known(wanted)
        if note is None or note.outcome == "image":
            return note
        if self._again or (note.outcome == "failed" and note.date != self._today):
            return None
        if note.outcome == "failed":
            self._faults.append(f"{wanted.address}: it did not come earlier today")
        return note

    def _ask(self, wanted: Wanted) -> Note | None:
        if wanted.layer in self._unknown:
            return None
        if self._in_a_row >= PATIENCE:
            self._faults.append(f"{wanted.address}: not asked for, since the server did not answer")
            return None
        try:
            content = self._answer(wanted)
            shown = content is not None and image.shows_something(content, wanted.address)
        except WebError as fault:
            self._in_a_row += 1
            self._faults.append(str(fault))
            return self._cache.miss(wanted, "failed", self._today)
        self._in_a_row = 0
        if content is None:
            return None
        if shown:
            return self._cache.keep(wanted, content, self._today)
        return self._cache.miss(wanted, "blank", self._today)

    def _answer(self, wanted: Wanted) -> bytes | None:
        """Get an image's bytes; None where the viewer does not know the layer.

        It says so with status 200 and a line of text.
        """
        answer = self._visitor.get(wanted.address, wanted=("image/jpeg", "text/"))
        if answer.content_type == "image/jpeg":
            return answer.content
        if b"no such layer" in answer.content.lower():
            self._unknown.add(wanted.layer)
            log.warning("cutouts: the viewer has no layer %r; it is left out", wanted.layer)
            return None
        raise WebError(
            "a server answered with text where an image was wanted",
            where=wanted.address,
            wanted="image/jpeg",
            found=repr(answer.content[:80].decode("utf-8", "replace")),
            todo="see the address in a browser",
        )

    def _tell(self) -> None:
        if self._faults:
            log.warning(
                "cutouts: %d requests for images failed; objects without any: %d. "
                "The next build on another day asks again, as does `--force`. The first fault:\n%s",
                len(self._faults),
                self.tally.missing,
                self._faults[0],
            )
