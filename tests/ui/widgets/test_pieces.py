"""The small pieces of the look: what they show, how they are worked, and that they take text literally."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.core.errors import UserError
from desktop.ui import theme
from desktop.ui.widgets import badge, buttons
from desktop.ui.widgets.badge import Badge
from desktop.ui.widgets.bar import Bar
from desktop.ui.widgets.card import Card
from desktop.ui.widgets.empty import EmptyState
from desktop.ui.widgets.figure import Figure
from desktop.ui.widgets.label import ElidedLabel, label
from desktop.ui.widgets.search_field import SearchField
from desktop.ui.widgets.switch import Switch
from desktop.ui.widgets.toast import Toast
from tests.ui.conftest import click

MARKUP = "<b>bold</b> & <img src=x>"


@pytest.fixture
def board(dressed: QApplication, qtbot: QtBot) -> Iterator[QWidget]:
    """Something to put pieces on."""
    made = QWidget()
    made.resize(600, 400)
    QVBoxLayout(made)
    qtbot.addWidget(made)
    made.show()
    yield made


def put(board: QWidget, piece: QWidget) -> None:
    layout = board.layout()
    assert layout is not None
    layout.addWidget(piece)
    QApplication.processEvents()


def test_labels_take_markup_literally(board: QWidget) -> None:
    plain = label(MARKUP)
    put(board, plain)
    assert plain.text() == MARKUP
    assert plain.textFormat() == Qt.TextFormat.PlainText
    assert plain.sizeHint().width() > label("bold").sizeHint().width() * 3


def test_an_elided_label_shows_all_of_its_text_only_where_there_is_room(board: QWidget) -> None:
    long = ElidedLabel(MARKUP * 40)
    put(board, long)
    assert "&lt;b&gt;" in long.toolTip()
    assert long.minimumSizeHint().width() < 60
    long.setText("short")
    long.resize(300, 20)
    assert long.text() == "short"


def test_buttons_are_as_high_as_the_look_says_and_have_room_for_their_key(board: QWidget) -> None:
    keep, with_key, small = buttons.primary("Keep"), buttons.primary("Keep", "K"), buttons.small("Keep")
    for each in (keep, with_key, small):
        put(board, each)
    assert keep.height() == theme.CONTROL_HEIGHT
    assert small.height() == theme.SMALL_HEIGHT
    assert with_key.width() >= keep.width() + 20
    assert keep.accessibleName() == "Keep"


def test_a_button_does_not_jump_when_it_gets_the_focus(board: QWidget) -> None:
    keep = buttons.plain("Keep")
    put(board, keep)
    before = keep.geometry()
    keep.setFocus(Qt.FocusReason.TabFocusReason)
    QApplication.processEvents()
    assert keep.geometry() == before
    assert keep.sizeHint() == before.size()


def test_the_focus_can_be_seen_on_every_kind_of_control(board: QWidget) -> None:
    for made in (buttons.primary("A"), buttons.plain("A"), buttons.small("A"), buttons.link("A"), Switch("A")):
        put(board, made)
        board.setFocus()
        without = made.grab().toImage()
        made.setFocus(Qt.FocusReason.TabFocusReason)
        assert made.grab().toImage() != without


def test_a_switch_is_turned_by_click_and_by_space(board: QWidget, qtbot: QtBot) -> None:
    switch = Switch("Strict")
    put(board, switch)
    with qtbot.waitSignal(switch.toggled):
        click(switch)
    assert switch.isChecked()
    switch.setFocus()
    QTest.keyClick(switch, Qt.Key.Key_Space)
    assert not switch.isChecked()


def test_a_badge_has_room_for_its_words_and_can_say_others(board: QWidget) -> None:
    shown = Badge("pass", "pass")
    put(board, shown)
    before = shown.width()
    shown.show_as("too similar · 0.86 to the row above", "dropped")
    QApplication.processEvents()
    assert shown.width() > before
    assert shown.accessibleName() == shown.text() == "too similar · 0.86 to the row above"
    assert shown.tone() == "dropped"


def test_a_painted_badge_stays_inside_its_room(dressed: QApplication) -> None:
    image = QImage(200, 60, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    font = QApplication.font()
    place = badge.paint(painter, QPointF(10, 10), "dropped", "dropped", theme.LIGHT, font)
    painter.end()
    assert place.size() == badge.painted_size("dropped", font)
    outside = [image.pixelColor(x, 5).name() for x in range(200)] + [image.pixelColor(5, y).name() for y in range(60)]
    assert set(outside) == {"#ffffff"}


def test_a_bar_says_how_far_it_is(board: QWidget, qtbot: QtBot) -> None:
    bar = Bar("Passing rows")
    put(board, bar)
    bar.set_part(0.25)
    assert bar.part == 0.25
    assert bar.accessibleDescription() == "25 %"
    bar.set_part(7)
    assert bar.part == 1.0
    bar.set_part(None)
    assert bar.accessibleDescription() == ""
    qtbot.wait(200)


def test_a_card_hides_an_empty_heading(board: QWidget) -> None:
    card = Card()
    put(board, card)
    assert not card.title_label.isVisible()
    card.set_title("Next")
    assert card.title_label.isVisible()


def test_a_figure_is_read_out_whole(board: QWidget) -> None:
    figure = Figure("Seeds")
    put(board, figure)
    figure.show_figure("64", "14 kinds of task")
    assert figure.accessibleName() == "Seeds: 64. 14 kinds of task"


def test_an_empty_state_shows_all_of_a_long_text(board: QWidget) -> None:
    state = EmptyState("seeds", "No seeds yet", "Write a few. " * 20, buttons.primary("Add"))
    put(board, state)
    assert state.text_label.height() >= state.text_label.heightForWidth(state.text_label.width())


def test_a_search_waits_until_the_typing_pauses(board: QWidget, qtbot: QtBot) -> None:
    field = SearchField("Search")
    put(board, field)
    heard: list[str] = []
    field.searched.connect(heard.append)
    field.insert("智能")  # QTest types ASCII only
    assert heard == []
    qtbot.waitUntil(lambda: heard == ["智能"])
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert heard == ["智能", ""]
    QTest.keyClicks(field, "x")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert heard == ["智能", "", "x"]


def test_a_message_offers_one_thing_to_do_and_goes_when_it_is_done(board: QWidget) -> None:
    toast = Toast(board)
    done: list[str] = []
    toast.say(MARKUP, "Undo", lambda: done.append("undone"))
    assert toast.isVisible()
    assert toast.accessibleName() == MARKUP
    click(toast.action_button)
    assert done == ["undone"]
    assert not toast.isVisible()


def test_a_failure_stays_until_it_is_closed(board: QWidget) -> None:
    toast = Toast(board)
    toast.say_failure(UserError("The disk is full.", "Make room."))
    assert toast.accessibleName() == "The disk is full. Make room."
    assert toast.geometry().bottom() < board.height()
    board.resize(300, 300)
    QApplication.processEvents()
    assert toast.width() <= 300
    click(toast.close_button)
    assert not toast.isVisible()
