"""One model in plain words: what it is, whether it will do, how fast it is, and what can be done with it."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from desktop.core.i18n import _, ngettext
from desktop.ui import figures
from desktop.ui.models.model_files import badge_of
from desktop.ui.widgets import buttons
from desktop.ui.widgets.badge import Badge
from desktop.ui.widgets.bar import Bar
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.flow import Flow
from desktop.ui.widgets.label import ElidedLabel, label, rule

if TYPE_CHECKING:
    from desktop.core.progress import Progress
    from desktop.engine.shelf import ModelFile

_LONG_WORD = 18  # characters after which a word may be broken
_BREAK = "\u200b"


class ModelCard(Card):
    """Shows a ModelFile; what a person wants of it comes as a signal without a value."""

    use_wanted = Signal()
    test_wanted = Signal()
    stop_wanted = Signal()
    check_wanted = Signal()
    copy_wanted = Signal()
    folder_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.name_label = ElidedLabel("", "heading", Qt.TextElideMode.ElideMiddle)
        self.badge, self.use_badge = Badge(), Badge(_("in use"), "info")
        self.words_label = label("", "muted", wrap=True)
        self.pace_label = label("", wrap=True)
        self.use_button = buttons.small(_("Use this model"))
        self.test_button = buttons.small(_("Test the speed"))
        self.check_button = buttons.small(_("Check the file"))
        self.copy_button = buttons.small(_("Copy the path"))
        self.folder_button = buttons.small(_("Show in its folder"))
        self.stop_button = buttons.small(_("Stop"))
        self.bar = Bar(_("Speed test"))
        self.test_label = label("", "muted", wrap=True)
        self._facts = QGridLayout()
        self._lay_out()
        for button, signal in (
            (self.use_button, self.use_wanted),
            (self.test_button, self.test_wanted),
            (self.stop_button, self.stop_wanted),
            (self.check_button, self.check_wanted),
            (self.copy_button, self.copy_wanted),
            (self.folder_button, self.folder_wanted),
        ):
            button.clicked.connect(signal)
        self.show_test(None, "")

    def show_model(self, model: "ModelFile", pace: str, *, used: bool) -> None:
        """Show another model, or the same one anew."""
        self.name_label.setText(model.name)
        self.badge.show_as(*badge_of(model))
        self.use_badge.setVisible(used)
        self.words_label.setText(breakable(model.words))
        self.pace_label.setText(pace)
        self.pace_label.setVisible(bool(pace))
        will_do = model.nature == "text" and model.verdict in ("fits", "slow")
        self.use_button.setVisible(model.nature == "text" and model.verdict != "unusable" and not used)
        self.use_button.setEnabled(will_do)
        self.test_button.setVisible(will_do)
        for button in (self.use_button, self.test_button, self.check_button, self.copy_button, self.folder_button):
            button.setAccessibleDescription(model.name)
        self._show_facts(facts_of(model))

    def show_test(
        self, progress: "Progress | None", said: str, *, running: bool = False, may_start: bool = True
    ) -> None:
        """Show how far the speed test is, or what came of it."""
        self._running.setVisible(running)
        self.test_button.setEnabled(may_start and not running)
        if progress is not None:
            self.bar.set_part(progress.done / progress.total if progress.total else None)
            parts = [progress.what]
            if progress.tokens_per_second:
                parts.append(_("{n} tokens/s").format(n=figures.number(progress.tokens_per_second)))
            if progress.seconds_left is not None:
                parts.append(_("{time} left").format(time=figures.duration(progress.seconds_left)))
            said = " · ".join(parts)
        self.test_label.setText(said)
        self.test_label.setVisible(bool(said))

    def _lay_out(self) -> None:
        badges = QHBoxLayout()
        badges.setSpacing(8)
        badges.addWidget(self.badge)
        badges.addWidget(self.use_badge)
        badges.addStretch(1)
        self._running = QWidget()
        row = QHBoxLayout(self._running)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(self.bar, 1)
        row.addWidget(self.stop_button)
        mains, others = QHBoxLayout(), Flow(8, 8)
        mains.setSpacing(8)
        for each in (self.use_button, self.test_button):
            mains.addWidget(each)
        mains.addStretch(1)
        for each in (self.check_button, self.copy_button, self.folder_button):
            others.addWidget(each)
        self._facts.setHorizontalSpacing(12)
        self._facts.setVerticalSpacing(5)
        self._facts.setColumnStretch(1, 1)
        column: QVBoxLayout = self.body
        column.addWidget(self.name_label)
        column.addLayout(badges)
        column.addWidget(self.words_label)
        column.addWidget(self.pace_label)
        column.addLayout(mains)
        column.addWidget(self._running)
        column.addWidget(self.test_label)
        column.addWidget(rule())
        column.addLayout(self._facts)
        column.addWidget(rule())
        column.addLayout(others)
        column.addStretch(1)

    def _show_facts(self, facts: Sequence[tuple[str, str]]) -> None:
        while (item := self._facts.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for row, (title, value) in enumerate(facts):
            told = ElidedLabel(value, "body", Qt.TextElideMode.ElideMiddle)
            told.setAccessibleName(f"{title}: {value}")
            self._facts.addWidget(label(title, "label"), row, 0)
            self._facts.addWidget(told, row, 1)


def facts_of(model: "ModelFile") -> list[tuple[str, str]]:
    """What is known of a model, each with its title."""
    tuned = {"instruct": _("follows instructions"), "base": _("base model, continues text")}
    size = figures.size(model.size)
    files = ngettext("in {n} file", "in {n} files", model.files).format(n=figures.number(model.files))
    known = [
        (_("Parameters"), short(model.parameters) if model.parameters else ""),
        (_("Architecture"), model.architecture),
        (_("Quantisation"), model.quantisation),
        (_("Reads"), _("{n} tokens").format(n=figures.number(model.context)) if model.context else ""),
        (
            _("Taught"),
            tuned.get(model.tuned, _("unknown, base or instruct"))
            if model.architecture and model.nature == "text"
            else "",
        ),
        (
            _("Chat template"),
            (_("has one") if model.has_chat_template else _("has none")) if model.architecture else "",
        ),
        (_("Licence"), (model.licence or _("the file does not say")) if model.architecture else ""),
        (_("Size"), size if model.files == 1 else f"{size} {files}"),
        (_("Kept by"), model.origin),
        (_("SHA-256"), model.fingerprint),
        (_("File"), str(model.path)),
    ]
    return [(title, value) for title, value in known if value]


def short(count: int) -> str:
    """A large number as models are named by: "1.5 B", "135 M"."""
    if count >= 1_000_000_000:
        return f"{figures.number(count / 1e9, 1)} B"
    return f"{figures.number(count / 1e6)} M"


def breakable(text: str) -> str:
    """`text` with places in its long words where a line may end; a file's name has none."""
    return re.sub(rf"(\S{{{_LONG_WORD}}})(?=\S)", rf"\1{_BREAK}", text)
