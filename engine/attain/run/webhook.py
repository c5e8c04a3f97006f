"""Sends a message to a chat tool: one POST of JSON, tried again where that can help. The address is a secret."""

from __future__ import annotations

import hashlib
import json
import time
import urllib.error
import urllib.request
from email.message import Message
from http.client import HTTPException
from typing import IO
from urllib.parse import SplitResult, urlsplit

from attain.base.problem import Problem
from attain.base.span import Span
from attain.run.engine import QUERY_WRONG, RunProblem

TIMEOUT = 10  # seconds, of each attempt
DELAYS: tuple[float, ...] = (1.0, 2.0, 4.0)  # seconds, before each further attempt
MOST_DELAY = 30.0  # seconds, of those that the other side asks for
#: Answers after which it may work later.
LATER = (408, 425, 429, 500, 502, 503, 504)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """An answer that leads elsewhere is a failure: a POST would become a GET, and the message would be lost."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> None:
        return None


def check_address(address: str) -> SplitResult:
    """The parts of an address that a message may be sent to. Raises RunProblem; the message shows nothing of it but
    its beginning."""
    try:
        parts = urlsplit(address)
        wrong = parts.scheme not in ("http", "https") or not parts.hostname or (parts.port or 1) < 1
    except ValueError:
        raise refused("this is no address") from None
    if wrong:
        raise refused("the address begins with neither https:// nor http://")
    if parts.username is not None or parts.password is not None:
        raise refused("an address with a user or a password is not taken")
    if not address.isascii() or any(character <= " " for character in address):
        raise refused("the address holds characters that none has")
    return parts


def refused(message: str) -> RunProblem:
    """The problem of an address that nothing can be sent to."""
    problem = Problem("wrong-value", message, Span("--webhook", 0, 0, 0))
    return RunProblem(problem.hint("write the address that the chat tool gives for incoming webhooks"), QUERY_WRONG)


def send_message(address: str, text: str) -> None:
    """Sends `{"text": ..}`. Raises RunProblem where it was not taken, after all attempts."""
    parts = check_address(address)
    body = json.dumps({"text": text}).encode()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "attain",
        "Idempotency-Key": hashlib.sha256(body).hexdigest()[:32],  # an attempt that was taken without an answer
    }
    request = urllib.request.Request(address, data=body, headers=headers, method="POST")
    opener = urllib.request.build_opener(_NoRedirect)
    said = ""
    for delay in (*DELAYS, None):
        said, wait = attempt(opener, request)
        if not said:
            return
        if wait is None or delay is None:
            break
        time.sleep(min(max(delay, wait), MOST_DELAY))
    problem = Problem(
        "webhook-failed", f"{parts.hostname} did not take the message: {said}", Span("--webhook", 0, 0, 0)
    )
    raise RunProblem(problem.hint("nothing is marked as said: the next run sends it"))


def attempt(opener: urllib.request.OpenerDirector, request: urllib.request.Request) -> tuple[str, float | None]:
    """One attempt: what went wrong (empty: nothing), and after how many seconds another one may help; None where none
    does."""
    try:
        with opener.open(request, timeout=TIMEOUT):
            return "", None
    except urllib.error.HTTPError as error:
        with error:
            if 300 <= error.code < 400:
                return f"it leads elsewhere ({error.code})", None
            later = error.code in LATER
            return f"it answers {error.code}", retry_after(error.headers) if later else None
    except urllib.error.URLError as error:
        reason = error.reason
        return f"it cannot be reached ({reason.strerror if isinstance(reason, OSError) else reason})", 0.0
    except (OSError, HTTPException) as error:
        return f"the connection broke off ({type(error).__name__})", 0.0


def retry_after(headers: Message | None) -> float:
    """The seconds that an answer asks to wait; 0 where it says none."""
    text = str(headers.get("Retry-After", "")) if headers is not None else ""
    return float(text) if text.isascii() and text.isdigit() else 0.0
