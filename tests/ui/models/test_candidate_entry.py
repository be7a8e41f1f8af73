"""Candidates in words: what a list says of a row that passed, was dropped, decided, or seen by one filter."""

from collections.abc import Mapping

import pytest

from desktop.core.catalogue import filters
from desktop.core.records import (
    Candidate,
    Decision,
    Evidence,
    Instruction,
    Reason,
    Ref,
    Review,
    Row,
    Span,
    Text,
    Twin,
    Verdict,
)
from desktop.store.candidates import CandidateView
from desktop.ui.models.candidate_entry import entry_at_cut, entry_of
from desktop.ui.models.entry import entry

_NOVELTY = filters()["novelty"]
_ROW = Instruction("  Sort the notes.", output="Urgent: chest pain.", task_type="classification")
_CLOSE = Verdict(
    False,
    0.86,
    Reason("Too much like an earlier one ({value})", {"value": 0.86}),
    Evidence((Span("instruction", 2, 6),), (Twin(Ref("seed", 1), "Sort the letters.", 0.86),)),
)


def _view(
    row: Row = _ROW,
    verdicts: Mapping[str, Verdict] | None = None,
    *,
    passing: bool = True,
    decision: Decision | None = None,
    overruled: frozenset[str] = frozenset(),
) -> CandidateView:
    review = Review(1, decision) if decision else None
    return CandidateView(Candidate(1, 1, row), row, passing, verdicts or {}, overruled, review, None, 4.2)


def test_a_passing_row() -> None:
    shown = entry_of(_view(verdicts={"novelty": Verdict(True, 0.31)}))
    assert shown.lead == "Sort the notes."
    assert shown.detail == "Urgent: chest pain."
    assert shown.badges == (("pass", "pass"),)
    assert shown.meta == "classification · similarity 0.31 · 4 s of writing"


def test_a_dropped_row_says_why_and_marks_it() -> None:
    row = Instruction("  Sort the notes.")
    shown = entry_of(_view(row, {"novelty": _CLOSE}, passing=False))
    assert shown.badges == (("Too much like an earlier one (0.86)", "dropped"),)
    assert "not answered" in shown.meta
    assert [shown.lead[start:end] for start, end in shown.marks] == ["Sort"]


def test_what_a_person_decided_comes_first() -> None:
    assert entry_of(_view(decision="rejected")).badges == (("rejected by you", "dropped"),)
    kept = entry_of(_view(verdicts={"novelty": _CLOSE}, passing=False, decision="accepted"))
    assert kept.badges[0] == ("kept by you", "pass")


def test_one_filter_shows_its_value_and_the_twin() -> None:
    shown = entry_at_cut(_view(verdicts={"novelty": _CLOSE}, passing=False), "novelty", _NOVELTY)
    assert shown.badges == (("0.86", "dropped"),)
    assert shown.meta == "twin: “Sort the letters.”"
    overruled = entry_at_cut(_view(verdicts={"novelty": _CLOSE}, overruled=frozenset({"novelty"})), "novelty", _NOVELTY)
    assert overruled.badges == (("0.86", "pass"), ("kept anyway", "info"))


@pytest.mark.parametrize(
    ("filter_id", "value", "passed", "badge"),
    [
        ("rating", 4.4996, False, ("4.49", "dropped")),
        ("rating", 4.5, True, ("4.50", "pass")),
        ("rating", 4.29, False, ("4.29", "dropped")),
        ("novelty", 0.7003, False, ("0.71", "dropped")),
        ("debris", 2.0, False, ("2", "dropped")),
        ("debris", 0.0, True, ("pass", "pass")),
    ],
)
def test_what_is_dropped_never_reads_like_a_value_that_passes(
    filter_id: str, value: float, passed: bool, badge: tuple[str, str]
) -> None:
    view = _view(verdicts={filter_id: Verdict(passed, value, None if passed else Reason("dropped"))}, passing=passed)
    assert entry_at_cut(view, filter_id, filters()[filter_id]).badges == (badge,)


def test_an_empty_text_is_named() -> None:
    assert entry_of(_view(Text(text=""))).lead == "(no text)"


def test_breaks_become_blanks_so_that_marks_stay() -> None:
    made = entry("one\ntwo\u2028three", marks=[(4, 7)])
    assert made.lead == "one two three"
    assert made.lead[4:7] == "two"
    assert made.marks == ((4, 7),)


def test_only_what_can_be_seen_is_kept() -> None:
    made = entry("x" * 1_000_000, "y" * 1_000_000, marks=[(999_000, 999_999)])
    assert len(made.lead) < 1000
    assert made.marks == ()
