"""Contamination: a row that shares text with the evaluation files that you bring is dropped."""

import csv
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TypeAlias

from desktop.core.content import fields_of, lead_field_of
from desktop.core.errors import UserError
from desktop.core.i18n import N_, _
from desktop.core.options import About, Options, option
from desktop.core.records import Candidate, Instruction, Json, Reason, Row, Span, Verdict, passing
from desktop.core.shapes import Filter, FilterContext, Judge
from desktop.core.text.words import UNSPACED, tokens, tokens_at
from desktop.filters._verdicts import PASSED, failed, quoted

_SHORT = 8  # words: the grams whose share PaLM counts
_SHORT_CHARACTERS = 12  # as long as those where words are not separated, by the reckoning of the option below
_PAIRED = 8  # texts of an item that a later one of it is joined to
_LEAST_EXACT = 4  # words of a question that is compared as a whole
_LONGEST_FIELD = 2**26
_DEEPEST = 50
_CHARACTER = re.compile(f"[{UNSPACED}]")

_Word: TypeAlias = tuple[str, str, int, int]
"""A word as it is compared, its field, and where it begins and ends there."""


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
            help=N_(
                "A question, or another field, of which this share of all runs of 8 words, or of 12 characters, is in "
                "the files is dropped."
            ),
            why=N_("PaLM (arXiv 2204.02311) takes an example with at least 0.7 for contaminated."),
            minimum=0.0,
            maximum=1.0,
            step=0.05,
        ),
    )


class _Evaluation:
    """What the files say, as hashes of runs of tokens, and of whole texts."""

    def __init__(self, options: ContaminationOptions) -> None:
        self._options = options
        self._labels: list[str] = []
        self._record: list[list[str]] = []  # the texts of the last item so far
        self._whole: dict[int, int] = {}  # hash of a text, or of two of one item → the item
        self.long: dict[int, int] = {}  # hash of a run → the item
        self.short: set[int] = set()
        for name in options.files:
            path = Path(name).expanduser()
            for place, text in _texts(path):
                self._take(f"{path.name}, {place}", text)

    def label(self, item: int) -> str:
        """The file and the place of an item."""
        return self._labels[item]

    def item_of(self, question: Sequence[str]) -> int | None:
        """The item that says this and nothing else; None where there is none, or it says too little to tell."""
        return self._whole.get(hash(tuple(question))) if len(question) >= _LEAST_EXACT else None

    def sizes_for(self, words: Sequence[str]) -> tuple[int, int]:
        """How many tokens a long run and a short one have in a text of these."""
        unspaced = sum(bool(_CHARACTER.match(word)) for word in words)
        if 2 * unspaced > len(words):
            return self._options.characters, _SHORT_CHARACTERS
        return self._options.words, _SHORT

    def _take(self, label: str, text: str) -> None:
        words = tokens(text)
        if self._labels[-1:] != [label]:
            self._labels.append(label)
            self._record = []
        item = len(self._labels) - 1
        for before in ([], *self._record[-_PAIRED:]):  # an instruction and its input may be a row's one question
            self._whole.setdefault(hash((*before, *words)), item)
        self._record.append(words)
        long, short = self.sizes_for(words)
        for run in _runs(words, long):
            self.long.setdefault(run, item)
        self.short.update(_runs(words, short))


def _start(options: ContaminationOptions, context: FilterContext) -> Judge:
    if not options.files:
        return lambda candidate, siblings: PASSED
    evaluation = _Evaluation(options)

    def judge(candidate: Candidate, siblings: Sequence[Candidate], /) -> Verdict:
        fields = _fields_of(candidate.row)
        question, *others = _texts_of(candidate.row, fields)
        item = evaluation.item_of([word[0] for word in question])
        if item is not None:
            reason = Reason(N_("The same as {item} of an evaluation file."), {"item": quoted(evaluation.label(item))})
            return failed(reason, _spans(question), 1.0)
        for text in fields.values():
            if verdict := _overlap(evaluation, text):
                return verdict
        value = 0.0
        for text in (question, *others):
            words = [word[0] for word in text]
            _long, short = evaluation.sizes_for(words)
            runs = [run in evaluation.short for run in _runs(words, short)]
            share = sum(runs) / len(runs) if runs else 0.0
            if share and share >= options.share:
                reason = Reason(
                    N_("{share:.0%} of the runs of {words} words are in an evaluation file."),
                    {"share": share, "words": short},
                )
                last = len(runs) - 1 - runs[::-1].index(True)
                return failed(reason, _spans(text[runs.index(True) : last + short]), share)
            value = max(value, share)
        return passing(value)

    return judge


def _fields_of(row: Row) -> Mapping[str, Sequence[_Word]]:
    return {
        field: [(word, field, start, end) for word, start, end in tokens_at(text)]
        for field, text in fields_of(row).items()
        if text
    }


def _texts_of(row: Row, fields: Mapping[str, Sequence[_Word]]) -> Iterator[Sequence[_Word]]:
    """The question as one text, for “Fill in the blank” alone is none, and then every other field by itself."""
    asked = ("instruction", "input") if isinstance(row, Instruction) else (lead_field_of(row),)
    yield [word for field in asked for word in fields.get(field, ())]
    yield from (text for field, text in fields.items() if field not in asked)


def _overlap(evaluation: _Evaluation, text: Sequence[_Word]) -> Verdict | None:
    """A run of enough words that is in the files."""
    words = [word[0] for word in text]
    size, _short = evaluation.sizes_for(words)
    runs = _runs(words, size)
    hits = [number for number, run in enumerate(runs) if run in evaluation.long]
    if not hits:
        return None
    label = quoted(evaluation.label(evaluation.long[runs[hits[0]]]))
    reason = Reason(
        N_("Has {count} words in a row in common with an evaluation file: {item}."),
        {"count": _length(hits, size), "item": label},
    )
    return failed(reason, _stretches(text, hits, size), 1.0)


def _length(hits: Sequence[int], size: int) -> int:
    """The tokens of the first run without a gap."""
    last = hits[0]
    for hit in hits[1:]:
        if hit > last + 1:
            break
        last = hit
    return last - hits[0] + size


def _stretches(text: Sequence[_Word], hits: Sequence[int], size: int) -> Iterator[Span]:
    """Each stretch that is in the files, once."""
    first = last = hits[0]
    for hit in [*hits[1:], sys.maxsize]:
        if hit > last + size:
            yield from _spans(text[first : last + size])
            first = hit
        last = hit


def _spans(words: Sequence[_Word]) -> Iterator[Span]:
    """Where these words stand, from the first to the last in each field."""
    for field, own in groupby(words, key=lambda word: word[1]):
        placed = list(own)
        yield Span(field, placed[0][2], placed[-1][3])


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
