"""Rows set aside on disk, to be walked through as often as a writer needs."""

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from types import TracebackType

from desktop.core.content import from_json, kind_of, to_json
from desktop.core.records import Example


class Spool:
    """Examples in the order they were put; read one walk at a time. Lies in `folder` and vanishes when closed."""

    def __init__(self, folder: Path) -> None:
        self._file = TemporaryFile(dir=folder)  # noqa: SIM115 - closed by our own __exit__

    def __enter__(self) -> "Spool":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):  # on a full disk it tries once more to write what nobody will read
            self._file.close()

    def put(self, example: Example) -> None:
        """Set a row aside."""
        row = example.row
        stored = [example.id, kind_of(row), to_json(row), row.task_type, row.language, row.extra, example.provenance]
        # The standard library also writes, and reads as they were, whole numbers beyond 64 bits.
        self._file.write(json.dumps(stored, default=dict).encode() + b"\n")

    def examples(self) -> Iterator[Example]:
        """Every row, in order."""
        self._file.seek(0)
        for line in self._file:
            id, kind, content, task_type, language, extra, provenance = json.loads(line)
            row = from_json(kind, content, task_type=task_type, language=language, extra=extra)
            yield Example(id, row, provenance)
