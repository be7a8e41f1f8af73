"""The command line's way to a model server: the address that was named in the command, and the key from outside it."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from desktop.cli_output import Output
from desktop.core.address import Address, warning_of
from desktop.core.engine import Engine


@contextmanager
def open_remote(address: Address, output: Output, on_load: Callable[[float], None]) -> Iterator[Engine]:
    """The model of a server. Its key comes from SEEDBED_API_KEY, so that no list of commands remembers it."""
    from desktop.engine.remote import RemoteEngine

    if warning := warning_of(address):
        output.note(warning)
    engine = RemoteEngine(address, os.environ.get("SEEDBED_API_KEY", "").strip(), on_load=on_load)
    try:
        yield engine
    finally:
        engine.close()
