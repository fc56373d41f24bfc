"""How a guest behaves: pauses, patience, and obeying a server that asks for time."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Statuses that say: not now. All others are the server's last word."""

LONGEST_WAIT_S = 600.0
"""A server that asks for more time than this is not waited for; the command can be run again."""

_LONGEST_BACK_OFF_S = 60.0


@dataclass(frozen=True)
class Manners:
    """How a server is asked.

    Attributes
    ----------
    pause_s
        Least time between an answer and the next request, s.
    attempts
        Times that one request is made before it is given up; at least 1.
    timeout_s
        Longest silence of a server, s.
    back_off_s
        Wait after the first failure, s; it doubles with each further one, to at most a minute.
    """

    pause_s: float = 1.0
    attempts: int = 5
    timeout_s: float = 30.0
    back_off_s: float = 1.0

    def back_off(self, failures: int) -> float:
        """Give the wait after that many failures in a row, s."""
        return min(self.back_off_s * 2.0 ** min(failures - 1, 30), _LONGEST_BACK_OFF_S)


def asked_for(retry_after: str | None, now: datetime | None = None) -> float | None:
    """Read a Retry-After header: seconds or a date; None where it is neither.

    Parameters
    ----------
    retry_after : str or None
        The header's text.
    now : datetime, optional
        With its time zone; this moment where not given.

    Returns
    -------
    float or None
        Time to wait, s, never negative.
    """
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        date = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    date = date if date.tzinfo is not None else date.replace(tzinfo=UTC)
    return max(0.0, (date - (now or datetime.now(UTC))).total_seconds())


class Turns:
    """Spaces the requests of all threads of one visitor."""

    def __init__(self, pause_s: float, sleep: Callable[[float], None]) -> None:
        self._pause_s = pause_s
        self._sleep = sleep
        self._lock = threading.Lock()
        self._next = 0.0

    def wait(self) -> None:
        """Return when it is this thread's turn to ask."""
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._next)
            self._next = turn + self._pause_s
        if turn > now:
            self._sleep(turn - now)

    def hold(self, seconds: float) -> None:
        """Let nobody ask for some time from now."""
        with self._lock:
            self._next = max(self._next, time.monotonic() + seconds)

    def answered(self) -> None:
        """Begin the pause anew: it lies between an answer and the next request."""
        self.hold(self._pause_s)
