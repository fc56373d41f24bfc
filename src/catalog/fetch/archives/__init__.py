"""Where surveys publish their files. One archive per file; each defines one `ARCHIVE`.

An archive is named as the survey's reader is. It is an address book: it asks nobody anything.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass


def _alone(_name: str) -> tuple[tuple[str, ...], ...]:
    return ()


@dataclass(frozen=True)
class Archive:
    """A survey's files on the web.

    Attributes
    ----------
    title
        What the survey is called in messages.
    releases
        Name of a release -> beginning of a file's path -> address that the path follows. The
        first beginning that fits counts; the empty one fits all.
    checksums
        Ends of the names of the survey's checksum files -> their algorithm, for `hashlib`.
    beside
        Name of a file -> what is read with it from the same folder: for each, the names that it
        may have, the likeliest first.
    """

    title: str
    releases: Mapping[str, Mapping[str, str]]
    checksums: Mapping[str, str]
    beside: Callable[[str], tuple[tuple[str, ...], ...]] = _alone

    def base(self, release: str, path: str) -> str:
        """Address that a file's path follows; empty where the release is not known."""
        bases = self.releases.get(release, {})
        return next((base for begin, base in bases.items() if path.startswith(begin)), "")
