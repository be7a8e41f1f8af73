"""Export: what leaves, in which format, and the first rows exactly as they will be written."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QStandardPaths, QTimer, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPlainTextEdit, QScrollArea, QVBoxLayout, QWidget

from desktop.core import options
from desktop.core.catalogue import formats
from desktop.core.errors import UserError
from desktop.core.i18n import N_, _, ngettext, sentences
from desktop.core.options import About, Options, option
from desktop.core.progress import Progress
from desktop.core.records import Export
from desktop.jobs.exporting import ExportReport, ExportRequest, export, preview
from desktop.ui import figures
from desktop.ui.session import Session
from desktop.ui.widgets import buttons, card_row
from desktop.ui.widgets.badge import Badge
from desktop.ui.widgets.bar import Bar
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.card_row import CardRow
from desktop.ui.widgets.empty import EmptyState
from desktop.ui.widgets.field import Choice
from desktop.ui.widgets.form import OptionsForm
from desktop.ui.widgets.label import label, titled
from desktop.ui.widgets.page import Page

if TYPE_CHECKING:
    from desktop.store.project import Project

_CHOICES_WIDTH = 300
_PREVIEWED = 20  # rows
_EARLIER = 4  # exports that are listed
_SHOWN = 4_000  # characters of a row that the preview shows
_SETTLES = 250  # milliseconds after a change of the choices


@dataclass(frozen=True)
class Leaving(Options):
    """Which rows leave, and in how many files."""

    unreviewed: bool = option(
        False,
        About(
            N_("Also rows nobody has reviewed"),
            N_("Rows that pass the filters and wait for your decision leave too; the card beside the file says so."),
        ),
    )
    test_share: int = option(
        0,
        About(
            N_("Kept back for testing"),
            N_("This share goes to a file of its own. Rows that answer one instruction stay together. 0: one file."),
            minimum=0,
            maximum=50,
            step=5,
            unit="%",
        ),
    )


@dataclass(frozen=True, slots=True)
class _Look:
    """What the page shows of a choice."""

    rows: int
    waiting: int  # passing rows that nobody has reviewed
    lines: tuple[str, ...]
    earlier: tuple[Export, ...]


class ExportPage(Page):
    """The choices at the left, the first rows and the files that left at the right."""

    ID, TITLE, ICON = "export", N_("Export"), "export"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._folder = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
        self._writers = {id: each for id, each in formats().items() if each.write is not None}
        self.cancel_button = buttons.plain(_("Cancel"))
        self.save_button = buttons.primary(_("Save the file…"))
        self.action_row.addWidget(self.cancel_button)
        self.action_row.addWidget(self.save_button)
        self.cancel_button.clicked.connect(self._on_cancel_clicked)
        self.save_button.clicked.connect(self._on_save_clicked)
        self._settle = QTimer(self, singleShot=True, interval=_SETTLES)
        self._settle.timeout.connect(self.refresh)
        across = QHBoxLayout()
        across.setSpacing(14)
        across.addWidget(self._build_choices())
        right = QVBoxLayout()
        right.setSpacing(14)
        right.addWidget(self._build_preview(), 1)
        right.addWidget(self._build_earlier())
        across.addLayout(right, 1)
        self.bar = Bar(_("How far the export is"))
        self.body.addWidget(self.bar)
        self.body.addLayout(across, 1)
        session.job_changed.connect(self._show_working)
        self._show_working()

    def refresh(self) -> None:
        """Count what would leave and show its first rows."""
        if self.session.project is None:
            self._show_nothing(N_("Open a project on the Home page; its finished dataset leaves from here."), "home")
            return
        self.session.read(partial(_look, request=self._request(Path("dataset"))), self._show, failed=self._show_trouble)

    # ── building ─────────────────────────────────────────────────────────────────────────────────

    def _build_choices(self) -> QWidget:
        card = Card(_("What leaves"))
        self.format_box = Choice()
        for id, each in self._writers.items():
            self.format_box.addItem(_(each.title), id)
        self.format_box.activated.connect(self._on_format_chosen)
        self.leaving_form = OptionsForm(Leaving)
        self.leaving_form.changed.connect(self._settle.start)
        self._summary = label("", "muted", wrap=True)
        self._format_options = QVBoxLayout()
        column = QVBoxLayout()
        column.setSpacing(12)
        column.addWidget(titled(_("Format"), self.format_box))
        column.addWidget(self._summary)
        column.addLayout(self._format_options)
        column.addWidget(self.leaving_form)
        column.addStretch(1)
        note = _("Beside the file: a dataset card, and one line for each row that says where it comes from.")
        column.addWidget(label(note, "muted", wrap=True))
        inside = QWidget()
        inside.setLayout(column)
        column.setContentsMargins(0, 0, 0, 0)
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        card.body.addWidget(area)
        card.setFixedWidth(_CHOICES_WIDTH)
        self._on_format_chosen()
        return card

    def _build_preview(self) -> QWidget:
        self.preview_card = Card(_("The first rows, exactly as they will be written"), ruled=True, padded=False)
        self.rows_badge = Badge("", "pass")
        self.preview_card.header.addWidget(self.rows_badge)
        self.preview = QPlainTextEdit()
        self.preview.setReadOnly(True)
        self.preview.setProperty("role", "raw")
        self.preview.setProperty("flat", True)
        self.preview.setTabChangesFocus(True)
        self.preview.setAccessibleName(_("The first rows, exactly as they will be written"))
        self.preview.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.preview.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.preview_card.body.setContentsMargins(8, 8, 8, 8)
        self.preview_card.body.addWidget(self.preview)
        return self.preview_card

    def _build_earlier(self) -> QWidget:
        self.earlier_card = Card(_("Files that left"), ruled=True, padded=False)
        return self.earlier_card

    # ── showing ──────────────────────────────────────────────────────────────────────────────────

    def _show(self, look: _Look) -> None:
        if not look.rows and not look.waiting and not look.earlier:
            self._show_nothing(
                N_("Rows leave from here once you have kept them in Review. None has come so far."), "generate"
            )
            return
        self.show_body()
        rows = ngettext("{n} row", "{n} rows", look.rows).format(n=figures.number(look.rows))
        self.rows_badge.show_as(rows, "pass" if look.rows else "plain")
        self.preview.setPlainText("\n\n".join(_shortened(line) for line in look.lines))
        if not look.rows:
            self.set_line(_("You have not kept a row yet. Review them, or let unreviewed rows leave too."))
        elif look.waiting and not self._leaving().unreviewed:
            self.set_line(
                _("{rows} leave; {n} that pass wait for your decision and stay here.").format(
                    rows=rows, n=figures.number(look.waiting)
                )
            )
        else:
            self.set_line(_("{rows} leave. Nothing else of the project does.").format(rows=rows))
        self.save_button.setEnabled(look.rows > 0 and "export" not in self.session.jobs)
        if look.earlier:
            self._folder = Path(look.earlier[0].path).parent
        self._show_earlier(look.earlier)

    def _show_earlier(self, earlier: tuple[Export, ...]) -> None:
        rows = []
        for each in earlier:
            path = Path(each.path)
            row = CardRow(path.name, str(path.parent), role="body")
            said = ngettext("{n} row", "{n} rows", each.rows).format(n=figures.number(each.rows))
            row.trailing.addWidget(label(f"{said} · {figures.moment(each.created)}", "label"))
            show = buttons.small(_("Open the folder"))
            show.setAccessibleDescription(each.path)
            show.clicked.connect(partial(self._open_folder, path.parent))
            row.trailing.addWidget(show)
            rows.append(row)
        card_row.fill(self.earlier_card, rows or [CardRow(_("Nothing has left this project yet."), role="muted")])

    def _show_nothing(self, text: str, page: str) -> None:
        self.set_line("")
        self.save_button.setEnabled(False)
        go = buttons.primary(_("Go to Home") if page == "home" else _("Go to Generate"))
        go.clicked.connect(partial(self.went.emit, page))
        self.show_empty(EmptyState("export", _("Nothing to export yet"), _(text), go))

    def _show_trouble(self, error: UserError) -> None:
        self.show_body()
        self.save_button.setEnabled(False)
        self.preview.setPlainText(str(error))

    @Slot()
    def _show_working(self) -> None:
        working = "export" in self.session.jobs
        self.bar.setVisible(working)
        self.cancel_button.setVisible(working)
        if working:
            self.save_button.setEnabled(False)

    # ── doing ────────────────────────────────────────────────────────────────────────────────────

    def save_to(self, path: Path) -> None:
        """Write the dataset to `path`."""
        project = self.session.project
        if project is None:
            return
        try:
            job = self.session.start_job("export", partial(export, project, self._request(path)))
        except UserError as error:
            self.session.failed.emit(error)
            return
        self.bar.set_part(None)
        job.progressed.connect(self._on_progressed)
        job.finished_with.connect(self._on_exported)
        job.finished.connect(self.refresh)

    @Slot()
    def _on_save_clicked(self) -> None:
        format = self._writers[self._format()]
        project = self.session.project
        name = (project.path.stem if project else "dataset") + format.extensions[0]
        endings = " ".join(f"*{each}" for each in format.extensions)
        kinds = ";;".join((f"{_(format.title)} ({endings})", _("All files (*)")))
        chosen, _kind = QFileDialog.getSaveFileName(self, _("Save the dataset"), str(self._folder / name), kinds)
        if chosen:
            self.save_to(Path(chosen))

    @Slot()
    def _on_cancel_clicked(self) -> None:
        if job := self.session.jobs.get("export"):
            job.stop()

    @Slot(object)
    def _on_progressed(self, progress: Progress) -> None:
        self.set_line(progress.what)
        self.bar.set_part(progress.done / progress.total if progress.total else None)

    @Slot(object)
    def _on_exported(self, report: ExportReport) -> None:
        said = ngettext("{n} row written to {file}.", "{n} rows written to {file}.", report.rows)
        words = [said.format(n=figures.number(report.rows), file=report.files[0].name)]
        for why, count in report.left_out.items():
            left = ngettext("{n} row stayed: {why}.", "{n} rows stayed: {why}.", count)
            words.append(left.format(n=figures.number(count), why=why))
        self.session.noticed.emit(sentences(*words), False)

    @Slot()
    def _on_format_chosen(self) -> None:
        format = self._writers[self._format()]
        self._summary.setText(_(format.summary))
        while (item := self._format_options.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self.format_form = OptionsForm(format.options)
        self.format_form.changed.connect(self._settle.start)
        self._format_options.addWidget(self.format_form)
        self.format_form.setVisible(bool(options.fields(format.options)))
        self._settle.start()

    def _open_folder(self, folder: Path) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    # ── the choices ──────────────────────────────────────────────────────────────────────────────

    def _format(self) -> str:
        return str(self.format_box.currentData())

    def _leaving(self) -> Leaving:
        return cast(Leaving, self.leaving_form.value())

    def _request(self, path: Path) -> ExportRequest:
        leaving = self._leaving()
        share = leaving.test_share / 100
        return ExportRequest(
            self._format(),
            path,
            options.to_json(self.format_form.value()),
            leaving.unreviewed,
            {"train": 1 - share, "test": share} if share else {},
        )


def _look(project: "Project", request: ExportRequest) -> _Look:
    rows = project.dataset.count(request.unreviewed)
    return _Look(
        rows,
        project.counts().unreviewed,
        preview(project, request, _PREVIEWED) if rows else (),
        tuple(reversed(project.exports.all()[-_EARLIER:])),
    )


def _shortened(line: str) -> str:
    """Enough of a row to be read here; the file has all of it."""
    return line if len(line) <= _SHOWN else line[:_SHOWN] + "…"
