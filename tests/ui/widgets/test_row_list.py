"""The painted list: any text is painted literally, the place holds while rows arrive, keys and clicks choose."""

import time

import pytest
from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QPoint, Qt
from PySide6.QtGui import QAccessible, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from desktop.ui import theme
from desktop.ui.models.entry import Entry, entry
from desktop.ui.models.lazy_rows import ENTRY_ROLE
from desktop.ui.widgets.row_delegate import RowDelegate
from desktop.ui.widgets.row_list import RowList

_NOWHERE = QModelIndex()
_HARD = {
    "nothing": entry(""),
    "long": entry("word " * 20_000, "one_enormous_word" * 5000, [("dropped " * 200, "dropped")], "meta " * 500),
    "chinese": entry("请用两句话把出院小结解释给家属听。" * 20, "您的母亲恢复得很好。", marks=[(2, 5), (30, 99)]),
    "arabic": entry("اكتب رسالة إلى المريض تشرح له كيفية تناول الدواء", "مع الطعام 3 مرات", marks=[(0, 9), (20, 30)]),
    "mixed": entry("Translate «שלום עולם» into 中文 please", marks=[(8, 30)]),
    "astral": entry("😀 smile 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 😀" * 30, marks=[(0, 1), (2, 9), (150, 400)]),
    "surrogate": entry("broken \ud800 text", "\udfff", marks=[(0, 9)]),
    "markup": entry("<b>bold</b> &amp; <img src=x>", "<script>", marks=[(3, 7)]),
    "controls": entry("a\x00b\x07c\u202ed\u2029e\tf\r\ng"),
    "combining": entry("Vie\u0302\u0323t na\u0303m ก็ไม่รู้ " * 20),
    "marks beyond": entry("short", marks=[(-5, 3), (4, 4), (3, 900), (80, 90)]),
    "caret": entry("the end of a long text " * 200, badges=[("writing…", "info")], meta="23 tokens", caret=True),
}


class Entries(QAbstractListModel):
    """Rows that are all there."""

    def __init__(self, entries: list[Entry | None]) -> None:
        super().__init__()
        self.entries = entries
        self.asked = 0

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NOWHERE) -> int:  # noqa: N802 - Qt's name
        return 0 if parent.isValid() else len(self.entries)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = 0) -> Entry | None:
        self.asked += 1
        return self.entries[index.row()] if role == ENTRY_ROLE else None

    def put(self, row: int, each: Entry) -> None:
        self.beginInsertRows(_NOWHERE, row, row)
        self.entries.insert(row, each)
        self.endInsertRows()


def _shown(entries: list[Entry | None], qtbot: QtBot, width: int = 600, height: int = 400) -> RowList:
    made = RowList("Rows")
    qtbot.addWidget(made)
    model = Entries(entries)
    model.setParent(made)
    made.setModel(model)
    made.resize(width, height)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.mark.parametrize("name", _HARD)
@pytest.mark.parametrize("width", [30, 300, 1200])
def test_any_text_is_painted_within_a_few_lines(name: str, width: int, dressed: QApplication) -> None:
    delegate = RowDelegate()
    image = QImage(max(width, 1), 400, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.setFont(dressed.font())
    height = delegate.height_of(_HARD[name], dressed.font(), width)
    delegate.paint_entry(painter, image.rect(), _HARD[name], dressed.font(), theme.LIGHT)
    painter.end()
    assert 24 < height < 260


def test_markup_is_shown_literally(dressed: QApplication) -> None:
    """A row of markup is as wide as its letters: nothing of it was read."""
    assert _HARD["markup"].lead == "<b>bold</b> &amp; <img src=x>"
    assert "<b>" in _HARD["markup"].spoken()


def test_a_longer_row_is_higher_and_a_narrow_one_too(dressed: QApplication) -> None:
    delegate, font = RowDelegate(), dressed.font()
    short, long = entry("One line"), entry("Two lines " * 12, "and a detail", [("pass", "pass")])
    assert delegate.height_of(long, font, 400) > delegate.height_of(short, font, 400)
    assert delegate.height_of(entry("One line " * 6), font, 150) > delegate.height_of(entry("One line " * 6), font, 800)


def test_rows_that_are_on_their_way_are_painted_as_skeletons(qtbot: QtBot, dressed: QApplication) -> None:
    made = _shown([None, None, entry("There")], qtbot)
    assert not made.grab().isNull()
    assert made.visualRect(made.model().index(0, 0)).height() > 60


def test_a_million_rows_are_not_measured(qtbot: QtBot, dressed: QApplication) -> None:
    made = _shown([entry("A row", "with a detail")] * 1_000_000, qtbot)
    model = made.model()
    assert isinstance(model, Entries)
    model.asked = 0
    before = time.perf_counter()
    made.scrollTo(model.index(700_000, 0))
    made.verticalScrollBar().setValue(made.verticalScrollBar().maximum() // 3)
    QTest.keyClick(made, Qt.Key.Key_End)
    made.grab()
    assert model.asked < 1000
    assert time.perf_counter() - before < 1.0
    assert made.visualRect(model.index(999_999, 0)).bottom() < made.viewport().height()


def test_the_end_can_be_reached_and_the_wheel_stops_there(qtbot: QtBot, dressed: QApplication) -> None:
    made = _shown([entry(f"Row {n}", "text " * (n % 40)) for n in range(60)], qtbot)
    for _turn in range(200):
        made._scroll_by(90)
    last = made.visualRect(made.model().index(59, 0))
    assert abs(last.bottom() - made.viewport().height()) <= 2
    for _turn in range(200):
        made._scroll_by(-90)
    assert made.at_top


def test_rows_that_arrive_above_do_not_move_what_is_read(qtbot: QtBot, dressed: QApplication) -> None:
    made = _shown([entry(f"Row {n}") for n in range(60)], qtbot)
    model = made.model()
    assert isinstance(model, Entries)
    made._scroll_by(500)
    there = made.indexAt(QPoint(50, 200))
    text, top = model.entries[there.row()], made.visualRect(there).top()
    model.put(0, entry("New"))
    QApplication.processEvents()
    still = made.indexAt(QPoint(50, 200))
    assert model.entries[still.row()] == text
    assert made.visualRect(still).top() == top


def test_at_the_top_the_newest_row_is_seen(qtbot: QtBot, dressed: QApplication) -> None:
    made = _shown([entry(f"Row {n}") for n in range(60)], qtbot)
    model = made.model()
    assert isinstance(model, Entries)
    model.put(0, entry("New"))
    QApplication.processEvents()
    assert made.at_top
    assert made.indexAt(QPoint(50, 10)).row() == 0


def test_keys_and_clicks_choose(qtbot: QtBot, dressed: QApplication) -> None:
    made = _shown([entry(f"Row {n}") for n in range(60)], qtbot)
    with qtbot.waitSignal(made.clicked) as clicked:
        QTest.mouseClick(
            made.viewport(), Qt.MouseButton.LeftButton, pos=made.visualRect(made.model().index(2, 0)).center()
        )
    assert clicked.args[0].row() == 2
    assert made.selected_rows() == [2]
    QTest.keyClick(made, Qt.Key.Key_Down)
    QTest.keyClick(made, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert made.selected_rows() == [3, 4]
    place = made.visualRect(made.model().index(1, 0)).center()
    QTest.mouseClick(made.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, place)
    assert made.selected_rows() == [1, 3, 4]
    QTest.keyClick(made, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert len(made.selected_rows()) == 60
    with qtbot.waitSignal(made.activated):
        QTest.keyClick(made, Qt.Key.Key_Return)


def test_a_widget_takes_the_place_of_a_row(qtbot: QtBot, dressed: QApplication) -> None:
    made = _shown([entry(f"Row {n}") for n in range(60)], qtbot)
    inside = QLabel("All of it\n" * 12)
    made.open_row(made.model().index(1, 0), inside)
    assert made.opened_row() == 1
    assert inside.isVisible()
    assert made.visualRect(made.model().index(1, 0)).height() >= inside.sizeHint().height()
    made._scroll_by(3000)
    assert not inside.isVisible()
    QTest.keyClick(made, Qt.Key.Key_Escape)
    assert made.opened_row() == -1


def test_a_screen_reader_hears_a_list(qtbot: QtBot, dressed: QApplication) -> None:
    made = _shown([entry("Row", badges=[("pass", "pass")])] * 3, qtbot)
    heard = QAccessible.queryAccessibleInterface(made)
    assert heard.role() == QAccessible.Role.List
    assert heard.text(QAccessible.Text.Name) == "Rows"
    assert entry("Row", badges=[("pass", "pass")], meta="4 s").spoken() == "Row. pass. 4 s"
