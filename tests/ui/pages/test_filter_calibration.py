"""Calibrating a judge on the Filter page: twenty digits, what they come to, and judging every row on request."""

from collections.abc import Generator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.core.progress import Event
from desktop.core.records import AskedModel, ChainLink, Instruction, Verdict
from desktop.core.steps import Choose, Chosen
from desktop.jobs.filtering import run_filters
from desktop.store.project import Project
from desktop.ui import trust
from desktop.ui.main_window import MainWindow
from desktop.ui.pages.filter import FilterPage
from desktop.ui.preferences import Preferences
from desktop.ui.widgets.calibration_panel import CalibrationPanel
from tests.fakes import FakeEngine, Line
from tests.ui.conftest import click
from tests.ui.judged import add_imported
from tests.ui.pages.test_filter import SLOW, counts, idle, shown

ROWS = 30
JUDGED = AskedModel("Judge", "f" * 64, "as asked")
DIGITS = [Qt.Key.Key_0, Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_4, Qt.Key.Key_5]


def add_graded(path: Path, *, valued: bool = True) -> None:
    """Thirty rows; row n was given n / 6 by the judge."""
    add_imported(path, [Instruction(f"Tell me of town {n}.", output=f"Town {n} is old.") for n in range(ROWS)])
    with Project.open(path) as project:
        links = [ChainLink("length", True, {}), ChainLink("rating", True, {})]
        project.user.perform("Set filters", lambda edit: edit.set_chain(links)).result()
        for _event in run_filters(project):
            pass
        if valued:
            grades = {id: id / 6 for id in project.candidates.ids()}
            project.verdicts.put((id, {"rating": Verdict(it >= 4.5, it, by=JUDGED)}) for id, it in grades.items())


def opened(window: MainWindow, path: Path, qtbot: QtBot) -> tuple[FilterPage, CalibrationPanel]:
    page = shown(window, path, qtbot)
    click(page.chain.rows["rating"])
    qtbot.waitUntil(page.panels.view.card.calibrate_button.isVisible, timeout=SLOW)
    click(page.panels.view.card.calibrate_button)
    panel = page.panels.calibration
    qtbot.waitUntil(lambda: panel.shown is not None, timeout=SLOW)
    return page, panel


def rate(panel: CalibrationPanel, number: int, *, wrongly: bool = False) -> None:
    """Press a digit for so many rows: as the judge would, or as nobody could tell."""
    for count in range(number):
        assert panel.sheet.row is not None
        grade = count % 6 if wrongly else panel.sheet.row.id // 6
        QTest.keyClick(panel, DIGITS[grade])


def test_twenty_digits_show_how_well_the_judge_agrees(window: MainWindow, project_file: Path, qtbot: QtBot) -> None:
    add_graded(project_file)
    page, panel = opened(window, project_file, qtbot)
    assert panel.words_label.text() == "How good is the answer, from 0 to 5? What counts: Accuracy."
    assert panel.count_label.text() == "0 of 20 rated"
    assert not panel.turn_button.isVisible()
    rate(panel, 20)
    qtbot.waitUntil(panel.result.verdict_label.isVisible, timeout=SLOW)
    qtbot.waitUntil(lambda: panel.shown is not None and panel.shown.found.done, timeout=SLOW)
    assert panel.result.verdict_label.text() == "This judge agrees with you better than chance."
    assert "Spearman): 0.9" in panel.result.figures_label.text()
    panel.result.good_box.setCurrentIndex(panel.result.good_box.findData(3))
    panel.result.good_box.activated.emit(0)
    qtbot.waitUntil(lambda: panel.shown is not None and panel.shown.found.good == 3, timeout=SLOW)
    counts = panel.result.better.table.counts
    assert counts is not None and counts.same == counts.rows
    qtbot.waitUntil(panel.result.cut_button.isVisible, timeout=SLOW)
    click(panel.result.cut_button)
    idle(page, qtbot)
    qtbot.waitUntil(lambda: not panel.result.cut_button.isVisible(), timeout=SLOW)
    assert page.session.project is not None
    [link] = [each for each in page.session.project.chain.links() if each.filter == "rating"]
    assert 2.8 < float(str(link.options["minimum"])) <= 3.0
    assert page.session.edits.undo_title == "Change “Rating by the model, 0 to 5”"
    qtbot.waitUntil(lambda: "agrees 0.9" in page.chain.rows["rating"].words, timeout=SLOW)


def test_a_judge_that_guesses_is_said_to(window: MainWindow, project_file: Path, qtbot: QtBot) -> None:
    add_graded(project_file)
    page, panel = opened(window, project_file, qtbot)
    rate(panel, 20, wrongly=True)
    said = "This judge agrees with you no better than chance."
    qtbot.waitUntil(lambda: panel.result.verdict_label.text() == said, timeout=SLOW)
    qtbot.waitUntil(lambda: "no better than chance" in page.chain.rows["rating"].words, timeout=SLOW)
    assert panel.result.apart, "the rows on which they differ are named"


def test_ratings_are_kept_taken_back_and_forgotten(window: MainWindow, project_file: Path, qtbot: QtBot) -> None:
    add_graded(project_file)
    page, panel = opened(window, project_file, qtbot)
    rate(panel, 3)
    idle(page, qtbot)
    assert panel.shown is not None
    third = panel.shown.rows[2].id
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: panel.sheet.row is not None and panel.sheet.row.id == third, timeout=SLOW)
    assert panel.count_label.text() == "2 of 20 rated"
    QTest.keyClick(panel, Qt.Key.Key_Left)
    assert panel.sheet.row is not None and panel.sheet.row.id == panel.shown.rows[1].id
    assert [grade for grade, button in panel.sheet.grade_buttons.items() if button.isChecked()]
    QTest.keyClick(panel, Qt.Key.Key_Escape)
    qtbot.waitUntil(page.panels.view.isVisible, timeout=SLOW)
    click(page.panels.view.card.calibrate_button)
    qtbot.waitUntil(lambda: panel.shown is not None and panel.shown.rated == 2, timeout=SLOW)
    assert panel.sheet.row == panel.shown.rows[2], "it goes on where it was"
    click(panel.forget_button)
    qtbot.waitUntil(lambda: panel.count_label.text() == "0 of 20 rated", timeout=SLOW)
    page.session.edits.undo()
    qtbot.waitUntil(lambda: panel.count_label.text() == "2 of 20 rated", timeout=SLOW)
    idle(page, qtbot)


def test_the_model_is_asked_about_the_rated_rows_alone(
    window: MainWindow, project_file: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_graded(project_file, valued=False)

    def grade(ask: object, random_seed: int) -> Line:
        assert isinstance(ask, Choose)
        return Chosen(tuple(float(option == "4") for option in ask.options), 0.9)

    engine = FakeEngine(grade)

    def ready(_wanted: Preferences) -> Generator[Event, None, FakeEngine]:
        yield from ()
        return engine

    monkeypatch.setattr(window.session.model, "ready", ready)
    page, panel = opened(window, project_file, qtbot)
    rate(panel, 20)
    result = panel.result
    unasked = "The model has not judged these rows yet."
    qtbot.waitUntil(lambda: result.verdict_label.text() == unasked and result.ask_button.isVisible(), timeout=SLOW)
    idle(page, qtbot)
    click(result.ask_button)
    qtbot.waitUntil(lambda: result.ask_button.text() == "Ask the chosen model again", timeout=SLOW)
    assert len(engine.questions) == 20
    assert "all alike" in result.verdict_label.text()
    idle(page, qtbot)


def test_a_small_model_is_to_be_calibrated_first(
    window: MainWindow, project_file: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_graded(project_file, valued=False)
    monkeypatch.setattr(trust, "_model", lambda path: (True, "f" * 64))
    page = shown(window, project_file, qtbot)
    qtbot.waitUntil(lambda: page.chain.rows["rating"].words.startswith("≥ 4.50 · calibrate first"), timeout=SLOW)
    qtbot.waitUntil(page.strip.calibrate_button.isVisible, timeout=SLOW)
    assert "no better than chance" in page.strip.words_label.text()
    click(page.strip.calibrate_button)
    qtbot.waitUntil(page.panels.calibration.isVisible, timeout=SLOW)
    assert page.chain.rows["rating"].isChecked()
    idle(page, qtbot)


def test_every_row_is_judged_by_every_filter_on_request(window: MainWindow, project_file: Path, qtbot: QtBot) -> None:
    rows = [Instruction("Say.", output="a b c d e " * 40), Instruction("Tell me of towns.", output="They are old.")]
    add_imported(project_file, rows)
    with Project.open(project_file) as project:
        links = [ChainLink("length", True, {}), ChainLink("repetition", True, {})]
        project.user.perform("Set filters", lambda edit: edit.set_chain(links)).result()
    page = shown(window, project_file, qtbot)

    def judge(words: str) -> dict[str, int]:
        click(page.chain.judge_button)
        menu = page.chain.judge_button.opened
        assert menu is not None
        action: QAction = next(each for each in menu.actions() if each.text().startswith(words))
        menu.close()
        action.trigger()
        idle(page, qtbot)
        assert page.session.project is not None
        return dict(page.session.project.verdicts.counts())

    assert judge("By the rules, what still passes") == {"length": 2, "repetition": 1}
    assert judge("By the rules, every row") == {"length": 2, "repetition": 2}
    assert counts(page).dropped == {"length": 1}, "a row counts once"


def test_a_judging_that_was_stopped_is_gone_on_with(window: MainWindow, project_file: Path, qtbot: QtBot) -> None:
    add_imported(project_file, [Instruction(f"Tell me of town number {n}.", output="It is old.") for n in range(3000)])
    with Project.open(project_file) as project:
        project.user.perform("Set", lambda edit: edit.set_chain([ChainLink("length", True, {})])).result()
        job = run_filters(project)
        while not project.verdicts.mark():
            next(job)
        job.close()
    page = shown(window, project_file, qtbot)
    qtbot.waitUntil(page.strip.judge_button.isVisible, timeout=SLOW)
    assert page.strip.judge_button.text() == "Go on judging"
    assert page.strip.words_label.text() == "The judging ended after 2,000 of 3,000 rows."
    click(page.strip.judge_button)
    idle(page, qtbot)
    qtbot.waitUntil(page.strip.isHidden, timeout=SLOW)
    assert counts(page).passing == 3000
