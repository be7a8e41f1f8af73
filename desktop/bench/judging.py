"""Judging: how many rows a second each rule filter looks at, and how many whole chains judge with verdicts stored.

The rows are those of a file, or the samples that come along, repeated with a word changed here and there. A filter by
itself judges some of them, in seconds of one processor, and stores nothing; novelty is left out here, for its speed
hangs on how many rows there are (`seedbed bench dedupe`). A chain is the filter job as the window runs it, on a
project of all the rows.
"""

import json
import random
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

from desktop.core import paths
from desktop.core.catalogue import filters
from desktop.core.i18n import _
from desktop.core.progress import Event, Progress
from desktop.core.records import Candidate, ChainLink, Instruction, JsonObject
from desktop.core.shapes import FilterContext
from desktop.jobs.filtering import run_filters
from desktop.jobs.judging import Chain
from desktop.store.project import Project

CHEAP = ("length", "blocked_phrases", "empty", "input_equals_output", "exact_duplicate", "shares", "debris")
"""The set that is measured as one: a look at the row, and nothing dearer."""

_ALONE = 2_000  # rows that a filter judges by itself
_WARM = 100  # before it counts
_CHANGED = 3  # words of a repeated row at most
_BATCH = 5_000


@dataclass(frozen=True, slots=True)
class Line:
    """One filter by itself, or one chain. Rows a second of `rows` rows."""

    name: str
    rows: int
    seconds: float
    kept: int
    megabytes: float | None = None  # of the project file, with all verdicts; None: nothing was stored
    memory: float | None = None  # MiB that this process held at most

    @property
    def pace(self) -> float:
        """Rows a second."""
        return self.rows / self.seconds

    def to_json(self) -> JsonObject:
        """As a program reads it."""
        return {**asdict(self), "rows_per_second": round(self.pace, 1)}


def rule_filters() -> tuple[str, ...]:
    """Every filter that needs no model, but novelty."""
    return tuple(id for id, each in filters().items() if each.start is not None and id != "novelty")


def rows(count: int, file: Path | None = None, random_seed: int = 0) -> Iterator[Instruction]:
    """So many rows. `file` is a JSON list of objects with instruction, input and output."""
    draw = random.Random(random_seed)
    origins = _read(file) if file is not None else _samples()
    words = sorted({word for row in origins for word in row.instruction.split()})
    yield from origins[:count]
    for _number in range(count - len(origins)):
        row = draw.choice(origins)
        yield Instruction(
            _changed(row.instruction, words, draw), input=row.input, output=_changed(row.output or "", words, draw)
        )


def make(path: Path, count: int, file: Path | None) -> Generator[Event, None, None]:
    """A project of so many candidates, none of them judged."""
    waiting = (Candidate(0, 0, row, origin="bench") for row in rows(count, file))
    with Project.create(path, title="bench", language="en") as project:
        done = 0
        while some := list(islice(waiting, _BATCH)):
            project.candidates.add(some, batch=_BATCH)
            done += len(some)
            yield Progress(_("Making rows"), done, count)


def alone(filter_id: str, sample: Sequence[Candidate]) -> Line:
    """One filter by itself, in seconds of a processor."""
    chain = Chain([ChainLink(filter_id, True, {})], FilterContext("en", ()))
    for _alive in chain.foresee(sample):
        pass
    for candidate in sample[:_WARM]:
        chain.rule([[candidate]])
    began = time.process_time()
    for _alive in chain.foresee(sample):
        pass
    kept = sum(all(each.passed for each in chain.judge([row])[0].values()) for row in sample)
    return Line(filter_id, len(sample), time.process_time() - began, kept)


def by_themselves(path: Path, filter_ids: Sequence[str]) -> Generator[Event, None, list[Line]]:
    """Each filter on the first rows of a project."""
    with Project.open(path, write=False) as project:
        sample = tuple(islice(project.candidates.walk(), _ALONE))
    lines = []
    for number, id in enumerate(filter_ids):
        yield Progress(_("Judging by one filter"), number, len(filter_ids))
        lines.append(alone(id, sample))
    return lines


def chained(name: str, path: Path) -> Generator[Event, None, Line]:
    """One of the chains over a whole project, every verdict stored; each rule judges every row."""
    links = [ChainLink(id, True, {}) for id in (CHEAP if name == "cheap" else rule_filters())]
    with Project.open(path) as project:
        project.user.set_up(lambda edit: edit.set_chain(links)).result()
        project.verdicts.clear(list(project.verdicts.counts()))
        began = time.perf_counter()
        report = yield from run_filters(project, links, every_row=True)
        seconds = time.perf_counter() - began
    return Line(name, report.judged, seconds, report.passing, path.stat().st_size / 1e6, _peak())


def _peak() -> float | None:
    with suppress(ImportError):  # Windows has no such count
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return None


def _read(file: Path) -> list[Instruction]:
    stored = json.loads(file.read_text(encoding="utf-8"))
    return [
        Instruction(str(each["instruction"]), input=str(each.get("input", "")), output=str(each["output"]))
        for each in stored
    ]


def _samples() -> list[Instruction]:
    text = (paths.resources() / "samples" / "seeds.en.jsonl").read_text(encoding="utf-8")
    stored = [json.loads(line) for line in text.splitlines()]
    return [
        Instruction(str(each["instruction"]), input=str(one["input"]), output=str(one["output"]))
        for each in stored
        for one in each["instances"]
    ]


def _changed(text: str, words: Sequence[str], draw: random.Random) -> str:
    """The text with a few of its words changed; line ends and all else stay."""
    parts = text.split(" ")
    for _number in range(draw.randint(1, _CHANGED)):
        parts[draw.randrange(len(parts))] = draw.choice(words)
    return " ".join(parts)
