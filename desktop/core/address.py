"""The one network address that a user may allow Seedbed to ask."""

import ipaddress
import re
import urllib.parse
from dataclasses import dataclass

from desktop.core.errors import UserError
from desktop.core.i18n import _, sentences

_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"[a-z0-9_]([a-z0-9_.-]{0,251}[a-z0-9_])?\.?", re.ASCII)
_PATH = re.compile(r"(/[A-Za-z0-9._~-]+)*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Address:
    """Where a model server listens. Only `address_of` makes one, so that every part of it is checked."""

    scheme: str  # http or https
    host: str  # a name or an IP address, without brackets
    port: int
    path: str = ""  # what stands before /v1, without a slash at its end
    model: str = ""  # which of the server's models; empty: the one it has loaded, or its only one

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == _PORTS[self.scheme] else f":{self.port}"
        model = f"#{urllib.parse.quote(self.model, safe='/:@')}" if self.model else ""
        return f"{self.scheme}://{host}{port}{self.path}{model}"

    @property
    def place(self) -> str:
        """Host and port, as a person names them."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def is_near(self) -> bool:
        """Whether it is surely on this computer or in a private network; a name may lead anywhere but for localhost."""
        if self.host == "localhost":
            return True
        try:
            number = ipaddress.ip_address(self.host.partition("%")[0])
        except ValueError:
            return False
        return number.is_loopback or (number.is_private and not number.is_unspecified)


def address_of(text: str) -> Address:
    """The address that a person wrote: `http://host:port`, perhaps with a path, and `#model` at its end.

    Raises UserError for anything else.
    """
    written = text.strip()
    try:
        parts = urllib.parse.urlsplit(written if "://" in written else f"http://{written}")
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise _not_an_address() from None
    path = parts.path.rstrip("/").removesuffix("/v1")
    if (
        parts.scheme not in _PORTS
        or parts.username is not None
        or parts.password is not None
        or parts.query
        or port == 0
        or not (_is_number(host) or _HOST.fullmatch(host))
        or not _PATH.fullmatch(path)
        or not written.isprintable()
    ):
        raise _not_an_address()
    return Address(parts.scheme, host, port or _PORTS[parts.scheme], path, urllib.parse.unquote(parts.fragment))


def warning_of(address: Address) -> str:
    """What a person should know before using an address that may lie outside their own network; empty: nothing."""
    if address.is_near:
        return ""
    leaves = _("{place} may lie outside your own network: seeds, passages and rows are sent there within prompts.")
    plain = _("They travel unencrypted.") if address.scheme == "http" else ""
    return sentences(leaves.format(place=address.place), plain)


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return "%" not in host


def _not_an_address() -> UserError:
    return UserError(
        _("This is not the address of a model server."),  # it is not repeated: a password may stand in it
        _("Write it like http://127.0.0.1:8080; put #model behind it where the server has several models."),
    )
