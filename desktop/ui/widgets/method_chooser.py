"""The catalogue of methods: a list to search on the left, the one that is chosen with an example on the right."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.core.content import fields_of
from desktop.core.i18n import _, ngettext
from desktop.core.shapes import Method
from desktop.ui import figures, theme
from desktop.ui.models.method_words import CONSUMES, GROUPS, MAKES
from desktop.ui.models.row_fields import title_of
from desktop.ui.models.stock import Stock, lack_of
from desktop.ui.widgets import buttons
from desktop.ui.widgets.badge import Badge
from desktop.ui.widgets.field import Choice
from desktop.ui.widgets.label import label, rule
from desktop.ui.widgets.literal_text import LiteralText
from desktop.ui.widgets.method_list import MethodList, made_of
from desktop.ui.widgets.search_field import SearchField
from desktop.ui.widgets.side_panel import SidePanel

_LIST_WIDTH = 372


class MethodChooser(SidePanel):
    """`show_methods` opens it; `taken(id)` is the choice, `went(page)` the way to what a method lacks."""

    taken = Signal(str)
    went = Signal(str)

    def __init__(self, methods: Mapping[str, Method]) -> None:
        super().__init__(_("Methods"), _("Back"))
        self._methods = methods
        self._stock = Stock()
        self.search = SearchField(_("Search the methods"))
        self.group_box = Choice()
        self.kind_box = Choice()
        self.list = MethodList(methods)
        self.nothing_label = label(_("No method fits. Search for less, or show all of them."), "muted", wrap=True)
        self.take_button = buttons.primary(_("Use this method"))
        self.mend_button = buttons.plain(_("Add sources"))
        self.lack_label = label("", "body", wrap=True)
        self._area = QScrollArea()
        self._lay_out()
        self.search.searched.connect(self._on_narrowed)
        self.group_box.activated.connect(self._on_narrowed)
        self.kind_box.activated.connect(self._on_narrowed)
        self.list.chosen.connect(self._on_chosen)
        self.list.taken.connect(self.taken)
        self.take_button.clicked.connect(self._on_take)
        self.mend_button.clicked.connect(self._on_mend)

    def show_methods(self, method_id: str, stock: Stock, group: str = "") -> None:
        """Show all, or those of a group, with `method_id` chosen; the stock says what each lacks."""
        self._stock = stock
        self.search.clear()
        self.group_box.setCurrentIndex(max(0, self.group_box.findData(group)))
        self.kind_box.setCurrentIndex(0)
        self._on_narrowed()
        self.list.choose(method_id)
        self.setFocusProxy(self.list)

    # ── building ─────────────────────────────────────────────────────────────────────────────────

    def _lay_out(self) -> None:
        self.group_box.addItem(_("Any start"), "")
        for name, group in GROUPS.items():
            self.group_box.addItem(_(group.short), name)
        self.group_box.setAccessibleName(_("What to start from"))
        self.kind_box.addItem(_("Any kind of row"), "")
        for kind, words in MAKES.items():
            if any(kind in method.makes for method in self._methods.values()):
                self.kind_box.addItem(_(words), kind)
        self.kind_box.setAccessibleName(_("What comes out"))
        left = QVBoxLayout()
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(0)
        head = QVBoxLayout()
        head.setContentsMargins(15, 12, 15, 12)
        head.setSpacing(8)
        head.addWidget(self.search)
        boxes = QHBoxLayout()
        boxes.setSpacing(8)
        boxes.addWidget(self.group_box, 1)
        boxes.addWidget(self.kind_box, 1)
        head.addLayout(boxes)
        left.addLayout(head)
        left.addWidget(rule())
        self.nothing_label.setContentsMargins(16, 16, 16, 16)
        self.nothing_label.setAlignment(Qt.AlignmentFlag.AlignTop)
        left.addWidget(self.nothing_label, 1)
        left.addWidget(self.list, 1)
        side = QWidget()
        side.setFixedWidth(_LIST_WIDTH)
        side.setLayout(left)
        upright = QFrame()
        upright.setProperty("role", "rule")
        upright.setFixedWidth(1)
        across = QHBoxLayout()
        across.setSpacing(0)
        across.addWidget(side)
        across.addWidget(upright)
        across.addWidget(self._lay_out_right(), 1)
        self.card.body.setContentsMargins(0, 0, 0, 0)
        self.card.body.addLayout(across, 1)

    def _lay_out_right(self) -> QWidget:
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        foot = QHBoxLayout()
        foot.setSpacing(10)
        foot.addWidget(self.lack_label, 1)
        foot.addWidget(self.mend_button)
        foot.addWidget(self.take_button)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(20, 16, 16, 14)
        column.setSpacing(12)
        column.addWidget(self._area, 1)
        column.addLayout(foot)
        return right

    def _about(self, method: Method) -> QWidget:
        """What there is to read of a method."""
        inside = QWidget()
        inside.setMaximumWidth(theme.TEXT_WIDTH)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 10, 0)
        column.setSpacing(8)
        column.addWidget(label(_(method.title), "title", wrap=True))
        badges = QHBoxLayout()
        badges.setSpacing(8)
        badges.addWidget(Badge(_(CONSUMES[method.consumes]), "plain"))
        badges.addWidget(Badge(made_of(method), "info"))
        if method.unanswered:
            badges.addWidget(Badge(_("without answers"), "plain"))
        if not method.asks_model:
            badges.addWidget(Badge(_("asks no model"), "plain"))
        badges.addStretch(1)
        column.addLayout(badges)
        column.addWidget(label(_(method.summary), wrap=True))
        column.addSpacing(6)
        column.addWidget(label(_("A row as it makes them"), "heading"))
        for name, text in fields_of(method.example).items():
            if text:
                column.addWidget(label(_(title_of(name)), "label"))
                shown = LiteralText(_(title_of(name)))
                shown.show_text(_(text))
                column.addWidget(shown)
        column.addSpacing(6)
        column.addWidget(label(_("Source: {source}").format(source=method.source), "muted", wrap=True, selectable=True))
        column.addStretch(1)
        return inside

    # ── what happens ─────────────────────────────────────────────────────────────────────────────

    @Slot()
    def _on_narrowed(self) -> None:
        found = self.list.show_only(
            self.search.text(), str(self.group_box.currentData()), str(self.kind_box.currentData())
        )
        self.nothing_label.setVisible(not found)
        self.list.setVisible(found > 0)

    @Slot(str)
    def _on_chosen(self, method_id: str) -> None:
        method = self._methods.get(method_id)
        self.take_button.setVisible(method is not None)
        lack = lack_of(method, self._stock, None) if method is not None else None
        self.mend_button.setVisible(lack is not None)
        if lack is not None:
            self.mend_button.set_text(lack.button)
        self.lack_label.setText(lack.words if lack is not None else self._has(method))
        self._area.setWidget(self._about(method) if method is not None else QWidget())

    def _has(self, method: Method | None) -> str:
        """What the project has for the method, in a sentence."""
        if method is None:
            return ""
        stock = self._stock
        match method.consumes:
            case "seeds":
                words = ngettext("You have {n} seed.", "You have {n} seeds.", stock.seeds)
                return words.format(n=figures.number(stock.seeds))
            case "passages":
                words = ngettext("You have {n} passage.", "You have {n} passages.", stock.passages)
                return words.format(n=figures.number(stock.passages))
            case "records":
                words = ngettext("You have {n} row in tables.", "You have {n} rows in tables.", stock.records)
                return words.format(n=figures.number(stock.records))
            case "functions":
                words = ngettext("You have {n} function.", "You have {n} functions.", stock.functions)
                return words.format(n=figures.number(stock.functions))
        return ""

    @Slot()
    def _on_take(self) -> None:
        if self.list.method_id:
            self.taken.emit(self.list.method_id)

    @Slot()
    def _on_mend(self) -> None:
        method = self._methods.get(self.list.method_id)
        lack = lack_of(method, self._stock, None) if method is not None else None
        if lack is not None:
            self.went.emit(lack.page)
