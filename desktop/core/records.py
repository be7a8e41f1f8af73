"""The nouns of Seedbed: one frozen dataclass for each stage of the flow, from source to export.

A *row* is content (what a trainer will read); a *candidate* is a row that a run or an import brought
into the project. Ids are positive integers, unique within their kind; times are seconds since 1970, UTC.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal, TypeAlias

from desktop.core.i18n import _, listed

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"
JsonObject: TypeAlias = Mapping[str, Json]

Role = Literal["system", "user", "assistant", "tool_call", "tool_result"]
Kind = Literal["instruction", "conversation", "preference", "feedback", "text"]


# ── content ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Content:
    """What every kind of row carries beside its own fields."""

    task_type: str = ""  # a word of the project's own: "summary", "classification"; empty: unknown
    language: str = ""  # ISO 639-1 code; empty: unknown
    extra: JsonObject = field(default_factory=dict)  # imported: unknown columns, written back; generated: a record


@dataclass(frozen=True, slots=True)
class Instruction(_Content):
    """An instruction with its answer. `output` None means unanswered, which is not empty."""

    instruction: str
    input: str = ""
    output: str | None = None
    system: str = ""
    history: tuple[tuple[str, str], ...] = ()  # earlier (instruction, output) pairs, oldest first


@dataclass(frozen=True, slots=True)
class Conversation(_Content):
    """Several turns, with an optional system text and tools (each a JSON schema object)."""

    messages: tuple[Message, ...]
    system: str = ""
    tools: tuple[JsonObject, ...] = ()


@dataclass(frozen=True, slots=True)
class Preference(_Content):
    """Two answers to one prompt, of which one was preferred."""

    prompt: str | tuple[Message, ...]
    chosen: str
    rejected: str
    probability: float | None = None  # that `chosen` is the better one, 0 to 1
    margin: float | None = None


@dataclass(frozen=True, slots=True)
class Feedback(_Content):
    """One answer with a judgement of it. `label` None means not judged."""

    prompt: str | tuple[Message, ...]
    completion: str
    label: bool | None = None
    score: float | None = None
    critique: str = ""


@dataclass(frozen=True, slots=True)
class Text(_Content):
    """Plain text, for continued pre-training."""

    text: str


Row: TypeAlias = Instruction | Conversation | Preference | Feedback | Text


# ── what comes in ────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Unread:
    """A part of a source that could not be read, and why."""

    place: str  # "page 7", "chapter2.xhtml"
    why: "Reason"


@dataclass(frozen=True, slots=True)
class Source:
    """A file the user brought to make rows from."""

    id: int
    path: str  # where it lay; of a file in an archive or folder, with its way in there
    fingerprint: str  # SHA-256 of the file, in hex
    format: str
    pages: int = 0  # 0: it has none
    unread: tuple[Unread, ...] = ()
    imported: float = 0.0


PassageForm = Literal["prose", "record", "function"]


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a source.

    Prose has its headings and its offsets in the source's text; a record is one row of a table, its `text` the row
    put into words; a function is one entry of an API, its `columns` the JSON schema object of the function.
    """

    id: int
    source: int
    text: str
    form: PassageForm = "prose"
    page: int | None = None  # from 1
    first: int = 0  # offsets in the source's text, in characters: [first, last)
    last: int = 0
    heading: str = ""  # the headings it stands under, "Part 2 › Fees"
    columns: JsonObject = field(default_factory=dict)
    excluded: bool = False
    aside: str = ""  # why it came excluded: "running" (a header or footer), "contents"


@dataclass(frozen=True, slots=True)
class Seed:
    """An example the user wrote or imported."""

    id: int
    row: Instruction
    name: str = ""  # the id or name that an imported file gave it
    is_classification: bool | None = None  # None: not said
    origin: str = ""  # the file it came from; empty: written here


@dataclass(frozen=True, slots=True)
class Ref:
    """Points at a seed, passage or candidate of this project."""

    stage: Literal["seed", "passage", "candidate"]
    id: int


# ── generation ───────────────────────────────────────────────────────────────────────────────────

RunState = Literal["running", "paused", "stopped", "finished"]
ItemState = Literal["waiting", "done", "failed"]


@dataclass(frozen=True, slots=True)
class Run:
    """One use of one method."""

    id: int
    method: str
    options: JsonObject
    target: int  # passing rows wanted
    random_seed: int
    language: str
    model: str  # the model's name
    fingerprint: str  # SHA-256 of the model file, in hex; empty where an endpoint hides it
    prompts_hash: str  # SHA-256 of the prompts as used
    sampling: JsonObject  # what the run sets beside the method's published sampling; usually empty
    state: RunState
    note: str  # why it ended, in words; empty while it goes on
    created: float
    ended: float | None = None
    starts_from: str = ""  # the rows it was given, as a person names them: "run:3", "stage:accepted"; empty: the usual


@dataclass(frozen=True, slots=True)
class Item:
    """One unit of a run's work, written before it starts."""

    ordinal: int  # from 0, within its run
    random_seed: int
    inputs: tuple[Ref, ...] = ()  # what it was given, for provenance
    data: JsonObject = field(default_factory=dict)  # what its method needs to do it again alike
    id: int = 0  # 0 until stored
    state: ItemState = "waiting"
    note: str = ""  # why it failed


@dataclass(frozen=True, slots=True)
class Attempt:
    """One reply inside an item, also an unusable one."""

    item: int
    step: str
    sample: int  # from 0, within its ask
    asked: str  # SHA-256 of prompt and sampling: what a resumed item is matched by
    prompt: str
    reply: str
    finish: str  # stop, length, lost
    random_seed: int
    prompt_tokens: int
    reply_tokens: int
    seconds: float
    id: int = 0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row of the project: what an item yielded, or what was imported.

    `family` is shared by siblings: the instances of one instruction, and what was made from one row. It is the id of
    the first of them; of what was made from a seed, the seed's id below zero.
    """

    id: int
    family: int
    row: Row
    run: int | None = None
    item: int | None = None
    parents: tuple[Ref, ...] = ()
    origin: str = ""  # the file an imported one came from


# ── judgement ────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Reason:
    """A sentence that can be stored and still be shown in any language: a marked message and its figures."""

    message: str  # marked with N_, with {names} of values
    values: Mapping[str, str | int | float | tuple[str, ...]] = field(default_factory=dict)
    """A text is quoted as it stands; the words of a tuple, marked with N_, are listed in the reader's language."""

    def __str__(self) -> str:
        shown = {name: listed(map(_, each)) if isinstance(each, tuple) else each for name, each in self.values.items()}
        return _(self.message).format(**shown)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one field of a row, in characters: [start, end)."""

    field: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Twin:
    """An earlier row that one is like. `value` is similarity: 0 to 1, high is alike."""

    ref: Ref
    text: str
    value: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a verdict rests on."""

    spans: tuple[Span, ...] = ()
    twins: tuple[Twin, ...] = ()  # the most alike first


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike a candidate and an earlier row are; stored at or above 0.5 for order-dependent filters."""

    twin: Ref
    value: float


@dataclass(frozen=True, slots=True)
class AskedModel:
    """The model that a verdict is of, and what it was asked."""

    model: str  # the model's name
    fingerprint: str  # SHA-256 of the model file, in hex; empty where an endpoint hides it
    asked: str  # SHA-256, in hex, of the options and prompts that the verdict hangs on


@dataclass(frozen=True, slots=True)
class Verdict:
    """One filter's judgement of one candidate. It marks, it never deletes."""

    passed: bool
    value: float | None = None
    reason: Reason | None = None  # None where it passed
    evidence: Evidence = Evidence()
    fix: Row | None = None  # the row as the filter would have it
    likenesses: tuple[Likeness, ...] = ()
    average: float | None = None  # mean similarity to the whole pool, where the filter measures it
    by: AskedModel | None = None  # the model that judged; None: a rule


@lru_cache(maxsize=4096)  # zeros and small counts, mostly
def passing(value: float | None = None) -> Verdict:
    """A verdict that passes and says its value alone, as most do."""
    return Verdict(True, value)


# ── the person ───────────────────────────────────────────────────────────────────────────────────

Decision = Literal["accepted", "rejected", "flagged"]


@dataclass(frozen=True, slots=True)
class Review:
    """What the user decided or changed about a candidate. `decision` None: edited, not decided."""

    candidate: int
    decision: Decision | None
    row: Row | None = None  # the edited row; None: as the model wrote it
    by: str = ""  # the filter whose fix it is; empty: the person's own
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class ChainLink:
    """One filter of the project's chain, with its options."""

    filter: str
    enabled: bool
    options: JsonObject


# ── what leaves ──────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Example:
    """A row of the dataset as it leaves: the effective content and where it comes from."""

    id: int  # the candidate's
    row: Row
    provenance: JsonObject
    split: str = ""


@dataclass(frozen=True, slots=True)
class Export:
    """A file that left."""

    id: int
    format: str
    path: str
    rows: int
    unreviewed: bool
    created: float
