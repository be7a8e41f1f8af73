"""The Export page: what it shows before a file leaves, and what is on the disk afterwards."""

import json
import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from desktop.core.records import Candidate, Instruction, Text
from desktop.store.project import Project
from desktop.ui.main_window import MainWindow
from desktop.ui.pages.export import ExportPage
from desktop.ui.session import Session
from desktop.ui.widgets.empty import EmptyState
from tests.ui.conftest import open_and_wait


@pytest.fixture
def page(window: MainWindow, session: Session, project_file: Path, qtbot: QtBot) -> ExportPage:
    """The page on a project with four accepted rows (one a plain text) and two that wait."""
    with Project.open(project_file) as project:
        rows = [Instruction(f"Explain dose {n}.", output="Twice a day. 每天两次。") for n in range(5)]
        candidates = [Candidate(0, 0, row) for row in rows] + [Candidate(0, 0, Text("A leaflet."))]
        ids = list(project.candidates.add(candidates))
        kept = [*ids[:3], ids[5]]
        project.user.perform("Keep", lambda edit: edit.decide(kept, "accepted", time.time())).result()
    open_and_wait(session, project_file, qtbot)
    window.go("export")
    made = window.page("export")
    assert isinstance(made, ExportPage)
    qtbot.waitUntil(lambda: bool(made.preview.toPlainText()))
    return made


def test_shows_the_first_rows_as_they_will_be_written(page: ExportPage) -> None:
    first = page.preview.toPlainText().split("\n\n")[0]
    assert json.loads(first) == {"instruction": "Explain dose 0.", "input": "", "output": "Twice a day. 每天两次。"}
    assert page.rows_badge.text() == "4 rows"
    assert "2 that pass wait" in page.line_label.text()


def test_another_format_changes_the_preview(page: ExportPage, qtbot: QtBot) -> None:
    box = page.format_box
    box.setCurrentIndex(box.findData("sharegpt"))
    box.activated.emit(box.currentIndex())
    qtbot.waitUntil(lambda: '"from":"human"' in page.preview.toPlainText().replace(" ", ""))


def test_unreviewed_rows_leave_only_when_asked(page: ExportPage, qtbot: QtBot) -> None:
    QTest.mouseClick(page.leaving_form.field("unreviewed"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.rows_badge.text() == "6 rows")
    assert "stay here" not in page.line_label.text()


def test_saves_the_file_its_card_and_where_rows_come_from(
    page: ExportPage, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "out" / "letters.jsonl"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(target), ""))
    with qtbot.waitSignal(page.session.noticed, check_params_cb=lambda text, _undo: "3 rows written" in text):
        QTest.mouseClick(page.save_button, Qt.MouseButton.LeftButton)
    assert len(target.read_text(encoding="utf-8").splitlines()) == 3
    assert {each.name for each in target.parent.iterdir()} == {
        "letters.jsonl",
        "letters.card.md",
        "letters.provenance.jsonl",
    }
    qtbot.waitUntil(lambda: "export" not in page.session.jobs and page.save_button.isEnabled())
    assert page.session.project is not None
    assert [each.rows for each in page.session.project.exports.all()] == [3]


def test_a_share_kept_back_makes_two_files(page: ExportPage, tmp_path: Path, qtbot: QtBot) -> None:
    page.leaving_form.field("test_share").setValue(40)  # type: ignore[attr-defined]
    with qtbot.waitSignal(page.session.noticed):
        page.save_to(tmp_path / "split.jsonl")
    names = {each.name for each in tmp_path.glob("split*.jsonl")}
    assert {"split.train.jsonl", "split.test.jsonl"} <= names


def test_a_folder_that_cannot_be_written_is_said_and_nothing_is_left(
    page: ExportPage, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "file").write_text("in the way")
    with qtbot.waitSignal(page.session.failed):
        page.save_to(tmp_path / "file" / "letters.jsonl")
    qtbot.waitUntil(lambda: "export" not in page.session.jobs and page.save_button.isEnabled())
    assert page.session.project is not None
    assert page.session.project.exports.all() == ()


def test_says_what_to_do_while_nothing_can_leave(
    window: MainWindow, session: Session, project_file: Path, qtbot: QtBot
) -> None:
    open_and_wait(session, project_file, qtbot)
    window.go("export")
    page = window.page("export")
    qtbot.waitUntil(lambda: bool(page.findChildren(EmptyState)))
    state = page.findChildren(EmptyState)[-1]
    assert "Review" in state.text_label.text()
