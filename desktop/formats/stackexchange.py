"""Questions and answers with votes: the Posts.xml of a Stack Exchange dump, or a table with a column of votes."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

from desktop.core.documents import Part
from desktop.core.errors import UserError
from desktop.core.i18n import N_, _
from desktop.core.options import Options
from desktop.core.records import JsonObject
from desktop.core.shapes import Flaw, Format, Head, Incoming
from desktop.formats import _archive
from desktop.formats._csv_reading import csv_objects
from desktop.formats._json_reading import Found, clean, objects
from desktop.formats._parquet_reading import parquet_objects
from desktop.formats._records import entries
from desktop.formats._voted import FEW_VOTES, NOT_BEST, Pair, Passed, VotedOptions

_Leave: TypeAlias = Callable[[str], None]
"""Hears the marked reason for which an answer is left out."""

_QUESTION, _ANSWER = "1", "2"  # PostTypeId


def _sniff(head: Head) -> float:
    return 0.99 if b"<posts" in head.start[:1024] else 0.0


def _read(path: Path, mapping: Mapping[str, str]) -> Iterator[Incoming | Flaw]:
    return _pick(path, VotedOptions())


def _pick(path: Path, options: VotedOptions) -> Iterator[Incoming | Flaw]:
    with path.open("rb") as file:
        start = file.read(1024)
    is_dump = _sniff(Head(path.name, start)) > 0
    passed = Passed(options)
    return passed.rows(
        _of_dump(path, options, passed.leave) if is_dump else _of_table(path, start, options, passed.leave)
    )


def _parts(path: Path, first: int) -> Iterator[Part]:
    return _parts_by(path, VotedOptions())


def _parts_by(path: Path, options: VotedOptions) -> Iterator[Part]:
    return entries(_found(_pick(path, options)))


def _found(rows: Iterator[Incoming | Flaw]) -> Iterator[Found]:
    for each in rows:
        if isinstance(each, Flaw):
            yield each
        else:
            row = each.row
            yield each.place, {"question": getattr(row, "instruction", ""), "answer": getattr(row, "output", "")}


def _rank(
    best: dict[str, tuple[int, str]], question: str, score: int, answer: str, options: VotedOptions, leave: _Leave
) -> None:
    """Let an answer be the best of its question so far, where it is; the others are counted."""
    if score < options.score:
        leave(FEW_VOTES)
        return
    if question in best:
        leave(NOT_BEST)
    if question not in best or score > best[question][0]:
        best[question] = score, answer


# ── a dump ───────────────────────────────────────────────────────────────────────────────────────


def _of_dump(path: Path, options: VotedOptions, leave: _Leave) -> Iterator[Pair]:
    """Every question with its best answer that has votes enough. Reads twice: first only for the best of each."""
    best: dict[str, tuple[int, str]] = {}
    for post in _posts(path):
        if post.get("PostTypeId") == _ANSWER:
            _rank(best, post.get("ParentId", ""), _whole(post.get("Score")), post.get("Id", ""), options, leave)
    waiting: dict[str, Mapping[str, str]] = {}  # questions for their answer, and the few answers that come first
    for post in _posts(path):
        is_question = post.get("PostTypeId") == _QUESTION
        question = post.get("Id" if is_question else "ParentId", "")
        if question not in best or not (is_question or post.get("Id") == best[question][1]):
            continue
        if (other := waiting.pop(question, None)) is None:
            waiting[question] = post
        else:
            yield _pair(post, other) if is_question else _pair(other, post)


def _pair(question: Mapping[str, str], answer: Mapping[str, str]) -> Pair:
    ids = {"question_id": question.get("Id", ""), "answer_id": answer.get("Id", ""), "tags": question.get("Tags", "")}
    return Pair(
        _("post {number}").format(number=ids["answer_id"]),
        ids["question_id"],
        question.get("Title", ""),
        question.get("Body", ""),
        answer.get("Body", ""),
        _whole(answer.get("Score")),
        ids,
    )


def _posts(path: Path) -> Iterator[Mapping[str, str]]:
    """The attributes of every post; one is in memory at a time. Nothing is fetched and no entity is made."""
    from lxml import etree

    try:
        with path.open("rb") as file:
            for _event, element in etree.iterparse(
                file, tag="row", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
            ):
                if element.getroottree().docinfo.internalDTD is not None:
                    raise _archive.damaged(path)  # dumps define no entities, and none may be defined to fill memory
                yield dict(element.attrib)
                element.clear()
                parent = element.getparent()
                while parent is not None and element.getprevious() is not None:
                    del parent[0]
    except etree.XMLSyntaxError as error:
        raise _archive.damaged(path) from error


# ── a table ──────────────────────────────────────────────────────────────────────────────────────


def _of_table(path: Path, start: bytes, options: VotedOptions, leave: _Leave) -> Iterator[Pair | Flaw]:
    """The best answer of every question that has votes enough, at the place where it stands. Reads twice."""
    best: dict[str, tuple[int, str]] = {}
    for each in _objects(path, start):
        if isinstance(each, Flaw):
            continue
        place, record = each
        _refuse_lack(path, record, options)
        question, score = str(record.get(options.question_column) or ""), _whole(record.get(options.score_column))
        _rank(best, question, score, place, options, leave)
    for each in _objects(path, start):
        if isinstance(each, Flaw):
            yield each
            continue
        place, record = each
        question = str(record.get(options.question_column) or "")
        chosen, where = best.get(question, (0, ""))
        if where == place:
            body, answer = (str(record.get(name) or "") for name in (options.body_column, options.answer_column))
            yield Pair(place, "", question, body, answer, chosen, _others(record, options))


def _objects(path: Path, start: bytes) -> Iterator[Found]:
    if start.startswith(b"PAR1"):
        return parquet_objects(path)
    return objects(path) if start.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] in (b"{", b"[") else csv_objects(path)


def _others(record: JsonObject, options: VotedOptions) -> JsonObject:
    used = {options.question_column, options.body_column, options.answer_column, options.score_column}
    kept: JsonObject = clean({name: value for name, value in record.items() if name not in used})
    return kept


def _refuse_lack(path: Path, record: JsonObject, options: VotedOptions) -> None:
    wanted = (options.question_column, options.answer_column, options.score_column)
    missing = next((name for name in wanted if name not in record), None)
    if missing is not None:
        raise UserError(
            _("“{file}” has no column called “{name}”.").format(file=path.name, name=missing),
            _("Say which columns it has with --option question_column=…, answer_column=… and score_column=…."),
        )


def _whole(value: object) -> int:
    """A number of votes; what is none counts as none."""
    try:
        return int(float(str(value)))
    except (ValueError, OverflowError):
        return 0


FORMAT = Format(
    title=N_("Questions and answers with votes"),
    summary=N_("The best answers of a Stack Exchange dump (Posts.xml), or of a table with a column of votes."),
    extensions=(".xml",),
    options=Options,
    kinds=(),
    sniff=_sniff,
    read=_read,
    parts=_parts,
    rules=VotedOptions,
    pick=_pick,
    parts_by=_parts_by,
)
