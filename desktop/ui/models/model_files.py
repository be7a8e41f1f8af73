"""The model files of this disk as an item model: all of them, or those whose words hold what was searched for."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.core.i18n import N_, _
from desktop.ui import figures
from desktop.ui.models.entry import Entry, entry
from desktop.ui.models.lazy_rows import ENTRY_ROLE, VIEW_ROLE
from desktop.ui.widgets.badge import Tone

if TYPE_CHECKING:
    from desktop.engine.shelf import ModelFile

_VERDICTS: dict[str, tuple[str, Tone]] = {
    "fits": (N_("fits"), "pass"),
    "slow": (N_("slow"), "dropped"),
    "will not fit": (N_("will not fit"), "plain"),
    "unusable": (N_("cannot be used"), "error"),
}
_NATURES = {
    "embedding": N_("compares texts"),
    "ranking": N_("ranks texts"),
    "vocabulary": N_("vocabulary alone"),
    "part": N_("part of a model"),
}
_SKELETON = 4
_NOWHERE = QModelIndex()


class ModelFiles(QAbstractListModel):
    """Answers VIEW_ROLE with a ModelFile and ENTRY_ROLE with what a RowDelegate paints of it."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: Sequence[ModelFile] = ()
        self._shown: list[ModelFile] = []
        self._chosen = ""
        self._words: list[str] = []
        self._waiting = 0  # rows that are shown as a skeleton

    def show_loading(self) -> None:
        """Show a skeleton until the models are known."""
        self.beginResetModel()
        self._waiting = _SKELETON
        self.endResetModel()

    def show_models(self, models: "Sequence[ModelFile]", chosen: str) -> None:
        """Show these; `chosen` is the path of the one that writes the rows."""
        self._all, self._chosen, self._waiting = models, chosen, 0
        self._filter()

    def search(self, text: str) -> None:
        """Show only those that have every word of `text` in their name, path or facts."""
        self._words = text.casefold().split()
        self._filter()

    def at(self, row: int) -> "ModelFile | None":
        """The model at a place."""
        return self._shown[row] if 0 <= row < len(self._shown) else None

    def row_of(self, path: str) -> int:
        """Where a file stands; -1 where it is not shown."""
        return next((row for row, model in enumerate(self._shown) if str(model.path) == path), -1)

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._shown) or self._waiting

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        model = self.at(index.row()) if index.isValid() else None
        if model is None:
            return None
        if role == VIEW_ROLE:
            return model
        if role == ENTRY_ROLE:
            return self._entry(model)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._entry(model).spoken()
        return None

    def _filter(self) -> None:
        self.beginResetModel()
        self._shown = [each for each in self._all if all(word in _searched(each) for word in self._words)]
        self.endResetModel()

    def _entry(self, model: "ModelFile") -> Entry:
        badges = [badge_of(model)]
        if str(model.path) == self._chosen:
            badges.append((_("in use"), "info"))
        facts = (short_rows(model), model.quantisation, figures.size(model.size), model.origin)
        return entry(model.name, badges=badges, meta=" · ".join(each for each in facts if each))


def badge_of(model: "ModelFile") -> tuple[str, Tone]:
    """What to say of a model in two words, and in which tone."""
    if model.nature in _NATURES:
        return _(_NATURES[model.nature]), "plain"
    words, tone = _VERDICTS[model.verdict]
    return _(words), tone


def short_rows(model: "ModelFile") -> str:
    """Rows an hour in few words: "870 rows/h", from "≈ 200" on where it is a guess; empty where nothing is known."""
    from desktop.engine.shelf import rounded

    if model.verdict in ("unusable", "will not fit"):
        return ""
    if model.speed is not None:
        return _("{n} rows/h").format(n=figures.number(rounded(model.speed.rows_per_hour)))
    if model.guess is None:
        return ""
    least, most = (figures.number(rounded(each, 1)) for each in model.guess)
    return _("≈ {least}–{most} rows/h").format(least=least, most=most)


def _searched(model: "ModelFile") -> str:
    return " ".join((model.name, str(model.path), model.quantisation, model.architecture, model.origin)).casefold()
