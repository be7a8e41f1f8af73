"""The four shapes of a leaf: Method, Filter, Format and Selector, and the contexts they are handed."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Literal, Protocol, TypeAlias, runtime_checkable

from desktop.core.documents import DocumentReader, Part
from desktop.core.languages import in_english
from desktop.core.options import Options
from desktop.core.prompts import Prompt, fill
from desktop.core.records import Candidate, Example, Item, Kind, Passage, Reason, Ref, Row, Seed, Verdict
from desktop.core.steps import Asking, JudgeSteps, Steps

Consumes = Literal["nothing", "topics", "seeds", "passages", "records", "functions", "rows"]


# ── methods ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class PoolRow:
    """A machine-made instruction that passed rules and novelty, one for each family."""

    ref: Ref
    instruction: str


@dataclass(frozen=True, slots=True)
class Given:
    """A row that a run starts from, as the user last edited it."""

    ref: Ref  # a candidate or a seed
    row: Row


class MethodContext(Protocol):
    """What a run hands its method."""

    language: str  # the project's, which chooses the prompts
    seeds: Sequence[Seed]
    random: Random  # for `items`; seeded by the run. In `steps` use Random(item.random_seed)

    def pool(self) -> Sequence[PoolRow]:
        """Machine-made rows of this project so far, oldest first, finished items only."""

    def passages(self) -> Sequence[Passage]:
        """The passages that this run starts from, in reading order, without the excluded ones."""

    def rows(self) -> Iterator[Given]:
        """The rows that this run starts from, in the same order whenever the run is resumed, never its own ones."""

    def list(self, name: str) -> Sequence[str]:
        """The project's own list of that name ("topics", "principles"), else the one that Seedbed brings along."""

    def render(self, step: str, **values: str) -> str:
        """The prompt of a step, the project's own version where there is one; `language` is always filled in."""


@dataclass(frozen=True, slots=True)
class Method:
    """One way to generate. `items` may be endless; an item is taken from it only when a slot is free.

    The inputs of an item are the parents of its rows. Where a method consumes rows, the first input is the row that an
    item starts from, and what comes of it is of that row's family: novelty compares neither with the other.
    """

    title: str
    summary: str  # one sentence: what it makes, from what
    source: str  # the paper or repository, for "Why these defaults?"
    consumes: Consumes
    makes: tuple[Kind, ...]  # the kinds of row, the usual one first
    example: Row  # a row as it makes them, for its card; text marked with N_
    options: type[Options]
    prompts: tuple[Prompt, ...]
    default_filters: tuple[str, ...]  # filter ids, in chain order
    items: "Callable[[Any, MethodContext], Iterator[Item]]"
    steps: "Callable[[Item, Any, MethodContext], Steps]"
    lists: tuple[str, ...] = ()  # that it draws from and a person may change; names of core.lists.LISTS
    starts_from: str = "stage:passing"  # the rows it consumes, where the user names no others
    unanswered: bool = False  # its rows wait for a later run to answer them; they count as they come
    check: "Callable[[Any, MethodContext], Asking[None]] | None" = None
    """Looks at the options before a run is made, and may have something run for it, but asks no model. Raises
    OptionError, or another UserError where it is no single option that is wrong."""

    @property
    def asks_model(self) -> bool:
        """Whether it needs a model; what has no prompts asks nothing."""
        return bool(self.prompts)


# ── filters ──────────────────────────────────────────────────────────────────────────────────────


Cost = Literal["cheap", "text", "pairs", "tokens", "reading", "model"]
COSTS: Sequence[Cost] = ("cheap", "text", "pairs", "tokens", "reading", "model")
"""What a judgement costs, the least first: a look at the row, a reading of its text, a comparison with the rows
before, the row in a model's tokens, a model's reading of it, what a model says of it. A chain runs in this order,
whatever the order on screen."""


@dataclass(frozen=True, slots=True)
class FilterContext:
    """What a chain hands its filters when it starts."""

    language: str
    seeds: Sequence[Seed]
    lists: Mapping[str, Sequence[str]] = field(default_factory=dict)  # the project's own, by name
    sql_fault: Callable[[str], str] | None = None  # what is wrong with the grammar of some SQL; empty: nothing
    templates: Mapping[str, str] = field(default_factory=dict)  # of a filter that asks a model: its prompts, by step
    passage: Callable[[int], Passage | None] | None = None  # likewise: the passage of this id

    def render(self, step: str, **values: str) -> str:
        """The prompt of a step, the project's own version where there is one; `language` is always filled in."""
        return fill(self.templates[step], {"language": in_english(self.language), **values})


class Judge(Protocol):
    """What a filter's `start` returns: it judges one candidate at a time."""

    def __call__(self, candidate: Candidate, siblings: Sequence[Candidate], /) -> Verdict:
        """Judge a candidate; `siblings` are those of its family that came with it, itself left out."""


@runtime_checkable
class RememberingJudge(Judge, Protocol):
    """The judge of a filter that remembers: novelty, duplicates.

    It is only called with candidates that passed every filter before it, in id order, and takes what it judged
    into its memory by itself.
    """

    def remember(self, candidate: Candidate, passed: bool, /) -> None:
        """Take in an earlier row without judging it again; `passed` is what this filter said of it."""


Reading: TypeAlias = bytes
"""What a filter that remembers reads of one row, to compare it with what it read of others; bytes, for they are handed
from one process to another at hardly any cost."""


@runtime_checkable
class ReadingJudge(RememberingJudge, Protocol):
    """The judge of a filter to which the reading of a row is dear: it may be done elsewhere, and is then handed in."""

    def read(self, row: Row, /) -> Reading:
        """What is compared of a row; it hangs on the row and the options alone, so any process says the same."""

    def __call__(
        self, candidate: Candidate, siblings: Sequence[Candidate], /, reading: Reading | None = None
    ) -> Verdict:
        """Judge a candidate; without a `reading` it is read here."""

    def remember(self, candidate: Candidate, passed: bool, /, reading: Reading | None = None) -> None:
        """Take in an earlier row without judging it again; without a `reading` it is read here."""


@runtime_checkable
class ForeseeingJudge(RememberingJudge, Protocol):
    """The judge of a filter that works faster on many rows together."""

    def foresee(self, candidates: Sequence[Candidate], readings: Sequence[Reading | None] = (), /) -> Iterator[None]:
        """Get ready for rows that are to come in this order, or fall before; yields signs of life.

        `readings` are what was read of each of them, None where it was not; nothing at all where none was. What is
        foreseen is forgotten at the next call.
        """


class EmbeddingJudge(Protocol):
    """The judge of a filter that compares what rows mean: it is handed their embeddings, in id order."""

    def know(self, seed: Seed, vector: Sequence[float], /) -> None:
        """Take in a seed, which is always kept."""

    def judge(self, candidates: Sequence[Candidate], vectors: Sequence[Sequence[float]], /) -> Sequence[Verdict]:
        """Judge candidates that follow each other, and take each in: several take little longer than one."""


@dataclass(frozen=True, slots=True)
class Filter:
    """One judgement on candidates, by one of `start`, `steps` and `compare`; the last two ask a model.

    `remembers` is true where a verdict depends on the rows before.
    """

    title: str
    summary: str
    source: str
    options: type[Options]
    start: "Callable[[Any, FilterContext], Judge] | None" = None
    steps: "Callable[[Candidate, Any, FilterContext], JudgeSteps] | None" = None
    compare: "Callable[[Any, FilterContext], EmbeddingJudge] | None" = None
    prompts: tuple[Prompt, ...] = ()  # of `steps`
    remembers: bool = False
    judges_lead: bool = False  # it remembers and reads the lead alone: an Offer's verdict holds for what comes of it
    cost: Cost = "text"
    value_title: str = ""  # what `Verdict.value` measures: "similarity to the nearest earlier row"
    cut: str = ""  # the option that is the threshold of `value`, where there is one
    keeps: Literal["at most", "at least"] = "at most"  # the side of the cut that passes; exactly at it passes too
    decide: "Callable[[float, Any], Reason | None] | None" = None
    """Why a value fails under some options, None where it passes; of filters whose verdict follows from the value
    alone, so that another cut decides stored rows without reading them."""
    dropped_as: str = ""  # what a row is that it drops, in two words: "too similar"
    question: str = ""  # of a model judge: what a person is asked who rates rows to calibrate it

    @property
    def asks_model(self) -> bool:
        """Whether it needs a model."""
        return self.start is None


# ── formats ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Head:
    """The start of a file, to tell its format by."""

    name: str  # the file's name
    start: bytes  # up to its first 64 KiB


@dataclass(frozen=True, slots=True)
class Flaw:
    """A row that could not be read, and where it stands: "line 7"."""

    place: str
    why: str


@dataclass(frozen=True, slots=True)
class Incoming:
    """A row as a file gave it."""

    place: str
    row: Row
    name: str = ""  # the id the file gave it
    is_classification: bool | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """The columns of a table-like file and its first rows, as text, for the mapping form."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    mapping: Mapping[str, str]  # field → column, as far as names tell


Reader: TypeAlias = "Callable[[Path, Mapping[str, str]], Iterator[Incoming | Flaw]]"
"""Reads rows one at a time. The mapping is field → column and may be empty. Raises UserError where the file
as a whole cannot be read."""

Writer: TypeAlias = "Callable[[Iterable[Example], Path, Any], int]"
"""Writes to exactly this path (the caller renames it) and returns how many rows it wrote. Raises UserError for a
row this format cannot hold."""


@dataclass(frozen=True, slots=True)
class Format:
    """One file format: what it reads rows from, what it reads a document into, what it writes; one at least."""

    title: str
    summary: str
    extensions: tuple[str, ...]  # the usual one first, with its dot
    options: type[Options]
    kinds: tuple[str, ...]  # kinds of row it can write
    sniff: Callable[[Head], float] | None = None  # how surely a file is of this format, 0 to 1
    read: "Reader | None" = None
    preview: Callable[[Path], Preview] | None = None
    write: "Writer | None" = None
    parts: DocumentReader | None = None  # called in the confined process alone
    rules: type[Options] | None = None  # what `pick` and `parts_by` are told
    pick: "Callable[[Path, Any], Iterator[Incoming | Flaw]] | None" = None  # reads what these rules let through
    parts_by: "Callable[[Path, Any], Iterator[Part]] | None" = None  # likewise as `parts`, of a file without pages


# ── selectors ────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Choice:
    """A row that a selector took, for which split, in which order."""

    id: int
    split: str
    order: int


@dataclass(frozen=True, slots=True)
class Selector:
    """One way to choose, balance or split the dataset."""

    title: str
    summary: str
    options: type[Options]
    select: Callable[[Iterable[Example], Any], Iterator[Choice]]
