"""A form is drawn from an options class, and gives back what a person set."""

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit
from pytestqt.qtbot import QtBot

from desktop.core.options import About, Options, option
from desktop.ui.widgets.field import Choice, Decimal, Whole
from desktop.ui.widgets.form import OptionsForm
from desktop.ui.widgets.switch import Switch
from tests.ui.conftest import click


@dataclass(frozen=True)
class Knobs(Options):
    count: int = option(8, About("Examples shown", minimum=1, maximum=20))
    cut: float = option(0.7, About("Drop above", help="Similarity.", why="Wang et al. 2023", maximum=1.0, step=0.01))
    strict: bool = option(True, About("Strict"))
    order: str = option("new", About("Order", choices={"new": "Newest first", "old": "Oldest first"}))
    words: tuple[str, ...] = option(("draw", "chart"), About("Words"))
    name: str = option("", About("Name", advanced=True))
    long: str = option("", About("Long", long=True))


def form_of(qtbot: QtBot) -> OptionsForm:
    form = OptionsForm(Knobs)
    qtbot.addWidget(form)
    form.show()
    return form


def test_a_form_shows_the_defaults(dressed: QApplication, qtbot: QtBot) -> None:
    assert form_of(qtbot).value() == Knobs()


def test_it_shows_what_it_is_given_without_saying_that_it_changed(dressed: QApplication, qtbot: QtBot) -> None:
    form = form_of(qtbot)
    other = Knobs(count=3, cut=0.25, strict=False, order="old", words=("a", "b c"), name="x")
    with qtbot.assertNotEmitted(form.changed):
        form.set_value(other)
    assert form.value() == other


def test_each_field_is_set_by_hand(dressed: QApplication, qtbot: QtBot) -> None:
    form = form_of(qtbot)
    count, cut, strict = form.field("count"), form.field("cut"), form.field("strict")
    assert isinstance(count, Whole) and isinstance(cut, Decimal) and isinstance(strict, Switch)
    count.setFocus()
    count.selectAll()
    with qtbot.waitSignal(form.changed):
        QTest.keyClicks(count, "12")
        QTest.keyClick(count, Qt.Key.Key_Return)
    cut.setFocus()
    with qtbot.waitSignal(form.changed):
        QTest.keyClick(cut, Qt.Key.Key_Up)
    with qtbot.waitSignal(form.changed):
        click(strict)
    with qtbot.waitSignal(form.changed):
        QTest.keyClick(strict, Qt.Key.Key_Space)
    with qtbot.waitSignal(form.changed):
        click(strict)
    words = form.field("words")
    assert isinstance(words, QPlainTextEdit)
    words.setPlainText("one\n\n  two words \n")
    order = form.field("order")
    assert isinstance(order, Choice)
    order.setFocus()
    with qtbot.waitSignal(form.changed):
        QTest.keyClick(order, Qt.Key.Key_Down)
    assert form.value() == Knobs(count=12, cut=0.71, strict=False, order="old", words=("one", "two words"))


def test_a_number_cannot_leave_its_limits(dressed: QApplication, qtbot: QtBot) -> None:
    form = form_of(qtbot)
    count = form.field("count")
    assert isinstance(count, Whole)
    count.setValue(99)
    assert form.value() == Knobs(count=20)


def test_advanced_options_are_folded_until_they_are_wanted(dressed: QApplication, qtbot: QtBot) -> None:
    form = form_of(qtbot)
    assert not form.field("name").isVisible()
    click(form.more_button)
    assert form.field("name").isVisible()


def test_every_field_is_named_and_explained(dressed: QApplication, qtbot: QtBot) -> None:
    form = form_of(qtbot)
    assert form.field("cut").accessibleName() == "Drop above"
    assert form.field("cut").accessibleDescription() == "Similarity."
    assert "Wang et al. 2023" in form.field("cut").toolTip()


def test_what_is_wrong_with_an_option_stands_below_it_until_it_is_changed(dressed: QApplication, qtbot: QtBot) -> None:
    form = form_of(qtbot)
    assert not form.show_fault("nothing", "There is no such option.")
    assert form.show_fault("name", "It has no name yet.")
    name = form.field("name")
    told = next(each for each in form.findChildren(QLabel) if each.text() == "It has no name yet.")
    assert name.isVisible() and told.isVisible(), "what is folded is unfolded"
    assert told.geometry().top() >= name.geometry().bottom()
    form.show_fault("", "")
    assert told.isHidden()
    form.show_fault("words", "No words.")
    words = form.field("words")
    assert isinstance(words, QPlainTextEdit)
    words.setPlainText("a")
    assert told.isHidden()


def test_a_long_text_has_several_lines(dressed: QApplication, qtbot: QtBot) -> None:
    form = form_of(qtbot)
    long = form.field("long")
    assert isinstance(long, QPlainTextEdit)
    long.setPlainText("create table town (\n  name\n)")
    assert form.value() == Knobs(long="create table town (\n  name\n)")
