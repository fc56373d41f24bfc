"""One session with other people's servers, with the manners built in.

The manners are in the session's adapter, so that a library that is given the session keeps them.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Literal, Self

import requests
from requests.adapters import HTTPAdapter

import catalog
from catalog.errors import WebError
from catalog.web.faults import explained, may_pass, of_certificate, refused
from catalog.web.manners import BUSY, LONGEST_WAIT_S, Manners, Turns, asked_for

USER_AGENT = f"peculiar-spectra/{catalog.__version__} {requests.utils.default_user_agent()}"
"""Servers' owners see who asks."""


@dataclass(frozen=True)
class Answer:
    """What a server gave: its bytes, their type without parameters, and where they were."""

    content: bytes
    content_type: str
    url: str


class Visitor:
    """A session that pauses, backs off and obeys Retry-After. Threads may share it.

    Parameters
    ----------
    manners : Manners
        How the servers are asked.
    verify : True or str
        Certificates are always checked; a path names a bundle of authorities to trust instead.
    sleep : callable
        Waits that many seconds.

    Attributes
    ----------
    session : requests.Session
        For libraries that want one; its requests have the same manners.
    wait : callable
        `sleep`.
    """

    def __init__(
        self,
        manners: Manners,
        verify: Literal[True] | str = True,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.manners = manners
        self.wait = sleep
        self.session: requests.Session = _Session()
        self.session.headers["User-Agent"] = USER_AGENT
        adapter = _Polite(manners, verify, sleep)
        self.session.mount("https://", adapter)
        self.session.mount("http://", adapter)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.session.close()

    def get(
        self,
        url: str,
        params: Mapping[str, str] | None = None,
        wanted: tuple[str, ...] = ("image/jpeg",),
    ) -> Answer:
        """Get something small, whole, and of a wanted type.

        Parameters
        ----------
        url : str
            Address.
        params : mapping of str to str, optional
            The query.
        wanted : tuple of str
            Beginnings of the content types that will do. A server may answer 200 with an excuse.

        Raises
        ------
        NotThereError
            If the server has nothing at the address.
        WebError
            If the server cannot be reached, refuses, keeps failing, or gives another type.
        """
        try:
            answer = self.session.get(url, params=params)
        except requests.RequestException as fault:
            raise explained(fault, url) from fault
        if answer.status_code != requests.codes.ok:
            raise refused(answer)
        content_type = answer.headers.get("Content-Type", "").split(";")[0].strip().lower()
        if not content_type.startswith(wanted):
            raise WebError(
                "a server answered with something else",
                where=answer.url,
                wanted=" or ".join(wanted),
                found=f"{content_type or 'no type'}: {_beginning(answer.content)}",
                todo="see whether the address, or the layer or table in it, is still right",
            )
        return Answer(answer.content, content_type, answer.url)


def _beginning(content: bytes) -> str:
    """Show how an answer that nobody asked for begins."""
    text = " ".join(content[:200].decode("utf-8", "replace").split())
    return repr(text[:80])


class _Session(requests.Session):
    """Follows redirects, but never from an encrypted address to one that is not."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        target = super().get_redirect_target(resp)
        if target is not None:
            may_pass(resp.url, target)
        return target


class _Polite(HTTPAdapter):
    """Asks in turn, and asks again as long as the manners allow."""

    def __init__(
        self, manners: Manners, verify: Literal[True] | str, sleep: Callable[[float], None]
    ) -> None:
        super().__init__()
        self._manners = manners
        self._verify = verify
        self._sleep = sleep
        self._turns = Turns(manners.pause_s, sleep)

    def send(  # type: ignore[override] # the keywords are passed on as they come
        self, request: requests.PreparedRequest, *, stream: bool = False, **how: Any
    ) -> requests.Response:
        how["timeout"] = how.get("timeout") or self._manners.timeout_s
        # Here and not in the session, where the environment's bundle would come before the named
        # one, and where False would do.
        if self._verify is not True or not how.get("verify"):
            how["verify"] = self._verify
        for failures in range(1, self._manners.attempts + 1):
            last = failures == self._manners.attempts
            self._turns.wait()
            try:
                answer = super().send(request, stream=stream, **how)
                if not stream:
                    answer.content  # noqa: B018 - read now, so that a cut answer is asked for again
            except requests.RequestException as fault:
                if last or not _passing(fault):
                    raise
                self._sleep(self._manners.back_off(failures))
                continue
            finally:
                self._turns.answered()
            asked = asked_for(answer.headers.get("Retry-After"))
            too_long = asked is not None and asked > LONGEST_WAIT_S
            if last or too_long or answer.status_code not in BUSY:
                return answer
            answer.close()
            self._turns.hold(asked or 0.0)  # all threads wait together, as the server asks
            if asked is None:
                self._sleep(self._manners.back_off(failures))
        raise AssertionError("manners.attempts is at least 1")  # pragma: no cover


def _passing(fault: requests.RequestException) -> bool:
    """Whether a fault may be gone the next time."""
    return not of_certificate(fault) and isinstance(
        fault,
        requests.ConnectionError
        | requests.Timeout
        | requests.exceptions.ChunkedEncodingError
        | requests.exceptions.ContentDecodingError,
    )
