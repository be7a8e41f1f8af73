"""The filters that a chain does not have yet, to be searched and added."""

from collections.abc import Iterable

from PySide6.QtCore import QModelIndex, Signal, Slot
from PySide6.QtGui import QStandardItem, QStandardItemModel

from desktop.core.i18n import _
from desktop.core.shapes import Filter
from desktop.ui.models.chain_edits import GROUPS, group_of
from desktop.ui.models.entry import entry
from desktop.ui.models.lazy_rows import ENTRY_ROLE, ID_ROLE
from desktop.ui.widgets.label import label
from desktop.ui.widgets.row_list import RowList
from desktop.ui.widgets.search_field import SearchField
from desktop.ui.widgets.side_panel import SidePanel


class FilterPicker(SidePanel):
    """`offer` fills it; `picked(id)` on a click or Enter."""

    picked = Signal(str)

    def __init__(self) -> None:
        super().__init__(_("Add a filter"), _("Back"))
        self._filters: tuple[tuple[str, Filter], ...] = ()
        self._model = QStandardItemModel(self)
        self.search = SearchField(_("Search the filters"))
        self.list = RowList(_("Filters that can be added"))
        self.list.setModel(self._model)
        self.none_label = label(_("No filter is called that."), "muted", wrap=True)
        body = self.card.body
        body.addWidget(self.search)
        body.addWidget(self.none_label)
        body.addWidget(self.list, 1)
        self.search.searched.connect(self._show)
        self.search.returnPressed.connect(self._on_enter)
        self.list.clicked.connect(self._on_clicked)
        self.list.activated.connect(self._on_clicked)

    def offer(self, filters: Iterable[tuple[str, Filter]]) -> None:
        """Show these filters by id, in the order in which they would run."""
        places = list(GROUPS)
        self._filters = tuple(sorted(filters, key=lambda each: places.index(group_of(each[1]))))
        self.search.clear()
        self._show("")
        self.search.setFocus()

    @Slot(str)
    def _show(self, words: str) -> None:
        self._model.clear()
        for id, about in self._filters:
            title, summary = _(about.title), _(about.summary)
            if words.casefold() in f"{id} {title} {summary}".casefold():
                item = QStandardItem()
                shown = entry(title, summary, [(_(GROUPS[group_of(about)]), "plain")], _(about.source))
                item.setData(shown, ENTRY_ROLE)
                item.setData(id, ID_ROLE)
                item.setAccessibleText(shown.spoken())
                self._model.appendRow(item)
        self.none_label.setVisible(not self._model.rowCount())

    @Slot()
    def _on_enter(self) -> None:
        """What was typed names one filter: that is the one."""
        if self._model.rowCount() == 1:
            self.picked.emit(str(self._model.index(0, 0).data(ID_ROLE)))

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        self.picked.emit(str(index.data(ID_ROLE)))
