"""Candidates in words: the lead, the answer, the verdict, with what there is to say beside them."""

from math import ceil, floor
from typing import TYPE_CHECKING

from desktop.core.content import lead_of
from desktop.core.i18n import _
from desktop.core.records import Conversation, Feedback, Instruction, Preference, Row, Text, Verdict
from desktop.core.shapes import Filter
from desktop.ui import figures, task_types
from desktop.ui.models.entry import Entry, Stretch, entry
from desktop.ui.widgets.badge import Tone

if TYPE_CHECKING:
    from desktop.store.candidates import CandidateView

_MOST_BADGES = 3
_SEEN = 90  # characters of a detail that a narrow list is sure to show
_BEFORE = 30  # characters that are shown before a mark


def entry_of(view: "CandidateView") -> Entry:
    """A candidate as a list shows it: pass, or dropped with the first reason in words."""
    failed = failing(view)
    lead, detail = marks_of(view.row, failed[0]) if failed else ((), ())
    return entry(_lead(view.row), answer_of(view.row), _badges(view, failed), _meta(view), lead, detail)


def entry_at_cut(view: "CandidateView", filter_id: str, about: Filter) -> Entry:
    """A candidate as one filter sees it: its value, its twin, with what they have in common marked."""
    verdict = view.verdicts.get(filter_id)
    if verdict is None:
        return entry_of(view)
    overruled = filter_id in view.overruled
    tone: Tone = "pass" if verdict.passed or overruled else "dropped"
    said = str(verdict.reason) if verdict.reason is not None else ""
    badges: list[tuple[str, Tone]] = []
    if verdict.value is not None and (about.cut or verdict.value):
        badges.append((_figure_at_cut(verdict.value, about, passed=verdict.passed), tone))
    elif overruled or not said:
        badges.append((_("pass") if verdict.passed else _("dropped"), tone))
    else:
        badges.append((said, tone))
    if overruled:
        badges.append((_("kept anyway"), "info"))
    twins = verdict.evidence.twins
    meta = _("twin: “{text}”").format(text=twins[0].text) if twins else ""
    if overruled or (not twins and verdict.value is not None):
        meta = said or meta
    lead, detail = marks_of(view.row, verdict)
    below, detail = _around(answer_of(view.row), detail)
    return entry(_lead(view.row), below, badges, meta, lead, detail)


def _figure_at_cut(value: float, about: Filter, *, passed: bool) -> str:
    """The value, which on the side that is dropped never reads like one that would pass."""
    if not about.cut and value == int(value):
        return figures.number(value)  # faults that were counted
    if passed:
        return figure(value)
    outwards = floor if about.keeps == "at least" else ceil
    return figure(outwards(round(100 * value, 6)) / 100)


def _around(text: str, marks: tuple[Stretch, ...]) -> tuple[str, tuple[Stretch, ...]]:
    """The text from a little before the first mark, where a list would else end before it."""
    first = min((start for start, _end in marks), default=0)
    if first <= _SEEN:
        return text, marks
    cut = first - _BEFORE
    return "…" + text[cut:], tuple((start - cut + 1, end - cut + 1) for start, end in marks)


def failing(view: "CandidateView") -> list[Verdict]:
    """The verdicts that drop a candidate, in the order of the chain; none where it passes."""
    if view.passing:
        return []
    return [each for filter_id, each in view.verdicts.items() if not each.passed and filter_id not in view.overruled]


def answer_of(row: Row) -> str:
    """What answers the lead: the output, the first reply, the better answer; empty where there is none."""
    match row:
        case Instruction():
            return row.output or ""
        case Conversation():
            return next((each.content for each in row.messages if each.role == "assistant"), "")
        case Preference():
            return row.chosen
        case Feedback():
            return row.completion
        case Text():
            return ""


def marks_of(row: Row, verdict: Verdict) -> tuple[tuple[Stretch, ...], tuple[Stretch, ...]]:
    """Where a verdict's evidence lies in the lead, and in the answer."""
    spans = verdict.evidence.spans
    lead, answer = _fields(row)
    return (
        tuple((each.start, each.end) for each in spans if each.field == lead),
        tuple((each.start, each.end) for each in spans if each.field == answer),
    )


def figure(value: float) -> str:
    """A value between 0 and 1, or a count, as this language writes it."""
    return figures.number(value, 0 if value == int(value) and abs(value) > 1 else 2)


def _fields(row: Row) -> tuple[str, str]:
    match row:
        case Instruction():
            return "instruction", "output"
        case Conversation():
            return _turn(row, "user"), _turn(row, "assistant")
        case Preference():
            return "prompt", "chosen"
        case Feedback():
            return "prompt", "completion"
        case Text():
            return "text", ""


def _lead(row: Row) -> str:
    return lead_of(row) or _("(no text)")


def _turn(row: Conversation, role: str) -> str:
    return next((f"messages.{number}.{role}" for number, each in enumerate(row.messages) if each.role == role), "")


def _badges(view: "CandidateView", failed: list[Verdict]) -> list[tuple[str, Tone]]:
    review = view.review
    badges: list[tuple[str, Tone]] = []
    if review and review.decision == "accepted":
        badges.append((_("kept by you"), "pass"))
    elif review and review.decision == "rejected":
        badges.append((_("rejected by you"), "dropped"))
    if review and review.decision == "flagged":
        badges.append((_("flagged"), "info"))
    if view.passing and not (review and review.decision in ("accepted", "rejected")):
        badges.append((_("pass"), "pass"))
    badges += [(str(each.reason or _("dropped")), "dropped") for each in failed]
    if review and review.row is not None:
        badges.append((_("edited"), "info"))
    return badges[:_MOST_BADGES]


def _meta(view: "CandidateView") -> str:
    parts = [task_types.shown(view.row.task_type)] if view.row.task_type else []
    novelty = view.verdicts.get("novelty")
    if isinstance(view.row, Instruction) and view.row.output is None:
        parts.append(_("no answer") if view.passing else _("not answered"))
    if novelty is not None and novelty.value is not None and novelty.passed:
        parts.append(_("similarity {value}").format(value=figure(novelty.value)))
    if view.seconds >= 0.5:
        parts.append(_("{seconds} of writing").format(seconds=figures.duration(view.seconds)))
    return " · ".join(parts)
