"""Contamination: a row that shares text with the evaluation files that you bring is dropped."""

import csv
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from desktop.core.content import fields_of, lead_field_of
from desktop.core.errors import UserError
from desktop.core.i18n import N_, _
from desktop.core.options import About, Options, option
from desktop.core.records import Candidate, Instruction, Json, Reason, Row, Span, Verdict, passing
from desktop.core.shapes import Filter, FilterContext, Judge
from desktop.core.text.words import UNSPACED, tokens, tokens_at
from desktop.filters._verdicts import PASSED, failed, quoted

_SHORT = 8  # words: the grams whose share PaLM counts
_LEAST_EXACT = 4  # words of a question that is compared as a whole
_LONGEST_FIELD = 2**26
_DEEPEST = 50
_CHARACTER = re.compile(f"[{UNSPACED}]")

_Placed = Sequence[tuple[str, int, int]]
"""The words of a text, each with where it begins and ends."""


@dataclass(frozen=True)
class ContaminationOptions(Options):
    """The files, and how much may be alike."""

    files: tuple[str, ...] = option(
        (),
        About(
            title=N_("Evaluation files"),
            help=N_("JSON, JSON Lines, CSV or text files of yours with the questions and answers of a benchmark."),
            why=N_("Seedbed never fetches a benchmark by itself."),
        ),
    )
    words: int = option(
        13,
        About(
            title=N_("Words in a row"),
            help=N_("One such run in common with a file drops the row."),
            why=N_("GPT-3 and lm-eval's Janitor take 13 words; GPT-3 allows 8 to 13."),
            minimum=4,
            maximum=50,
        ),
    )
    characters: int = option(
        20,
        About(
            title=N_("Characters in a row"),
            help=N_("The same for text in which words are not separated by spaces."),
            why=N_("13 English words say about what 20 Chinese characters say; this is our own reckoning."),
            minimum=6,
            maximum=100,
        ),
    )
    share: float = option(
        0.7,
        About(
            title=N_("Share of 8-word runs, below"),
            help=N_("A field of which this share of all runs of 8 words is in the files is dropped."),
            why=N_("PaLM (arXiv 2204.02311) takes an example with at least 0.7 for contaminated."),
            minimum=0.0,
            maximum=1.0,
            step=0.05,
        ),
    )


class _Evaluation:
    """What the files say, as hashes of runs of tokens, and as whole texts."""

    def __init__(self, options: ContaminationOptions) -> None:
        self._options = options
        self._labels: list[str] = []
        self._whole: dict[int, set[int]] = defaultdict(set)  # hash of a text → the items that have it
        self.long: dict[int, int] = {}  # hash of a run → the item
        self.short: set[int] = set()
        for name in options.files:
            path = Path(name).expanduser()
            for place, text in _texts(path):
                self._take(f"{path.name}, {place}", text)

    def label(self, item: int) -> str:
        """The file and the place of an item."""
        return self._labels[item]

    def item_with(self, texts: Sequence[Sequence[str]]) -> int | None:
        """The first item that has each of these texts, or one text of them all; None where there is none."""
        one = self._whole.get(hash(tuple(chain(*texts))), set())
        every = set.intersection(*(self._whole.get(hash(tuple(words)), set()) for words in texts))
        return min(one | every, default=None)

    def size_for(self, words: Sequence[str]) -> int:
        """How many tokens a run has in a text of these."""
        unspaced = sum(bool(_CHARACTER.match(word)) for word in words)
        return self._options.characters if 2 * unspaced > len(words) else self._options.words

    def _take(self, label: str, text: str) -> None:
        words = tokens(text)
        if self._labels[-1:] != [label]:
            self._labels.append(label)
        item = len(self._labels) - 1
        self._whole[hash(tuple(words))].add(item)
        for run in _runs(words, self.size_for(words)):
            self.long.setdefault(run, item)
        self.short.update(_runs(words, _SHORT))


def _start(options: ContaminationOptions, context: FilterContext) -> Judge:
    if not options.files:
        return lambda candidate, siblings: PASSED
    evaluation = _Evaluation(options)

    def judge(candidate: Candidate, siblings: Sequence[Candidate], /) -> Verdict:
        fields = {field: tokens_at(text) for field, text in fields_of(candidate.row).items() if text}
        if verdict := _same_question(evaluation, candidate.row, fields):
            return verdict
        value = 0.0
        for field, placed in fields.items():
            words = _words(placed)
            if verdict := _overlap(evaluation, field, placed, words):
                return verdict
            short = _runs(words, _SHORT)
            share = sum(run in evaluation.short for run in short) / len(short) if short else 0.0
            if share and share >= options.share:
                reason = Reason(N_("{share:.0%} of the runs of 8 words are in an evaluation file."), {"share": share})
                found = [number for number, run in enumerate(short) if run in evaluation.short]
                return failed(reason, [Span(field, placed[found[0]][1], placed[found[-1] + _SHORT - 1][2])], share)
            value = max(value, share)
        return passing(value)

    return judge


def _same_question(evaluation: _Evaluation, row: Row, fields: Mapping[str, _Placed]) -> Verdict | None:
    """A question that is in the files as a whole: “Fill in the blank” alone is not, where there is an input to fill."""
    parts = ("instruction", "input") if isinstance(row, Instruction) else (lead_field_of(row),)
    asked = {field: placed for field in parts if (placed := fields.get(field))}
    if sum(map(len, asked.values())) < _LEAST_EXACT:
        return None
    item = evaluation.item_with([_words(placed) for placed in asked.values()])
    if item is None:
        return None
    reason = Reason(N_("The same as {item} of an evaluation file."), {"item": quoted(evaluation.label(item))})
    return failed(reason, [Span(field, placed[0][1], placed[-1][2]) for field, placed in asked.items()], 1.0)


def _overlap(evaluation: _Evaluation, field: str, placed: _Placed, words: Sequence[str]) -> Verdict | None:
    """A run of enough words that is in the files."""
    size = evaluation.size_for(words)
    runs = _runs(words, size)
    hits = [number for number, run in enumerate(runs) if run in evaluation.long]
    if not hits:
        return None
    label = quoted(evaluation.label(evaluation.long[runs[hits[0]]]))
    reason = Reason(
        N_("Has {count} words in a row in common with an evaluation file: {item}."),
        {"count": _length(hits, size), "item": label},
    )
    return failed(reason, _spans(field, placed, hits, size), 1.0)


def _length(hits: Sequence[int], size: int) -> int:
    """The tokens of the first run without a gap."""
    last = hits[0]
    for hit in hits[1:]:
        if hit > last + 1:
            break
        last = hit
    return last - hits[0] + size


def _spans(field: str, placed: _Placed, hits: Sequence[int], size: int) -> Iterator[Span]:
    """Each stretch that is in the files, once."""
    first = last = hits[0]
    for hit in [*hits[1:], sys.maxsize]:
        if hit > last + size:
            yield Span(field, placed[first][1], placed[last + size - 1][2])
            first = hit
        last = hit


def _words(placed: _Placed) -> list[str]:
    return [word for word, _start, _end in placed]


def _runs(words: Sequence[str], size: int) -> list[int]:
    return list(map(hash, zip(*(words[start:] for start in range(size)), strict=False)))


# ── the files ────────────────────────────────────────────────────────────────────────────────────


def _texts(path: Path) -> Iterator[tuple[str, str]]:
    """Every text of a file with its place. Raises UserError where it cannot be read."""
    try:
        content = path.read_text(encoding="utf-8-sig")
        match path.suffix.lower():
            case ".json":
                yield from _in_json("", json.loads(content))
            case ".jsonl" | ".ndjson":
                for number, line in enumerate(content.splitlines(), start=1):
                    if line.strip():
                        yield from _in_json(_("line {number}").format(number=number), json.loads(line))
            case ".csv" | ".tsv":
                separator = "\t" if path.suffix.lower() == ".tsv" else ","
                csv.field_size_limit(_LONGEST_FIELD)
                for number, cells in enumerate(csv.reader(content.splitlines(True), delimiter=separator), start=1):
                    yield from ((_("line {number}").format(number=number), cell) for cell in cells)
            case _:
                for number, line in enumerate(content.splitlines(), start=1):
                    yield _("line {number}").format(number=number), line
    except (OSError, ValueError, RecursionError, csv.Error) as error:
        raise UserError(
            _("The evaluation file {file} cannot be read: {why}.").format(file=path, why=error),
            _("Choose a JSON, JSON Lines, CSV or text file in UTF-8."),
        ) from None


def _in_json(place: str, value: Json, depth: int = 0) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield place, value
    elif depth < _DEEPEST and isinstance(value, Mapping):
        for each in value.values():
            yield from _in_json(place, each, depth + 1)
    elif depth < _DEEPEST and isinstance(value, Sequence):
        for number, each in enumerate(value, start=1):
            where = place or _("entry {number}").format(number=number)
            yield from _in_json(where, each, depth + 1)


FILTER = Filter(
    title=N_("Contamination"),
    summary=N_("Drops a row that shares a run of words, or a whole question, with your evaluation files."),
    source=N_("GPT-3, arXiv 2005.14165; PaLM, arXiv 2204.02311; lm-eval's Janitor"),
    options=ContaminationOptions,
    start=_start,
    value_title=N_("Share of 8-word runs in the evaluation files"),
    cut="share",
    dropped_as=N_("in an evaluation file"),
)
