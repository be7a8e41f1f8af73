"""Records as the text that the tables hold, and back."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from desktop.core import content
from desktop.core.errors import UserError
from desktop.core.i18n import _
from desktop.core.records import (
    Evidence,
    Json,
    JsonObject,
    Likeness,
    Reason,
    Ref,
    Row,
    Span,
    Twin,
    Verdict,
)

T = TypeVar("T")

_READABLE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)
_ESCAPED = json.JSONEncoder(separators=(",", ":"), sort_keys=True)


def dumps(value: Json) -> str:
    """JSON with sorted keys, so that equal values are equal texts."""
    text = _READABLE.encode(value)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        # Half of a surrogate pair, as some files hold it, is no UTF-8; escaped it comes back as it was.
        return _ESCAPED.encode(value)
    return text


def loads(text: str) -> Any:
    """What `dumps` wrote. Raises UserError for anything else."""
    return _read(json.loads, text)


def plain(text: str) -> str:
    """A text for a column of its own: half surrogate pairs, which SQLite refuses, become question marks."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode("utf-8")
    return text


def row_to_text(row: Row) -> str:
    """The row's own fields; its task type, language and extra stand in columns of their own."""
    return dumps(content.to_json(row))


def row_from_text(kind: str, text: str, task_type: str, language: str, extra: str) -> Row:
    """The row of these columns. Raises UserError where they hold none."""

    def read(text: str) -> Row:
        own = json.loads(text)
        others = {} if extra == "{}" else json.loads(extra)  # most rows have none
        return content.from_json(kind, own, task_type=task_type, language=language, extra=others)

    return _read(read, text)


def refs_to_text(refs: Iterable[Ref]) -> str:
    """Pointers at other rows, in their order."""
    return dumps([[ref.stage, ref.id] for ref in refs])


@lru_cache(maxsize=256)  # the rows of an item share them
def refs_from_text(text: str) -> tuple[Ref, ...]:
    """The pointers that `refs_to_text` wrote."""
    return _read(lambda text: tuple(Ref(stage, int(id)) for stage, id in json.loads(text)), text)


def reason_to_text(reason: Reason | None) -> str | None:
    """A reason with its figures."""
    return None if reason is None else dumps({"message": reason.message, "values": reason.values})


def evidence_to_text(evidence: Evidence) -> str | None:
    """Spans and twins; None where there is neither."""
    if not evidence.spans and not evidence.twins:
        return None
    return dumps(
        {
            "spans": [[span.field, span.start, span.end] for span in evidence.spans],
            "twins": [[twin.ref.stage, twin.ref.id, twin.text, twin.value] for twin in evidence.twins],
        }
    )


def fix_to_text(row: Row | None) -> str | None:
    """A proposed row, whole."""
    if row is None:
        return None
    return dumps(
        {
            "kind": content.kind_of(row),
            "content": content.to_json(row),
            "task_type": row.task_type,
            "language": row.language,
            "extra": row.extra,
        }
    )


def fix_from_text(text: str) -> Row:
    """The row that `fix_to_text` wrote. Raises UserError for anything else."""
    return _read(_fix, text)


def verdict_from_columns(columns: Sequence[Any], likenesses: tuple[Likeness, ...]) -> Verdict:
    """The verdict of the columns passed, value, average, reason, evidence, fix."""
    passed, value, average, reason, evidence, fix = columns
    return Verdict(
        passed=bool(passed),
        value=value,
        reason=None if reason is None else _read(_reason, reason),
        evidence=Evidence() if evidence is None else _read(_evidence, evidence),
        fix=None if fix is None else fix_from_text(fix),
        likenesses=likenesses,
        average=average,
    )


def _reason(text: str) -> Reason:
    stored = json.loads(text)
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in stored["values"].items()}
    return Reason(str(stored["message"]), values)


def _evidence(text: str) -> Evidence:
    stored = json.loads(text)
    return Evidence(
        tuple(Span(str(field), int(start), int(end)) for field, start, end in stored["spans"]),
        tuple(Twin(Ref(stage, int(id)), str(words), float(value)) for stage, id, words, value in stored["twins"]),
    )


def _fix(text: str) -> Row:
    stored: Mapping[str, Any] = json.loads(text)
    shared: Mapping[str, Any] = {name: stored[name] for name in ("task_type", "language", "extra")}
    return content.from_json(str(stored["kind"]), stored["content"], **shared)


def object_from_text(text: str) -> JsonObject:
    """A JSON object. Raises UserError for anything else."""

    def read(text: str) -> JsonObject:
        stored = json.loads(text)
        if not isinstance(stored, dict):
            raise TypeError(type(stored))
        return stored

    return _read(read, text)


def _read(parse: Callable[[str], T], text: str) -> T:
    # A flipped bit inside a text passes SQLite's own check; here it comes to light.
    try:
        return parse(text)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UserError(
            _("A row of this project file is damaged: “{start}…”.").format(start=text[:60]),
            _("Open a backup of the file, or check it to see how far the damage goes."),
        ) from error
