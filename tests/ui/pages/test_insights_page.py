"""The Insights page by real clicks and keys: plots, the rows behind them, stages, pictures, the map."""

import subprocess
import sys
import threading
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from desktop.core.engine import Engine
from desktop.core.errors import UserError
from desktop.core.progress import Event, Tick
from desktop.core.records import Instruction
from desktop.core.steps import Embed, Embedded
from desktop.jobs import insights
from desktop.ui import theme
from desktop.ui.loaded_model import LoadedModel
from desktop.ui.main_window import MainWindow
from desktop.ui.models.chart import Bars, Chart, Dots
from desktop.ui.models.insight_charts import VIEWS
from desktop.ui.models.lazy_rows import VIEW_ROLE
from desktop.ui.pages.insights import InsightsPage
from desktop.ui.widgets.empty import EmptyState
from desktop.ui.widgets.plot import Plot
from desktop.ui.widgets.plot_card import PlotCard
from tests.fakes import FakeEngine
from tests.ui.conftest import click, open_and_wait
from tests.ui.judged import DROPPED, KEPT, add_imported, add_judged

SLOW = 20_000  # milliseconds that a busy machine may take


@pytest.fixture
def page(window: MainWindow, project_file: Path, qtbot: QtBot) -> InsightsPage:
    """The page on the seven rows of a run."""
    add_judged(project_file)
    return shown(window, project_file, qtbot)


def shown(window: MainWindow, path: Path, qtbot: QtBot) -> InsightsPage:
    window.go("insights")
    open_and_wait(window.session, path, qtbot)
    page = window.page("insights")
    assert isinstance(page, InsightsPage)
    qtbot.waitUntil(lambda: page.card is not None and page.card.isVisible(), timeout=SLOW)
    qtbot.waitUntil(lambda: not page.session.jobs, timeout=SLOW)
    return page


def card_of(page: InsightsPage) -> PlotCard:
    assert page.card is not None
    return page.card


def go_to(page: InsightsPage, view: str, qtbot: QtBot) -> Chart:
    """Choose a plot in the list by a click."""
    row = list(VIEWS).index(view)
    place = page.views.visualItemRect(page.views.item(row)).center()
    QTest.mouseClick(page.views.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    return chart_where(page, lambda chart: chart.view == view, qtbot)


def chart_where(page: InsightsPage, holds: Callable[[Chart], bool], qtbot: QtBot) -> Chart:
    qtbot.waitUntil(lambda: page.chart is not None and holds(page.chart), timeout=SLOW)
    assert page.chart is not None
    return page.chart


def click_mark(plot: Plot, mark: int) -> None:
    place = plot.place_of(mark).toPoint()
    QTest.mouseClick(plot.view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)


def leads(page: InsightsPage, qtbot: QtBot) -> list[str]:
    rows = page.behind.rows

    def views() -> list[object]:
        return [rows.index(row, 0).data(VIEW_ROLE) for row in range(rows.rowCount())]

    qtbot.waitUntil(lambda: not rows.loading and rows.rowCount() > 0 and None not in views(), timeout=SLOW)
    return [view.row.instruction for view in views()]  # type: ignore[attr-defined]  # instructions all


def test_without_a_project_and_without_rows_it_says_what_to_do(
    window: MainWindow, project_file: Path, qtbot: QtBot
) -> None:
    window.go("insights")
    page = window.page("insights")
    (state,) = page.findChildren(EmptyState)
    assert state.title_label.text() == "No project is open"
    open_and_wait(window.session, project_file, qtbot)
    qtbot.waitUntil(
        lambda: "Nothing to look at yet" in [each.title_label.text() for each in page.findChildren(EmptyState)],
        timeout=SLOW,
    )


def test_every_plot_is_drawn_or_says_why_not(page: InsightsPage, qtbot: QtBot) -> None:
    drawn = {view: go_to(page, view, qtbot).drawn for view in [*list(VIEWS)[1:], "lengths"]}
    assert {view for view, each in drawn.items() if each is None} <= {"task_types", "duplicates", "map", "scores"}
    assert page.line_label.text() == "7 rows at this stage. Click a bar or a point to see its rows."
    for view in VIEWS:
        chart = go_to(page, view, qtbot)
        assert chart.note
        assert card_of(page).empty_label.isVisible() == (chart.drawn is None)
        if chart.drawn is not None:
            assert card_of(page).plot.accessibleName() == chart.title
            assert card_of(page).plot.accessibleDescription()


def test_a_click_on_a_bar_lists_its_rows_and_one_opens(page: InsightsPage, qtbot: QtBot) -> None:
    chart = go_to(page, "asked", qtbot)
    assert isinstance(chart.drawn, Bars)
    assert "name · river" in chart.drawn.names
    mark = chart.drawn.names.index("name · river")
    qtbot.wait(50)  # until it is laid out
    click_mark(card_of(page).plot, mark)
    assert page.behind.isVisible()
    assert page.behind.name_label.text() == "name · river"
    assert sorted(leads(page, qtbot)) == sorted([KEPT[2].instruction, DROPPED[0].instruction])
    QTest.mouseClick(
        page.behind.list.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(60, 24)
    )
    qtbot.waitUntil(lambda: page.behind.detail is not None and page.behind.detail.isVisible(), timeout=SLOW)
    assert page.behind.detail is not None
    QTest.keyClick(page.behind.detail, Qt.Key.Key_Escape)
    assert page.behind.detail is None
    assert page.behind.isVisible()
    click(page.behind.close_button)
    assert not page.behind.isVisible()


def test_keys_go_from_bar_to_bar_and_open_one(page: InsightsPage, qtbot: QtBot) -> None:
    chart = go_to(page, "runs", qtbot)
    assert isinstance(chart.drawn, Bars)
    plot = card_of(page).plot
    plot.setFocus()
    QTest.keyClick(plot, Qt.Key.Key_Down)
    assert plot.current == 0
    assert plot.accessibleDescription().endswith("rows 7, passing 5, accepted 0")
    QTest.keyClick(plot, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.behind.rows.rowCount() == 7, timeout=SLOW)
    QTest.keyClick(page.behind.list, Qt.Key.Key_Escape)
    assert not page.behind.isVisible()
    assert plot.hasFocus()


def test_the_tab_key_goes_from_the_plots_through_the_card_to_the_rows(page: InsightsPage, qtbot: QtBot) -> None:
    go_to(page, "lengths", qtbot)
    card = card_of(page)
    page.behind.show_ids("some", [1, 2])
    page.views.setFocus()
    for wanted in (card.choices[0], card.copy_button, card.save_button, card.plot, page.behind.close_button):
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, Qt.Key.Key_Tab)
        assert wanted.hasFocus()


def test_the_stage_and_what_a_plot_lets_one_choose(page: InsightsPage, qtbot: QtBot) -> None:
    page.stage_box.setFocus()
    QTest.keyClick(page.stage_box, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: page.line_label.text().startswith("5 rows"), timeout=SLOW)
    QTest.keyClick(page.stage_box, Qt.Key.Key_Down)
    chart_where(page, lambda chart: chart.drawn is None and "dataset is empty" in chart.note, qtbot)
    QTest.keyClick(page.stage_box, Qt.Key.Key_Home)
    chart_where(page, lambda chart: chart.drawn is not None, qtbot)
    box = card_of(page).choices[0]
    assert box.accessibleName() == "Part"
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_End)
    chart_where(page, lambda chart: chart.choosing[0].chosen == "output", qtbot)
    go_to(page, "languages", qtbot)
    assert go_to(page, "lengths", qtbot).choosing[0].chosen == "output"


def test_new_rows_are_read_when_they_come_and_others_are_not_read_again(
    page: InsightsPage, project_file: Path, qtbot: QtBot
) -> None:
    project = page.session.project
    assert project is not None
    begun: list[str] = []
    page.session.job_changed.connect(lambda: begun.extend(page.session.jobs))
    page.session.edits.perform("Reject", lambda edit: edit.decide([1], "rejected", 1.0))
    qtbot.wait(1900)
    assert begun == []  # a decision changes no text
    page.session.edits.perform(
        "Edit", lambda edit: edit.edit_row(1, Instruction("Draw a map of a town.", output="Here."))
    )
    qtbot.waitUntil(lambda: "insights" in begun, timeout=SLOW)
    qtbot.waitUntil(lambda: not page.session.jobs, timeout=SLOW)
    chart = go_to(page, "asked", qtbot)
    assert isinstance(chart.drawn, Bars)
    assert "draw · map" in chart.drawn.names


def test_pictures_are_copied_and_saved_in_the_look_that_is_shown(
    page: InsightsPage, tmp_path: Path, qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_to(page, "languages", qtbot)
    card = card_of(page)
    click(card.copy_button)
    light = QGuiApplication.clipboard().image()
    assert light.pixelColor(2, 2) == QColor(theme.LIGHT.surface)
    theme.apply(qapp, "dark")
    click(card.copy_button)
    assert QGuiApplication.clipboard().image().pixelColor(2, 2) == QColor(theme.DARK.surface)
    for name in ("plot.png", "plot.svg", "other"):
        chosen = str(tmp_path / name)
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_asked, chosen=chosen: (chosen, ""))
        click(card.save_button)
    assert QImage(str(tmp_path / "plot.png")).width() > 400
    assert "<svg" in (tmp_path / "plot.svg").read_text(encoding="utf-8")
    assert (tmp_path / "other.png").is_file()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_asked: (str(tmp_path / "no" / "plot.svg"), ""))
    with qtbot.waitSignal(page.session.failed):
        click(card.save_button)


def test_a_map_is_drawn_on_request_and_a_click_shows_the_neighbours(
    page: InsightsPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def vector(ask: object, _seed: int) -> Embedded:
        assert isinstance(ask, Embed)
        return Embedded((float("river" in ask.text), len(ask.text) / 80, 0.2), pooled=True)

    go_on = threading.Event()

    def ready(_model: LoadedModel, _wanted: object) -> Generator[Event, None, Engine]:
        while not go_on.wait(0.01):
            yield Tick()
        return FakeEngine(vector)

    monkeypatch.setattr(LoadedModel, "ready", ready)
    chart = go_to(page, "map", qtbot)
    assert chart.drawn is None
    click(card_of(page).action_button)
    qtbot.waitUntil(page.drawing.isVisible, timeout=SLOW)
    go_to(page, "languages", qtbot)
    assert card_of(page).isVisible(), "the other plots can be looked at meanwhile"
    assert not page.drawing.isVisible()
    go_to(page, "map", qtbot)
    qtbot.waitUntil(page.drawing.isVisible, timeout=SLOW)
    go_on.set()
    chart = chart_where(page, lambda chart: isinstance(chart.drawn, Dots), qtbot)
    assert "weak stand-in" in chart.note
    assert isinstance(chart.drawn, Dots)
    qtbot.waitUntil(card_of(page).plot.isVisible, timeout=SLOW)
    qtbot.wait(50)  # until it is laid out
    click_mark(card_of(page).plot, list(chart.drawn.ids).index(3))
    assert leads(page, qtbot)[:2] == [KEPT[2].instruction, DROPPED[0].instruction]


def test_reading_can_be_stopped_and_begun_again(window: MainWindow, project_file: Path, qtbot: QtBot) -> None:
    add_imported(project_file, [Instruction(f"Tell a joke about nurse {n}.", output="Ha. " * 200) for n in range(4000)])
    window.go("insights")
    open_and_wait(window.session, project_file, qtbot)
    page = window.page("insights")
    assert isinstance(page, InsightsPage)
    qtbot.waitUntil(page.reading.isVisible, timeout=SLOW)
    click(page.reading.stop_button)
    qtbot.waitUntil(lambda: "Stopped" in titles(page), timeout=SLOW)
    (state,) = page.findChildren(EmptyState)
    again = next(each for each in state.findChildren(type(page.reading.stop_button)))
    click(again)
    qtbot.waitUntil(lambda: page.card is not None and page.card.isVisible(), timeout=SLOW)


def titles(page: InsightsPage) -> list[str]:
    return [each.title_label.text() for each in page.findChildren(EmptyState)]


def test_the_page_itself_loads_no_library_that_is_slow() -> None:
    said = (
        "import sys, desktop.ui.pages.insights\n"
        "print([name for name in ('pyqtgraph', 'numpy', 'rjieba', 'fasttext') if name in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=False)
    assert told.stdout.strip() == "[]", told.stderr


def test_rows_that_cannot_be_read_are_not_read_for_ever(
    window: MainWindow, project_file: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_imported(project_file, list(KEPT))
    tries: list[int] = []

    def fails(*_asked: object) -> Generator[Event, None, None]:
        tries.append(1)
        yield from ()
        raise UserError("The disk is gone.", "Plug it in.")

    with monkeypatch.context() as broken:
        broken.setattr(insights, "read_facts", fails)
        window.go("insights")
        open_and_wait(window.session, project_file, qtbot)
        page = window.page("insights")
        assert isinstance(page, InsightsPage)
        qtbot.waitUntil(lambda: "The rows could not be read." in titles(page), timeout=SLOW)
        qtbot.wait(2500)
        assert tries == [1]
    page.refresh()
    qtbot.waitUntil(lambda: page.card is not None and page.card.isVisible(), timeout=SLOW)
