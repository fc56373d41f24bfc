"""What was learnt on earlier runs, so that nothing is asked or checked twice.

It lies in the survey's folder: servers' answers for a month, and each finished file's size, time
of change and how it was verified.
"""

import hashlib
import json
import threading
import time
from pathlib import Path
from typing import Any

from catalog.errors import ReleaseError
from catalog.release import write_json

FOLDER = ".fetch"
"""Folder of the memory, in the folder of a survey's files."""

_KEPT_S = 30 * 86400.0


class Memory:
    """The memory of one survey's folder. Threads may share it, processes may not."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._answers = folder / FOLDER / "answers"
        self._ledger = folder / FOLDER / "verified.jsonl"
        self._lock = threading.Lock()
        self._verified = dict(_lines(self._ledger))

    def recall(self, url: str) -> Any | None:
        """Give what an address said within the last month; None where it was not asked."""
        file = self._file(url)
        try:
            if time.time() - file.stat().st_mtime > _KEPT_S:
                return None
            told = json.loads(file.read_text(encoding="utf-8"))
            return told["answer"] if told["url"] == url else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def remember(self, url: str, answer: Any) -> None:
        """Keep what an address said, as JSON."""
        write_json(self._file(url), {"url": url, "answer": answer})

    def forget(self, url: str) -> None:
        """Ask an address again next time: what it said does not fit its files."""
        self._file(url).unlink(missing_ok=True)

    def is_verified(self, path: Path) -> bool:
        """Whether a file is as it was when it was verified, by its size and time of change."""
        with self._lock:
            known = self._verified.get(self._name(path))
        try:
            return known is not None and known[:2] == _mark(path)
        except OSError:
            return False

    def verified(self, path: Path, how: str) -> None:
        """Note that a file is right, and by what. A line that a kill cuts short is not read.

        Raises
        ------
        ReleaseError
            If the note cannot be written.
        """
        entry = [*_mark(path), how]
        line = json.dumps([self._name(path), *entry], ensure_ascii=False)
        try:
            with self._lock, self._ledger.open("a", encoding="utf-8") as stream:
                stream.write(f"\n{line}\n")
                self._verified[self._name(path)] = entry
        except OSError as fault:
            raise ReleaseError(
                "the ledger of fetched files cannot be written",
                where=self._ledger,
                found=str(fault),
                todo="free space, then run the same command again: what is finished is kept",
            ) from fault

    def _name(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()

    def _file(self, url: str) -> Path:
        return self._answers / f"{hashlib.sha256(url.encode()).hexdigest()[:32]}.json"


def _mark(path: Path) -> list[Any]:
    stat = path.stat()
    return [stat.st_size, stat.st_mtime_ns]


def _lines(ledger: Path) -> list[tuple[str, list[Any]]]:
    found = []
    try:
        text = ledger.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    for line in text.splitlines():
        try:
            name, size, time_ns, how = json.loads(line)
        except (ValueError, TypeError):
            continue
        found.append((name, [size, time_ns, how]))
    return found
