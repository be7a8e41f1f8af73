"""A look at one row, for Insights: how long it is, in which language, what is asked for; taken once, and stored."""

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any, TypeAlias, cast

from desktop.core.content import answers_of, lead_of
from desktop.core.records import Candidate, Instruction, Json, JsonObject
from desktop.core.text.asked import content_words, verb_and_object
from desktop.core.text.language import guess
from desktop.core.text.words import length_of
from desktop.jobs._apart import WORTH_IT, worked_apart
from desktop.store.project import Project

PARTS = ("instruction", "input", "output")
"""The parts of a row whose lengths are measured: what asks, what is given with it, what answers."""

_RULE = 1  # raise it where a look would see something else: what was stored is then not taken
_SEP = "\t"
_READ = 200  # characters of a row that tell its language
_AT_ONCE = 250  # rows that are sent together


@dataclass(frozen=True, slots=True)
class Look:
    """What one text told."""

    edition: int  # which text of its candidate
    lengths: tuple[float | None, ...]  # of each of PARTS, in words; None where a row has no such part
    language: str  # as the row says, else as its text tells; "" where neither does
    task_type: str
    asked: str  # language, verb and object, with a tab between; "" where none was found
    topics: tuple[str, ...]  # the content words of its lead, each after its language and a tab


Seen: TypeAlias = tuple[int, Look]


def look(candidate: Candidate, edition: int, project_language: str) -> Look:
    """Look at a row; a short text is likely to be in the project's language."""
    row = candidate.row
    lead = lead_of(row)
    given = row.input if isinstance(row, Instruction) else ""
    answers = list(answers_of(row).values())
    own = _code(row.language) or guess(" ".join([lead, given, *answers])[:_READ]).language
    language = own or _code(project_language)
    pair = verb_and_object(lead, language)
    return Look(
        edition=edition,
        lengths=tuple(_words(texts) for texts in ([lead], [given] if given else [], answers)),
        language=own,
        task_type=row.task_type.strip(),
        asked=_SEP.join((language, *pair)) if pair else "",
        topics=tuple(f"{language}{_SEP}{word}" for word in dict.fromkeys(content_words(lead, language))),
    )


def taken(
    candidates: Iterator[Candidate], editions: Mapping[int, int], project_language: str
) -> Generator[Seen | None, None, None]:
    """A look at each of these candidates, on every core where there are many of them; None is a sign of life."""
    first = list(islice(candidates, WORTH_IT))
    all_of_them = chain(first, candidates)
    if len(first) < WORTH_IT:
        yield from ((each.id, look(each, editions[each.id], project_language)) for each in all_of_them)
        return
    given = ((each, editions[each.id], project_language) for each in all_of_them)
    for seen in worked_apart(given, _AT_ONCE, _look_at, _begin):
        yield None if seen is None else (seen[0][0].id, seen[1])


def store(project: Project, seen: Sequence[Seen]) -> None:
    """Keep what was seen, where the project may be written."""
    if seen and project.writable:
        rows: list[Json] = [
            [id, each.edition, each.lengths, each.language, each.task_type, each.asked, each.topics]
            for id, each in seen
        ]
        project.insights.keep({"rule": _rule(project), "rows": rows})


def stored(project: Project) -> Iterator[list[Seen]]:
    """What was seen before, a batch at a time; of a text that is no more, too."""
    rule = _rule(project)
    return (_seen(batch) for batch in project.insights.kept() if batch.get("rule") == rule)


def _seen(batch: JsonObject) -> list[Seen]:
    try:
        return [_from_json(*row) for row in cast("Any", batch["rows"])]
    except (KeyError, TypeError, ValueError):
        return []  # whatever stands there, its rows are looked at anew


def _from_json(
    id: Any, edition: Any, lengths: Any, language: Any, task_type: Any, asked: Any, topics: Any
) -> tuple[int, Look]:
    measured = tuple(None if each is None else float(each) for each in lengths)
    if len(measured) != len(PARTS):
        raise ValueError(lengths)
    return int(id), Look(int(edition), measured, str(language), str(task_type), str(asked), tuple(map(str, topics)))


def _rule(project: Project) -> str:
    return f"{_RULE} {_code(project.language)}"


def _begin() -> None:
    """There is nothing to get ready."""


def _look_at(given: Sequence[tuple[Candidate, int, str]]) -> list[Look]:
    return [look(*each) for each in given]


def _words(texts: Iterable[str]) -> float | None:
    """How long texts are together, in words: of one without spaces, about as many as an English one would have."""
    lengths = [length_of(text).words for text in texts]
    return sum(lengths) if lengths else None


def _code(language: str) -> str:
    """A language's code without its country: "zh" of "zh-CN"."""
    return language.strip().replace("-", "_").split("_")[0].lower()
