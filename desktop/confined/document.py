"""The task of reading a document, page by page."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from desktop.core import documents, options
from desktop.core.catalogue import find, formats
from desktop.core.records import JsonObject


def read(given: Mapping[str, Any]) -> Iterator[JsonObject]:
    """`given`: the file, its format's id, the page to begin with, and perhaps the rules that its format knows.

    Yields parts of core.documents.
    """
    format, path = find(formats(), given["format"]), Path(given["file"])
    if format.parts is None:
        raise TypeError(f"{given['format']} reads no documents")
    if given.get("rules") is not None and format.rules is not None and format.parts_by is not None:
        parts = format.parts_by(path, options.from_json(format.rules, given["rules"]))
    else:
        parts = format.parts(path, int(given["first"]))
    yield from map(documents.to_json, parts)
