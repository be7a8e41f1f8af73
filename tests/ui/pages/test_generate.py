"""The Generate page: a scripted model writes from Start to rows on screen; runs pause, go on, stop; rows are kept."""

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.core.errors import UserError
from desktop.core.progress import Event, Partial
from desktop.core.records import Run
from desktop.core.steps import Ask
from desktop.store.candidates import CandidateView
from desktop.store.project import Project
from desktop.store.show import Show
from desktop.ui.models.lazy_rows import VIEW_ROLE
from desktop.ui.pages.generate import GeneratePage
from desktop.ui.preferences import Preferences
from desktop.ui.session import Session
from desktop.ui.widgets.run_header import UNUSABLE
from tests.fakes import VARIED, FakeEngine, Line, Says
from tests.ui.conftest import click, open_and_wait
from tests.ui.pages.shown import generate_page


class Writer:
    """A script: every request brings two instructions that were not there before; each is answered."""

    def __init__(self) -> None:
        self.told = 0

    def __call__(self, ask: Ask, _random_seed: int) -> Line:
        match ask.step:
            case "instructions":
                self.told += 1
                if self.told % 4 == 0:
                    return Says("I am afraid that I cannot go on with", "length")
                first = VARIED[(2 * self.told) % 10].replace(".", f" of {_word(self.told)} {_word(self.told + 40)}.")
                return f" {first}\n10. {VARIED[(2 * self.told + 1) % 10]}"
            case "classify":
                return " No"
            case _:
                return "Output: This is how it is done, step by step."


def _word(number: int) -> str:
    return "".join(chr(97 + (number * prime) % 26) for prime in (3, 5, 7, 11, 17))


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine(Writer(), seconds=0.02, stream=True)


@pytest.fixture
def page(opened: Session, engine: FakeEngine, qtbot: QtBot) -> GeneratePage:
    return _page(opened, engine, qtbot)


def _page(session: Session, engine: FakeEngine, qtbot: QtBot) -> GeneratePage:
    made = generate_page(session, engine, qtbot)
    qtbot.waitUntil(lambda: made._newest.stock.seeds > 0)
    return made


def _start(page: GeneratePage, target: int) -> None:
    page.method.target.setValue(target)
    click(page.buttons.start)


def _runs(page: GeneratePage) -> Sequence[Run]:
    assert page.session.project is not None
    return page.session.project.runs.all()


def _views(page: GeneratePage) -> list[CandidateView]:
    rows = page.arriving.rows
    found = [rows.index(row, 0).data(VIEW_ROLE) for row in range(rows.rowCount())]
    return [view for view in found if view is not None]


def _until(page: GeneratePage, qtbot: QtBot, holds: Callable[[], bool]) -> None:
    qtbot.waitUntil(holds, timeout=20_000)


def test_from_start_to_rows_on_screen(page: GeneratePage, qtbot: QtBot) -> None:
    _start(page, 6)
    assert page.buttons.pause.isVisible()
    assert not page.buttons.start.isVisible()
    _until(page, qtbot, lambda: page.session.generate_job is None and page.buttons.start.isVisible())
    (run,) = _runs(page)
    assert run.state == "finished"
    assert run.target == 6
    assert page.session.project is not None
    stored = page.session.project.candidates.ids(Show(run=run.id, descending=True))
    _until(page, qtbot, lambda: len(_views(page)) == len(stored))
    assert [view.candidate.id for view in _views(page)] == list(stored)
    passing = sum(view.passing for view in _views(page))
    assert passing >= 6
    assert page.header.figure_label.text() == f"{passing} of 6 passing rows"
    assert page.header.tally.parts[0].count == passing


def test_reads_never_happen_on_the_main_thread(
    page: GeneratePage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    from desktop.store.candidates import Candidates

    threads: set[int] = set()
    for name in ("get", "ids", "count"):
        real = getattr(Candidates, name)

        def noted(*given: object, _real: Callable[..., object] = real, **named: object) -> object:
            threads.add(threading.get_ident())
            return _real(*given, **named)

        monkeypatch.setattr(Candidates, name, noted)
    _start(page, 3)
    _until(page, qtbot, lambda: page.buttons.start.isVisible() and page.arriving.rows.rowCount() >= 3)
    page.grab()
    assert threads
    assert threading.get_ident() not in threads


def test_pause_keeps_the_run_and_resume_goes_on(page: GeneratePage, qtbot: QtBot) -> None:
    _start(page, 30)
    _until(page, qtbot, lambda: page.arriving.rows.rowCount() > 2)
    click(page.buttons.pause)
    _until(page, qtbot, page.buttons.resume.isVisible)
    assert page.window().focusWidget() is page.buttons.resume
    (run,) = _runs(page)
    assert run.state == "paused"
    assert not page.method.target.isEnabled()
    assert "paused" in page.header.pace_label.text()
    before = page.arriving.rows.rowCount()
    click(page.buttons.resume)
    _until(page, qtbot, lambda: page.arriving.rows.rowCount() > before)
    click(page.buttons.stop)
    _until(page, qtbot, lambda: page.buttons.start.isVisible() and _runs(page)[0].state == "stopped")
    assert len(_runs(page)) == 1, "resume goes on with the same run"


def test_an_unfinished_run_is_there_after_a_restart(
    page: GeneratePage, engine: FakeEngine, project_file: Path, qtbot: QtBot
) -> None:
    _start(page, 30)
    _until(page, qtbot, lambda: page.arriving.rows.rowCount() > 2)
    click(page.buttons.pause)
    _until(page, qtbot, page.buttons.resume.isVisible)
    page.session.close_project()
    open_and_wait(page.session, project_file, qtbot)
    again = _page(page.session, engine, qtbot)
    _until(again, qtbot, lambda: again.buttons.resume.isVisible() and len(_views(again)) > 2)
    assert again.method.target.value() == 30


def test_a_run_paused_before_its_first_row_says_how_to_go_on(opened: Session, engine: FakeEngine, qtbot: QtBot) -> None:
    assert opened.project is not None
    run = opened.project.runs.start(
        "self_instruct",
        {},
        target=5,
        random_seed=1,
        language="en",
        model=engine.model,
        prompts_hash="",
        sampling={},
    )
    opened.project.runs.set_state(run.id, "paused")
    page = _page(opened, engine, qtbot)
    _until(page, qtbot, page.buttons.resume.isVisible)
    assert not page.buttons.start.isVisible()
    assert "Resume" in page.arriving.empty_label.text()
    assert "Start" not in page.arriving.empty_label.text()


def test_a_paused_run_can_be_stopped(page: GeneratePage, qtbot: QtBot) -> None:
    _start(page, 30)
    _until(page, qtbot, lambda: page.arriving.rows.rowCount() > 0)
    click(page.buttons.pause)
    _until(page, qtbot, page.buttons.resume.isVisible)
    click(page.buttons.stop)
    _until(page, qtbot, page.buttons.start.isVisible)
    assert _runs(page)[0].state == "stopped"


def test_a_row_opens_in_its_place_and_is_rejected_and_that_is_undone(page: GeneratePage, qtbot: QtBot) -> None:
    _start(page, 4)
    _until(page, qtbot, lambda: page.buttons.start.isVisible() and len(_views(page)) >= 4)
    shown = page.arriving.list
    row = next(row for row, view in enumerate(_views(page)) if view.passing)
    index = page.arriving.rows.index(row, 0)
    shown.scrollTo(index)
    QTest.mouseClick(shown.viewport(), Qt.MouseButton.LeftButton, pos=shown.visualRect(index).center())
    detail = page.arriving.detail
    assert detail is not None
    assert detail.isVisible()
    with qtbot.waitSignal(page.session.noticed) as said:
        QTest.keyClick(detail, Qt.Key.Key_R)
    assert said.args == ["Row rejected.", True]
    _until(page, qtbot, lambda: (review := _views(page)[row].review) is not None and review.decision == "rejected")
    page.session.edits.undo()
    _until(page, qtbot, lambda: _views(page)[row].review is None)


def test_prompt_and_raw_reply_of_a_row(page: GeneratePage, qtbot: QtBot) -> None:
    _start(page, 2)
    _until(page, qtbot, lambda: page.buttons.start.isVisible() and len(_views(page)) >= 2)
    shown = page.arriving.list
    shown.setCurrentIndex(page.arriving.rows.index(0, 0))
    QTest.keyClick(shown, Qt.Key.Key_Return)
    detail = page.arriving.detail
    assert detail is not None
    click(detail.replies_button)
    _until(page, qtbot, lambda: not detail.replies_button.isVisible())


def test_see_why_shows_the_raw_replies(page: GeneratePage, qtbot: QtBot) -> None:
    _start(page, 12)
    _until(page, qtbot, page.buttons.start.isVisible)
    parts = page.header.tally.parts
    unusable = next(number for number, part in enumerate(parts) if part.key == UNUSABLE)
    click(page.header.tally.button(unusable))
    assert page.panels.unusable.isVisible()
    _until(page, qtbot, lambda: "I am afraid" in page.panels.unusable.texts.toPlainText())
    QTest.keyClick(page.panels.unusable, Qt.Key.Key_Escape)
    assert page.arriving.isVisible()


def test_a_reason_in_the_funnel_shows_its_rows(page: GeneratePage, qtbot: QtBot) -> None:
    _start(page, 12)
    _until(page, qtbot, page.buttons.start.isVisible)
    parts = page.header.tally.parts
    novelty = next(number for number, part in enumerate(parts) if part.key == "novelty")
    click(page.header.tally.button(novelty))
    _until(page, qtbot, lambda: page.arriving.rows.rowCount() == parts[novelty].count)
    _until(page, qtbot, lambda: len(_views(page)) == parts[novelty].count)
    assert not any(view.passing for view in _views(page))


def test_what_is_being_written_is_shown_word_by_word(page: GeneratePage, qtbot: QtBot) -> None:
    strip = page.arriving.strip
    page.arriving.take_partials([Partial(7, "instructions", 0, " Draft a reply\n10. Name three", 6)])
    assert strip.isVisible()
    assert strip.entries()[0].lead == "Name three"
    assert strip.entries()[0].caret
    assert "new instructions" in strip.entries()[0].meta
    page.arriving.take_partials([Partial(7, "instructions", 0, " Draft a reply\n10. Name three rivers", 7)])
    assert strip.entries()[0].lead == "Name three rivers"
    strip.drop_item(7)
    assert not strip.isVisible()


def test_a_prompt_is_changed_for_the_project_and_restored(page: GeneratePage, qtbot: QtBot) -> None:
    click(page.method.prompts_button)
    _until(page, qtbot, page.panels.prompts.isVisible)
    default = page.panels.prompts.editor.toPlainText()
    page.panels.prompts.editor.setPlainText("Tasks:\n{{tasks}} and {{nonsense}}")
    assert not page.panels.prompts.save_button.isEnabled()
    assert "nonsense" in page.panels.prompts.problem_label.text()
    page.panels.prompts.editor.setPlainText("Tasks of our clinic, in {{language}}:\n{{tasks}}")
    assert not page.panels.prompts.problem_label.text()
    click(page.panels.prompts.save_button)
    _until(page, qtbot, page.panels.prompts.own_badge.isVisible)
    assert page.session.project is not None
    stored = page.session.project.prompts
    assert stored.get("self_instruct", "instructions", "en") == "Tasks of our clinic, in {{language}}:\n{{tasks}}"
    click(page.panels.prompts.restore_button)
    _until(page, qtbot, lambda: page.panels.prompts.editor.toPlainText() == default)
    assert stored.get("self_instruct", "instructions", "en") is None


def test_why_these_defaults(page: GeneratePage, qtbot: QtBot) -> None:
    click(page.method.reasons_button)
    assert page.panels.reasons.isVisible()
    click(page.panels.reasons.back_button)
    assert page.method.isVisible()


def test_without_a_model_the_page_says_where_to_find_one(page: GeneratePage, qtbot: QtBot) -> None:
    page.session.model.path = None
    page.session.prefer(model="/nowhere/model.gguf")
    _until(page, qtbot, page.model_notice.isVisible)
    assert not page.buttons.start.isEnabled()
    with qtbot.waitSignal(page.went) as went:
        click(page.model_notice.button)
    assert went.args == ["models"]


def test_what_fails_is_said_in_words(page: GeneratePage, qtbot: QtBot) -> None:
    def broken(_wanted: Preferences) -> Iterator[Event]:
        yield from ()
        raise UserError("The model does not fit.", "Choose a smaller one.")

    page.session.model.ready = broken  # type: ignore[method-assign, assignment]
    _start(page, 5)
    _until(page, qtbot, lambda: page.header.error_label.text() == "The model does not fit. Choose a smaller one.")
    _until(page, qtbot, page.buttons.start.isVisible)


def test_without_seeds_the_page_leads_to_them(
    session: Session, engine: FakeEngine, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "empty.seedbed"
    Project.create(path, title="Empty", language="en").close()
    open_and_wait(session, path, qtbot)
    page = GeneratePage(session)
    qtbot.addWidget(page, before_close_func=lambda _page: session.close_project())
    page.show()
    page.show_now()
    qtbot.waitUntil(page.lack_notice.isVisible)
    assert not page.buttons.start.isVisible()
    with qtbot.waitSignal(page.went) as went:
        click(page.lack_notice.button)
    assert went.args == ["seeds"]
