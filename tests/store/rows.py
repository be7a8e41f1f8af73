"""Projects with something in them, for the tests of the store."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from desktop.core.engine import Model
from desktop.core.records import Candidate, ChainLink, Instruction, Item, Reason, Run, Verdict
from desktop.store.candidates import Judgement
from desktop.store.project import Project

MODEL = Model("Starter", "/models/starter.gguf", "f" * 64, 2048, True)
PASS = Verdict(passed=True)
FAIL = Verdict(passed=False, reason=Reason("It says {phrase}.", {"phrase": "no"}))


def start_run(project: Project, **changed: object) -> Run:
    given = {
        "target": 10,
        "random_seed": 7,
        "language": "en",
        "model": MODEL,
        "prompts_hash": "p" * 64,
        "sampling": {},
    }
    return project.runs.start("self_instruct", {"samples": 1}, **(given | changed))  # type: ignore[arg-type]


def add_rows(
    project: Project, rows: Sequence[Instruction], verdicts: Mapping[int, Mapping[str, Verdict]] | None = None
) -> list[int]:
    """Store rows as the yield of one finished item of a new run; `verdicts` by place in `rows`."""
    run = start_run(project)
    return land(project, run, rows, verdicts or {})


def land(
    project: Project, run: Run, rows: Sequence[Instruction], verdicts: Mapping[int, Mapping[str, Verdict]]
) -> list[int]:
    item = project.runs.add_item(run.id, Item(project.runs.next_ordinal(run.id), 1))
    ids = [project.candidates.next_id() for _row in rows]
    judged = [
        Judgement(Candidate(id, id, row), verdicts.get(place, {}))
        for place, (id, row) in enumerate(zip(ids, rows, strict=True))
    ]
    project.runs.finish_item(run.id, replace(item, state="done"), judged, [])
    return ids


def use_chain(project: Project, *filters: str, off: Iterable[str] = ()) -> None:
    links = [ChainLink(filter, filter not in off, {}) for filter in filters]
    project.user.perform("Set filters", lambda edit: edit.set_chain(links)).result()


def row(text: str, output: str | None = "An answer.") -> Instruction:
    return Instruction(text, output=output)
