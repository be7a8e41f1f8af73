"""The import job: rows of files become seeds or candidates."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from concurrent.futures import wait
from dataclasses import dataclass, field
from pathlib import Path

from desktop.core.catalogue import find, formats
from desktop.core.content import as_instruction
from desktop.core.errors import UserError
from desktop.core.files import unreadable
from desktop.core.i18n import _, listed, ngettext
from desktop.core.options import Options
from desktop.core.progress import Event, Progress, Tick
from desktop.core.records import Candidate, Instruction
from desktop.core.shapes import Flaw, Format, Head, Incoming, Preview, Reader
from desktop.jobs._pace import Pace
from desktop.store.project import Project

_HEAD = 1 << 16
_OFTEN = 0.05  # seconds between two events

_NewSeed = tuple[Instruction, str, bool | None, str]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import brought."""

    added: int
    duplicates: int  # rows left out because the same instruction, input and output is there already
    flaws: tuple[tuple[Path, Flaw], ...]  # rows that could not be read
    repeated_names: tuple[str, ...] = ()  # ids that several tasks of the files bear; the rows are kept


@dataclass(slots=True)
class _Found:
    """What has been read so far."""

    flaws: list[tuple[Path, Flaw]] = field(default_factory=list)
    rows: int = 0
    duplicates: int = 0
    names: dict[str, tuple[Path, str]] = field(default_factory=dict)  # where each name was met first
    repeated: dict[str, None] = field(default_factory=dict)

    def report(self, added: int) -> ImportReport:
        return ImportReport(added, self.duplicates, tuple(self.flaws), tuple(self.repeated))


def read_preview(path: Path, format_id: str | None) -> Preview | None:
    """The columns and first rows of a file; None where its format fixes what the columns mean.

    Raises UserError where the file cannot be read.
    """
    preview = _format_of(path, format_id, {}).preview
    return None if preview is None else preview(path)


def import_seeds(
    project: Project,
    files: Sequence[Path],
    format_id: str | None,
    mapping: Mapping[str, str],
    rules: Options | None = None,
) -> Generator[Event, None, ImportReport]:
    """Add the rows of files as seeds, in one step that can be undone; a file that cannot be read adds nothing.

    A row whose instruction, input and output are those of a seed, or of an earlier row, is left out and counted.
    `rules` are those of the named format.
    """
    readers = _readers(files, format_id, mapping, rules)
    known = {_content(seed.row) for seed in project.seeds.all()}
    found = _Found()
    seeds: list[_NewSeed] = []
    for event in _rows(readers, mapping, found):
        if not isinstance(event, tuple):
            yield event
            continue
        path, incoming = event
        row = as_instruction(incoming.row)
        if row is None:
            found.flaws.append((path, Flaw(incoming.place, _("a conversation that calls tools cannot be a seed"))))
        elif (content := _content(row)) in known:
            found.duplicates += 1
        else:
            known.add(content)
            seeds.append((row, incoming.name, incoming.is_classification, path.name))
    _refuse_nothing(files, found)
    if seeds:
        title = ngettext("Import {n} seed", "Import {n} seeds", len(seeds)).format(n=len(seeds))
        adding = project.user.perform(title, lambda edit: edit.add_seeds(seeds))
        while not wait([adding], timeout=_OFTEN).done:
            yield Tick()
        adding.result()
    return found.report(len(seeds))


def import_candidates(
    project: Project,
    files: Sequence[Path],
    format_id: str | None,
    mapping: Mapping[str, str],
    rules: Options | None = None,
) -> Generator[Event, None, ImportReport]:
    """Add the rows of files as candidates; a file that cannot be read adds nothing. No filter judges them."""
    readers = _readers(files, format_id, mapping, rules)
    found = _Found()
    # Read twice, so that a file that proves broken at its end has added nothing, and memory holds few rows.
    for event in _rows(readers, mapping, found):
        if not isinstance(event, tuple):
            yield event
    _refuse_nothing(files, found)
    total, batch, added = found.rows, [], 0
    for candidate in _candidates(project, readers, mapping):
        if not isinstance(candidate, Candidate):
            yield Tick()  # how far the second reading is tells nobody anything
            continue
        batch.append(candidate)
        if len(batch) == 1000:
            added += len(project.candidates.add(batch))
            batch.clear()
            yield Progress(_("Storing rows"), added, total)
    added += len(project.candidates.add(batch))
    return found.report(added)


def _candidates(
    project: Project, readers: Sequence[tuple[Path, Reader]], mapping: Mapping[str, str]
) -> Iterator[Candidate | Event]:
    family, sibling_of = 0, (Path(), "")
    for event in _rows(readers, mapping, _Found()):
        if not isinstance(event, tuple):
            yield event
            continue
        path, incoming = event
        id = project.candidates.next_id()
        # Rows from the same place are the instances of one task.
        family = family if (path, incoming.place) == sibling_of else id
        sibling_of = (path, incoming.place)
        yield Candidate(id, family, incoming.row, origin=path.name)


def _rows(
    readers: Sequence[tuple[Path, Reader]], mapping: Mapping[str, str], found: _Found
) -> Iterator[tuple[Path, Incoming] | Event]:
    """The rows of all files, with progress between them; what else there is to tell goes to `found`."""
    pace = Pace()
    for path, read in readers:
        what = _("Reading {file}").format(file=path.name)
        yield Progress(what, found.rows)
        for each in read(path, mapping):
            if isinstance(each, Flaw):
                found.flaws.append((path, each))
            else:
                found.rows += 1
                if each.name and found.names.setdefault(each.name, (path, each.place)) != (path, each.place):
                    found.repeated[each.name] = None
                yield path, each
            if pace.is_due(_OFTEN):
                yield Progress(what, found.rows)


def _readers(
    files: Sequence[Path], format_id: str | None, mapping: Mapping[str, str], rules: Options | None
) -> list[tuple[Path, Reader]]:
    found: list[tuple[Path, Reader]] = []
    for path in map(Path, files):
        read = _reader(_format_of(path, format_id, mapping), rules)
        if read is None:
            raise UserError(
                _("The format “{format}” can only be written, not read.").format(format=format_id),
                _("Choose one of: {names}.").format(names=listed(_readable())),
            )
        found.append((path, read))
    return found


def _reader(format: Format, rules: Options | None) -> "Reader | None":
    pick = format.pick
    if rules is None or pick is None or not isinstance(rules, format.rules or Options):
        return format.read
    return lambda path, _mapping: pick(path, rules)


def _format_of(path: Path, format_id: str | None, mapping: Mapping[str, str]) -> Format:
    """The named format, or the one that the file's start and name tell."""
    try:
        with path.open("rb") as file:
            head = Head(path.name, file.read(_HEAD))
    except OSError as error:
        raise unreadable(path, error) from None
    if not head.start:
        raise UserError(_("“{file}” is empty.").format(file=path.name), _("Choose a file that holds rows."))
    if format_id is not None:
        named = find(formats(), format_id)
        if mapping and named.preview is None:
            raise UserError(
                _("The format “{format}” knows its columns, so they cannot be mapped.").format(format=format_id),
                _("Leave the mapping out, or choose the format “json”."),
            )
        return named
    likely = [
        (each.sniff(head), id)
        for id, each in formats().items()
        if each.read is not None and each.sniff is not None and (not mapping or each.preview is not None)
    ]
    surety, id = max(likely, default=(0.0, ""))
    if surety <= 0:
        raise UserError(
            _("“{file}” is in no format that Seedbed reads.").format(file=path.name),
            _("Choose a JSON, JSON Lines, CSV or Excel file."),
        )
    return formats()[id]


def _readable() -> list[str]:
    return [id for id, each in formats().items() if each.read is not None]


def _refuse_nothing(files: Sequence[Path], found: _Found) -> None:
    if not found.rows and not found.flaws:
        names = listed(f"“{Path(file).name}”" for file in files)
        raise UserError(_("There are no rows in {files}.").format(files=names), _("Choose a file that holds rows."))


def _content(row: Instruction) -> tuple[str, str, str | None]:
    return row.instruction, row.input, row.output
