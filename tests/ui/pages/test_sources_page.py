"""The Sources page, by clicks and keys: files come in, are read beside their page, left out, cut again, removed."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.core.documents import Block, DocumentPage, placed
from desktop.core.records import Passage, Reason, Source, Unread
from desktop.jobs.cutting import Cutting, cut
from desktop.store.project import Project
from desktop.ui.pages.sources import SourcesPage
from desktop.ui.session import Session
from desktop.ui.widgets.empty import EmptyState
from tests.formats import papers
from tests.ui.conftest import click, open_and_wait
from tests.ui.pages.shown import shown

_SENTENCE = "The fee of the club is due in May and covers the insurance of every boat. "


@pytest.fixture
def page(session: Session, qtbot: QtBot, tmp_path: Path) -> SourcesPage:
    """The page of a project with two sources: a handbook of four passages, one of them a header, and a note."""
    path = tmp_path / "letters.seedbed"
    with Project.create(path, title="Clinic letters", language="en") as project:
        blocks = [
            (Block("Handbook", aside="running"), Block(f"Part {n}", 1), Block(_SENTENCE * 30)) for n in range(1, 4)
        ]
        pages = list(placed(DocumentPage(n, each) for n, each in enumerate(blocks, 1)))
        unread = (Unread("page 4", Reason("it is a picture without text, a scan perhaps")),)
        handbook = Source(0, "/docs/Handbook.pdf", "a" * 64, "pdf", 4, unread)
        _store(project, handbook, pages, list(cut(pages, Cutting(tokens=700))))
        _store(project, Source(0, "/docs/note.txt", "b" * 64, "txt"), [], [Passage(0, 0, "A note.")])
    open_and_wait(session, path, qtbot)
    made = shown(SourcesPage(session), session, qtbot)
    qtbot.waitUntil(lambda: made.passages.rows.rowCount() == 4 and bool(made.reader.text.pieces))
    return made


def _store(project: Project, source: Source, pages: Sequence[object], passages: Sequence[Passage]) -> None:
    for _done in project.sources.store(source, pages, passages):  # type: ignore[arg-type]
        pass


def _excluded(session: Session) -> list[int]:
    assert session.project is not None
    return list(session.project.passages.ids(excluded=True))


def _marked(page: SourcesPage) -> str:
    return "".join(piece.text for piece in page.reader.text.pieces if piece.tone == "mark")


def test_a_passage_is_read_beside_the_page_it_stands_on(page: SourcesPage, qtbot: QtBot) -> None:
    assert page.line_label.text() == "2 sources · 4 passages · 1 left out · ≈ cut by estimated tokens"
    QTest.keyClick(page.passages.list, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: _marked(page).startswith("Part 1"))
    assert page.reader.title_label.text() == "Page 1"
    assert page.reader.picture_button.isHidden(), "the file is not there any more"


def test_a_passage_is_left_out_by_a_key_and_the_next_one_comes(page: SourcesPage, qtbot: QtBot) -> None:
    page.passages.list.setFocus()
    QTest.keyClick(page.passages.list, Qt.Key.Key_Down)
    shown = page.passages.rows.id_at(1)
    QTest.keyClick(page.passages.list, Qt.Key.Key_X)
    qtbot.waitUntil(lambda: shown in _excluded(page.session))
    assert page.passages.list.currentIndex().row() == 2
    page.session.edits.undo()
    qtbot.waitUntil(lambda: shown not in _excluded(page.session))


def test_a_range_is_left_out_and_taken_back_in(page: SourcesPage, qtbot: QtBot) -> None:
    page.passages.list.setFocus()
    QTest.keyClick(page.passages.list, Qt.Key.Key_Down)
    QTest.keyClick(page.passages.list, Qt.Key.Key_End, Qt.KeyboardModifier.ShiftModifier)
    click(page.passages.exclude_button)
    qtbot.waitUntil(lambda: len(_excluded(page.session)) == 4)
    qtbot.waitUntil(lambda: page.passages.exclude_button.text() == "Take back in")
    click(page.passages.exclude_button)
    qtbot.waitUntil(lambda: len(_excluded(page.session)) == 1)
    assert page.session.edits.undo_title == "Take 3 passages back in"


def test_a_whole_source_is_left_out_and_what_was_set_aside_stays_so(page: SourcesPage, qtbot: QtBot) -> None:
    click(page.all_button)
    qtbot.waitUntil(lambda: len(_excluded(page.session)) == 4)
    qtbot.waitUntil(lambda: page.all_button.text() == "Take all back in")
    click(page.all_button)
    qtbot.waitUntil(lambda: len(_excluded(page.session)) == 1)


def test_a_source_is_removed_by_its_key_and_undo_brings_it_back(page: SourcesPage, qtbot: QtBot) -> None:
    page.source_list.setFocus()
    QTest.keyClick(page.source_list, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: page.sources.rowCount() == 1 and page.passages.rows.rowCount() == 1)
    page.session.edits.undo()
    qtbot.waitUntil(lambda: page.sources.rowCount() == 2)


def test_parts_that_were_not_read_are_listed_with_the_reason(page: SourcesPage, qtbot: QtBot) -> None:
    assert page.unread_button.text() == "1 part not read"
    click(page.unread_button)
    qtbot.waitUntil(page.result.isVisible)
    click(page.result.close_button)
    assert page.passages.list.isVisible()
    QTest.keyClick(page.source_list, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: page.passages.rows.rowCount() == 1)
    assert not page.unread_button.isVisible()


def test_passages_are_cut_again_in_one_step(page: SourcesPage, qtbot: QtBot) -> None:
    click(page.passages.cut_button)
    qtbot.waitUntil(page.cutting.isVisible)
    page.cutting.form.set_value(Cutting(tokens=200))
    with qtbot.waitSignal(page.session.noticed) as said:
        click(page.cutting.one_button)
    assert said.args[1] is True
    qtbot.waitUntil(lambda: page.passages.rows.rowCount() > 6)
    assert page.session.edits.undo_title == "Cut 1 source again"
    page.session.edits.undo()
    qtbot.waitUntil(lambda: page.passages.rows.rowCount() == 4)


def test_search_narrows_the_passages(page: SourcesPage, qtbot: QtBot) -> None:
    QTest.keyClicks(page.passages.search, "part 2")
    qtbot.waitUntil(lambda: page.passages.rows.rowCount() == 1)
    QTest.keyClick(page.passages.search, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: page.passages.rows.rowCount() == 4)


def test_an_empty_project_says_what_to_do_and_takes_what_is_dropped(
    opened: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    page = shown(SourcesPage(opened), opened, qtbot)
    qtbot.waitUntil(lambda: bool(page.findChildren(EmptyState)))
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.pdf").write_bytes(papers.pdf([[(72, 700, 11, "The fee is due in May.")]]))
    (folder / "b.bin").write_bytes(bytes(range(256)))
    _drop(page, folder)
    qtbot.waitUntil(page.result.isVisible, timeout=20_000)
    assert "1 source came in." in page.result.words
    click(page.result.close_button)
    qtbot.waitUntil(lambda: page.passages.rows.rowCount() == 1)
    qtbot.waitUntil(page.reader.picture_button.isVisible)
    click(page.reader.picture_button)
    qtbot.waitUntil(lambda: page.reader.picture.shows_image, timeout=20_000)


def test_an_import_is_stopped(opened: Session, qtbot: QtBot, tmp_path: Path) -> None:
    page = shown(SourcesPage(opened), opened, qtbot)
    (tmp_path / "a.pdf").write_bytes(papers.pdf([[(72, 700, 11, f"Page {n}.")] for n in range(3000)]))
    page.take_files([tmp_path / "a.pdf"])
    qtbot.waitUntil(page.strip.isVisible)
    with qtbot.waitSignal(page.session.noticed) as said:
        click(page.strip.stop_button)
    assert "Stopped" in said.args[0]
    assert opened.project is not None
    assert opened.project.sources.count() == 0


def test_a_project_that_can_only_be_read_is_not_changed(session: Session, project_file: Path, qtbot: QtBot) -> None:
    with Project.open(project_file):
        open_and_wait(session, project_file, qtbot)
        page = shown(SourcesPage(session), session, qtbot)
        assert not page.add_button.isEnabled()
        with qtbot.waitSignal(session.failed):
            page.take_files([project_file])
        session.close_project()


def _drop(page: SourcesPage, path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    button, modifier = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    page.dropEvent(QDropEvent(QPointF(50, 50), Qt.DropAction.CopyAction, mime, button, modifier))
