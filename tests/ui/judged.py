"""Projects with rows that the published filters have judged, for the tests of pages that show them."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from desktop.core.engine import Model
from desktop.core.records import Attempt, Candidate, Instruction, Item, Ref, Row
from desktop.core.shapes import FilterContext
from desktop.jobs.judging import PUBLISHED, Chain
from desktop.store.candidates import Judgement
from desktop.store.project import Project

MODEL = Model("Starter", "/models/starter.gguf", "f" * 64, 2048, True)

KEPT = (
    Instruction("Summarise the discharge letter for the family.", output="She had a small stroke. She may come soon."),
    Instruction(
        "Shorten this and keep all dates: 把下面的段落改写得更简短。",
        input="三月三日入院，周五出院。",
        output="患者应于周五出院。",
    ),
    Instruction("Name three rivers that flow into the Baltic Sea.", output="The Oder, the Vistula and the Neva."),
    Instruction("Tell a child how <b>rain</b> & snow come about.", output="Water rises, cools and falls."),
    Instruction("Plan a quiet weekend for two tired nurses.", output="Sleep long, walk a little, cook together."),
)
DROPPED = (
    Instruction(
        "Name three rivers that flow into the North Sea.", output="The Elbe, the Rhine and the Thames."
    ),  # alike
    Instruction("Draw a chart of the blood pressure over a week.", output="I cannot."),  # a blocked phrase
)


def add_judged(path: Path, rows: Sequence[Row] = KEPT + DROPPED) -> list[int]:
    """Store rows as one run's yield, judged as they would be when it writes; returns their ids."""
    with Project.open(path) as project:
        project.user.perform("Set filters", lambda edit: edit.set_chain(PUBLISHED)).result()
        run = project.runs.start(
            "self_instruct", {}, target=99, random_seed=7, language="en", model=MODEL, prompts_hash="p", sampling={}
        )
        item = project.runs.add_item(run.id, Item(0, 1, (Ref("seed", 1), Ref("seed", 2))))
        prompt = "Tasks:\n1. Explain <i>medicine</i>."
        attempt = Attempt(item.id, "instructions", 0, "a", prompt, " Raw <b>reply</b>", "stop", 1, 12, 6, 4.0)
        project.runs.add_attempts([attempt])
        chain = Chain(PUBLISHED, FilterContext("en", project.seeds.all()))
        judged = []
        for row in rows:
            id = project.candidates.next_id()
            candidate = Candidate(id, id, row, run.id, item.id, item.inputs)
            judged.append(Judgement(candidate, chain.judge([candidate])[0]))
        project.runs.finish_item(run.id, replace(item, state="done"), judged, [])
        project.runs.set_state(run.id, "finished")
    return [each.candidate.id for each in judged]


def add_imported(path: Path, rows: Sequence[Row]) -> list[int]:
    """Store rows that came from a file and that no filter has judged."""
    with Project.open(path) as project:
        return list(project.candidates.add(Candidate(0, 0, row, origin="letters.jsonl") for row in rows))
