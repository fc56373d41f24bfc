"""What a server is asked besides its files: listings, sizes, checksums. Each once a month."""

import logging
import threading
from dataclasses import astuple, dataclass, field, replace
from functools import partial
from urllib.parse import quote

import requests

from catalog.errors import WebError
from catalog.fetch.crew import Crew
from catalog.fetch.listing import Entry, entries
from catalog.fetch.memory import Memory
from catalog.fetch.tasks import Task
from catalog.fetch.verify import Promise, read_sums
from catalog.fetch.walk import Listings
from catalog.web import NotThereError, Visitor
from catalog.web.faults import explained

log = logging.getLogger(__name__)

_MANY = 50
"""So many folders take a time worth a line."""


@dataclass(frozen=True)
class Asking:
    """Asks a server in several threads, and only what the memory does not know."""

    visitor: Visitor
    crew: Crew
    memory: Memory
    _locks: dict[str, threading.Lock] = field(default_factory=dict)

    def listings(self, base: str, folders: set[str]) -> Listings:
        """Give the listings of folders below a base; one that is not there has no entries."""
        if len(folders) >= _MANY:
            log.info("fetch: looking into %s folders", f"{len(folders):,}")
        return dict(self.crew.each(partial(self._listing, base), sorted(folders)))

    def _listing(self, base: str, folder: str) -> tuple[str, tuple[Entry, ...]]:
        url = base + quote(folder)
        known = self.memory.recall(url)
        if known is not None:
            return folder, tuple(Entry(*row) for row in known)
        try:
            answer = self.visitor.get(url, wanted=("text/html", "application/xhtml+xml"))
        except NotThereError:
            return folder, ()
        found = entries(answer.content.decode("utf-8", "replace"), answer.url)
        self.memory.remember(url, [astuple(entry) for entry in found])
        return folder, found

    def sized(self, task: Task) -> Task:
        """Give a task with its file's size, where the listing did not show it."""
        if task.size is not None or task.state != "wanted":
            return task
        size = self.memory.recall(f"HEAD {task.url}")
        if size is None:
            size = self._head(task.url)
            self.memory.remember(f"HEAD {task.url}", size)
        return replace(task, size=size)

    def _head(self, url: str) -> int | None:
        headers = {"Accept-Encoding": "identity"}
        try:
            answer = self.visitor.session.head(url, headers=headers, allow_redirects=True)
        except requests.RequestException as fault:
            raise explained(fault, url) from fault
        length = answer.headers.get("Content-Length", "")
        return int(length) if answer.ok and length.isdigit() else None

    def promise(self, task: Task) -> Promise:
        """Find out what a file must be: its checksum, else its size where it is to the byte."""
        for entry in task.sums:
            # Files of one folder are fetched side by side and share its checksum file.
            with self._locks.setdefault(entry.url, threading.Lock()):
                digest = self._sums(entry.url).get(entry.name, "")
            if digest:
                return Promise(algorithm=entry.algorithm, digest=digest)
        return Promise(size=task.size if task.exact else None)

    def _sums(self, url: str) -> dict[str, str]:
        known = self.memory.recall(url)
        if known is not None:
            return dict(known)
        content = self.visitor.get(url, wanted=("",)).content
        found = read_sums(content.decode("utf-8", "replace"))
        if found is None:
            raise WebError(
                "a checksum file is not one",
                where=url,
                wanted="lines of a digest and a name",
                found=repr(content[:60]),
            )
        self.memory.remember(url, found)
        return found

    def forget(self, task: Task) -> None:
        """Ask anew next time: what the server said of a file did not come true."""
        for url in (task.folder_url, f"HEAD {task.url}", *(entry.url for entry in task.sums)):
            self.memory.forget(url)
