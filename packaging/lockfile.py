"""Reads the lock files: which packages they pin, and the pins of some of them."""

from __future__ import annotations

import re
from collections.abc import Mapping

_PIN = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;\\]+)")


def pins(lock: str) -> Mapping[str, str]:
    """Every pin of a lock by its package's normalised name, markers and hashes included.

    A package that is pinned differently for different Pythons keeps all its pins in one entry.
    """
    found: dict[str, str] = {}
    name = ""
    for line in lock.splitlines(keepends=True):
        match = _PIN.match(line)
        if match:
            name = normal(match[1])
        elif not line.startswith((" ", "\t")):
            name = ""
        if name:
            found[name] = found.get(name, "") + line
    return found


def normal(name: str) -> str:
    """A package's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def only(lock: str, name: str) -> str:
    """The pins of one package, as a requirements file. Raises KeyError where the lock has none."""
    return pins(lock)[name]


def without(lock: str, name: str) -> str:
    """The pins of all packages but one, as a requirements file."""
    return "".join(pin for each, pin in pins(lock).items() if each != name)


def version(lock: str, name: str) -> str:
    """The version that a package is pinned to."""
    match = _PIN.match(only(lock, name))
    if not match:
        raise KeyError(name)
    return match[2]
