"""What many filters do alike: say where something was found, and pass or fail by a value."""

from collections.abc import Iterable, Mapping

from desktop.core.content import answers_of, fields_of, lead_field_of, lead_of
from desktop.core.records import Evidence, Reason, Row, Span, Verdict
from desktop.core.text.prose import shortened

SHOWN = 20
"""Places that the evidence points at; more of the same would say no more."""

PASSED = Verdict(True)
"""What is said of most rows, made once."""

NONE_FOUND = Verdict(True, 0.0)
"""The same, by a filter that counts what it finds."""

_PLAIN = bytes([*range(0x20, 0x7F), *b"\t\n\r"])


def fields_at(row: Row, where: str) -> Mapping[str, str]:
    """The fields of a row that a filter looks at, by name."""
    if where == "everywhere":
        return fields_of(row)
    return answers_of(row) if where == "answer" else {lead_field_of(row): lead_of(row)}


def is_plain(text: str) -> bool:
    """Whether a text is ASCII without control characters but tabs and line ends: most are, and it is seen at once."""
    return text.isascii() and (text.isprintable() or not text.encode().translate(None, _PLAIN))


def failed(reason: Reason, spans: Iterable[Span] = (), value: float | None = None, fix: Row | None = None) -> Verdict:
    """A failing verdict with the first of the places that it rests on."""
    return Verdict(False, value, reason, Evidence(spans=tuple(spans)[:SHOWN]), fix)


def quoted(text: str, most: int = 60) -> str:
    """A text as a reason quotes it: on one line, and not for ever."""
    return shortened(" ".join(text.split()), most)
