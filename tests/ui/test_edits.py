"""Changes of the project: told with their origin once they are committed, and taken back by name."""

from pathlib import Path

from pytestqt.qtbot import QtBot

from desktop.core.errors import UserError
from desktop.store.project import Project
from desktop.ui.session import Session
from tests.ui.conftest import open_and_wait
from tests.ui.reader import Reader


def test_a_change_is_told_with_its_origin_then_undone_by_name(opened: Session, qtbot: QtBot) -> None:
    reader = Reader()
    opened.changed.connect(reader.take_changes)
    assert opened.edits.all_saved
    opened.edits.perform("Remove a seed", lambda edit: edit.remove_seeds([1]), reader, reader.take)
    assert not opened.edits.all_saved
    qtbot.waitUntil(lambda: bool(reader.answers))
    changes, origin = reader.changes[0]
    assert origin is reader
    assert "seeds" in changes.stages
    assert opened.edits.all_saved
    assert opened.edits.undo_title == "Remove a seed"
    with qtbot.waitSignal(opened.noticed) as said:
        opened.edits.undo()
    assert said.args == ["Undone: Remove a seed", False]
    assert opened.project is not None
    assert opened.project.seeds.count() == 10
    assert opened.edits.redo_title == "Remove a seed"
    with qtbot.waitSignal(opened.changed):
        opened.edits.redo()
    assert opened.project.seeds.count() == 9


def test_a_change_that_fails_changes_nothing_and_says_so(opened: Session, qtbot: QtBot) -> None:
    def change(edit: object) -> None:
        raise UserError("The disk is full.", "Make room.")

    with qtbot.waitSignal(opened.failed) as caught:
        opened.edits.perform("Fail", change)
    assert caught.args[0].what == "The disk is full."
    assert opened.edits.all_saved


def test_what_can_only_be_read_is_not_changed(session: Session, project_file: Path, qtbot: QtBot) -> None:
    with Project.open(project_file):
        open_and_wait(session, project_file, qtbot)
        assert session.project is not None
        with qtbot.waitSignal(session.failed) as caught:
            session.edits.perform("Rename", lambda edit: edit.set_title("x"))
        assert caught.args[0].what == session.read_only_because
        assert session.project.title == "Clinic letters"
        assert session.edits.undo_title is None
        session.close_project()
