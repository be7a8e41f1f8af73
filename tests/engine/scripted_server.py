"""A model server of the tests' own making, on loopback: it answers by path, as well or as badly as a script says."""

import contextlib
import json
import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from desktop.core.address import Address, address_of

Reply: TypeAlias = "bytes | Callable[[socket.socket, Any], None]"
"""What goes down the line: bytes, or a function of the connection and the request's JSON that does what it likes."""


def told(value: Any, status: str = "200 OK", kind: str = "application/json", head: str = "") -> bytes:
    """A whole answer."""
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def events(*said: Any, done: bool = True) -> bytes:
    """A stream of server-sent events."""
    lines = b"".join(b"data: " + json.dumps(each).encode() + b"\n\n" for each in said)
    return STREAM + b": a comment\n\n" + lines + (b"data: [DONE]\n\n" if done else b"")


STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"

LLAMA: Mapping[str, Reply] = {
    "/props": told(
        {
            "default_generation_settings": {"n_ctx": 512},
            "total_slots": 2,
            "model_alias": "/models/Tiny.gguf",
            "chat_template": "x",
        }
    )
}
"""A llama-server, as far as it is recognised by it."""


def llama_events(*words: str, stop_type: str = "eos") -> bytes:
    """A llama-server's stream of a reply."""
    parts = [{"content": word, "tokens": [1], "stop": False} for word in words]
    end = {"content": "", "stop": True, "stop_type": stop_type, "tokens_predicted": len(words), "tokens_evaluated": 9}
    return events(*parts, end, done=False)


@dataclass
class ScriptedServer:
    """Answers each request with what `script` has for its path, 404 without; a list is used up from its head."""

    script: dict[str, "Reply | list[Reply]"]
    asked: list[tuple[str, Any]] = field(default_factory=list)  # path and JSON of every request
    heads: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)  # paths whose connection the other side closed
    _listener: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))
    _open: list[socket.socket] = field(default_factory=list)

    def __post_init__(self) -> None:
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def address(self) -> Address:
        return address_of(f"http://127.0.0.1:{self._listener.getsockname()[1]}")

    def posted(self, path: str) -> list[Any]:
        """The JSON of every request for `path`."""
        return [body for each, body in self.asked if each == path]

    def close(self) -> None:
        """Take no connection any more, and break those that are open."""
        for each in (self._listener, *self._open):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _who = self._listener.accept()
            except OSError:
                return
            self._open.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            head, body = _request(connection)
            path = head.split(" ")[1]
            self.heads.append(head)
            self.asked.append((path, body))
            reply = self.script.get(path, told({"error": {"message": "not here"}}, "404 Not Found"))
            if isinstance(reply, list):
                reply = reply.pop(0) if len(reply) > 1 else reply[0]
            if callable(reply):
                reply(connection, body)
            else:
                connection.sendall(reply)
        except (OSError, ValueError, IndexError):
            pass
        finally:
            connection.close()


def _request(connection: socket.socket) -> tuple[str, Any]:
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            raise ValueError("no request")
        data += more
    head, _blank, body = data.partition(b"\r\n\r\n")
    length = next(
        (int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")), 0
    )
    while len(body) < length:
        body += connection.recv(65536)
    return head.decode(), json.loads(body) if body else None
