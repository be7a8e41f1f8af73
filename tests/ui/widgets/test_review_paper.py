"""The paper of the Review page: a fix is of the row that it was begun on, and nothing typed is lost by one key."""

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.core.records import Candidate, Instruction
from desktop.store.candidates import CandidateView
from desktop.ui.models.review_rows import ReviewRow
from desktop.ui.widgets.review_paper import ReviewPaper


def row(id: int) -> ReviewRow:
    text = Instruction(f"Name a bird of number {id}.", output="A heron.")
    view = CandidateView(Candidate(id, id, text), text, True, {}, frozenset(), None, None, 0.0)
    return ReviewRow(view, "", (), {}, {})


def write(paper: ReviewPaper, text: str) -> None:
    paper.editor.fields["output"].textCursor().insertText(text)


@pytest.fixture
def paper(qtbot: QtBot, dressed: QApplication) -> ReviewPaper:
    made = ReviewPaper()
    qtbot.addWidget(made)
    made.sheet.show_row(row(3))
    made.start(row(3))
    return made


def test_a_fix_is_of_the_row_that_it_was_begun_on(paper: ReviewPaper, qtbot: QtBot) -> None:
    write(paper, " A coot.")
    paper.sheet.show_row(row(4))  # the queue was read again meanwhile
    with qtbot.waitSignal(paper.fixed) as fixed:
        paper.save()
    assert fixed.args == [3, Instruction("Name a bird of number 3.", output="A heron. A coot.")]
    assert not paper.editing


def test_what_was_typed_is_dropped_only_when_asked_twice(paper: ReviewPaper, qtbot: QtBot) -> None:
    write(paper, " A coot.")
    with qtbot.waitSignal(paper.hinted) as hinted:
        paper.leave()
    assert hinted.args[0] and paper.editing
    write(paper, " A gull.")  # which takes the first time back
    paper.leave()
    assert paper.editing
    with qtbot.assertNotEmitted(paper.fixed):
        paper.leave()
    assert not paper.editing


def test_an_untouched_row_is_left_and_saved_as_it_was(paper: ReviewPaper, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(paper.fixed):
        paper.save()
    assert not paper.editing
