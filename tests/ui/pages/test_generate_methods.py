"""The Generate page's catalogue: a method is found, taken and remembered, starts from rows, and is tried on one."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from desktop.core import catalogue
from desktop.core.records import Candidate, Instruction
from desktop.core.steps import Ask
from desktop.store.project import Project
from desktop.ui.pages.generate import GeneratePage
from desktop.ui.session import Session
from desktop.ui.widgets.literal_text import LiteralText
from tests.fakes import FakeEngine, Line
from tests.jobs.scripted import by_seed
from tests.ui.conftest import click, open_and_wait
from tests.ui.pages.shown import generate_page


def script(ask: Ask, random_seed: int) -> Line:
    return "So it is." if ask.step == "answer" else by_seed()(ask, random_seed)


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine(script, seconds=0.01, stream=True)


@pytest.fixture
def page(opened: Session, engine: FakeEngine, qtbot: QtBot) -> GeneratePage:
    return _page(opened, engine, qtbot)


def _page(session: Session, engine: FakeEngine, qtbot: QtBot) -> GeneratePage:
    made = generate_page(session, engine, qtbot)
    qtbot.waitUntil(lambda: made._newest.language != "" and made.method.start_box.count() > 1)
    return made


def _until(qtbot: QtBot, holds: Callable[[], bool]) -> None:
    qtbot.waitUntil(holds, timeout=20_000)


def _take(page: GeneratePage, method: str) -> None:
    click(page.method.methods_button)
    page.panels.methods.list.choose(method)
    click(page.panels.methods.take_button)


def _said(page: GeneratePage) -> str:
    results = page.panels.trial.results
    texts = [each.text() for each in results.findChildren(QLabel)]
    return "\n".join([*texts, *(each.toPlainText() for each in results.findChildren(LiteralText))])


# ── the catalogue ────────────────────────────────────────────────────────────────────────────────


def test_a_method_is_found_taken_by_keys_and_remembered(
    page: GeneratePage, engine: FakeEngine, project_file: Path, qtbot: QtBot
) -> None:
    click(page.method.methods_button)
    chooser = page.panels.methods
    assert not page.buttons.start.isVisible(), "a page has one main button"
    QTest.keyClicks(chooser.search, "many whole tasks")
    QTest.keyClick(chooser.search, Qt.Key.Key_Return)
    assert chooser.list.method_id == "alpaca"
    QTest.keyClick(chooser.list, Qt.Key.Key_Return)
    assert page.method.method_id == "alpaca"
    assert page.buttons.start.isVisible()
    _until(qtbot, lambda: page._newest.method == "alpaca")
    page.session.close_project()
    open_and_wait(page.session, project_file, qtbot)
    again = _page(page.session, engine, qtbot)
    _until(qtbot, lambda: again.method.method_id == "alpaca")


def test_every_method_shows_an_example_and_is_in_one_group(page: GeneratePage) -> None:
    click(page.method.methods_button)
    chooser = page.panels.methods
    groups = [str(chooser.group_box.itemData(row)) for row in range(1, chooser.group_box.count())]
    assert sum(chooser.list.show_only(group=group) for group in groups) == chooser.list.show_only()
    assert chooser.list.show_only("self-instruct wang") == 1
    assert chooser.list.show_only("no such words") == 0


def test_the_arrows_pass_over_the_headings(page: GeneratePage) -> None:
    click(page.method.methods_button)
    shown = page.panels.methods.list
    seen = []
    for _press in range(shown.count()):
        seen.append(shown.method_id)
        QTest.keyClick(shown, Qt.Key.Key_Down)
    assert all(seen)


def test_escape_leaves_the_method_as_it_was(page: GeneratePage) -> None:
    click(page.method.methods_button)
    page.panels.methods.list.choose("topics")
    QTest.keyClick(page.panels.methods, Qt.Key.Key_Escape)
    assert page.method.method_id == "self_instruct"
    assert page.method.isVisible()


def test_a_method_without_its_start_leads_to_the_page_that_mends_it(page: GeneratePage, qtbot: QtBot) -> None:
    _take(page, "self_qa")
    assert page.lack_notice.isVisible()
    assert not page.buttons.start.isVisible()
    assert not page.method.try_button.isEnabled()
    with qtbot.waitSignal(page.went) as went:
        click(page.lack_notice.button)
    assert went.args == ["sources"]
    click(page.method.methods_button)
    with qtbot.waitSignal(page.went) as went:
        click(page.panels.methods.mend_button)
    assert went.args == ["sources"]


# ── rows to start from ───────────────────────────────────────────────────────────────────────────


def test_the_rows_of_a_run_are_used_in_the_next(page: GeneratePage, qtbot: QtBot) -> None:
    page.method.target.setValue(5)
    click(page.buttons.start)
    _until(qtbot, page.buttons.next.isVisible)
    _until(qtbot, lambda: page.method.start_box.findData("run:1") >= 0)
    click(page.buttons.next)
    assert page.panels.methods.group_box.currentData() == "rows"
    page.panels.methods.list.choose("answers")
    click(page.panels.methods.take_button)
    assert page.method.starts_from == "run:1"
    assert "Self-Instruct" in page.method.start_box.currentText()
    page.method.target.setValue(2)
    click(page.buttons.start)
    project = page.session.project
    assert project is not None
    _until(qtbot, lambda: len(project.runs.all()) == 2 and page.buttons.start.isVisible())
    assert project.runs.get(2).starts_from == "run:1"


def test_where_rows_come_from_is_offered_with_counts(page: GeneratePage, qtbot: QtBot) -> None:
    project = page.session.project
    assert project is not None
    row = Candidate(0, 0, Instruction("Name a tree.", output="An oak."), origin="trees.jsonl")
    project.candidates.add([row])
    page.refresh()
    _take(page, "answers")
    box = page.method.start_box
    _until(qtbot, lambda: box.findData("file:trees.jsonl") >= 0)
    shown = {str(box.itemData(row)): box.itemText(row) for row in range(box.count())}
    assert shown["stage:seeds"] == "My seeds · 10"
    assert shown["stage:passing"] == "Rows that pass · 1"
    assert shown["stage:unanswered"] == "Instructions without an answer · 0"
    assert page.lack_notice.isVisible(), "nothing waits for an answer"
    box.choose("stage:seeds")
    box.changed.emit()
    assert page.buttons.start.isVisible()


def test_a_file_of_rows_is_chosen(page: GeneratePage, monkeypatch: pytest.MonkeyPatch) -> None:
    _take(page, "answers")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_given: ("/tmp/rows.jsonl", ""))
    box = page.method.start_box
    box.setCurrentIndex(box.count() - 1)
    box.activated.emit(box.count() - 1)
    assert page.method.starts_from == "file:/tmp/rows.jsonl"
    assert box.currentText() == "File rows.jsonl"
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_given: ("", ""))
    box.setCurrentIndex(box.count() - 1)
    box.activated.emit(box.count() - 1)
    assert page.method.starts_from == "file:/tmp/rows.jsonl", "a dialog that was left changes nothing"


# ── a trial on one ───────────────────────────────────────────────────────────────────────────────


def test_a_method_is_tried_on_one_and_nothing_is_stored(page: GeneratePage, qtbot: QtBot) -> None:
    click(page.method.try_button)
    trial = page.panels.trial
    assert trial.cancel_button.isVisible()
    _until(qtbot, trial.again_button.isVisible)
    assert "Tell the tale of" in _said(page)
    assert "Explain medicine number" in _said(page), "the prompt is shown as well"
    assert "Nothing was stored" in trial.state_label.text()
    project = page.session.project
    assert project is not None
    assert not project.runs.all()
    assert not project.candidates.count()
    before = _said(page)
    click(trial.again_button)
    _until(qtbot, lambda: trial.again_button.isVisible() and _said(page) != before)
    QTest.keyClick(trial, Qt.Key.Key_Escape)
    assert page.method.isVisible()
    assert page.buttons.start.isEnabled()


def test_a_trial_can_be_cancelled(page: GeneratePage, engine: FakeEngine, qtbot: QtBot) -> None:
    engine.seconds = 5
    click(page.method.try_button)
    _until(qtbot, lambda: "Tell" in page.panels.trial.writing.toPlainText())
    assert not page.session.model_is_free
    click(page.panels.trial.cancel_button)
    _until(qtbot, page.panels.trial.again_button.isVisible)
    assert page.panels.trial.state_label.text() == "Cancelled."
    assert page.session.model_is_free


def test_a_prompt_is_tried_before_it_is_saved(page: GeneratePage, engine: FakeEngine, qtbot: QtBot) -> None:
    click(page.method.prompts_button)
    _until(qtbot, page.panels.prompts.isVisible)
    prompts = page.panels.prompts
    prompts.editor.setPlainText("{{nonsense}}")
    assert not prompts.try_button.isEnabled(), "a broken prompt is refused in words"
    prompts.editor.setPlainText("Tasks of our clinic:\n{{tasks}}")
    click(prompts.try_button)
    _until(qtbot, page.panels.trial.again_button.isVisible)
    assert "Tasks of our clinic" in str(engine.asked_of("instructions")[0].prompt)
    click(page.panels.trial.back_button)
    assert prompts.isVisible()
    assert prompts.editor.toPlainText().startswith("Tasks of our clinic"), "what was not saved is still there"
    project = page.session.project
    assert project is not None
    assert project.prompts.get("self_instruct", "instructions", "en") is None


def test_a_list_is_changed_for_the_project_and_restored(page: GeneratePage, qtbot: QtBot) -> None:
    project = page.session.project
    assert project is not None
    assert not catalogue.methods()["self_instruct"].lists
    page.method.show_method("topics", None)
    click(page.method.prompts_button)
    _until(qtbot, page.panels.prompts.isVisible)
    panel = page.panels.prompts
    assert [panel.steps.item(row).text() for row in range(panel.steps.count())] == ["tasks", "topics", "kinds of task"]
    panel.steps.setCurrentRow(1)
    default = panel.editor.toPlainText()
    assert "vegetable gardening" in default
    assert not panel.try_button.isVisible()
    panel.editor.setPlainText("# ours\n")
    assert not panel.save_button.isEnabled()
    assert panel.problem_label.text() == "A list cannot be empty."
    panel.editor.setPlainText("# ours\nwound care\n\n{{braces}} are no places here\n")
    click(panel.save_button)
    _until(qtbot, panel.own_badge.isVisible)
    assert project.lists.get("topics") == ("wound care", "{{braces}} are no places here")
    assert panel.editor.toPlainText().startswith("wound care")
    page.session.edits.undo()
    _until(qtbot, lambda: panel.editor.toPlainText() == default)
    page.session.edits.redo()
    _until(qtbot, panel.own_badge.isVisible)
    click(panel.restore_button)
    _until(qtbot, lambda: panel.editor.toPlainText() == default)
    assert project.lists.get("topics") == ()


def test_lists_can_be_changed_where_no_model_is_asked(page: GeneratePage) -> None:
    page.method.show_method("identity", None)
    assert page.method.prompts_button.text() == "See and change the lists…"
    page.method.show_method("self_qa", None)
    assert page.method.prompts_button.text() == "See and change the prompt…"


def test_what_a_row_costs_is_shown(page: GeneratePage, qtbot: QtBot) -> None:
    page.method.target.setValue(5)
    click(page.buttons.start)
    _until(qtbot, lambda: page.buttons.start.isVisible() and page.header.cost_label.isVisible())
    assert page.header.cost_label.text().startswith("A good row costs ")


def test_a_project_with_documents_alone_can_begin(
    session: Session, engine: FakeEngine, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "empty.seedbed"
    Project.create(path, title="Empty", language="en").close()
    open_and_wait(session, path, qtbot)
    page = _page(session, engine, qtbot)
    assert page.lack_notice.isVisible()
    _take(page, "topics")
    assert not page.lack_notice.isVisible()
    assert page.buttons.start.isVisible()
