"""The Seeds page, by clicks and keys: edit, add, duplicate, remove and undo, search, paste, import by mapping."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.core.records import Seed
from desktop.formats._voted import VotedOptions
from desktop.store.project import Project
from desktop.ui.pages.seeds import SeedsPage
from desktop.ui.session import Session
from desktop.ui.widgets.seed_start import SeedStart
from tests.formats.test_stackexchange import answer, dump, question
from tests.ui.conftest import click, open_and_wait
from tests.ui.pages.shown import shown


@pytest.fixture
def page(opened: Session, qtbot: QtBot) -> SeedsPage:
    return _page(opened, qtbot, 10)


def _page(session: Session, qtbot: QtBot, count: int) -> SeedsPage:
    made = shown(SeedsPage(session), session, qtbot)
    if count:
        qtbot.waitUntil(lambda: made.rows.rowCount() == count and made.form.seed is not None)
    return made


def _stored(session: Session) -> Sequence[Seed]:
    assert session.project is not None
    return session.project.seeds.all()


def _texts(session: Session) -> list[str]:
    return [seed.row.instruction for seed in _stored(session)]


def test_the_table_the_form_and_what_is_covered(page: SeedsPage, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: page.table.model().index(0, 0).data() == "Explain medicine number 0.")
    assert page.form.instruction.toPlainText() == "Explain medicine number 0."
    assert page.form.output.toPlainText() == "Take it with water."
    qtbot.waitUntil(lambda: bool(page.coverage.task_types.parts))
    assert [(part.words, part.count) for part in page.coverage.task_types.parts] == [("explanation", 5), ("summary", 5)]
    assert "10 seeds" in page.line_label.text()
    assert "2 task types" in page.line_label.text()


def test_typing_is_saved_when_the_field_is_left_and_undone_in_one_step(page: SeedsPage, qtbot: QtBot) -> None:
    page.form.instruction.setFocus()
    page.form.instruction.selectAll()
    QTest.keyClicks(page.form.instruction, "Explain it well.")
    QTest.keyClick(page.form.instruction, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: _texts(page.session)[0] == "Explain it well.")
    qtbot.waitUntil(lambda: page.table.model().index(0, 0).data() == "Explain it well.")
    page.session.edits.undo()
    qtbot.waitUntil(lambda: _texts(page.session)[0] == "Explain medicine number 0.")
    qtbot.waitUntil(lambda: page.form.instruction.toPlainText() == "Explain medicine number 0.")


def test_going_to_another_row_saves_the_one_that_is_left(page: SeedsPage, qtbot: QtBot) -> None:
    page.form.task_type.setEditText("dosage")
    QTest.keyClick(page.table, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: page.form.instruction.toPlainText() == "Explain medicine number 1.")
    qtbot.waitUntil(lambda: _stored(page.session)[0].row.task_type == "dosage")
    assert _stored(page.session)[1].row.task_type == "summary"


def test_a_new_seed_is_stored_once_it_has_an_instruction(page: SeedsPage, qtbot: QtBot) -> None:
    click(page.add_button)
    assert page.form.instruction.toPlainText() == ""
    QTest.keyClicks(page.form.output, "Twice a day.")
    page.form.save()
    assert len(_stored(page.session)) == 10
    assert page.form.hint_label.isVisible()
    QTest.keyClicks(page.form.instruction, "How often?")
    page.form.save()
    qtbot.waitUntil(lambda: page.rows.rowCount() == 11)
    qtbot.waitUntil(lambda: page.table.currentIndex().row() == 10)
    seed = _stored(page.session)[-1]
    assert (seed.row.instruction, seed.row.output) == ("How often?", "Twice a day.")
    QTest.keyClicks(page.form.instruction, " Really?")
    page.form.save()
    qtbot.waitUntil(lambda: _texts(page.session)[-1].endswith("Really?") and len(_texts(page.session)) == 11)


def test_delete_removes_the_chosen_rows_says_so_and_undo_brings_them_back(page: SeedsPage, qtbot: QtBot) -> None:
    page.table.setFocus()
    QTest.keyClick(page.table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    with qtbot.waitSignal(page.session.noticed) as said:
        QTest.keyClick(page.table, Qt.Key.Key_Delete)
    assert said.args == ["2 seeds removed.", True]
    qtbot.waitUntil(lambda: page.rows.rowCount() == 8)
    qtbot.waitUntil(lambda: page.form.instruction.toPlainText() == "Explain medicine number 2.")
    page.session.edits.undo()
    qtbot.waitUntil(lambda: page.rows.rowCount() == 10)
    assert _texts(page.session)[0] == "Explain medicine number 0."


def test_a_language_is_shown_by_its_name_and_stored_by_its_code(page: SeedsPage, qtbot: QtBot) -> None:
    first, second, *_others = (seed.id for seed in _stored(page.session))

    def shown(id: int) -> bool:
        return page.form.seed is not None and page.form.seed.id == id

    page.form.language.setEditText("de")
    QTest.keyClick(page.table, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: _stored(page.session)[0].row.language == "de" and shown(second))
    QTest.keyClick(page.table, Qt.Key.Key_Up)
    qtbot.waitUntil(lambda: page.form.language.currentText() == "Deutsch" and shown(first))
    page.form.task_type.setEditText("dosage")
    QTest.keyClick(page.table, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: _stored(page.session)[0].row.task_type == "dosage" and shown(second))
    assert _stored(page.session)[0].row.language == "de"
    qtbot.waitUntil(lambda: page.form.language.findText("Deutsch") >= 0)
    page.form.language.setCurrentText("Deutsch")
    page.form.save()
    qtbot.waitUntil(lambda: _stored(page.session)[1].row.language == "de")


def test_duplicate(page: SeedsPage, qtbot: QtBot) -> None:
    click(page.form.copy_button)
    qtbot.waitUntil(lambda: page.rows.rowCount() == 11)
    assert _texts(page.session)[-1] == _texts(page.session)[0]


def test_search_narrows_and_escape_widens(page: SeedsPage, qtbot: QtBot) -> None:
    QTest.keyClicks(page.search, "number 7")
    qtbot.waitUntil(lambda: page.rows.rowCount() == 1)
    QTest.keyClick(page.search, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: page.rows.rowCount() == 10)


def test_the_heading_sorts(page: SeedsPage, qtbot: QtBot) -> None:
    page.table.horizontalHeader().setSortIndicator(3, Qt.SortOrder.DescendingOrder)
    qtbot.waitUntil(lambda: page.rows.index(0, 3).data() == "summary")


def test_rows_are_pasted_from_a_spreadsheet(page: SeedsPage, qtbot: QtBot) -> None:
    QGuiApplication.clipboard().setText("Sort it.\tb a\ta b\tsorting\nName it.\t\tBob\tnaming")
    page.table.setFocus()
    QTest.keyClick(page.table, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: page.rows.rowCount() == 12)
    assert _stored(page.session)[-2].row.input == "b a"
    assert page.session.edits.undo_title == "Paste 2 seeds"


def test_a_dropped_file_is_imported_by_mapping(page: SeedsPage, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    lines = [{"ask": f"Which bone is number {n}?", "reply": "The femur.", "grade": n} for n in range(3)]
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    _drop(page, path)
    panel = page.importing.panel
    qtbot.waitUntil(panel.isVisible)
    assert not panel.import_button.isEnabled(), "no column is the instruction yet"
    for field, column in (("instruction", "ask"), ("output", "reply")):
        box = panel.box(field)
        box.setCurrentIndex(box.findData(column))
        box.activated.emit(box.currentIndex())
    with qtbot.waitSignal(page.session.noticed) as said:
        click(panel.import_button)
    assert said.args == ["3 seeds added.", True]
    qtbot.waitUntil(lambda: page.rows.rowCount() == 13)
    seed = _stored(page.session)[-1]
    assert (seed.row.instruction, seed.row.output, seed.row.extra) == (
        "Which bone is number 2?",
        "The femur.",
        {"grade": 2},
    )
    page.session.edits.undo()
    qtbot.waitUntil(lambda: page.rows.rowCount() == 10)


def test_rows_that_cannot_be_read_are_listed(page: SeedsPage, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "seeds.csv"
    path.write_text("instruction,output\nName a bone.,Femur\n,Nobody asked\n", encoding="utf-8")
    page.take_files([path])
    panel = page.importing.panel
    qtbot.waitUntil(panel.isVisible)
    click(panel.import_button)
    qtbot.waitUntil(page.importing.result.isVisible)
    click(page.importing.result.close_button)
    qtbot.waitUntil(lambda: page.rows.rowCount() == 11 and page.table.isVisible())


def test_an_archive_with_votes_is_asked_for_its_rules_and_comes_in_by_them(
    page: SeedsPage, qtbot: QtBot, tmp_path: Path
) -> None:
    posts = [question(1), answer(2, 1, 12), question(5, "Why?"), answer(6, 5, 3, "<p>Because of the salt in it.</p>")]
    _drop(page, dump(tmp_path, posts))
    rules = page.importing.rules
    qtbot.waitUntil(rules.isVisible)
    rules.forms["stackexchange"].set_value(VotedOptions(shortest=1, score=2, prompt="title"))
    with qtbot.waitSignal(page.session.noticed) as said:
        click(rules.import_button)
    assert said.args == ["2 seeds added.", True]
    qtbot.waitUntil(lambda: page.rows.rowCount() == 12 and page.table.isVisible())
    assert _stored(page.session)[-1].row.output == "Because of the salt in it."
    _drop(page, dump(tmp_path, posts))
    qtbot.waitUntil(rules.isVisible)
    assert rules.forms["stackexchange"].value() == VotedOptions(shortest=1, score=2, prompt="title"), "as used last"
    click(rules.back_button)
    qtbot.waitUntil(page.table.isVisible)


def test_what_the_rules_left_out_is_told_where_there_are_no_seeds_yet(
    session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "new.seedbed"
    Project.create(path, title="New", language="en").close()
    open_and_wait(session, path, qtbot)
    page = _page(session, qtbot, 0)
    page.take_files([dump(tmp_path, [question(1), answer(2, 1, 12)])])
    qtbot.waitUntil(page.importing.rules.isVisible)
    click(page.importing.rules.import_button)
    qtbot.waitUntil(page.importing.result.isVisible)
    qtbot.wait(500)  # until the window was told that an import has ended
    assert page.importing.result.isVisible()
    click(page.importing.result.close_button)
    qtbot.waitUntil(lambda: page.sample_button is not None and page.sample_button.isVisible())


def test_a_table_with_votes_can_be_taken_by_them(page: SeedsPage, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "asked.csv"
    path.write_text("question,reply,votes\nWhy?,Salt.,3\nWhy?,Sugar.,40\nHow?,Heat.,1\n", encoding="utf-8")
    _drop(page, path)
    panel, rules = page.importing.panel, page.importing.rules
    qtbot.waitUntil(panel.isVisible)
    assert not panel.votes_button.isEnabled(), "no column is the answer yet"
    box = panel.box("output")
    box.setCurrentIndex(box.findData("reply"))
    box.activated.emit(box.currentIndex())
    click(panel.votes_button)
    qtbot.waitUntil(rules.isVisible)
    asked = rules.forms["stackexchange"].value()
    assert isinstance(asked, VotedOptions)
    rules.forms["stackexchange"].set_value(replace(asked, shortest=1))
    click(rules.import_button)
    qtbot.waitUntil(lambda: page.rows.rowCount() == 11)
    qtbot.waitUntil(page.importing.result.isVisible)
    assert page.importing.result.words == "1 seed added."
    assert _stored(page.session)[-1].row.output == "Sugar."


def test_a_file_that_holds_no_rows_is_refused_in_words(page: SeedsPage, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "seeds.jsonl"
    path.write_text("", encoding="utf-8")
    with qtbot.waitSignal(page.session.failed) as caught:
        page.take_files([path])
    assert "empty" in caught.args[0].what
    assert not page.importing.busy
    assert page.table.isVisible()


def test_cancel_imports_nothing(page: SeedsPage, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "seeds.csv"
    path.write_text("instruction\nName a bone.\n", encoding="utf-8")
    page.take_files([path])
    qtbot.waitUntil(page.importing.panel.isVisible)
    click(page.importing.panel.cancel_button)
    assert page.table.isVisible()
    assert len(_stored(page.session)) == 10


def test_nothing_stands_where_nothing_is_covered_yet(session: Session, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "new.seedbed"
    Project.create(path, title="New", language="en").close()
    open_and_wait(session, path, qtbot)
    page = _page(session, qtbot, 0)
    qtbot.waitUntil(lambda: page.sample_button is not None and page.sample_button.isVisible())
    click(page.findChildren(SeedStart)[0].add_button)
    qtbot.waitUntil(page.form.instruction.isVisible)
    assert not page.coverage.task_types.isVisible(), "an empty card would stand above the table"
    QTest.keyClicks(page.form.instruction, "Explain it well.")
    page.form.save()
    qtbot.waitUntil(page.coverage.task_types.isVisible)


def test_an_empty_project_offers_the_samples(session: Session, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "new.seedbed"
    Project.create(path, title="New", language="zh").close()
    open_and_wait(session, path, qtbot)
    page = _page(session, qtbot, 0)
    qtbot.waitUntil(lambda: page.sample_button is not None and page.sample_button.isVisible())
    assert page.sample_button is not None
    click(page.sample_button)
    qtbot.waitUntil(lambda: page.rows.rowCount() >= 40 and page.table.isVisible())
    assert "zh" in {seed.row.language for seed in _stored(session)}


def test_a_project_that_can_only_be_read_is_not_changed(session: Session, project_file: Path, qtbot: QtBot) -> None:
    with Project.open(project_file):
        open_and_wait(session, project_file, qtbot)
        page = _page(session, qtbot, 10)
        assert not page.add_button.isEnabled()
        assert page.form.instruction.isReadOnly()
        session.close_project()


def _drop(page: SeedsPage, path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    button, modifier = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    page.dropEvent(QDropEvent(QPointF(50, 50), Qt.DropAction.CopyAction, mime, button, modifier))
