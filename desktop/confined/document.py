"""The task of reading a document, page by page."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from desktop.core import documents
from desktop.core.catalogue import find, formats
from desktop.core.records import JsonObject


def read(given: Mapping[str, Any]) -> Iterator[JsonObject]:
    """`given`: the file, its format's id, and the page to begin with. Yields parts of core.documents."""
    reader = find(formats(), given["format"]).parts
    if reader is None:
        raise TypeError(f"{given['format']} reads no documents")
    yield from map(documents.to_json, reader(Path(given["file"]), int(given["first"])))
