"""The export job: the dataset leaves as a file, with its provenance and its card beside it."""

import csv
import json
import threading
from collections import Counter
from collections.abc import Generator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from itertools import compress, islice
from pathlib import Path
from tempfile import TemporaryDirectory

from desktop import __version__
from desktop.core import options
from desktop.core.catalogue import find, formats
from desktop.core.content import kind_of
from desktop.core.errors import UserError
from desktop.core.files import unwritable, written_whole
from desktop.core.i18n import N_, _, listed
from desktop.core.options import Options
from desktop.core.progress import Event, Progress
from desktop.core.records import Example, Instruction, Json, JsonObject
from desktop.core.shapes import Format
from desktop.jobs import card
from desktop.jobs._pace import Pace
from desktop.jobs._spool import Spool
from desktop.jobs.splits import assign, shares
from desktop.store.project import Project

_OFTEN = 0.05  # seconds between two events
_PREVIEWED = 1000  # rows that decide which columns the preview shows
_KINDS = {
    "instruction": N_("an instruction"),
    "conversation": N_("a conversation"),
    "preference": N_("a preference"),
    "feedback": N_("a judged answer"),
    "text": N_("a plain text"),
}


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What is to leave, and how."""

    format: str
    path: Path
    options: JsonObject = field(default_factory=dict)
    unreviewed: bool = False  # also passing rows that nobody has reviewed
    splits: Mapping[str, float] = field(default_factory=dict)  # name → share; empty: one file


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What left."""

    rows: int
    files: tuple[Path, ...]  # the dataset's first, then provenance, then the card
    left_out: Mapping[str, int]  # why → rows, of the dataset's rows that this format cannot hold
    unreviewed: int = 0  # of the rows, those that nobody has accepted


def export(project: Project, request: ExportRequest) -> Generator[Event, None, ExportReport]:
    """Write the dataset; all files get their names together, or none is written.

    Raises UserError where there is nothing to write, or the folder cannot be written to.
    """
    format, chosen, path = _checked(request)
    wanted = shares(request.splits)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with Spool(path.parent) as spool:
            report = yield from _exported(project, request, format, chosen, path, wanted, spool)
    except OSError as error:
        raise unwritable(path, error) from None
    project.exports.add(request.format, path, report.rows, request.unreviewed)
    return report


def preview(project: Project, request: ExportRequest, limit: int) -> tuple[str, ...]:
    """The first rows as they will be written, with the lines that open the file.

    Columns that first appear after row 1,000 are not shown.
    """
    format, chosen, path = _checked(request)
    rows = project.dataset.rows(request.unreviewed, _PREVIEWED)
    held = [example for example in rows if not _why_not(format, example)]
    if not held or format.write is None:
        return ()
    with TemporaryDirectory() as folder:
        file = Path(folder) / f"preview{path.suffix}"
        format.write(held, file, chosen)
        return tuple(_records(file, format.extensions[0] == ".csv", limit))


# ── what leaves ──────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Part:
    """One dataset file: all rows, or those of one split."""

    name: str
    path: Path
    provenance: Path
    members: Sequence[bool]  # of the rows set aside, which are in it

    @property
    def count(self) -> int:
        return sum(self.members)


class _Walk:
    """The rows of a part, as often as a writer walks through them; ends at once when cancelled."""

    def __init__(self, spool: Spool, part: _Part) -> None:
        self.done = 0
        self.cancelled = threading.Event()
        self._spool = spool
        self._part = part

    def __iter__(self) -> Iterator[Example]:
        self.done = 0
        for example in compress(self._spool.examples(), self._part.members):
            if self.cancelled.is_set():
                raise InterruptedError
            yield example
            self.done += 1


def _exported(
    project: Project,
    request: ExportRequest,
    format: Format,
    chosen: Options,
    path: Path,
    wanted: Mapping[str, float],
    spool: Spool,
) -> Generator[Event, None, ExportReport]:
    left_out: Counter[str] = Counter()
    facts = card.Facts()
    families = yield from _gathered(project, request, format, spool, facts, left_out)
    if not facts.rows:
        raise _nothing(project, request, left_out)
    parts = _parts(path, families, wanted)
    files = [part.path for part in parts] + [part.provenance for part in parts] + [_beside(path, ".card.md")]
    with written_whole(files) as waiting:
        named = {part.name: (part.path.name, part.count) for part in parts}
        described = card.write(project.title, __version__, facts, project.chain.links(), named)
        waiting[-1].write_text(described, encoding="utf-8")
        for part, dataset, provenance in zip(parts, waiting, waiting[len(parts) :], strict=False):
            yield from _written(part, spool, format, chosen, dataset, provenance)
    return ExportReport(facts.rows, tuple(files), dict(left_out), facts.unreviewed)


def _gathered(
    project: Project, request: ExportRequest, format: Format, spool: Spool, facts: card.Facts, left_out: Counter[str]
) -> Generator[Event, None, list[int]]:
    """Set aside and count every row that the format holds; returns their families."""
    what, total = _("Reading the dataset"), project.dataset.count(request.unreviewed)
    families: list[int] = []
    pace = Pace()
    yield Progress(what, 0, total)
    for number, example in enumerate(project.dataset.rows(request.unreviewed), 1):
        if why := _why_not(format, example):
            left_out[why] += 1
        else:
            spool.put(example)
            facts.count(example)
            families.append(int(str(example.provenance.get("family", example.id))))
        if pace.is_due(_OFTEN):
            yield Progress(what, number, total)
    return families


def _why_not(format: Format, example: Example) -> str:
    """Why the format cannot hold this row; empty where it can."""
    kind = kind_of(example.row)
    if kind not in format.kinds:
        return _("{kind} does not fit the format {format}").format(kind=_(_KINDS[kind]), format=_(format.title))
    if isinstance(example.row, Instruction) and example.row.output is None:
        return _("no answer")
    return ""


def _parts(path: Path, families: Sequence[int], wanted: Mapping[str, float]) -> list[_Part]:
    if not wanted:
        return [_Part("train", path, _beside(path, ".provenance.jsonl"), [True] * len(families))]
    splits = assign(families, wanted)
    if len(set(splits)) < len(wanted):
        raise UserError(
            _("There are too few rows to make {n} parts of them.").format(n=len(wanted)),
            _("Export fewer parts, or make more rows first."),
        )
    return [
        _Part(
            name,
            _beside(path, f".{name}{path.suffix}"),
            _beside(path, f".{name}.provenance.jsonl"),
            [split == name for split in splits],
        )
        for name in wanted
    ]


def _written(
    part: _Part, spool: Spool, format: Format, chosen: Options, dataset: Path, provenance: Path
) -> Generator[Event, None, None]:
    """Write a part and its provenance, in a thread, so that this one can tell how far it is."""
    write = format.write
    assert write is not None  # _checked has seen to it
    walk = _Walk(spool, part)

    def work() -> None:
        write(walk, dataset, chosen)
        with provenance.open("wb") as file:
            for number, example in enumerate(walk, 1):
                file.write(
                    json.dumps(_origin(number, example), ensure_ascii=False, default=dict).encode("utf-8", "replace")
                    + b"\n"
                )

    what = _("Writing {file}").format(file=part.path.name)
    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(work)
        try:
            while not wait([writing], timeout=_OFTEN).done:
                yield Progress(what, walk.done, part.count)
        finally:
            walk.cancelled.set()
        writing.result()


def _origin(number: int, example: Example) -> dict[str, Json]:
    """A line of the provenance: which row of the dataset file it is about, and where that comes from."""
    row = example.row
    return {"row": number, "task_type": row.task_type, "language": row.language, **example.provenance}


# ── where it goes ────────────────────────────────────────────────────────────────────────────────


def _checked(request: ExportRequest) -> tuple[Format, Options, Path]:
    format = find(formats(), request.format)
    if format.write is None:
        names = listed(id for id, each in formats().items() if each.write is not None)
        raise UserError(
            _("The format “{format}” can only be read, not written.").format(format=request.format),
            _("Choose one of: {names}.").format(names=names),
        )
    path = Path(request.path)
    if path.is_dir():
        raise UserError(
            _("“{file}” is a folder.").format(file=path),
            _("Name the file to write, such as “{file}”.").format(file=path / f"dataset{format.extensions[0]}"),
        )
    if path.suffix == ".seedbed":
        raise UserError(
            _("“{file}” is the name of a project.").format(file=path),
            _("Choose another ending, such as “{extension}”.").format(extension=format.extensions[0]),
        )
    if not path.suffix:
        path = path.with_name(path.name + format.extensions[0])
    return format, options.from_json(format.options, request.options), path


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.stem + ending)


def _nothing(project: Project, request: ExportRequest, left_out: Mapping[str, int]) -> UserError:
    if left_out:
        return UserError(
            _("None of the {n} rows can be written: {reasons}.").format(
                n=sum(left_out.values()), reasons=listed(left_out)
            ),
            _("Choose another format."),
        )
    if not request.unreviewed and project.dataset.count(unreviewed=True):
        return UserError(
            _("No row has been accepted yet."),
            _(
                "Accept rows in Review, or let rows that nobody has reviewed leave too;"
                " on the command line: --unreviewed"
            ),
        )
    return UserError(
        _("There are no rows to export."), _("Generate or import rows first, and let them pass the filters.")
    )


# ── the preview ──────────────────────────────────────────────────────────────────────────────────


def _records(file: Path, table: bool, limit: int) -> Iterator[str]:
    """The first rows of a written file; of a table a row may take several lines."""
    with file.open(encoding="utf-8-sig", newline="") as text:
        if not table:
            opening = 1 if text.read(1) == "[" else 0
            text.seek(0)
            yield from (line.rstrip("\r\n") for line in islice(text, limit + opening))
            return
        taken: list[str] = []

        def lines() -> Iterator[str]:
            for line in text:
                taken.append(line)
                yield line

        for _cells in islice(csv.reader(lines()), limit + 1):
            yield "".join(taken).rstrip("\r\n")
            taken.clear()
