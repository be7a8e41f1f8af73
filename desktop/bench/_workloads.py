"""What the contestants of the generate benchmark are asked: texts made here from fixed random seeds."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import TypeAlias

from desktop.core import paths
from desktop.core.records import JsonObject
from desktop.core.steps import Ask, Sampling

Tasks: TypeAlias = tuple[tuple[Ask, ...], ...]
"""Asks in the order of their arrival; those of one task are put together and answered together."""


@dataclass(frozen=True, slots=True)
class Workload:
    """A kind of work. `make(random, units)` writes so much of it; the same random state, the same texts."""

    make: Callable[[Random, int], Tasks]
    least: int  # units that show what the workload is about: slots are full, and there is something to share


# ── the five ─────────────────────────────────────────────────────────────────────────────────────


def _self_instruct(random: Random, units: int) -> Tasks:
    """Eight examples, four samples; the prompt and the sampling as published, without its stops."""
    folder = paths.resources()
    lines = (folder / "samples" / "seeds.en.jsonl").read_text(encoding="utf-8").splitlines()
    seeds = [" ".join(str(json.loads(line)["instruction"]).split()).rstrip(":") for line in lines]
    head = (folder / "prompts" / "self_instruct" / "instructions.en.txt").read_text(encoding="utf-8")
    sampling = Sampling(temperature=0.7, top_p=0.5, presence_penalty=2.0, max_tokens=200)
    tasks: list[tuple[Ask, ...]] = []
    for _unit in range(units):
        shown = [f"{number}. {text}" for number, text in enumerate(random.sample(seeds, 8), 1)]
        prompt = head.strip().replace("{{tasks}}", "\n".join([*shown, "9."]))
        tasks.append((Ask("instructions", prompt, sampling, n=4),))
    return tuple(tasks)


def _judge(random: Random, units: int) -> Tasks:
    """One rubric of about 1,000 tokens, then short candidates; a unit is a candidate."""
    rubric = _rubric(random)
    sampling = Sampling(temperature=0.0, max_tokens=40)
    return tuple(
        (Ask("judge", f"{rubric}\nText {number}: {_sentences(random, 2)}\nAssessment:", sampling),)
        for number in range(1, units + 1)
    )


def _documents(random: Random, units: int) -> Tasks:
    """Passages of about 600 tokens with ten questions each; a unit is a passage."""
    sampling = Sampling(temperature=0.0, max_tokens=80)
    tasks: list[tuple[Ask, ...]] = []
    for _unit in range(units):
        passage = _passage(random, 600)
        questions = [f"What does the text say about the {word}?" for word in random.sample(_THINGS, 10)]
        tasks.append(tuple(Ask("answer", f"{passage}\n\nQuestion: {each}\nAnswer:", sampling) for each in questions))
    return tuple(tasks)


_GROUPS = 8


def _interleaved(random: Random, units: int) -> Tasks:
    """Eight groups that each share about 400 tokens, arriving mixed; a unit is one prompt of every group."""
    heads = [_passage(random, 400) for _group in range(_GROUPS)]
    sampling = Sampling(temperature=0.0, max_tokens=60)
    tasks = [
        (Ask("rewrite", f"{head}\n\nRewrite in other words: {_sentences(random, 2)}\nRewritten:", sampling),)
        for head in heads
        for _unit in range(units)
    ]
    random.shuffle(tasks)
    return tuple(tasks)


SCHEMA: JsonObject = {
    "type": "object",
    "properties": {
        "topic": {"type": "string", "maxLength": 40},
        "tone": {"enum": ["neutral", "friendly", "formal", "angry"]},
        "clarity": {"type": "integer", "minimum": 1, "maximum": 5},
        "length": {"enum": ["short", "medium", "long"]},
        "useful": {"type": "boolean"},
        "reason": {"type": "string", "maxLength": 90},
    },
    "required": ["topic", "tone", "clarity", "length", "useful", "reason"],
    "additionalProperties": False,
}


def _json(random: Random, units: int) -> Tasks:
    """Short answers in the form of SCHEMA; a unit is an answer."""
    head = "Describe the text as a JSON object with topic, tone, clarity from 1 to 5, length, useful, and a reason."
    sampling = Sampling(temperature=0.0, max_tokens=120)
    return tuple(
        (Ask("describe", f"{head}\nText: {_sentences(random, 3)}\nJSON:", sampling, schema=SCHEMA),)
        for _unit in range(units)
    )


WORKLOADS: Mapping[str, Workload] = {
    "self_instruct": Workload(_self_instruct, 2),
    "judge": Workload(_judge, 16),
    "documents": Workload(_documents, 1),
    "interleaved": Workload(_interleaved, 3),
    "json": Workload(_json, 8),
}

# ── texts ────────────────────────────────────────────────────────────────────────────────────────

_TOKENS_OF_A_SENTENCE = 17  # of those below, with the starter model's vocabulary
_PEOPLE = (
    "baker", "gardener", "nurse", "clerk", "teacher", "carpenter", "farmer", "judge", "pilot", "librarian", "plumber",
    "surveyor", "translator", "beekeeper", "mechanic", "architect",
)  # fmt: skip
_THINGS = (
    "contract", "greenhouse", "bridge", "ledger", "engine", "harvest", "bicycle", "manual", "orchard", "workshop",
    "timetable", "map", "roof", "boiler", "archive", "garden", "recipe", "canal", "telescope", "piano", "fence",
    "warehouse", "permit", "invoice",
)  # fmt: skip
_PLACES = (
    "the old harbour", "the town hall", "the northern valley", "the railway museum", "the market square",
    "the river bank", "the school yard", "the new laboratory", "the village of Aldern", "the upper floor",
)  # fmt: skip
_DEEDS = (
    "repaired", "described", "measured", "painted", "inspected", "moved", "sold", "photographed", "cleaned", "insured",
    "counted", "renamed",
)  # fmt: skip
_WHY = (
    "because the winter had been long", "although nobody had asked for it", "before the first guests arrived",
    "while the rain went on outside", "so that the next season could begin", "after two weeks of careful planning",
    "since the earlier attempt had failed", "as the regulations of that year required",
)  # fmt: skip
_TIMES = ("In March", "On Monday", "Every autumn", "Last year", "At noon", "In 1987", "Once a month", "Yesterday")
_CRITERIA = (
    "accuracy", "clarity", "completeness", "tone", "structure", "brevity", "usefulness", "care with names and figures",
)  # fmt: skip
_LEVELS = (
    "it fails in nearly every sentence, and a reader would be misled or give up",
    "it fails often; a patient reader may still find something of worth in it",
    "it is acceptable, with a few places that an editor would mark",
    "it is good, and only a demanding reader would want more",
    "it is excellent, and nothing could be changed without making it worse",
)


def _sentences(random: Random, amount: int) -> str:
    return " ".join(
        f"{random.choice(_TIMES)} the {random.choice(_PEOPLE)} {random.choice(_DEEDS)} the {random.choice(_THINGS)}"
        f" near {random.choice(_PLACES)} {random.choice(_WHY)}."
        for _sentence in range(amount)
    )


def _passage(random: Random, tokens: int) -> str:
    return _sentences(random, tokens // _TOKENS_OF_A_SENTENCE)


def _rubric(random: Random) -> str:
    criteria = random.sample(_CRITERIA, len(_CRITERIA))
    lines = [f"Rubric {random.randrange(1000, 10_000)} for the assessment of short texts by an attentive reader."]
    for criterion in criteria:
        lines.append(f"{criterion.capitalize()}:")
        lines += [f"- {points} points for {criterion} means: {level}." for points, level in enumerate(_LEVELS, 1)]
    return "\n".join([*lines, "Say how many points the text earns, and why."])
