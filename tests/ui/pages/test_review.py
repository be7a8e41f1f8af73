"""The Review page by real keys and clicks: deciding, going back, undo, fixing, and what is shown of each row."""

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from desktop.core.content import lead_of
from desktop.core.records import Conversation, Instruction, Message
from desktop.store.candidates import CandidateView
from desktop.store.counts import Counts
from desktop.ui.main_window import MainWindow
from desktop.ui.pages.review import ReviewPage
from desktop.ui.widgets.buttons import Button
from desktop.ui.widgets.empty import EmptyState
from tests.ui.conftest import click, open_and_wait
from tests.ui.judged import DROPPED, KEPT, add_imported, add_judged

SLOW = 20_000  # milliseconds that a busy machine may take
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def page(window: MainWindow, project_file: Path, qtbot: QtBot) -> ReviewPage:
    """The page on five passing rows and two dropped ones."""
    add_judged(project_file)
    return shown(window, project_file, qtbot)


def shown(window: MainWindow, path: Path, qtbot: QtBot) -> ReviewPage:
    window.go("review")
    open_and_wait(window.session, path, qtbot)
    page = window.page("review")
    assert isinstance(page, ReviewPage)
    qtbot.waitUntil(lambda: page.line_label.text() != "" and not page.queue.loading, timeout=SLOW)
    return page


def press(page: ReviewPage, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(QApplication.focusWidget() or page, key, held)


def lead(page: ReviewPage) -> str:
    return lead_of(page.paper.sheet.row.view.row) if page.paper.sheet.row is not None else ""


def stored(page: ReviewPage, id: int) -> CandidateView:
    assert page.session.project is not None
    return page.session.project.candidates.get([id])[0]


def counts(page: ReviewPage) -> Counts:
    assert page.session.project is not None
    return page.session.project.counts()


def settle(page: ReviewPage, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: page.session.edits.all_saved and not page.session.jobs, timeout=SLOW)


def test_keys_decide_one_row_each_and_go_on(page: ReviewPage, qtbot: QtBot) -> None:
    for key in (Qt.Key.Key_K, Qt.Key.Key_R, Qt.Key.Key_F):
        press(page, key)
    assert lead(page) == KEPT[3].instruction
    settle(page, qtbot)
    found = counts(page)
    assert (found.accepted, found.rejected, found.flagged, found.unreviewed) == (1, 1, 1, 2)
    qtbot.waitUntil(lambda: page.line_label.text().startswith("2 left of 5"), timeout=SLOW)


def test_a_key_that_is_held_decides_once(page: ReviewPage, qtbot: QtBot) -> None:
    for repeated in (False, True, True, True):
        event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_K.value, Qt.KeyboardModifier.NoModifier, "k", repeated)
        QApplication.sendEvent(page.window().windowHandle(), event)
    settle(page, qtbot)
    assert counts(page).accepted == 1
    assert page.queue.place == 1


def test_arrows_go_on_and_back_without_deciding(page: ReviewPage, qtbot: QtBot) -> None:
    press(page, Qt.Key.Key_Right)
    press(page, Qt.Key.Key_Right)
    press(page, Qt.Key.Key_Left)
    assert lead(page) == KEPT[1].instruction
    assert page.foot.place_label.text() == "row 2 of 5"
    settle(page, qtbot)
    assert counts(page).unreviewed == 5


def test_undo_goes_back_to_the_row_and_redo_decides_it_again(page: ReviewPage, qtbot: QtBot) -> None:
    press(page, Qt.Key.Key_R)
    settle(page, qtbot)
    assert page.undo_button.text() == "Undo “Reject”"
    press(page, Qt.Key.Key_Z, CONTROL)
    qtbot.waitUntil(lambda: lead(page) == KEPT[0].instruction and counts(page).rejected == 0, timeout=SLOW)
    qtbot.waitUntil(lambda: "rejected by you" not in [each.text() for each in page.paper.sheet.badges], timeout=SLOW)
    click(page.redo_button)
    qtbot.waitUntil(lambda: counts(page).rejected == 1, timeout=SLOW)
    qtbot.waitUntil(lambda: "rejected by you" in [each.text() for each in page.paper.sheet.badges], timeout=SLOW)


def test_a_fix_is_shown_as_a_difference_and_judged_again(page: ReviewPage, qtbot: QtBot) -> None:
    press(page, Qt.Key.Key_E)
    answer = page.paper.editor.fields["output"]
    assert answer.hasFocus()
    answer.selectAll()
    QTest.keyClicks(answer, "She had a small stroke. She comes on Friday:")
    press(page, Qt.Key.Key_Return, CONTROL)
    assert not page.paper.editing
    qtbot.waitUntil(
        lambda: "output" in page.paper.sheet.texts and len(page.paper.sheet.texts["output"].pieces) > 2, timeout=SLOW
    )
    tones = {piece.tone: piece.text for piece in page.paper.sheet.texts["output"].pieces}
    assert (tones["gone"], tones["new"]) == ("may come soon.", "comes on Friday:")
    # The answer ends in a colon now, which a filter drops.
    qtbot.waitUntil(lambda: "empty or broken" in [each.text() for each in page.paper.sheet.badges], timeout=SLOW)
    assert counts(page).passing == 4
    page.session.edits.undo()
    qtbot.waitUntil(lambda: counts(page).passing == 5, timeout=SLOW)
    assert stored(page, page.queue.current.id if page.queue.current else 0).review is None
    settle(page, qtbot)


def test_letters_typed_into_a_fix_or_the_search_decide_nothing(page: ReviewPage, qtbot: QtBot) -> None:
    press(page, Qt.Key.Key_E)
    QTest.keyClicks(page.paper.editor.fields["output"], "krfe")
    press(page, Qt.Key.Key_Escape)
    assert page.paper.editing
    assert page.foot.hint_label.text()
    press(page, Qt.Key.Key_Escape)
    assert not page.paper.editing
    press(page, Qt.Key.Key_F, CONTROL)
    assert page.search.hasFocus()
    QTest.keyClicks(page.search, "krfe")
    settle(page, qtbot)
    assert (counts(page).unreviewed, counts(page).edited) == (5, 0)


def test_leaving_the_page_keeps_what_was_typed(page: ReviewPage, window: MainWindow, qtbot: QtBot) -> None:
    id = page.queue.current.id if page.queue.current else 0
    press(page, Qt.Key.Key_E)
    QTest.keyClicks(page.paper.editor.fields["output"], " Soon.")
    window.go("home")
    settle(page, qtbot)
    row = stored(page, id).row
    assert isinstance(row, Instruction)
    assert row.output == f"{KEPT[0].output} Soon."


def test_search_finds_two_chinese_characters(page: ReviewPage, qtbot: QtBot) -> None:
    page.search.setText("段落")
    qtbot.waitUntil(lambda: lead(page) == KEPT[1].instruction and page.queue.count == 1, timeout=SLOW)
    page.search.setText("nothing has these words")
    qtbot.waitUntil(lambda: page.queue.ended, timeout=SLOW)
    assert page.findChildren(EmptyState)


def test_texts_are_shown_as_they_stand(page: ReviewPage, qtbot: QtBot) -> None:
    press(page, Qt.Key.Key_Right)
    press(page, Qt.Key.Key_Right)
    press(page, Qt.Key.Key_Right)
    assert page.paper.sheet.texts["instruction"].toPlainText() == "Tell a child how <b>rain</b> & snow come about."
    click(page.origin.replies_button)
    qtbot.waitUntil(lambda: len(page.origin.replies) == 2, timeout=SLOW)
    assert page.origin.replies[1].toPlainText() == " Raw <b>reply</b>"


def sections_of_origin(page: ReviewPage) -> list[str]:
    return [each.text() for each in page.origin.findChildren(QLabel)]


def test_other_columns_are_shown_of_rows_that_came_from_a_file(
    window: MainWindow, project_file: Path, qtbot: QtBot
) -> None:
    add_imported(project_file, [Instruction("Tell a joke.", output="No.", extra={"ward": "seven"})])
    page = shown(window, project_file, qtbot)
    assert "Other columns of the file" in sections_of_origin(page)


def test_what_a_method_noted_is_not_taken_for_columns(window: MainWindow, project_file: Path, qtbot: QtBot) -> None:
    add_judged(project_file, [Instruction("Name a herb against a cough.", output="Thyme.", extra={"alike": 0.1})])
    page = shown(window, project_file, qtbot)
    assert "How it was made" in sections_of_origin(page)
    assert "Other columns of the file" not in sections_of_origin(page)


def test_a_dropped_row_says_why_and_marks_it(page: ReviewPage, qtbot: QtBot) -> None:
    page.show_stage("dropped")
    qtbot.waitUntil(lambda: page.queue.current is not None, timeout=SLOW)
    assert lead(page) == DROPPED[0].instruction
    assert any(each.text().startswith("too similar 0.") for each in page.paper.sheet.badges)
    press(page, Qt.Key.Key_Right)
    tones = [piece.tone for piece in page.paper.sheet.texts["instruction"].pieces]
    assert "mark" in tones


def test_the_end_says_so_and_leads_on(page: ReviewPage, qtbot: QtBot) -> None:
    for _row in KEPT:
        press(page, Qt.Key.Key_K)
    assert page.queue.ended
    settle(page, qtbot)
    qtbot.waitUntil(lambda: [each.title_label.text() for each in page.findChildren(EmptyState)] == ["All reviewed"])
    press(page, Qt.Key.Key_Left)
    assert lead(page) == KEPT[-1].instruction
    assert "kept by you" in [each.text() for each in page.paper.sheet.badges]


def test_conversations_show_their_turns(window: MainWindow, project_file: Path, qtbot: QtBot) -> None:
    turns = (Message("user", "A cold?"), Message("assistant", "Rest."), Message("user", "And then?"))
    add_imported(project_file, [Conversation(turns), Instruction("An enormous one.", output="长" * 300_000)])
    page = shown(window, project_file, qtbot)
    assert [each.toPlainText() for each in page.paper.sheet.texts.values()] == ["A cold?", "Rest.", "And then?"]
    press(page, Qt.Key.Key_Right)
    assert page.paper.sheet.texts["output"].height() < 600
    assert "100,000 of 300,000" in page.paper.sheet.texts["output"].toPlainText()[-60:]


def test_without_rows_or_project_the_page_says_what_to_do(window: MainWindow, project_file: Path, qtbot: QtBot) -> None:
    window.go("review")
    page = window.page("review")
    assert [each.title_label.text() for each in page.findChildren(EmptyState)] == ["No project is open"]
    page = shown(window, project_file, qtbot)
    qtbot.waitUntil(
        lambda: [each.title_label.text() for each in page.findChildren(EmptyState)] == ["Nothing to review yet"],
        timeout=SLOW,
    )
    press(page, Qt.Key.Key_K)
    assert page.session.edits.all_saved
    went: list[str] = []
    page.went.connect(went.append)
    click(page.findChildren(EmptyState)[0].findChildren(Button)[0])
    assert went == ["generate"]
