"""What a run left in its project: a line of figures, and all of it to be read by eye."""

import json
from collections import Counter
from dataclasses import dataclass

from desktop.core.content import to_json
from desktop.core.records import Attempt
from desktop.store.candidates import CandidateView
from desktop.store.project import Project

HEAD = (
    "| method | items | asks per good row | replies parsed | good rows of rows | s per good row | put aside, dropped "
    "| ended |\n|---|---|---|---|---|---|---|---|"
)

UNPARSED = (
    "ran into the length limit",
    "holds nothing of what was asked for",
    "holds no ",
    "holds neither",
    "does not have its number",
    "has no output",
    "before its class label",
    "do not fit the function",
    "with its tags",
    "does not have the turns",
)
"""Parts of the reasons that say of a reply's form, and not of what it says, that it could not be used."""


@dataclass(frozen=True, slots=True)
class Found:
    """A line of the table, and the text to read."""

    line: str
    text: str


def of(project: Project, name: str, ended: str, seconds: float) -> Found:
    """What the only run of a project left; nothing but how it ended where there is none."""
    runs = project.runs.all()
    if not runs:
        return Found(f"| {name} | 0 | – | – | – | – | | {ended} |", ended)
    run = runs[0].id
    items = [item for item in project.runs.items(run) if item.state != "waiting"]
    attempts = {item.id: project.runs.attempts_of(item.id) for item in items}
    replies = [each for of_item in attempts.values() for each in of_item]
    views = project.candidates.get(project.candidates.ids())
    good = sum(map(_is_good, views))
    discards = project.runs.discards(run)
    unparsed = sum(count for message, count in discards.items() if any(part in message for part in UNPARSED))
    dropped = Counter(filter for view in views for filter, said in view.verdicts.items() if not said.passed)
    cells = (
        name,
        str(len(items)),
        f"{len(replies) / good:.1f}" if good else f"{len(replies)} for none",
        f"{len(replies) - unparsed}/{len(replies)}",
        f"{good}/{len(views)}",
        f"{seconds / good:.1f}" if good else f"{seconds:.0f} for none",
        ", ".join(f"{count} {message}" for message, count in {**discards, **dropped}.items()),
        ended,
    )
    lines = [f"{name}: {ended}", *_prompts(replies)]
    for item in items:
        lines += [f"═══ item {item.id} {item.state} {item.note} {item.data}", *map(_reply, attempts[item.id])]
        own = [view for view in views if view.candidate.item == item.id]
        lines += map(_row, own)
    for message in discards:
        lines += [f"** {each.step}: {each.reason}\n{each.text}" for each in project.runs.unusable(run, message, 100)]
    return Found(f"| {' | '.join(cells)} |", "\n".join(lines))


def _is_good(view: CandidateView) -> bool:
    """Whether no filter drops it; instructions without an answer are good rows of the methods that make them."""
    return all(said.passed for said in view.verdicts.values())


def _row(view: CandidateView) -> str:
    """The row, and why filters drop it."""
    why = "; ".join(f"{filter}: {said.reason}" for filter, said in view.verdicts.items() if not said.passed)
    return f">> {f'BAD {why}' if why else 'GOOD'}\n{json.dumps(to_json(view.row), ensure_ascii=False, indent=1)}"


def _prompts(replies: list[Attempt]) -> list[str]:
    """One prompt of each step."""
    return [f"─── prompt of {step}\n{prompt}" for step, prompt in {each.step: each.prompt for each in replies}.items()]


def _reply(attempt: Attempt) -> str:
    tokens = f"{attempt.prompt_tokens} + {attempt.reply_tokens} tokens, {attempt.finish}"
    return f"── {attempt.step} {attempt.sample} ({tokens})\n{attempt.reply}"
