"""The tally: figures with their words, broken into lines, clicked by mouse or key."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.ui.widgets.tally import Part, Tally

_PARTS = [Part(142, "pass", key="passing"), Part(51, "too similar", "dropped", "novelty"), Part(8, "others")]


def test_a_part_is_heard_with_its_figure_and_chosen_by_mouse_or_key(qtbot: QtBot, dressed: QApplication) -> None:
    tally = Tally("What came of it")
    qtbot.addWidget(tally)
    tally.show_parts(_PARTS)
    tally.show()
    assert [tally.button(number).accessibleName() for number in range(3)] == ["142 pass", "51 too similar", "8 others"]
    with qtbot.waitSignal(tally.chosen) as chosen:
        QTest.mouseClick(tally.button(1), Qt.MouseButton.LeftButton)
    assert chosen.args == ["novelty"]
    with qtbot.waitSignal(tally.chosen) as chosen:
        QTest.keyClick(tally.button(0), Qt.Key.Key_Space)
    assert chosen.args == ["passing"]
    assert tally.button(2).focusPolicy() == Qt.FocusPolicy.NoFocus, "it leads nowhere"


def test_widgets_stay_while_only_figures_change(qtbot: QtBot, dressed: QApplication) -> None:
    tally = Tally("What came of it")
    qtbot.addWidget(tally)
    tally.show_parts(_PARTS)
    first = tally.button(0)
    tally.show_parts([Part(143, "pass", key="passing"), *_PARTS[1:]])
    assert tally.button(0) is first
    assert first.accessibleName() == "143 pass"


def test_a_narrow_tally_is_higher(qtbot: QtBot, dressed: QApplication) -> None:
    tally = Tally("What came of it")
    qtbot.addWidget(tally)
    tally.show_parts(_PARTS)
    assert tally.heightForWidth(110) > tally.heightForWidth(900) > 0
