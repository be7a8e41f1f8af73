"""The import job for sources: files are read page by page in the confined process, then cut into passages."""

import hashlib
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import wait
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryFile

from desktop.core import options
from desktop.core.catalogue import formats
from desktop.core.confined import USUAL, Confined, ConfinedLost, Limits
from desktop.core.documents import from_json, placed
from desktop.core.errors import UserError
from desktop.core.files import unreadable
from desktop.core.i18n import N_, _, listed, ngettext
from desktop.core.progress import Event, Progress, Tick
from desktop.core.records import JsonObject, Passage, Source
from desktop.core.shapes import Head
from desktop.core.text import printed
from desktop.jobs._content import Content
from desktop.jobs._pace import Pace
from desktop.jobs._walk import Found, Skipped, walk
from desktop.jobs.cutting import Cutting, cut, estimated
from desktop.jobs.source_rules import Rules, keep_rules
from desktop.jobs.token_count import Tokens
from desktop.store.edit import Edit
from desktop.store.project import Project

SETTING = "cutting"
"""The project's setting that holds the last Cutting."""

_COUNTED = "cutting.by"  # the setting that holds the model whose tokenizer counted
_NO_RULES: Rules = {}
_HEAD = 1 << 16
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_PIECE = 1 << 20
_OFTEN = 0.05  # seconds between two events
_PER_MEGABYTE = 1.0  # seconds more for a larger file, which some formats must read as a whole
_LONGEST = 200_000_000  # characters of a source

_SLOW = N_("reading it takes too long")
_HUGE = N_("reading it takes too much memory")
_DEADLY = N_("the program that reads it breaks down over it")


@dataclass(frozen=True, slots=True)
class SourcesReport:
    """What an import brought."""

    sources: tuple[Source, ...]
    passages: int
    known: tuple[str, ...]  # files that were imported before
    failed: tuple[tuple[str, UserError], ...]  # files that could not be read
    counted_by: str = ""  # the model whose tokenizer said how long passages are; empty: that was estimated


def cutting_of(project: Project) -> Cutting:
    """How this project cuts its sources."""
    stored = project.settings.get(SETTING)
    return options.from_json(Cutting, stored) if isinstance(stored, dict) else Cutting()


def counted_by(project: Project) -> str:
    """The model whose tokenizer last said how long this project's passages are; empty where that was estimated."""
    return str(project.settings.get(_COUNTED) or "")


def import_sources(
    project: Project,
    confined: Confined,
    files: Sequence[Path],
    format_id: str | None = None,
    rules: Rules = _NO_RULES,
    tokens: Tokens | None = None,
) -> Generator[Event, None, SourcesReport]:
    """Add files, and what folders and archives hold, as sources with their passages, file by file.

    `rules` say which rows of a format are taken; with `tokens` passages are as long as a model has it, else that is
    estimated. A file that was imported before is known by its fingerprint and left out; one that cannot be read is
    told with the reason. Close the generator to stop: files that were finished stay.
    """
    work = _Work(project, confined, format_id, rules, tokens)
    for each in walk(files):
        match each:
            case Found():
                yield from work.take(each)
            case Skipped():
                work.failed.append((each.name, each.why))
            case Tick():
                yield each
    name = tokens.name if tokens is not None else ""
    if work.sources:
        project.user.set_up(lambda edit: _keep(edit, rules, name)).result()
    return SourcesReport(tuple(work.sources), work.passages, tuple(work.known), tuple(work.failed), name)


def _keep(edit: Edit, rules: Rules, name: str) -> None:
    keep_rules(edit, rules)
    edit.set_setting(_COUNTED, name)


def cut_again(
    project: Project, sources: Sequence[int], cutting: Cutting, tokens: Tokens | None = None
) -> Generator[Event, None, int]:
    """Cut the prose of sources anew, in one step that can be undone; returns how many passages they have now.

    The settings become the project's own. The text is that which was stored: the files are not needed.
    """
    new: dict[int, list[Passage]] = {}
    for number, id in enumerate(sources):
        yield Progress(_("Cutting passages"), number, len(sources))
        pages = project.sources.pages(id)
        if pages:
            new[id] = []
            if tokens is not None:
                yield from tokens.learn(block.text for page in pages for block in page.blocks)
            for passage in cut(pages, cutting, tokens or estimated):
                new[id].append(passage)
                if len(new[id]) % 50 == 0:
                    yield Tick()

    def change(edit: Edit) -> None:
        edit.set_setting(SETTING, options.to_json(cutting))
        edit.set_setting(_COUNTED, tokens.name if tokens is not None else "")
        for id, passages in new.items():
            edit.replace_passages(id, passages)

    title = ngettext("Cut {n} source again", "Cut {n} sources again", len(new)).format(n=len(new))
    changing = project.user.perform(title, change)
    while not wait([changing], timeout=_OFTEN).done:
        yield Tick()
    changing.result()
    return sum(project.passages.count(source=id, excluded=False) for id in sources)


# ── one file after another ───────────────────────────────────────────────────────────────────────


class _Work:
    def __init__(
        self, project: Project, confined: Confined, format_id: str | None, rules: Rules, tokens: Tokens | None
    ) -> None:
        self.sources: list[Source] = []
        self.passages = 0
        self.known: list[str] = []
        self.failed: list[tuple[str, UserError]] = []
        self._project = project
        self._confined = confined
        self._format = format_id
        self._rules = rules
        self._tokens = tokens
        self._cutting = cutting_of(project)
        self._pace = Pace()

    def take(self, found: Found) -> Iterator[Event]:
        """Read a file and store it; what cannot be read is noted."""
        name = PurePosixPath(found.name).name
        yield self._progress(name, 0, 0)
        try:
            fingerprint = yield from _fingerprint(found.path)
            if (before := self._project.sources.known(fingerprint)) is not None:
                self.known.append(found.name if before.path == found.name else f"{found.name} ({before.path})")
                return
            format_id = self._format or _format_of(found.path, name)
            with TemporaryFile() as entries:
                content = Content(entries)
                yield from self._read(found, name, format_id, content)
                _refuse_nothing(name, format_id, content)
                yield from self._store(found, fingerprint, format_id, content)
        except OSError as error:
            self.failed.append((found.name, unreadable(Path(found.name), error)))
        except UserError as error:
            self.failed.append((found.name, error))

    def _read(self, found: Found, name: str, format_id: str, content: Content) -> Iterator[Event]:
        rules = self._rules.get(format_id)
        chosen = None if rules is None else options.to_json(rules)
        limits = Limits(seconds=USUAL.seconds + _PER_MEGABYTE * found.size / 1e6)
        while True:
            given: JsonObject = {
                "file": str(found.path.absolute()), "format": format_id, "first": content.next, "rules": chosen
            }  # fmt: skip
            try:
                for said in self._confined.run("document", given, limits):
                    if said is None:
                        yield Tick()
                        continue
                    content.take(from_json(said))
                    if content.characters > _LONGEST:
                        raise UserError(
                            _("“{file}” holds more text than one source can.").format(file=name),
                            _("Split it into several files."),
                        )
                    if self._pace.is_due(_OFTEN):
                        yield self._progress(name, content.next - 1 if content.total else content.rows, content.total)
                return
            except ConfinedLost as lost:
                why = {"time": _SLOW, "memory": _HUGE, "died": _DEADLY}[lost.why]
                if not content.total:
                    raise _beyond(name, why) from None
                content.skip(why)
                if content.next > content.total:
                    return
            except ValueError as failure:
                raise _damaged(name) from failure
            except UserError as error:
                raise _named(error, found.path.name, name) from None

    def _store(self, found: Found, fingerprint: str, format_id: str, content: Content) -> Iterator[Event]:
        pages = list(placed(printed.blocks_of(content.pages)))
        passages: list[Passage] = []
        if self._tokens is not None:
            yield from self._tokens.learn(block.text for page in pages for block in page.blocks)
            yield from self._tokens.learn(content.long_rows())
        count = self._tokens or estimated
        for passage in cut(pages, self._cutting, count):
            passages.append(passage)
            if self._pace.is_due(_OFTEN):
                yield Tick()
        if not passages and not content.rows:
            raise _textless(PurePosixPath(found.name).name, content)
        source = Source(0, found.name, fingerprint, format_id, content.total, content.told())
        stored = 0
        what = _("Storing {file}").format(file=PurePosixPath(found.name).name)
        for stored in self._project.sources.store(source, pages, passages or content.passages(self._cutting, count)):
            yield Progress(what, stored, len(passages) or content.rows)
        self.sources.append(source)
        self.passages += stored

    def _progress(self, name: str, done: int, total: int) -> Progress:
        rate = self._pace.rows_per_minute(done) if total else None
        left = 60 * (total - done) / rate if rate else None
        counts = {"sources": len(self.sources), "passages": self.passages}
        return Progress(_("Reading {file}").format(file=name), done, total or None, seconds_left=left, counts=counts)


def _fingerprint(path: Path) -> Generator[Event, None, str]:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
            yield Tick()
    return digest.hexdigest()


def _format_of(path: Path, name: str) -> str:
    with path.open("rb") as file:
        head = Head(name, file.read(_HEAD))
    if not head.start:
        raise UserError(_("“{file}” is empty.").format(file=name), _("Choose a file that holds text."))
    likely = [
        (each.sniff(head), id) for id, each in formats().items() if each.parts is not None and each.sniff is not None
    ]
    surety, id = max(likely, default=(0.0, ""))
    if surety <= 0 and head.start.startswith(_OLD_OFFICE):
        raise UserError(
            _("“{file}” is in a format of Office before 2007.").format(file=name),
            _("Open it and save it as .docx, .pptx or .xlsx."),
        )
    if surety <= 0:
        raise UserError(
            _("“{file}” is in no format that Seedbed reads.").format(file=name),
            _("Save it as one of: {names}.").format(names=listed(_readable())),
        )
    return id


def _readable() -> list[str]:
    return [_(each.title) for each in formats().values() if each.parts is not None]


def _refuse_nothing(name: str, format_id: str, content: Content) -> None:
    if content.rows or content.characters:
        return
    if content.unread and formats()[format_id].parts_by is not None:
        raise UserError(
            _("The rules let nothing of “{file}” through: {why}.").format(file=name, why=content.unread[0].why),
            _("Loosen them, then import it again."),
        )
    raise _textless(name, content)


def _textless(name: str, content: Content) -> UserError:
    why = f" ({content.unread[0].place}: {content.unread[0].why})" if content.unread else ""
    scanned = _("Where it is scanned, have its letters recognised (OCR) first.")
    return UserError(
        _("There is no text in “{file}”{why}.").format(file=name, why=why),
        scanned if content.total else _("Choose a file that holds text."),
    )


def _damaged(name: str) -> UserError:
    return UserError(
        _("“{file}” is damaged, or not of the kind that its name says.").format(file=name),
        _("Open it in the program that made it and save it again."),
    )


def _beyond(name: str, why: str) -> UserError:
    return UserError(
        _("“{file}” cannot be read: {why}.").format(file=name, why=_(why)),
        _("Open it in the program that made it and save it again, perhaps in parts."),
    )


def _named(error: UserError, on_disk: str, name: str) -> UserError:
    """The refusal of a file out of an archive, by the name that a person knows."""
    return error if on_disk == name else UserError(error.what.replace(on_disk, name), error.remedy)
