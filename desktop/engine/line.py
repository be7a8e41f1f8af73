"""The line to the one allowed address: the only place where Seedbed speaks over a network.

It trusts the server with nothing: what is read is bounded in size and in time, no redirect is followed, no proxy is
asked, and the address is fixed when the line is made.
"""

import http.client
import io
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

from desktop.core.address import Address
from desktop.core.errors import UserError
from desktop.core.i18n import N_, _
from desktop.engine import dialect
from desktop.engine.dialect import Body, GarbledError, RejectedError

_MOST_BODY = 32 * 2**20  # bytes of an answer that comes as a whole
_MOST_LINE = 8 * 2**20  # bytes of one event of a stream; llama-server repeats the prompt in the last one
_MOST_REFUSAL = 64 * 2**10  # bytes read of a refusal
_CHUNK = 2**16
_MOST_RESETS = 3  # in a row, before a word of an answer; more look as if the question were the reason
_BUSY = frozenset({429, 503})
_JSON = frozenset({"application/json", ""})
_STREAMS = frozenset({"text/event-stream", "application/x-ndjson"})


class AbortedError(Exception):
    """The line was cut on this side."""


class LostError(Exception):
    """The line broke in the middle of an answer; `why` is in the user's language."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class GoneError(Exception):
    """The server is of no more use at all, and why, for a person."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.error = UserError(what, remedy)


class _UnreachableError(Exception):
    """Nobody takes the connection."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a server is waited for, in seconds."""

    connect: float = 5.0
    silence: float = 300.0  # without anything new; a long prompt on a slow machine takes minutes
    gone: float = 30.0  # while it cannot be reached
    busy: float = 300.0  # while it says that it is busy, or loads its model
    pause: float = 0.25  # before the second try; doubled each time
    longest_pause: float = 5.0


class Line:
    """One request after the other; implements dialect.Talk. `abort` may be called from any thread."""

    def __init__(self, address: Address, key: str, patience: Patience, heard: Callable[[], float] = float) -> None:
        """`heard` says when the server last answered anybody, by time.monotonic; 0: never."""
        self._address = address
        self._key = key
        self._patience = patience
        self._heard = heard
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._aborted = threading.Event()
        self._deadline = 0.0

    def abort(self) -> None:
        """Cut the line now; whoever uses it gets AbortedError."""
        with self._lock:
            self._aborted.set()
            if self._socket is not None:
                _cut(self._socket)

    # ── as a dialect uses it ─────────────────────────────────────────────────────────────────────

    def get(self, path: str) -> Body:
        """The JSON object that lies at `path`."""
        with self._answered("GET", path, b"", _JSON) as response:
            return dialect.parse(self._whole(response))

    def post(self, path: str, body: Body) -> Body:
        """The JSON object that `body` is answered with."""
        with self._answered("POST", path, _written(body), _JSON) as response:
            return dialect.parse(self._whole(response))

    def stream(self, path: str, body: Body) -> Iterator[Body]:
        """The JSON objects that `body` is answered with, as server-sent events or one a line."""
        with self._answered("POST", path, _written(body), _STREAMS) as response:
            while line := response.readline(_MOST_LINE):
                if len(line) >= _MOST_LINE:
                    raise GarbledError(N_("Its answer is longer than any that a model gives."))
                kind, _colon, rest = line.partition(b":") if not line.startswith(b"{") else (b"data", b"", line)
                event = rest.strip()
                if kind not in (b"data", b"error"):
                    continue  # a comment that keeps the line open, or the name of an event
                if event == b"[DONE]":
                    return
                yield dialect.parse(event) if kind == b"data" else {"error": dialect.parse(event)}
            self._stop_if_aborted()  # a line that is cut looks as if the other side had closed it

    def grew(self) -> None:
        """The stream brought something new, so its time begins anew."""
        self._deadline = time.monotonic() + self._patience.silence

    # ── trying ───────────────────────────────────────────────────────────────────────────────────

    @contextmanager
    def _answered(
        self, method: str, path: str, data: bytes, kinds: frozenset[str]
    ) -> Iterator[http.client.HTTPResponse]:
        """The response to a request that was taken, tried again as long as there is hope."""
        try:
            with closing(self._tried(method, path, data)) as response:
                _check_kind(response, kinds)
                yield response
        except (OSError, http.client.HTTPException) as error:
            raise self._broken(error) from None
        except GarbledError:
            self._stop_if_aborted()
            raise
        finally:
            self._let_go()

    def _tried(self, method: str, path: str, data: bytes) -> http.client.HTTPResponse:
        began, resets, pause = time.monotonic(), 0, self._patience.pause
        while True:
            wait = pause
            try:
                response = self._once(method, path, data)
            except _UnreachableError:
                if time.monotonic() - max(began, self._heard()) >= self._patience.gone:
                    raise self._gone() from None
            except (OSError, http.client.HTTPException) as error:
                lost = self._broken(error)
                resets += 1
                if resets >= _MOST_RESETS or isinstance(error, TimeoutError):
                    raise lost from None
            else:
                if response.status == 200:
                    return response
                with closing(response):
                    self._check_refusal(response)
                self._let_go()
                if time.monotonic() - began >= self._patience.busy:
                    raise GoneError(
                        _("The model server at {place} is busy with other things.").format(place=self._address.place),
                        _("Try again when it is free; what was written so far is kept."),
                    )
                wait = max(pause, _asked_to_wait(response, self._patience.longest_pause))
            if self._aborted.wait(wait):
                raise AbortedError
            pause = min(2 * pause, self._patience.longest_pause)

    def _once(self, method: str, path: str, data: bytes) -> http.client.HTTPResponse:
        """One request and the head of its answer."""
        connection = self._connected()
        head = {"User-Agent": "Seedbed", "Connection": "close", "Content-Type": "application/json"}
        if self._key:
            head["Authorization"] = f"Bearer {self._key}"
        connection.request(method, self._address.path + path, body=data or None, headers=head)
        self.grew()
        response = _Response(connection.sock, method, lambda: self._deadline)
        response.begin()
        return response

    def _connected(self) -> http.client.HTTPConnection:
        host, port = self._address.host, self._address.port
        connection: http.client.HTTPConnection
        if self._address.scheme == "https":
            context = ssl.create_default_context()
            connection = http.client.HTTPSConnection(host, port, timeout=self._patience.connect, context=context)
        else:
            connection = http.client.HTTPConnection(host, port, timeout=self._patience.connect)
        try:
            connection.connect()
        except ssl.SSLError as error:
            raise GoneError(
                _("{place} cannot show that it is who it says it is ({why}).").format(
                    place=self._address.place, why=error.reason or type(error).__name__
                ),
                _("Check the address: https needs a certificate that this computer trusts, http needs none."),
            ) from None
        except OSError:
            self._stop_if_aborted()
            raise _UnreachableError from None
        connection.sock.settimeout(self._patience.silence)
        with self._lock:
            self._socket = connection.sock
        self._stop_if_aborted()
        return connection

    def _let_go(self) -> None:
        with self._lock:
            if self._socket is not None:
                self._socket.close()
            self._socket = None

    # ── what came of it ──────────────────────────────────────────────────────────────────────────

    def _whole(self, response: http.client.HTTPResponse) -> bytes:
        data = bytearray()
        while chunk := response.read(_CHUNK):
            data += chunk
            if len(data) > _MOST_BODY:
                raise GarbledError(N_("Its answer is longer than any that a model gives."))
        if response.length:
            raise http.client.IncompleteRead(b"")
        return bytes(data)

    def _check_refusal(self, response: http.client.HTTPResponse) -> None:
        """Raise what a status other than 200 means, unless it means to try again."""
        status, place = response.status, self._address.place
        if status in _BUSY:
            return
        if status in (401, 403):
            what = _("The model server at {place} wants a key, or another one than it was given.")
            remedy = _("Put it into the environment variable SEEDBED_API_KEY, or into the Settings.")
            raise GoneError(what.format(place=place), remedy)
        if 300 <= status < 400:
            what = _("The model server at {place} sends Seedbed on to another address, which was not allowed.")
            raise GoneError(what.format(place=place), _("Allow the address where the server really is."))
        try:
            said = dialect.words_of(dialect.parse(response.read(_MOST_REFUSAL)))
        except (GarbledError, OSError, http.client.HTTPException):
            said = ""
        raise RejectedError(status, said)

    def _broken(self, error: Exception) -> LostError:
        """Why the line broke. Raises AbortedError where this side cut it."""
        self._stop_if_aborted()
        self._let_go()
        if isinstance(error, TimeoutError):
            why = _("The model server at {place} says nothing any more.")
        else:
            why = _("The model server at {place} broke off in the middle of an answer.")
        return LostError(why.format(place=self._address.place))

    def _gone(self) -> GoneError:
        return GoneError(
            _("The model server at {place} does not answer.").format(place=self._address.place),
            _("Start it, check the address, then go on: what was written so far is kept."),
        )

    def _stop_if_aborted(self) -> None:
        if self._aborted.is_set():
            self._let_go()
            raise AbortedError


class _Response(http.client.HTTPResponse):
    """A response that is read until a deadline, however slowly it drips."""

    def __init__(self, own: socket.socket, method: str, deadline: Callable[[], float]) -> None:
        super().__init__(own, method=method)
        self.fp.close()
        self.fp = io.BufferedReader(_Readable(own, deadline))


class _Readable(io.RawIOBase):
    """A socket's bytes; raises TimeoutError at the deadline, which may move."""

    def __init__(self, own: socket.socket, deadline: Callable[[], float]) -> None:
        super().__init__()
        self._own = own
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        left = self._deadline() - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._own.settimeout(left)
        return self._own.recv_into(buffer)


def _written(body: Body) -> bytes:
    return json.dumps(body, allow_nan=False).encode("ascii")


def _check_kind(response: http.client.HTTPResponse, kinds: frozenset[str]) -> None:
    kind = (response.getheader("Content-Type") or "").partition(";")[0].strip().lower()
    if kind not in kinds or (response.getheader("Content-Encoding") or "identity").lower() != "identity":
        raise GarbledError(N_("It answers with something that no model server sends, a web page perhaps."))


def _asked_to_wait(response: http.client.HTTPResponse, most: float) -> float:
    """The seconds that a busy server names, within reason."""
    named = (response.getheader("Retry-After") or "").strip()
    return min(float(named), most) if named.isascii() and named.isdigit() and len(named) < 6 else 0.0


def _cut(own: socket.socket) -> None:
    """End a connection under whoever reads from it; also one that is encrypted, without a farewell."""
    try:
        socket.socket.shutdown(own, socket.SHUT_RDWR)
    except OSError:
        return  # it has ended by itself
