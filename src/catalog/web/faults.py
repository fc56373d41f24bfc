"""What went wrong between here and a server, in words."""

import ssl
from urllib.parse import urlsplit

import requests

from catalog.errors import WebError
from catalog.web.manners import BUSY

_AGAIN = "wait and run the same command again: what is finished is kept"


def explained(fault: requests.RequestException, url: str) -> WebError:
    """Give the error for a request that got no whole answer."""
    if of_certificate(fault):
        return WebError(
            "a server's certificate is not to be trusted",
            where=url,
            wanted="a valid certificate of an authority that this machine knows",
            found=_shortly(fault),
            todo="check this machine's clock and its network's proxy; never go round it",
        )
    if isinstance(fault, requests.Timeout):
        return WebError("a server does not answer", where=url, found=_shortly(fault), todo=_AGAIN)
    if isinstance(fault, requests.TooManyRedirects):
        return WebError(
            "a server sends its visitors in circles",
            where=url,
            found=_shortly(fault),
            todo="see in a browser where the address leads",
        )
    if isinstance(fault, requests.exceptions.InvalidSchema | requests.exceptions.InvalidURL):
        return WebError(
            "this is not an address", where=url, wanted="https://...", found=_shortly(fault)
        )
    return WebError(
        "the connection to a server failed", where=url, found=_shortly(fault), todo=_AGAIN
    )


class NotThereError(WebError):
    """A server has nothing at an address."""


def refused(answer: requests.Response) -> WebError:
    """Give the error for an answer whose status is not the wanted one."""
    if answer.status_code in {requests.codes.not_found, requests.codes.gone}:
        return NotThereError(
            "a server has nothing at an address",
            where=answer.url,
            found=f"{answer.status_code} {answer.reason or ''}".strip(),
            todo="see whether the address is right",
        )
    status = f"{answer.status_code} {answer.reason or ''}".strip()
    busy = answer.status_code in BUSY
    wait = answer.headers.get("Retry-After", "")
    return WebError(
        "a server is busy or broken" if busy else "a server refused",
        where=answer.url,
        wanted="status 200",
        found=status + (f", Retry-After: {wait[:40]}" if wait else ""),
        todo=_AGAIN if busy else "see whether the address is right",
    )


def may_pass(source: str, target: str) -> None:
    """Refuse to be sent from an encrypted address to one that is not, where anyone can answer.

    Raises
    ------
    WebError
        If `target` is in clear and `source` is not.
    """
    if urlsplit(source).scheme == "https" and urlsplit(target).scheme == "http":
        raise WebError(
            "a server sends its visitors to an address that is not encrypted",
            where=source,
            wanted="https://...",
            found=target,
            todo="see in a browser where the address leads",
        )


def of_certificate(fault: BaseException) -> bool:
    """Whether a server could not show who it is. That does not get better by asking again."""
    return isinstance(_innermost(fault), ssl.SSLCertVerificationError)


def _shortly(fault: BaseException) -> str:
    reason = _innermost(fault)
    return f"{type(reason).__name__}: {reason}"[:300]


def _innermost(fault: BaseException) -> BaseException:
    """Give the reason itself: libraries wrap it in several others."""
    while inner := _inside(fault):
        fault = inner
    return fault


def _inside(fault: BaseException) -> BaseException | None:
    candidates = (getattr(fault, "reason", None), *fault.args)
    return next((c for c in candidates if isinstance(c, BaseException)), None)
