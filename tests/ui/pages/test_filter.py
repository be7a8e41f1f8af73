"""The Filter page by real keys and clicks: switches, the cut, overruling, judging again, and what is shown of it."""

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.core.records import Instruction
from desktop.store.counts import Counts
from desktop.store.project import Project
from desktop.ui.main_window import MainWindow
from desktop.ui.models.chain_standing import ChainStanding, read_chain
from desktop.ui.models.lazy_rows import ENTRY_ROLE, LazyRows
from desktop.ui.pages import filter as filter_page
from desktop.ui.pages.filter import FilterPage
from desktop.ui.widgets.cut_side import CutSide
from tests.ui.conftest import click, open_and_wait
from tests.ui.judged import DROPPED, KEPT, add_imported, add_judged

SLOW = 20_000  # milliseconds that a busy machine may take


@pytest.fixture
def page(window: MainWindow, project_file: Path, qtbot: QtBot) -> FilterPage:
    """The page on five passing rows and two dropped ones."""
    add_judged(project_file)
    return shown(window, project_file, qtbot)


def shown(window: MainWindow, path: Path, qtbot: QtBot) -> FilterPage:
    window.go("filter")
    open_and_wait(window.session, path, qtbot)
    page = window.page("filter")
    assert isinstance(page, FilterPage)
    qtbot.waitUntil(lambda: bool(page.chain.rows) and not page.panels.view.kept.rows.loading, timeout=SLOW)
    qtbot.waitUntil(lambda: not page.panels.view.dropped.rows.loading, timeout=SLOW)
    return page


def counts(page: FilterPage) -> Counts:
    assert page.session.project is not None
    return page.session.project.counts()


def leads(side: CutSide, qtbot: QtBot) -> list[str]:
    rows: LazyRows[object] = side.rows  # type: ignore[assignment]  # only its entries are read

    def entries() -> list[object]:
        return [rows.index(row, 0).data(ENTRY_ROLE) for row in range(rows.rowCount())]

    qtbot.waitUntil(lambda: None not in entries(), timeout=SLOW)
    return [each.lead for each in entries()]  # type: ignore[attr-defined]


def select_first(side: CutSide) -> None:
    QTest.mouseClick(side.list.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(60, 24))


def idle(page: FilterPage, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: page.session.edits.all_saved and not page.session.jobs, timeout=SLOW)


def test_each_filter_says_what_it_drops_and_both_sides_are_shown(page: FilterPage, qtbot: QtBot) -> None:
    assert page.chain.rows["novelty"].isChecked()
    assert (page.chain.rows["novelty"].cost, page.chain.rows["blocked_phrases"].cost) == ("−1", "−1")
    assert page.chain.flow_label.text() == "7 → 5"
    assert page.line_label.text().startswith("7 candidates in, 5 pass. Nothing is deleted")
    assert leads(page.panels.view.dropped, qtbot) == [DROPPED[0].instruction]
    assert len(leads(page.panels.view.kept, qtbot)) == len(KEPT)
    entry = page.panels.view.dropped.rows.index(0, 0).data(ENTRY_ROLE)
    assert KEPT[2].instruction in entry.meta  # its twin is named
    marked = [entry.lead[start:end] for start, end in entry.marks]
    assert marked == ["Name three rivers that flow into the", "Sea."]


def test_switching_a_filter_off_brings_its_rows_back(page: FilterPage, qtbot: QtBot) -> None:
    click(page.chain.rows["novelty"].switch)
    qtbot.waitUntil(lambda: page.chain.flow_label.text() == "7 → 6", timeout=SLOW)
    assert page.chain.rows["novelty"].cost == "—"
    assert page.session.edits.undo_title == "Switch “Novelty” off"
    page.session.edits.undo()
    qtbot.waitUntil(lambda: page.chain.flow_label.text() == "7 → 5", timeout=SLOW)
    assert page.chain.rows["novelty"].switch.isChecked()


def test_a_row_is_kept_anyway_and_dropped_after_all(page: FilterPage, qtbot: QtBot) -> None:
    assert not page.panels.view.dropped.button.isEnabled()
    assert not page.panels.view.dropped.reason_field.isVisible()
    select_first(page.panels.view.dropped)
    qtbot.waitUntil(page.panels.view.dropped.reason_field.isVisible)
    click(page.panels.view.dropped.reason_field)
    QTest.keyClicks(page.panels.view.dropped.reason_field, "another sea")
    click(page.panels.view.dropped.button)
    qtbot.waitUntil(lambda: counts(page).passing == 6, timeout=SLOW)
    qtbot.waitUntil(
        lambda: page.panels.view.kept.rows.rowCount() == 6 and page.panels.view.dropped.rows.rowCount() == 0,
        timeout=SLOW,
    )
    assert leads(page.panels.view.kept, qtbot)[0] == DROPPED[0].instruction
    assert page.panels.view.kept.rows.index(0, 0).data(ENTRY_ROLE).meta == "Your reason: another sea"
    assert page.panels.view.kept.button.isHidden()
    select_first(page.panels.view.kept)
    qtbot.waitUntil(page.panels.view.kept.button.isVisible, timeout=SLOW)
    click(page.panels.view.kept.button)
    qtbot.waitUntil(lambda: counts(page).passing == 5, timeout=SLOW)
    page.session.edits.undo()
    qtbot.waitUntil(lambda: counts(page).passing == 6, timeout=SLOW)
    idle(page, qtbot)


def test_moving_the_cut_judges_again_and_undo_takes_it_back(page: FilterPage, qtbot: QtBot) -> None:
    histogram = page.panels.view.card.histogram
    qtbot.waitUntil(histogram.isVisible, timeout=SLOW)
    assert histogram.cut == pytest.approx(0.7)
    start, end = (histogram.place_of(value).toPoint() - QPoint(0, 20) for value in (0.7, 0.95))
    QTest.mousePress(histogram, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    QTest.mouseMove(histogram, end)
    assert page.panels.view.card.cut == pytest.approx(0.7)  # nothing is judged while it moves, only counted
    qtbot.waitUntil(lambda: page.panels.view.card.counts_label.text() == "keeps 6 · drops 0", timeout=SLOW)
    assert counts(page).passing == 5
    QTest.mouseRelease(histogram, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, end)
    qtbot.waitUntil(lambda: counts(page).passing == 6, timeout=SLOW)
    idle(page, qtbot)
    qtbot.waitUntil(lambda: page.chain.rows["novelty"].cost == "—", timeout=SLOW)
    assert page.session.edits.undo_title == "Change “Novelty”"
    page.session.edits.undo()
    qtbot.waitUntil(lambda: counts(page).passing == 5, timeout=SLOW)
    idle(page, qtbot)
    qtbot.waitUntil(lambda: page.panels.view.card.cut == pytest.approx(0.7) and page.strip.isHidden(), timeout=SLOW)


def test_the_cut_moves_by_keys_and_by_its_field(page: FilterPage, qtbot: QtBot) -> None:
    qtbot.waitUntil(page.panels.view.card.histogram.isVisible, timeout=SLOW)
    page.panels.view.card.histogram.setFocus()
    for _step in range(3):
        QTest.keyClick(page.panels.view.card.histogram, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: page.panels.view.card.cut == pytest.approx(0.73), timeout=SLOW)
    field = page.panels.view.card.cut_field
    assert field is not None
    field.setFocus()
    field.selectAll()  # type: ignore[attr-defined]  # a spin box
    QTest.keyClicks(field, "0.9")
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.panels.view.card.cut == pytest.approx(0.9) and counts(page).passing == 6, timeout=SLOW)
    idle(page, qtbot)


def test_options_are_applied_in_one_step(page: FilterPage, qtbot: QtBot) -> None:
    click(page.chain.rows["length"])
    qtbot.waitUntil(page.panels.view.card.options_button.isVisible)
    click(page.panels.view.card.options_button)
    assert not page.panels.view.card.apply_button.isEnabled()
    assert page.panels.view.card.form is not None
    field = page.panels.view.card.form.field("instruction_minimum")
    field.setValue(8)  # type: ignore[attr-defined]  # a spin box
    click(page.panels.view.card.apply_button)
    qtbot.waitUntil(lambda: counts(page).dropped.get("length", 0) > 0, timeout=SLOW)
    idle(page, qtbot)
    assert page.session.edits.undo_title == "Change “Length”"


def test_imported_rows_wait_to_be_judged(window: MainWindow, project_file: Path, qtbot: QtBot) -> None:
    add_imported(project_file, [*KEPT, *DROPPED, Instruction("Hi", output="Hello.")])
    page = shown(window, project_file, qtbot)
    qtbot.waitUntil(page.strip.isVisible, timeout=SLOW)
    assert page.strip.words_label.text().startswith("8 rows have not been judged")
    assert counts(page).passing == 8
    click(page.strip.judge_button)
    idle(page, qtbot)
    qtbot.waitUntil(lambda: page.strip.isHidden() and page.chain.flow_label.text() == "8 → 5", timeout=SLOW)


def test_judging_can_be_stopped_and_taken_up(window: MainWindow, project_file: Path, qtbot: QtBot) -> None:
    add_imported(project_file, [Instruction(f"Tell me of town number {n}.", output="It is old.") for n in range(3000)])
    page = shown(window, project_file, qtbot)
    qtbot.waitUntil(page.strip.isVisible, timeout=SLOW)
    click(page.strip.judge_button)
    qtbot.waitUntil(page.strip.stop_button.isVisible, timeout=SLOW)
    click(page.strip.stop_button)
    idle(page, qtbot)
    qtbot.waitUntil(page.strip.judge_button.isVisible, timeout=SLOW)


def test_without_rows_the_filters_can_still_be_set(window: MainWindow, project_file: Path, qtbot: QtBot) -> None:
    page = shown(window, project_file, qtbot)
    assert page.line_label.text() == "These filters judge every row as it is written."
    assert not page.review_button.isEnabled()
    click(page.chain.rows["novelty"].switch)
    qtbot.waitUntil(lambda: page.session.edits.undo_title == "Switch “Novelty” off", timeout=SLOW)
    assert page.session.project is not None
    assert [link.enabled for link in page.session.project.chain.links() if link.filter == "novelty"] == [False]


def test_arrow_keys_go_through_the_chain(page: FilterPage, qtbot: QtBot) -> None:
    above = list(page.chain.rows)[list(page.chain.rows).index("novelty") - 1]
    page.chain.rows["novelty"].setFocus()
    QTest.keyClick(page.chain.rows["novelty"], Qt.Key.Key_Up)
    assert page.chain.rows[above].isChecked()
    assert page.chain.rows[above].hasFocus()
    assert not page.chain.rows["novelty"].isChecked()


def test_the_main_button_leads_to_the_review(page: FilterPage, window: MainWindow) -> None:
    click(page.review_button)
    assert window.current == "review"


def test_undo_on_another_page_judges_again_too(page: FilterPage, window: MainWindow, qtbot: QtBot) -> None:
    page.panels.view.card.histogram.moved.emit(0.95)
    qtbot.waitUntil(lambda: counts(page).passing == 6, timeout=SLOW)
    idle(page, qtbot)
    window.go("home")
    page.session.edits.undo()
    qtbot.waitUntil(lambda: counts(page).passing == 5, timeout=SLOW)
    idle(page, qtbot)


def test_until_the_rows_were_read_nothing_is_offered(
    window: MainWindow, project_file: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()

    def slowly(project: Project) -> ChainStanding:
        go_on.wait(20)
        return read_chain(project)

    monkeypatch.setattr(filter_page, "read_chain", slowly)
    add_judged(project_file)
    open_and_wait(window.session, project_file, qtbot)
    window.go("filter")
    page = window.page("filter")
    assert isinstance(page, FilterPage)
    assert not page.panels.view.isVisible()
    for each in (page.preset_button, page.review_button, page.chain.add_button, page.chain.judge_button):
        assert not each.isEnabled()
    go_on.set()
    qtbot.waitUntil(page.panels.view.isVisible, timeout=SLOW)
    assert page.review_button.isEnabled()
    assert page.chain.add_button.isEnabled()
