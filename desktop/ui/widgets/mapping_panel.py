"""What a file's columns are taken for, with its first rows as they will come in."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QScrollArea,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from desktop.core.i18n import N_, _, listed
from desktop.core.shapes import Preview
from desktop.ui.widgets import buttons
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.field import Choice
from desktop.ui.widgets.label import ElidedLabel, label

FIELDS: Mapping[str, str] = {
    "instruction": N_("Instruction"),
    "input": N_("Input"),
    "output": N_("Answer"),
    "system": N_("System text"),
    "history": N_("Earlier turns"),
    "task_type": N_("Task type"),
    "language": N_("Language"),
    "name": N_("Name or id"),
    "is_classification": N_("Is classification"),
}
_SHOWN = 200
_CELL = 180  # pixels
_NOWHERE = QModelIndex()


class MappingPanel(QWidget):
    """`show_file` asks what the columns are; `confirmed(mapping)` or `cancelled` answers."""

    confirmed = Signal(object)  # field → column
    voted = Signal(object)  # likewise, of a table whose rows are to be taken by their votes
    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._preview = Preview((), (), {})
        self._model = _FirstRows(self)
        self._boxes: dict[str, Choice] = {}
        self.import_button = buttons.primary(_("Import these rows"))
        self.cancel_button = buttons.plain(_("Cancel"))
        self.votes_button = buttons.small(_("Choose by votes…"))
        self.votes_button.setToolTip(_("Of each question only its best answer, where it has votes enough"))
        self.import_button.clicked.connect(self._on_import)
        self.votes_button.clicked.connect(self._on_votes)
        self.cancel_button.clicked.connect(self.cancelled)
        self._note = label("", "muted", wrap=True)
        self._file_label = ElidedLabel("", "muted", Qt.TextElideMode.ElideMiddle)
        self._count_label = label("", "label")
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(14)
        across.addWidget(self._columns_card())
        across.addWidget(self._rows_card(), 1)

    def show_file(self, name: str, preview: Preview, more: int = 0, *, voted: bool = False) -> None:
        """Ask about a file, `more` of which wait after it; `voted` where a column may hold votes."""
        self._preview = preview
        self.votes_button.setVisible(voted)
        self._file_label.setText(name)
        for field, box in self._boxes.items():
            box.blockSignals(True)
            box.clear()
            box.addItem(_("– not in this file –"), "")
            for column in preview.columns:
                box.addItem(column, column)
            box.setCurrentIndex(max(0, box.findData(preview.mapping.get(field, ""))))
            box.blockSignals(False)
        words = _("The first {n} rows as they will come in").format(n=len(preview.rows))
        self._count_label.setText(words + (" · " + _("more files wait: {n}").format(n=more) if more else ""))
        self._on_chosen()
        self.import_button.setFocus()

    def mapping(self) -> dict[str, str]:
        """Field → column, as chosen."""
        return {field: str(box.currentData()) for field, box in self._boxes.items() if box.currentData()}

    def box(self, field: str) -> Choice:
        """Where the column of a field is chosen."""
        return self._boxes[field]

    def _columns_card(self) -> Card:
        card = Card(_("Which column is what?"))
        card.setFixedWidth(330)
        card.header.addWidget(self.votes_button)
        card.body.addWidget(self._file_label)
        fields = QWidget()
        column = QVBoxLayout(fields)
        column.setContentsMargins(0, 0, 0, 0)
        for field, title in FIELDS.items():
            box = self._boxes[field] = Choice()
            box.setAccessibleName(_(title))
            box.activated.connect(self._on_chosen)
            row = QHBoxLayout()
            words = label(_(title), "label")
            words.setBuddy(box)
            words.setFixedWidth(104)
            row.addWidget(words)
            row.addWidget(box, 1)
            column.addLayout(row)
        column.addWidget(self._note)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidget(fields)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        card.body.addWidget(area, 1)
        row = QHBoxLayout()
        row.addWidget(self.cancel_button)
        row.addStretch(1)
        row.addWidget(self.import_button)
        card.body.addLayout(row)
        return card

    def _rows_card(self) -> Card:
        card = Card(_("Preview"), ruled=True, padded=False)
        card.header.addWidget(self._count_label)
        table = self._table = QTableView()
        table.setModel(self._model)
        table.setAccessibleName(_("Preview"))
        table.setFrameShape(QFrame.Shape.NoFrame)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(36)
        header = table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setDefaultSectionSize(_CELL)
        header.setHighlightSections(False)
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 6)
        column.addWidget(table)
        card.body.addLayout(column)
        return card

    def _on_chosen(self) -> None:
        mapping = self.mapping()
        fields = [field for field in FIELDS if field in mapping]
        places = [self._preview.columns.index(mapping[field]) for field in fields]
        rows = [tuple(row[place] if place < len(row) else "" for place in places) for row in self._preview.rows]
        self._model.show_rows([_(FIELDS[field]) for field in fields], rows)
        header = self._table.horizontalHeader()
        for section in range(header.count()):
            last = section == header.count() - 1
            header.setSectionResizeMode(
                section, QHeaderView.ResizeMode.Stretch if last else QHeaderView.ResizeMode.Interactive
            )
        missing = "instruction" not in mapping
        twice = len(set(mapping.values())) < len(mapping)
        left = [column for column in self._preview.columns if column not in mapping.values()]
        if missing:
            self._note.setText(_("Choose the column that holds the instructions."))
        elif twice:
            self._note.setText(_("One column is chosen twice."))
        elif left:
            self._note.setText(_("Kept with the rows, unchanged: {names}").format(names=listed(left)))
        else:
            self._note.setText("")
        self.import_button.setEnabled(not missing)
        self.votes_button.setEnabled(not missing and "output" in mapping)

    def _on_votes(self) -> None:
        self.voted.emit(self.mapping())

    def _on_import(self) -> None:
        self.confirmed.emit(self.mapping())


class _FirstRows(QAbstractTableModel):
    """A few rows of text."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._titles: Sequence[str] = ()
        self._rows: Sequence[tuple[str, ...]] = ()

    def show_rows(self, titles: Sequence[str], rows: Sequence[tuple[str, ...]]) -> None:
        self.beginResetModel()
        self._titles, self._rows = titles, rows
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._titles)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | None:
        if role != Qt.ItemDataRole.DisplayRole or orientation != Qt.Orientation.Horizontal:
            return None
        return self._titles[section]

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return " ".join(self._rows[index.row()][index.column()][:_SHOWN].split())
