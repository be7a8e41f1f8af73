"""Preference pairs: several answers to one prompt, of which a judge prefers one.

The comparison is that of Constitutional AI (arXiv 2212.08073) and RLAIF (arXiv 2309.00267): the label is a probability
that the model itself gives two letters, each pair is shown in both orders, and the two are averaged. A judge that only
likes what comes first so ends at one half. The other ways look at one answer alone: by the aspects of UltraFeedback
(arXiv 2310.01377), or by the model's own "yes" to whether it is right (arXiv 2207.05221), which also decides where the
place did.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import fsum
from random import Random

from desktop.core.i18n import N_
from desktop.core.languages import yes_or_no
from desktop.core.options import About, Options, option
from desktop.core.prompts import Prompt
from desktop.core.records import Instruction, Item, Json, Message, Preference, Reason
from desktop.core.shapes import Method, MethodContext
from desktop.core.steps import Ask, Asking, Choose, Discard, Reply, Sampling, Steps, probability_of, put_all
from desktop.methods import _comparing, _forms, _rows

_GRADES = ("1", "2", "3", "4", "5")
_SURE = 0.6  # of a judge that has reasoned aloud: it has talked itself into certainty
_NO_STYLE = "(empty)"
_TOP_P = 0.95  # the last twentieth of a small model's words belongs to other languages, and makes no pair of use

TOO_FEW = Reason(N_("There are no two different answers to compare."))
TIE = Reason(N_("The judge finds the answers equally good."))
POSITION = Reason(N_("The judge preferred whichever answer came first, or whichever came second."))


@dataclass(frozen=True)
class PreferenceOptions(Options):
    """How the answers come to differ, and who is preferred."""

    answers: int = option(
        4,
        About(
            N_("Answers per prompt"),
            N_("The best and the worst of them become the pair."),
            N_("UltraFeedback (arXiv 2310.01377) has four. Two need half the writing and one comparison, not six."),
            minimum=2,
            maximum=8,
        ),
    )
    coolest: float = option(
        0.5,
        About(
            N_("Lowest temperature"),
            N_("The first answer has this temperature, the last one the highest, the others lie between."),
            N_("Seedbed's own: UltraFeedback makes answers differ by model, which one machine cannot."),
            minimum=0.0,
            maximum=2.0,
            step=0.1,
        ),
    )
    hottest: float = option(
        1.0,
        About(
            N_("Highest temperature"),
            N_("Higher values make worse answers, and so clearer pairs."),
            N_("Seedbed's own; Constitutional AI draws both answers at temperature 1."),
            minimum=0.0,
            maximum=2.0,
            step=0.1,
        ),
    )
    styles: bool = option(
        True,
        About(
            N_("Also vary the system text"),
            N_("Takes turns among the list “answer_styles”. The row shows the row's own system text alone."),
            N_("UltraFeedback draws a principle as system text for each answer."),
        ),
    )
    judge: str = option(
        "compare",
        About(
            N_("How to judge"),
            N_(
                "A small model that compares mostly likes one place, whatever stands there. Then it is asked of each "
                "answer alone whether it is right; to ask that at once takes half the time."
            ),
            N_(
                "Constitutional AI and RLAIF compare in pairs; UltraFeedback grades by aspects; the yes to each answer "
                "is the P(True) of Kadavath et al. 2022 (arXiv 2207.05221)."
            ),
            choices={
                "compare": N_("compare two at a time, in both orders"),
                "alone": N_("ask of each whether it is right and complete"),
                "aspects": N_("grade each by aspects"),
            },
        ),
    )
    reason: bool = option(
        False,
        About(
            N_("Reason before comparing"),
            N_("Two more texts for each pair. Probabilities are then held between 0.4 and 0.6."),
            N_("Constitutional AI clamps them so, for after reasoning the letters are all but certain."),
        ),
    )
    least: float = option(
        0.55,
        About(
            N_("Least probability that the better one is better"),
            N_("What lies below is a tie, counted and not used."),
            N_("Seedbed's own; Constitutional AI trains on every pair, with its probability as a soft target."),
            minimum=0.5,
            maximum=0.99,
            step=0.01,
        ),
    )
    max_tokens: int = option(
        512,
        About(
            N_("Longest answer, in tokens"),
            N_("An answer that is cut off there is not used."),
            N_("Seedbed's own: 512 tokens are about 350 English words, and a comparison holds two answers."),
            minimum=16,
            maximum=4096,
            advanced=True,
        ),
    )


@dataclass(frozen=True, slots=True)
class _Answer:
    text: str
    temperature: float
    style: str


@dataclass(frozen=True, slots=True)
class _Pair:
    """Places of two answers, how probable it is that the first is the better one, and what that rests on."""

    first: int
    second: int
    probability: float
    record: dict[str, Json]
    contrary: bool = False  # the two orders disagree


# ── answering ────────────────────────────────────────────────────────────────────────────────────


def _items(options: PreferenceOptions, context: MethodContext) -> Iterator[Item]:
    return _rows.items(context)


def _steps(item: Item, options: PreferenceOptions, context: MethodContext) -> Steps:
    row = _rows.row_of(item)
    answers = yield from _answers(row, options, context)
    if len(answers) < 2:
        yield Discard("answer", "\n\n".join(answer.text for answer in answers), TOO_FEW)
        return []
    task, texts = _forms.task_of(row), [answer.text for answer in answers]
    if options.judge == "aspects":
        pairs = yield from _graded(task, texts, context)
    elif options.judge == "alone":
        pairs = yield from _affirmed(task, texts, context)
    else:
        criteria = Random(item.random_seed).sample(context.list("criteria"), len(context.list("criteria")))
        pairs = yield from _compared(task, texts, criteria, options.reason, context)
    pair = _widest(pairs, len(answers))
    if pair.contrary and pair.probability < options.least and not options.reason:  # the place decided
        told = _widest((yield from _affirmed(task, texts, context)), len(answers))
        if told.probability >= options.least:
            pair = replace(told, record={**told.record, "position_bias": pair.record["position_bias"]})
    if pair.probability < options.least:
        both = f"{texts[pair.first]}\n\n{texts[pair.second]}"
        yield Discard(options.judge, both, POSITION if pair.contrary else TIE)
        return []
    return [_row(row, answers, pair)]


def _answers(row: Instruction, options: PreferenceOptions, context: MethodContext) -> Asking[Sequence[_Answer]]:
    """The usable answers that differ, in the order they were asked for."""
    styles = [text if text != _NO_STYLE else "" for text in context.list("answer_styles")] if options.styles else [""]
    system = row.system or context.render("answer")
    step = (options.hottest - options.coolest) / (options.answers - 1)
    planned = [
        _Answer("", round(options.coolest + number * step, 3), styles[number % len(styles)])
        for number in range(options.answers)
    ]
    asks = [
        Ask(
            "answer",
            _rows.talk_of(row, f"{system}\n\n{plan.style}".strip()),
            Sampling(temperature=plan.temperature, top_p=_TOP_P, max_tokens=options.max_tokens),
        )
        for plan in planned
    ]
    answers: list[_Answer] = []
    for plan, reply in zip(planned, (yield from put_all(asks)), strict=True):
        text = reply.text.strip()
        if _forms.cut_off(reply) or not text:
            yield Discard("answer", reply.text, _forms.CUT_OFF if text else _forms.NOTHING)
        elif all(text != answer.text for answer in answers):
            answers.append(replace(plan, text=text))
    return answers


# ── judging ──────────────────────────────────────────────────────────────────────────────────────


def outdoes(better: Sequence[float], worse: Sequence[float]) -> float:
    """How probable it is that a grade drawn by the one probabilities is above one drawn by the others; ties halve."""
    return fsum(
        own * other * (0.5 if grade == against else grade > against)
        for grade, own in enumerate(better)
        for against, other in enumerate(worse)
    )


def _compared(
    task: str, texts: Sequence[str], criteria: Sequence[str], reason: bool, context: MethodContext
) -> Asking[Sequence[_Pair]]:
    """Every pair, each by one criterion and in both orders."""
    pairs = list(combinations(range(len(texts)), 2))
    drawn = [criteria[number % len(criteria)] for number in range(len(pairs))]
    step = "reason" if reason else "compare"
    talks = [
        talk
        for by, (one, other) in zip(drawn, pairs, strict=True)
        for talk in _comparing.talks(step, task, by, (texts[one], texts[other]), context)
    ]
    if reason:
        thinking = Sampling(temperature=0.0, max_tokens=200)
        thoughts: list[Reply] = yield from put_all([Ask("reason", talk, thinking) for talk in talks])
        ending = Message("user", context.render("choose"))
        talks = [
            (*talk, Message("assistant", thought.text.strip()), ending)
            for talk, thought in zip(talks, thoughts, strict=True)
        ]
    said = yield from put_all([Choose("compare", talk, _comparing.LETTERS) for talk in talks])
    judged: list[_Pair] = []
    for number, (one, other) in enumerate(pairs):
        found = _comparing.read(drawn[number], said[2 * number : 2 * number + 2])
        probability = min(_SURE, max(1 - _SURE, found.probability)) if reason else found.probability
        judged.append(_Pair(one, other, probability, {"judge": step, **found.record}, found.contrary))
    return judged


def _graded(task: str, texts: Sequence[str], context: MethodContext) -> Asking[Sequence[_Pair]]:
    """Every pair by the grades that each answer gets alone, the mean over the aspects."""
    aspects = context.list("aspects")
    talks = [
        _forms.talk(context.render("grade", prompt=task, answer=text, aspect=aspect))
        for text in texts
        for aspect in aspects
    ]
    said = yield from put_all([Choose("grade", talk, _GRADES) for talk in talks])
    grades = [[each.probabilities for each in said[at : at + len(aspects)]] for at in range(0, len(said), len(aspects))]
    means = [round(fsum(_mean(each) for each in own) / len(own), 3) for own in grades]
    return [
        _Pair(
            one,
            other,
            fsum(outdoes(*both) for both in zip(grades[one], grades[other], strict=True)) / len(aspects),
            {"judge": "aspects", "grades": [means[one], means[other]]},
        )
        for one, other in combinations(range(len(texts)), 2)
    ]


def _affirmed(task: str, texts: Sequence[str], context: MethodContext) -> Asking[Sequence[_Pair]]:
    """Every pair by how much surer the model is of the one answer than of the other, in log odds."""
    talks = [_forms.talk(context.render("alone", prompt=task, answer=text)) for text in texts]
    said = yield from put_all([Choose("alone", talk, yes_or_no(context.language)) for talk in talks])
    yes = [round(each.probabilities[0], 4) for each in said]
    return [
        _Pair(
            one,
            other,
            probability_of(said[one].log_odds - said[other].log_odds),
            {"judge": "alone", "yes": [yes[one], yes[other]]},
        )
        for one, other in combinations(range(len(texts)), 2)
    ]


def _mean(probabilities: Sequence[float]) -> float:
    return fsum(grade * each for grade, each in enumerate(probabilities, 1))


def _widest(pairs: Sequence[_Pair], count: int) -> _Pair:
    """The pair of the answer that wins most and the one that wins least over all comparisons, the better one first."""
    wins = [0.0] * count
    for pair in pairs:
        wins[pair.first] += pair.probability
        wins[pair.second] += 1 - pair.probability
    best, worst = (max(range(count), key=wins.__getitem__), min(range(count), key=wins.__getitem__))
    if best == worst:  # all are alike
        best, worst = 0, 1
    pair = next(pair for pair in pairs if {pair.first, pair.second} == {best, worst})
    if pair.probability >= 0.5:
        return pair
    return replace(pair, first=pair.second, second=pair.first, probability=1 - pair.probability, record=_turned(pair))


def _turned(pair: _Pair) -> dict[str, Json]:
    """A pair's record as its second answer sees it."""
    record = dict(pair.record)
    if isinstance(orders := record.get("orders"), list):
        record["orders"] = [round(1 - each, 4) for each in reversed(orders)]
    for key in ("grades", "yes"):
        if isinstance(both := record.get(key), list):
            record[key] = both[::-1]
    return record


def _row(row: Instruction, answers: Sequence[_Answer], pair: _Pair) -> Preference:
    chosen, rejected = answers[pair.first], answers[pair.second]
    extra: dict[str, Json] = {
        **pair.record,
        "temperatures": [chosen.temperature, rejected.temperature],
        "styles": [chosen.style, rejected.style],
    }
    return Preference(
        _rows.prompt_of(row),
        chosen.text,
        rejected.text,
        probability=round(pair.probability, 4),
        margin=round(2 * pair.probability - 1, 4),
        task_type=row.task_type,
        language=row.language,
        extra=extra,
    )


METHOD = Method(
    title=N_("Preference pairs"),
    summary=N_("Answers each of your prompts several times and has the model say which answer is the better one."),
    source="Bai et al. 2022, Constitutional AI (arXiv 2212.08073); Lee et al. 2023, RLAIF (arXiv 2309.00267)",
    consumes="rows",
    makes=("preference",),
    example=Preference(
        N_("How do I get candle wax out of a tablecloth?"),
        N_("Let it harden, scrape it off, then iron the spot between two sheets of blotting paper."),
        N_("Wash it."),
        probability=0.91,
        margin=0.82,
    ),
    options=PreferenceOptions,
    prompts=(
        Prompt(
            "answer",
            "preference/answer",
            (),
            {"en": "Scrape it off first.", "zh": "先刮掉。"},
            N_("the system text, for prompts without one"),
        ),
        _comparing.COMPARE,
        Prompt(
            "reason",
            "preference/reason",
            ("prompt", "first", "second", "criterion"),
            {"en": "A names the tools, B does not.", "zh": "A 说明了工具，B 没有。"},
            N_("what speaks for each answer"),
        ),
        Prompt("choose", "preference/choose", (), {"en": "A", "zh": "B"}, N_("the choice after reasoning")),
        Prompt(
            "alone",
            "preference/alone",
            ("prompt", "answer"),
            {"en": "Yes", "zh": "是"},
            N_("whether an answer is right and complete"),
        ),
        Prompt(
            "grade",
            "preference/grade",
            ("prompt", "answer", "aspect"),
            {"en": "4", "zh": "3"},
            N_("the grade for one aspect"),
        ),
    ),
    lists=("answer_styles", "criteria", "aspects"),
    default_filters=("empty", "exact_duplicate"),
    items=_items,
    steps=_steps,
)
