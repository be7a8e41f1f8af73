"""What the Filter page does with rows: clusters and their keeper, fixes, deciding from what is stored."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.core.records import ChainLink, Instruction
from desktop.core.steps import Choose, Chosen
from desktop.jobs.filtering import run_filters
from desktop.store.project import Project
from desktop.ui.main_window import MainWindow
from desktop.ui.pages.filter import FilterPage
from tests.fakes import FakeEngine, Line
from tests.ui.conftest import click, lend
from tests.ui.judged import DROPPED, add_imported, add_judged
from tests.ui.pages.test_filter import SLOW, counts, idle, shown

LEFT, NO_KEYS = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def judge(path: Path, *filters: str) -> None:
    """Store a chain of these filters and what it says of every row."""
    with Project.open(path) as project:
        links = [ChainLink(each, True, {}) for each in filters]
        project.user.perform("Set filters", lambda edit: edit.set_chain(links)).result()
        for _event in run_filters(project):
            pass


def drag_cut(page: FilterPage, start: float, end: float) -> None:
    histogram = page.panels.view.card.histogram
    first, last = (histogram.place_of(value).toPoint() - QPoint(0, 20) for value in (start, end))
    QTest.mousePress(histogram, LEFT, NO_KEYS, first)
    QTest.mouseMove(histogram, last)
    QTest.mouseRelease(histogram, LEFT, NO_KEYS, last)


def test_the_keeper_of_a_cluster_is_changed(window: MainWindow, project_file: Path, qtbot: QtBot) -> None:
    add_judged(project_file)
    page = shown(window, project_file, qtbot)
    click(page.panels.view.card.clusters_button)
    panel = page.panels.clusters
    qtbot.waitUntil(lambda: panel.members.rowCount() == 2 and panel.count_label.text() == "1 cluster", timeout=SLOW)
    assert not panel.keep_button.isEnabled()
    place = panel.member_list.visualRect(panel.members.index(1, 0))
    qtbot.waitUntil(lambda: panel.members.view_at(1) is not None, timeout=SLOW)
    QTest.mouseClick(panel.member_list.viewport(), LEFT, NO_KEYS, place.center())
    qtbot.waitUntil(panel.keep_button.isEnabled, timeout=SLOW)
    QTest.keyClicks(panel.reason_field, "the better sea")
    click(panel.keep_button)
    qtbot.waitUntil(lambda: page.session.edits.undo_title == "Keep another row of a cluster", timeout=SLOW)

    def kept() -> list[bool]:
        views = [panel.members.view_at(row) for row in range(panel.members.rowCount())]
        return [view.kept for view in views if view is not None]

    qtbot.waitUntil(lambda: kept() == [False, True], timeout=SLOW)
    assert page.session.project is not None
    (changed,) = [
        view for view in page.session.project.candidates.get(page.session.project.candidates.ids()) if view.overruled
    ]
    assert changed.row == DROPPED[0]
    page.session.edits.undo()
    qtbot.waitUntil(lambda: kept() == [True, False], timeout=SLOW)
    QTest.keyClick(panel.list, Qt.Key.Key_Escape)
    qtbot.waitUntil(page.panels.view.card.isVisible)
    idle(page, qtbot)


def test_fixes_are_shown_and_applied_in_one_step(window: MainWindow, project_file: Path, qtbot: QtBot) -> None:
    rows = [Instruction(f"Tell me of river {n}.", output=f"<p>River {n} is long and old.</p>") for n in range(3)]
    add_imported(project_file, [*rows, Instruction("Tell me of a lake.", output="It is deep.")])
    judge(project_file, "debris")
    page = shown(window, project_file, qtbot)
    assert counts(page).passing == 1
    qtbot.waitUntil(page.panels.view.card.fixes_button.isVisible, timeout=SLOW)
    assert page.panels.view.card.fixes_button.text() == "3 fixes"
    assert page.panels.view.card.histogram.isHidden()
    assert page.panels.view.card.counts_label.text() == "keeps 1 · drops 3"
    click(page.panels.view.card.fixes_button)
    qtbot.waitUntil(page.panels.fixes.apply_button.isEnabled, timeout=SLOW)
    assert page.panels.fixes.apply_button.text() == "Apply 3 fixes"
    assert page.panels.fixes.texts[0].toPlainText() == "<p>River 0 is long and old.</p>"
    click(page.panels.fixes.apply_button)
    qtbot.waitUntil(lambda: counts(page).passing == 4 and counts(page).edited == 3, timeout=SLOW)
    idle(page, qtbot)
    qtbot.waitUntil(page.panels.view.card.isVisible, timeout=SLOW)
    assert page.session.edits.undo_title == "Apply fixes: Debris"
    page.session.edits.undo()
    qtbot.waitUntil(lambda: counts(page).edited == 0, timeout=SLOW)
    idle(page, qtbot)


@pytest.mark.parametrize(("filter_id", "start", "end"), [("repetition", 0.5, 0.05), ("novelty", 0.7, 0.95)])
def test_a_moved_cut_decides_from_what_is_stored(
    filter_id: str,
    start: float,
    end: float,
    window: MainWindow,
    project_file: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    add_imported(
        project_file,
        [
            Instruction("Say it again and again.", output="so it goes on, so it goes on, so it goes on, and ends."),
            Instruction("Name three rivers that flow into the Baltic Sea.", output="The Oder, the Neva, the Vistula."),
            Instruction("Name three rivers that flow into the North Sea.", output="The Elbe, the Rhine, the Thames."),
        ],
    )
    judge(project_file, filter_id)
    page = shown(window, project_file, qtbot)
    before = counts(page).passing
    qtbot.waitUntil(page.panels.view.card.histogram.isVisible, timeout=SLOW)
    monkeypatch.setattr("desktop.jobs.filtering.Chain.warm", _never)
    monkeypatch.setattr("desktop.jobs.filtering._all_in_order", _never)
    drag_cut(page, start, end)
    if filter_id == "novelty":
        qtbot.waitUntil(lambda: counts(page).passing == before + 1, timeout=SLOW)
    else:
        monkeypatch.undo()  # the row that falls now is looked at for its evidence
        qtbot.waitUntil(lambda: counts(page).passing == before - 1, timeout=SLOW)
    idle(page, qtbot)


def _never(*_arguments: object, **_named: object) -> object:
    raise AssertionError("rows were judged again")


def grade(ask: object, _random_seed: int) -> Line:
    """A model that gives the grade that stands in the answer."""
    assert isinstance(ask, Choose)
    return Chosen(tuple(float(f", {option}." in str(ask.prompt)) for option in ask.options), 1.0)


def test_the_model_is_asked_on_request(window: MainWindow, project_file: Path, qtbot: QtBot) -> None:
    add_imported(
        project_file, [Instruction("Name a bird.", output="Heron, 5."), Instruction("A fish.", output="So, 3.")]
    )
    judge(project_file, "empty", "rating")
    engine = FakeEngine(grade)

    lend(window.session, engine)
    page = shown(window, project_file, qtbot)
    assert page.chain.rows["rating"].words.endswith("2 to ask about")
    qtbot.waitUntil(page.strip.ask_button.isVisible, timeout=SLOW)
    assert page.strip.words_label.text() == "The model has not been asked about 2 rows yet."
    assert not engine.questions
    click(page.strip.ask_button)
    qtbot.waitUntil(lambda: counts(page).passing == 1, timeout=SLOW)
    idle(page, qtbot)
    qtbot.waitUntil(page.strip.isHidden, timeout=SLOW)
    assert page.chain.rows["rating"].words.endswith("all asked")
    asked = len(engine.questions)
    click(page.chain.rows["rating"])
    qtbot.waitUntil(page.panels.view.card.histogram.isVisible, timeout=SLOW)
    page.panels.view.card.histogram.moved.emit(2.5)  # decided from what the model said
    qtbot.waitUntil(lambda: counts(page).passing == 2, timeout=SLOW)
    idle(page, qtbot)
    assert len(engine.questions) == asked
